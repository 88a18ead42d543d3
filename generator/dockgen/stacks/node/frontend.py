"""Find a front-end that a server of any stack sends out or compiles in, and that only a build makes."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import gitignore, lazy, support
from dockgen.errors import InputError
from dockgen.records import dataclass
from dockgen.stacks import workspaces
from dockgen.stacks.node import detect, managers, outputs, package
from dockgen.stacks.node.outputs import Output
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockgen.facts import Ended, Evidence, Fact
    from dockgen.project import Project, Workspace
    from dockgen.stacks.node.model import NodeFacts
    from dockgen.stacks.node.package import Package

    # Given a package's folder and one of its outputs, relative to the project: where the server needs it, if it does.
    Wants = Callable[[str, Output], Evidence | None]

MODULES = "node_modules"
MAX_DEPTH = 3
MAX_FILES = 300
# Folders whose packages serve something else than the users of the app.
ASIDE = frozenset({
    "docs", "doc", "website", "site", "example", "examples", "_examples", "demo", "demos", "test", "tests", "e2e",
    "testdata", "fixtures", "benchmark", "benchmarks", "scripts", "tools", "hack", "samples", "playground", "storybook",
    "vendor", "third_party", "templates", "emails",
})  # fmt: skip
PLACEHOLDERS = (".gitkeep", ".gitignore", ".keep", ".placeholder", "README.md")
PLACEHOLDER = 2  # a folder with so few pages is a stand-in that lets the server be built
SOURCES = (".css", ".scss", ".sass", ".less", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".vue", ".svelte",
    ".json")  # fmt: skip
LOCKS = frozenset({name for name, _ in managers.LOCKS})
_ABOVE = lazy.pattern(r"[\"'`(\s=:](\.\.?/[\w@./*{},-]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontend:
    """A build whose files a server needs. `folder` and `outputs` are relative to the project's root.

    Without `scripts` it is the packages themselves that the server sends out.
    `whole`: the build reads files outside its folder. `node` is the package as the Node stack knows it, relative to its
    folder; `version` is its release of Node.
    """

    folder: str
    scripts: tuple[str, ...]
    outputs: tuple[str, ...]
    whole: bool
    node: NodeFacts
    version: Fact[str]
    where: Evidence
    warnings: tuple[str, ...]
    ended: Ended | None = None

    @property
    def shown(self) -> str:
        """What is built from where, in words."""
        return f"{self.folder}: {' and '.join(self.scripts) or 'the installation'} makes {', '.join(self.outputs)}"


def find(project: Project, wants: Wants, *, root: bool = True) -> tuple[Frontend, ...]:
    """The front-ends whose output the server WANTS and the repository does not have. ROOT: one may lie at the top."""
    found: list[Frontend] = []
    for path, manifest in packages(project):
        folder = posixpath.dirname(path) or "."
        if (folder == "." and not root) or any(folder.startswith(f"{f.folder}/") for f in found):
            continue
        made = _made_by(project, manifest, folder, wants)
        if made and not any(set(made.outputs) & set(f.outputs) for f in found):
            found.append(made)
    return tuple(found)


def packages(project: Project) -> Iterator[tuple[str, Package]]:
    """The packages that may be front-ends, shallow first."""
    for path in project.ending(package.MANIFEST):
        *folders, name = path.split("/")
        is_aside = any(f.lower() in ASIDE or f[0] in "_." for f in folders)
        if name != package.MANIFEST or len(folders) > MAX_DEPTH or is_aside or not is_path(path):
            continue
        try:
            manifest = package.read(project, path)
        except InputError:  # a broken one is of no use to the server, and no reason to stop
            continue
        if manifest.scripts or manifest.dependencies:
            yield path, manifest


def outputs_of(project: Project, folder: str) -> tuple[str, ...]:
    """Where the builds of the package in FOLDER write to, relative to the project; nothing if it has none."""
    view = project.within(folder) if folder else project
    manifest = package.read(view)
    found = (o.path for names in outputs.builds(manifest) for o in outputs.of(view, manifest, names))
    paths = (posixpath.normpath(posixpath.join(folder, path)) for path in found)
    return tuple(dict.fromkeys(p for p in paths if is_path(p)))


def _made_by(project: Project, manifest: Package, folder: str, wants: Wants) -> Frontend | None:
    view = project if folder == "." else project.within(folder, _workspace(project, folder))
    own = replace(manifest, path=package.MANIFEST)
    for names in outputs.builds(own):
        if wanted := _wanted(project, view, own, folder, names, wants):
            parts = tuple(n for n in names if len(names) == 1 or _wanted(project, view, own, folder, (n,), wants))
            kept = tuple(p for p in wanted if not any(p.startswith(f"{o}/") for o in wanted))
            return _frontend(project, view, own, folder, parts or names, kept, next(iter(wanted.values())))
    modules = posixpath.normpath(f"{folder}/{MODULES}")
    where = wants(folder, Output(path=modules, sure=False)) if own.dependencies else None
    return _frontend(project, view, own, folder, (), (modules,), where) if where else None


def _wanted(
    project: Project, view: Project, manifest: Package, folder: str, names: tuple[str, ...], wants: Wants
) -> dict[str, Evidence]:
    """What the scripts NAMES make and the server needs, with where it does."""
    found: dict[str, Evidence] = {}
    for output in outputs.of(view, manifest, names):
        path = posixpath.normpath(posixpath.join(folder, output.path))
        if _is_usable(path, folder) and is_made(project, path) and (where := wants(folder, replace(output, path=path))):
            found.setdefault(path, where)
    return found


def _workspace(project: Project, folder: str) -> Workspace | None:
    found = workspaces.of(project, folder)
    return found if found and found.manifest == package.MANIFEST else None


def _is_usable(path: str, folder: str) -> bool:
    return is_path(path) and path != "." and not f"{folder}/".startswith(f"{path}/")


def is_made(project: Project, path: str) -> bool:
    """True if PATH is missing from the repository, but for a stand-in: only a build makes it."""
    if project.has(path):
        return gitignore.leaves_out(project, path)
    files = [f for f in project.below(path) if posixpath.basename(f) not in PLACEHOLDERS]
    if len(files) < PLACEHOLDER and all(f.endswith((".html", ".txt", ".md")) for f in files):
        return True
    return gitignore.leaves_out(project, path)


def _frontend(
    project: Project,
    view: Project,
    manifest: Package,
    folder: str,
    names: tuple[str, ...],
    made: tuple[str, ...],
    where: Evidence,
) -> Frontend:
    node, chosen, warnings = detect.toolchain(view, manifest, project, names)
    place = f"{folder}: " if folder != "." else ""
    return Frontend(
        folder=folder,
        scripts=names,
        outputs=made,
        whole=folder == "." or bool(node.shared) or _reads_outside(view, manifest, folder, made),
        node=node,
        version=chosen.version,
        where=where,
        warnings=tuple(f"{place}{w}" for w in warnings),
        ended=support.built_only(chosen.ended, f"builds {_title(folder)}") if chosen.ended else None,
    )


def _title(folder: str) -> str:
    return "the front-end" if folder == "." else f"the front-end in {folder}"


def _reads_outside(view: Project, manifest: Package, folder: str, made: tuple[str, ...]) -> bool:
    """True if sources, configuration or scripts name files outside the package's folder, other than its output."""
    texts = [("package.json", " ".join([*manifest.scripts.values(), *manifest.all_dependencies.values()]))]
    files = (f for f in view.ending(*SOURCES) if f.rpartition("/")[2] not in LOCKS and f != package.MANIFEST)
    texts += [(f, view.text(f)) for f, _ in zip(files, range(MAX_FILES), strict=False)]
    for file, text in texts:
        if "../" not in text:
            continue
        for m in _ABOVE.finditer(text):
            path = posixpath.normpath(posixpath.join(folder, posixpath.dirname(file), m[1]))
            inside = path == folder or path.startswith(f"{folder}/")
            if not inside and not any(f"{o}/".startswith(f"{path}/") or path.startswith(f"{o}/") for o in made):
                return True
    return False
