"""Find the front-ends that have to be built before a Go program can embed them, or open them when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.go.assets import named_paths
from dockgen.stacks.go.gomod import inside
from dockgen.stacks.node import frontend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.assets import Embed
    from dockgen.stacks.go.source import GoFile
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.node.outputs import Output


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontends:
    """The front-ends, and which of their outputs are compiled in and which are opened. Paths are the project's."""

    builds: tuple[Frontend, ...]
    embedded: tuple[str, ...]
    opened: tuple[str, ...]


def frontends(project: Project, patterns: Sequence[Embed], program: Sequence[GoFile], home: str) -> Frontends:
    """The builds whose output the program embeds or opens and the repository does not have."""
    names = [(inside(home, text), where) for text, where in named_paths(program)]
    embedded: dict[str, None] = {}
    opened: dict[str, None] = {}

    def wants(folder: str, output: Output) -> Evidence | None:
        path, package = output.path, inside(folder, "package.json")
        if embed := next((e for e in patterns if _feeds(path, e)), None):
            embedded[path] = None
            return Evidence(embed.where.path, embed.where.line, f"embeds {path}, which {package} builds")
        below = home == "." or path.startswith(f"{home}/")
        where = next((w for name, w in names if below and f"{name}/".startswith(f"{path}/")), None)
        if where is None:
            return None
        opened[path] = None
        return Evidence(where.path, where.line, f"opens {path}, which {package} builds")

    builds = frontend.find(project, wants)
    made = {o for b in builds for o in b.outputs}
    return Frontends(
        builds=builds,
        embedded=tuple(p for p in embedded if p in made),
        opened=tuple(p for p in opened if p in made),
    )


def _feeds(output: str, embed: Embed) -> bool:
    """True if what is written to OUTPUT is embedded."""
    return f"{output}/".startswith(f"{embed.folder}/") or (
        embed.missing and f"{embed.pattern}/".startswith(f"{output}/")
    )
