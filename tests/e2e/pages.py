"""Runs the pages of docs/how-to on an engine: what their `console` and `bash` blocks say, as a reader would type it.

As a program it is the `docker` of those pages: the engine of the tests, and what this machine has instead of an internet.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import engine
import registry
from helpers import ROOT, environment
from test_docs import shown_as, steps, without_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
# Scanners here reach no database; what needs none works without asking for it.
OFFLINE = {
    f"TRIVY_{name}": "true"
    for name in ("QUIET", "OFFLINE_SCAN", "SKIP_DB_UPDATE", "SKIP_CHECK_UPDATE", "SKIP_VERSION_CHECK")
}
NO_PROXY = {"no_proxy": "localhost", "NO_PROXY": "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A block that was run, as it stands on the page, and what it printed to stdout."""

    block: str
    out: str


@dataclass(slots=True, kw_only=True)
class Page:
    """A page to run in FOLDER, in ENV, with other NAMES for its examples; images that it builds have the label OWN."""

    name: str
    own: str
    folder: Path
    names: dict[str, str]
    env: dict[str, str]
    said: list[Said] = field(default_factory=list)

    def run(self, wanted: Callable[[str], bool] = lambda _block: True) -> None:
        """Run the wanted blocks in their order, each followed by `text` with what it must print."""
        for found in BLOCK.finditer((ROOT / f"docs/how-to/{self.name}.md").read_text(encoding="utf-8")):
            language, block, shown = found.groups()
            if language not in {"console", "bash"} or not wanted(block):
                continue
            if language == "console":
                for command, lines in steps(found.group(0) + "\n"):  # tests/test_docs.py has compared what they print
                    self.shell(command, fails=any(line.startswith("error:") for line in lines))
            else:
                self._run(block, shown.splitlines() if shown else [])

    def out(self, part: str) -> str:
        """What the one block printed that has PART in it."""
        (only,) = [said.out for said in self.said if part in said.block]
        return only

    def shell(self, script: str, *, fails: bool = False) -> str:
        """Run a script as the page's reader could, in the shell of the blocks before; what it printed to stdout."""
        state = self.folder / "state"
        state.touch()
        whole = f'set -a\n. {state}\ncd "${{PWD:-.}}"\n{self.named(script).rstrip()}\nexport -p > {state}\n'
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", whole],
            cwd=self.folder / "work",
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert bool(done.returncode) is fails, f"{script}\n{done.stdout[-6000:]}{done.stderr[-6000:]}"
        assert "Traceback" not in done.stderr
        return done.stdout

    def _run(self, block: str, shown: list[str]) -> None:
        out = self.shell(block)
        self.said.append(Said(block=block, out=out))
        expected = [line for line in map(self.named, shown) if not line.startswith("warning: ")]
        if shown:
            assert shown_as(expected).fullmatch(without_warnings(out).rstrip("\n") + "\n"), f"{block}\n{out}"

    def named(self, text: str) -> str:
        """A text of the page with this run's names."""
        for name, instead in self.names.items():
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w])", instead, text)
        return text


def page(name: str, folder: Path, *examples: str) -> Page:
    """The page NAME, whose EXAMPLES (an app, an image, a container) get names of this run's own."""
    (folder / "bin").mkdir()
    (folder / "work").mkdir()
    own = f"{engine.PREFIX}-{uuid.uuid4().hex[:6]}"
    ours = environment({})
    day = ours.pop("SOURCE_DATE_EPOCH")  # it is for dockgen, and would date the images
    python = ["env", f"PYTHONPATH={HERE}:{ROOT / 'tests'}", sys.executable]
    programs = {
        "dockgen": ["env", f"SOURCE_DATE_EPOCH={day}", sys.executable, "-m", "dockgen"],
        "docker": [*python, str(HERE / "pages.py"), own],
    }
    for program, argv in programs.items():
        (folder / "bin" / program).write_text(f'#!/bin/sh\nexec {shlex.join(argv)} "$@"\n')
        (folder / "bin" / program).chmod(0o755)
    judges = [str(found) for found in sorted((ROOT / ".judges").glob("*/bin")) if (found / found.parent.name).exists()]
    path = ":".join([str(folder / "bin"), os.environ["PATH"], *judges])
    env = OFFLINE | NO_PROXY | {"PATH": path, "REAL_PATH": os.environ["PATH"]}
    named = {example: f"{own}-{example}" for example in examples}
    return Page(name=name, own=own, folder=folder, names=named, env=ours | env)


@contextlib.contextmanager
def registries(page: Page, folder: Path) -> Iterator[None]:
    """Two registries with their data in FOLDER answer for those of the page; clients have a home, and logins, of their own."""
    home = page.folder / "home"
    page.env |= {"HOME": str(home), "DOCKER_CONFIG": str(home / ".docker"), "REGISTRY_TOKEN": "only-a-test"}
    page.env |= {"COSIGN_PASSWORD": "only-a-test", "TRIVY_CACHE_DIR": str(page.folder / "trivy")}
    (home / ".docker").mkdir(parents=True)
    plugins = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "cli-plugins"
    if plugins.is_dir():
        (home / ".docker/cli-plugins").symlink_to(plugins)
    (home / ".config/containers").mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        for name in ("registry.example.com", "mirror.example.com"):
            (folder / name).mkdir()
            served = stack.enter_context(registry.serve(folder / name))
            page.names[name] = served.host.replace("127.0.0.1", "localhost")
            with (home / ".config/containers/registries.conf").open("a") as conf:  # skopeo's: this one has no TLS
                conf.write(f'[[registry]]\nlocation = "{page.names[name]}"\ninsecure = true\n')
        yield


def clean(page: Page) -> None:
    """Remove the containers, volumes and images of the page."""
    for own in page.names.values():
        for kind, listing in (
            ("rm", ("ps", "--all", "--format", "{{.Names}}")),
            ("volume", ("volume", "ls", "--format", "{{.Name}}")),
            ("image", ("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")),
        ):
            found = [name for name in engine.docker(*listing).split() if own in name and "<none>" not in name]
            if found:
                engine.docker(*((kind,) if kind == "rm" else (kind, "rm")), "--force", *found)
    engine.docker("image", "prune", "--force", "--filter", f"label={page.own}")  # those that lost their name


def main() -> int:
    """Run `docker ARGUMENTS` of a page for OWN, whose images have its label; how it ended."""
    own, *words = sys.argv[1:]
    os.environ["PATH"] = os.environ["REAL_PATH"]
    if words[:1] == ["build"] or words[:2] == ["buildx", "build"]:
        return _build(own, words)
    if words[:2] == ["buildx", "bake"]:  # no base image is there for a second platform, and none of a scanner
        words += ["--set", "*.platform=linux/amd64", "--sbom=false"]
    if words[0] in {"run", "create"}:
        if "--network" not in words:  # `dockgen verify` has seen that there is no other
            words[1:1] = engine.HOST_NETWORK
        if not engine.INIT:
            words = [word for word in words if word != "--init"]
    if "prune" in words and "image" in words:
        words += ["--filter", f"label={own}"]  # images of others on this machine are not ours to remove
    return subprocess.call(["docker", *words])


def _build(own: str, words: list[str]) -> int:
    """Build with this engine's network and base images."""
    at = words.index("build") + 1
    *options, context = words[at:]
    if engine.TOOL.exists():
        options = [word for word in options if word != "--pull"]  # no registry has its base images
    file = next((options[i + 1] for i, word in enumerate(options) if word in {"-f", "--file"}), f"{context}/Dockerfile")
    if "--builder" in options or "BUILDX_BUILDER" in os.environ:  # another machine's
        return subprocess.call(["docker", *words])
    with engine.scratch() as folder:
        text = Path(file).read_text(encoding="utf-8")
        copy = Path(file) if re.search(r"^FROM scratch\s", text) else engine.buildable(Path(file), folder)
        given = [*engine.HOST_NETWORK, "--label", own, *options, "--file", str(copy)]
        return subprocess.call(["docker", *words[:at], *given, context])


if __name__ == "__main__":
    sys.exit(main())
