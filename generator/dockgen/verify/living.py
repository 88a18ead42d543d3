"""The life of a container: started hardened, asked, looked at, stopped; what held and what did not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.verify import checks, images, judging, listening, origin
from dockgen.verify.container import STATE_PAUSE, Container, State
from dockgen.verify.engine import engines, probe
from dockgen.verify.results import FAILED, Check, Failure, Listening
from dockgen.verify.subject import CLI, JOB, WEB, WORKER
from dockgen.verify.task import require_free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.verify.layers import Image
    from dockgen.verify.task import Work

HARDENED = ("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges")  # noqa: S108
SO = "read-only, without capabilities, as the image's user"  # it starts
GRACE = 10  # seconds that an app has to stop
QUIET = 10.0  # seconds in which a worker should have printed something
SICK = 15.0  # seconds in which errors of a server (500 and above) may stop: it may still be starting
PAUSE = 0.2
KILLED = 137
NOT_STARTED = range(125, 128)  # the exit codes by which `run` says that there was no process
_USAGE = re.compile(r"(?im)^\s*(?:usage|options|commands|available commands|arguments)\b|--help\b")


@dataclass(slots=True)
class Life:
    """What was found so far, and the first failure."""

    checks: list[Check] = field(default_factory=list)
    failure: Failure | None = None

    def fail(self, name: str, said: str, failure: Failure) -> None:
        """A check does not hold, for this reason."""
        lines = failure.log.splitlines()[-30:]
        self.checks.append(checks.failed(name, said, detail="\n".join(lines)))
        self.failure = self.failure or failure


def live(work: Work, tag: str, image: Image) -> Life:
    """Run the image TAG and say what holds of it."""
    life = Life()
    if not work.engine.kind.runs:
        told = f"{work.engine.name} builds and does not run"
        life.checks += [checks.skipped(name, told) for name in ("starts", "answers", "healthy", "stops")]
        life.checks.append(judging.user(image, None))
        return life
    kind, port = images.kind_of(work.subject, image), images.port_of(work.subject, image)
    container = _start(work, tag, image, kind, port, life)
    if container is None:
        life.checks.append(judging.user(image, None))
        return life
    if kind == CLI:
        _help(work, container, life)
    elif kind == WEB and port:
        _serve(work, container, port, life)
    else:
        _work(work, container, kind, life)
    _look(container, image, life)
    _healthy(work, container, image, life)
    _stop(work, container, life)
    return life


def _start(work: Work, tag: str, image: Image, kind: str, port: int | None, life: Life) -> Container | None:
    """The container, once it was started; None if there is no process."""
    subject, engine = work.subject, work.engine
    work.watch("starting", "")
    name, options = work.made.container()
    network: tuple[str, ...] = ()
    if engine.network == engines.HOST:
        network = ("--network", "host")
        require_free(engine, port)
    elif port:
        network = ("--publish", f"{probe.HERE}::{port}")
    before = probe.listeners() if engine.network == engines.HOST else None
    arguments = images.help_of(image) if kind == CLI else ()
    done = engine.make("run", "--detach", *options, *HARDENED, *network, *subject.run_args, tag, *arguments)
    if done.code:
        said = done.said.splitlines()
        what = next((line for line in said if "error" in line.lower()), said[-1] if said else "")
        life.fail("starts", what.strip()[:300], Failure(step="start", log=done.said, exit_code=done.code))
        return None
    outside = port
    if port and engine.network != engines.HOST:
        told = re.search(r":(\d+)\s*$", engine.ask("port", name, f"{port}/tcp").out, re.MULTILINE)
        outside = int(told[1]) if told else None
    return Container(engine=engine, name=name, port=outside, before=before)


def _serve(work: Work, container: Container, port: int, life: Life) -> None:
    """Ask an app on its port until it answers."""
    subject = work.subject
    begin = probe.now()
    work.watch("asking", f"port {port}, {subject.path}")
    if container.port is None and not container.ended():
        life.checks.append(checks.passed("starts", SO))
        life.fail("answers", f"the engine publishes no port {port}", Failure(step="answer", log=container.log()))
        return
    answer, state = _asked(work, container)
    seconds = probe.now() - begin
    if state:
        _ended(container, state, life, "before it answered")
        return
    life.checks.append(checks.passed("starts", SO))
    status = answer.status if answer else None
    found = _listening(work, container) if answer is None or container.before is not None else None
    fault = listening.fault(found, port)
    if answer and (status is None or status < 500) and not (fault and found and _only_inside(found, port)):
        said = f"GET {subject.path} on port {port}: {status}" if status else f"port {port}: {answer.said}"
        life.checks.append(checks.passed("answers", f"{said}, after {seconds:.1f} s", seconds=seconds))
        return
    if status and status >= 500:
        said = f"GET {subject.path} on port {port}: {status}"
    else:
        said = fault or f"no answer on port {port} within {work.timeout:.0f} s"
    failure = Failure(step="answer", log=container.log(), listening=found)
    life.fail("answers", said, failure)


def _only_inside(found: tuple[Listening, ...], port: int) -> bool:
    """True if PORT is listened on, and only by addresses that the container alone reaches."""
    here = [each for each in found if each.port == port]
    return bool(here) and all(listening.is_loopback(each.address) for each in here)


def _asked(work: Work, container: Container) -> tuple[probe.Answer | None, State | None]:
    """The answer of the app, or None if there is none in time; and how the container ended, if it did."""
    if container.port is None:
        return None, container.ended()
    end = probe.now() + work.timeout
    answer: probe.Answer | None = None
    sick_until = 0.0
    while (left := end - probe.now()) > 0:
        answer = probe.ask(container.port, work.subject.path, min(10.0, max(1.0, left)))
        if answer and (answer.status is None or answer.status < 500):
            return answer, None
        if answer:
            sick_until = sick_until or probe.now() + SICK
            if probe.now() > sick_until:
                return answer, None
        if not container.state().running:
            return None, container.last
        probe.pause(PAUSE)
    return answer, None


def _listening(work: Work, container: Container) -> tuple[Listening, ...] | None:
    """What the container listens on; None where that cannot be told."""
    if container.before is not None:
        now = probe.listeners()
        return tuple(sorted(now - container.before, key=lambda e: (e.port, e.address))) if now is not None else None
    if work.engine.network == engines.HOST:
        return None
    for tag in _with_cat(work):
        _, options = work.made.container()
        network = ("--network", f"container:{container.name}", "--pull", "never")
        done = work.engine.make("run", *options, *network, "--entrypoint", "cat", tag, *listening.TABLES)
        if "local_address" in done.out:
            return listening.read(done.out)
    return None


def _with_cat(work: Work) -> Iterator[str]:
    """Images that may have `cat`: the one that was built, then those that its stages stand on."""
    yield work.made.images[0]
    yield from dict.fromkeys(
        stage.image for stage in origin.stages(work.subject.text) if ":" in stage.image and "$" not in stage.image
    )


def _help(work: Work, container: Container, life: Life) -> None:
    """Wait for a command that was asked for help."""
    work.watch("asking for help", "")
    state = _wait(container, work.timeout)
    log = container.log()
    if state is None:
        life.checks.append(checks.passed("starts", SO))
        life.fail("answers", f"--help: it still runs after {work.timeout:.0f} s", Failure(step="answer", log=log))
        return
    if state.code in NOT_STARTED:
        _ended(container, state, life, "for --help")
        return
    life.checks.append(checks.passed("starts", SO))
    if state.code == 0 or _USAGE.search(log):
        lines = len(log.splitlines())
        life.checks.append(checks.passed("answers", f"--help: {lines} lines, exit code {state.code}"))
    else:
        life.fail("answers", f"--help: exit code {state.code}", Failure(step="answer", log=log, exit_code=state.code))


def _wait(container: Container, seconds: float) -> State | None:
    """How the container ended; None if it runs after so many SECONDS."""
    end = probe.now() + seconds
    while not (state := container.ended()) and probe.now() < end:
        probe.pause(PAUSE)
    return state


def _work(work: Work, container: Container, kind: str, life: Life) -> None:
    """Wait until a worker or a job has printed something, or has ended."""
    work.watch("waiting for a line of its log", "")
    end = probe.now() + (work.timeout if kind == JOB else min(QUIET, work.timeout))
    log = ""
    while probe.now() < end and container.state().running and not (log and kind == WORKER):
        probe.pause(STATE_PAUSE)
        log = container.log()
    state = container.ended() or _wait(container, 1.0)  # what ends at once prints its error first
    if state and state.code:
        _ended(container, state, life, "")
        return
    log = log or container.log()
    life.checks.append(checks.passed("starts", SO))
    lines = len(log.splitlines())
    if state:
        life.checks.append(checks.passed("answers", f"it did its work and ended with exit code 0, {lines} lines"))
    elif log:
        life.checks.append(checks.passed("answers", f"it runs, and has printed {lines} lines"))
    else:
        life.checks.append(checks.skipped("answers", "it runs, and has printed nothing that would say what it does"))


def _ended(container: Container, state: State, life: Life, when: str) -> None:
    said = " ".join(filter(None, ("it ended by itself", when, f"with exit code {state.code}")))
    failure = Failure(step="start", log=container.log(), exit_code=state.code)
    life.fail("starts", said, failure)


def _look(container: Container, image: Image, life: Life) -> None:
    """The user of the process, while there is one."""
    process: str | None = None
    if not container.ended():
        lines = container.engine.ask("top", container.name, *container.engine.kind.top).out.splitlines()
        process = lines[1].split()[-1] if len(lines) > 1 and lines[1].split() else None
    life.checks.append(judging.user(image, process))


def _healthy(work: Work, container: Container, image: Image, life: Life) -> None:
    """Wait for the image's own check."""
    if not images.has_health_check(image):
        life.checks.append(checks.skipped("healthy", "the image has no HEALTHCHECK"))
        return
    if container.ended():
        life.checks.append(checks.skipped("healthy", "it does not run any more"))
        return
    if any(check.name == "answers" and check.status == FAILED for check in life.checks):
        life.checks.append(checks.skipped("healthy", "it does not answer"))
        return
    work.watch("waiting for the health check", "")
    begin = probe.now()
    said = ""
    while probe.now() - begin < work.timeout and said not in ("healthy", "unhealthy"):
        said = _health(container)
        if container.ended():
            break
        probe.pause(PAUSE)
    seconds = probe.now() - begin
    if said == "healthy":
        life.checks.append(checks.passed("healthy", f"healthy, {seconds:.1f} s after it answered", seconds=seconds))
        return
    shown = container.told("{{range .State.Health.Log}}{{println .ExitCode .Output}}{{end}}")
    log = "\n".join(filter(None, (shown, container.log())))
    life.fail("healthy", f"still {said or 'unknown'} after {seconds:.0f} s", Failure(step="health", log=log))


def _health(container: Container) -> str:
    """healthy, unhealthy, starting or ""."""
    if container.engine.kind.buildah:  # Podman checks by a timer of systemd's, which may not be there
        return "healthy" if container.engine.ask("healthcheck", "run", container.name).code == 0 else "starting"
    return container.told("{{.State.Health.Status}}")


def _stop(work: Work, container: Container, life: Life) -> None:
    """Ask it to end, and take the time."""
    if container.ended():
        life.checks.append(checks.skipped("stops", "it ended by itself"))
        return
    work.watch("stopping", "")
    begin = probe.now()
    container.engine.ask("stop", "--time", str(GRACE), container.name, timeout=GRACE + 60)
    seconds = probe.now() - begin
    state = container.ended()
    code = state.code if state else -1
    if state and code != KILLED and seconds < GRACE:
        said = f"exit code {code} after {seconds:.1f} s"
        life.checks.append(checks.passed("stops", said, seconds=seconds))
        return
    failure = Failure(step="stop", log=container.log(), exit_code=code)
    life.fail("stops", f"it did not end within {GRACE} s, and was killed (exit code {code})", failure)
