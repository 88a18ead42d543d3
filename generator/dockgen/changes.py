"""Compare what should be written with what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import header
from dockgen.errors import RefusedError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.rendering import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file: `create`, `same`, `rewrite` (ours and untouched), `edited` (ours, changed by hand) or `foreign`.

    `unpinned` are its images without a digest, if the file had digests before.
    """

    path: str
    kind: str
    text: str
    before: str | None = None
    unpinned: tuple[str, ...] = ()

    @property
    def loses_work(self) -> bool:
        """True if writing would replace what a person wrote."""
        return self.kind in ("edited", "foreign")


def compare(artifacts: Sequence[Artifact], disk: Mapping[str, str | None]) -> tuple[Change, ...]:
    """What writing ARTIFACTS would change, given the text of each path on DISK (None: no such file).

    The digests of images on disk are kept, as long as the same image is named: only a registry knows them.
    """
    return tuple(_change(a, disk.get(a.path)) for a in artifacts)


def _change(artifact: Artifact, before: str | None) -> Change:
    text = artifact.text
    unpinned: tuple[str, ...] = ()
    if before and "@sha256:" in before and not artifact.path.endswith("ignore"):
        from dockgen import images  # noqa: PLC0415  (most files have no digests)

        text, unpinned = images.keep(text, before)
    if before is None:
        kind = "create"
    elif before == text:
        kind = "same"
    else:
        found, body = header.split(before)
        kind = "foreign" if found is None else "rewrite" if header.digest(body) == found.body else "edited"
        wanted, after = header.split(text)
        if kind == "rewrite" and found and wanted and body == after and found.asked == wanted.asked:
            kind, text = "same", before  # a header that differs alone is no reason to touch a file
    return Change(path=artifact.path, kind=kind, text=text, before=before, unpinned=unpinned)


def is_unresolved(text: str) -> bool:
    """True if TEXT has places where edits and changes meet, as a merge marks them."""
    marks = [line[:7] for line in text.splitlines() if line.startswith(("<<<<<<< ", "=======", ">>>>>>> "))]
    return marks[:1] == ["<<<<<<<"] and ">>>>>>>" in marks


def require_consent(changes: Sequence[Change]) -> None:
    """RefusedError if a change would replace what a person wrote."""
    for change in changes:
        if change.kind == "foreign":
            raise RefusedError(
                f"{change.path} exists and was not written by dockgen; nothing was written",
                hint=f"--force replaces it and keeps it as {change.path}.orig; -o - prints ours",
            )
        if change.kind == "edited":
            raise RefusedError(
                f"{change.path} was edited after dockgen wrote it; nothing was written",
                hint=f"dockgen update keeps the edits; --force replaces it and keeps it as {change.path}.orig",
            )


def diff(change: Change) -> str:
    """A unified diff of one change."""
    import difflib  # noqa: PLC0415

    before = (change.before or "").splitlines(keepends=True)
    after = change.text.splitlines(keepends=True)
    source = f"a/{change.path}" if change.before is not None else "/dev/null"
    return "".join(
        line if line.endswith("\n") else line + "\n"
        for line in difflib.unified_diff(before, after, source, f"b/{change.path}")
    )
