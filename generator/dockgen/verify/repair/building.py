"""Causes: what a build needs of the system, and does not find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.stacks.node.native import GYP
from dockgen.stacks.python.debian import COMPILER
from dockgen.values import one_line
from dockgen.verify.repair import libraries, packages
from dockgen.verify.repair.model import BUILD, Cause, Remedy

if TYPE_CHECKING:
    from dockgen.verify.repair.model import Case, Match

_FIND = "look for the package that has it on packages.debian.org, then: --set apt.build=+PACKAGE"
# Programs that tell how a library is compiled against.
_CONFIGS = "|".join(name for name in libraries.BUILDERS if name.endswith(("-config", "_config")))
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,60}"


def _compiler(case: Case) -> tuple[str, ...]:
    """What compiles in the image that builds."""
    return GYP if case.plan.stack == "node" else COMPILER if case.plan.stack == "python" else ()


def _with(case: Case, said: str, package: str) -> Remedy | None:
    """PACKAGE for the build, with a compiler if it is no tool itself, and what it stands for when the app runs."""
    if not package:
        return Remedy(said=said, hint=_FIND)
    run = libraries.at_run(package)
    is_library = package.endswith("-dev")
    build = (package, *(_compiler(case) if is_library else ()))
    ships = run and case.plan.kind != "static"
    sets = packages.adding(case, build=dict.fromkeys(build), run=(run,) if ships else ())
    return Remedy(said=said, sets=sets) if sets else None


def header(case: Case, place: Match) -> Remedy | None:
    """A header that is missing: of a known library, or of one that has to be looked for."""
    name = one_line(place[1], 80)
    if name == "Python.h" or name.startswith(("./", "../")):
        return None  # Python's own comes with its images; the project's own is no package's
    return _with(case, f"the build does not find the header {name}", libraries.of_header(name))


def library(case: Case, place: Match) -> Remedy | None:
    """A library that pkg-config, the linker, Meson or CMake does not find."""
    name = one_line(next(g for g in place.groups() if g), 80)
    said = f"the build does not find the library {name}"
    if package := libraries.of_name(name):
        return _with(case, said, package)
    return Remedy(said=said, hint=_FIND)


def program(case: Case, place: Match) -> Remedy | None:
    """A program that a build runs. Package managers and languages are nothing to install."""
    name = one_line(next(g for g in place.groups() if g), 80).rpartition("/")[2]
    package = libraries.of_builder(name)
    if not package:
        return None
    if package in ("build-essential", "python3") and case.plan.stack == "node":
        wanted = GYP
    else:
        wanted = (package, *(("ca-certificates",) if package in ("git", "curl", "wget") else ()))
    if package.endswith("-dev"):
        return _with(case, f"the build runs {name}, which is not there", package)
    sets = packages.adding(case, build=wanted)
    return Remedy(said=f"the build runs {name}, which is not there", sets=sets) if sets else None


def gyp(case: Case, _: Match) -> Remedy | None:
    """What node-gyp says where it has nothing to compile with."""
    sets = packages.adding(case, build=GYP) if case.plan.stack == "node" else ()
    return Remedy(said="a package is compiled by node-gyp, and there is no compiler", sets=sets) if sets else None


def rust(case: Case, _: Match) -> Remedy | None:
    """Rust, for a Python package without a wheel."""
    sets = packages.adding(case, build=(*COMPILER, "cargo", "rustc"))
    said = "a package without a wheel is written in Rust, and there is no compiler"
    return Remedy(said=said, sets=sets) if sets else None


CAUSES = (
    Cause(
        id="missing-header",
        steps=(BUILD,),
        title="A header is missing",
        why="A package without a ready binary is compiled, against a library whose headers the image has not.",
        mends="`apt.build=+PACKAGE`, and `apt.run=+PACKAGE` for the library itself",
        patterns=(
            rf"fatal error: ['\"]?({_NAME}(?:/{_NAME}){{0,6}}\.h(?:pp|xx)?)['\"]?: No such file or directory",
            rf"fatal error: '({_NAME}(?:/{_NAME}){{0,6}}\.h(?:pp|xx)?)' file not found",
            (
                rf"(?:could not|cannot|can't|unable to) find (?:the )?(?:header )?(?:file"
                rf" )?['\"<]?({_NAME}(?:/{_NAME}){{0,6}}\.h)\b"
            ),
        ),
        make=header,
    ),
    Cause(
        id="missing-library",
        steps=(BUILD,),
        title="A library is missing when it is compiled against",
        why="pkg-config, the linker, Meson or CMake look for a library whose development files the image has not.",
        mends="`apt.build=+PACKAGE`, and `apt.run=+PACKAGE` for the library itself",
        patterns=(
            rf"Package '?({_NAME})'?,? (?:was )?(?:not found|required by '[^'\n]{{1,60}}', not found)",
            rf"No package '({_NAME})' found",
            rf"(?:cannot find|unable to find library) -l({_NAME})\b",
            rf"Dependency \"?({_NAME})\"? not found",
            rf"Could NOT find ({_NAME})\b",
            rf"Could not find a package configuration file provided by \"({_NAME})\"",
            rf"[Tt]he system library `({_NAME})` required by crate",
        ),
        make=library,
    ),
    Cause(
        id="missing-rust",
        steps=(BUILD,),
        title="Rust is missing",
        why="A Python package without a wheel for this Python or machine is written in Rust.",
        mends="`apt.build=+build-essential cargo rustc`",
        patterns=(
            r"error: can't find Rust compiler",
            r"This package requires Rust(?: and Cargo)? to compile",
            r"Cargo, the Rust package manager, is not installed",
        ),
        make=rust,
    ),
    Cause(
        id="missing-compiler",
        steps=(BUILD,),
        title="node-gyp has nothing to compile with",
        why="A package of Node without a ready binary for this Node or machine is compiled when it is installed.",
        mends="`apt.build=+g++ make python3 python3-setuptools`",
        patterns=(
            r"gyp ERR! find Python",
            r"gyp ERR! (?:build error|stack) .{0,80}not found: make",
            r"gyp ERR! stack Error: not found: (?:make|g\+\+|gcc|cc)",
            r"ModuleNotFoundError: No module named 'distutils'",
        ),
        make=gyp,
    ),
    Cause(
        id="missing-tool",
        steps=(BUILD,),
        title="A program that the build runs is missing",
        why="The slim images have no compiler, no git and no tools; dockgen adds those that it can tell are needed.",
        mends="`apt.build=+PACKAGE`",
        patterns=(
            rf"Error: ({_NAME}) executable not found",
            rf"\[Errno 2\] No such file or directory: '({_NAME}(?:/{_NAME}){{0,6}})'",
            rf"error: command '({_NAME}(?:/{_NAME}){{0,6}})' failed: (?:No such file or directory|None)",
            (
                rf"(?:unable to execute|could not find program|[Ff]ailed to (?:execute"
                rf"|spawn)) [`'\"]({_NAME}(?:-{_NAME}){{0,4}})[`'\"]"
            ),
            rf"Program(?:s)? '?({_NAME})'? (?:found: NO|not found or not executable)",
            rf"(?:^|[\s:])(?:/bin/)?(?:ba|da)?sh: (?:\d{{1,4}}: |line \d{{1,4}}: )?({_NAME}): (?:command )?not found",
            rf"(?:^|[\s:])make(?:\[\d\])?: ({_NAME}): No such file or directory",
            rf"exec: \"({_NAME})\": executable file not found in \$PATH",
            rf"(?:spawn|syscall spawn) ({_NAME}) ENOENT",
            rf"Cannot find command '({_NAME})'",
            rf"^/usr/bin/env: \W?({_NAME})\W?: No such file or directory",
            rf"({_NAME}) (?:executable|command) not found",
            r"No ((?:CMAKE_CXX_COMPILER|CMAKE_C_COMPILER)) could be found",
            r"[Uu]nknown compiler\(s\): \[\[?'(cc)'",
            r"error: (gcc|cc|g\+\+|clang|cmake|git): (?:command )?not found",
            rf"\b({_CONFIGS})\b[^\n]{{0,40}}not found",
            r"\b(pkg-config|pkgconf)\b[^\n]{0,60}(?:not found|is required|not installed|could not be found)",
        ),
        make=program,
    ),
)  # fmt: skip
