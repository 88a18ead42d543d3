"""A package.json read without trust: every field has the type it should have, or is as if it were not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dockgen.values import is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project

MANIFEST = "package.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What a package.json says, reduced to what is used here. Texts are single lines."""

    path: str = MANIFEST
    name: str = ""
    description: str = ""
    licence: str = ""
    repository: str = ""
    main: str = ""
    type: str = ""
    package_manager: str = ""
    bins: Mapping[str, str]
    scripts: Mapping[str, str]
    dependencies: Mapping[str, str]
    dev_dependencies: Mapping[str, str]
    optional_dependencies: Mapping[str, str]
    peer_dependencies: Mapping[str, str]
    engines: Mapping[str, str]
    volta: Mapping[str, str]
    dev_engines: Mapping[str, tuple[str, str]]  # packageManager, runtime -> (name, version)
    workspaces: tuple[str, ...] = ()
    allowed_builds: frozenset[str] = frozenset()  # packages whose install scripts may run (npm, pnpm, bun)
    contributes: bool = False  # a VS Code extension

    @property
    def all_dependencies(self) -> Mapping[str, str]:
        """Every dependency of the project itself, whatever it is for."""
        return {**self.peer_dependencies, **self.optional_dependencies, **self.dev_dependencies, **self.dependencies}

    @property
    def shipped(self) -> Mapping[str, str]:
        """The dependencies that a production install brings."""
        return {**self.peer_dependencies, **self.optional_dependencies, **self.dependencies}

    @property
    def is_module(self) -> bool:
        """True if its .js files are ES modules."""
        return self.type == "module"

    def major(self, name: str) -> int | None:
        """The lowest major version of a dependency that its range names; None if it is absent or says nothing."""
        import re  # noqa: PLC0415

        m = re.search(r"(\d+)(?:\.|$|\s|-)", self.all_dependencies.get(name, ""))
        return int(m[1]) if m else None


EMPTY = Package(
    bins={},
    scripts={},
    dependencies={},
    dev_dependencies={},
    optional_dependencies={},
    peer_dependencies={},
    engines={},
    volta={},
    dev_engines={},
)


def read(project: Project, path: str = MANIFEST) -> Package:
    """The package.json at PATH; an empty one if there is none. InputError if it is not a JSON object."""
    if not project.has(path):
        return EMPTY
    data = project.json(path)
    name = _text(data.get("name"))
    return Package(
        path=path,
        name=name,
        description=_text(data.get("description")),
        licence=_text(data.get("license")) or _text(_table(data.get("license")).get("type")),
        repository=_text(data.get("repository")) or _text(_table(data.get("repository")).get("url")),
        main=_text(data.get("main")),
        type=_text(data.get("type")),
        package_manager=_text(data.get("packageManager")),
        bins=_bins(data.get("bin"), name),
        scripts=_texts(data.get("scripts")),
        dependencies=_texts(data.get("dependencies")),
        dev_dependencies=_texts(data.get("devDependencies")),
        optional_dependencies=_texts(data.get("optionalDependencies")),
        peer_dependencies=_peers(data),
        engines=_texts(data.get("engines")),
        volta=_texts(data.get("volta")),
        dev_engines=_dev_engines(data.get("devEngines")),
        workspaces=_workspaces(data.get("workspaces")),
        allowed_builds=_allowed(data),
        contributes=isinstance(data.get("contributes"), dict) and "vscode" in _texts(data.get("engines")),
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and is_plain(value) else ""


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> dict[str, str]:
    """The entries of a table whose name and value are single lines."""
    return {k: v.strip() for k, v in _table(value).items() if is_plain(k) and isinstance(v, str) and is_plain(v)}


def _bins(value: Any, name: str) -> dict[str, str]:
    if isinstance(value, str) and _text(value):
        return {name.rpartition("/")[2] or "app": _text(value)}
    return _texts(value)


def _peers(data: dict[str, Any]) -> dict[str, str]:
    optional = _table(data.get("peerDependenciesMeta"))
    peers = _texts(data.get("peerDependencies"))
    return {name: spec for name, spec in peers.items() if _table(optional.get(name)).get("optional") is not True}


def _dev_engines(value: Any) -> dict[str, tuple[str, str]]:
    found = {}
    for key in ("packageManager", "runtime"):
        entry = _table(value).get(key)
        if isinstance(entry, list):
            entry = next((e for e in entry if isinstance(e, dict)), None)
        if name := _text(_table(entry).get("name")):
            found[key] = (name, _text(_table(entry).get("version")))
    return found


def _workspaces(value: Any) -> tuple[str, ...]:
    globs = _table(value).get("packages") if isinstance(value, dict) else value
    return tuple(_text(g) for g in globs if _text(g)) if isinstance(globs, list) else ()


def _allowed(data: dict[str, Any]) -> frozenset[str]:
    """Names in npm's `allowScripts`, pnpm's `onlyBuiltDependencies`/`allowBuilds`, bun's `trustedDependencies`."""
    pnpm = _table(data.get("pnpm"))
    names: set[str] = set()
    for value in (data.get("allowScripts"), pnpm.get("onlyBuiltDependencies"), pnpm.get("allowBuilds"),
                  data.get("trustedDependencies")):  # fmt: skip
        if isinstance(value, list):
            names |= {_text(v) for v in value}
        names |= {k.rpartition("@")[0] or k for k, v in _table(value).items() if v is True}
    return frozenset(names - {""})
