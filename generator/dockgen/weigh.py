"""Add up a build context: what there is, what the .dockerignore leaves out, and what should not be in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from dockgen import sensitive
from dockgen.patterns import Rules

LARGE = 10_000_000  # bytes of a file that is worth a question
# What is seldom needed to build or to run, by the end of its name.
ODD = {
    "archive": (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".7z", ".rar", ".iso", ".dmg"),
    "dump": (".sql", ".sql.gz", ".dump", ".bak", ".bson", ".rdb", ".hprof", ".heapsnapshot", ".core"),
    "media": (".mp4", ".mov", ".avi", ".mkv", ".webm", ".wav", ".psd", ".ai", ".sketch", ".fig"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder on disk: PATH relative to the context; the size is that of a file."""

    path: str
    is_folder: bool
    size: int


@dataclass(slots=True)
class Weight:
    """So many bytes in so many files."""

    size: int = 0
    files: int = 0

    def add(self, other: Weight) -> None:
        """Count OTHER in."""
        self.size += other.size
        self.files += other.files


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a build is sent.

    `left_out` are the highest files and folders that are ignored, `sent` what lies at the top, each with its weight;
    `secrets` say whether they stay out; `odd` are files that are sent, with the reason to doubt it.
    """

    before: Weight = field(default_factory=Weight)
    after: Weight = field(default_factory=Weight)
    left_out: dict[str, Weight] = field(default_factory=dict)
    sent: dict[str, Weight] = field(default_factory=dict)
    secrets: dict[str, bool] = field(default_factory=dict)
    odd: dict[str, tuple[str, int]] = field(default_factory=dict)


Listing = Callable[[str], Iterable[Entry]]  # what lies in a folder ("" for the top)


def weigh(entries: Listing, lines: Iterable[str], harmless: Iterable[str] = ()) -> Context:
    """Walk once through what ENTRIES lists. What is ignored for good is only added up."""
    rules, found, known = Rules(lines), Context(), frozenset(harmless)
    left = [("", rules.start, "")]  # folder, what the patterns say of it, the ignored folder that it lies in
    while left:
        folder, above, hidden_by = left.pop()
        for entry in entries(folder):
            ignored, held = rules.ask(entry.path, above)
            root = (hidden_by or entry.path) if ignored else ""
            _note_secret(found, entry, known, is_out=ignored, is_below=bool(hidden_by) and ignored)
            if entry.is_folder and ignored and not rules.may_return(entry.path):
                whole = _total(entries, entry.path)
                found.before.add(whole)
                found.left_out.setdefault(_name(root, entry), Weight()).add(whole)
            elif entry.is_folder:
                left.append((entry.path, held, root))
            else:
                _count(found, entry, root)
    return found


def _total(entries: Listing, folder: str) -> Weight:
    total, left = Weight(), [folder]
    while left:
        for entry in entries(left.pop()):
            if entry.is_folder:
                left.append(entry.path)
            else:
                total.add(Weight(entry.size, 1))
    return total


def _name(root: str, entry: Entry) -> str:
    return f"{root}/" if entry.is_folder or root != entry.path else root


def _count(found: Context, entry: Entry, root: str) -> None:
    one = Weight(entry.size, 1)
    found.before.add(one)
    if root:
        found.left_out.setdefault(_name(root, entry), Weight()).add(one)
        return
    found.after.add(one)
    top, below, _ = entry.path.partition("/")
    found.sent.setdefault(top + below, Weight()).add(one)
    kind = next((k for k, ends in ODD.items() if entry.path.lower().endswith(ends)), "")
    if kind or entry.size > LARGE:
        found.odd[entry.path] = (kind or "large", entry.size)


def _note_secret(found: Context, entry: Entry, harmless: frozenset[str], *, is_out: bool, is_below: bool) -> None:
    """Note what has the name of a secret; what lies in an ignored folder is that folder's business."""
    if not is_below and entry.path not in harmless and sensitive.is_named(entry.path):
        found.secrets[entry.path + ("/" if entry.is_folder else "")] = is_out


def heaviest(weights: dict[str, Weight], most: int) -> Iterator[tuple[str, Weight]]:
    """The MOST heaviest of WEIGHTS, by bytes, then by name."""
    yield from sorted(weights.items(), key=lambda item: (-item[1].size, item[0]))[:most]


def human(size: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
