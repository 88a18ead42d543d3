"""How far a value is believed, 0 to 100, by what speaks for it and against it (docs/decisions/0010-confidence.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.facts import Evidence

ASKED = 100  # the user said so
DECLARED = 95  # a file that somebody wrote to say just this
MANIFEST = 90  # a field of a manifest or of a lock file
CODE = 80  # read in the code, where one reading may miss what another finds
OLD_DOCKERFILE = 75  # what `init --import` reads: somebody meant it, but files of the project are kept up to date
CONVENTION = 70  # no file says it: what the framework does, what dockgen takes wherever nothing speaks against it
CLOSE = 50  # another candidate is nearly as good
ASSUMED = 40  # nothing was found, and if this is wrong the image does not work
DOUBTFUL = 60  # below, the user is asked or warned
RIVAL = 15  # what a candidate that lost takes away, if its source is as good as the winner's

_NAMES = ((90, "certain"), (DOUBTFUL, "likely"), (0, "guess"))
_DECLARED = lazy.pattern(
    r"(?:^|/)(?:\.nvmrc|\.node-version|\.python-version|\.go-version|\.tool-versions|\.?mise\.toml|runtime\.txt"
    r"|Procfile|\.flaskenv|\.streamlit/config\.toml|\.goreleaser\.ya?ml)$"
)
_MANIFEST = lazy.pattern(
    r"(?:^|/)(?:package\.json|pnpm-workspace\.yaml|pyproject\.toml|setup\.(?:py|cfg)|Pipfile|go\.(?:mod|work)|manage\.py"
    r"|index\.html|requirements[^/]*\.(?:txt|in)|requirements/[^/]+\.txt|[^/]+[.-]lock(?:\.ya?ml|\.json|b)?"
    r"|Pipfile\.lock|npm-shrinkwrap\.json)$"
)
_ASKED = ("--set ", "environment variable ")


def of(evidence: Iterable[Evidence], rejected: Iterable[Evidence] = ()) -> int:
    """How far a value is believed: its best source, less something for a rival from a source as good."""
    best = max(map(_worth, evidence), default=CONVENTION)
    rival = max(map(_worth, rejected), default=0)
    return best - RIVAL if rival >= best else best


def _worth(evidence: Evidence) -> int:
    if not evidence.path:
        return ASKED if evidence.note.startswith(_ASKED) else CONVENTION
    if _DECLARED.search(evidence.path):
        return DECLARED
    return MANIFEST if _MANIFEST.search(evidence.path) else CODE


def name(confidence: int) -> str:
    """CONFIDENCE in a word: certain, likely or guess."""
    return next(word for least, word in _NAMES if confidence >= least)
