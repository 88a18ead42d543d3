"""The wizard's way: what only the user can say, then one screen from which everything can be reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.errors import DockgenError, InputError, NothingFoundError
from dockgen.settings import KEYS
from dockgen.values import one_line
from dockgen.wizard import changing
from dockgen.wizard.screens import BackError, Item, Line, Marks, Menu
from dockgen.wizard.state import Asked, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dockgen.changes import Change
    from dockgen.errors import Open
    from dockgen.packoptions import Kind
    from dockgen.wizard.screens import Prompter
    from dockgen.wizard.state import Host, Ready
    from dockgen.work import Found

MAX_QUESTIONS = 3  # before the first screen; what is still open after them is told as an error
QUESTIONS = {
    "app": "Which app?",
    "stack": "Which stack?",
    "start": "How does the app start?",
    "main": "Which program?",
    "version": "Which release?",
}
BESIDE = "Dockerfile.dockgen"
# What is said of the files, by what will become of them.
STATES = (
    ("create", "Will create"),
    ("rewrite", "Will update"),
    ("edited", "Your edits"),
    ("foreign", "Not ours"),
    ("same", "Up to date"),
)


def run(host: Host, prompter: Prompter, asked: Asked, *, imports: bool = False) -> Outcome | None:
    """What the user wants written; None if nothing.

    With IMPORTS what an existing Dockerfile says is taken over first. DockgenError if the project cannot be built
    whatever the user says, KeyboardInterrupt if he leaves by Ctrl-C.
    """
    try:
        asked, found = _settled(host, prompter, asked)
        _show(host, prompter, found)
        asked = _with_options(prompter, asked, found)
        if imports:
            asked = imported(host, asked, found, prompter.show)
        return _hub(host, prompter, asked, found)
    except BackError:
        return None


def _settled(host: Host, prompter: Prompter, asked: Asked) -> tuple[Asked, tuple[Found, ...]]:
    """What is asked, with answers to what only the user can say. A wrong answer is told and asked for again."""
    before: list[Asked] = []
    while True:
        try:
            return asked, host.look(asked)
        except DockgenError as error:
            if error.open and len(before) < MAX_QUESTIONS:
                answered = _answered(prompter, asked, error, error.open)
                if answered != asked:
                    before.append(asked)
                asked = answered
            elif before:
                prompter.show(f"error: {error}\n")
                asked = before.pop()
            else:
                raise


def _answered(prompter: Prompter, asked: Asked, error: DockgenError, what: Open) -> Asked:
    told = error.what.partition("\n")[0] if any(way.note for way in what.ways) else error.what  # the menu has the rest
    place = [f"  at {error.where}"] if error.where and error.where not in told else []
    prompter.show("\n".join([told, *place, ""]))
    question = QUESTIONS.get(what.key) or f"{what.key}: {KEYS.get(what.key, 'its value')}?"
    ways = {str(number): way for number, way in enumerate(what.ways)}
    is_app = what.key == "app" and not any(way.sets for way in what.ways)
    if not ways:
        return _typed(prompter, asked, what, question)
    items = [Item(value=n, label=one_line(way.shown, 80), note=one_line(way.note, 80)) for n, way in ways.items()]
    if is_app:
        items += [Item(value="several", label="Several of them"), Item(value="all", label="All of them")]
    if what.example:
        items.append(Item(value="type", label="Something else"))
    items.append(Item(value="quit", label="Quit"))
    default = "quit" if isinstance(error, NothingFoundError) else ""  # Enter is for what is likely
    answer = prompter.choose(Menu(question=question, items=tuple(items), default=default))
    if answer == "quit":
        raise BackError
    if answer == "type":
        try:
            return _typed(prompter, asked, what, question)
        except BackError:  # to the menu
            return asked
    if answer == "all":
        return replace(asked, every=True)
    if answer == "several":
        return replace(asked, apps=_some(prompter, tuple(items[: len(ways)]), [way.shown for way in what.ways]))
    way = ways[answer]
    return replace(asked, apps=(way.shown,)) if is_app else asked.setting(*way.sets)


def _typed(prompter: Prompter, asked: Asked, what: Open, question: str) -> Asked:
    """What is asked, with what the user types."""

    def wrong(text: str) -> str:
        return "" if text.strip() else "something is needed here"

    answer = prompter.type(Line(question=question, example=what.example, check=wrong))
    return asked.setting(f"{what.key}={answer}")


def _some(prompter: Prompter, items: tuple[Item, ...], names: Sequence[str]) -> tuple[str, ...]:
    """The NAMES whose ITEMS were marked, one at least."""
    while True:
        marked = prompter.mark(Marks(question="Which apps?", items=items))
        if marked:
            return tuple(names[int(number)] for number in marked)
        prompter.show("Mark one at least.")


def _with_options(prompter: Prompter, asked: Asked, found: tuple[Found, ...]) -> Asked:
    """What is asked, with the options that packs want to have asked for, and that nobody has set."""
    known = found[0].wanted.known
    for key, kind in known.items():
        if kind.ask and all(kind.applies(each.plan) and key not in each.wanted.given for each in found):
            asked = asked.setting(f"{key}={_option(prompter, key, kind)}")
    return asked


def _option(prompter: Prompter, key: str, kind: Kind) -> str:
    question = f"{kind.help or key}?" if not kind.help.endswith("?") else kind.help
    values = kind.choices or (("yes", "no") if kind.type == "boolean" else ())
    if values:
        items = tuple(Item(value=value, label=value) for value in values)
        return prompter.choose(Menu(question=question, items=items, default=kind.default))

    def wrong(text: str) -> str:
        try:
            kind.checked(key, text, "this")
        except DockgenError as error:
            return error.what
        return ""

    return prompter.type(Line(question=question, default=kind.default, check=wrong))


def imported(host: Host, asked: Asked, found: tuple[Found, ...], show: Callable[[str], None]) -> Asked:
    """What is asked, with what existing Dockerfiles say and detection cannot know; SHOW is told all of it."""
    for each in found:
        text, flags = host.imported(each)
        show(f"{text}\n")
        asked = asked.setting(*flags, app=each.app if len(found) > 1 else "")
    return asked


def _show(host: Host, prompter: Prompter, found: tuple[Found, ...]) -> None:
    if len(found) == 1:
        prompter.show(host.card(found[0]))
    else:
        prompter.show(f"{len(found)} apps\n\n{host.overview(found)}")
    for each in found:
        if said := host.doubts(each):
            prompter.show(f"\n{said.rstrip()}")


def _hub(host: Host, prompter: Prompter, asked: Asked, found: tuple[Found, ...]) -> Outcome | None:
    """Ask what to do until something is written or the user leaves."""
    while True:
        ready = _ready(host, prompter, asked)
        if ready:
            if _decided(found) != _decided(ready.found):
                prompter.show("")
                _show(host, prompter, ready.found)
            found = ready.found
        action = _chosen(host, prompter, ready) if ready else "change"
        if action == "quit":
            return None
        if ready and action in ("write", "replace"):
            return outcome(ready, is_replacing=action == "replace")
        if ready and action == "beside":
            asked = beside(asked, ready)
            ready = host.ready(asked)
            if all(change.kind in ("create", "rewrite", "same") for change in ready.changes):
                return outcome(ready, is_replacing=False)
            continue
        try:
            asked = _asked_more(host, prompter, asked, found, action)
        except BackError:
            if not ready:
                return None


def _decided(found: tuple[Found, ...]) -> list[object]:
    """What was decided for the apps FOUND, wherever it comes from: a setting that is kept has another source."""
    return [
        (each.app, each.plan.runtime, [(choice.key, choice.value) for choice in each.plan.choices]) for each in found
    ]


def _asked_more(host: Host, prompter: Prompter, asked: Asked, found: tuple[Found, ...], action: str) -> Asked:
    """What is asked, with a change by the user, or with what the old Dockerfile says."""
    if action != "import":
        return changing.change(host, prompter, asked, found)
    try:
        return imported(host, asked, found, prompter.show)
    except InputError as error:  # it cannot be read
        prompter.show(f"\nerror: {error}")
        return asked


def _ready(host: Host, prompter: Prompter, asked: Asked) -> Ready | None:
    """What would be written; None, and the reason shown, if it cannot be: a template fails, or an old file says so."""
    try:
        return host.ready(asked)
    except DockgenError as error:
        prompter.show(f"\nerror: {error}\n")
        return None


def _chosen(host: Host, prompter: Prompter, ready: Ready) -> str:
    """What to do with the files, which can be looked at before."""
    prompter.show(f"\n{_files(ready)}\n")
    while True:
        try:
            action = prompter.choose(menu(ready))
        except BackError:  # there is nothing to go back to
            return "quit"
        if action != "see":
            return action
        prompter.page(_shown(host, ready))


def menu(ready: Ready) -> Menu:
    """What can be done with the files that are READY: Enter never loses what a person wrote."""
    see, change = Item(value="see", label="See the files"), Item(value="change", label="Change something")
    leave = Item(value="quit", label="Quit")
    compare = Item(value="see", label="See the differences")
    kinds = {change.kind for change in ready.changes}
    if "foreign" in kinds:
        name = next(change.path for change in ready.changes if change.kind == "foreign")
        ours = _beside_name(ready).rpartition("/")[2]
        keep = Item(value="beside", label=f"Keep yours, write {ours} beside it")
        takes = [Item(value="import", label="Take over what yours says")] if not name.endswith("ignore") else []
        anew = Item(value="replace", label=f"Replace it, keep it as {name.rpartition('/')[2]}.orig")
        return Menu(question="What should happen to it?", items=(keep, compare, *takes, anew, change, leave))
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


def _files(ready: Ready) -> str:
    """What will become of each file, by what that is."""
    every = (*ready.changes, *ready.drafts)
    lines = []
    for kind, title in STATES:
        if paths := [change.path for change in every if change.kind == kind]:
            lines.append(f"  {title:<11}  {', '.join(paths)}")
    return "\n".join(lines)


def _shown(host: Host, ready: Ready) -> str:
    """The files, each as its difference to what is there; whole, where there is none."""
    every = list(_kept(ready)) if not any(c.kind == "foreign" for c in ready.changes) else list(ready.changes)
    differing = [change for change in (*every, *ready.drafts) if change.kind != "same"]
    return "\n".join(host.diff(change) for change in differing or every)


def _kept(ready: Ready) -> Iterator[Change]:
    """The changes of the apps' files, edits by hand being kept."""
    for change in ready.changes:
        merge = ready.merges.get(change.path)
        if change.kind == "edited" and merge and not merge.refused:
            yield from merge.changes or (replace(change, kind="same", text=change.before or ""),)
        else:
            yield change


def outcome(ready: Ready, *, is_replacing: bool) -> Outcome:
    """What to write of what is READY: files of people are replaced, or their edits kept."""
    changes = ready.changes if is_replacing else tuple(_kept(ready))
    conflicts = 0 if is_replacing else sum(merge.conflicts for merge in ready.merges.values())
    return Outcome(found=ready.found, changes=(*changes, *ready.drafts), conflicts=conflicts, again=ready.again)


def beside(asked: Asked, ready: Ready) -> Asked:
    """What is asked, with names for the files of which others are there that dockgen did not write."""
    for each, files in pairs(ready.found, ready.changes):
        if any(change.kind == "foreign" for change in files):
            asked = asked.setting(f"file={_name(files)}", app=each.app if len(ready.found) > 1 else "")
    return asked


def _beside_name(ready: Ready) -> str:
    foreign = (files for _, files in pairs(ready.found, ready.changes) if any(c.kind == "foreign" for c in files))
    return _name(next(foreign))


def pairs(found: Sequence[Found], changes: Sequence[Change]) -> Iterator[tuple[Found, Sequence[Change]]]:
    """Each app of FOUND with its Dockerfile and its ignore file, the first of CHANGES."""
    for number, each in enumerate(found):
        yield each, changes[2 * number : 2 * number + 2]


def _name(files: Sequence[Change]) -> str:
    """A name for the Dockerfile of FILES; its own, if only the ignore file is somebody else's: it gets another then."""
    file = files[0]
    return BESIDE if file.kind == "foreign" else file.path.rpartition("/")[2]
