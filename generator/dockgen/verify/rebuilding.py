"""Edit one file of the source and judge the build after it: which steps ran again, and which should not have."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen.verify import checks, origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockgen.verify.buildlog import Step
    from dockgen.verify.results import Check
    from dockgen.verify.subject import Subject

TRIES = 4  # files that are edited, until one is part of the image
_WORDS = "edited by dockgen verify {}"
_SLASHES, _HASH, _MARKUP = f"\n// {_WORDS}\n", f"\n# {_WORDS}\n", f"\n<!-- {_WORDS} -->\n"
# The end of a file's name -> a line that changes it, and nothing that it does.
LINES = {
    ".py": _HASH, ".go": _SLASHES, ".ts": _SLASHES, ".tsx": _SLASHES, ".js": _SLASHES, ".jsx": _SLASHES,
    ".mjs": _SLASHES, ".cjs": _SLASHES, ".mts": _SLASHES, ".vue": _MARKUP, ".svelte": _MARKUP, ".html": _MARKUP,
    ".md": _MARKUP, ".rst": f"\n.. {_WORDS}\n", ".css": f"\n/* {_WORDS} */\n", ".rb": _HASH, ".php": _SLASHES,
    ".rs": _SLASHES, ".java": _SLASHES, ".kt": _SLASHES, ".cs": _SLASHES,
}  # fmt: skip
# The stack -> ends of names that are its source, the likeliest first.
_SOURCES = {
    "python": (".py",),
    "node": (".ts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".vue", ".svelte", ".mts"),
    "go": (".go",),
    "static": (".html", ".md", ".rst", ".css"),
}
_ASIDE = re.compile(  # beside the app's own code: tests, configuration, documents
    r"(?:^|/)(?:tests?|__tests__|__mocks__|spec|e2e|scripts|tools|migrations|examples?|\.[^/]+)/"
    r"|(?:^|/)(?:[^/]*\.(?:config|conf|test|spec|stories|d)\.[cm]?[jt]sx?|setup\.py|conftest\.py|test_[^/]*\.py|[^/]*_test\.\w+"
    r"|README[^/]*|CHANGELOG[^/]*|LICENSE[^/]*|CONTRIBUTING[^/]*|\.[^/]*)$"
)
# What installs, by what it installs.
INSTALLS = (
    (
        "the dependencies",
        re.compile(
            r"\b(?:npm (?:ci|install|i)|pnpm (?:install|i|fetch)|yarn(?: install\b| workspaces focus|(?= --| *(?:&|$)))"
            r"|bun (?:install|i)|uv sync|uv pip (?:install|sync)|pip3? install|poetry install|pdm (?:sync|install)"
            r"|pipenv (?:sync|install)|go mod download|bundle install|composer install|cargo fetch)\b"
        ),
    ),
    ("packages of the system", re.compile(r"\bapt(?:-get)? (?:-\S+ )*install\b|\bapk add\b|\b(?:dnf|yum) install\b")),
)


def candidates(subject: Subject, files: Iterable[str]) -> list[str]:
    """Files of the context that are the app's source, the likeliest first."""
    ends = _SOURCES.get(subject.stack, tuple(LINES))
    folder = f"{subject.folder}/" if subject.folder else ""
    named = {posixpath.normpath(word) for word in subject.start}

    def rank(path: str) -> tuple[bool, bool, bool, int, int, str]:
        inner = path.removeprefix(folder)
        is_named = inner in named or any(posixpath.splitext(inner)[0] in _module(word) for word in named)
        end = ends.index(posixpath.splitext(path)[1])
        return (not path.startswith(folder), bool(_ASIDE.search(inner)), not is_named, inner.count("/"), end, path)

    found = [path for path in files if posixpath.splitext(path)[1] in ends]
    return sorted(found, key=rank)[:TRIES]


def _module(word: str) -> tuple[str, ...]:
    """The paths without an ending that a WORD of a command may mean, such as `shop.main:app`."""
    module = word.partition(":")[0].replace(".", "/")
    return (module, f"src/{module}")


def line_for(path: str, run: str) -> str:
    """The line that is added to PATH; another one for each RUN, for the build before may be in the cache."""
    return LINES[posixpath.splitext(path)[1]].format(run)


def is_reached(steps: Sequence[Step]) -> bool:
    """True if a step of the build ran again."""
    return any(step.ran for step in steps if step.name != "FROM")


def judge(subject: Subject, path: str, steps: Sequence[Step], seconds: float) -> Check:
    """The check, by the STEPS of the build after PATH was edited."""
    counted = [step for step in steps if step.name != "FROM"]
    again = [step for step in counted if step.ran]
    lines = [f"{'ran again' if step.ran else 'cached':<9}  {_shown(step)}" for step in counted]
    said = f"after an edit of {path} {len(again)} of {len(counted)} steps ran again"
    found = list(_installed_again(subject, counted))
    detail = "\n".join(lines)
    if found and subject.needs_source:
        why = "; the dependencies are among them, for they cannot be installed without the source"
        return checks.passed("rebuild", said + why, detail=detail, seconds=seconds)
    if found:
        said = f"after an edit of {path} {' and '.join(found)} are installed again"
        return checks.failed("rebuild", said, detail=detail, seconds=seconds)
    return checks.passed("rebuild", said, detail=detail, seconds=seconds)


def _installed_again(subject: Subject, steps: Sequence[Step]) -> Iterable[str]:
    """What was installed again, by the first step of a stage that does: a later one may add the app itself."""
    for what, form in INSTALLS:
        first: dict[str, Step] = {}
        for step in steps:
            if step.name == "RUN" and form.search(_whole(subject.text, step)):
                first.setdefault(step.stage, step)
        if any(step.ran for step in first.values()):
            yield what


def _whole(text: str, step: Step) -> str:
    """The text of a step, with that of its heredocs, which a log cuts off."""
    found = origin.instruction(text, None, step.text)
    if found is None and "<<" in step.text:
        start = step.text.partition("<<")[0].strip()
        every = (i for stage in origin.stages(text) for i in stage.instructions)
        found = next((i for i in every if i.heredocs and origin.collapsed(i).startswith(start)), None)
    return " ".join((found.value, *(h.content for h in found.heredocs))) if found else step.text


def _shown(step: Step) -> str:
    return f"[{step.stage}] {step.text[:120]}" if step.stage else step.text[:120]
