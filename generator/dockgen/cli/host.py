"""The project that the wizard is run in: looked at, rendered, compared with what is there, shown."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import changes, header, presets, sources, work, writer
from dockgen.changes import Change
from dockgen.cli import console, terminal
from dockgen.errors import InputError, RefusedError
from dockgen.values import one_line
from dockgen.wizard import saving
from dockgen.wizard.state import Merge, Ready

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.cli.update import Remake
    from dockgen.importing import Imported
    from dockgen.wizard.state import Asked
    from dockgen.work import Found

# Where the Dockerfile of an app may lie, relative to its folder.
OLD = (
    "Dockerfile",
    "Containerfile",
    "docker/Dockerfile",
    "Dockerfile.prod",
    "Dockerfile.production",
    "Dockerfile.orig",
)


class Project:
    """The folder DIRECTORY, with the variables of the environment; what is taken over may be said by the file OLD."""

    def __init__(self, directory: str, old: str | None = None) -> None:
        self.directory, self._old = directory, old
        self._last: tuple[Asked, tuple[Found, ...]] | None = None

    def look(self, asked: Asked) -> tuple[Found, ...]:
        """What the apps are and what will be built. DockgenError if that cannot be done."""
        if self._last is None or self._last[0] != asked:
            self._last = (asked, self._look(asked))
        return self._last[1]

    def _look(self, asked: Asked) -> tuple[Found, ...]:
        return work.look(self.directory, asked.request, os.environ, asked.apps, every=asked.every)

    def ready(self, asked: Asked) -> Ready:
        """What would be written: what was said is kept in dockgen.yaml, and the files are made from what that says."""
        found = self.look(asked)
        root = Path(found[0].root)
        places = dict.fromkeys([sources.FILE, *(f"{each.app}/{sources.FILE}" for each in found if each.app)])
        there = writer.on_disk(root, list(places))
        kept, rest = _presets(asked.request.presets, root)
        texts = saving.drafts(found, asked, kept, there)
        request = replace(asked.request, flags=(), own={}, answers="", presets=rest, drafts=texts)
        if request != asked.request:
            found = self._look(replace(asked, request=request))
        compared = work.compare_all(found)
        todo = tuple(change for _, its in compared for change in its)
        return Ready(
            found=tuple(each for each, _ in compared),
            changes=todo,
            drafts=tuple(
                Change(path=path, kind="create" if there[path] is None else "rewrite", text=text, before=there[path])
                for path, text in texts.items()
            ),
            merges={
                change.path: _merge(root, change, self._remaker(found, asked))
                for change in todo
                if change.kind == "edited"
            },
            commands=self._commands(found, replace(asked, request=request)),
        )

    def _remaker(self, found: Sequence[Found], asked: Asked) -> Remake:
        from dockgen.cli import remaking

        return remaking.remaker(found, asked.request, asked.apps or (), every=asked.every)

    def _commands(self, found: Sequence[Found], asked: Asked) -> dict[str, str]:
        """What to type in the current folder to write the same without questions, or to be told why; by the verb."""
        place = [] if self.directory == "." else [self.directory]
        options: list[str] = []
        for option, values in (
            ("--pack", asked.request.packs), ("-p", asked.request.presets), ("--templates", asked.request.templates),
        ):  # fmt: skip
            options += [word for value in values for word in (option, value)]
        one = ["--app", found[0].app] if (asked.every or asked.apps) and found[0].app else []
        named = [word for each in found for word in ("--app", each.app)] if one and not asked.every else []
        which = ["--all"] if asked.every else named
        return {
            "generate": _line(["dockgen", "generate", *place, *options, *which], found),
            "update": _line(["dockgen", "update", *place, *options, *which], found),
            "explain": _line(["dockgen", "explain", *(["-C", *place] if place else []), *options, *one], found[:1]),
        }

    def card(self, found: Found) -> str:
        """What was found, on one screen."""
        return console.fitted([found])

    def overview(self, found: Sequence[Found]) -> str:
        """The same of several apps, a line each."""
        rows = [(each.app, *_words(each)) for each in found]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)) for row in rows]
        return terminal.table("\n".join(f"  {line.rstrip()}" for line in lines), terminal.screen(sys.stdout))

    def doubts(self, found: Sequence[Found]) -> str:
        """What the user should look at before anything is written; "" if there is nothing. Each line names its app."""
        every = len(found) > 1
        told = {each.app: [f"  ! {line}" for line in work.told(each, asked=True)] for each in found}
        unsure = {each.app: console.guesses(each) for each in found}
        lines = _said(told, every=every)
        if guessed := _said(unsure, every=every):
            lines += [*([""] if lines else []), "Not sure:", *guessed]
        return "\n".join(lines)

    def diff(self, change: Change) -> str:
        """What a change does to a file, or its whole text if the file is new."""
        if change.before is None or change.kind == "same":
            return f"--- {change.path}\n{change.text}"
        return terminal.diff(changes.diff(change), terminal.screen(sys.stdout))

    def presets(self, found: Found) -> tuple[tuple[str, str, bool | None], ...]:
        """The presets there are: name, what they are for, whether they fit (None: any project)."""
        from dockgen.cli.presets import rows

        asked = self._last[0].request if self._last else sources.Request()
        inputs = sources.gather(found.root, asked, os.environ)
        there = (row for row in rows(inputs, found.facts) if row.found)
        return tuple((row.name, one_line(row.found.preset.summary, 100), row.fits) for row in there if row.found)

    def imported(self, found: Found) -> tuple[str, tuple[str, ...]]:
        """What the Dockerfile that is there says, in words, and the settings that it would add.

        InputError if there is none, or if it is dockgen's own.
        """
        from dockgen import importing

        path = self._old or _dockerfile(found)
        read = sources.read_file(path, path) if self._old else sources.read_inside(found.root, path)
        text = read.decode("utf-8", "surrogateescape")
        if header.split(text)[0]:
            raise InputError("dockgen wrote this file itself", where=path, hint="dockgen update keeps what you edited")
        old = _with_script(importing.read(text, path), found)
        compared = importing.compare(old, found)
        flags = importing.requested(found.wanted.given, compared)
        return "\n".join(importing.text(compared)), flags


def _said(by_app: Mapping[str, Sequence[str]], *, every: bool) -> list[str]:
    """The lines of each app, once; with its name, if there are more than one and it is not said of EVERY one."""
    lines = dict.fromkeys(line for its in by_app.values() for line in its)
    whose = {line: [app for app, its in by_app.items() if line in its] for line in lines}
    is_shared = {line: not every or len(apps) == len(by_app) for line, apps in whose.items()}
    return [line if is_shared[line] else f"{line[:4]}{', '.join(whose[line])}: {line[4:]}" for line in lines]


def _with_script(old: Imported, found: Found) -> Imported:
    """OLD with what the script of the project does that it starts, where there is one that can be read."""
    from dockgen import importing

    for place in importing.places(old):
        path = f"{found.context}/{place}" if found.context else place
        try:
            return importing.opened(old, path, sources.read_inside(found.root, path).decode("utf-8", "surrogateescape"))
        except InputError:  # it lies elsewhere
            continue
    return old


def _words(found: Found) -> tuple[str, str, str]:
    plan = found.plan
    what = ", ".join(filter(None, (plan.stack, plan.framework, plan.kind)))
    return what, f"port {plan.runtime.port}" if plan.runtime.port else "no port", plan.runtime.image


def _dockerfile(found: Found) -> str:
    """The Dockerfile of an app that somebody wrote: beside it, or where such files usually lie."""
    below = f"{found.folder}/" if found.folder else ""
    places = [f"{below}{name}" for name in OLD]
    there = next((path for path in places if os.path.isfile(f"{found.root}/{path}")), None)  # noqa: PTH113
    if there is None:
        raise InputError("there is no Dockerfile to take anything over from", hint=f"looked for {', '.join(places)}")
    return there


def _merge(root: Path, change: Change, remake: Remake) -> Merge:
    from dockgen.cli import update

    try:
        done = update.keeping_edits(root, change, "markers", remake)
    except RefusedError as error:
        return Merge(refused=error)
    return Merge(changes=done.todo, conflicts=done.conflicts)


def _presets(names: Sequence[str], root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """NAMES of presets as dockgen.yaml can have them, and those that it cannot: files that do not lie in ROOT."""
    kept, rest = [], []
    for name in names:
        if not presets.is_file(name):
            kept.append(name)
        elif Path(name).resolve().is_relative_to(root):
            kept.append(f"./{Path(name).resolve().relative_to(root).as_posix()}")
        else:
            rest.append(name)
    return tuple(kept), tuple(rest)


def _line(words: Sequence[str], found: Sequence[Found]) -> str:
    """WORDS for a shell, after the variables of the environment that decided something."""
    used = {choice.source for each in found for choice in each.plan.choices if choice.source.startswith("DOCKGEN_")}
    given = [f"{name}={shlex.quote(os.environ.get(name, ''))}" for name in sorted(used)]
    return " ".join([*given, shlex.join(words)])
