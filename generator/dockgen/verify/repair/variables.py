"""Causes: an environment variable that the app does not start without, or that the build asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.placeholders import OTHER, placeholder
from dockgen.stacks.node.buildenv import looks_secret
from dockgen.stacks.python.environment import PLAIN, dummy
from dockgen.verify.repair.model import BUILD, RUNS, Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.verify.repair.model import Case, Match

_NAME = r"(?P<name>[A-Z][A-Z0-9_]{2,60})"
_IS_MISSING = (
    r"(?:(?:is|are|was|has|must|cannot) )?(?:a )?(?:required|mandatory|missing|undefined|unset|empty|be empty"
    r"|not (?:been )?(?:set|defined|provided|found|configured|specified)"
    r"|be (?:set|defined|provided|configured|specified|a (?:non-empty )?string))\b"
)
# What has a password in it, or gives somebody power, beside what linters look for.
_HOLDS_SECRET = re.compile(
    r"PASS(?:WORD|WD|PHRASE)?(?:_|$)|PWD$|CERT|SALT|DSN$|WEBHOOK"
    r"|(?:DATABASE|DB|POSTGRES\w*|PG|MYSQL|MARIADB|MONGO\w*|REDIS|AMQP|RABBITMQ|BROKER)(?:_\w+)?_UR[LI]$"
)
CHANGE = "change-me"
# The slot right before what builds.
_SLOTS: Mapping[str, str] = {
    "python": "before_build_install", "node": "before_stage_steps", "go": "before_build_compile",
    "static": "before_build_site",
}  # fmt: skip
# What the image sets, or what is none of the app's.
_NEVER = frozenset({
    "API", "DEBUG", "DSN", "ENV", "ERROR", "FATAL", "GET", "GOPATH", "GOROOT", "HOME", "HTML", "HTTP", "HTTPS", "INFO",
    "JSON", "KEY", "LANG", "LD_LIBRARY_PATH", "NODE_ENV", "PATH", "POST", "PUT", "PWD", "PYTHONPATH", "SHELL", "SQL",
    "TERM", "TODO", "URI", "URL", "USER", "WARNING",
})  # fmt: skip


def is_secret(name: str) -> bool:
    """True if the value of the variable NAME must be kept in no file: it is a secret, or has one in it."""
    return looks_secret(name) or bool(_HOLDS_SECRET.search(name))


def _value(case: Case, name: str) -> str:
    """A value of the right kind for NAME, to be replaced."""
    value = placeholder(name) if case.plan.stack == "node" else dummy(name)
    return CHANGE if value in (OTHER, PLAIN) else value


def missing(case: Case, place: Match) -> Remedy | None:
    """A variable by its name in the log."""
    name = place["name"].upper()
    if name in _NEVER or name in case.plan.runtime.env:
        return None
    said = f"the variable {name} is not set"
    if case.failure.step == BUILD:
        return _in_build(case, name, f"{said}, and the build asks for it")
    if is_secret(name):
        return Remedy(
            said=f"{said}, and its name is that of a secret, which belongs in no image",
            hint=f"give it when the container starts: docker run --env {name}=…",
        )
    return Remedy(said=said, sets=(f"env.{name}={_value(case, name)}",), hint="put the right value in dockgen.yaml")


def _in_build(case: Case, name: str, said: str) -> Remedy:
    """A variable for the stage that builds, which does not ship."""
    slot = _SLOTS.get(case.plan.stack)
    if is_secret(name) or not slot:
        return Remedy(said=said, hint="let the code read it when the app starts, and not when it is built or imported")
    return Remedy(said=said, sets=(f"extra.{slot}=ENV {name}={_value(case, name)}",))


CAUSES = (
    Cause(
        id="missing-variable",
        steps=(BUILD, *RUNS),
        title="An environment variable is missing",
        why="The app reads it with nothing to fall back on. A container has what the image and `docker run` give it.",
        mends="`env.NAME=` with a value to be replaced, in a build `extra.SLOT=ENV …`; nothing for a secret",
        patterns=(
            rf"KeyError: '{_NAME}'$",
            rf"Set the {_NAME} environment variable",
            rf"(?:decouple\.)?UndefinedValueError: {_NAME} not found",
            (
                r"^(?P<name>[A-Za-z][A-Za-z0-9_]{1,60})\n {2,4}(?:[Ff]ield required"
                r"|Input should be [^\n]{1,60}) \[type=missing"
            ),
            r"^(?P<name>[A-Za-z][A-Za-z0-9_]{1,60})\n {2,4}field required \(type=value_error\.missing\)",
            rf"environment variable '?\"?`?{_NAME}`?\"?'? (?:is |was |not |must |has )",
            (
                rf"(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Uu]nset"
                rf"|MISSING)(?: or invalid)?(?: required)?(?: (?:env(?:ironment)?(?: var(?:iable)?)?"
                rf"|config(?:uration)?)s?)?(?: named)?:? ['\"`]?{_NAME}\b"
            ),
            rf"\b['\"`]?{_NAME}['\"`]?(?: environment variable| env(?:ironment)? var(?:iable)?)? {_IS_MISSING}",
            rf"(?:process\.env\.|os\.environ\[['\"]|os\.Getenv\(\"){_NAME}\b[^\n]{{0,20}} {_IS_MISSING}",
            rf"Environment variable not found: {_NAME}\b",
            rf"^ {{2,6}}{_NAME}: (?:undefined|Required|Invalid input: expected \w+, received undefined)",
            rf"\"path\": \[\n? *\"{_NAME}\"",
            rf"^\s{{0,8}}- {_NAME}: (?:Required|Missing|Invalid input)",
            rf"required key {_NAME} missing value",
            rf"env: (?:required )?environment variable \\?\"?{_NAME}\\?\"? (?:is )?not set",
            rf"Missing environment variable \"{_NAME}\"",
            rf"The {_NAME} (?:setting|variable) must not be empty",
        ),
        make=missing,
    ),
)  # fmt: skip
