"""What a Go program does not start without: variables, with values to show in a command, and a file of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import examples
from dockgen.facts import Evidence
from dockgen.placeholders import placeholder, shown
from dockgen.stacks.go.source import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.source import GoFile

_LOOKED_AT = 60
# Set by the image, or with defaults everywhere.
_SET = frozenset({"PORT", "HOST", "HOSTNAME", "LOG_LEVEL", "DEBUG", "TZ", "GIN_MODE"})
_TAG = re.compile(r"`[^`\n]*\b(?:env|envconfig):\"(?P<name>[A-Z][A-Z0-9_]*)(?P<options>[^\"\n]*)\"[^`\n]*`")
_DEFAULT = re.compile(r"\b(?:default|envDefault|env-default):\"|,default=")
_REQUIRED = re.compile(r"\b(?:required|env-required):\"true\"")
_OPTIONS = re.compile(r",(?:required|notEmpty)\b")
_ENDS = r"\b(?:log(?:ger|rus)?\.\w*(?:Fatal|Panic)\w*|panic|os\.Exit)\("
_READ = r"os\.(?:Getenv|LookupEnv)\(\s*\"(?P<{}>[A-Z][A-Z0-9_]*)\"\s*\)"
# `url := os.Getenv("DB_URL")` and `if url == "" {`, or both in one, at the top level of a function that ends there.
_CHECKED = re.compile(
    rf"^\t(?:(?P<held>\w+)(?:,\s*ok)?\s*:?=\s*{_READ.format('name')}\s*\n\s*if\s+(?:(?P=held)\s*==\s*\"\"|!ok)"
    rf"|if\s+{_READ.format('direct')}\s*==\s*\"\")\s*\{{[^{{}}]{{0,300}}?{_ENDS}",
    re.MULTILINE,
)
# `for _, name := range []string{"DB_URL", "KEY"} { if os.Getenv(name) == "" {`
_LISTED = re.compile(
    r"range\s+\[\]string\{(?P<names>[^{}]{0,600})\}\s*\{[^{}]{0,200}?\bos\.(?:Getenv|LookupEnv)\(\s*[a-z]\w*\s*\)"
    r"[^{}]{0,60}\{[^{}]{0,300}?" + _ENDS
)
_QUOTED = re.compile(r"\"([A-Z][A-Z0-9_]*)\"")
# `err := godotenv.Load()` and `if err := godotenv.Load(".env"); err != nil {`, at the top level of a function, where
# the program ends if there is no such file.
_LOADS = re.compile(
    r"^\t(?:err\s*:?=\s*godotenv\.(?:Load|Overload)\(\s*(?:\"\.env\")?\s*\)\s*\n\s*if\s+err\s*!=\s*nil"
    r"|if\s+err\s*:?=\s*godotenv\.(?:Load|Overload)\(\s*(?:\"\.env\")?\s*\)\s*;\s*err\s*!=\s*nil)\s*\{"
    r"(?:(?!\n\t\}).){0,400}?" + _ENDS,
    re.MULTILINE | re.DOTALL,
)


def variables(program: Sequence[GoFile], project: Project, known: frozenset[str]) -> dict[str, str]:
    """The variables without which PROGRAM ends, as its code or a struct says, but for those KNOWN that the image sets.

    Each has the value that the project's example shows, if that can be given on a command line.
    """
    given = examples.read(project)
    found = sorted({*_required(program)} - known)
    return {name: shown(given.get(name, ""), placeholder(name)) for name in found}


def warnings(program: Sequence[GoFile], project: Project, known: frozenset[str]) -> Iterator[str]:
    """What the program reads of the variables of the project's example, and has no default for; KNOWN are set."""
    texts = [f.text for f in program]
    names = [n for n in list(examples.read(project))[:_LOOKED_AT] if n not in known | _SET and _reads(n, texts)]
    if names:
        yield examples.told(project, names)


def file(program: Sequence[GoFile]) -> Evidence | None:
    """Where the program ends if there is no file .env in its working directory; None if it does not."""
    for code in program:
        if "godotenv." in code.text and (match := _LOADS.search(code.text)):
            at = code.text.find("godotenv.", match.start())
            return Evidence(code.path, code.line(at), "ends without a file .env")
    return None


def _required(program: Sequence[GoFile]) -> Iterator[str]:
    for code in program:
        for match in matches(_TAG, code.text):
            if _DEFAULT.search(match[0]):
                continue
            if _OPTIONS.search(match["options"]) or _REQUIRED.search(match[0]):
                yield match["name"]
        if "os.Getenv" in code.text or "os.LookupEnv" in code.text:
            yield from (m["name"] or m["direct"] for m in matches(_CHECKED, code.text))
            yield from (n for m in matches(_LISTED, code.text) for n in _QUOTED.findall(m["names"]))


def _reads(name: str, texts: list[str]) -> bool:
    """True if a text reads the variable NAME and gives no value for where it is not set."""
    read = re.compile(
        rf"(?:[eE]nv|ENV)[\w.]{{0,40}}\(\s*\"{name}\"\s*\)|`[^`\n]*\b(?:env|envconfig|mapstructure):\"{name}\b[^`\n]*`"
    )
    return any(name in t and any(not _DEFAULT.search(m[0]) for m in matches(read, t)) for t in texts)
