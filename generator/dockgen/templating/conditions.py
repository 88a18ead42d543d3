"""Conditions that packs write: an expression of Jinja on the plan, in the same sandbox as templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateError

from dockgen.errors import InputError
from dockgen.plans import to_data
from dockgen.templating.environment import environment
from dockgen.templating.layers import only_built_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.plans import Plan
    from dockgen.yamldoc import Placed, Problem

HINT = "a condition such as stack == 'python' and runtime.port"


def mistakes(condition: Placed) -> Iterator[Problem]:
    """What is wrong with CONDITION as it is written."""
    from dockgen.yamldoc import Problem  # noqa: PLC0415

    try:
        environment(only_built_in()).compile_expression(condition.text)
    except TemplateError as error:
        yield Problem(what=f"not a condition: {error.message or error}", where=condition.where, hint=HINT)


def holds(condition: Placed, plan: Plan) -> bool:
    """True if CONDITION holds for PLAN. InputError with its place if it names what is not there, or does too much."""
    env = environment(only_built_in())
    try:
        return bool(env.compile_expression(condition.text, undefined_to_none=False)(to_data(plan)))
    except (TemplateError, ArithmeticError, LookupError, MemoryError, RecursionError, TypeError, ValueError) as error:
        raise InputError(f"cannot decide the condition: {error}", where=condition.where, hint=HINT) from error
