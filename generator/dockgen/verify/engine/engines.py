"""Find an engine on this machine, and say how each is told to build, run and save."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.records import dataclass
from dockgen.verify.engine import process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import IO

    from dockgen.verify.engine.process import Done

TIMEOUT = 30.0  # seconds in which an engine must say that it is there
HOST, BRIDGE = "host", "bridge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An engine's NAME and how it is spoken to: what it BUILDS with, and what `top` is asked for (its last column)."""

    name: str
    asks: tuple[str, ...] = ("info",)  # whether it is there
    build: tuple[str, ...] = ("build", "--progress", "plain")
    runs: bool = True
    buildah: bool = False  # it builds as Buildah does
    top: tuple[str, ...] = ("-eo", "pid,uid")


# In the order in which they are looked for.
KINDS = (
    Kind(name="docker", build=("build", "--progress", "plain", "--load")),  # whichever builder is in use
    Kind(name="podman", build=("build", "--format", "docker"), buildah=True, top=("user",)),
    Kind(name="nerdctl"),
    Kind(
        name="buildah", asks=("version",), build=("build", "--format", "docker", "--layers"), runs=False, buildah=True
    ),
)
NAMES = tuple(kind.name for kind in KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """An engine that answers: its KIND, the PROGRAM that is called, and its NETWORK, bridge or host."""

    kind: Kind
    program: str
    network: str

    @property
    def name(self) -> str:
        """Its name."""
        return self.kind.name

    def words(self, *args: str) -> list[str]:
        """The argv that tells it ARGS."""
        return [self.program, *args]

    def build(self, tag: str, dockerfile: str, ignore: str, context: str, options: Sequence[str]) -> list[str]:
        """The argv that builds CONTEXT; IGNORE is the file of patterns, "" where the engine finds it by itself."""
        network = ("--network", "host") if self.network == HOST else ()
        patterns = ("--ignorefile", ignore) if ignore and self.kind.buildah else ()
        return self.words(*self.kind.build, *network, "-t", tag, *options, *patterns, "-f", dockerfile, context)

    def ask(self, *args: str, timeout: float = process.PATIENCE) -> Done:
        """Tell it ARGS and wait for what it says."""
        return process.run(self.words(*args), timeout=timeout)

    def make(self, *args: str) -> Done:
        """Tell it ARGS, which make something that has to be removed again."""
        return process.run(self.words(*args), unbroken=True)

    @contextlib.contextmanager
    def saved(self, tag: str, folder: Path) -> Iterator[IO[bytes]]:
        """The archive of the image TAG as a stream; FOLDER is for an engine that can only write a file."""
        if not self.kind.runs:
            file = folder / "image.tar"
            done = self.ask("push", tag, f"docker-archive:{file}")
            if done.code:
                raise InputError(f"{self.name} cannot save the image: {done.said[-400:]}")
            try:
                with file.open("rb") as stream:
                    yield stream
            finally:
                file.unlink()
            return
        form = ("--format", "docker-archive") if self.kind.buildah else ()
        with process.output(self.words("save", *form, tag)) as stream:
            yield stream


def find(wanted: str = "") -> Engine:
    """The engine called WANTED, or the first that answers. InputError if there is none."""
    kinds = [kind for kind in KINDS if wanted in ("", kind.name)]
    silent = []
    for kind in kinds:
        program = shutil.which(kind.name)
        if not program:
            continue
        done = process.run([program, *kind.asks], timeout=TIMEOUT)
        if done.code == 0:
            is_podman = kind.name == "docker" and "buildahVersion" in done.out  # the package podman-docker
            found = KINDS[1] if is_podman else kind
            return Engine(kind=found, program=program, network=_network(found, program))
        last = next((line for line in reversed(done.said.splitlines()) if line.strip()), "it says nothing")
        silent.append(f"{kind.name}: {last.strip()[:200]}")
    told = "".join(f"\n  {line}" for line in silent)
    if wanted:
        what = f"{wanted} does not answer{told}" if silent else f"there is no {wanted} on this machine"
    else:
        what = f"no engine answers that could build and run the image{told}"
    raise InputError(what, hint=f"start one of {', '.join(k.name for k in kinds)}, or install it" if kinds else None)


def _network(kind: Kind, program: str) -> str:
    """Whether a container gets a network of its own if none is named: Podman's does always, others need `bridge`."""
    if not kind.runs or kind.buildah:
        return BRIDGE
    done = process.run([program, "network", "ls", "--format", "{{.Name}}"], timeout=TIMEOUT)
    return HOST if done.code == 0 and BRIDGE not in done.out.split() else BRIDGE
