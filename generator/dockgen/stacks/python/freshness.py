"""Tell, without a network, whether a lock file still goes with its manifest, as its own package manager would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.lazy import pattern
from dockgen.releases import PYTHON
from dockgen.stacks.python.manifests import normal, requirement, string, strings, table
from dockgen.stacks.python.ranges import satisfies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockgen.project import Project

    Asked = tuple[str, frozenset[str], str]  # name, extras, specifier

_UV_HERE = pattern(r'^source = \{ (?:virtual|editable) = "([^"]+)" \}', re.MULTILINE)
_UV_VERSION = pattern(r'^version = "([^"]+)"', re.MULTILINE)
_UV_PYTHON = pattern(r'^requires-python = "([^"]+)"', re.MULTILINE)
_POETRY_HASH = pattern(r'^content-hash = "([0-9a-f]{64})"', re.MULTILINE)
_PDM_HASH = pattern(r'^content_hash = "(sha256|md5):([0-9a-f]+)"', re.MULTILINE)
_PDM_FORMAT = pattern(r'^lock_version = "4\.[0-5](?:\.\d+)?"', re.MULTILINE)
_PIPENV_NAME = pattern(r'^        "([^"]+)": \{', re.MULTILINE)
_PIPENV_HASH = pattern(r'"sha256": "([0-9a-f]{64})"')


def stale(project: Project, data: Mapping[str, Any], lock: str) -> str:
    """What shows that LOCK is older than its manifest; "" if it is up to date, or cannot be told to be not."""
    try:
        return _CHECKS[lock](project, data) if lock in _CHECKS else ""
    except (TypeError, ValueError, RecursionError):  # a date in pyproject.toml, a lock that is no TOML
        return ""


def _uv(project: Project, data: Mapping[str, Any]) -> str:
    """Compare what uv wrote down of pyproject.toml with what stands there now."""
    import tomllib  # noqa: PLC0415  (start-up time)

    text = project.whole("uv.lock")
    home = project.workspace.path if project.workspace else "."
    here = {m[1]: b for b in text.split("[[package]]\n")[1:] if (m := _UV_HERE.search(b))}
    if told := _bumped(project, here):
        return told
    block = here.get(home, "")
    if not block or not table(data, "project"):
        return ""
    root = tomllib.loads(f"[[package]]\n{block}")["package"][0]
    if normal(string(table(data, "project").get("name"))) != normal(string(root.get("name"))):
        return f"uv.lock is that of {string(root.get('name'))!r}"
    if "metadata" in root or not root.get("dependencies"):
        sourced = {normal(name) for name in table(data, "tool", "uv", "sources")}
        is_dynamic = "dependencies" in strings(table(data, "project").get("dynamic"))
        now = _asked(_listed(data), sourced)
        then = _written(table(root, "metadata").get("requires-dist"), sourced)
        if not is_dynamic and now != then:
            return _difference("uv.lock", now, then)
        for group, wanted in _groups(data).items():
            then = _written(table(root, "metadata", "requires-dev").get(group), sourced)
            if _asked(wanted, sourced) != then:
                return _difference("uv.lock", _asked(wanted, sourced), then)
    wanted_python = string(table(data, "project").get("requires-python"))
    locked_python = _UV_PYTHON.search(text[:2000])
    if wanted_python and locked_python and "[manifest]" not in text[:20000]:
        lines = {r.line for r in PYTHON if satisfies(r.latest, wanted_python)}
        if lines != {r.line for r in PYTHON if satisfies(r.latest, locked_python[1])}:
            return f"uv.lock is for Python {locked_python[1]}, pyproject.toml for {wanted_python}"
    return ""


def _bumped(project: Project, here: Mapping[str, str]) -> str:
    """The package of the project that has another version than its lock says, which uv compares too; "" if none has."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415  (start-up time)

    root = project.workspace.root if project.workspace else project
    for folder, block in here.items():
        path = "pyproject.toml" if folder == "." else f"{folder}/pyproject.toml"
        locked = _UV_VERSION.search(block)
        now = string(table(root.toml(path), "project").get("version")) if locked and root.has(path) else ""
        try:
            if locked and now and Version(now) != Version(locked[1]):
                return f"uv.lock is of version {locked[1]}, {path} of {now}"
        except InvalidVersion:
            continue
    return ""


def _listed(data: Mapping[str, Any]) -> list[str]:
    """The requirements of [project], those of its extras too."""
    project = table(data, "project")
    extras = table(project, "optional-dependencies")
    return [*strings(project.get("dependencies")), *(t for group in extras.values() for t in strings(group))]


def _groups(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """The requirements of each dependency group, with the groups that it includes; PEP 735 and uv's older list."""
    groups = table(data, "dependency-groups")

    def flat(name: str, seen: frozenset[str]) -> list[str]:
        found: list[str] = []
        listed = groups.get(name)
        for item in listed if isinstance(listed, list) else []:
            included = string(table({"i": item}, "i").get("include-group"))
            if isinstance(item, str):
                found.append(item)
            elif included and included not in seen:
                found += flat(included, seen | {included})
        return found

    found = {normal(name): flat(name, frozenset({name})) for name in groups}
    older = strings(table(data, "tool", "uv").get("dev-dependencies"))
    return found | ({"dev": [*found.get("dev", []), *older]} if older else {})


def _asked(texts: list[str], sourced: set[str]) -> set[Asked]:
    """What each requirement asks for; only its name where an address, or [tool.uv.sources], says where it is from."""
    found = set()
    for text in texts:
        if d := requirement(text, ""):
            spec = "" if d.name in sourced or "@" in text else _specifier(d.spec)
            found.add((d.name, frozenset(d.extras), spec))
    return found


def _written(value: Any, sourced: set[str]) -> set[Asked]:
    found = set()
    for entry in value if isinstance(value, list) else []:
        name = normal(string(table({"e": entry}, "e").get("name")))
        spec = "" if name in sourced else _specifier(string(entry.get("specifier")))
        found.add((name, frozenset(normal(e) for e in strings(entry.get("extras"))), spec))
    return found


def _specifier(text: str) -> str:
    """A specifier in one of the many ways to write it."""
    plain = re.sub(r"(?<![\w])0+(?=\d)", "", re.sub(r"\s", "", text.strip("() ")))  # `2024.07` is `2024.7`
    return ",".join(sorted(re.sub(r"(?<=\d)(?:\.0)+$", "", p) for p in plain.split(",") if p))


def _difference(lock: str, now: set[Asked], then: set[Asked]) -> str:
    names = sorted({name for name, _, _ in now ^ then})
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{lock} and pyproject.toml differ in {', '.join(names[:3])}{more}"


def _poetry(project: Project, data: Mapping[str, Any]) -> str:
    """The hash that Poetry 2 computes, with dependency groups (2.3 and newer) and without them."""
    m = _POETRY_HASH.search(project.whole("poetry.lock")[-4000:])
    if not m or m[1] in {_poetry_hash(data, with_groups=True), _poetry_hash(data, with_groups=False)}:
        return ""
    return "pyproject.toml changed since poetry.lock was written"


_LEGACY = ("dependencies", "source", "extras", "dev-dependencies")


def _poetry_hash(data: Mapping[str, Any], *, with_groups: bool) -> str:
    meta = table(data, "project")
    asked = {
        k: meta[k] for k in ("requires-python", "dependencies", "optional-dependencies") if meta.get(k) is not None
    }
    groups = table(data, "dependency-groups") if with_groups else {}
    poetry = table(data, "tool", "poetry")
    own = {
        k: poetry.get(k)
        for k in (*_LEGACY, "group")
        if poetry.get(k) is not None or (k in _LEGACY and not asked and not groups)
    }
    content: dict[str, Any] = {"project": asked} if asked else {}
    content |= {"dependency-groups": groups} if groups else {}
    return _digest(content | {"tool": {"poetry": own}} if content else own)


def _pdm(project: Project, data: Mapping[str, Any]) -> str:
    head = project.head("pdm.lock")
    if "lock_version = " in head and not _PDM_FORMAT.search(head):
        return "pdm.lock is of another generation of PDM"
    m = _PDM_HASH.search(head)
    if not m or "lock_inputs" in head:
        return ""
    meta, settings = table(data, "project"), table(data, "tool", "pdm")
    groups = {normal(n): g for n, g in table(data, "dependency-groups").items()}
    for name, listed in table(settings, "dev-dependencies").items():
        groups[normal(name)] = [*groups.get(normal(name), []), *listed]
    content = {
        "sources": settings.get("source", []),
        "dependencies": meta.get("dependencies", []),
        "dev-dependencies": groups,
        "optional-dependencies": meta.get("optional-dependencies", {}),
        "requires-python": meta.get("requires-python", ""),
        "resolution": settings.get("resolution", {}),
    }
    return "" if _digest(content, m[1]) == m[2] else "pyproject.toml changed since pdm.lock was written"


_PIPFILE = ("source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop")


def _pipenv(project: Project, _: Mapping[str, Any]) -> str:
    """The hash of a Pipfile, over the names as written (older releases) and as PEP 503 compares them.

    `pipenv sync` goes by the lock whatever the hash: only one that lacks a package will not do.
    """
    m = _PIPENV_HASH.search(project.head("Pipfile.lock", 2000))
    pipfile = project.toml("Pipfile") if project.has("Pipfile") else {}
    if not m or "source" not in pipfile:
        return ""
    for name_of in (str, normal):
        content = {
            "_meta": {"sources": pipfile["source"], "requires": pipfile.get("requires", {})},
            "default": {name_of(k): v for k, v in table(pipfile, "packages").items()},
            "develop": {name_of(k): v for k, v in table(pipfile, "dev-packages").items()},
        }
        content |= {
            category: {name_of(k): v for k, v in table(pipfile, category).items()}
            for category in pipfile
            if category not in _PIPFILE
        }
        if _digest(content, separators=(",", ":")) == m[1]:
            return ""
    text = project.whole("Pipfile.lock").partition('"develop":')[0]
    has = {normal(name) for name in _PIPENV_NAME.findall(text)}
    missing = sorted(normal(name) for name in table(pipfile, "packages") if normal(name) not in has)
    return f"Pipfile.lock lacks {', '.join(missing[:3])}" if missing else ""


def _digest(content: Any, algorithm: str = "sha256", separators: tuple[str, str] | None = None) -> str:
    import hashlib  # noqa: PLC0415  (start-up time)
    import json  # noqa: PLC0415

    text = json.dumps(content, sort_keys=True, separators=separators)
    return hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


_CHECKS: Mapping[str, Callable[[Project, Mapping[str, Any]], str]] = {
    "uv.lock": _uv,
    "poetry.lock": _poetry,
    "pdm.lock": _pdm,
    "Pipfile.lock": _pipenv,
}
