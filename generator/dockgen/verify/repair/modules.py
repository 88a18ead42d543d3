"""Causes: a module, a file or a command that the app looks for in the image, and that is not there."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from dockgen.values import is_path, is_plain, one_line
from dockgen.verify import reading
from dockgen.verify.repair import libraries, packages
from dockgen.verify.repair.model import BUILD, RUNS, START, Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.verify.repair.model import Case, Match

_PACKAGE = re.compile(r"(?:@[a-z0-9][\w.-]{0,60}/)?[A-Za-z0-9_][\w.-]{0,80}")
_MODULE = re.compile(r"[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){0,6}")
_BUILT_IN = re.compile(r"node:.*")


def _others(case: Case) -> Iterator[tuple[str, ...]]:
    """The start command that was found, where another was asked for, and those that lost against it."""
    found = case.facts.start
    if found:
        yield from (argv for argv in (found.value, *(r.value for r in found.rejected)) if argv and argv != case.app)


def _started(case: Case) -> str:
    """A setting that starts what was not taken; "" if nothing else was found."""
    other = next((o for o in _others(case) if all(is_plain(w) for w in o)), ())
    return f"start={shlex.join(other)}" if other else ""


def _wrong_start(case: Case, said: str) -> Remedy:
    if setting := _started(case):
        return Remedy(said=said, sets=(setting,))
    if folder := next(_other_mains(case), ""):
        return Remedy(said=said, sets=(f"main=./{folder}",))
    return Remedy(said=said, hint="--set start='COMMAND', with the command that starts the app in production")


def _other_mains(case: Case) -> Iterator[str]:
    """The folders of Go's main packages that lost against the one that was taken."""
    main = getattr(case.facts.detail, "main", None)
    for rejected in getattr(main, "rejected", ()):
        folder = getattr(rejected.value, "folder", "")
        if isinstance(folder, str) and is_path(folder):
            yield folder


def node(case: Case, place: Match) -> Remedy | None:
    """Node's `Cannot find module`: a file of the app, or a package."""
    name = one_line(place["name"], 200).removeprefix("file://")
    if case.plan.stack != "node" or not name:
        return None
    if name.startswith(("/", ".")):
        return _wrong_file(case, name)
    package = "/".join(name.split("/")[: 2 if name[0] == "@" else 1])
    if not _PACKAGE.fullmatch(package) or _BUILT_IN.fullmatch(name):
        return None
    known = getattr(case.facts.detail, "package", None)
    added = {"pnpm": "pnpm add", "yarn": "yarn add", "yarn-berry": "yarn add", "bun": "bun add"}
    add = added.get(case.manager, "npm install")
    if known is not None and package in known.all_dependencies and package not in known.shipped:
        said = f"{package} is a development dependency, and the app needs it when it runs"
        return Remedy(said=said, hint=f"move it to `dependencies`: {add} {package}")
    if known is not None and package in known.all_dependencies:
        said = f"{package} is among the dependencies, and is not in the image"
        return Remedy(said=said, hint="is it left out by .dockerignore, or installed for another platform?")
    return Remedy(said=f"{package} is not among the dependencies", hint=f"{add} {package}")


def _wrong_file(case: Case, name: str) -> Remedy | None:
    """A file that the start command or a file of the app names."""
    shown = name.removeprefix("/app/")
    starts = any(posixpath.join(case.plan.runtime.workdir, word) in (name, f"{name}.js") for word in case.start)
    if starts or shown in case.start:
        return _wrong_start(case, f"the start command names {shown}, which is not in the image")
    return _left_out(shown)


def _left_out(path: str) -> Remedy:
    hint = "does .dockerignore leave it out, or did a build not make it? `dockgen context` shows what goes in"
    return Remedy(said=f"{path} is not in the image", hint=hint)


def python(case: Case, place: Match) -> Remedy | None:
    """Python's `No module named`: the app's own, one of a development group, or one that nobody asked for."""
    name = one_line(place["name"], 120)
    if case.plan.stack != "python" or not _MODULE.fullmatch(name):
        return None
    top = name.partition(".")[0]
    if _is_own(case, top):
        return _wrong_start(case, f"the module {name} of the app is not found from {case.plan.runtime.workdir}")
    adds = {"uv": "uv add", "poetry": "poetry add", "pdm": "pdm add", "pipenv": "pipenv install"}
    add = f"{adds[case.manager]} {top}" if case.manager in adds else f"add {top} to the requirements"
    said = f"the module {top} is not installed: its package is not among the dependencies that ship"
    return Remedy(said=said, hint=f"if it is a development dependency, move it to the others; else {add}")


def _is_own(case: Case, top: str) -> bool:
    """True if the start command, or one that lost against it, names the module TOP."""
    words = {w for argv in (case.start, *_others(case)) for w in argv}
    return any(re.match(rf"{re.escape(top)}(?:[.:]|\.py$|$)", w.rpartition("/")[2]) for w in words)


def attribute(case: Case, place: Match) -> Remedy | None:
    """The object that a server is told to serve, and that its module does not have."""
    if case.plan.stack != "python":
        return None
    return _wrong_start(case, f"the start command names {one_line(place[1], 80)}, which the module does not have")


def program(case: Case, place: Match) -> Remedy | None:
    """A program that the app runs, and that is a package of the system."""
    name = one_line(next(g for g in place.groups() if g), 80).rpartition("/")[2]
    package = libraries.of_program(name)
    if not package or name == case.start[0].rpartition("/")[2]:
        return None
    sets = packages.adding(case, run=(package,))
    return Remedy(said=f"the app runs {name}, which is not in the image", sets=sets) if sets else None


def library(case: Case, place: Match) -> Remedy | None:
    """A shared library that something in the image is linked against."""
    name = one_line(next(g for g in place.groups() if g), 80)
    said = f"the shared library {name} is not in the image"
    if reading.has(r"ld-musl|musl", name) or name.startswith("ld-linux"):
        return None
    if package := libraries.of_library(name):
        sets = packages.adding(case, run=(package,))
        return Remedy(said=said, sets=sets) if sets else None
    if case.plan.runtime.system == "none":
        return Remedy(said=said, sets=("base=slim",))
    return Remedy(said=said, hint="look on packages.debian.org for the package that has it: --set apt.run=+PACKAGE")


def by_find_library(case: Case, place: Match) -> Remedy | None:
    """A library that Python looks for by its name, without a number."""
    name = one_line(place[1], 60).removeprefix("lib").partition(".so")[0]
    package = next((p for so, p in libraries.LIBRARIES_AT_RUN.items() if so.startswith(f"lib{name}.so")), "")
    sets = packages.adding(case, run=(package,)) if package else ()
    return Remedy(said=f"the shared library {name} is not in the image", sets=sets) if sets else None


def other_system(case: Case, place: Match) -> Remedy | None:
    """A binary for glibc on musl, or the other way round."""
    said = f"a binary is made for another C library than the image's: {one_line(place[0], 80)}"
    if case.plan.runtime.system in ("alpine", "none"):
        return Remedy(said=said, sets=("base=slim",))
    return Remedy(said=said, hint="it has to be installed in the image: does .dockerignore leave node_modules out?")


def script(case: Case, place: Match) -> Remedy | None:
    """A script of package.json that is not there."""
    name = one_line(place["name"], 60).strip("'\"“”`")
    said = f"package.json has no script {name}"
    if case.failure.step == BUILD:
        return Remedy(said=said, hint="--set build='COMMAND', or build= for none")
    return _wrong_start(case, said)


def command(case: Case, place: Match) -> Remedy | None:
    """The start command itself cannot be run."""
    name = one_line(place["name"], 120)
    return _wrong_start(case, f"the start command runs {name}, which is not in the image")


def file(case: Case, place: Match) -> Remedy | None:
    """A file that the app opens."""
    name = one_line(place["name"], 160)
    if not name or not is_path(name.lstrip("/")) or name.startswith(("/proc", "/sys", "/dev", "/tmp")):  # noqa: S108
        return None
    if name.rpartition("/")[2] in libraries.PROGRAMS and "." not in name:
        return None  # a program that takes it for a file
    return _wrong_file(case, name)


def copied(_: Case, place: Match) -> Remedy | None:
    """A path that the Dockerfile copies, and that is not in what the engine was sent."""
    name = one_line(place["name"], 120).lstrip("/")
    if not is_path(name):
        return None
    return Remedy(
        said=f"{name} is not in the build's context",
        hint="is it left out by .dockerignore, or was it removed? `dockgen update` writes both files anew",
    )


_FILE = r"(?P<name>/?[A-Za-z0-9_][\w@./+-]{0,160})"
CAUSES = (
    Cause(
        id="missing-shared-library",
        steps=(BUILD, *RUNS),
        title="A shared library is missing when the app runs",
        why="A program or a module is linked against a library that the image that ships has not.",
        mends="`apt.run=+PACKAGE`; `base=slim` where the image has no packages",
        patterns=(
            r"error while loading shared libraries: (lib[\w.+-]{1,60}\.so(?:\.[\w.]{1,12})?): cannot open",
            r"(lib[\w.+-]{1,60}\.so(?:\.[\w.]{1,12})?): cannot open shared object file",
            r"Error loading shared library (lib[\w.+-]{1,60}\.so(?:\.[\w.]{1,12})?):",
            r"cannot load library '(lib[\w.+-]{1,60}\.so(?:\.[\w.]{1,12})?)'",
        ),
        make=library,
    ),
    Cause(
        id="missing-loaded-library",
        steps=RUNS,
        title="A library that Python loads by name is missing",
        why="`ctypes` finds the library by its name, in the image that ships.",
        mends="`apt.run=+PACKAGE`",
        patterns=(
            r"failed to find (lib\w{1,40})\.? ",
            r"[Uu]nable to find (\w{1,40}) shared library",
            r"no library called \"(?:lib)?([\w.-]{1,40})\" was found",
            r"Could not find (?:the )?(lib\w{1,40})(?: library| installation)",
            r"OSError: (lib[\w-]{1,40}) (?:library )?not found",
        ),
        make=by_find_library,
    ),
    Cause(
        id="other-c-library",
        steps=(BUILD, *RUNS),
        title="A binary is made for another C library",
        why="Alpine has musl, all others glibc: what was compiled for one does not run on the other.",
        mends="`base=slim`",
        patterns=(
            r"Error loading shared library ld-linux[\w.-]{1,30}",
            r"(?:ld-musl-[\w.-]{1,30}|libc\.musl-[\w.-]{1,30}): cannot open shared object file",
            r"Error relocating [^\n]{1,120}: \S{1,80}: symbol not found",
            r"version `GLIBC_[\d.]{1,8}' not found",
            r"invalid ELF header",
            r"Could not load the \"sharp\" module using the linuxmusl-\w{1,10} runtime",
            r"Cannot find module '@[\w.-]{1,40}/[\w.-]{1,60}-linux(?:musl)?-[\w-]{1,20}(?:-(?:gnu|musl))?'",
        ),
        make=other_system,
    ),
    Cause(
        id="missing-script",
        steps=(BUILD, *RUNS),
        title="A script of package.json is missing",
        why="The command runs a script that package.json does not have, or has under another name.",
        mends="`start=`, a command that was found and not taken; else nothing",
        patterns=(
            r"npm (?:ERR!|error) Missing script: ?(?P<name>\"?[\w:.-]{1,60})",
            r"ERR_PNPM_NO_SCRIPT\S*\s+Missing script: (?P<name>[\w:.-]{1,60})",
            r"error Command \"(?P<name>[\w:.-]{1,60})\" not found",
            r"Couldn't find a script named \"(?P<name>[\w:.-]{1,60})\"",
            r"error: Script not found \"(?P<name>[\w:.-]{1,60})\"",
        ),
        make=script,
    ),
    Cause(
        id="missing-command",
        steps=(START,),
        title="The start command is not in the image",
        why="The container's first process cannot be run: its name is wrong, or its package is not installed.",
        mends="`start=`, a command that was found and not taken; else nothing",
        patterns=(
            (
                r"exec:? \"?(?P<name>[\w@./+-]{1,120})\"?: (?:stat [^\n:]{1,120}: )?(?:executable file not found in"
                r" \$PATH|no such file or directory)"
            ),
            r"\[FATAL tini \(\d{1,5}\)\] exec (?P<name>[\w@./+-]{1,120}) failed: No such file or directory",
            r"can't open file '(?P<name>[\w@./+-]{1,120})': \[Errno 2\]",
            r"(?P<name>/[\w@./+-]{1,120}): No module named [\w.]{1,60}$",
        ),
        make=command,
    ),
    Cause(
        id="missing-program",
        steps=RUNS,
        title="A program that the app runs is missing",
        why="The app starts a program that is no part of its language's packages.",
        mends="`apt.run=+PACKAGE`",
        patterns=(
            r"FileNotFoundError: \[Errno 2\] No such file or directory: '([\w./+-]{1,80})'",
            r"spawn(?:Sync)? ([\w./+-]{1,80}) ENOENT",
            r"exec: \"([\w./+-]{1,80})\": executable file not found in \$PATH",
            r"(?:^|[\s:])(?:/bin/)?(?:ba|da)?sh: (?:\d{1,4}: |line \d{1,4}: )?([\w.+-]{1,60}): (?:command )?not found",
            r"^(?:[\w.]{1,40}\.)?(\w{1,40})NotFoundError: \1 is not installed",
            r"Couldn't find (ffmpeg|ffprobe|avconv)\b",
            (
                r"(?:Unable to get page count|Is )\(?[^\n]{0,20}(?:poppler) installed and in PATH|(pdfinfo|pdftoppm"
                r"|tesseract|wkhtmltopdf|pandoc|dot|gs|java|chromium|convert|magick|git) is not installed"
            ),
            r"failed to execute (?:Popen)?(?:Posix)?Path\('(\w{1,20})'\)",
        ),
        make=program,
    ),
    Cause(
        id="missing-node-module",
        steps=(BUILD, *RUNS),
        title="A module of Node is missing",
        why="It is a development dependency, a file that the image has not, or nobody asked for it.",
        mends="`start=` where the start command names the wrong file; else the package has to be added or moved",
        patterns=(
            r"Cannot find module '(?P<name>[^'\n]{1,200})'",
            r"Cannot find package '(?P<name>[^'\n]{1,200})'",
            r"ERR_MODULE_NOT_FOUND\]?: Cannot find (?:module|package) \"(?P<name>[^\"\n]{1,200})\"",
            r"error: Module not found \"(?P<name>[^\"\n]{1,200})\"",
        ),
        make=node,
    ),
    Cause(
        id="missing-python-module",
        steps=(BUILD, *RUNS),
        title="A module of Python is missing",
        why="It is in a development group, lies elsewhere than the start command says, or nobody asked for it.",
        mends="`start=` where the start command names the wrong module; else the package has to be added or moved",
        patterns=(
            r"(?:ModuleNotFound|Import)?Error: No module named '(?P<name>[\w.]{1,120})'",
            r"Error while finding module specification for '(?P<name>[\w.]{1,120})'",
            r"Could not import module \"(?P<name>[\w.]{1,120})\"",
            r"While importing '(?P<name>[\w.]{1,120})', an ImportError was raised",
        ),
        make=python,
    ),
    Cause(
        id="missing-object",
        steps=RUNS,
        title="The start command names an object that is not there",
        why="A server is told to serve `module:object`, and the module has no such object.",
        mends="`start=`, a command that was found and not taken; else nothing",
        patterns=(
            r"Attribute \"([\w.]{1,80})\" not found in module",
            r"Failed to find attribute '([\w.]{1,80})' in '",
            r"Failed to find (?:Flask )?application or factory in module '([\w.]{1,80})'",
        ),
        make=attribute,
    ),
    Cause(
        id="left-out-of-the-build",
        steps=(BUILD,),
        title="The Dockerfile copies a file that is not there",
        why="A line of .dockerignore leaves it out, or it was removed or renamed since the Dockerfile was written.",
        mends="nothing that dockgen could set: `dockgen update` writes both files anew",
        patterns=(
            r"failed to calculate checksum of ref [^\n]{0,120}: \"(?P<name>[^\"\n]{1,160})\": not found",
            (
                r"COPY failed: file not found in build context or excluded by \.dockerignore: stat"
                r" (?P<name>[\w@./+-]{1,160}):"
            ),
        ),
        make=copied,
    ),
    Cause(
        id="missing-file",
        steps=RUNS,
        title="A file is not in the image",
        why="The app opens a file that .dockerignore leaves out, that no COPY names, or that no build made.",
        mends="`start=` where the start command names it; else nothing that dockgen could set",
        patterns=(
            rf"FileNotFoundError: \[Errno 2\] No such file or directory: '{_FILE}'",
            rf"ENOENT: no such file or directory, (?:open|stat|lstat|scandir|access) '{_FILE}'",
            rf"\bopen {_FILE}: no such file or directory",
            rf"can't open file '{_FILE}'",
        ),
        make=file,
    ),
)  # fmt: skip
