"""`dockgen verify`: build the image, run it, and say what holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dockgen import signals, values
from dockgen.cli import console, options, work
from dockgen.errors import ExitCode, InputError, UndecidedError
from dockgen.verify.engine import engines

if TYPE_CHECKING:
    from dockgen.sources import Request
    from dockgen.verify.report import Report
    from dockgen.verify.subject import Subject
    from dockgen.work import Found

FORMATS = ("text", "json", "junit", "sarif")
TIMEOUT, MAX_TIMEOUT = 60.0, 3600.0  # seconds


@click.command()
@options.looking
@click.option(
    "--engine", type=click.Choice(engines.NAMES), metavar="NAME",
    help="docker, podman, nerdctl or buildah; else the first that answers.",
)  # fmt: skip
@click.option("-e", "--env", "env", multiple=True, metavar="KEY=VALUE", help="A variable of the container.")
@click.option(
    "--timeout", type=float, metavar="SECONDS",
    help=f"How long it may take to answer; {TIMEOUT:.0f} by default.",
)  # fmt: skip
@click.option("--fix", is_flag=True, help="Set what would mend a failure in dockgen.yaml, and try again.")
@click.option("--keep", metavar="NAME", help="Keep the image under this name.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), metavar="NAME", default="text",
    help="What to print: text, json, junit or sarif.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    engine: str | None,
    env: tuple[str, ...],
    timeout: float | None,
    fix: bool,
    keep: str | None,
    form: str,
    as_json: bool,
) -> int:
    """Build the image of DIR, run it hardened, and say what holds of it.

    The exit code is 1 if something does not hold. It takes the Dockerfile that is there, or the one that dockgen would
    write. Docker, Podman and nerdctl are looked for, in this order; Buildah builds only. The container is read-only and
    has no capabilities. Containers, images and copies are removed in the end; the engine keeps its build cache.
    --fix tries three times.
    """
    from dockgen.cli import mending, reports
    from dockgen.cli.subjects import of as subjects_of
    from dockgen.wizard.state import Asked

    if timeout is not None and not 1 <= timeout <= MAX_TIMEOUT:
        raise InputError(f"--timeout {timeout:g}: 1 to {MAX_TIMEOUT:.0f} seconds are possible")
    request = options.recalled(flags)
    subjects = _subjects(directory, request, apps, env, every=every)
    if keep is not None:
        values.image(keep)
        if len(subjects) > 1:
            raise InputError("--keep and several apps: it would hold for each", hint="--app NAME takes one of them")
    with signals.alike():
        found = engines.find(engine or "")

        def verified(subject: Subject, its: Found | None) -> Report:
            report = _verify(subject, found, timeout or TIMEOUT, keep or "", alone=len(subjects) == 1)
            return mending.proposing(report, its) if its else report

        told = []
        for subject, its in subjects:
            if its is None or not fix:
                told.append(verified(subject, its))
                continue
            one = (its.app,) if its.app and (every or len(subjects) > 1) else apps
            asked = Asked(request=request, apps=one)
            told.append(mending.Mender(directory, asked, its, lambda f: verified(subjects_of(f, env), f)).run())
    for report in told:
        for left in report.left:
            console.err(f"warning: something could not be removed: {left}")
    console.out(reports.made(told, "json" if as_json else form, directory))
    return int(ExitCode.DIFFERENT if any(report.failed for report in told) else ExitCode.OK)


def _subjects(
    directory: str, asked: Request, apps: tuple[str, ...], env: tuple[str, ...], *, every: bool
) -> list[tuple[Subject, Found | None]]:
    """What is to be verified, and what is known of each app.

    UndecidedError if there is no app that dockgen knows, and no Dockerfile either.
    """
    from dockgen.cli import subjects

    for pair in env:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--env {pair[:60]}: KEY=VALUE is wanted")
        values.env_name(name)
        values.text(value, f"--env {name}")
    try:
        found = work.look(directory, asked, apps, every=every)
    except UndecidedError:
        foreign = None if apps or every else subjects.unknown(directory, env)
        if foreign is None:
            raise
        return [(foreign, None)]
    return [(subjects.of(each, env), each) for each in found]


def _verify(subject: Subject, engine: engines.Engine, timeout: float, keep: str, *, alone: bool) -> Report:
    from dockgen.cli.progress import Progress
    from dockgen.verify.run import verify

    progress = Progress("" if alone else subject.app)
    if not subject.file:
        console.err(f"note: there is no {subject.dockerfile}; this is the one that dockgen would write")
    try:
        return verify(subject, engine, progress, timeout=timeout, keep=keep)
    finally:
        progress.end()
