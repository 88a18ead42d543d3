"""Change something: one setting at a time, with its value and where that is from; what is not possible says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import releases
from dockgen.errors import DockgenError
from dockgen.settings import ALIASES, GROUPS, KEYS, VALUES
from dockgen.values import one_line
from dockgen.wizard.screens import BackError, Item, Line, Marks, Menu

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.plans import Choice
    from dockgen.wizard.screens import Prompter
    from dockgen.wizard.state import Asked, Host
    from dockgen.work import Found

# What is changed most often, and how it is called; everything else is under OTHER.
COMMON = {
    "version": "Version",
    "manager": "Packages",
    "start": "Start",
    "port": "Port",
    "health": "Health",
    "base": "Base image",
    "apt.run": "Packages +",
    "with": "Files beside it",
}
PRESET, OTHER, BACK, TYPE = "preset", "other", "back", "type"
# What speaks for each value and against it, in a few words.
TRADES = {
    ("base", "slim"): "Debian with glibc: everything installs",
    ("base", "alpine"): "small, with musl: native modules may have to be compiled",
    ("base", "distroless"): "no shell, no package manager: little to attack, harder to look into",
    ("base", "chainguard"): "no shell, rebuilt every day; without an account only the newest release",
    ("comments", "short"): "what a reader needs",
    ("comments", "none"): "instructions only",
    ("comments", "teach"): "each decision with its reason",
    ("health", "tcp"): "a connection to the port is enough",
    ("health", "none"): "no HEALTHCHECK",
}
EXAMPLES = {
    "apt.build": "libpq-dev",
    "apt.run": "ffmpeg",
    "env": "LOG_LEVEL=info",
    "extra": "before_user=RUN …",
    "file": "Dockerfile.prod",
    "label": "com.example.team=payments",
    "name": "my-app",
    "port": "8080",
    "registry": "registry.example.com/proxy",
    "start": "gunicorn app:app",
    "user": "10001:10001",
}
MAX_RELEASES = 8  # that a menu offers


def change(host: Host, prompter: Prompter, asked: Asked, found: tuple[Found, ...]) -> Asked:
    """What is asked, with one setting changed. BackError if the user changes none."""
    app, shown = _app(prompter, found)
    key = prompter.choose(Menu(question="What should be different?", items=tuple(_rows(shown))))
    if key == BACK:
        raise BackError
    trial = Trial(host, asked, app)
    if key == PRESET:
        return trial.preset(prompter, shown)
    if key == OTHER:
        key = _other(prompter, shown)
    if key in GROUPS:
        name, _, value = prompter.type(_group_line(key, trial)).partition("=")
        return trial.with_value(f"{key}.{name}", value)
    return trial.with_value(key, _value(prompter, trial, key, shown))


class Trial:
    """Tries a value before it is taken, for one app or, if that is "", for all of them."""

    def __init__(self, host: Host, asked: Asked, app: str) -> None:
        self._host, self._asked, self._app = host, asked, app

    def with_value(self, key: str, value: str) -> Asked:
        """What is asked, with KEY set to VALUE."""
        return self._asked.setting(f"{key}={value}", app=self._app)

    def wrong(self, key: str, value: str) -> str:
        """Why KEY cannot be set to VALUE; "" if it can."""
        return self._problem(self.with_value(key, value))

    def _problem(self, asked: Asked) -> str:
        try:
            self._host.look(asked)
        except DockgenError as error:
            return one_line(error.what.removeprefix("--set "), 120)
        return ""

    def preset(self, prompter: Prompter, found: Found) -> Asked:
        """What is asked, with one preset more."""
        used = {preset.name for preset in found.presets}
        rows = sorted(self._host.presets(found), key=lambda row: (row[2] is False, row[2] is None))
        items = []
        for name, summary, fits in rows:
            closed = "in use" if name in used else "for other projects" if fits is False else ""
            items.append(
                Item(value=name, label=name, note=summary, closed=closed or self._problem(self._asked.preset(name)))
            )
        items.append(Item(value=BACK, label="Back"))
        name = prompter.choose(Menu(question="Which preset?", items=tuple(items)))
        if name == BACK:
            raise BackError
        return self._asked.preset(name)


def _app(prompter: Prompter, found: tuple[Found, ...]) -> tuple[str, Found]:
    """The app whose setting is changed, "" for the only one or for all, and one that shows what it is now."""
    if len(found) == 1:
        return "", found[0]
    items = [Item(value=each.app, label=each.app, note=each.plan.stack) for each in found]
    every = Item(value="", label="All of them")
    chosen = prompter.choose(Menu(question="Of which app?", items=(*items, every), default=found[0].app))
    return chosen, next((each for each in found if each.app == chosen), found[0])


def _rows(found: Found) -> list[Item]:
    """The settings that can be changed, with what they are now."""
    made = {choice.key: choice for choice in reversed(found.plan.choices)}
    rows = [
        Item(value=key, label=title, note=_now(made.get(key)))
        for key, title in COMMON.items()
        if key in made or key in ("base", "apt.run", "with")
    ]
    names = ", ".join(preset.name for preset in found.presets)
    return [
        *rows,
        Item(value=PRESET, label="Preset", note=names or "none"),
        Item(value=OTHER, label="Another setting"),
        Item(value=BACK, label="Back"),
    ]


def _now(choice: Choice | None) -> str:
    return f"{one_line(choice.value, 60) or 'none'} ({one_line(choice.reason, 60)})" if choice else "by itself"


def _other(prompter: Prompter, found: Found) -> str:
    made = {choice.key: choice for choice in reversed(found.plan.choices)}
    keys = [key for key in KEYS if key not in COMMON and key != "stack"]
    items = [
        Item(value=key, label=key, note=f"{one_line(made[key].value, 40)}: {KEYS[key]}" if key in made else KEYS[key])
        for key in keys
    ]
    items += [
        Item(value=group, label=f"{group}.…", note=meaning.partition(": ")[2]) for group, meaning in GROUPS.items()
    ]
    chosen = prompter.choose(Menu(question="Which setting?", items=(*items, Item(value=BACK, label="Back"))))
    if chosen == BACK:
        raise BackError
    return chosen


def _value(prompter: Prompter, trial: Trial, key: str, found: Found) -> str:
    """A value for KEY that can be had."""
    now = next((choice.value for choice in found.plan.choices if choice.key == key), "")
    if key == "with":
        return _companions(prompter, now, found)
    if options := _options(key, now, found):
        items = tuple(
            Item(value=value, label=value, note=note, closed="" if value == now else trial.wrong(key, value))
            for value, note in options.items()
        )
        typed = (Item(value=TYPE, label="Another"),) if key not in VALUES else ()
        question = f"Which {COMMON.get(key, key).lower()}?"
        chosen = prompter.choose(
            Menu(question=question, items=(*items, *typed, Item(value=BACK, label="Back")), default=now)
        )
        if chosen == BACK:
            raise BackError
        if chosen != TYPE:
            return chosen
    meaning = KEYS.get(key, key)
    line = Line(
        question=f"{COMMON.get(key, key)}: {meaning}?",
        default=now,
        example=EXAMPLES.get(key, ""),
        check=lambda text: trial.wrong(key, text),
    )
    return prompter.type(line)


def _companions(prompter: Prompter, now: str, found: Found) -> str:
    """The companions that are marked, those of NOW at first."""
    from dockgen.companions import advice, table  # noqa: PLC0415  (start-up time)

    kind, is_alone = found.plan.kind, bool(found.place)
    items = tuple(
        Item(value=name, label=name, note=each.title, closed=advice.closed(name, kind, is_alone=is_alone))
        for name, each in table.COMPANIONS.items()
    )
    marked = tuple(item.value for item in items if item.value in now.split() and not item.closed)
    return " ".join(prompter.mark(Marks(question="Which files beside it?", items=items, marked=marked)))


def _options(key: str, now: str, found: Found) -> Mapping[str, str]:
    """The values that KEY is offered, each with what is to be said of it; none if it is typed."""
    if ALIASES.get(found.plan.stack) == key:  # the release of the language
        table = [r for r in releases.of(found.plan.stack) if r.is_supported][:MAX_RELEASES]
        offered = {r.line: f"fixes until {r.end_of_life}" if r.end_of_life else "" for r in table}
        return {now: offered.pop(now, ""), **offered} if now else offered
    if key == "health":
        path = now if now.startswith("/") else "/"
        return {path: "answers 2xx or 3xx", "tcp": TRADES["health", "tcp"], "none": TRADES["health", "none"]}
    return {value: TRADES.get((key, value), "") for value in VALUES.get(key, ())}


def _group_line(group: str, trial: Trial) -> Line:
    def wrong(text: str) -> str:
        name, equals, value = text.partition("=")
        if not (name and equals):
            return "expected NAME=VALUE"
        return trial.wrong(f"{group}.{name}", value)

    return Line(question=f"{GROUPS[group]}?", example=EXAMPLES.get(group, ""), check=wrong)
