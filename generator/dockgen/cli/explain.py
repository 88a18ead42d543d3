"""`dockgen explain`: why a setting has its value, what printed a line of a file, what a rule is for."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import click

from dockgen import confidence, dockerfile, guards, lazy, nearest, rendering, rules
from dockgen.cli import console, options, work
from dockgen.errors import InputError
from dockgen.settings import ALIASES, KEYS, detected
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen import outputs
    from dockgen.guards import Guard
    from dockgen.plans import Choice
    from dockgen.templating.origins import Origin
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
    app: str | None,
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
    (found,) = work.look(directory, options.given(flags), app)
    if match := _LINE.fullmatch(what):
        data = _line(found, match["file"], int(match["line"]))
        _print(data, as_json, list(_line_text(data)))
        return
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


def _settings(found: Found) -> list[outputs.Explained]:
    """Every decision, the stack first."""
    stack = detected(found.facts.stack)
    rows = [_data("stack", found.plan.stack, stack.source, stack.reason, stack.confidence, stack.rivals)]
    rows += [_choice(c) for c in found.plan.choices if c.key != "stack"]
    known = {row["key"] for row in rows}
    return rows + [  # how the file is written, which is no decision about the app
        _data(key, given.value, given.source, given.reason, given.confidence, given.rivals)
        for key, given in found.wanted.given.items()
        if key not in known and not key.startswith("extra.")
    ]


def _choice(choice: Choice) -> outputs.Explained:
    return _data(choice.key, choice.value, choice.source, choice.reason, choice.confidence, choice.rivals)


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


def _line(found: Found, name: str, number: int) -> outputs.Line:
    """What printed line NUMBER of the file NAME, and the practices that its instruction follows."""
    beside = {a.path: a.text for a in work.companions([found])[1]}
    texts = {a.path: a.text for a in work.render(found)} | beside
    wanted = os.path.normpath(name)
    path = next((p for p in texts if wanted in (p, p.rpartition("/")[2])), None)
    if path is None:
        raise InputError(f"dockgen does not write {name}", hint=nearest.hint(name, texts))
    text = texts[path]
    lines = text.splitlines()
    if not 0 < number <= len(lines):
        raise InputError(f"{path} has {len(lines)} lines", where=f"{name}:{number}")
    is_dockerfile = not path.endswith("ignore") and path not in beside
    if path in beside:
        places = work.companion_origins([found])[path]
    else:
        places = rendering.origins(
            found.plan, layers=found.layers, folder=found.folder, context=found.context, file=found.file
        )[path]
    instructions = dockerfile.read(text).instructions if is_dockerfile else ()
    instruction = next((i for i in instructions if i.first <= number <= i.last), None)
    first, last = (instruction.first, instruction.last) if instruction else (number, number)
    origin = places[number - 1] or places[first - 1]
    followed = list(rules.of(instruction)) if instruction else []
    return {
        "file": path,
        "line": number,
        "text": lines[number - 1],
        "origin": _origin(origin),
        "rules": [{"id": r.name, "why": r.why, "link": r.link} for r in followed],
        "settings": _in(found, "\n".join(lines[first - 1 : last])),
    }


def _origin(origin: Origin | None) -> outputs.Origin | None:
    return {"layer": origin.layer, "place": origin.place, "block": origin.block} if origin else None


def _in(found: Found, text: str) -> list[outputs.Explained]:
    """The decisions whose value stands in TEXT."""
    words = set(re.findall(r"[^\s\"',=\[\]:]+", text))
    return [
        _choice(c) for c in found.plan.choices
        if c.value and c.key != "stack" and (set(c.value.split()) <= words or (len(c.value) > 3 and c.value in text))
    ]  # fmt: skip


def _line_text(data: outputs.Line) -> Iterator[str]:
    yield f"{data['file']}:{data['line']}  {data['text']}"
    if origin := data["origin"]:
        block = f", block {origin['block']}" if origin["block"] else ""
        yield f"  from  {origin['place']}{block}"
    else:
        yield "  from  dockgen's first line, or the style that is asked for"
    for said in data["settings"]:
        yield f"  {said['key']}  {one_line(said['value'], 80)}  ({one_line(said['evidence'], 120)})"
    for rule in data["rules"]:
        yield f"  why   {rule['why']}\n        {rule['link']}"
