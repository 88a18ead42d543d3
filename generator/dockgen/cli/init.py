"""`dockgen init`: show what was found, ask what only the user can say, write."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockgen import changes, writer
from dockgen.cli import age, console, options, prompts
from dockgen.cli.host import Project
from dockgen.errors import ExitCode, InputError, RefusedError, UndecidedError
from dockgen.wizard import files, flow
from dockgen.wizard.state import Asked, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command()
@options.writing
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; replace nothing that is not dockgen's.")
@click.option("--plain", is_flag=True, help="Ask by numbered lines, as screen readers need it.")
@click.option("--no-input", is_flag=True, help="Never ask: fail instead, and say what to run.")
@click.option("--import", "imports", is_flag=True, help="Take over what the Dockerfile that is there says.")
@click.option("--import-from", "old", metavar="FILE", help="The same, for a Dockerfile that lies elsewhere.")
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    dry_run: bool,
    force: bool,
    as_json: bool,
    yes: bool,
    plain: bool,
    no_input: bool,
    imports: bool,
    old: str | None,
) -> int:
    """Find out what DIR is, show it, and write its Dockerfile and .dockerignore.

    What you say is kept in dockgen.yaml. A Dockerfile that dockgen did not write stays; its own is written beside it.

    Nothing is asked without a terminal, or where the variable CI is set: it ends with 3 then, unless --yes says that
    the defaults will do. DOCKGEN_PLAIN=1 or ACCESSIBLE=1 asks by numbered lines, as --plain does.
    """
    if as_json and not yes and not dry_run:
        raise InputError("--json: there is nobody who could answer", hint="dockgen init --yes --json")
    asks = not yes and not dry_run
    if asks and (no_input or not prompts.can_ask()):
        why = "--no-input was given" if no_input else "not a terminal, so nothing can be asked"
        raise UndecidedError(why, hint="dockgen init --yes, or dockgen generate")
    if told := age.note(age.today()):
        console.err(told)
    host, imports = Project(directory, old), imports or old is not None
    asked = Asked(request=options.recalled(flags), apps=apps, every=every)
    outcome = (
        flow.run(host, prompts.prompter(plain=plain), asked, imports=imports)
        if asks
        else _unasked(host, asked, force=force, imports=imports)
    )
    if outcome is None:
        console.out("Nothing was written.")
        return int(ExitCode.OK)
    for each in outcome.found if not asks else ():  # the wizard shows them before it asks
        console.warnings(each)
    console.unpinned(outcome.found[0].root, outcome.changes)
    if dry_run and not as_json:
        console.differences(outcome.changes)
    if not force and not asks:
        changes.require_consent(outcome.changes)
    kept = writer.apply(Path(outcome.found[0].root), outcome.changes) if not dry_run else ()
    if as_json:
        _print_json(outcome, directory, kept, every=every or len(apps) > 1, dry_run=dry_run)
    elif not dry_run:
        _close(outcome, directory, kept, asked=asks)
    return int(ExitCode.DIFFERENT if outcome.conflicts else ExitCode.OK)


def _unasked(host: Project, asked: Asked, *, force: bool, imports: bool) -> Outcome:
    """What is written without a question: what was found; beside what others wrote, unless FORCE is true."""
    for each in (found := host.look(asked)):
        console.err(console.fitted([each], sys.stderr) + "\n")
    if imports:
        asked = flow.imported(host, asked, found, console.err)
    ready = host.ready(asked)
    if force:
        return files.outcome(ready, is_replacing=True)
    if left_out := files.without(ready):  # they were asked for, so they are not left out in silence
        name, path = next(iter(left_out.items()))
        what = f"{path} exists and was not written by dockgen; nothing was written"
        raise RefusedError(what, hint=f"--force replaces it and keeps it as {path}.orig; or do without {name}")
    if any(change.kind == "foreign" for change in ready.changes):
        ready = host.ready(files.beside(asked, ready))
    if refused := next((merge.refused for merge in ready.merges.values() if merge.refused), None):
        raise refused
    outcome = files.outcome(ready, is_replacing=False)
    if outcome.conflicts:
        name = next(change.path for change in ready.changes if change.kind == "edited")
        what = f"{name} was edited, and {outcome.conflicts} of the edits meet changes; nothing was written"
        raise RefusedError(what, hint="dockgen update marks them in the file; --force replaces it, kept as .orig")
    return outcome


def _print_json(outcome: Outcome, directory: str, kept: Sequence[str], *, every: bool, dry_run: bool) -> None:
    from dockgen.cli import results

    each = list(files.pairs(outcome.found, outcome.changes))
    theirs = {change.path for _, its in each for change in its}
    rest = [change for change in outcome.changes if change.path not in theirs]
    each[0] = (each[0][0], [*each[0][1], *rest])
    console.data(results.data(each, directory, kept, every=every, dry_run=dry_run))


def _close(outcome: Outcome, directory: str, kept: Sequence[str], *, asked: bool) -> None:
    """Say what was written, and what to run next."""
    console.note(console.written(outcome.changes, kept))
    if outcome.conflicts:
        console.out("\nResolve what stands between <<<<<<< and >>>>>>>.")
    console.note("\nNext:")
    console.note(console.next_steps(outcome.found, directory))
    if asked:
        console.note("\nThe same again, without questions:")
        console.note(f"  {outcome.again}")
        console.note(f"\nWhy it is so:\n  {outcome.why}")
