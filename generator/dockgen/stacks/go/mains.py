"""Find the programs in the code and choose the one that the image is for."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.confidence import CLOSE
from dockgen.errors import InputError, Open, UndecidedError, Way
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.go.gomod import inside, package_path
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stacks.go.gomod import Module
    from dockgen.stacks.go.source import Code, GoFile

# Folders whose programs serve the developers; a release file that names one brings it back.
ASIDE = frozenset(
    {
        "example", "examples", "_example", "_examples", "testdata", "test", "tests", "e2e", "hack", "tools", "tool",
        "scripts", "script", "vendor", "docs", "doc", "demo", "demos", "benchmark", "benchmarks", "bench", "mock",
        "mocks", "codegen", "gen", "generate", "third_party", "playground", "samples", "sample",
    }
)  # fmt: skip
SERVICE_NAMES = frozenset({"server", "api", "web", "app", "service", "backend", "main", "src"})
CLEAR = 15  # by how much a program must win to be no guess
ROOT, NAMED, SERVICE, COMMAND, ELSEWHERE, INTERNAL = 100, 90, 80, 60, 40, 20
LISTENS, DAEMON, OTHER_MODULE = 20, 35, -30

# Import paths of programs that need more than a server has, and what they are.
_WINDOW, _PROVIDER = "an app with a window", "a provider for Terraform"
UNFIT = (
    ("fyne.io/fyne", _WINDOW),
    ("gioui.org/app", _WINDOW),
    ("github.com/andlabs/ui", _WINDOW),
    ("github.com/gen2brain/raylib-go", _WINDOW),
    ("github.com/go-gl/glfw", _WINDOW),
    ("github.com/gotk3/gotk3", _WINDOW),
    ("github.com/diamondburned/gotk4", _WINDOW),
    ("github.com/hajimehoshi/ebiten", _WINDOW),
    ("github.com/lxn/walk", _WINDOW),
    ("github.com/therecipe/qt", _WINDOW),
    ("github.com/veandco/go-sdl2", _WINDOW),
    ("github.com/wailsapp/wails", _WINDOW),
    ("github.com/webview/webview", _WINDOW),
    ("github.com/webview/webview_go", _WINDOW),
    ("github.com/hashicorp/terraform-plugin-framework/providerserver", _PROVIDER),
    ("github.com/hashicorp/terraform-plugin-sdk", _PROVIDER),
    ("golang.org/x/mobile/app", "an app for telephones"),
    ("syscall/js", "a program for the browser"),
)
# Files that say which program a project ships, and what in them names its folder.
_RELEASE = lazy.pattern(r"^[ \t-]*main:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_BUILD = lazy.pattern(r"\bgo[ \t]+(?:build|install)\b((?:[^\n;&|\\]|\\\n|\\)*)")
_PLACES = (  # file, pattern, and how much it is worth
    (".goreleaser.yml", _RELEASE, 60),
    (".goreleaser.yaml", _RELEASE, 60),
    ("Dockerfile", _BUILD, 50),
    ("Procfile", _BUILD, 50),
    ("Makefile", _BUILD, 30),
    ("Taskfile.yml", _BUILD, 30),
    ("justfile", _BUILD, 30),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A folder with a program, its module's folder, and how likely it is the one to ship, with the reasons."""

    folder: str
    module: str
    score: int
    reasons: tuple[Evidence, ...]


def choose(
    project: Project,
    code: Code,
    modules: Sequence[Module],
    settings: Settings,
    listens: Callable[[str], bool],
    within: str = ".",
) -> Fact[Program]:
    """The program to ship of those WITHIN a folder, with those that lost.

    UndecidedError if there is none, or if several are equally likely; InputError if `--set main=` names no program.
    """
    released = _released(project)
    every = [
        _program(folder, code, modules, released, listens)
        for folder in code.folders
        if _is_below(folder, within) and code.is_main(folder)
    ]
    if asked := settings.get("main"):
        path = asked.value.removeprefix("./") or "."
        chosen = next((p for p in every if p.folder in (inside(".", path), inside(within, path))), None)
        if not chosen:
            raise InputError(f"no program in {asked.value!r}", hint=_listing(every) or "no folder has package main")
        return Fact(chosen, (Evidence(note=asked.reason),))
    shipped = [p for p in every if is_path(p.folder) and (not is_aside(p.folder) or p.folder in released)]
    if unfit := [(p, why) for p in shipped if (why := _unfit(code.package(p.folder)))]:
        shipped = [p for p in shipped if all(p is not other for other, _ in unfit)]
        if not shipped:
            raise UndecidedError(
                f"this is {unfit[0][1].note}, which does not run in a container",
                where=f"{unfit[0][1].path}:{unfit[0][1].line}",
                hint=_listing([p for p, _ in unfit]),
            )
    shipped.sort(key=lambda p: -p.score)
    if not shipped:
        raise UndecidedError(
            "no program was found in the Go code: this looks like a library or a template",
            where=modules[0].file if modules else None,
            hint=_listing(every)
            or f"looked for package main with func main() in {len(code.folders)} folders with Go files",
            open=_open(every),
        )
    best, *rest = shipped
    if rest and rest[0].score == best.score:
        equal = [p for p in shipped if p.score == best.score]
        raise UndecidedError(
            f"there are {len(equal)} programs and nothing says which one to ship",
            hint=_listing(equal, len(equal)),
            open=_open(equal),
        )
    is_close = bool(rest) and best.score - rest[0].score < CLEAR
    return Fact(best, best.reasons, tuple(Rejected(p, p.reasons[0]) for p in rest), CLOSE if is_close else 0)


def _is_below(folder: str, within: str) -> bool:
    return within in (".", folder) or folder.startswith(within + "/")


def _unfit(files: Sequence[GoFile]) -> Evidence | None:
    """Why the program in FILES is none for a server, and where that is seen; None if it may be one."""
    for file in files:
        for path in file.imports:
            for prefix, what in UNFIT:
                if path == prefix or path.startswith((prefix + "/", prefix + ".v")):
                    return Evidence(file.path, file.line(file.text.find(f'"{path}"')), what)
    return None


def _open(programs: Sequence[Program]) -> Open | None:
    """The choice between PROGRAMS; None if there is none."""
    paths = [package_path(p.folder) for p in programs if is_path(p.folder)]
    return Open(key="main", ways=tuple(Way(sets=(f"main={path}",), shown=path) for path in paths)) if paths else None


def _listing(programs: Sequence[Program], most: int = 12) -> str:
    names = [package_path(p.folder) for p in programs if is_path(p.folder)]
    if not names:
        return ""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"say which: --set main={names[0]}\n  programs: {', '.join(names[:most])}{more}"


def is_aside(folder: str) -> bool:
    """True if FOLDER is where programs for the developers lie: examples, tests, tools."""
    parts = folder.split("/")
    return any(part.lower() in ASIDE or part[0] in "_." for part in parts if part != ".")


def module_of(folder: str, modules: Sequence[Module]) -> Module | None:
    """The module that FOLDER belongs to: the nearest go.mod at or above it."""
    above = [m for m in modules if m.folder in (".", folder) or folder.startswith(m.folder + "/")]
    return max(above, key=lambda m: 0 if m.folder == "." else m.folder.count("/") + 1, default=None)


def _program(
    folder: str,
    code: Code,
    modules: Sequence[Module],
    released: dict[str, tuple[int, Evidence]],
    listens: Callable[[str], bool],
) -> Program:
    module = module_of(folder, modules)
    home = module.folder if module else "."
    file = next(f for f in code.package(folder) if f.package == "main" and f.has_main)
    where = Evidence(file.path, file.line(file.text.find("func main")), "package main")
    name = module.name.lower() if module else code.project.name.lower()
    score = _by_place(posixpath.relpath(folder, home), name)
    reasons = [where]
    if modules and module is not modules[0] and modules[0].folder == ".":
        score += OTHER_MODULE
    if listens(folder):
        score += LISTENS
        reasons.append(Evidence(note="it listens on a port"))
        if posixpath.basename(folder).lower() == f"{name}d":
            score += DAEMON  # beside a client, which may import as much
    if folder in released:
        score += released[folder][0]
        reasons.append(released[folder][1])
    return Program(folder=folder, module=home, score=score, reasons=tuple(reasons))


def _by_place(folder: str, name: str) -> int:
    if folder == ".":
        return ROOT
    parts = folder.lower().split("/")
    if "cmd" in parts[:-1] or folder == "cmd":
        return NAMED if parts[-1] == name else SERVICE if parts[-1] in SERVICE_NAMES else COMMAND
    if "internal" in parts:
        return INTERNAL
    return ELSEWHERE + (10 if parts[-1] in SERVICE_NAMES or parts[-1] == name else 0)


def _released(project: Project) -> dict[str, tuple[int, Evidence]]:
    """Folders that build and release files name, how much that is worth, and where."""
    found: dict[str, tuple[int, Evidence]] = {}
    for path, pattern, worth in _PLACES:
        text = project.text(path)
        for match in pattern.finditer(text):
            line = line_at(text, match.start())
            for word in match[1].split():
                folder = _folder(word)
                if folder:
                    found.setdefault(folder, (worth, Evidence(path, line, "builds it")))
    return found


def _folder(word: str) -> str | None:
    """The folder in an argument such as `./cmd/x`, `cmd/x/*`, `cmd/x/main.go` or `.`; None if it is no path."""
    word = word.strip("\"'`,;)")
    if word.startswith("-") or "$" in word or "@" in word or "..." in word:
        return None
    word = word.removesuffix("/*")
    if word.endswith(".go"):
        word = posixpath.dirname(word) or "."
    folder = inside(".", word) if word else None
    return None if folder is None or folder.startswith(("..", "/")) else folder
