"""The files that people write for dockgen, as types: dockgen.yaml, presets, packs; schemas come from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from dockgen.records import dataclass
from dockgen.yamldoc import Flat, Placed, doc, place

SCHEMA = "1"
_SCHEMA = "version of this kind of file"
_SET = "settings, by key; stronger than what is detected"
_EXTRA = "instructions before or after a block of the Dockerfile, by slot such as before_user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The projects that a preset is meant for: those that are one of the values of each key."""

    stack: tuple[Literal["node", "python", "go", "static"], ...] = doc("languages", default=())
    kind: tuple[Literal["web", "worker", "job", "cli", "static"], ...] = doc("what the app does", default=())
    framework: tuple[str, ...] = doc("frameworks, as `dockgen detect` names them", default=())
    manager: tuple[str, ...] = doc("package managers", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A set of settings under a name, for projects of one kind or for one purpose."""

    dockgen: Literal["1"] = doc(_SCHEMA)
    summary: str = doc("what it is for, in one line")
    extends: tuple[Placed, ...] = doc(
        "presets that this one builds on; later ones win, and this one over all", default=()
    )
    match: Match = doc("the projects that it is meant for; never applied unasked", default_factory=Match)
    defaults: Flat = doc("settings, by key; weaker than what is detected", default_factory=dict)
    set: Flat = doc(_SET, default_factory=dict)
    extra: Mapping[str, Placed] = doc(_EXTRA, default_factory=dict)
    needs: Mapping[str, Placed] = doc(
        "keys that somebody has to set, since no preset can know them, each with what it is for", default_factory=dict
    )
    project: Mapping[str, str] = doc(
        "files that are assumed where there is no project yet, by path", default_factory=dict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AppConfig:
    """What dockgen.yaml says of one app of several."""

    preset: tuple[Placed, ...] = doc("presets, the last the strongest", default=())
    set: Flat = doc(_SET, default_factory=dict)
    extra: Mapping[str, Placed] = doc(_EXTRA, default_factory=dict)
    where: str = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """dockgen.yaml: what detection cannot know of a project, or gets wrong."""

    dockgen: Literal["1"] = doc(_SCHEMA)
    preset: tuple[Placed, ...] = doc("presets, the last the strongest", default=())
    packs: tuple[Placed, ...] = doc(
        "packs, the first the top-most: the name of an installed or vendored one, or a path that begins with ./ or ../",
        default=(),
    )
    set: Flat = doc(_SET, default_factory=dict)
    extra: Mapping[str, Placed] = doc(_EXTRA, default_factory=dict)
    apps: Mapping[str, AppConfig] = doc("what holds for one app only, by its folder", default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A setting that a pack declares; its key is `pack.option`, its templates read `packs.pack.option`."""

    type: Literal["text", "number", "boolean", "choice", "list"] = doc("what it can be set to", default="text")
    default: tuple[Placed, ...] = doc("its value where nobody sets it; of a list, a list")
    help: str = doc("what it means, in one line", default="")
    choices: tuple[str, ...] = doc("the values of a choice", default=())
    ask: Literal["no", "yes", "false", "true"] = doc(
        "yes: `dockgen init` asks for it if nobody has set it", default="no"
    )
    when: Placed | None = doc(
        "the projects in which it is asked for, as a condition of Jinja on the plan, such as stack == 'python'",
        default=None,
    )
    where: str = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """pack.yaml: what a pack is called and which options it has."""

    dockgen: Literal["1"] = doc(_SCHEMA)
    name: Placed = doc("its name: small letters, digits and _")
    summary: str = doc("what it is for, in one line", default="")
    version: str = doc("its version", default="")
    requires: Placed | None = doc("versions of dockgen that it is made for, such as >=0.1", default=None)
    options: Mapping[str, Option] = doc("options, by name", default_factory=dict)
