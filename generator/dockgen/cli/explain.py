"""`dockgen explain`: why a setting has its value, what printed a line of a file, what a rule is for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dockgen import confidence, guards, lazy, nearest, rules
from dockgen.cli import console, options, work
from dockgen.errors import InputError, UndecidedError
from dockgen.settings import ALIASES, KEYS, detected
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen import outputs
    from dockgen.guards import Guard
    from dockgen.plans import Choice
    from dockgen.sources import Request
    from dockgen.work import Found

_LINE = lazy.pattern(r"(?P<file>.+):(?P<line>[0-9]{1,6})")
MAX_RIVALS = 6  # that are named in text; JSON has all


@click.command()
@click.argument("what", default="", metavar="[KEY|FILE:LINE|RULE]", shell_complete=options.offered("explained"))
@options.folder("The project that it is about.")
@options.deciding
@options.app
@options.as_json
def command(
    what: str,
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say where every setting comes from and what lost; or one KEY, a line such as Dockerfile:12, or a RULE.

    With a line such as Dockerfile:12, it says which template and block printed it, the settings in it and the practices
    that it follows; with a rule such as DG101 or exec-form, what it is for.
    """
    if rule := _rule(what):
        _print(
            {"rule": rule}, as_json, [f"{rule['id']}: {rule['text']}", f"  {rule['why']}", f"  {rule['link']}".rstrip()]
        )
        return
    if match := _LINE.fullmatch(what):
        from dockgen.cli import lines

        data = lines.line(_written(directory, options.recalled(flags), apps), match["file"], int(match["line"]))
        _print(data, as_json, list(_line_text(data)))
        return
    (found,) = work.look(directory, options.recalled(flags), apps)
    settings = _settings(found)
    if what:
        key = ALIASES.get(what, what)
        settings = [s for s in settings if s["key"] == key] or _unset(what, key)
    _print({"settings": settings}, as_json, [line for s in settings for line in _setting_text(s)])


def _print(data: outputs.Settings | outputs.Rule | outputs.Line, as_json: bool, lines: list[str]) -> None:
    if as_json:
        console.data(data)
    else:
        console.table("\n".join(lines).rstrip(), wrap=True)


def _rule(what: str) -> outputs.RuleText | None:
    """The guard rail or the practice called WHAT, unless a setting is called so."""
    if what in KEYS or what in ALIASES:
        return None
    from dockgen.companions import guards as beside

    every: tuple[Guard[Any], ...] = (*guards.GUARDS, *beside.GUARDS)
    for guard in every:
        if guard.id == what.upper():
            return {"id": guard.id, "text": guard.asks, "why": guard.why, "link": ""}
    for rule in rules.RULES:
        if rule.name == what:
            return {"id": rule.name, "text": rule.instruction.replace("|", ", "), "why": rule.why, "link": rule.link}
    return None


def _written(directory: str, asked: Request, apps: tuple[str, ...]) -> tuple[Found, ...]:
    """The apps that the files are of: all of them where nothing says which one is meant."""
    try:
        return work.look(directory, asked, apps)
    except UndecidedError as error:
        if apps or error.open is None or error.open.key != "app":
            raise
        return work.look(directory, asked, every=True)


def _settings(found: Found) -> list[outputs.Explained]:
    """Every decision, the stack first."""
    stack = detected(found.facts.stack)
    rows = [_data("stack", found.plan.stack, stack.source, stack.reason, stack.confidence, stack.rivals)]
    rows += [choice(c) for c in found.plan.choices if c.key != "stack"]
    known = {row["key"] for row in rows}
    return rows + [  # how the file is written, which is no decision about the app
        _data(key, given.value, given.source, given.reason, given.confidence, given.rivals)
        for key, given in found.wanted.given.items()
        if key not in known and not key.startswith("extra.")
    ]


def choice(one: Choice) -> outputs.Explained:
    """ONE decision, as it is told."""
    return _data(one.key, one.value, one.source, one.reason, one.confidence, one.rivals)


def _data(key: str, value: str, source: str, reason: str, sure: int, rivals: tuple[str, ...]) -> outputs.Explained:
    return {
        "key": key,
        "value": value,
        "source": source,
        "evidence": reason,
        "confidence": sure,
        "lost": list(rivals),
        "means": KEYS.get(key, ""),
    }


def _unset(what: str, key: str) -> list[outputs.Explained]:
    """A key that nobody decided about; InputError if WHAT is none."""
    if key in KEYS:
        return [_data(key, "", "default", "nothing here decides about it", 0, ())]
    known = [*KEYS, *ALIASES, *(g.id for g in guards.GUARDS), *(r.name for r in rules.RULES)]
    hint = nearest.hint(what, known, "a setting, a line such as Dockerfile:12, or a rule such as DG101")
    raise InputError(f"there is nothing called {what!r} to explain", hint=hint)


def _setting_text(said: outputs.Explained) -> Iterator[str]:
    sure = confidence.name(said["confidence"])
    yield f"{said['key']}  {one_line(said['value'], 120) or '(none)'}"
    yield f"  from  {said['source']}" + (f", {sure}" if sure and said["source"] in ("detected", "default") else "")
    yield f"  why   {said['evidence']}"
    for rival in said["lost"][:MAX_RIVALS]:
        yield f"  lost  {rival}"
    if len(said["lost"]) > MAX_RIVALS:
        yield f"  lost  {len(said['lost']) - MAX_RIVALS} more"


def _line_text(data: outputs.Line) -> Iterator[str]:
    yield f"{data['file']}:{data['line']}  {data['text']}"
    if origin := data["origin"]:
        prints = f": {origin['prints']}" if origin["prints"] else ""
        block = f", block {origin['block']}{prints}" if origin["block"] else ""
        yield f"  from  {origin['place']}{block}"
    else:
        yield f"  from  {data['about']}"
    for said in data["settings"]:
        yield f"  {said['key']}  {one_line(said['value'], 80)}  ({one_line(said['evidence'], 120)})"
    for rule in data["rules"]:
        yield f"  why   {rule['why']}\n        {rule['link']}"
