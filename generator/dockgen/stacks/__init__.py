"""The languages that dockgen knows, and which of them a project is written in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from dockgen import gitignore, sensitive
from dockgen.confidence import CLOSE
from dockgen.errors import DockgenError, InputError, NothingFoundError, Open, UndecidedError, UnsupportedError, Way
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.project import PRUNED

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.project import Project
    from dockgen.sensitive import Sensitive
    from dockgen.settings import Settings


@dataclass(frozen=True, slots=True)
class Claim:
    """How strongly a stack takes a project for its own, from 0 to 100, and what speaks for it."""

    score: int
    evidence: Evidence


# A language is a folder in stacks/ and in templates/, and a line here: its name, and the endings of files without which
# it claims no project. Its folder has the modules `claim`, `detect` and `plan`, each imported when it is first needed
# by the functions `claim`, `detect` and `decide` below.
STACKS = {
    "go": ("go.mod", "go.work", ".go"),
    "python": (".py", ".toml", ".txt", ".cfg", ".lock", "Pipfile"),
    "node": ("package.json", "pnpm-workspace.yaml", ".js", ".mjs", ".cjs", ".ts", ".mts"),
    "static": (
        "index.html", "_config.yml", "antora.yml", "antora-playbook.yml", "archetypes/default.md", "book.toml",
        "conf.py", "config.toml", "config.yaml", "config.yml", "hugo.json", "hugo.toml", "hugo.yaml", "hugo.yml",
        "mkdocs.yaml", "mkdocs.yml", "zensical.toml",
    ),
}  # fmt: skip

CLEAR = 10  # by how much a claim must win for the stack to be no guess

# Files that mark the folder of an app below one that has none, and how deep to look for them.
MANIFESTS = ("package.json", "go.mod", "pyproject.toml", "requirements.txt", "manage.py", "index.html")
MAX_DEPTH = 2
NO_APPS = ("requirements", "docs", "doc")  # folders that have such a file for another reason

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
# What would work instead, for those of them that are near to a stack of ours.
_CONDA = "what PyPI has of its packages can be listed in requirements.txt or pyproject.toml, which dockgen installs"
NEAREST = {
    "conda": f"{_CONDA}; for what only conda has, an image of mambaorg/micromamba installs the environment",
    "conda (pixi)": f"{_CONDA}; for what only conda has, an image of ghcr.io/prefix-dev/pixi installs the environment",
}
OTHER_SUFFIXES = ((".csproj", ".NET", 80), (".fsproj", ".NET", 80), (".sln", ".NET", 80), (".cabal", "Haskell", 80))


def claim(name: str, project: Project) -> Claim | None:
    """How much a project looks like the stack NAME; None if not at all. Cheap: names and manifests only."""
    return cast("Claim | None", import_module(f"dockgen.stacks.{name}.claim").claim(project))


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The facts about the app, by its STACK. UndecidedError if there is nothing to run, such as in a library."""
    try:
        found = cast("Facts", import_module(f"dockgen.stacks.{stack.value}.detect").detect(project, stack, settings))
    except UndecidedError as error:
        if stack.value == "static" or settings.get("stack"):
            raise
        pages = import_module("dockgen.stacks.static.claim")
        is_nothing = error.open is not None and error.open.key == "start" and not error.open.ways
        if is_nothing and (site := pages.instead(project, stack)):
            return detect(project, site, settings)
        below = _below(project) if is_nothing else ""
        error.hint = "; ".join(filter(None, (error.hint, pages.site(project), below))) or None
        raise
    secrets, traces = _context(project.workspace.root if project.workspace else project)
    found = replace(found, sensitive=secrets, traces=traces)
    return _beside(project, found, settings) if settings.value("with") else found


def _beside(project: Project, found: Facts, settings: Settings) -> Facts:
    """FOUND with what companions have to know of the servers that the app needs beside it."""
    from dockgen import examples  # noqa: PLC0415  (start-up time: only where it is asked for)

    if found.kind.value == "static":
        return replace(found, example=examples.file(project))
    module = import_module(f"dockgen.stacks.{found.stack.value}.stores")
    return replace(found, example=examples.file(project), stores=module.find(project, found, settings))


@lru_cache(maxsize=1)
def _context(whole: Project) -> tuple[Sensitive, frozenset[str]]:
    """What the context of a build holds; all apps of a workspace, which are looked at in a row, have the same one."""
    return sensitive.find(whole), _traces(whole)


def _traces(project: Project) -> frozenset[str]:
    """What a project shows of its tools; not hidden folders, which a tool makes on one machine and not on another."""
    names = {path.rpartition("/")[2] for path in project.shallow(2)}
    folders = {f for f in project.folders if "/" not in f and f[0] != "." and f not in PRUNED}
    return frozenset(names | folders | {f"ignored {name}" for name in gitignore.names(project)})


def decide(facts: Facts, settings: Settings) -> Plan:
    """The plan for FACTS, the user's SETTINGS taking precedence. UndecidedError if something needed is unknown."""
    return cast("Plan", import_module(f"dockgen.stacks.{facts.stack.value}.plan").decide(facts, settings))


def is_any(project: Project) -> bool:
    """True if a file of PROJECT is one of some language, be it one of ours or not."""
    return bool(_ours(project) or _others(project))


def _ours(project: Project) -> list[tuple[str, Claim]]:
    likely = [name for name, endings in STACKS.items() if any(project.ending(*endings))]
    return [(name, found) for name in likely if (found := claim(name, project))]


def choose(project: Project, settings: Settings) -> Fact[str]:
    """The stack of a project, with the stacks that lost. UndecidedError if it is none of ours."""
    claims = _ours(project)
    if asked := settings.get("stack"):
        if asked.value not in STACKS:
            raise InputError(f"unknown stack {asked.value!r}", hint=f"one of {', '.join(STACKS)}")
        lost = tuple(Rejected(name, found.evidence) for name, found in claims if name != asked.value)
        return Fact(asked.value, (Evidence(note=asked.reason),), lost)
    claims += _others(project)
    claims.sort(key=lambda nc: -nc[1].score)  # stable: STACKS' order decides a tie
    if not claims:
        raise NothingFoundError(
            f"nothing that dockgen can containerise was found in {project.name!r}\n"
            "  looked for: package.json, requirements.txt, pyproject.toml, Pipfile, setup.py, *.py, go.mod,"
            " index.html\n"
            f"  found: {_sample(project)}",
            hint=_below(project)
            or "run it in the folder of the app, or say what it is: --set stack=python --set start='python main.py'",
            open=Open(key="stack", ways=tuple(Way(sets=(f"stack={name}",), shown=name) for name in STACKS)),
        )
    (name, best), *rest = claims
    if name not in STACKS:
        raise UnsupportedError(
            f"this looks like a {name} project, which dockgen does not support yet",
            where=best.evidence.path,
            hint=NEAREST.get(name) or f"supported: {', '.join(STACKS)}; to insist, --set stack=NAME",
        )
    if rest and rest[0][1].score == best.score:
        (name, best), *rest = _untied(project, claims, settings)
    is_close = bool(rest) and best.score - rest[0][1].score < CLEAR
    return Fact(name, (best.evidence,), tuple(Rejected(n, c.evidence) for n, c in rest), CLOSE if is_close else 0)


def _untied(project: Project, claims: list[tuple[str, Claim]], settings: Settings) -> list[tuple[str, Claim]]:
    """CLAIMS, of which the first are equally strong, with that first in which alone there is something to run.

    UndecidedError if there is in several.
    """
    equal = [nc for nc in claims if nc[1].score == claims[0][1].score]
    able = [nc for nc in equal if nc[0] in STACKS and _runs(project, nc[0], settings)]
    if len(able) > 1:
        names = [name for name, _ in able]
        raise UndecidedError(
            f"this is as much {' as '.join(names)}, and nothing says which of them is meant\n"
            + "\n".join(f"  {name}: {found.evidence}" for name, found in able),
            hint=f"say which: {' or '.join(f'--set stack={name}' for name in names)}",
            open=Open(
                key="stack",
                ways=tuple(Way(sets=(f"stack={n}",), shown=n, note=str(found.evidence)) for n, found in able),
            ),
        )
    return able + [nc for nc in claims if nc not in able]


def _runs(project: Project, name: str, settings: Settings) -> bool:
    try:
        detect(project, Fact(name), settings)
    except DockgenError:
        return False
    return True


def _others(project: Project) -> list[tuple[str, Claim]]:
    found = [(lang, Claim(score, Evidence(file))) for file, lang, score in OTHERS if project.has(file)]
    for suffix, language, score in OTHER_SUFFIXES:
        if hit := next((f for f in project.ending(suffix) if f.count("/") <= 1), None):
            found.append((language, Claim(score, Evidence(hit))))
    return found


def _below(project: Project) -> str:
    """The hint that names folders which hold an app; "" if none does."""
    files = (f for f in project.ending(*(f"/{name}" for name in MANIFESTS)) if f.count("/") <= MAX_DEPTH)
    folders: list[str] = []
    for folder in (f.rpartition("/")[0] for f in files):  # shallow first
        if folder.rpartition("/")[2] not in NO_APPS and not any(
            f"{folder}/".startswith(f"{known}/") for known in folders
        ):
            folders.append(folder)
    more = f" and {len(folders) - 4} more" if len(folders) > 4 else ""
    return f"run it in the folder of an app: {', '.join(folders[:4])}{more}" if folders else ""


def _sample(project: Project) -> str:
    top = sorted({f.split("/")[0] + ("/" if "/" in f else "") for f in project.files})
    return (", ".join(top[:8]) + (f" and {len(top) - 8} more" if len(top) > 8 else "")) or "an empty folder"
