"""What the user said, as patches of dockgen.yaml: the next run finds it there and asks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import settings, yamledit
from dockgen.errors import InputError
from dockgen.sources import FILE, NEW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dockgen.settings import Setting
    from dockgen.wizard.state import Asked
    from dockgen.work import Found

_SAID = ("--set", "--answers")  # sources that another run would not see


def drafts(
    found: Sequence[Found], asked: Asked, presets: Sequence[str], there: Mapping[str, str | None]
) -> dict[str, str]:
    """The texts of the files dockgen.yaml after what was said for the apps FOUND and the PRESETS are kept in them.

    THERE is the text of each that there may be, None where there is none. Files that stay as they are are left out.
    InputError if one is of a shape that cannot be patched.
    """
    texts: dict[str, str] = {}
    for each in found:
        own = {
            settings.named(flag.partition("=")[0], "", each.wanted.known)
            for flag in asked.request.own.get(each.app, ())
        }
        for key, setting in each.wanted.given.items():
            if not setting.source.startswith(_SAID):
                continue
            is_shared = asked.every and key not in own
            file, path = (FILE, ()) if is_shared else _place(each.app, there)
            text = texts.get(file) or there.get(file) or NEW
            if key == "with" and not (setting.value or each.presets or _says(key, each.app, there)):
                continue  # nothing else asks for any, so there is nothing to take back
            texts[file] = _placed(file, lambda: _with(text, path, key, setting))  # noqa: B023  (called at once)
    for name in presets:
        file, path = (FILE, ()) if asked.every or len(found) > 1 else _place(found[0].app, there)
        text = texts.get(file) or there.get(file) or NEW
        texts[file] = _placed(file, lambda: yamledit.with_item(text, (*path, "preset"), name))  # noqa: B023
    return {file: text for file, text in texts.items() if text != there.get(file)}


def _placed(file: str, edit: Callable[[], str]) -> str:
    """What EDIT makes of the text of FILE; an InputError names it."""
    try:
        return edit()
    except InputError as error:
        error.where = file
        raise


def _place(app: str, there: Mapping[str, str | None]) -> tuple[str, tuple[str, ...]]:
    """The file that says what holds for APP alone, and where in it."""
    if not app:
        return FILE, ()
    own = f"{app}/{FILE}"
    return (own, ()) if there.get(own) is not None else (FILE, ("apps", app))


def _says(key: str, app: str, there: Mapping[str, str | None]) -> bool:
    """True if a file dockgen.yaml says what KEY is for APP, or for all apps."""
    places = ((FILE, ()), (FILE, ("apps", app)), (f"{app}/{FILE}", ()))
    return any(yamledit.has(there.get(file) or NEW, (*path, "set", key)) for file, path in places)


def _with(text: str, path: tuple[str, ...], key: str, setting: Setting[str]) -> str:
    group, _, name = key.partition(".")
    value = settings.written(key, setting.value)
    if group == "extra":
        return yamledit.with_value(text, (*path, "extra", name), value)
    return yamledit.with_value(text, (*path, "set", *_keys(text, (*path, "set"), key)), value)


def _keys(text: str, path: tuple[str, ...], key: str) -> tuple[str, ...]:
    """KEY as it is written below PATH: with a dot, or nested where its group is, or where the user made its name."""
    group, dot, name = key.partition(".")
    if not dot or yamledit.has(text, (*path, key)):
        return (key,)
    return (group, name) if group in settings.GROUPS or yamledit.has(text, (*path, group)) else (key,)
