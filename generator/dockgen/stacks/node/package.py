"""A package.json read without trust: every field has the type it should have, or is as if it were not there."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from dockgen.records import dataclass
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
    dev_engines: Mapping[str, tuple[tuple[str, str], ...]]  # packageManager, runtime -> (name, version) of each
    workspaces: tuple[str, ...] = ()
    allowed_builds: frozenset[str] = frozenset()  # packages whose install scripts may run (npm, pnpm, bun, Yarn)
    denied_builds: frozenset[str] = frozenset()  # and those whose scripts may not
    decides_builds: bool = False  # it says which scripts may run, be it none
    overridden: frozenset[str] = frozenset()  # dependencies whose range is replaced (overrides, resolutions)
    pnpm_overrides: frozenset[str] = frozenset()  # as they are written
    patches: tuple[str, ...] = ()  # files that change dependencies (pnpm, bun, Yarn)
    has_gyp: bool = False  # is itself an addon in C++
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
    allowed, denied, decides = _builds(data)
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
        volta=_volta(project, path, data),
        dev_engines=_dev_engines(data.get("devEngines")),
        workspaces=_workspaces(data.get("workspaces")),
        allowed_builds=allowed,
        denied_builds=denied,
        decides_builds=decides,
        overridden=_overridden(data),
        pnpm_overrides=frozenset(_table(_table(data.get("pnpm")).get("overrides"))),
        patches=_patches(data),
        has_gyp=path == MANIFEST and (data.get("gypfile") is True or project.has("binding.gyp")),
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


def _volta(project: Project, path: str, data: dict[str, Any]) -> dict[str, str]:
    """`volta`, with what the file that it extends says, if that lies in the project."""
    own = _texts(data.get("volta"))
    above = posixpath.normpath(posixpath.join(posixpath.dirname(path), own.get("extends", ".")))
    if above == path or not project.has(above):
        return own
    return {**_texts(project.json(above).get("volta")), **own}


def _dev_engines(value: Any) -> dict[str, tuple[tuple[str, str], ...]]:
    """Each entry is one object or a list of them, of which one must fit."""
    found = {}
    for key in ("packageManager", "runtime"):
        entry = _table(value).get(key)
        rows = [_table(e) for e in (entry if isinstance(entry, list) else [entry])]
        found[key] = tuple((_text(r.get("name")), _text(r.get("version"))) for r in rows if _text(r.get("name")))
    return found


def _workspaces(value: Any) -> tuple[str, ...]:
    globs = _table(value).get("packages") if isinstance(value, dict) else value
    return tuple(_text(g) for g in globs if _text(g)) if isinstance(globs, list) else ()


def _builds(data: dict[str, Any]) -> tuple[frozenset[str], frozenset[str], bool]:
    """The packages whose install scripts may run, those whose scripts may not, and whether there are such lists.

    npm has `allowScripts`, pnpm `onlyBuiltDependencies` and others, bun `trustedDependencies`, Yarn `dependenciesMeta`.
    """
    pnpm = _table(data.get("pnpm"))
    yes, no = set[str](), set[str]()
    lists = [data.get("allowScripts"), pnpm.get("onlyBuiltDependencies"), pnpm.get("allowBuilds"),
             data.get("trustedDependencies")]  # fmt: skip
    for value in lists:
        if isinstance(value, list):
            yes |= {_text(v) for v in value}
        for key, allowed in _table(value).items():
            (yes if allowed is True else no).add(_text(key[:1] + key[1:].partition("@")[0]))
    for key in ("neverBuiltDependencies", "ignoredBuiltDependencies"):
        value = pnpm.get(key)
        no |= {_text(v) for v in value} if isinstance(value, list) else set()
    for key, meta in _table(data.get("dependenciesMeta")).items():
        if isinstance(built := _table(meta).get("built"), bool):
            (yes if built else no).add(_text(key[:1] + key[1:].partition("@")[0]))
    return frozenset(yes - {""}), frozenset(no - {""}), any(isinstance(value, (list, dict)) for value in lists)


def _overridden(data: dict[str, Any]) -> frozenset[str]:
    """Names, without the ranges and parents that may stand around them."""
    tables = (data.get("overrides"), data.get("resolutions"), _table(data.get("pnpm")).get("overrides"))
    keys = (key.rpartition(">")[2] for table in tables for key in _table(table))
    return frozenset(_text(re.sub(r"(?<=.)@[^/]*$", "", key).rpartition("**/")[2]) for key in keys)


def _patches(data: dict[str, Any]) -> tuple[str, ...]:
    """`patchedDependencies` of pnpm and bun, and Yarn's `patch:` with a file of its own."""
    files = [*_texts(_table(data.get("pnpm")).get("patchedDependencies")).values()]
    files += _texts(data.get("patchedDependencies")).values()
    for key in ("dependencies", "devDependencies", "optionalDependencies", "resolutions"):
        for spec in _texts(data.get(key)).values():
            if spec.startswith("patch:") and (m := re.search(r"#(?:~/|\./)?([^#:]+)", spec)):
                files.append(m[1].partition("&")[0])
    return tuple(f.removeprefix("./") for f in files)
