"""Read the plain log of a build, BuildKit's or Buildah's: its steps, which ran, which were cached, which one failed."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 300  # the last ones of a step, and of what stands beside the steps
_LINE = re.compile(r"#(\d+) (.*)")
_STEP = re.compile(r"\[(?:(?P<stage>[^\]]*?) )?\d+/\d+\] (?P<text>[A-Z]+ .*)")
_BUILDAH = re.compile(r"(?:\[(?P<stage>\d+)/\d+\] )?STEP \d+(?:/\d+)?: (?P<text>[A-Za-z]+(?: .*)?)")
_SECONDS = re.compile(r"DONE ([0-9.]+)s")
_STAMP = re.compile(r"\d+\.\d+ ")
_EXIT = re.compile(r"exit (?:code:|status) (\d+)")
_PLACE = re.compile(r"(?:^|\n)\S*?:(\d+)\n-{10,}|parse error (?:on|at) line (\d+)")
_REPEATED = re.compile(r"-{6}$| > \[|\d+\.\d+ ")  # BuildKit says once more what the failing step printed
_NAMED = re.compile(r"\sAS\s+(\S+)\s*$", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Step:
    """One step: its STAGE ("" where there is but one), the TEXT of its instruction, and what became of it.

    CACHED: it was taken from an earlier build; DONE: it came to its end in this one. LOG is what it printed at last.
    """

    stage: str
    text: str
    cached: bool = False
    done: bool = False
    error: str = ""
    seconds: float = 0.0
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LINES))

    @property
    def name(self) -> str:
        """The instruction's name."""
        return self.text.partition(" ")[0].upper()

    @property
    def ran(self) -> bool:
        """True if it was carried out in this build."""
        return self.done and not self.cached


class Log:
    """A log that is read line by line."""

    def __init__(self) -> None:
        self._steps: dict[str, Step] = {}
        self._rest: deque[str] = deque(maxlen=LINES)
        self._last: Step | None = None  # Buildah's, which does one after the other
        self._stages: dict[str, str] = {}  # Buildah's number of a stage -> its name

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps that have an instruction of the Dockerfile, in the order in which they began."""
        return tuple(step for step in self._steps.values() if step.text)

    def feed(self, line: str) -> str:
        """Take the next LINE in; what it says of the work, for people, "" if that is nothing new."""
        line = line.rstrip("\r\n")
        if match := _LINE.match(line):
            return self._buildkit(match[1], match[2])
        if match := _BUILDAH.match(line):
            return self._buildah(match["stage"] or "", match["text"])
        self._rest.append(line)
        if self._last:
            if line.startswith("--> Using cache"):
                self._last.cached = True
            elif not line.startswith("--> "):
                self._last.log.append(line)
        return ""

    def _buildkit(self, number: str, said: str) -> str:
        step = self._steps.get(number)
        if step is None:
            match = _STEP.fullmatch(said)
            step = Step(stage=(match["stage"] or "") if match else "", text=match["text"] if match else "")
            self._steps[number] = step
            return one_line(said, 200)
        if said == "CACHED":
            step.cached = True
        elif match := _SECONDS.fullmatch(said):
            step.done, step.seconds = True, step.seconds + float(match[1])
        elif said.startswith("ERROR: "):
            step.error = said.removeprefix("ERROR: ")
        elif stamp := _STAMP.match(said):
            step.log.append(said[stamp.end() :])
        return ""

    def _buildah(self, stage: str, text: str) -> str:
        if text.upper().startswith("FROM "):
            named = _NAMED.search(text)
            self._stages[stage] = named[1] if named else ""
        self._last = Step(stage=self._stages.get(stage, ""), text=text, done=True)
        self._steps[str(len(self._steps))] = self._last
        return one_line(text, 200)

    @property
    def broken(self) -> Step | None:
        """The step that failed, once the build has; None if it failed outside of one."""
        failed = next((step for step in self._steps.values() if step.error), None)
        return failed or self._last

    @property
    def line(self) -> int | None:
        """The line of the Dockerfile that BuildKit names where it fails."""
        match = _PLACE.search("\n".join(self._rest))
        return int(match[1] or match[2]) if match else None

    @property
    def exit_code(self) -> int | None:
        """The exit code of the command that failed."""
        found = _EXIT.findall((self.broken.error if self.broken else "") + "\n" + "\n".join(self._rest))
        return int(found[-1]) if found else None

    @property
    def error(self) -> str:
        """What the engine says at last."""
        said = [line for line in self._rest if re.match(r"(?:ERROR|Error|error)\b", line)]
        return one_line(said[-1], 400) if said else one_line(next(iter(self._told()), ""), 400)

    def _told(self) -> Iterator[str]:
        return (line for line in reversed(self._rest) if line.strip(" -"))

    @property
    def printed(self) -> str:
        """What the failing step printed; the engine's last words, if it printed nothing."""
        own = "\n".join(self.broken.log if self.broken else ()).strip("\n")
        return own or self.text

    @property
    def text(self) -> str:
        """What a cause is looked for in: what the failing step printed, and the engine's last words."""
        step = self.broken
        own = list(step.log) if step else []
        if step and step.error:
            own.append(step.error)
        told = (line for line in self._rest if line not in own and not _REPEATED.match(line))
        return "\n".join([*own, *told]).strip("\n")
