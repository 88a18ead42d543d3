"""The first sentences of a README that say what the project is, as one plain line."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from dockgen.lazy import pattern
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

FILES = ("README.md", "readme.md", "Readme.md", "README.markdown", "README.rst", "README.txt", "README")
HEAD = 6000  # bytes: what a project is stands at the top
LIMIT = 120
# Sections below the title that may say it; any other one ends the search.
_SECTION = pattern(r"(about|overview|introduction|intro|description|summary|what\b.*)\W*", re.IGNORECASE)
# What a template's or a generator's README says of itself.
_BOILERPLATE = pattern(
    r"\b(bootstrapped|generated|scaffolded|created) (with|by|using|from)\b"
    r"|\bthis template\b|\bstarter (kit|template)\b",
    re.IGNORECASE,
)
# How sentences start that say what the reader shall do, not what the project is.
_ADVICE = pattern(
    r"(first|learn|follow|check|see|if|for|please|note|warning|you|to|click|visit|read|switch|try|run|use|live demo)\b",
    re.IGNORECASE,
)
_HIDDEN = pattern(
    r"<!--.*?-->|^(```|~~~).*?^\1|<(h[1-6]|picture|table|pre|summary)\b.*?</\2>", re.DOTALL | re.MULTILINE
)
_FRONT_MATTER = pattern(r"\A---\n.*?\n---\n", re.DOTALL)
_UNDERLINE = pattern(r"([=\-~^*+#])\1{2,}\s*")
# Lists, tables, definitions, admonitions, directives, indented code: lines that are no sentences.
_NO_TEXT = pattern(r"[-*+] |\d+[.)] |\||\[[^\]]+\]: |> ?\[!|\.\. |:\w+:|:::|\|[\w -]+\||    |\t|\$ |---|\*\*\*|___")
_IMAGE = pattern(r"!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])?|\|[\w .-]+\|")
_LINK = pattern(r"\[([^\[\]]*)\](\([^)]*\)|\[[^\]]*\])")
_ANCHOR = pattern(r"<a\b[^<>]*>[^<>]*</a>", re.IGNORECASE)
_RST_LINK = pattern(r"`([^`<]+?)\s*<[^`>]*>`_{1,2}|:\w+:`([^`]+)`")
_TAG = pattern(r"<[^<>]*>")
_ADDRESS = pattern(r"https?://\S+")
_MARKS = pattern(r"\*\*|__|``?|(?<!\w)[*_](?=\w)|(?<=[\w.!?])[*_](?!\w)")
_WORD = pattern(r"[^\W\d_]{2,}")
_SENTENCE = pattern(r"[.!?](?=\s|$)")


def summary(project: Project) -> str:
    """What the README says at its top, in at most LIMIT characters; "" if it says nothing that can be used."""
    file = project.first(*FILES)
    text = project.head(file, HEAD).replace("\r\n", "\n").replace("\r", "\n") if file else ""
    text = _HIDDEN.sub("\n\n", _FRONT_MATTER.sub("", text))
    for paragraph in _paragraphs(text):
        if _BOILERPLATE.search(paragraph):
            return ""
        if line := _plain(paragraph):
            return _cut(line)
    return ""


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of text below the title, up to the first section that is about something else."""
    headings = 0
    for block in re.split(r"\n[ \t]*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        while lines and (heading := _heading(lines)):
            headings += 1
            if headings > 1 and not _SECTION.fullmatch(heading[0]):
                return
            lines = lines[heading[1] :]
        if lines and not (_NO_TEXT.match(lines[0]) or _NO_TEXT.match(lines[0].strip())):
            sentences = [*takewhile(lambda line: not _NO_TEXT.match(line.strip()), lines)]
            leads_on = ":" if len(sentences) < len(lines) and sentences[-1].rstrip()[-1] not in ".!?" else ""
            yield " ".join(line.strip().lstrip("> #") for line in sentences) + leads_on


def _heading(lines: list[str]) -> tuple[str, int] | None:
    """The heading that LINES start with and how many of them it takes; None if they start with something else."""
    if m := re.match(r" {0,3}#{1,6}(?!\w)[ \t]*([^#\n]*)", lines[0]):
        return m[1].strip(), 1
    if len(lines) > 1 and _UNDERLINE.fullmatch(lines[1]):
        return lines[0].strip(), 2
    if len(lines) > 2 and _UNDERLINE.fullmatch(lines[0]) and _UNDERLINE.fullmatch(lines[2]):  # over and under: RST
        return lines[1].strip(), 3
    return None


def _plain(paragraph: str) -> str:
    """PARAGRAPH without markup; "" if it is a row of badges or links, or leads to something that follows."""
    text = _RST_LINK.sub(lambda m: m[1] or m[2], _IMAGE.sub("", paragraph))
    if len(_WORD.findall(_ADDRESS.sub("", _LINK.sub("", _TAG.sub(" ", _ANCHOR.sub("", text)))))) < 2:
        return ""
    text = _TAG.sub(" ", text)
    text = one_line(_MARKS.sub("", _LINK.sub(r"\1", text)), 2 * LIMIT)
    return "" if text.endswith(":") or _ADVICE.match(text) or len(_WORD.findall(text)) < 3 else text


def _cut(line: str) -> str:
    """The sentences of LINE that fit into LIMIT, else its first words with an ellipsis."""
    if len(line) <= LIMIT:
        return line
    ends = [m.end() for m in _SENTENCE.finditer(line, 0, LIMIT)]
    if ends and ends[-1] >= LIMIT // 4:
        return line[: ends[-1]]
    return line[: LIMIT - 1].rpartition(" ")[0].rstrip(" ,;:-(") + "…"
