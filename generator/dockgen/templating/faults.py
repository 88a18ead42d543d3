"""Make one clear error of whatever goes wrong in a template: what, file and line, who included it, the lines around."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from dockgen import nearest
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from dockgen.templating.layers import Layers

AROUND = 1  # lines shown before and after the one that failed
MAX_CHAIN = 6  # places named, from the innermost outwards


class TemplateFaultError(InputError):
    """A template cannot be read, or fails while it prints."""


def fault(error: BaseException, template: str, layers: Layers, known: Iterable[str] = ()) -> TemplateFaultError:
    """ERROR, raised while TEMPLATE was read or printed, as one message; KNOWN are the names that templates can use."""
    chain = _chain(error.__traceback__)
    if isinstance(error, TemplateSyntaxError):
        place = (error.filename or error.name or template, error.lineno)
        chain = [*(c for c in chain if c != place), place]
    what = _what(error, layers, list(known))
    if not chain:
        return TemplateFaultError(f"template error: {what}", where=template)
    (file, line), *outer = reversed(chain)
    told = [f"template error: {what}"]
    told += [f"  included from {f}:{n}" for f, n in outer[:MAX_CHAIN] if (f, n) != (file, line)]
    told += _lines(_source(file, layers), line)
    return TemplateFaultError("\n".join(told), where=f"{file}:{line}", hint=_hint(error, chain))


def _chain(trace: TracebackType | None) -> list[tuple[str, int]]:
    """File and line of each template that the error passed through, the outermost first, runs of one place once."""
    found: list[tuple[str, int]] = []
    while trace:
        place = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        if place[0].endswith(".j2") and place not in found[-MAX_CHAIN:]:
            found.append(place)
        trace = trace.tb_next
    return found


def _what(error: BaseException, layers: Layers, known: list[str]) -> str:
    if isinstance(error, TemplateNotFound):
        return f"there is no template {error.name!r}{nearest.after(str(error.name).removeprefix('!'), layers.paths())}"
    if isinstance(error, RecursionError):
        return "templates include or extend each other without end"
    if isinstance(error, MemoryError):
        return "it takes more memory than there is"
    if isinstance(error, UndefinedError):
        text = str(error.message)
        name = text.split("'")[1] if text.count("'") >= 2 and "is undefined" in text else ""
        return text + (nearest.after(name, known) if name else "")
    text = str(getattr(error, "message", None) or error) or type(error).__name__
    return " ".join(text.split())[:300]


def _hint(error: BaseException, chain: list[tuple[str, int]]) -> str | None:
    if isinstance(error, RecursionError) and chain:
        name = chain[-1][0].rpartition("templates/")[2]
        return f"the file below an override is {'!' + name!r}, with an exclamation mark"
    return None


def _source(file: str, layers: Layers) -> list[str]:
    for layer in layers.all:
        if (
            file.startswith(f"{layer.shown}/")
            and (text := layers.text(layer, file[len(layer.shown) + 1 :])) is not None
        ):
            return text.splitlines()
    return []


def _lines(source: list[str], line: int) -> list[str]:
    """The lines around LINE, that one marked."""
    first, last = max(1, line - AROUND), min(len(source), line + AROUND)
    width = len(str(last))
    return [
        f"  {'>' if number == line else ' '} {number:>{width}} | {source[number - 1][:160]}"
        for number in range(first, last + 1)
    ]


def is_ours(error: BaseException) -> bool:
    """True for what a template can cause, which is never a fault of dockgen's own code outside of it."""
    last: Any = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    return isinstance(error, RecursionError | MemoryError) or bool(_chain(error.__traceback__))
