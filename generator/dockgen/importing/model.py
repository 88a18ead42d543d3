"""What an old Dockerfile says, each value with its line; and what follows from it for ours."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


_SYSTEMS = frozenset({"alpine", "busybox", "chainguard", "debian", "distroless", "scratch", "ubuntu"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A value and the line that says it. `is_known` is False if it depends on what a build is given."""

    value: str
    line: int
    is_known: bool = True
    path: str = ""  # of the script that says it, if it is not the Dockerfile
    target: str = ""  # of what COPY takes: where it goes


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The image that a stage stands on, with what is known of it.

    `language` is python, node, go or "", `version` its release line as the tag says it, `system` slim, full (Debian),
    alpine, distroless, chainguard, scratch or "" (not known).
    """

    image: str
    line: int
    stage: str = ""  # the name of the stage
    language: str = ""
    version: str = ""
    system: str = ""

    @property
    def is_common(self) -> bool:
        """True if it is an image of a language or of a system alone, which ours takes the place of."""
        name = self.image.partition("@")[0].rpartition("/")[2].partition(":")[0]
        return bool(self.language) or self.system in _SYSTEMS or name in _SYSTEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of the system that the file installs, by its name there.

    `ships` says that it is in the image that is used, `alone` that nothing but this one stage makes that image;
    `removed` that the file takes it away again; `outside` is the line that adds another source of packages, or 0;
    `is_sure` that it is installed under no condition.
    """

    name: str
    line: int
    tool: str  # apt or apk
    ships: bool
    alone: bool
    language: str = ""  # of the stage
    removed: bool = False
    outside: int = 0
    is_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the container runs: `argv` after init, shell and wrappers; `script` if only a shell can run it.

    `migration` is what it runs before that, `wrapper` a script of the project that is started with the rest as its
    words, `form` exec or shell. What the script runs itself has its `path`, and `more` is the first place where that
    does something else which ours does not.
    """

    argv: tuple[str, ...]
    line: int
    form: str
    script: str = ""
    init: str = ""
    migration: str = ""
    wrapper: str = ""
    folder: str = ""  # that it is run in, as `cd` says
    path: str = ""
    more: str = ""
    script_at: str = ""  # where in the project the wrapper lies, and what runs it
    shell: str = "sh"
    migrates_at: int = 0  # the line of the migration, if it is another


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A health check: the path or `tcp`, the port if it names one; `command` if it is neither."""

    asks: str
    line: int
    port: str = ""
    command: str = ""
    tool: str = ""  # the program that asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A line of the file with a sentence about it: why, where to read more, and the nearest way in ours."""

    line: int
    what: str
    why: str = ""
    link: str = ""
    way: str = ""
    path: str = ""  # of the script that it stands in, if it is not the Dockerfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Something that the file does and that has no setting; `way` is the nearest in ours where it is a special one."""

    line: int
    what: str
    ships: bool = True  # it is in the image; False: only a stage that builds does it
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A Dockerfile, read: the stages that the image consists of and copies from."""

    path: str
    bases: tuple[Base, ...]  # of these stages, the one that ships first
    managers: tuple[Said, ...] = ()
    build: Said | None = None
    packages: tuple[Package, ...] = ()
    ports: tuple[Said, ...] = ()
    env: Mapping[str, Said] = field(default_factory=dict)
    labels: Mapping[str, Said] = field(default_factory=dict)
    workdirs: tuple[Said, ...] = ()
    user: Said | None = None
    uids: Mapping[str, str] = field(default_factory=dict)  # of the accounts that it makes, by name
    start: Start | None = None
    probe: Probe | None = None
    stop_signal: Said | None = None
    volumes: tuple[Said, ...] = ()
    secrets: tuple[Note, ...] = ()  # values that look like secrets; they are not kept
    others: tuple[Other, ...] = ()  # what else it does, and ours would not
    by_hand: Mapping[str, int] = field(default_factory=dict)  # packages of the language that it installs by name
    copied: tuple[Said, ...] = ()  # what COPY takes into the image
    built_with: Mapping[str, int] = field(default_factory=dict)  # the variables that the build uses, with the line
    hints: tuple[Note, ...] = ()  # what ours does better, as far as the file alone tells
    written: Mapping[str, tuple[int, str]] = field(default_factory=dict)  # files that COPY writes: above them, and text
    script: tuple[Note, ...] = ()  # what the script before the app does, and ours would not
    stages_left: tuple[Said, ...] = ()  # stages that the image does not need: for tests, for development

    @property
    def workdir(self) -> str:
        """The folder that the app starts in; / if the file names none."""
        return self.workdirs[-1].value if self.workdirs else "/"

    def where(self, line: int, path: str = "") -> str:
        """A place in the file, or in the script PATH."""
        return f"{path or self.path}:{line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A setting that the old file speaks for; `wanted` if it is taken by default, else told only."""

    key: str
    value: str
    reason: str
    where: str
    wanted: bool

    @property
    def flag(self) -> str:
        """The setting as `--set` takes it."""
        return f"{self.key}={self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What the old file knows and ours does not, what ours does better, and what it would not carry over."""

    path: str
    proposals: tuple[Proposal, ...]
    findings: tuple[Note, ...]
    lost: tuple[Note, ...]

    @property
    def wanted(self) -> tuple[Proposal, ...]:
        """What is taken by default."""
        return tuple(p for p in self.proposals if p.wanted)

    @property
    def offered(self) -> tuple[Proposal, ...]:
        """What is told, and taken only if the user says so."""
        return tuple(p for p in self.proposals if not p.wanted)
