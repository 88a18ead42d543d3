"""Find the files that a program embeds, those that it opens when it runs, and the folders that it writes to."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.go.gomod import inside
from dockgen.stacks.go.source import matches
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.source import GoFile

_EMBED = lazy.pattern(r"^[ \t]*//go:embed[ \t]+(.+)$", re.MULTILINE)
_PATTERN = lazy.pattern(r'"[^"\n]*"|`[^`\n]*`|\S+')
_LITERAL = lazy.pattern(r'"(?P<text>[^"\\\n]{1,200})"')
# Calls whose argument is a path that must be there when the program runs.
_OPENS = lazy.pattern(
    r"(?:\b(?:ParseGlob|ParseFiles|LoadHTMLGlob|LoadHTMLFiles|LoadHTMLFilesGlob|SetConfigFile|ReadInConfig|ReadConfig|os\.DirFS"
    r"|os\.Open|os\.ReadFile|os\.ReadDir|ioutil\.ReadFile|ioutil\.ReadDir|http\.Dir|gin\.Dir|StaticFile|StaticFS|Static|Dir"
    r"|ServeFile|File|SendFile|filepath\.Join|path\.Join|DecodeFile|FileServer|NewFileSystem|ServeFiles|FromFile|LoadFile"
    r"|html\.New|pug\.New|django\.New|handlebars\.New|mustache\.New|jet\.New|ReadFile|Open)"
    r"|\.Default)\((?P<arguments>[^()\n]{0,300})"
)
# `templatesDir = "templates"`: what becomes a path elsewhere.
_FOLDER = lazy.pattern(
    r"\b\w{0,40}(?:[dD]ir|[fF]older|[pP]ath|DIR|_PATH)[ \t]{0,40}(?::=|=|:)[ \t]{0,40}\"(?P<text>[\w-]+)\""
)
_CONFIG_NAME = lazy.pattern(r"\.SetConfigName\(\s*\"([\w.-]+)\"")
_CONFIG_PATH = lazy.pattern(r"\.AddConfigPath\(\s*\"([\w./-]+)\"")
_CONFIG_DEFAULT = lazy.pattern(
    r"(?:\b(?:\w{0,40}[cC]onf(?:ig)?\w{0,40}|\w{0,40}CONFIG\w{0,40})\"?[ \t]{0,40}"
    r"(?:string[ \t]{0,40})?(?::=|=|:|,)[ \t]{0,40}"
    r"|\bFlag\(\"[\w.]{0,40}conf(?:ig)?\b[^\n]{0,300}?\.Default\()"
    r"\"(?P<text>[\w./-]+\.(?:ya?ml|toml|json|ini|hcl))\""
)
_MAKES = lazy.pattern(r"\bos\.Mkdir(?:All)?\(\s*\"(?P<text>[^\"\n]+)\"")
_DATABASE = lazy.pattern(
    r"(?:\bOpen\(\s*(?:\"sqlite3?\"\s*,\s*)?|\bConnect\(\s*\"sqlite3?\"\s*,\s*)\"(?:file:)?"
    r"(?P<text>[\w./-]+\.(?:db|sqlite3?|bolt|bbolt|badger))\b"
)
_DATABASE_DEFAULT = lazy.pattern(
    r"(?:\bdefault|\benvDefault|\benv-default):\"(?P<text>[\w./-]+\.(?:db|sqlite3?))\"|\.String(?:Var)?P?\([^\n\"]*\"[\w.-]+\"\s*,\s*(?:\"\w?\"\s*,\s*)?\"(?P<flag>[\w./-]+\.(?:db|sqlite3?))\""
)
_WRITES = lazy.pattern(r"\b(?:os\.Create|os\.WriteFile|ioutil\.WriteFile|os\.OpenFile)\(\s*\"(?P<text>[^\"\n]+)\"")
# Writes to a place that only the running program knows: below its working directory, unless it is told better.
_WRITES_SOMEWHERE = lazy.pattern(
    r"\bos\.(?:Create|Mkdir(?:All)?)\(\s*(?![\"`]|[^\n]{0,200}TempDir)[^()\n]"
    r"|\bos\.OpenFile\(\s*[^\"`\n][^\n]{0,200}\bos\.O_CREATE\b"
)
_BESIDE = lazy.pattern(r"\bfilepath\.Dir\(os\.Args\[0\]\)|\bos\.Executable\(\)[^}]{0,300}?\bfilepath\.Dir\(")
# What makes state, whether it names a file, and words without which the pattern is not in a text.
_STATES = (
    (_MAKES, False, ("os.Mkdir",)),
    (_DATABASE, True, (".db", ".sqlite", ".bolt", ".bbolt", ".badger")),
    (_DATABASE_DEFAULT, True, (".db", ".sqlite")),
    (_WRITES, True, ("os.Create", ".WriteFile", "os.OpenFile")),
)
_CONFIG_ENDS = ('.yaml"', '.yml"', '.toml"', '.json"', '.ini"', '.hcl"')
NOT_ASSETS = (".go", ".md", ".mod", ".sum", ".sh", ".proto", ".pem", ".key", ".log", ".db", ".env")
SAMPLES = ("default", "example", "sample", "dist", "template")


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """A pattern of go:embed, relative to the project's root, and where it stands; `missing` if nothing matches it."""

    pattern: str
    missing: bool
    where: Evidence

    @property
    def folder(self) -> str:
        """The folder that the pattern looks in: itself, or what comes before the first wildcard."""
        fixed = re.split(r"[*?\[]", self.pattern, maxsplit=1)[0]
        return self.pattern if fixed == self.pattern else fixed.rpartition("/")[0] or "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file or folder of the project that the program opens: where it lies, and where the program looks for it."""

    source: str
    target: str
    where: Evidence
    is_folder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A folder, relative to the working directory, that the program writes to."""

    path: str
    where: Evidence


def embeds(program: Sequence[GoFile], project: Project) -> tuple[Embed, ...]:
    """Every go:embed pattern of the program."""
    found = []
    for file in program:
        if "embed" not in file.imports:
            continue
        folder = posixpath.dirname(file.path) or "."
        raw = project.text(file.path)
        for match in _EMBED.finditer(raw):
            where = Evidence(file.path, line_at(raw, match.start()), "go:embed")
            for word in _PATTERN.findall(match[1]):
                pattern = inside(folder, word.strip('"`').removeprefix("all:"))
                found.append(Embed(pattern=pattern, missing=not _exists(project, pattern), where=where))
    return tuple(found)


def _exists(project: Project, pattern: str) -> bool:
    if project.has(pattern) or project.has_folder(pattern):
        return True
    if not re.search(r"[*?\[]", pattern):
        return False
    if "/testdata/" in pattern or "/vendor/" in pattern:
        return True  # not scanned
    depth = pattern.count("/")
    names = [*project.files, *project.folders]
    return any(n.count("/") == depth and fnmatchcase(n, pattern) for n in names)


def embedded(patterns: Sequence[Embed], project: Project) -> tuple[str, ...]:
    """The files that PATTERNS take into the binary."""
    found: list[str] = []
    for embed in patterns:
        below = project.below(embed.folder) if embed.folder == "." or project.has_folder(embed.folder) else ()
        found += [p for p in below if fnmatchcase(p, embed.pattern) or p.startswith(embed.pattern + "/")]
        if project.has(embed.pattern):
            found.append(embed.pattern)
    return tuple(dict.fromkeys(found))


def assets(program: Sequence[GoFile], project: Project, home: str, inner: Sequence[str]) -> tuple[Asset, ...]:
    """What the program opens at run time, relative to its working directory; INNER are the files that it embeds."""
    found: dict[str, Asset] = {}
    within = frozenset(inner)
    for text, where in named_paths(program):
        asset = _asset(text, where, project, home, within)
        if asset and asset.target not in found:
            found[asset.target] = asset
    for asset in _configs(program, project, home):
        found.setdefault(asset.target, asset)
    kept = [a for a in found.values() if not any(_covers(b, a) for b in found.values() if b is not a)]
    return tuple(sorted(kept, key=lambda a: a.target))


def _covers(outer: Asset, asset: Asset) -> bool:
    return (
        asset.target.startswith(outer.target + "/") and asset.source == outer.source + asset.target[len(outer.target) :]
    )


def named_paths(program: Sequence[GoFile]) -> Iterator[tuple[str, Evidence]]:
    """Texts in the code that are likely to be paths, and where they stand."""
    for file in (f for f in program if not f.generated):
        for match in matches(_OPENS, file.text):
            for literal in _LITERAL.finditer(match["arguments"]):
                yield literal["text"], Evidence(file.path, file.line(match.start()), "opens it")
        for match in matches(_FOLDER, file.text):
            yield match["text"], Evidence(file.path, file.line(match.start()), "names it")
        for match in matches(_LITERAL, file.text):
            text = match["text"].removeprefix("file://")
            # A bare word may mean anything; `./x`, `x/y.html` and `x.yaml` can only be paths.
            if text.startswith("./") or "." in posixpath.basename(text):
                yield text, Evidence(file.path, file.line(match.start()), "names it")
            elif match["text"].startswith("file://"):
                yield text, Evidence(file.path, file.line(match.start()), "opens it")


def _asset(text: str, where: Evidence, project: Project, home: str, inner: frozenset[str]) -> Asset | None:
    text = text.removeprefix("file://")
    if text.startswith(("/", "../")) or "\\" in text or "://" in text:
        return None
    if wild := re.search(r"[*?\[{]", text):
        text = text[: wild.start()].rpartition("/")[0]
    relative = posixpath.normpath(text) if text else "."
    source = inside(home, relative)
    if relative == "." or relative.startswith("..") or not is_path(source) or source.endswith(NOT_ASSETS):
        return None
    if any(part[0] == "." for part in source.split("/")):
        return None
    if project.has(source):
        return None if source in inner else Asset(source=source, target=relative, where=where, is_folder=False)
    if not project.has_folder(source):
        return None
    files = [f for f in project.below(source) if not f.endswith((*NOT_ASSETS, "/.gitignore", "/.gitkeep"))]
    if not files or all(f in inner for f in files):
        return None
    return Asset(source=source, target=relative, where=where, is_folder=True)


def _configs(program: Sequence[GoFile], project: Project, home: str) -> Iterator[Asset]:
    """Configuration files that viper finds by name, and defaults that lie in the project under a similar name."""
    names = [(m[1], f, m.start()) for f in program for m in matches(_CONFIG_NAME, f.text)]
    paths = [m[1] for f in program for m in matches(_CONFIG_PATH, f.text)] or ["."]
    for name, file, at in names:
        where = Evidence(file.path, file.line(at), "reads its configuration")
        for folder in paths:
            for suffix in ("yaml", "yml", "toml", "json"):
                target = inside(folder, name if "." in name else f"{name}.{suffix}")
                if not folder.startswith("/") and is_path(target) and project.has(inside(home, target)):
                    yield Asset(source=inside(home, target), target=target, where=where, is_folder=False)
    for file in program:
        for match in _config_defaults(file):
            target = posixpath.normpath(match["text"])
            if not is_path(target) or project.has(inside(home, target)):
                continue
            where = Evidence(file.path, file.line(match.start()), f"looks for {target}")
            stem, dot, suffix = posixpath.basename(target).rpartition(".")
            similar = [f"{stem}{dot}{suffix}", *(f"{stem}.{sample}.{suffix}" for sample in SAMPLES)]
            if source := project.first(*(inside(home, name) for name in similar)):
                yield Asset(source=source, target=target, where=where, is_folder=False)


def _config_defaults(file: GoFile) -> Iterator[re.Match[str]]:
    if any(end in file.text for end in _CONFIG_ENDS):
        yield from matches(_CONFIG_DEFAULT, file.text)


def missing_configuration(program: Sequence[GoFile], project: Project, home: str) -> Evidence | None:
    """Where the program names a configuration file by default that the project does not have; None if it has it."""
    if any(i == "github.com/spf13/viper" for f in program for i in f.imports):
        return None  # to viper, a file is one of several sources
    for file in program:
        for match in _config_defaults(file):
            target = posixpath.normpath(match["text"])
            if is_path(target) and "/" not in target and not project.has(inside(home, target)):
                return Evidence(file.path, file.line(match.start()), target)
    return None


def states(program: Sequence[GoFile]) -> tuple[State, ...]:
    """Folders, relative to the working directory, that the program is seen to write to; "." for that itself."""
    found: dict[str, State] = {}
    for file in program:
        for pattern, is_file, words in _STATES:
            for match in matches(pattern, file.text) if any(w in file.text for w in words) else ():
                text = match["text"] or match.groupdict().get("flag", "")
                if text.startswith("/") or "$" in text or "%" in text:
                    continue
                path = posixpath.normpath(posixpath.dirname(text) or "." if is_file else text)
                if path in (".", "..") or is_path(path.replace("../", "")):
                    note = f"writes {posixpath.basename(text)}" if is_file else "creates it"
                    found.setdefault(path, State(path=path, where=Evidence(file.path, file.line(match.start()), note)))
    if not found and (somewhere := _somewhere(program)):
        found["."] = State(path=".", where=somewhere)
    return tuple(sorted(found.values(), key=lambda s: s.path))


def _somewhere(program: Sequence[GoFile]) -> Evidence | None:
    for file in program:
        if "os." in file.text and (match := _WRITES_SOMEWHERE.search(file.text)):
            return Evidence(file.path, file.line(match.start()), "writes files")
    return None


def beside(program: Sequence[GoFile]) -> Evidence | None:
    """Where the program asks for the folder that it lies in, to keep its files there; None if it does not."""
    for file in program:
        if ("os.Args" in file.text or "os.Exec" in file.text) and (match := _BESIDE.search(file.text)):
            return Evidence(file.path, file.line(match.start()), "keeps its files beside itself")
    return None
