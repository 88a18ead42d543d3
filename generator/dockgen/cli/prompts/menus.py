"""Questions as menus in a terminal, by questionary, which is imported when the first one is asked."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, TextIO

from dockgen.cli.terminal import FALLBACK, broken, cut, lines, screen
from dockgen.wizard.screens import BackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockgen.cli.prompts.plain import PlainPrompter
    from dockgen.wizard.screens import Item, Line, Marks, Menu

_BACK = object()
LESS = "FRXPsSpace shows more, q goes back$"  # options, and what stands at the bottom of a screen
NOTE = 2  # lines of a note
SEARCHED = 12  # items from which on typing filters a menu
STYLE = (
    ("qmark", "bold"),
    ("question", "bold"),
    ("pointer", "bold"),
    ("highlighted", "bold"),
    ("selected", ""),
    ("note", "fg:ansibrightblack"),
    ("disabled", "fg:ansibrightblack"),
    ("instruction", "fg:ansibrightblack"),
)


class MenuPrompter:
    """Asks in the terminal; Esc and Shift-Tab go back. Falls back to plain lines if the terminal turns out unfit."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._source, self._target = source, target
        self._plain: PlainPrompter | None = None

    def show(self, text: str) -> None:
        """Write TEXT, lines that are too long for the terminal being broken between words."""
        self._target.write(broken(text, self._width()) + "\n")
        self._target.flush()

    def _width(self) -> int:
        return screen(self._target).width or FALLBACK

    def page(self, text: str) -> None:
        """Show TEXT in the user's pager."""
        import click

        os.environ.setdefault("LESS", LESS)
        click.echo_via_pager(text)

    def choose(self, menu: Menu) -> str:
        """Let the user choose with the arrow keys."""

        def ask(questionary: Any) -> Any:
            is_long = len(menu.items) >= SEARCHED
            choices = self._choices(questionary, menu.items, is_searched=is_long)
            default = next(choice for choice in choices if choice.value == menu.first)
            return questionary.select(
                menu.question,
                choices,
                default=default,
                instruction="(type to search)" if is_long else " ",
                use_search_filter=is_long,
                use_jk_keys=not is_long,
                **self._look(questionary),
            )

        answer = self._asked(ask, lambda plain: plain.choose(menu))
        label = next(item.label for item in menu.items if item.value == answer)
        self.show(f"{menu.question} {label}")
        return str(answer)

    def mark(self, marks: Marks) -> tuple[str, ...]:
        """Let the user mark items with the space bar."""

        def ask(questionary: Any) -> Any:
            choices = self._choices(questionary, marks.items, marks.marked)
            return questionary.checkbox(
                marks.question,
                choices,
                instruction="(space marks, Enter goes on)",
                validate=lambda chosen: marks.wrong(chosen) or True,
                **self._look(questionary),
            )

        answer: list[str] = self._asked(ask, lambda plain: list(plain.mark(marks)))
        labels = [item.label for item in marks.items if item.value in answer]
        self.show(f"{marks.question} {', '.join(labels) or 'none'}")
        return tuple(answer)

    def type(self, line: Line) -> str:
        """Let the user type a line."""
        hint = f" (such as {line.example})" if line.example and not line.default else ""

        typed = line.default

        def ask(questionary: Any) -> Any:
            style = questionary.Style([*STYLE])
            return questionary.text(line.question + hint, default=typed, qmark="?", style=style, erase_when_done=True)

        while True:
            typed = str(self._asked(ask, lambda plain: plain.type(line))).strip()
            self.show(f"{line.question} {typed}")
            if not (wrong := line.check(typed)):
                return typed
            self.show(f"  {wrong}")

    def _look(self, questionary: Any) -> dict[str, Any]:
        pointer = "»" if _can_print(self._target, "»○●") else ">"
        return {"pointer": pointer, "qmark": "?", "style": questionary.Style([*STYLE]), "erase_when_done": True}

    def _choices(
        self, questionary: Any, items: Sequence[Item], marked: Sequence[str] | None = None, *, is_searched: bool = False
    ) -> list[Any]:
        """ITEMS as choices, to be searched by typing if IS_SEARCHED; else a note that is too long goes on below."""
        width, ellipsis = self._width() - 6, screen(self._target).ellipsis
        longest = max(len(item.label) for item in items)
        room, below = width - longest - 2, "\n" + " " * (longest + (7 if marked is not None else 5))
        made = []
        for item in items:
            if item.closed:  # shown as `- label (why)`
                name = cut(item.label, width, ellipsis)
                made.append(questionary.Choice(name, item.value, disabled=_below(name, item.closed, width)))
                continue
            has_note = bool(item.note) and room >= 12
            label = cut(f"{item.label:<{longest}}  " if has_note else item.label, width, ellipsis)
            if is_searched:  # which only a text can be
                title: Any = label + (cut(item.note, room, ellipsis) if has_note else "")
            else:
                title = [("", label), ("class:note", below.join(_short(item.note, room, ellipsis)) if has_note else "")]
            made.append(questionary.Choice(title, item.value, checked=item.value in (marked or ())))
        return made

    def _asked(self, ask: Callable[[Any], Any], plainly: Callable[[PlainPrompter], Any]) -> Any:
        """The answer to what is asked; by plain lines if the terminal is none that menus can be shown in."""
        if self._plain is None:
            try:
                import questionary

                return self._answer(ask(questionary))
            except (EOFError, KeyboardInterrupt, BackError):
                raise
            except Exception as error:
                if type(error).__module__.partition(".")[0] != "prompt_toolkit" and not isinstance(error, OSError):
                    raise
                self.show(f"This terminal cannot show menus ({type(error).__name__}): plain lines, then.")
        from dockgen.cli.prompts.plain import PlainPrompter

        self._plain = self._plain or PlainPrompter(self._source, self._target)
        return plainly(self._plain)

    def _answer(self, question: Any) -> Any:
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

        keys = KeyBindings()

        if hasattr(signal, "SIGTSTP"):  # a shell can take it to the background

            @keys.add("c-z", eager=True)
            def suspend(event: Any) -> None:
                event.app.suspend_to_background()

        @keys.add("c-d", eager=True, filter=Condition(lambda: not question.application.current_buffer.text))
        def end(event: Any) -> None:
            event.app.exit(exception=EOFError)

        @keys.add("escape", eager=True)
        @keys.add("s-tab", eager=True)
        def back(event: Any) -> None:
            event.app.exit(result=_BACK)

        application = question.application
        application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), keys])
        application.ttimeoutlen = 0.05
        application.timeoutlen = 0.05
        try:
            answer = question.unsafe_ask()
        except EOFError as error:  # Ctrl-D
            raise KeyboardInterrupt from error
        if answer is _BACK:
            raise BackError
        return answer


def _short(text: str, width: int, ellipsis: str) -> list[str]:
    """TEXT in lines of WIDTH columns, NOTE of them at most."""
    made = lines(text, width)
    made[NOTE - 1 :] = filter(None, [" ".join(made[NOTE - 1 :])])
    return [cut(line, width, ellipsis) for line in made]


def _below(name: str, why: str, width: int) -> str:
    """WHY an item called NAME is closed, in lines that stand below each other behind it."""
    start = f"{'x' * len(name)}-("  # what questionary writes before it, as one word
    return "\n     ".join(lines(start + why, width))[len(start) :]


def _can_print(target: TextIO, text: str) -> bool:
    try:
        text.encode(target.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
