"""What the bases share: the language in an image's name, and a plan's fields changed wherever they are."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from dockgen.plans import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dockgen.plans import Plan

NONROOT = Account(uid=65532, gid=65532)
ALWAYS = ("ca-certificates", "tzdata")  # what distroless has, and a bare Debian or Alpine lacks


def mapped(value: Any, rules: Mapping[str, Callable[[str], str]]) -> Any:
    """VALUE with each text in a field that RULES name replaced, in the dataclasses below it as well."""
    if isinstance(value, tuple):
        return tuple(mapped(v, rules) for v in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name == "frontends":  # they do not ship, and run on any system
            continue
        new = rules[field.name](old) if field.name in rules and isinstance(old, str) else mapped(old, rules)
        if new is not old:
            changed[field.name] = new
    return replace(value, **changed) if changed else value


def language(image: str) -> tuple[str, str]:
    """The language and the release line of an official image: ("python", "3.14")."""
    match = re.fullmatch(r"(node|python|golang):(\d+(?:\.\d+)?)[\w.-]*", image)
    if not match:
        return "", ""
    return match[1], match[2].partition(".")[0] if match[1] == "node" else match[2]


def account(plan: Plan) -> Account:
    """The account in an image that has one of its own and cannot make another: the user's, by its number."""
    was = plan.runtime.account
    return replace(was, create=False) if any(c.key == "user" for c in plan.choices) else NONROOT


def together(*groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for group in groups for name in group}))
