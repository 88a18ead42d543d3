"""Questions as menus in a terminal, by questionary, which is imported when the first one is asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TextIO

from dockgen import lazy
from dockgen.cli.terminal import FALLBACK, cells, cut, lines, screen
from dockgen.wizard.screens import BackError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockgen.cli.prompts.plain import PlainPrompter
    from dockgen.wizard.screens import Item, Line, Marks, Menu

_BACK = object()
_COLOUR = lazy.pattern(r"\x1b\[[0-9;]*m")
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
        width = self._width()
        self._target.write("\n".join(_broken(line, width) for line in text.split("\n")) + "\n")
        self._target.flush()

    def _width(self) -> int:
        return screen(self._target).width or FALLBACK

    def page(self, text: str) -> None:
        """Show TEXT in the user's pager."""
        import click

        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager(text)

    def choose(self, menu: Menu) -> str:
        """Let the user choose with the arrow keys."""

        def ask(questionary: Any) -> Any:
            choices = self._choices(questionary, menu.items)
            default = next(choice for choice in choices if choice.value == menu.first)
            is_long = len(choices) >= SEARCHED
            return questionary.select(
                menu.question,
                choices,
                default=default,
                instruction=" (type to search)" if is_long else " ",
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
                marks.question, choices, instruction=" (space marks, Enter goes on)", **self._look(questionary)
            )

        answer: list[str] = self._asked(ask, lambda plain: list(plain.mark(marks)))
        labels = [item.label for item in marks.items if item.value in answer]
        self.show(f"{marks.question} {', '.join(labels) or 'none'}")
        return tuple(answer)

    def type(self, line: Line) -> str:
        """Let the user type a line."""
        hint = f" (such as {line.example})" if line.example and not line.default else ""

        def ask(questionary: Any) -> Any:
            style = questionary.Style([*STYLE])
            return questionary.text(
                line.question + hint,
                default=line.default,
                validate=lambda text: line.check(text.strip()) or True,
                validate_while_typing=False,
                qmark="?",
                style=style,
                erase_when_done=True,
            )

        answer = str(self._asked(ask, lambda plain: plain.type(line))).strip()
        self.show(f"{line.question} {answer}")
        return answer

    def _look(self, questionary: Any) -> dict[str, Any]:
        pointer = "»" if _can_print(self._target, "»○●") else ">"
        return {"pointer": pointer, "qmark": "?", "style": questionary.Style([*STYLE]), "erase_when_done": True}

    def _choices(self, questionary: Any, items: Sequence[Item], marked: Sequence[str] = ()) -> list[Any]:
        width = self._width() - 6
        longest = max(len(item.label) for item in items)
        made = []
        for item in items:
            if item.closed:  # shown as `- label (why)`
                why = cut(item.closed, max(width - len(item.label) - 3, 12))
                made.append(questionary.Choice(cut(item.label, width), item.value, disabled=why))
                continue
            room = width - longest - 2
            has_note = bool(item.note) and room >= 12
            label = cut(f"{item.label:<{longest}}  " if has_note else item.label, width)
            title = [("", label), ("class:note", cut(item.note, room) if has_note else "")]
            made.append(questionary.Choice(title, item.value, checked=item.value in marked))
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
        from prompt_toolkit.key_binding import KeyBindings, merge_key_bindings

        keys = KeyBindings()

        @keys.add("escape", eager=True)
        @keys.add("s-tab", eager=True)
        def _(event: Any) -> None:
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


def _broken(line: str, width: int) -> str:
    """LINE in lines of WIDTH columns, those after the first a little further in than it."""
    if cells(_COLOUR.sub("", line)) <= width:
        return line
    start = len(line) - len(line.lstrip())
    first, *rest = lines(line[start:], width - start - 2)
    return "\n".join([" " * start + first, *(" " * (start + 2) + part for part in rest)])


def _can_print(target: TextIO, text: str) -> bool:
    try:
        text.encode(target.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
