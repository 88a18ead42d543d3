"""Verify one image, once: build it, look into it, run it hardened, stop it, build it again, remove all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import signals
from dockgen.errors import InputError
from dockgen.records import dataclass
from dockgen.values import one_line
from dockgen.verify import checks, judging, layers, living, origin, rebuilding
from dockgen.verify.buildlog import Log
from dockgen.verify.engine import probe, process, scratch
from dockgen.verify.report import Report
from dockgen.verify.results import FAILED, Failure
from dockgen.verify.task import Work, require_free

if TYPE_CHECKING:
    from dockgen.verify.engine.engines import Engine
    from dockgen.verify.layers import Image
    from dockgen.verify.results import Check
    from dockgen.verify.subject import Subject
    from dockgen.verify.task import Watch

_FLAGS = re.compile(r"--(?:mount|network|security)=\S+\s+")  # of RUN, before its command


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the files of a build lie: the Dockerfile, its ignore file ("" where the engine finds it), the context."""

    dockerfile: str
    ignore: str
    context: str


def verify(subject: Subject, engine: Engine, watch: Watch, *, timeout: float = 60.0, keep: str = "") -> Report:
    """Verify SUBJECT on ENGINE once; WATCH is told what is being done.

    TIMEOUT are the seconds in which an app has to answer, and to be healthy; KEEP is a name for the image to stay.
    RefusedError if the engine has only the host's network, and the app's port is taken. Whatever was made is gone
    when this returns or raises.
    """
    with signals.alike():
        made = scratch.Scratch(engine)
        try:
            made.begin()
            report = _verified(Work(subject=subject, engine=engine, made=made, watch=watch, timeout=timeout), keep)
        finally:
            made.clear()
    return replace(report, left=made.left)


def _verified(work: Work, keep: str) -> Report:
    subject, engine = work.subject, work.engine
    require_free(engine, subject.port)
    place = _place(work)
    tag = work.made.image()
    built, log = _build(work, place, tag)
    report = Report(
        app=subject.app,
        folder=subject.where,
        dockerfile=subject.dockerfile,
        on_disk=bool(subject.file),
        engine=engine.name,
        network=engine.network,
        checks=(),
    )
    if built.status == FAILED:
        failure, line = _broken(subject, log)
        return replace(report, checks=checks.complete([built], "it was not built"), failure=failure, line=line)
    work.watch("reading the layers", "")
    image = _read(work, tag)
    found, size = judging.judge(image, subject.text, subject.development)
    life = living.live(work, tag, image)
    found += [built, *life.checks, _rebuild(work, place)]
    kept = _keep(work, tag, keep)
    return replace(
        report, checks=checks.complete(found, "it was not asked"), failure=life.failure, size=size, kept=kept
    )


def _place(work: Work) -> Place:
    """The files of the build; a Dockerfile that is not on disk is written for it, beside the context."""
    subject = work.subject
    if subject.file:
        return Place(dockerfile=subject.file, ignore="", context=subject.context)
    file = work.made.folder / "Dockerfile"
    ignore = work.made.folder / "Dockerfile.dockerignore"
    file.write_text(subject.text, encoding="utf-8", errors="surrogateescape")
    ignore.write_text(subject.ignore, encoding="utf-8", errors="surrogateescape")
    return Place(dockerfile=str(file), ignore=str(ignore), context=subject.context)


def _build(work: Work, place: Place, tag: str, phase: str = "building") -> tuple[Check, Log]:
    log, begin = Log(), probe.now()

    def heard(line: str) -> None:
        if said := log.feed(line):
            work.watch(phase, said)

    work.watch(phase, "")
    engine = work.engine
    argv = engine.build(tag, place.dockerfile, place.ignore, place.context, work.subject.build_args)
    code = process.follow(argv, heard)
    seconds = probe.now() - begin
    if code == 0:
        steps = log.steps
        cached = sum(step.cached for step in steps)
        said = f"{len(steps)} steps in {seconds:.1f} s" + (f", {cached} from the cache" if cached else "")
        return checks.passed("builds", said, seconds=seconds), log
    failure, line = _broken(work.subject, log)
    where = f"{work.subject.dockerfile}:{line}: " if line else ""
    said = f"{where}{log.error or f'exit code {code}'}"
    if failure.instruction and failure.exit_code is not None:
        command = one_line(_FLAGS.sub("", failure.instruction), 100)
        said = f"{where}`{command}` ended with exit code {failure.exit_code}"
    return checks.failed("builds", said, detail=_last(log.printed), seconds=seconds), log


def _broken(subject: Subject, log: Log) -> tuple[Failure, int | None]:
    """Why the build failed, and the line of the Dockerfile."""
    step = log.broken
    found = origin.instruction(subject.text, log.line, step.text if step else "")
    line = log.line or (found.first if found else None)
    shown = f"{found.name} {found.value}" if found else step.text if step else ""
    stage = origin.stage_of(subject.text, line) if line else step.stage if step else ""
    return Failure(step="build", log=log.text, exit_code=log.exit_code, instruction=shown, stage=stage), line


def _last(text: str, most: int = 30) -> str:
    """The last lines of TEXT."""
    return "\n".join(text.splitlines()[-most:])


def _read(work: Work, tag: str) -> Image:
    with work.engine.saved(tag, work.made.folder) as stream:
        return layers.read(stream)


def _rebuild(work: Work, place: Place) -> Check:
    """Build a copy of the context in which one file of the source is edited."""
    subject = work.subject
    files = list(scratch.listed(subject.context, subject.ignore.splitlines()))
    paths = rebuilding.candidates(subject, files)
    if not paths:
        return checks.skipped("rebuild", "no file of the build's context is known to be source")
    copy = work.made.folder / "context"
    scratch.copied(subject.context, [*files, *_own_files(work, files)], copy)
    again = replace(place, context=str(copy))
    for path in paths:
        scratch.edit(copy / path, rebuilding.line_for(path, work.made.id))
        check, log = _build(work, again, work.made.image(), "building again after an edit")
        if check.status == FAILED:
            return checks.failed(
                "rebuild", f"after an edit of {path} it does not build: {check.said}", detail=check.detail
            )
        if rebuilding.is_reached(log.steps):
            return rebuilding.judge(subject, path, log.steps, check.seconds or 0.0)
    told = ", ".join(paths)
    return checks.skipped("rebuild", f"no step of the build has to do with {told}")


def _own_files(work: Work, files: list[str]) -> list[str]:
    """The ignore file at the top of the context, which a build reads though it may leave it out itself."""
    name = ".dockerignore"
    return [] if name in files or not scratch.is_file(f"{work.subject.context}/{name}") else [name]


def _keep(work: Work, tag: str, keep: str) -> str:
    if not keep:
        return ""
    done = work.engine.make("tag", tag, keep)
    if done.code:
        raise InputError(f"the image cannot be kept as {keep}: {done.said[-200:]}")
    return keep
