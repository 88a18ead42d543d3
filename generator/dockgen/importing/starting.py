"""Which start command an old file speaks for."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from dockgen import confidence
from dockgen.importing import merging, ports, starts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.importing.case import Case
    from dockgen.importing.model import Proposal, Start

_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?")
_THERE = ("/bin/", "/data", "/dev/", "/proc/", "/run/", "/tmp", "/usr/", "/var/")  # noqa: S108
_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun", "npx"})


def propose(case: Case) -> Iterator[Proposal | None]:
    """The start, and `migrate` where it brings a database up to date before the app."""
    start = case.old.start
    if start is None or case.is_static or starts.serves_files(start) or starts.runs_several(start):
        return
    if case.stack == "go":
        yield from _of_go(case, start)
    else:
        has_migration = bool(start.migration) and "migrate" in case.choices
        if has_migration:
            why = f"runs {start.migration} before the app"
            yield case.propose(
                "migrate", "start", start.migrates_at or start.line, why, wanted=True, path=start.script_at
            )
        if start.wrapper and start.script_at:
            why = "the script decides what runs: see below what it does"
            yield case.propose("start", starts.by_script(start), start.line, why, wanted=False)
        elif start.argv or start.script:
            start = replace(start, migration="") if has_migration else start
            yield _start(case, start, _moved(case, _text(start)))


def _text(start: Start) -> str:
    """START as the setting takes it: what only a shell can run is given to one."""
    text = starts.text(start)
    if start.migration:
        text = f"{start.migration} && exec {text}"
    elif not start.script:
        return text
    return shlex.join(("sh", "-c", text))


def _start(case: Case, start: Start, text: str) -> Proposal | None:
    choice = case.choices.get("start")
    if choice and _same(text, choice.value):
        if not set(_words(text)) - set(_words(choice.value)) - {_core(text)[1]}:
            return None
        ours = _words(choice.value)
        why = "the same program with other options"
        if " ".join(ours) == choice.value and not start.script and not start.migration and not start.wrapper:
            if both := merging.merged(_words(text), ours, _core(text)[1]):
                is_bare = len(ours) == 1  # it says which program, and nothing of how
                wanted = case.weight(choice) < confidence.MANIFEST or is_bare
                why = f"{why}, added to ours"
                if path := _outside(case, [w for w in _words(both) if w not in ours]):
                    why, wanted = f"{why}; {path} need not be in our image", False
                return case.propose("start", _with_port(case, both), start.line, why, wanted=wanted, path=start.path)
            return None
        return case.propose("start", text, start.line, why, wanted=False, path=start.path)
    if doubt := _doubt(case, start, text, has_choice=choice is not None):
        return case.propose("start", text, start.line, doubt, wanted=False, path=start.path)
    return case.propose("start", text, start.line, f"{start.form} form", path=start.path)


def _with_port(case: Case, text: str) -> str:
    """TEXT of ours with the port that is taken from the old file: a start that is set does not follow the port."""
    ours, taken = str(case.found.plan.runtime.port or "") if case.found else "", ports.final(case)
    return re.sub(rf"(?<=[:=]){ours}\b", taken, text) if ours and taken else text


def _doubt(case: Case, start: Start, text: str, *, has_choice: bool) -> str:
    """Why the command TEXT would perhaps not run in our image; "" if nothing speaks against it."""
    program = text.split(" ", 1)[0]
    if starts.is_for_development(start):
        return "a server for development"
    if start.more:
        return f"{start.more} does more before it, and ours does not"
    if start.wrapper:
        return f"{start.wrapper} runs before it, and ours does not run that"
    if program in case.old.by_hand:
        return f"{program} is installed by name, in line {case.old.by_hand[program]}"
    if folder := _folder(case, start):
        return f"it is run in {folder}"
    if path := _outside(case, _words(text)):
        return f"{path} need not be in our image"
    if has_choice and program in _MANAGERS:
        return "through a package manager, which the image need not have"
    return ""


def _of_go(case: Case, start: Start) -> Iterator[Proposal | None]:
    """The words after the program: the program itself is built, and lies where ours puts it."""
    plan = case.found.plan if case.found else None
    if not plan or len(start.argv) < 2 or not plan.runtime.entrypoint:
        return
    own = [*plan.runtime.entrypoint, *(plan.runtime.command or ())]
    rest = start.argv[1:]
    if starts.is_for_development(start) or own[-len(rest) :] == list(rest):
        return
    text = shlex.join((plan.runtime.entrypoint[-1], *rest))
    why, wanted = "the program's arguments", not plan.runtime.command
    if path := _outside(case, rest):
        why, wanted = f"{why}; {path} need not be in our image", False
    yield case.propose("start", _moved(case, text), start.line, why, wanted=wanted, path=start.path)


def _outside(case: Case, words: Sequence[str]) -> str:
    """The first path among WORDS that lies in no folder that our image has; "" if there is none."""
    home = case.found.plan.runtime.workdir if case.found else "/app"
    paths = (w.rpartition("=")[2] for w in words)
    return next((p for p in paths if re.match(r"/[\w.]", p) and not p.startswith((f"{home}/", *_THERE))), "")


def _folder(case: Case, start: Start) -> str:
    """The folder below the app's that the start is run in; "" if it is the app's own."""
    folders = [said.value for said in case.old.workdirs]
    below = [f for f in folders if case.old.workdir.startswith(f"{f.rstrip('/')}/") and f != "/"]
    return start.folder or (case.old.workdir if below else "")


def _moved(case: Case, text: str) -> str:
    """TEXT with paths in the old folder of the app relative to it, which is ours as well."""
    old = case.old.workdir
    return re.sub(rf"(?<![\w./-]){re.escape(old)}/(?=[\w.])", "", text) if old != "/" else text


def _same(one: str, other: str) -> bool:
    """True if two commands run the same program on the same thing, with whatever options."""
    (program, target), (other_program, other_target) = _core(one), _core(other)
    if not program or program != other_program:
        return False
    has_names = ":" in target and ":" in other_target
    return target == other_target if has_names else target.partition(":")[0] == other_target.partition(":")[0]


def _core(text: str) -> tuple[str, str]:
    """The program and the app, the module or the file that it is given."""
    words = _words(text)
    while words[:1] == ["env"] or (words and re.match(r"[A-Za-z_]\w*=", words[0])):
        words = words[1:]
    if words[:1] == ["python"] and words[1:2] == ["-m"]:
        words = words[2:]
    if not words:
        return "", ""
    plain = [
        w for before, w in pairwise(words) if w[:1] not in ("-", "") and not (before[0] == "-" and "=" not in before)
    ]
    named = next((w for w in words[1:] if _TARGET.fullmatch(w)), "") or next(iter(plain), "")
    return words[0].rpartition("/")[2], named.removeprefix("./").removesuffix("()")


def _words(text: str) -> list[str]:
    """The words of TEXT; what a shell cannot read is split at spaces."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
