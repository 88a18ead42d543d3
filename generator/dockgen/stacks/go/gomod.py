"""Read go.mod and go.work: the module's path, its Go version, what it requires and which folders it points to."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project

_DIRECTIVE = lazy.pattern(r"(?P<verb>[a-z]+)\s*(?P<rest>.*)")
_MAJOR = lazy.pattern(r"(?:/v\d+|\.v\d+)$")
_GO = lazy.pattern(r"(?:go)?(\d+)\.(\d+)(?:\.\d+|(?:rc|beta)\d+)?(?:[-+]\S*)?")


@dataclass(frozen=True, slots=True)
class Require:
    """A module that go.mod asks for; `indirect` if only other modules use it."""

    version: str
    indirect: bool
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A go.mod. `folder` is where it lies ("." for the root); `local` are folders that replace directives point to."""

    folder: str
    path: str
    go: str = ""
    go_line: int | None = None
    toolchain: str = ""
    toolchain_line: int | None = None
    requires: Mapping[str, Require]
    local: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()  # import paths of programs that `go tool` runs

    @property
    def file(self) -> str:
        """The path of the go.mod itself."""
        return inside(self.folder, "go.mod")

    @property
    def name(self) -> str:
        """The last element of the module path that is no major version: what `go build` calls the binary."""
        return _MAJOR.sub("", self.path).rpartition("/")[2]


def inside(folder: str, path: str) -> str:
    """PATH below FOLDER, both relative to the project's root, normalised."""
    return posixpath.normpath(posixpath.join(folder, path))


def package_path(folder: str) -> str:
    """FOLDER as the go command takes a package for one: `./cmd/shop`, or `.`."""
    return "." if folder == "." else f"./{folder}"


def line_number(version: str) -> tuple[int, int] | None:
    """(1, 21) for "1.21", "1.21.5" and "go1.21rc2"; None if VERSION is not one of Go's."""
    match = _GO.fullmatch(version)
    return (int(match[1]), int(match[2])) if match else None


def modules(project: Project) -> tuple[Module, ...]:
    """Every module of the project, the shallowest first."""
    files = [f for f in project.files if f == "go.mod" or f.endswith("/go.mod")]
    return tuple(parse(project, f) for f in files)


def parse(project: Project, path: str) -> Module:
    """The go.mod at PATH. What cannot be read as a directive is passed over: `go build` will say it better."""
    folder = posixpath.dirname(path) or "."
    single: dict[str, tuple[str, int]] = {}
    requires: dict[str, Require] = {}
    local: list[str] = []
    tools: list[str] = []
    for verb, words, comment, number in _directives(project.manifest(path)):
        if verb in ("module", "go", "toolchain") and words:
            single.setdefault(verb, (words[0], number))
        elif verb == "tool" and words:
            tools.append(words[0])
        elif verb == "require" and len(words) == 2:
            requires[words[0]] = Require(words[1], "indirect" in comment, number)
        elif verb == "replace" and "=>" in words[:-1]:
            target = words[words.index("=>") + 1]
            if target.startswith(("./", "../")) or target in (".", ".."):
                local.append(inside(folder, target))
    return Module(
        folder=folder,
        path=single.get("module", ("", 0))[0],
        go=single.get("go", ("", 0))[0],
        go_line=single.get("go", ("", None))[1],
        toolchain=single.get("toolchain", ("", 0))[0],
        toolchain_line=single.get("toolchain", ("", None))[1],
        requires=requires,
        local=tuple(dict.fromkeys(local)),
        tools=tuple(tools),
    )


def used_by_work(project: Project) -> tuple[str, ...]:
    """The folders that go.work at the root uses; empty if there is none."""
    if not project.has("go.work"):
        return ()
    found = [
        inside(".", words[0])
        for verb, words, _, _ in _directives(project.manifest("go.work"))
        if verb == "use" and words
    ]
    return tuple(dict.fromkeys(found))


def vendor_fits(project: Project, module: Module) -> bool:
    """True if MODULE has a vendor folder that agrees with its go.mod, without which `go build` refuses to use it."""
    text = project.text(inside(module.folder, "vendor/modules.txt"))
    rows = [words for line in text.splitlines() if len(words := line.split()) >= 3 and words[0] == "#"]
    vendored = {(row[1], row[2]) for row in rows}
    replaced = {row[1] for row in rows if "=>" in row}
    return bool(text) and all((path, r.version) in vendored or path in replaced for path, r in module.requires.items())


def _directives(text: str) -> Iterator[tuple[str, list[str], str, int]]:
    """Verb, arguments, trailing comment and line number of each directive; a block's lines have the block's verb."""
    block = ""
    for number, raw in enumerate(text.splitlines(), 1):
        code, _, comment = raw.partition("//")
        code = code.strip()
        if not code:
            continue
        if block:
            if code == ")":
                block = ""
            else:
                yield block, _words(code), comment, number
            continue
        match = _DIRECTIVE.fullmatch(code)
        if not match:
            continue
        if match["rest"] == "(":
            block = match["verb"]
        else:
            yield match["verb"], _words(match["rest"]), comment, number


def _words(code: str) -> list[str]:
    return [word.strip("\"`'") for word in code.split()]
