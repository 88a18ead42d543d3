"""What of an old file ours would not carry over, each with the nearest way to have it."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from dockgen.importing import case as cases
from dockgen.importing import packaging, proposing, starts, volumes
from dockgen.importing.model import Note
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.importing.case import Case
    from dockgen.importing.model import Imported, Package, Start
    from dockgen.work import Found

# Where instructions of one's own go: before this block of the stage that builds, and of the image that ships.
BUILD_SLOTS: Mapping[str, str] = {
    "python": "before_build_install", "go": "before_build_compile", "node": "before_step_run",
    "static": "before_build_site",
}  # fmt: skip
IMAGE_SLOT = "before_user"


def find(imported: Imported, found: Found | None) -> tuple[Note, ...]:
    """What IMPORTED does and the image that is FOUND would not, in the order of its lines."""
    case = cases.of(imported, found)
    notes = [
        *_others(case), *_start(case), *_probe(case), *_values(case), *_packages(case), *_copies(case), *_volumes(case),
        *_rest(case), *imported.secrets, *imported.script,
    ]  # fmt: skip
    return tuple(sorted(dict.fromkeys(notes), key=lambda note: (note.path, note.line)))


def _others(case: Case) -> Iterator[Note]:
    build = BUILD_SLOTS.get(case.stack, "")
    for other in case.old.others:
        slot = IMAGE_SLOT if other.ships else build
        way = other.way or (f"--set extra.{slot}='…'" if slot else "a template of yours")
        yield Note(line=other.line, what=other.what, way=way)


def _start(case: Case) -> Iterator[Note]:
    start = case.old.start
    if start is None:
        return
    if starts.runs_several(start):
        way = "one image for each: --set start=… and a container each"
        yield Note(line=start.line, what=f"{start.argv[0]} runs several programs in one container", way=way)
    if start.wrapper and not case.is_static:
        yield _wrapper(case, start)
    if case.is_static and not starts.serves_files(start) and (start.argv or start.script):
        what = f"a server of its own: {one_line(starts.text(start), 70)}; ours sends files out by nginx"
        yield Note(line=start.line, what=what, way="--set kind=web and start=…, if it is more than files")


def _wrapper(case: Case, start: Start) -> Note:
    """The script before the app, which could not be read, or of which it is not certain what it ends in."""
    path = start.script_at or posixpath.basename(start.wrapper)
    what = f"the script {one_line(start.wrapper, 60)} runs before the app"
    if case.found and case.found.plan.runtime.system == "none":
        way = "our image has no shell: see what it does, and let the program do it"
    elif start.script_at:
        way = f"see what it does; if it is needed: --set {shlex.quote(f'start={starts.by_script(start)}')}"
    else:
        way = f"see what it does; if it is needed: --set start='sh {path} …', with its path in the project"
    return Note(line=start.line, what=what, way=way)


def _probe(case: Case) -> Iterator[Note]:
    probe = case.old.probe
    if probe and probe.command and _asks_itself(case, probe.command):
        return
    if probe and probe.command and not any(p and p.key == "health" for p in proposing.health(case)):
        what = f"HEALTHCHECK runs {one_line(probe.command, 70)}"
        yield Note(line=probe.line, what=what, way="--set health=/PATH, or the block health of the templates")
    elif probe and probe.asks and case.found and not case.found.plan.runtime.port:
        way = f"--set kind=web, port={probe.port or '…'} and health={one_line(probe.asks, 60)}, if it does"
        what = f"HEALTHCHECK asks for {one_line(probe.asks, 60)}: nothing was found that listens"
        yield Note(line=probe.line, what=what, way=way)
    elif probe and probe.asks and case.stack == "go" and case.found and not case.found.plan.runtime.health:
        way = "--set health='PROGRAM COMMAND', if the program can ask itself"
        yield Note(line=probe.line, what=f"HEALTHCHECK asks for {probe.asks}: nothing in our image can ask", way=way)


def _asks_itself(case: Case, command: str) -> bool:
    """True if COMMAND is what our health check runs already: the program with the same words."""
    ours, words = case.choices.get("health"), command.split()
    own = ours.value.split() if ours else []
    is_same = len(own) > 1 and own[1:] == words[1:]
    return is_same and posixpath.basename(own[0]) == posixpath.basename(words[0])


def _values(case: Case) -> Iterator[Note]:
    for kind, group in (("ENV", case.old.env), ("LABEL", case.old.labels)):
        for name, said in group.items():
            if not said.is_known:
                way = f"--set {kind.lower()}.{one_line(name, 40)}=…"
                way = f"docker build --label {one_line(name, 60)}=…" if kind == "LABEL" else way
                what = f"{kind} {one_line(name, 60)} depends on what the build is given"
                yield Note(line=said.line, what=what, way=way)


def _packages(case: Case) -> Iterator[Note]:
    lines: dict[int, list[Package]] = {}
    for package in packaging.unmapped(case):
        lines.setdefault(package.line, []).append(package)
    for line, found in lines.items():
        names = ", ".join(p.name for p in found)
        what = f"packages of {found[0].tool} whose names on our system are not known: {one_line(names, 100)}"
        key = "apt.run" if any(p.ships for p in found) else "apt.build"
        yield Note(line=line, what=what, way=f"--set {key}=+NAME")


def _copies(case: Case) -> Iterator[Note]:
    """What a program of Go is given beside it, and that ours would not copy."""
    old, found = case.old, case.found
    if not found or case.stack != "go":
        return
    program = posixpath.basename(old.start.argv[0]) if old.start and old.start.argv else found.plan.about.name
    ours = {posixpath.basename(s.rstrip("/")) for s in found.plan.sources} | {program, found.plan.about.name}
    ours |= {posixpath.basename(old.start.script_at)} if old.start else set()  # it is told what that does
    for said in old.copied:
        name = posixpath.basename(said.value.rstrip("/*"))
        is_system = said.value.startswith(("/etc/", "/usr/share/zoneinfo", "/usr/local/go/lib/time"))
        if name and name != "." and name not in ours and not is_system:
            what = f"COPY {one_line(said.value, 60)}: a file beside the program that ours does not have"
            yield Note(line=said.line, what=what, way=f"--set extra.{IMAGE_SLOT}='COPY …'")


def _volumes(case: Case) -> Iterator[Note]:
    taken = "".join(p.value for p in volumes.propose(case) if p)
    for said in volumes.missing(case):
        if f"VOLUME {said.value}" not in taken.split("\n"):
            path = one_line(said.value, 60)
            yield Note(line=said.line, what=f"VOLUME {path}", way=f"--set extra.after_user='VOLUME {path}'")


def _rest(case: Case) -> Iterator[Note]:
    old, found = case.old, case.found
    base = old.bases[0]
    if not base.is_common:
        ours = f"ours stands on {found.plan.runtime.image}" if found else "ours stands on none such"
        way = "the block base of the templates: docs/how-to/override-a-block.md"
        yield Note(line=base.line, what=f"FROM {base.image}: {ours}", way=way)
    if found and old.stop_signal and old.stop_signal.is_known:
        ours = found.plan.runtime.stop_signal or "SIGTERM"
        signal = one_line(old.stop_signal.value, 20)
        if signal not in (ours, ours.removeprefix("SIG")):
            way = f"--set extra.after_stop='STOPSIGNAL {signal}'"
            yield Note(line=old.stop_signal.line, what=f"STOPSIGNAL {signal}; ours is {ours}", way=way)
    if found and old.workdirs and old.workdir != found.plan.runtime.workdir and not case.is_static:
        ours = found.plan.runtime.workdir
        what = f"WORKDIR {one_line(old.workdir, 60)}; ours is {ours}"
        yield Note(line=old.workdirs[-1].line, what=what, way="change what mounts or names that folder")
    for said in old.stages_left:
        way = "--set dev=yes gives a target dev" if "dev" in said.value else "a template of yours"
        yield Note(line=said.line, what=f"the stage {one_line(said.value, 40)}, which the image does not need", way=way)
