"""What will become of the files, and the ways to choose from: nothing that a person wrote is lost unless he says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.rendering import names
from dockgen.wizard.screens import Item, Menu
from dockgen.wizard.state import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.changes import Change
    from dockgen.wizard.state import Asked, Host, Ready
    from dockgen.work import Found

BESIDE = "Dockerfile.dockgen"
# What is said of the files, by what will become of them.
STATES = (
    ("create", "Will create"),
    ("rewrite", "Will update"),
    ("edited", "Your edits"),
    ("foreign", "Not ours"),
    ("same", "Up to date"),
)


def told(ready: Ready) -> str:
    """What will become of each file, by what that is."""
    every = (*ready.changes, *ready.drafts)
    lines = []
    for kind, title in STATES:
        if paths := [change.path for change in every if change.kind == kind]:
            lines.append(f"  {title:<11}  {', '.join(paths)}")
    return "\n".join(lines)


def shown(host: Host, ready: Ready) -> str:
    """The files, each as its difference to what is there; whole, where there is none."""
    every = list(_kept(ready)) if not any(c.kind == "foreign" for c in ready.changes) else list(ready.changes)
    differing = [change for change in (*every, *ready.drafts) if change.kind != "same"]
    differing.sort(key=lambda change: change.before is None)  # what is there comes first
    return "\n".join(host.diff(change) for change in differing or every)


def menu(ready: Ready) -> Menu:
    """What can be done with the files that are READY: Enter never loses what a person wrote."""
    see, change = Item(value="see", label="See the files"), Item(value="change", label="Change something")
    leave = Item(value="quit", label="Quit")
    compare = Item(value="see", label="See the differences")
    if any(each.kind == "foreign" for each in ready.changes):
        return _of_others(ready, (compare, change, leave))
    kinds = {change.kind for change in ready.changes}
    merges = [ready.merges[change.path] for change in ready.changes if change.kind == "edited"]
    if refused := next((merge.refused for merge in merges if merge.refused), None):
        return _of_edits(0, (compare, change, leave), closed=refused.what)
    if any(merge.changes for merge in merges):
        return _of_edits(sum(merge.conflicts for merge in merges), (compare, change, leave))
    if kinds <= {"same", "edited"} and not ready.drafts:
        items = (replace(leave, label="Leave it so"), see, change)
        return Menu(question="Nothing is to be written. What now?", items=items)
    what = "Write these files?"
    return Menu(question=what, items=(Item(value="write", label="Write them"), see, change, leave))


def _of_others(ready: Ready, others: tuple[Item, ...]) -> Menu:
    """The menu for files that dockgen did not write."""
    compare, *rest = others
    dockerfiles = {names(each.folder, each.context, each.file)[0] for each in ready.found}
    foreign = [change.path for change in ready.changes if change.kind == "foreign"]
    lost = [change.path for change in ready.changes if change.loses_work]
    takes = [Item(value="import", label="Take over what yours says")] if dockerfiles.intersection(foreign) else []
    many = len(lost) > 1
    kept = ".orig" if many else f"{lost[0].rpartition('/')[2]}.orig"
    anew = Item(value="replace", label=f"Replace {'them, keep yours' if many else 'it, keep it'} as {kept}")
    question = f"What should happen to {'them' if len(foreign) > 1 else 'it'}?"
    return Menu(question=question, items=(_keeping(ready), compare, *takes, anew, *rest))


def _keeping(ready: Ready) -> Item:
    """The way that keeps what others wrote."""
    ours, left_out = _beside(ready), without(ready)
    if not (ours or left_out):  # one that bears the other name is there as well
        return Item(value="beside", label="Keep yours", closed=f"{BESIDE} is not ours either")
    how = [*([f"write {', '.join(dict.fromkeys(ours.values()))} beside it"] if ours else []),
           *([f"leave {', '.join(left_out)} out"] if left_out else [])]  # fmt: skip
    return Item(value="beside", label=f"Keep yours, {', '.join(how)}")


def _of_edits(conflicts: int, others: tuple[Item, ...], closed: str = "") -> Menu:
    kept, places = "Write them, keep your edits", ""
    if conflicts:
        kept = "Write them, mark where your edits meet changes"
        places = f"{conflicts} {'place' if conflicts == 1 else 'places'}"
    compare, *rest = others
    write = Item(value="write", label=kept, note=places, closed=closed)
    anew = Item(value="replace", label="Write them anew, keep yours as .orig")
    items = (compare, write, anew, *rest) if conflicts or closed else (write, compare, anew, *rest)
    return Menu(question="What should happen to your edits?", items=items)


def outcome(ready: Ready, *, is_replacing: bool) -> Outcome:
    """What to write of what is READY: files of people are replaced, or their edits kept."""
    changes = ready.changes if is_replacing else tuple(_kept(ready))
    conflicts = 0 if is_replacing else sum(merge.conflicts for merge in ready.merges.values())
    verb = "generate" if is_replacing or not ready.merges else "update"  # which keeps the edits once more
    return Outcome(
        found=ready.found,
        changes=(*changes, *ready.drafts),
        conflicts=conflicts,
        again=ready.commands[verb],
        why=ready.commands["explain"],
    )


def _kept(ready: Ready) -> Iterator[Change]:
    """The changes of the apps' files, edits by hand being kept."""
    for change in ready.changes:
        merge = ready.merges.get(change.path)
        if change.kind == "edited" and merge and not merge.refused:
            yield from merge.changes or (replace(change, kind="same", text=change.before or ""),)
        else:
            yield change


def beside(asked: Asked, ready: Ready) -> Asked:
    """What is asked, so that nothing of others is in the way: other names for our files, and no companion like theirs.

    The same as ASKED if there is no other name.
    """
    for app, name in _beside(ready).items():
        asked = asked.setting(f"file={name}", app=app if len(ready.found) > 1 else "")
    if left_out := without(ready):
        left = {each.app: " ".join(name for name in each.companions if name not in left_out) for each in ready.found}
        if len(set(left.values())) == 1:
            return asked.setting(f"with={left.popitem()[1]}")
        for app, value in left.items():
            asked = asked.setting(f"with={value}", app=app)
    return asked


def _beside(ready: Ready) -> dict[str, str]:
    """By app, what our Dockerfile is called so that it and its ignore file can be written beside those of others."""
    made = {}
    for each, (file, *ignore) in pairs(ready.found, ready.changes):
        own = file.path.rpartition("/")[2]
        if file.kind == "foreign" and own != BESIDE:
            made[each.app] = BESIDE
        elif file.kind != "foreign" and any(change.kind == "foreign" for change in ignore):
            made[each.app] = own  # with a name of its own, it has an ignore file of its own
    return made


def without(ready: Ready) -> dict[str, str]:
    """The companions of which somebody else's file is there already, and that file."""
    from dockgen.companions import table  # noqa: PLC0415  (start-up time)

    ours = {path for each in ready.found for path in names(each.folder, each.context, each.file)}
    there = [change.path for change in ready.changes if change.kind == "foreign" and change.path not in ours]
    return {name: path for path in there if (name := table.of(path))}


def pairs(found: Sequence[Found], changes: Sequence[Change]) -> Iterator[tuple[Found, list[Change]]]:
    """Each app of FOUND with the changes of its Dockerfile and its ignore file; companions belong to no app."""
    for each in found:
        paths = names(each.folder, each.context, each.file)
        yield each, [change for change in changes if change.path in paths]
