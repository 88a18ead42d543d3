"""Read Go source: packages, imports and build constraints, as the compiler for linux sees them."""

from __future__ import annotations

import posixpath
import re
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import lazy, releases
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.go.gomod import inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from dockgen.project import Project

# Strings are kept and comments blanked; an unclosed comment or raw string runs to the end, so matching stays linear.
_TOKEN = lazy.pattern(
    r'"(?:[^"\\\n]|\\.)*"?|`[^`]*(?:`|\Z)|\'(?:[^\'\\\n]|\\.)*\'|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL
)
_PACKAGE = lazy.pattern(r"^[ \t]*package[ \t]+(\w+)", re.MULTILINE)
_IMPORT_ONE = lazy.pattern(r'^import[ \t]+(?:[\w.]+[ \t]+)?["`]([^"`\n]+)["`]', re.MULTILINE)
_IMPORT_MANY = lazy.pattern(r"^import[ \t]*\(([^)]*)\)", re.MULTILINE)
_QUOTED = lazy.pattern(r'["`]([^"`\n]+)["`]')
_MAIN = lazy.pattern(r"^func[ \t]+main[ \t]*\([ \t]*\)", re.MULTILINE)
_GENERATED = lazy.pattern(r"^// Code generated .* DO NOT EDIT\.", re.MULTILINE)  # go help generate
_BUILD = lazy.pattern(r"^//go:build[ \t]+(.+)$", re.MULTILINE)
_OLD_BUILD = lazy.pattern(r"^//[ \t]*\+build[ \t]+(.+)$", re.MULTILINE)
_WORD = lazy.pattern(r"[\w.]+|&&|\|\||[!()]")

SYSTEMS = frozenset(
    {
        "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
        "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
    }
)  # fmt: skip
MACHINES = frozenset(
    {
        "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le",
        "riscv64", "s390x", "wasm", "sparc64",
    }
)  # fmt: skip
TRUE_TAGS = frozenset({"linux", "unix", "amd64", "gc"})
LONGEST_CONSTRAINT = 300
MOST_GENERATED = 32_768  # characters of a generated file that are read: its imports, and all of a generated server


@dataclass(frozen=True, slots=True, kw_only=True)
class GoFile:
    """A file that takes part in a build for linux without cgo; `text` has blanks for comments, at the same offsets.

    `cgo` is true if it asks for a C compiler and the author left no build without one.
    """

    path: str
    package: str
    imports: tuple[str, ...]
    text: str
    has_main: bool
    cgo: bool
    generated: bool

    def line(self, offset: int) -> int:
        """The 1-based line of an offset in the text."""
        return line_at(self.text, offset)


MOST_MATCHES = 1000  # of one pattern in one file


def matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The first matches of PATTERN in TEXT: as many as code by people has, not as many as a hostile file can hold."""
    return islice(pattern.finditer(text), MOST_MATCHES)


class Code:
    """The project's Go code, read when asked for.

    `paths` says which import path each module folder has, `tags` what is set beside the platform's own.
    """

    def __init__(self, project: Project, paths: dict[str, str], tags: tuple[str, ...] = ()) -> None:
        self.project = project
        self._tags = TRUE_TAGS.union(tags)
        self._roots = sorted(paths.items(), key=lambda item: -len(item[1]))  # the longest path owns an import
        self._folders: dict[str, list[str]] = {}
        self._read: dict[str, tuple[GoFile, ...]] = {}
        for path in project.ending(".go"):
            self._folders.setdefault(posixpath.dirname(path) or ".", []).append(path)

    @property
    def folders(self) -> list[str]:
        """Folders with Go files, shallow first."""
        return sorted(self._folders, key=lambda f: (0 if f == "." else f.count("/") + 1, f))

    def package(self, folder: str) -> tuple[GoFile, ...]:
        """The files in FOLDER that build on linux, tests left out."""
        if folder not in self._read:
            names = self._folders.get(folder, [])
            self._read[folder] = tuple(file for name in names if (file := _read(self.project, name, self._tags)))
        return self._read[folder]

    def is_main(self, folder: str) -> bool:
        """True if FOLDER holds a program: package main with func main."""
        return any(f.package == "main" and f.has_main for f in self.package(folder))

    def program(self, folder: str) -> tuple[GoFile, ...]:
        """All files that end up in the program in FOLDER: its own, and those that it imports."""
        found: list[GoFile] = []
        seen = {folder}
        todo = [folder]
        while todo:
            here = todo.pop(0)
            files = [f for f in self.package(here) if here != folder or f.package == "main"]
            found += files
            for path in sorted({i for f in files for i in f.imports}):
                target = self.folder_of(path)
                if target and target not in seen and target in self._folders:
                    seen.add(target)
                    todo.append(target)
        return tuple(found)

    def folder_of(self, import_path: str) -> str | None:
        """The folder of the project that an import path means; None if it is another module's."""
        for folder, root in self._roots:
            if root and (import_path == root or import_path.startswith(root + "/")):
                return inside(folder, import_path[len(root) + 1 :] or ".")
        return None


def _read(project: Project, path: str, tags: AbstractSet[str]) -> GoFile | None:
    name = posixpath.basename(path)
    if name.endswith("_test.go") or name[0] in "_." or not _fits_name(name):
        return None
    raw = project.text(path)
    generated = bool(_GENERATED.search(raw, 0, 4096))
    if generated and len(raw) > MOST_GENERATED:
        raw = raw[:MOST_GENERATED]
    text = _TOKEN.sub(lambda m: m[0] if m[0][0] != "/" else re.sub(r"[^\n]", " ", m[0]), raw)
    package = _PACKAGE.search(text)
    if not package or not _fits(raw[: package.start()], tags):
        return None
    imports = _IMPORT_ONE.findall(text)
    for block in _IMPORT_MANY.findall(text):
        imports += _QUOTED.findall(block)
    return GoFile(
        path=path,
        package=package[1],
        imports=tuple(imports),
        text=text,
        has_main=bool(_MAIN.search(text)),
        cgo="C" in imports,
        generated=generated,
    )


def _fits_name(name: str) -> bool:
    """False for names such as x_windows.go and x_linux_arm64.go (go help buildconstraint)."""
    parts = name.removesuffix(".go").split("_")[1:]
    if parts and parts[-1] in MACHINES and parts.pop() != "amd64":
        return False
    return not parts or parts[-1] not in SYSTEMS or parts[-1] == "linux"


def _fits(head: str, tags: AbstractSet[str]) -> bool:
    """True if the constraints above the package clause hold for linux without cgo."""
    if match := _BUILD.search(head):
        return holds(match[1], tags)
    return all(holds(_modern(line), tags) for line in _OLD_BUILD.findall(head))


def _modern(line: str) -> str:
    """`a,!b c` of the old form as `(a && !b) || c`."""
    return " || ".join("(" + " && ".join(option.split(",")) + ")" for option in line.split())


def holds(expression: str, tags: AbstractSet[str] = TRUE_TAGS) -> bool:
    """True if a build constraint holds for TAGS and the newest Go; an unreadable one does not."""
    words = _WORD.findall(expression)
    if len(expression) > LONGEST_CONSTRAINT:
        return False
    terms = iter([*words, ""])
    value, rest = _either(next(terms), terms, tags)
    return value and rest == ""


def _either(word: str, words: Iterator[str], tags: AbstractSet[str]) -> tuple[bool, str]:
    value, word = _both(word, words, tags)
    while word == "||":
        other, word = _both(next(words, ""), words, tags)
        value = value or other
    return value, word


def _both(word: str, words: Iterator[str], tags: AbstractSet[str]) -> tuple[bool, str]:
    value, word = _term(word, words, tags)
    while word == "&&":
        other, word = _term(next(words, ""), words, tags)
        value = value and other
    return value, word


def _term(word: str, words: Iterator[str], tags: AbstractSet[str]) -> tuple[bool, str]:
    if word == "!":
        value, rest = _term(next(words, ""), words, tags)
        return not value, rest
    if word == "(":
        value, rest = _either(next(words, ""), words, tags)
        return value, next(words, "") if rest == ")" else "?"
    return is_true(word, tags), next(words, "")


def is_true(tag: str, tags: AbstractSet[str] = TRUE_TAGS) -> bool:
    """True if a build tag is set: the platform's, and those of the Go releases so far."""
    if tag.startswith("go1."):
        newest = int(releases.GO[0].line.partition(".")[2])
        return tag[4:].isdigit() and int(tag[4:]) <= newest
    return tag in tags
