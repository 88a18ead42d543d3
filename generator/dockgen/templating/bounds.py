"""What a template may do besides printing fields: next to nothing, and none of it large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import nodes
    from jinja2.compiler import Frame

MAX_TEXT = 65_536  # characters of a text that a template puts together
MAX_OUTPUT = 1_048_576  # characters of a file
# Methods of a text and of a mapping that a template may call.
METHODS = {
    str: frozenset({"startswith", "endswith", "strip", "removeprefix", "removesuffix", "lower", "upper"}),
    dict: frozenset({"items", "keys", "values"}),
}


class TooLargeError(TemplateError):
    """A template printed or put together more than a Dockerfile ever needs."""


class Generator(CodeGenerator):
    """Compiles `a ~ b` to a call that is bounded."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  (Jinja's name)
        """`a ~ b` as a call of the environment's `joined`."""
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Bounded(ImmutableSandboxedEnvironment):
    """A sandbox in which nothing grows beyond bounds, and in which few methods can be called."""

    code_generator_class = Generator
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def joined(self, parts: Iterable[Any]) -> str:
        """PARTS as one text. TooLargeError if it is too long."""
        return bounded("".join(map(str, parts)))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic, of numbers only; two texts can be added."""
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return bounded(left + right)
        if not (isinstance(left, int) and isinstance(right, int)) or max(abs(left), abs(right)) > MAX_TEXT:
            raise SecurityError(f"{operator} is for small whole numbers")
        if operator == "**":
            raise SecurityError("** is not for templates")
        return super().call_binop(context, operator, left, right)

    def wrap_str_format(self, value: Any) -> None:  # noqa: ARG002
        """Nothing: `format` is none of the METHODS, whichever text it belongs to."""
        return

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """True for the METHODS, and for what is no method of a text, a mapping or a list."""
        for kind in (str, dict):
            if isinstance(obj, kind):
                return attr in METHODS[kind]
        return not isinstance(obj, (list, tuple, int)) and super().is_safe_attribute(obj, attr, value)


def bounded(text: str) -> str:
    """TEXT; TooLargeError if it is too long to stand in a Dockerfile."""
    if len(text) > MAX_TEXT:
        raise TooLargeError(f"a text of {len(text):,} characters; at most {MAX_TEXT:,} can be put together")
    return text


def whole(parts: Iterable[str]) -> str:
    """The PARTS of a file as one. TooLargeError as soon as they are too long."""
    found: list[str] = []
    size = 0
    for part in parts:
        size += len(part)
        if size > MAX_OUTPUT:
            raise TooLargeError(f"more than {MAX_OUTPUT:,} characters are printed")
        found.append(part)
    return "".join(found)
