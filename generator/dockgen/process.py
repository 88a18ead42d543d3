"""Process 1 of an image: the app itself or tini before it, and the signal that asks it to stop."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.choices import Chooser

TERM = "SIGTERM"
INT = "SIGINT"
# Where the package `tini` of a system puts it; a system without a package manager cannot have it.
TINI: Mapping[str, str] = {"debian": "/usr/bin/tini", "alpine": "/sbin/tini"}
# Programs that end at another signal than SIGTERM, by the name of the start's first word. Measured as PID 1 with
# `docker stop` on 2026-11-27: uWSGI reloads at SIGTERM and is killed after ten seconds, at SIGQUIT it ends in 1.2 s;
# waitress ignores SIGTERM, and ends at SIGINT in 0.4 s. The others as their manuals say: SIGTERM would drop requests.
SIGNALS: Mapping[str, str] = {
    "uwsgi": "SIGQUIT",
    "pyuwsgi": "SIGQUIT",
    "waitress-serve": INT,
    "pm2-runtime": INT,
    "apache2": "SIGWINCH",
    "httpd": "SIGWINCH",
    "php-fpm": "SIGQUIT",
    "nginx": "SIGQUIT",
}
# Debian's packages whose programs start others and leave them behind. Process 1 inherits them: tini waits for them.
BROWSERS = frozenset({"chromium", "chromium-driver", "firefox-esr"})
# The same for `python -m MODULE`: all are killed at SIGTERM, and end with exit code 0 at SIGINT within 0.4 s.
MODULES: Mapping[str, str] = {"bottle": INT, "http.server": INT, "waitress": INT}
PASSES_ON = "passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it"
AGAIN = "is process 1, for the app ends by sending itself the signal once more, which a process 1 does not get"
REAPS = "ends the processes that a browser leaves behind; with the app as PID 1 they would pile up"
ASKED = "is process 1 because the setting init asks for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an app ends.

    `signal` is the one at which it ends by itself as PID 1, "" if it does at none; `why` says how that is known.
    `repeats`: it sends itself the signal once more, which process 1 does not get. `brief` is a command that ends by
    itself, and that nobody has to stop.
    """

    signal: str = TERM
    why: str = ""
    repeats: bool = False
    brief: bool = False


CLI = Ending(brief=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Init:
    """What was decided: what goes before the app's argv and why, and the signal (None where SIGTERM will do)."""

    before: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    reason: str = ""
    stop_signal: str | None = None
    warnings: tuple[str, ...] = ()


def choose(pick: Chooser, ending: Ending, system: str, language: str, packages: tuple[str, ...] = ()) -> Init:
    """Process 1 by the setting `init`, else tini where the app, written in LANGUAGE, needs it.

    SYSTEM and PACKAGES are those of the final stage. InputError if tini is asked for where it cannot be installed.
    """
    given = pick.given("init")
    wanted = given.value if given else "auto"
    signal = ending.signal if ending.signal not in ("", TERM) else None
    if signal:
        pick.note("stop", signal, "detected", ending.why)
    ignores = (
        ending.why if ending.repeats else f"as PID 1 {language} ignores SIGTERM, and nothing in the code handles it"
    )
    if given and wanted == "tini":
        if system not in TINI:
            raise InputError(
                "init=tini: the base image has no package manager that could install tini",
                where=given.reason,
                hint="--set base=slim, or leave it to who starts the container: docker run --init",
            )
        pick.note("init", "tini", given.source, given.reason)
        return _tini(system, ASKED, signal)
    if given and wanted == "none":
        pick.note("init", "none", given.source, given.reason)
        told = () if ending.signal else (f"init=none: {ignores}: `docker stop` will kill it after ten seconds",)
        return Init(stop_signal=signal, warnings=told)
    browser = next((p for p in packages if p in BROWSERS), "")
    if ending.signal and (not browser or ending.brief):
        if not ending.brief:
            pick.note("init", "none", "detected", ending.why)
        return Init(stop_signal=signal)
    why = f"{browser} leaves processes behind, which process 1 must wait for" if ending.signal else ignores
    if system not in TINI:
        pick.note("init", "none", "default", "the base image has no package manager that could install tini")
        return Init(stop_signal=signal, warnings=(f"{why}; this base image cannot have tini: use docker run --init",))
    pick.note("init", "tini", "detected" if ending.signal else "default", why)
    return _tini(system, REAPS if ending.signal else AGAIN if ending.repeats else PASSES_ON, signal)


def _tini(system: str, reason: str, signal: str | None) -> Init:
    return Init(before=(TINI[system], "--"), packages=("tini",), reason=reason, stop_signal=signal)


def signal_of(start: tuple[str, ...]) -> str:
    """The signal at which the program that START names ends, if it is another than SIGTERM; "" for all others."""
    name = posixpath.basename(start[0]) if start else ""
    if name.startswith("python") and start[1:2] == ("-m",):
        return MODULES.get(start[2], "") if len(start) > 2 else ""
    return SIGNALS.get(name, "")
