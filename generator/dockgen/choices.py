"""Take each decision once: the user's setting if there is one, else what was found, and keep why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from dockgen import values
from dockgen.about import image_name
from dockgen.confidence import CODE, CONVENTION
from dockgen.plans import Account, Choice
from dockgen.settings import Setting, Settings, detected, shown

if TYPE_CHECKING:
    from dockgen.facts import About, Fact

T = TypeVar("T")


class Chooser:
    """Collects the choices that a planner takes; `made` becomes the plan's `choices`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: list[Choice] = []

    @property
    def made(self) -> tuple[Choice, ...]:
        """The choices so far, in the order taken."""
        return tuple(self._made)

    def note(
        self, key: str, value: object, source: str, reason: str, confidence: int = CODE, rivals: tuple[str, ...] = ()
    ) -> None:
        """Record a choice that was taken elsewhere."""
        self._record(key, Setting(value, source, reason, confidence, rivals))

    def _record(self, key: str, setting: Setting[T]) -> None:
        self._made.append(
            Choice(
                key=key,
                value=shown(setting.value),
                source=setting.source,
                reason=values.one_line(setting.reason),
                confidence=setting.confidence,
                rivals=tuple(values.one_line(r) for r in setting.rivals),
            )
        )

    def given(self, key: str) -> Setting[str] | None:
        """What the user set KEY to; None if nothing."""
        return self._settings.get(key)

    def is_set(self, key: str) -> bool:
        """True if the user set KEY."""
        return self._settings.get(key) is not None

    def fact(self, key: str, found: Fact[T]) -> T:
        """A value that the user cannot set."""
        self._record(key, detected(found))
        return found.value

    def text(self, key: str, found: Fact[str] | None, *, missing: str = "", why: str = "built-in default") -> str:
        """The setting KEY as text: the user's, else FOUND, else MISSING."""
        setting = self._settings.text(key, found) or Setting(missing, "default", why, CONVENTION)
        values.text(setting.value, key)
        self._record(key, setting)
        return setting.value

    def port(self, found: Fact[int] | None) -> int | None:
        """The port that the app listens on; None if it listens on none."""
        given = self._settings.get("port")
        if given:
            self._record("port", given)
            return values.port(given.value, given.reason) if given.value else None
        return values.port(self.fact("port", found)) if found else None

    def argv(self, key: str, found: Fact[tuple[str, ...]] | None) -> tuple[str, ...] | None:
        """The command KEY as argv; None if nothing was found, or if the user set it to nothing."""
        given = self._settings.get(key)
        if given:
            self._record(key, given)
            return values.words(given.value, key) if given.value else None
        return values.words(self.fact(key, found), key) if found and found.value else None

    def packages(self, key: str, found: tuple[str, ...], why: str) -> tuple[str, ...]:
        """The Debian packages KEY, sorted: the user's instead of FOUND, or besides them where these begin with a +.

        A preset's defaults never stand instead of FOUND.
        """
        weak = self._settings.weak.get(key)
        given = self._settings.get(key) or (weak if weak and (not found or weak.value.startswith("+")) else None)
        asked = given.value.removeprefix("+").split() if given else []
        besides = found if not given or given.value.startswith("+") else ()
        names = tuple(sorted({values.apt_package(p) for p in (*besides, *asked)}))
        if given:
            self.note(key, names, given.source, given.reason, given.confidence)
        elif names:
            self.note(key, names, "detected", why)
        return names

    def account(self, found: Account, *, exists: tuple[int, ...] = ()) -> Account:
        """The account that the app runs as: the user's, else FOUND. What EXISTS in the image is not made again."""
        given = self._settings.get("user")
        if not given:
            return found
        self._record("user", given)
        uid, gid = values.user(given.value)
        there = (0, values.NOBODY, *exists)
        return Account(uid=uid, gid=gid, create=uid not in there, create_group=gid not in there)

    def about(self, found: About) -> About:
        """What the labels say, under the name that the user may have set."""
        given = self._settings.get("name")
        return replace(found, name=image_name(given.value)) if given else found
