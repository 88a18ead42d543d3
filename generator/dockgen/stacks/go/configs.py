"""Read the configuration files that a program is shipped with, and see which variables go before their keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dockgen.stacks.go.source import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.source import GoFile

ENDINGS = (".yaml", ".yml", ".toml", ".json", ".ini", ".conf", ".properties")
MOST_LINES = 2000
_ROW = re.compile(
    r"(?P<indent>[ \t]*)\"?(?P<name>[A-Za-z][\w.-]{0,80})\"?[ \t]{0,40}[:=][ \t]{0,40}"
    r"(?P<value>[^#\s,]{0,80}),?[ \t]{0,80}(?:#.*)?"
)
_SECTION = re.compile(r"^\[\[?([\w.-]+)\]?\]")
_NAMED = re.compile(r"(?:^|/)(?:[\w-]*(?:config|conf|settings)|app|application|default|server)[\w.-]*$")
# A folder of configuration, and what its files are for.
_FOLDER = re.compile(r"(?:^|/)(?:configs?|conf|configuration|settings|etc)$")
_WHOLE = re.compile(r"/(?:config|conf|settings|app|application|default|base|server)\.\w+")
_PRODUCTION = re.compile(r"(?<![a-z])(?:prd|prod|production|release)(?![a-z])", re.IGNORECASE)
_OTHER = re.compile(r"(?<![a-z])(?:test|testing|example|sample|local|ci)(?![a-z])", re.IGNORECASE)
_AUTOMATIC = re.compile(r"\.AutomaticEnv\(")
_PREFIX = re.compile(r"\.SetEnvPrefix\(\s*\"(\w+)\"")
_REPLACER = re.compile(r"\.SetEnvKeyReplacer\(\s*strings\.NewReplacer\([^()]*\"\.\"\s*,\s*\"_\"")
_BOUND = re.compile(r"\.BindEnv\(\s*\"([\w.-]+)\"\s*,\s*\"([A-Z][A-Z0-9_]*)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A key with a value in a configuration file; `owner` are the keys above it."""

    owner: str
    name: str
    value: str
    at: int  # where in the text


def rows(text: str, path: str) -> Iterator[Row]:
    """The keys with values in a file of one of ENDINGS: by indentation, or by section where there is one."""
    section = ""
    above: list[tuple[int, str]] = []
    by_section = path.endswith((".toml", ".ini", ".conf", ".properties"))
    for line, at in islice(_lines(text), MOST_LINES):
        if match := _SECTION.match(line) if by_section else None:
            section = match[1]
            continue
        if not (row := _ROW.fullmatch(line)):
            continue
        depth = len(row["indent"].expandtabs(8))
        while above and above[-1][0] >= depth:
            above.pop()
        value = row["value"].strip("\"'")
        if value in ("", "{", "["):
            above.append((depth, row["name"]))
            continue
        owner = ".".join(filter(None, (section, *(n for _, n in above))))
        yield Row(owner=owner, name=row["name"], value=value, at=at)


def _lines(text: str) -> Iterator[tuple[str, int]]:
    at = 0
    for line in text.splitlines(keepends=True):
        yield line.rstrip("\r\n"), at
        at += len(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viper:
    """How variables go before the keys of github.com/spf13/viper."""

    automatic: bool = False
    prefix: str = ""
    nested: bool = False  # a dot in a key is an underscore in the variable
    bound: tuple[tuple[str, str], ...] = ()

    def variable(self, key: str) -> str | None:
        """The variable that goes before KEY; None if none does, or if it could not be set."""
        if found := dict(self.bound).get(key):
            return found
        if not self.automatic or "-" in key or ("." in key and not self.nested):
            return None
        return "_".join(filter(None, (self.prefix, key.replace(".", "_")))).upper()


def viper(program: Sequence[GoFile]) -> Viper:
    """How PROGRAM lets variables go before its configuration."""
    files = [f for f in program if any(i == "github.com/spf13/viper" for i in f.imports)]
    prefix = next((m[1] for f in files if (m := _PREFIX.search(f.text))), "")
    return Viper(
        automatic=any(_AUTOMATIC.search(f.text) for f in files),
        prefix=prefix,
        nested=any(_REPLACER.search(f.text) for f in files),
        bound=tuple((m[1], m[2]) for f in files for m in matches(_BOUND, f.text)),
    )


def shipped(project: Project, sources: Sequence[str]) -> tuple[str, ...]:
    """Those of SOURCES, files and folders that the program has, that are configuration: by their names and endings.

    Of a folder of them, the one that holds for production or for everything comes first.
    """
    found = [p for p in sources if p.endswith(ENDINGS) and _NAMED.search(p) and project.has(p)]
    for folder in (s for s in sources if _FOLDER.search(s) and project.has_folder(s)):
        below = [p for p in project.below(folder) if p.endswith(ENDINGS) and not _OTHER.search(p[len(folder) :])]
        found += sorted(below, key=lambda p: (p.count("/"), _by_name(p[len(folder) :]), p))
    return tuple(dict.fromkeys(found))


def _by_name(name: str) -> int:
    return 0 if _WHOLE.fullmatch(name) else 1 if _PRODUCTION.search(name) else 2
