"""The wizard's way: what only the user can say, then one screen from which everything can be reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.errors import DockgenError, InputError, NothingFoundError
from dockgen.settings import KEYS
from dockgen.values import one_line
from dockgen.wizard import changing, files
from dockgen.wizard.screens import BackError, Item, Line, Marks, Menu

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockgen.errors import Open
    from dockgen.packoptions import Kind
    from dockgen.wizard.screens import Prompter
    from dockgen.wizard.state import Asked, Host, Outcome, Ready
    from dockgen.work import Found

MAX_QUESTIONS = 3  # before the first screen; what is still open after them is told as an error
QUESTIONS = {
    "app": "Which app?",
    "stack": "Which stack?",
    "start": "How does the app start?",
    "main": "Which program?",
    "version": "Which release?",
}


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
    """The NAMES whose ITEMS were marked."""
    marked = prompter.mark(Marks(question="Which apps?", items=items, least=1))
    return tuple(names[int(number)] for number in marked)


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
    if said := host.doubts(found):
        prompter.show(f"\n{said}")


def _hub(host: Host, prompter: Prompter, asked: Asked, found: tuple[Found, ...]) -> Outcome | None:
    """Ask what to do until something is written or the user leaves."""
    while True:
        ready = _ready(host, prompter, asked)
        if ready:
            _show_news(host, prompter, found, ready.found)
            found = ready.found
        action = _chosen(host, prompter, ready) if ready else "change"
        if action == "quit":
            return None
        if ready and action in ("write", "replace"):
            return files.outcome(ready, is_replacing=action == "replace")
        if ready and action == "beside":
            asked = files.beside(asked, ready)
            ready = _ready(host, prompter, asked)
            if ready and all(change.kind in ("create", "rewrite", "same") for change in ready.changes):
                return files.outcome(ready, is_replacing=False)
            continue
        try:
            asked = _asked_more(host, prompter, asked, found, action)
        except BackError:
            if not ready:
                return None


def _show_news(host: Host, prompter: Prompter, before: tuple[Found, ...], now: tuple[Found, ...]) -> None:
    """Show all of NOW if other things are decided than BEFORE, else what is said since, of the files."""
    if _decided(before) != _decided(now):
        prompter.show("")
        _show(host, prompter, now)
        return
    known = host.doubts(before).splitlines()
    if news := [line for line in host.doubts(now).splitlines() if line not in known]:
        prompter.show("\n".join(["", *news]))


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
    prompter.show(f"\n{files.told(ready)}\n")
    while True:
        try:
            action = prompter.choose(files.menu(ready))
        except BackError:  # there is nothing to go back to
            return "quit"
        if action != "see":
            return action
        prompter.page(files.shown(host, ready))
