"""Find the modules that are not public, and how the build is let in to them: by .netrc or by SSH."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dockgen import given, lazy
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.given import Secret
    from dockgen.project import Project
    from dockgen.stacks.go.gomod import Module

FILES = ("Dockerfile", "Makefile", "Taskfile.yml", "justfile", ".envrc", "mise.toml", ".gitlab-ci.yml", "README.md")
NETRC = given.HOME + ".netrc"
_SAID = lazy.pattern(r"\b(?:GOPRIVATE|GONOSUMDB|GONOPROXY)[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9][\w./*,-]*)")
# `git config url."git@host:".insteadOf https://host/`, and the same in a .gitconfig: a key opens it, not a password.
_KEY = r"((?:ssh://)?git@[\w.-]+[:/](?:[\w.-]+/)*)"
_ADDRESS = r"(https://[\w.-]+/(?:[\w.-]+/)*)"
_REWRITTEN = (
    lazy.pattern(rf"url\.\\?[\"']?{_KEY}\\?[\"']?\.insteadOf[\"']?[ =]+\\?[\"']?{_ADDRESS}"),
    lazy.pattern(rf"\[url \"{_KEY}\"\]\s+insteadOf\s*=\s*\"?{_ADDRESS}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """What git asks for in place of an address, so that an SSH key opens it."""

    address: str
    key: str
    where: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """`patterns` of GOPRIVATE; `modules` that go.mod requires and they cover; `rewrites` that reach these by SSH."""

    patterns: Fact[str]
    modules: tuple[str, ...]
    rewrites: tuple[Rewrite, ...]


def private(project: Project, modules: Iterable[Module]) -> Private | None:
    """The private modules that the MODULES of the program require; None if there are none."""
    required = {path for module in modules for path in module.requires}
    for path in (*FILES, *project.below(".github/workflows")):
        text = project.text(path)
        for match in _SAID.finditer(text):
            patterns = match[1].rstrip(",")
            covered = tuple(sorted(m for m in required if matches(patterns, m)))
            if covered:
                said = Fact(patterns, (Evidence(path, line_at(text, match.start()), "GOPRIVATE"),))
                return Private(patterns=said, modules=covered, rewrites=_rewrites(project, covered))
    return None


def matches(patterns: str, module: str) -> bool:
    """True if one of PATTERNS, a list with commas, covers MODULE or a path above it, as the go command has it."""
    parts = module.split("/")
    for pattern in filter(None, (p.strip("/") for p in patterns.split(","))):
        wanted = pattern.split("/")
        if len(wanted) <= len(parts) and all(map(fnmatchcase, parts, wanted)):
            return True
    return False


def _rewrites(project: Project, modules: tuple[str, ...]) -> tuple[Rewrite, ...]:
    """The addresses of MODULES that the project has git fetch by SSH, the first of each."""
    found: dict[str, Rewrite] = {}
    for path in (".gitconfig", *FILES, *project.below(".github/workflows")):
        text = project.text(path)
        for form in _REWRITTEN:
            for m in form.finditer(text):
                prefix = m[2].removeprefix("https://")
                if any(f"{module}/".startswith(prefix) for module in modules):
                    where = Evidence(path, line_at(text, m.start()), "insteadOf")
                    found.setdefault(m[2], Rewrite(address=m[2], key=m[1], where=where))
    return tuple(found.values())


def secrets(found: Private) -> tuple[Secret, ...]:
    """What `docker build` is given to be let in: the agent for what is fetched by SSH, .netrc for the rest."""
    prefixes = tuple(r.address.removeprefix("https://") for r in found.rewrites)
    agent = (given.ssh(str(found.rewrites[0].where)),) if found.rewrites else ()
    if prefixes and all(f"{m}/".startswith(prefixes) for m in found.modules):
        return agent
    return (*agent, given.file("netrc", NETRC, "/root/.netrc", where=found.patterns.why))
