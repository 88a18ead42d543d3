"""Find the code that a project generates and does not commit, and what the build has to run to make it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dockgen.errors import UndecidedError
from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.project import MAX_DEPTH, PRUNED
from dockgen.stacks.go.gomod import inside, package_path
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.gomod import Module
    from dockgen.stacks.go.source import Code, GoFile


@dataclass(frozen=True, slots=True)
class Generator:
    """A program that writes Go code: its import path, the module with its version, the version otherwise.

    `oldest` is the first version that Go compiles since 1.25, whose compiler refuses older golang.org/x/tools.
    """

    path: str
    module: str
    version: str
    oldest: str = ""


# Versions are those of the module proxy on 2026-11-23.
TEMPL = Generator("github.com/a-h/templ/cmd/templ", "github.com/a-h/templ", "v0.3.977")
SQLC = Generator("github.com/sqlc-dev/sqlc/cmd/sqlc", "github.com/sqlc-dev/sqlc", "v1.31.1")
SWAG = Generator("github.com/swaggo/swag/cmd/swag", "github.com/swaggo/swag", "v1.16.6", "v1.16.4")
WIRE = Generator("github.com/google/wire/cmd/wire", "github.com/google/wire", "v0.7.0", "v0.7.0")
GQLGEN = Generator("github.com/99designs/gqlgen", "github.com/99designs/gqlgen", "v0.17.98")
QTC = Generator("github.com/valyala/quicktemplate/qtc", "github.com/valyala/quicktemplate", "v1.8.0")
EGO = Generator("github.com/benbjohnson/ego/cmd/ego", "github.com/benbjohnson/ego", "")  # as the module requires it
ENT = "entgo.io/ent"
# Templates, what is made of each in the place of its ending, by which program, and what that is told.
TEMPLATES = (
    (".templ", "_templ.go", TEMPL, ("generate",)),
    (".qtpl", ".qtpl.go", QTC, ("-dir={folder}",)),
    (".ego", ".ego.go", EGO, ("{folder}",)),
)

MOST_FILES = 400  # that are searched for go:generate
_SWAG_ARGUMENTS = re.compile(r"\bswag(?:@\S+)?[ \t]+init((?:[ \t]+[\w./=,-]+)*)")
_SQLC_OUT = re.compile(r"^[ \t-]*[\"']?(?:out|path)[\"']?:[ \t]*[\"']?([\w./-]+)", re.MULTILINE)
_GQLGEN_OUT = re.compile(r"^exec:[ \t]*\n(?:[ \t].*\n)*?[ \t]+filename:[ \t]*[\"']?([\w./-]+)", re.MULTILINE)
_GENERATE = re.compile(r"^//go:generate[ \t]+(go[ \t]+(?:run|tool)\b[^\n]*)", re.MULTILINE)
_RULE = re.compile(
    r"^([\w.-]+):[^\n=]*\n(?:\t[^\n]*\n)*?\t[^\n]*\b(?:protoc|buf generate|go generate|mockgen|go-bindata)\b",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A command that writes code which the program needs, run in the module's folder, and what asks for it."""

    name: str
    argv: tuple[str, ...]
    where: Evidence


@dataclass(frozen=True, slots=True)
class _Search:
    """What the rules look at; `missing` are folders that the program imports and that hold no Go file."""

    project: Project
    module: Module
    program: Sequence[GoFile]
    folders: tuple[str, ...]
    missing: dict[str, Evidence]

    def here(self, folder: str) -> str:
        return posixpath.relpath(folder, self.module.folder)


def generated(project: Project, code: Code, program: Sequence[GoFile], module: Module | None) -> tuple[Generated, ...]:
    """What has to be run before PROGRAM compiles.

    UndecidedError if it imports a package of its own that is not there and that nothing is known to make.
    """
    if not module:
        return ()
    folders = tuple(dict.fromkeys(posixpath.dirname(f.path) or "." for f in program))
    search = _Search(project, module, program, folders, _missing(code, program, module))
    found: list[Generated] = []
    made: set[str] = set()
    for rule in (_templates, _sqlc, _swag, _wire, _ent, _gqlgen):
        for folder, step in rule(search):
            made.add(folder)
            found.append(step)
    for folder in [f for f in search.missing if f not in made]:
        other = _go_generate(search, folder)
        if other is None and not project.notes:
            where = search.missing[folder]
            raise UndecidedError(
                f"the program imports its own package {folder[:80]}, which is not in the project",
                where=f"{where.path}:{where.line}",
                hint=_hint(project, folder),
            )
        found += [other] if other is not None else []
    return tuple({step.argv: step for step in reversed(found)}.values())[::-1]


def _missing(code: Code, program: Sequence[GoFile], module: Module) -> dict[str, Evidence]:
    """Folders of the module that the program imports although they hold no Go file, and where."""
    known = frozenset(code.folders)
    others = [path for path in module.requires if path.startswith(module.path + "/")]  # modules with a longer path
    found: dict[str, Evidence] = {}
    for file in program:
        for path in file.imports:
            folder = code.folder_of(path) if path.startswith(module.path + "/") else None
            if folder is None or folder in known or not is_path(folder) or not _is_seen(folder):
                continue
            if not any(path == o or path.startswith(o + "/") for o in others):
                found.setdefault(folder, Evidence(file.path, file.line(file.text.find(f'"{path}"')), f"imports {path}"))
    return found


def _is_seen(folder: str) -> bool:
    """True if a scan would have found Go files in FOLDER, if there were any."""
    parts = folder.split("/")
    return len(parts) < MAX_DEPTH and not any(part in PRUNED or part[0] == "." for part in parts)


def _run(search: _Search, tool: Generator) -> tuple[str, ...]:
    """The command that starts TOOL: as the module's own tool, else in the version that the module requires."""
    if tool.path in search.module.tools:
        return ("go", "tool", tool.path)
    required = search.module.requires.get(tool.module)
    version = required.version if required else tool.version
    if tool.oldest and _key(version) < _key(tool.oldest):
        version = tool.oldest
    return ("go", "run", f"{tool.path}@{version}")


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version.partition("-")[0])[:3])


def _templates(search: _Search) -> Iterator[tuple[str, Generated]]:
    """Templates that become Go code, each a file beside itself that is not there."""
    for ending, made, tool, arguments in TEMPLATES:
        if not tool.version and tool.module not in search.module.requires:
            continue
        for folder in (*search.folders, *search.missing):
            for path in (f for f in search.project.below(folder) if f.endswith(ending)):
                if (posixpath.dirname(path) or ".") != folder or search.project.has(path.removesuffix(ending) + made):
                    continue
                words = [word.format(folder=package_path(search.here(folder))) for word in arguments]
                yield folder, Generated(name=ending[1:], argv=(*_run(search, tool), *words), where=Evidence(path))
                break


def _sqlc(search: _Search) -> Iterator[tuple[str, Generated]]:
    names = ("sqlc.yaml", "sqlc.yml", "sqlc.json")
    path = search.project.first(*(inside(search.module.folder, n) for n in names))
    for out in _SQLC_OUT.findall(search.project.text(path)) if path else ():
        folder = inside(search.module.folder, out)
        if folder in search.missing:
            yield folder, Generated(name="sqlc", argv=(*_run(search, SQLC), "generate"), where=Evidence(path or ""))


def _swag(search: _Search) -> Iterator[tuple[str, Generated]]:
    folder = next((f for f in search.missing if posixpath.basename(f) in ("docs", "swagger")), None)
    if not folder or SWAG.module not in search.module.requires:
        return
    texts = (search.project.text(p) for p in ("Makefile", "Taskfile.yml", "Dockerfile", "README.md"))
    said = next((m for text in texts if (m := _SWAG_ARGUMENTS.search(text))), None)
    main = next(f for f in search.program if f.has_main and f.package == "main")
    arguments = said[1].split() if said and said[1] else ["-g", search.here(main.path)]
    if not said and search.here(folder) != "docs":
        arguments += ["-o", search.here(folder)]
    yield folder, Generated(name="swag", argv=(*_run(search, SWAG), "init", *arguments), where=search.missing[folder])


def _wire(search: _Search) -> Iterator[tuple[str, Generated]]:
    for folder in search.folders:
        path = inside(folder, "wire.go")
        made = search.project.has(inside(folder, "wire_gen.go"))
        if not made and search.project.has(path) and "wireinject" in search.project.head(path, 4096):
            argv = (*_run(search, WIRE), "gen", package_path(search.here(folder)))
            yield folder, Generated(name="wire", argv=argv, where=Evidence(path))


def _ent(search: _Search) -> Iterator[tuple[str, Generated]]:
    """Ent's schema without its client. The whole of the client is missing, so the schema's parent stands for it."""
    if ENT not in search.module.requires:
        return
    for folder in dict.fromkeys((*search.folders, *search.missing, *map(posixpath.dirname, search.missing))):
        schema = inside(folder, "schema")
        if not search.project.has_folder(schema) or search.project.has(inside(folder, "client.go")):
            continue
        own = search.project.first(inside(folder, "generate.go"))
        if own and _GENERATE.search(search.project.text(own)):
            argv: tuple[str, ...] = ("go", "generate", package_path(search.here(folder)))
        else:
            argv = ("go", "run", "-mod=mod", "entgo.io/ent/cmd/ent", "generate", package_path(search.here(schema)))
        step = Generated(name="ent", argv=argv, where=Evidence(schema))
        yield folder, step
        yield from ((f, step) for f in search.missing if f.startswith(folder + "/"))


def _gqlgen(search: _Search) -> Iterator[tuple[str, Generated]]:
    path = search.project.first(
        *(inside(search.module.folder, n) for n in ("gqlgen.yml", "gqlgen.yaml", ".gqlgen.yml"))
    )
    match = _GQLGEN_OUT.search(search.project.text(path)) if path else None
    if path and match and not search.project.has(target := inside(search.module.folder, match[1])):
        step = Generated(name="gqlgen", argv=(*_run(search, GQLGEN), "generate"), where=Evidence(path))
        yield posixpath.dirname(target), step
        yield from ((f, step) for f in search.missing if f.startswith(posixpath.dirname(target).partition("/")[0]))


def _go_generate(search: _Search, folder: str) -> Generated | None:
    """The go:generate line that names FOLDER and runs nothing but Go; None if there is none."""
    name = re.compile(rf"(?<![\w-]){re.escape(posixpath.basename(folder))}(?![\w-])")
    files = (f for f in search.project.below(search.module.folder) if f.endswith(".go"))
    for path in islice(files, MOST_FILES):
        text = search.project.text(path)
        for match in _GENERATE.finditer(text):
            if name.search(match[1]):
                argv = ("go", "generate", package_path(search.here(posixpath.dirname(path) or ".")))
                return Generated(name="go generate", argv=argv, where=Evidence(path, line_at(text, match.start())))
    return None


def _hint(project: Project, folder: str) -> str:
    """How to make the package by hand."""
    if match := _RULE.search(project.text("Makefile")):
        return f"is it generated? run make {match[1]} first, and leave what it writes out of .gitignore"
    if any(project.ending(".proto")):
        return "is it generated from the .proto files? run protoc or buf generate first"
    return f"generate or add {folder} first"
