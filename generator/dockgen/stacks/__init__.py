"""The languages that dockgen knows, and which of them a project is written in."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from dockgen.errors import InputError, UndecidedError
from dockgen.facts import Evidence, Fact, Rejected

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plan import Plan
    from dockgen.project import Project
    from dockgen.settings import Settings


@dataclass(frozen=True, slots=True)
class Claim:
    """How strongly a stack takes a project for its own, from 0 to 100, and what speaks for it."""

    score: int
    evidence: Evidence


class Stack(Protocol):
    """What each module `dockgen.stacks.NAME` offers."""

    def claim(self, project: Project) -> Claim | None:
        """How much the project looks like this stack; None if not at all. Cheap: names and manifests only."""

    def detect(self, project: Project, stack: Fact[str], settings: Settings) -> Facts:
        """The facts about the app. UndecidedError if there is nothing to run, such as in a library."""

    def decide(self, facts: Facts, settings: Settings) -> Plan:
        """The plan for FACTS, the user's SETTINGS taking precedence. UndecidedError if something needed is unknown."""


# A language is a folder in stacks/ and in templates/, and a line here: its name, and the endings of files without which
# it claims no project, so that its modules need not be imported. Earlier wins a tie.
STACKS = {
    "go": ("go.mod", "go.work", ".go"),
    "python": (".py", ".toml", ".txt", ".cfg", ".lock", "Pipfile"),
    "node": ("package.json", "pnpm-workspace.yaml", ".js", ".mjs", ".cjs", ".ts", ".mts"),
    "static": (
        "index.html", "_config.yml", "antora.yml", "archetypes/default.md", "book.toml", "conf.py", "config.toml",
        "hugo.json", "hugo.toml", "hugo.yaml", "mkdocs.yaml", "mkdocs.yml", "zensical.toml",
    ),
}  # fmt: skip

# Languages that are told apart from ours so that the refusal can name them: file at the root, language, score.
OTHERS = (
    ("Cargo.toml", "Rust", 65),
    ("composer.json", "PHP", 80),
    ("Gemfile", "Ruby", 65),
    ("pom.xml", "Java", 80),
    ("build.gradle", "Java or Kotlin", 75),
    ("build.gradle.kts", "Java or Kotlin", 75),
    ("mix.exs", "Elixir", 80),
    ("Package.swift", "Swift", 80),
    ("pubspec.yaml", "Dart", 80),
    ("build.sbt", "Scala", 80),
    ("project.clj", "Clojure", 80),
    ("deno.json", "Deno", 65),
    ("deno.jsonc", "Deno", 65),
    ("CMakeLists.txt", "C or C++", 50),
    ("environment.yml", "conda", 65),
    ("pixi.lock", "conda (pixi)", 75),
)
OTHER_SUFFIXES = ((".csproj", ".NET", 80), (".fsproj", ".NET", 80), (".sln", ".NET", 80), (".cabal", "Haskell", 80))


def module(name: str) -> Stack:
    """The module of a stack, imported when it is first needed."""
    return cast("Stack", import_module(f"dockgen.stacks.{name}"))


def choose(project: Project, settings: Settings) -> Fact[str]:
    """The stack of a project, with the stacks that lost. UndecidedError if it is none of ours."""
    likely = [name for name, endings in STACKS.items() if any(project.ending(*endings))]
    claims = [(name, claim) for name in likely if (claim := module(name).claim(project))]
    if asked := settings.get("stack"):
        if asked.value not in STACKS:
            raise InputError(f"unknown stack {asked.value!r}", hint=f"one of {', '.join(STACKS)}")
        lost = tuple(Rejected(name, claim.evidence) for name, claim in claims if name != asked.value)
        return Fact(asked.value, (Evidence(note=asked.reason),), lost)
    claims += _others(project)
    claims.sort(key=lambda nc: -nc[1].score)  # stable: STACKS' order decides a tie
    if not claims:
        raise UndecidedError(
            f"nothing that dockgen can containerise was found in {project.name!r}\n"
            "  looked for: package.json, requirements.txt, pyproject.toml, Pipfile, setup.py, *.py, go.mod,"
            " index.html\n"
            f"  found: {_sample(project)}",
            hint="run it in the folder of the app, or say what it is: --set stack=python --set start='python main.py'",
        )
    (name, best), *rest = claims
    if name not in STACKS:
        raise UndecidedError(
            f"this looks like a {name} project, which dockgen does not support yet",
            where=best.evidence.path,
            hint=f"supported: {', '.join(STACKS)}; to insist, --set stack=NAME",
        )
    return Fact(name, (best.evidence,), tuple(Rejected(n, c.evidence) for n, c in rest))


def _others(project: Project) -> list[tuple[str, Claim]]:
    found = [(lang, Claim(score, Evidence(file))) for file, lang, score in OTHERS if project.has(file)]
    for suffix, language, score in OTHER_SUFFIXES:
        if hit := next((f for f in project.ending(suffix) if f.count("/") <= 1), None):
            found.append((language, Claim(score, Evidence(hit))))
    return found


def _sample(project: Project) -> str:
    top = sorted({f.split("/")[0] + ("/" if "/" in f else "") for f in project.files})
    return (", ".join(top[:8]) + (f" and {len(top) - 8} more" if len(top) > 8 else "")) or "an empty folder"
