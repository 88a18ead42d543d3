"""What is known of one framework of Node."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One framework.

    `kind` is what its build makes: `server` (a Node process), `site` (files with a page each), `spa` (files with one
    page that routes by itself), `worker` (a process that listens on nothing), or `library` (says nothing alone).
    `start` is the production command, `output` the folders that it needs (or the site's folder); `bundled` means that
    the output needs no node_modules. `env` and `build_env` are set for running and for building.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    kind: str
    port: int | None = None
    start: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    bundled: bool = False
    build: tuple[str, ...] = ()  # the build where package.json has no `build` script
    env: Mapping[str, str] = field(default_factory=dict)
    build_env: Mapping[str, str] = field(default_factory=dict)
    caches: tuple[str, ...] = ()  # folders worth keeping between builds
    reads_port: bool = False  # listens on the environment variable PORT
    stops: bool = False  # ends at SIGTERM by itself
    health: str = ""  # the path that it answers by itself
    writes: tuple[str, ...] = ()  # folders that it writes to while it runs
