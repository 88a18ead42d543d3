"""PEP 723: a script that lists its own dependencies in a comment block, `# /// script`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockgen import lazy
from dockgen.errors import InputError
from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.python.manifests import Dependency, requirement, string, strings
from dockgen.stacks.python.source import sources
from dockgen.values import is_plain, one_line

if TYPE_CHECKING:
    from dockgen.project import Project

OPENING, CLOSING = "# /// script", "# ///"
# The scripts that are the likeliest to be the app, where several list dependencies.
NAMES = ("main.py", "app.py", "server.py", "run.py", "bot.py", "__main__.py")
# What may stand on a command line as a requirement: a name first, so that nothing is taken for an option or a heredoc.
_REQUIREMENT = lazy.pattern(r"[A-Za-z][^\\`$<]*(?:<(?!<)[^\\`$<]*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """The block of one script: its requirements as written and as read, and the Pythons that it allows."""

    path: str
    packages: tuple[str, ...]
    dependencies: tuple[Dependency, ...]
    python: str  # PEP 440 range, "" if it names none
    line: int

    @property
    def evidence(self) -> Evidence:
        """Where the block begins."""
        return Evidence(self.path, self.line, "lists its own dependencies")


def find(project: Project) -> Inline | None:
    """The likeliest script that lists dependencies in itself; None if there is none. InputError if it is not TOML."""
    marked = [p for p in sources(project) if f"\n{OPENING}" in f"\n{project.text(p)[:65536]}"]
    order = {name: at for at, name in enumerate(NAMES)}
    for path in sorted(marked, key=lambda p: (p.count("/"), order.get(p.rpartition("/")[2], len(NAMES)), p)):
        if found := _read(project, path):
            return found
    return None


def _read(project: Project, path: str) -> Inline | None:
    block, line = _block(project.text(path))
    if not line:
        return None
    data = _toml(block, f"{path}:{line}")
    wanted = strings(data.get("dependencies"))
    for text in wanted:
        if not is_plain(text) or not _REQUIREMENT.fullmatch(text):
            raise InputError(f"not a requirement: {one_line(text, 80)!r}", where=f"{path}:{line}")
    return Inline(
        path=path,
        packages=tuple(wanted),
        dependencies=tuple(d for t in wanted if (d := requirement(t, path, line))),
        python=string(data.get("requires-python")),
        line=line,
    )


def _block(text: str) -> tuple[str, int]:
    """The TOML in the first block of TEXT and the number of its first line; 0 if there is none that ends."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.rstrip() == OPENING), -1)
    if start < 0:
        return "", 0
    end = 0
    for number, line in enumerate(lines[start + 1 :], start + 1):
        if not (line == "#" or line.startswith("# ")):
            break
        if line.rstrip() == CLOSING:
            end = number
    return "\n".join(line[2:] for line in lines[start + 1 : end]), start + 1 if end else 0


def _toml(text: str, where: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  (start-up time: few projects have such a script)

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("the script's block of dependencies is not valid TOML", where=where) from error
