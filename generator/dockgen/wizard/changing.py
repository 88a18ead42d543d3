"""Change something: one setting at a time, with its value and where that is from; what is not possible says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import releases
from dockgen.errors import DockgenError
from dockgen.settings import ALIASES, GROUPS, KEYS, OWN, VALUES
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
    "manager": "Package manager",
    "start": "Start",
    "port": "Port",
    "health": "Health check",
    "base": "Base image",
    "apt.run": "System packages",
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
    "image": "registry.example.com/team/app",
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
    key = prompter.choose(
        Menu(question="What should be different?", items=tuple(_rows(shown, is_part=len(shown) < len(found))))
    )
    if key == BACK:
        raise BackError
    trial = Trial(host, asked, app)
    if key == PRESET:
        return trial.preset(prompter, shown[0])
    if key == OTHER:
        key = _other(prompter, shown)
    if key in GROUPS:
        name, _, value = prompter.type(_group_line(key, trial)).partition("=")
        return trial.with_value(f"{key}.{name}", value)
    now = _current(trial, key, shown)
    value = _value(prompter, trial, key, shown, now)
    if value == now or (key == "with" and set(value.split()) == _beside(shown)):
        return asked  # what is so already is no decision to keep
    return trial.with_value(key, value)


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

    def base(self, found: Found) -> str:
        """The base that the image stands on now, which nobody asked for; "" if it is none of those that can be."""
        image = found.plan.runtime.image
        return next((name for name in VALUES["base"] if self._image(name, found.app) == image), "")

    def _image(self, base: str, app: str) -> str:
        try:
            made = self._host.look(self.with_value("base", base))
        except DockgenError:
            return ""
        return next((each.plan.runtime.image for each in made if each.app == app), "")

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


def _app(prompter: Prompter, found: tuple[Found, ...]) -> tuple[str, tuple[Found, ...]]:
    """The app whose setting is changed, "" for the only one or for all, and those that it is the setting of."""
    if len(found) == 1:
        return "", found
    items = [Item(value=each.app, label=each.app, note=each.plan.stack) for each in found]
    others = (Item(value="", label="All of them"), Item(value=BACK, label="Back"))
    chosen = prompter.choose(Menu(question="Of which app?", items=(*items, *others), default=found[0].app))
    if chosen == BACK:
        raise BackError
    return chosen, tuple(each for each in found if chosen in ("", each.app))


def _rows(shown: tuple[Found, ...], *, is_part: bool) -> list[Item]:
    """The settings that can be changed for the apps SHOWN, which are not all (IS_PART), with what they are now."""
    made = [_made(each) for each in shown]
    rows = [
        Item(value=key, label=title, note=_noted(key, shown), closed=_closed(key, shown))
        for key, title in COMMON.items()
        if key in ("base", "apt.run", "with") or any(key in choices for choices in made)
    ]
    names = ", ".join(dict.fromkeys(preset.name for each in shown for preset in each.presets))
    closed = "it holds for all apps" if is_part else ""
    return [
        *rows,
        Item(value=PRESET, label="Preset", note=names or "none", closed=closed),
        Item(value=OTHER, label="Another setting"),
        Item(value=BACK, label="Back"),
    ]


def _made(found: Found) -> dict[str, Choice]:
    return {choice.key: choice for choice in reversed(found.plan.choices)}


def _noted(key: str, shown: tuple[Found, ...]) -> str:
    """What KEY is now: with the reason, if it is the same for the apps SHOWN."""
    otherwise = {each.app: each.plan.runtime.image if key == "base" else "none" for each in shown}
    values = {_made(each)[key].value if key in _made(each) else otherwise[each.app] for each in shown}
    if len(values) > 1:
        return f"not the same: {', '.join(sorted(one_line(value, 60) or 'none' for value in values))}"
    return _now(_made(shown[0]).get(key), otherwise[shown[0].app])


def _closed(key: str, shown: tuple[Found, ...]) -> str:
    """Why KEY cannot be changed for all of the apps SHOWN at once; "" if it can."""
    if len(shown) == 1:
        return ""
    if key in OWN:
        return "each app has its own"
    is_mixed = len({each.plan.stack for each in shown}) > 1
    return "they are of several languages" if is_mixed and key in ("version", "manager") else ""


def _now(choice: Choice | None, otherwise: str) -> str:
    return f"{one_line(choice.value, 100) or 'none'} ({one_line(choice.reason, 200)})" if choice else otherwise


def _other(prompter: Prompter, shown: tuple[Found, ...]) -> str:
    made = _made(shown[0]) if len(shown) == 1 else {}
    keys = [key for key in KEYS if key not in COMMON and key != "stack"]
    items = [
        Item(
            value=key,
            label=key,
            note=f"now {one_line(made[key].value, 40) or 'none'}; {KEYS[key]}" if key in made else KEYS[key],
            closed=_closed(key, shown),
        )
        for key in keys
    ]
    items += [
        Item(value=group, label=f"{group}.…", note=meaning.partition(": ")[2]) for group, meaning in GROUPS.items()
    ]
    chosen = prompter.choose(Menu(question="Which setting?", items=(*items, Item(value=BACK, label="Back"))))
    if chosen == BACK:
        raise BackError
    return chosen


def _current(trial: Trial, key: str, shown: tuple[Found, ...]) -> str:
    """What KEY is now for each of the apps SHOWN; "" if nothing says it, or if it is not the same."""
    values = set()
    for each in shown:
        said = _made(each)[key].value if key in _made(each) else ""
        values.add(trial.base(each) if key == "base" and not said else said)
    return values.pop() if len(values) == 1 else ""


def _value(prompter: Prompter, trial: Trial, key: str, shown: tuple[Found, ...], now: str) -> str:
    """A value for KEY, which is NOW, that can be had."""
    if key == "with":
        return _companions(prompter, shown)
    if options := _options(key, now, shown[0]):
        items = tuple(
            Item(value=value, label=value, note=note, closed="" if value == now else trial.wrong(key, value))
            for value, note in options.items()
        )
        typed = (Item(value=TYPE, label="Another"),) if key not in VALUES else ()
        question = f"Which {COMMON[key].lower()}?" if key in COMMON else f"{key}: {KEYS[key]}?"
        chosen = prompter.choose(
            Menu(
                question=question,
                items=(*items, *typed, Item(value=BACK, label="Back")),
                default=now or (BACK if len(shown) > 1 else ""),  # Enter changes nothing
            )
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


def _companions(prompter: Prompter, shown: tuple[Found, ...]) -> str:
    """The companions that are marked, at first those of any of the apps SHOWN."""
    from dockgen.companions import advice, table  # noqa: PLC0415  (start-up time)

    why = {
        name: [advice.closed(name, each.plan.kind, is_alone=bool(each.place)) for each in shown]
        for name in table.COMPANIONS
    }
    items = tuple(
        Item(value=name, label=name, note=each.title, closed=why[name][0] if all(why[name]) else "")
        for name, each in table.COMPANIONS.items()
    )
    marked = tuple(item.value for item in items if item.value in _beside(shown) and not item.closed)
    return " ".join(prompter.mark(Marks(question="Which files beside it?", items=items, marked=marked)))


def _beside(shown: tuple[Found, ...]) -> set[str]:
    """The companions that any of the apps SHOWN wants."""
    return {name for each in shown for name in each.companions}


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
