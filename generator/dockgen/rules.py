"""Table: why the instructions of a Dockerfile are written as they are, found by what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.lazy import pattern
from dockgen.records import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from dockgen.dockerfile import Instruction

_BUILD = "https://docs.docker.com/build/"
_REFERENCE = "https://docs.docker.com/reference/dockerfile/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One practice: a name for it, the instruction and the words that show it, why it is done, where to read more."""

    name: str
    instruction: str
    words: re.Pattern[str]
    why: str
    link: str


def _rule(name: str, instruction: str, words: str, why: str, link: str) -> Rule:
    return Rule(name=name, instruction=instruction, words=pattern(words), why=why, link=link)


RULES = (
    _rule(
        "tool-image", "FROM", r" AS (?:uv|bun)$",
        "A tool has an image of its own in a FROM line, which update bots read; nothing of it ships.",
        f"{_BUILD}building/multi-stage/",
    ),
    _rule(
        "build-platform", "FROM", r"^--platform=\$BUILDPLATFORM",
        "Runs on the platform that builds, whatever the image is for: the output is the same on all.",
        f"{_BUILD}building/multi-platform/",
    ),
    _rule(
        "multi-stage", "FROM", r" AS (?!runtime$|dev$|uv$|bun$)\S+$",
        "Compilers, caches and development tools stay in the stages that build; they do not ship.",
        f"{_BUILD}building/multi-stage/",
    ),
    _rule(
        "base-image", "FROM", r" AS runtime$",
        "Release and distribution are named, so that neither changes unasked; security fixes still come.",
        f"{_BUILD}building/best-practices/#choose-the-right-base-image",
    ),
    _rule(
        "labels", "LABEL", r"org\.opencontainers\.image\.",
        "What the image is. Version and revision come from whoever builds a release, not from here.",
        "https://github.com/opencontainers/image-spec/blob/main/annotations.md",
    ),
    _rule(
        "cache-mount", "RUN", r"--mount=type=cache",
        "A cache mount keeps downloads from build to build, and is in no layer of the image.",
        f"{_BUILD}cache/optimize/#use-cache-mounts",
    ),
    _rule(
        "bind-mount", "RUN", r"--mount=type=bind,source=",
        "Only manifests are mounted: this step runs again when they change, not when the code does.",
        f"{_BUILD}cache/optimize/#use-bind-mounts",
    ),
    _rule(
        "secret-mount", "RUN", r"--mount=type=(?:secret|ssh)",
        "A secret is there for this step and in no layer; ARG and ENV would show it in the history.",
        f"{_BUILD}building/secrets/",
    ),
    _rule(
        "locked-install", "RUN",
        r"\b(?:npm ci|uv sync --locked|pipenv sync|pdm install --check|go mod download)\b|--(?:frozen-l|immutable)",
        "Exactly what the lock file says is installed, or the build fails.",
        f"{_BUILD}building/best-practices/",
    ),
    _rule(
        "virtual-environment", "RUN", r"\b(?:python -m venv|uv venv|uv sync)\b",
        "One folder has all that is installed: one COPY takes it along, as both stages have one Python.",
        "https://docs.astral.sh/uv/guides/integration/docker/",
    ),
    _rule(
        "go-binary", "RUN", r"\bgo build\b.*-trimpath",
        "-trimpath drops this machine's paths and -s -w debug tables: smaller, and the same each time.",
        "https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies",
    ),
    _rule(
        "static-binary", "ENV", r"\bCGO_ENABLED=0\b",
        "Without C the binary needs no system below it, and compiles for any platform.",
        "https://pkg.go.dev/cmd/cgo",
    ),
    _rule(
        "build-argument", "ARG", r"^(?!TARGET)",
        "An argument has a default that works, or none; it is seen in the history, so never a secret.",
        f"{_BUILD}building/variables/",
    ),
    _rule(
        "system-packages", "RUN", r"\b(?:apt-get install|apk add)\b",
        "One step, no recommended extras. No versions: a pinned one is gone on the day of its fix.",
        f"{_BUILD}building/best-practices/#apt-get",
    ),
    _rule(
        "system-upgrade", "RUN", r"\b(?:apt-get|apk) upgrade\b",
        "Fixes that the base image does not have yet; a fresh base image (--pull) has most of them.",
        f"{_BUILD}building/best-practices/#rebuild-your-images-often",
    ),
    _rule(
        "account", "RUN", r"\b(?:useradd|adduser)\b",
        "No home, no shell, and a number that stays the same, so that owners of volumes stay right.",
        f"{_REFERENCE}#user",
    ),
    _rule(
        "production", "ENV", r"\bNODE_ENV=production\b",
        "Frameworks leave out what only developers need. Not set where the build still needs it.",
        "https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production",
    ),
    _rule(
        "unbuffered", "ENV", r"\bPYTHONUNBUFFERED=1\b",
        "Logs appear as they are written. Bytecode comes from the build; none is written at run time.",
        "https://docs.python.org/3/using/cmdline.html#envvar-PYTHONUNBUFFERED",
    ),
    _rule(
        "linked-copy", "COPY", r"^--link\b",
        "--link makes a layer that does not depend on those before it: a new base image reuses it.",
        f"{_REFERENCE}#copy---link",
    ),
    _rule(
        "owned-by-root", "COPY", r"--from=\S+ (?!.*--chown)",
        "Files are root's and the app is somebody else: who breaks into the app cannot change it.",
        f"{_BUILD}building/best-practices/#user",
    ),
    _rule(
        "own-folder", "COPY", r"--chown=\d",
        "Only what the app has to write belongs to it.",
        f"{_REFERENCE}#copy---chown---chmod",
    ),
    _rule(
        "volume", "VOLUME", r"",
        "What the app keeps here outlives the container; the rest of its file system may be read-only.",
        f"{_REFERENCE}#volume",
    ),
    _rule(
        "numeric-user", "USER", r"^[1-9]",
        "A number, since Kubernetes cannot tell from a name that it is not root.",
        "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
    ),
    _rule(
        "port", "EXPOSE", r"",
        "Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.",
        f"{_REFERENCE}#expose",
    ),
    _rule(
        "stop-signal", "STOPSIGNAL", r"",
        "The signal that lets the app finish its work; ten seconds later the engine kills it.",
        f"{_REFERENCE}#stopsignal",
    ),
    _rule(
        "health-check", "HEALTHCHECK", r"\bCMD\b",
        "Asked by what the image has anyway, without curl. Kubernetes has probes of its own.",
        f"{_REFERENCE}#healthcheck",
    ),
    _rule(
        "init", "ENTRYPOINT", r"\btini\b",
        "Process 1 ignores signals that it does not handle; tini passes them on and reaps orphans.",
        "https://github.com/krallin/tini#why-tini",
    ),
    _rule(
        "exec-form", "ENTRYPOINT|CMD", r"^\[",
        "A JSON list: the app itself is process 1 and is told to stop, with no shell in between.",
        f"{_BUILD}building/best-practices/#cmd",
    ),
)  # fmt: skip


def of(instruction: Instruction) -> Iterator[Rule]:
    """The rules that INSTRUCTION follows."""
    for rule in RULES:
        if instruction.name in rule.instruction.split("|") and rule.words.search(instruction.value):
            yield rule


def first_uses(instructions: Iterable[Instruction]) -> Iterator[tuple[Instruction, Rule]]:
    """Each rule with the first of INSTRUCTIONS that follows it, in their order."""
    seen: set[str] = set()
    for instruction in instructions:
        for rule in of(instruction):
            if rule.name not in seen:
                seen.add(rule.name)
                yield instruction, rule
