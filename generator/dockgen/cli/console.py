"""What the commands print: the card of facts, the list of changes, the commands to run next."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from dockgen import confidence, doubts, given, work
from dockgen.cli import terminal
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.changes import Change
    from dockgen.plans import Choice, Plan
    from dockgen.work import Found

# Columns of a terminal, from the widest: those of the card that values have, and whether it says how sure each is.
ROOMS = ((120, 44, True), (96, 32, True), (0, 24, False))
VALUES = ROOMS[0][1]
SCHEMA = 1  # the version of what is printed as JSON
VERBS = {"create": "Created", "rewrite": "Rewrote", "same": "Unchanged", "edited": "Replaced", "foreign": "Replaced"}
DRY = {
    "create": "would create",
    "rewrite": "would rewrite",
    "same": "unchanged",
    "edited": "edited by hand",
    "foreign": "not ours",
}
LABELS = {"version": "Version", "manager": "Packages", "framework": "Framework", "build": "Build", "start": "Start",
          "main": "Main", "kind": "Kind", "root": "Folder", "frontend": "Front-end", "port": "Port",
          "health": "Health"}  # fmt: skip


def out(text: str) -> None:
    """Print a result."""
    _write(sys.stdout, text)


def err(text: str) -> None:
    """Print a message about the work, unless only errors are asked for."""
    if not terminal.asked.quiet:
        fail(text)


def fail(text: str) -> None:
    """Print an error."""
    _write(sys.stderr, terminal.message(text, terminal.screen(sys.stderr)))


def note(text: str) -> None:
    """Print what was done or comes next, unless only results that are asked for are."""
    if not terminal.asked.quiet:
        out(text)


def table(text: str, *, wrap: bool = False) -> None:
    """Print a result in columns, fitted to the terminal: lines are cut, or the last column is continued (WRAP)."""
    out(terminal.table(text, terminal.screen(sys.stdout), wrap=wrap))


def data(made: Mapping[str, object]) -> None:
    """Print a result as JSON; its schema is in docs/reference/schemas."""
    import json

    out(json.dumps({"schema": SCHEMA, **made}, indent=2))


def cards(found: Sequence[Found]) -> None:
    """Print the cards of apps, fitted to the terminal."""
    out(fitted(found))


def fitted(found: Sequence[Found], stream: TextIO | None = None) -> str:
    """The cards of apps, as they fit the terminal that STREAM (the standard output) goes to."""
    screen = terminal.screen(stream or sys.stdout)
    width = screen.width if screen.width is not None else ROOMS[0][0]
    widest, is_sure = next(room[1:] for room in ROOMS if width >= room[0])
    return terminal.table("\n\n".join(card(each, widest, is_sure=is_sure) for each in found), screen, wrap=True)


def difference(change: Change) -> None:
    """Print what a change does to its file, as a unified diff."""
    from dockgen import changes

    out(terminal.diff(changes.diff(change).rstrip("\n"), terminal.screen(sys.stdout)))


def differences(todo: Sequence[Change]) -> None:
    """Print what a real run would do to each file, then the difference of each that would change."""
    for change in todo:
        out(f"{change.path}: {DRY[change.kind]}")
    for change in todo:
        if change.kind != "same":
            difference(change)


def _write(stream: TextIO, text: str) -> None:
    if "\x1b" in text and sys.platform == "win32":  # its older consoles have to be told by calls what colour is
        import click

        click.echo(text, file=stream, color=True)
    else:
        stream.write(text + "\n")


def card(found: Found, widest: int = VALUES, *, is_sure: bool = True) -> str:
    """What was found and decided, one line each, with the evidence to the right, and how sure it is (IS_SURE)."""
    facts, plan = found.facts, found.plan
    rows = [("Stack", plan.stack, confidence.name(facts.stack.confidence), facts.stack.why)]
    rows += [_row(LABELS[c.key], c) for c in plan.choices if c.key in LABELS]
    rows += [_row("Packages +", c) for c in plan.choices if c.key.startswith("apt.")]
    rows += [_row("Secret", c) for c in plan.choices if c.key.startswith("secret.")]
    rows.append(("Image", plan.runtime.image, "", f"runs as {plan.runtime.account.uid}:{plan.runtime.account.gid}"))
    if found.folder:
        rows.insert(0, ("App", found.folder, "", "" if found.context else "built from the root of the workspace"))
    width = min(widest, max(len(value) for _, value, _, _ in rows))
    lines = [plan.about.name, ""]
    for label, value, sure, why in rows:
        certainty = f"{sure:<7}  " if is_sure else ""
        lines.append(f"  {label:<11} {_short(value, 100):<{width}}  {certainty}{_short(why, 200)}".rstrip())
    return "\n".join(lines)


def _short(text: str, width: int) -> str:
    return terminal.cut(one_line(text, 400), width, "...")


def _row(label: str, choice: Choice) -> tuple[str, str, str, str]:
    return label, choice.value or "none", confidence.name(choice.confidence), choice.reason


def warnings(found: Found) -> None:
    """Print what there is to be told."""
    for warning in work.told(found):
        err(f"warning: {warning}")


def unpinned(root: str, changes: Sequence[Change]) -> None:
    """The images that have no digest in a file that had digests before: they are new in it, or their tags are."""
    import os
    import shlex

    for change in changes:
        if change.unpinned:
            pin = shlex.join(["dockgen", "pin", os.path.relpath(f"{root}/{change.path}")])
            err(f"warning: {change.path} was pinned, and has no digest yet for {', '.join(change.unpinned)}: {pin}")


def leftovers(paths: Sequence[str]) -> None:
    """The files that dockgen wrote and that nothing asks for any more."""
    for path in paths:
        err(f"note: {path} is left over: nothing asks for it now; delete it, or keep it as yours: dockgen eject {path}")


def forgotten(found: Sequence[Found], changes: Sequence[Change]) -> None:
    """What the files were written with and nobody asks for any more."""
    from dockgen import header

    every = {change.path: change for change in changes}
    for one in found:
        change = every.get(one.dockerfile)
        said = header.split(change.before or "")[0] if change and change.kind in ("rewrite", "edited") else None
        now = {key for key, _ in one.asked} | set(one.wanted.given)
        if lost := [f"{key}={value}" for key, value in (said.asked if said else ()) if key not in now]:
            err(f"note: {one.dockerfile} was written with {' '.join(lost)}, which this does not ask for")
            err("  hint: dockgen update keeps what was asked for; dockgen.yaml keeps it for every command")


def guesses(found: Found) -> list[str]:
    """What the user should look at before saying yes, a line each."""
    return [f"  ? {one_line(str(doubt), 400)}" for doubt in doubts.find(found.facts, found.plan)]


def written(changes: Sequence[Change], kept: Sequence[str]) -> str:
    """One line for each file."""
    lines = [f"{VERBS[c.kind]} {c.path} ({c.text.count(chr(10))} lines)" for c in changes]
    lines += [f"Kept the old file as {name}" for name in kept]
    return "\n".join(lines)


def next_steps(found: Sequence[Found], directory: str) -> str:
    """The exact commands that build and run the image of each app, as typed in the current folder."""
    lines = []
    for each, tag in zip(found, tags(found), strict=True):
        lines += [f"  {command}" for command in commands(each, directory, tag).values()]
        lines += _development(each, directory, tag)
    return "\n".join(lines)


def tags(found: Sequence[Found]) -> list[str]:
    """What the image of each app is called on this machine: its name, and a number where two have the same."""
    from dockgen.apps import unique

    return unique([each.plan.about.name for each in found])


def commands(found: Found, directory: str, name: str) -> dict[str, str]:
    """What builds and what runs the image, called NAME, each as one line for a shell."""
    import shlex

    plan = found.plan
    port = ("-p", f"{plan.runtime.port}:{plan.runtime.port}") if plan.runtime.port else ()
    program = _program(plan)
    as_docker = ("--format", "docker") if program == "podman" and plan.runtime.health else ()  # OCI has no HEALTHCHECK
    build = _build_command((program, "build", *as_docker, "-t", name), found, directory)
    start = shlex.join([program, "run", "--rm", *port, *plan.run_args, name])
    return {"build": build, "run": start}


def _build_command(words: tuple[str, ...], found: Found, directory: str) -> str:
    """A command that builds, as a shell takes it: WORDS, what brings secrets, and the place of the files."""
    import shlex

    options = (_given(word, found, directory) for word in found.plan.build_args)
    return " ".join([shlex.join(words), *options, *map(shlex.quote, _place(found, directory))])


def _program(plan: Plan) -> str:
    return "podman" if plan.style.builder == "podman" else "docker"


def _development(found: Found, directory: str, tag: str) -> list[str]:
    """The commands that build and run the target `dev`, with the source mounted; none if there is no such target."""
    import posixpath
    import shlex

    plan, dev = found.plan, found.plan.dev
    if not dev:
        return []
    name = f"{tag}-dev"
    build = _build_command((_program(plan), "build", "--target", "dev", "-t", name), found, directory)
    # Only this machine reaches it: such servers run what a debugger asks them to.
    port = ["-p", f"127.0.0.1:{dev.port}:{dev.port}"] if dev.port else []
    options = [_program(plan), "run", "--rm", "-it", "--init", *port]
    volumes = [w for v in dev.volumes for w in ("-v", v)]
    folder = posixpath.normpath(posixpath.join(_place(found, directory)[-1], dev.source))
    below = "" if folder == "." else f"/{shlex.quote(folder)}"
    here = shlex.quote(folder) if folder.startswith("/") else f'"$PWD"{below}'
    mount = f"{here}:{dev.mount}{':ro' if dev.read_only else ''}"
    rest = shlex.join([*volumes, *plan.run_args, name])
    return ["", "Develop, with the source mounted:", f"  {build}", f"  {shlex.join(options)} -v {mount} {rest}"]


def _given(word: str, found: Found, directory: str) -> str:
    """One word of the options that bring secrets, for a shell: what lies in the home folder or in the project."""
    import shlex

    option, is_file, source = word.partition(",src=")
    if not is_file:
        return shlex.quote(word)
    if source.startswith(given.HOME):  # a path without what a shell reads in double quotes (values.path)
        return f'"{word}"'
    return shlex.quote(f"{option},src={_shown(f'{found.context}/{source}'.lstrip('/'), found, directory)}")


def _shown(path: str, found: Found, directory: str) -> str:
    """PATH, relative to the root, from the current folder; as DIRECTORY was typed, where that is the root."""
    import os

    if os.path.realpath(directory) == found.root:
        return os.path.normpath(f"{directory}/{path}")
    return os.path.relpath(f"{found.root}/{path}")


def _place(found: Found, directory: str) -> list[str]:
    """What `docker build` is told about the place of the files, from the current folder: `-f FILE` and the context."""
    import os

    from dockgen.rendering import USUAL, names

    if found.folder == found.context and found.file in ("", USUAL):
        is_here = os.path.realpath(directory) == found.root
        return [directory if is_here and not found.context else _shown(found.context, found, directory)]
    return [
        "-f",
        _shown(names(found.folder, found.context, found.file)[0], found, directory),
        _shown(found.context, found, directory),
    ]
