"""Find the build tags with which a project is built: without them, a part of its code is left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from dockgen.project import Project

# Files that say how the project is built for its users. The first one with tags decides.
FILES = ("Dockerfile", ".goreleaser.yml", ".goreleaser.yaml", ".promu.yml", "Makefile", "Taskfile.yml", "justfile")
# Tags of modules that change what the program can do; those of the project are seen in its constraints.
OF_MODULES = lazy.pattern(r"sqlite_\w+|fts5|json1|builtinassets")
# Set by developers only, or without effect on a static build.
NOT_SHIPPED = frozenset(
    {
        "debug", "dev", "development", "e2e", "ignore", "integration", "libsqlite3", "mock", "netgo", "osusergo",
        "race", "static_build", "test", "tools", "unit", "wireinject",
    }
)  # fmt: skip
_LINE = lazy.pattern(r"^[^\n#]*--?tags[= ]+(?:\"([^\"\n$]+)\"|'([^'\n$]+)'|([\w.,]+))", re.MULTILINE)
_LIST = lazy.pattern(r"^[ \t]+(?:- )?tags:[ \t]*(?:\[([\w., ]+)\]|((?:\n[ \t]+- [\w.]+)+))", re.MULTILINE)
_OTHER_COMMAND = lazy.pattern(r"\b(?:test|run|vet|lint|generate|get|describe|list|doc)\b|git\b")
_CONSTRAINT = lazy.pattern(r"^//(?:go:build|[ \t]*\+build)[ \t]+(.+)$", re.MULTILINE)


def tags(project: Project) -> Fact[tuple[str, ...]] | None:
    """The tags of the release build that matter, and where they are said; None if there are none."""
    for path in FILES:
        text = project.text(path)
        for pattern in (_LINE, _LIST):
            for match in pattern.finditer(text):
                if pattern is _LINE and _OTHER_COMMAND.search(match[0].partition("tags")[0]):
                    continue
                named = re.findall(r"\w[\w.]*", next(g for g in match.groups() if g))
                kept = _kept(named, project) if set(named) - NOT_SHIPPED else ()
                if kept:
                    return Fact(kept, (Evidence(path, line_at(text, match.start()), "builds with them"),))
    return None


def _kept(named: list[str], project: Project) -> tuple[str, ...]:
    own = {
        word
        for path in project.ending(".go")
        if not path.startswith("vendor/")
        for line in _CONSTRAINT.findall(project.head(path, 4096))
        for word in re.findall(r"[\w.]+", line)
    }
    return tuple(dict.fromkeys(t for t in named if t not in NOT_SHIPPED and (t in own or OF_MODULES.fullmatch(t))))
