"""What a lock file resolved: versions, who needs whom, which Node packages ask for, which have install scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project

_NAME = lazy.pattern(r"(?:@[\w.-]+/)?[\w.-]+")
_VERSION = lazy.pattern(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?")
_GIT = lazy.pattern(r"git\+(?:ssh|https?|file)://|git://|(?<![\w-])git@[\w.-]+[:/]|\.git#(?:commit=)?[0-9a-f]{7}")
_SSH = lazy.pattern(r"(?:git\+ssh|ssh)://git@github\.com/|git@github\.com:")
_COMMA = lazy.pattern(r",(\s*[}\]])")
_YARN_HEAD = lazy.pattern(r"\"?((?:@[\w.-]+/)?[\w.-]+)@")
_YARN_NEED = lazy.pattern(r"    \"?((?:@[\w.-]+/)?[\w.-]+)\"?:? ")
_YARN_VERSION = lazy.pattern(r"  version:? \"?([^\s\"]+)")
_PNPM_HEAD = lazy.pattern(r"  ['\"]?/?((?:@[\w.-]+/)?[\w.-]+)[@/](\d[^\s:('\"_]*)")
_PNPM_ENTRY = lazy.pattern(r"( +)['\"]?((?:@[\w.-]+/)?[\w.-]+)['\"]?:[^\S\n]*(.*?)\s*$")
_SECTIONS = frozenset({"specifiers", "dependencies", "devDependencies", "optionalDependencies"})
_NEEDS = {"dependencies": 1, "optionalDependencies": 2}  # in how many of the tables they are noted
_PNPM_NEED = lazy.pattern(r"      ['\"]?((?:@[\w.-]+/)?[\w.-]+)['\"]?: ")
_PNPM_NODE = lazy.pattern(r"    engines: .*?node: ['\"]?([^'\",}]+)")


@dataclass(slots=True, kw_only=True)
class Resolved:
    """The packages of a lock file by name; empty where there is none or its format is not known.

    `versions` holds the one that the project itself gets first. `node` is what a package's `engines` say. `is_whole`
    is true if `scripted` names every package that has an install script.
    """

    versions: dict[str, list[str]] = field(default_factory=dict)
    needs: dict[str, set[str]] = field(default_factory=dict)
    soft: dict[str, set[str]] = field(default_factory=dict)  # of these, what may fail to install
    node: dict[str, str] = field(default_factory=dict)
    scripted: set[str] = field(default_factory=set)
    is_whole: bool = False
    asked: dict[str, str] = field(default_factory=dict)  # what package.json asked for when it was written
    peers: str = ""  # a package whose peers are not those that the lock file has
    berry: bool = False  # written by Yarn 2 or newer
    git: bool = False
    ssh: bool = False  # by an address of GitHub that only a key can open, though the repository may be public

    def version(self, name: str) -> str:
        """The version of a package that the project itself gets; "" if it gets none."""
        return next(iter(self.versions.get(name, ())), "")

    def behind(self, roots: Iterable[str], *, surely: bool = False) -> frozenset[str]:
        """ROOTS and everything that they bring, by name; SURELY: without optional dependencies."""
        seen: set[str] = set()
        left = [r for r in roots if r in self.versions]
        while left:
            name = left.pop()
            if name not in seen:
                seen.add(name)
                needs = self.needs.get(name, set())
                left += needs - self.soft.get(name, set()) if surely else needs
        return frozenset(seen)

    def add(
        self,
        name: str,
        version: str,
        needs: Iterable[str] = (),
        soft: Iterable[str] = (),
        *,
        node: str = "",
        scripted: bool = False,
    ) -> None:
        """Note one package; names and versions that could not be such are left out."""
        if not _NAME.fullmatch(name) or not (plain := _VERSION.match(version)):
            return
        self.versions.setdefault(name, []).append(plain[0])
        self.needs.setdefault(name, set()).update(needs, soft)
        if soft:
            self.soft.setdefault(name, set()).update(soft)
        if node:
            self.node.setdefault(name, node)
        if scripted:
            self.scripted.add(name)


def read(project: Project, lock: str) -> Resolved:
    """What LOCK resolved; nothing if it cannot be read."""
    found = Resolved()
    text = project.whole(lock) if lock and not lock.endswith("lockb") else ""
    try:
        if lock.endswith(".json"):
            _npm(found, text)
        elif lock == "yarn.lock":
            _yarn(found, text)
        elif lock == "pnpm-lock.yaml":
            _pnpm(found, text)
        elif lock == "bun.lock":
            _bun(found, text)
    except (ValueError, AttributeError, TypeError, KeyError, IndexError, RecursionError):
        return Resolved()  # broken: the package manager will say so
    found.git = bool(_GIT.search(text))
    found.ssh = bool(_SSH.search(text))
    return found


def _npm(found: Resolved, text: str) -> None:
    import json  # noqa: PLC0415

    data = json.loads(text or "{}")
    packages = data.get("packages")
    if not isinstance(packages, dict):
        _npm_1(found, data.get("dependencies") or {})
        return
    found.is_whole = True
    root = packages.get("") or {}
    for key in ("devDependencies", "optionalDependencies", "dependencies"):
        found.asked |= {str(name): str(spec) for name, spec in (root.get(key) or {}).items()}
    entries = {p: e for p, e in packages.items() if p and isinstance(e, dict) and "node_modules/" in p}
    for path in sorted(entries, key=lambda p: p.count("node_modules/")):
        entry = entries[path]
        engines = entry.get("engines")
        found.add(
            path.rpartition("node_modules/")[2],
            str(entry.get("version")),
            entry.get("dependencies") or (),
            entry.get("optionalDependencies") or (),
            node=str(engines.get("node") or "") if isinstance(engines, dict) else "",
            scripted=entry.get("hasInstallScript") is True,
        )
    found.peers = next(_broken_peers(entries), "")


def _npm_1(found: Resolved, tree: Mapping[str, Any]) -> None:
    """npm 6 and older wrote trees, without engines and scripts."""
    for name, entry in tree.items():
        found.add(name, str(entry.get("version")), entry.get("requires") or ())
    for entry in tree.values():
        _npm_1(found, entry.get("dependencies") or {})


def _broken_peers(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Packages whose peers are missing, or of another major version: written with legacy-peer-deps or by force."""
    for path, entry in entries.items():
        optional = entry.get("peerDependenciesMeta") or {}
        for peer, spec in (entry.get("peerDependencies") or {}).items():
            if (optional.get(peer) or {}).get("optional") is True:
                continue
            have = _above(entries, path, peer)
            if have is None or not _fits(str(have.get("version")), str(spec)):
                yield f"{path.rpartition('node_modules/')[2]} (peer {peer})"


def _above(entries: Mapping[str, Mapping[str, Any]], path: str, peer: str) -> Mapping[str, Any] | None:
    """The entry that node finds for PEER from PATH upwards."""
    while path:
        path = path.rpartition("node_modules/")[0]
        if found := entries.get(f"{path}node_modules/{peer}"):
            return found
        path = path.rstrip("/")
    return None


def _fits(version: str, spec: str) -> bool:
    """False if VERSION is surely outside of SPEC; prereleases and odd ranges are trusted."""
    from dockgen.stacks.node import ranges  # noqa: PLC0415

    if "-" in version or "-" in spec or not _VERSION.fullmatch(version):
        return True
    major = version.partition(".")[0]
    if re.search(rf"(?:^|[\s^~=v|]){major}(?:\.|\s|$)", spec) or ">=" in spec or spec in ("*", "latest", "next"):
        return True  # the usual case, without the cost of exactness
    return ranges.satisfies(version, spec) is not False


def _yarn(found: Resolved, text: str) -> None:
    """Both generations: blocks of `name@range, …:`, with `version` and `dependencies` in them."""
    found.berry = "\n__metadata:" in text or text.startswith("__metadata:")
    name, version, own, section = "", "", False, ""
    needs: dict[str, set[str]] = {"dependencies": set(), "optionalDependencies": set()}
    for line in (*text.split("\n"), "end:"):
        if line[:2] != "  ":
            if line and line[0] != "#":
                found.add(name, version, *needs.values())
                m = _YARN_HEAD.match(line)
                name, version, own = m[1] if m else "", "", '@workspace:."' in line
                needs = {"dependencies": set(), "optionalDependencies": set()}
            section = ""
        elif line[2] != " ":
            section = line.strip().rstrip(":")
            if line.startswith("  version") and (m := _YARN_VERSION.match(line)):
                version = m[1]
        elif section in needs and (m := _YARN_NEED.match(line)):
            needs[section].add(m[1])
            if own:
                found.asked[m[1]] = line[m.end() :].strip().strip('"').removeprefix("npm:")


def _pnpm(found: Resolved, text: str) -> None:
    """All formats: `packages:` (and from 9.0 on `snapshots:`), keys with name and version, blocks indented below."""
    start = re.search(r"^(?:packages|snapshots):\s*$", text, re.MULTILINE)
    direct = _pnpm_direct(found, text[: start.start()] if start else text)
    _pnpm_packages(found, text[start.end() if start else len(text) :])
    for package, version in direct.items():
        if version in (have := found.versions.get(package, [])):
            have.remove(version)
            have.insert(0, version)
    found.is_whole = bool(found.scripted)


def _pnpm_packages(found: Resolved, text: str) -> None:
    name = section = ""
    for line in text.split("\n"):
        if line[:4] != "    ":
            if line[:2] == "  " and (m := _PNPM_HEAD.match(line)):
                name = m[1]
                if m[2] not in found.versions.get(name, ()):
                    found.add(name, m[2])
            section = ""
        elif line[4:5] != " ":
            section = line.strip().rstrip(":")
            if line.startswith("    engines:") and (m := _PNPM_NODE.match(line)):
                found.node.setdefault(name, m[1].strip())
            elif line.startswith("    requiresBuild: true"):
                found.scripted.add(name)
        elif section in _NEEDS and (m := _PNPM_NEED.match(line)):
            for table in (found.needs, found.soft)[: _NEEDS[section]]:
                table.setdefault(name, set()).add(m[1])


def _pnpm_direct(found: Resolved, head: str) -> dict[str, str]:
    """The versions that the project itself gets; what it asked for is noted in FOUND.

    Formats: `specifiers:` and `dependencies:` at the top (5), tables of specifier and version at the top or, in a
    workspace, below `importers:` and `.:` (6 and newer).
    """
    m = re.search(r"^importers:\s*\n\s*\n?  ['\"]?\.['\"]?:\s*\n((?:[^\S\n]{4}.*\n|\s*\n)*)", head, re.MULTILINE)
    lines = (re.sub(r"^    ", "", m[1], flags=re.MULTILINE) if m else head).split("\n")
    versions: dict[str, str] = {}
    section = name = ""
    for line in lines:
        if not line.startswith(" "):
            section = line.rstrip().rstrip(":")
        elif section in _SECTIONS and (entry := _PNPM_ENTRY.match(line)):
            depth, key, value = len(entry[1]), entry[2], entry[3].strip("'\"")
            if depth == 2:
                name = key
                if section != "specifiers":
                    found.asked.setdefault(name, "")
            if (depth == 2 and section == "specifiers") or (depth == 4 and key == "specifier"):
                found.asked[name] = value
            elif (depth == 2 or key == "version") and (exact := _VERSION.match(value)):
                versions[name] = exact[0]
    return versions


def _bun(found: Resolved, text: str) -> None:
    """JSON with commas at the ends of lists: key -> [name@version, registry, what its manifest says, digest]."""
    import json  # noqa: PLC0415

    data = json.loads(_COMMA.sub(r"\1", text) or "{}")
    root = (data.get("workspaces") or {}).get("") or {}
    for key in ("peerDependencies", "optionalDependencies", "devDependencies", "dependencies"):
        found.asked |= {str(name): str(spec) for name, spec in (root.get(key) or {}).items()}
    for key, entry in sorted((data.get("packages") or {}).items(), key=lambda item: item[0].count("/")):
        told = next((part for part in entry if isinstance(part, dict)), {})
        name, _, version = str(entry[0]).rpartition("@")
        own = key if key.startswith("@") and key.count("/") == 1 else key.rpartition("/")[2]
        found.add(
            name or own,
            version,
            told.get("dependencies") or (),
            told.get("optionalDependencies") or (),
            scripted=told.get("hasInstallScript") is True,
        )
    found.is_whole = data.get("lockfileVersion", 0) >= 2
