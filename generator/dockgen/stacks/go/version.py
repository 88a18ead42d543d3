"""Choose the Go release to build with, from go.mod, go.work and the files of version managers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, releases, support
from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact, Rejected, default, fact
from dockgen.lines import line_at
from dockgen.stacks.go.gomod import inside, line_number, parse

if TYPE_CHECKING:
    from dockgen.facts import Ended
    from dockgen.project import Project
    from dockgen.releases import Release
    from dockgen.settings import Setting
    from dockgen.stacks.go.gomod import Module

NONE = (0, 0)
_PLACES = (
    (".tool-versions", r"^(?:golang|go)[ \t]+(\S+)"),
    ("mise.toml", r"^(?:go|golang)[ \t]*=[ \t]*[\"'](\d[\w.]*)"),
    (".mise.toml", r"^(?:go|golang)[ \t]*=[ \t]*[\"'](\d[\w.]*)"),
    ("Dockerfile", r"^FROM[ \t]+(?:--\S+[ \t]+)?(?:[\w.:-]+/)*golang:(\d+\.\d+(?:\.\d+)?)"),
)
_SET_UP = lazy.pattern(r"\bgo-version[\"']?:[ \t]*([^\n#]*(?:\n[ \t]*-[ \t][^\n:]*)*)")


def directive(module: Module | None, project: Project) -> Fact[str] | None:
    """The Go version that the project asks for: the highest of the go and toolchain lines of go.mod and go.work."""
    asked: list[Fact[str]] = []
    for file, path in (
        (module, module.file if module else ""),
        (parse(project, "go.work") if project.has("go.work") else None, "go.work"),
    ):
        if file:
            lines = ((file.go, file.go_line, "go"), (file.toolchain, file.toolchain_line, "toolchain"))
            asked += [fact(value, path, number, note) for value, number, note in lines if line_number(value)]
    return max(asked, key=lambda f: line_number(f.value) or NONE, default=None)


def release(asked: Fact[str] | None, project: Project, home: str) -> Fact[str]:
    """The release line to build with: the one that the project names while it is supported, else the newest.

    Go compiles code written for any older version (go.dev/doc/go1compat), but modules such as golang.org/x/net have
    files for one release only, so the release that the project is developed with is the safer one.
    InputError if the project asks for a release that is not known yet.
    """
    newest = releases.GO[0].line
    wanted = (line_number(asked.value) if asked else None) or NONE
    if asked and wanted > (line_number(newest) or NONE):
        place = asked.evidence[0]
        raise InputError(
            f"Go {asked.value.removeprefix('go')} is newer than any release that dockgen knows ({newest})",
            where=f"{place.path}:{place.line}",
            hint="update dockgen, or lower the go line",
        )
    pinned = _pinned(project, home)
    for named in (pinned, asked):
        known = _supported(named.value) if named else None
        if named and known and (line_number(known.line) or NONE) >= wanted:
            return Fact(known.line, named.evidence)
    lost = (Rejected(pinned.value, pinned.evidence[0]),) if pinned else ()
    if not asked:
        return Fact(newest, default(newest, f"nothing asks for a version; {newest} is the newest").evidence, lost)
    place = asked.evidence[0]
    note = f"asks for {asked.value.removeprefix('go')}; {newest} builds it"
    return Fact(newest, (Evidence(place.path, place.line, note),), lost)


def over(asked: Setting[str] | None) -> tuple[Ended, ...]:
    """The release that the user ASKED for, if its support has ended; what the project says is no pin, see above."""
    release = support.ended("go", asked.value.removeprefix("go")) if asked else None
    if not asked or not release:
        return ()
    place = Evidence(note=asked.reason)
    near = [r.line for r in releases.GO if r.is_supported][-1]
    return (support.end_of("go", release, place, pin=place, nearest=near),)


def _supported(version: str) -> Release | None:
    found = releases.by_line(releases.GO, ".".join(map(str, line_number(version) or NONE)))
    return found if found and found.is_supported else None


def _pinned(project: Project, home: str) -> Fact[str] | None:
    """The version that version managers, an existing Dockerfile or the workflows name."""
    for folder in dict.fromkeys((home, ".")):
        path = inside(folder, ".go-version")
        if line_number(text := project.text(path).strip()):
            return fact(text, path, 1)
        for name, pattern in _PLACES:
            path = inside(folder, name)
            text = project.text(path)
            if (match := re.search(pattern, text, re.MULTILINE)) and line_number(match[1]):
                return fact(match[1], path, line_at(text, match.start(1)))
    return _tested(project)


def _tested(project: Project) -> Fact[str] | None:
    """The newest version that the workflows set up."""
    found: list[Fact[str]] = []
    for path in project.below(".github/workflows"):
        text = project.text(path)
        for match in _SET_UP.finditer(text):
            line = line_at(text, match.start())
            found += [fact(v, path, line) for v in re.findall(r"\d+\.\d+(?:\.\d+)?", match[1]) if line_number(v)]
    return max(found, key=lambda f: line_number(f.value) or NONE, default=None)
