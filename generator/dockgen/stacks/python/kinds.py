"""Tell what is Python and yet no app for an image: desktop programs, plugins of something else, notebooks."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from dockgen.errors import UnsupportedError
from dockgen.records import dataclass
from dockgen.stacks.python.manifests import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.model import Entry


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that another program loads or runs: a file that tells, what it says, what it is, what would work."""

    file: str  # pattern of its path
    says: str  # pattern of its text; "" for any
    what: str
    nearest: str


FOREIGN = (
    Foreign(
        r"custom_components/[^/]+/manifest\.json", "",
        "an integration of Home Assistant, which loads it",
        "copy custom_components/ into the configuration folder of Home Assistant's own image",
    ),
    Foreign(
        r"action\.ya?ml", r"using:\s*[\"']?(?:composite|node\d+)",
        "a GitHub Action, which a workflow runs",
        "with `using: docker` in it, an image would be its way to run",
    ),
    Foreign(
        r"serverless\.ya?ml|template\.ya?ml", r"runtime:\s*[\"']?python|AWS::Serverless",
        "a function for AWS Lambda, which its platform starts",
        "put it on Amazon's base image (lambda/python), or behind a web framework",
    ),
    Foreign(
        r"host\.json", r"extensionBundle|\"functionTimeout\"|\"version\":\s*\"2\.0\"",
        "a function app for Azure, which its platform starts",
        "put it on Microsoft's base image (azure-functions/python), or behind a web framework",
    ),
    Foreign(
        r"(?:[^/]+/)?dags/[^/]+\.py", r"^(?:from|import) airflow\b",
        "a folder of DAGs, which Airflow runs",
        "mount dags/ into Airflow's own image",
    ),
    Foreign(
        r"dbt_project\.yml", "",
        "a dbt project, which dbt runs",
        "mount it into the image of dbt for your database",
    ),
    Foreign(
        r"rxconfig\.py", r"reflex",
        "a Reflex app, whose front-end needs Node whenever it starts",
        "`reflex export` makes a site and a back-end, which are two images",
    ),
)  # fmt: skip

# Groups of entry points by which other programs find their plugins.
PLUGINS: Mapping[str, str] = {
    "pytest11": "pytest",
    "flake8.extension": "flake8",
    "mkdocs.plugins": "MkDocs",
    "sphinx.html_themes": "Sphinx",
    "airflow.plugins": "Airflow",
    "apache_airflow_provider": "Airflow",
    "napari.manifest": "napari",
    "datasette": "Datasette",
    "llm": "LLM",
    "babel.extractors": "Babel",
    "xarray.backends": "xarray",
    "sqlalchemy.dialects": "SQLAlchemy",
    "pylsp": "python-lsp-server",
    "poetry.plugin": "Poetry",
    "poetry.application.plugin": "Poetry",
    "pdm": "PDM",
    "hatch": "Hatch",
    "keyring.backends": "keyring",
}
# Modules that open a window.
WINDOWS = frozenset({
    "tkinter", "Tkinter", "customtkinter", "ttkbootstrap", "turtle", "PyQt4", "PyQt5", "PyQt6", "PySide2", "PySide6",
    "qtpy", "wx", "pygame", "kivy", "kivymd", "arcade", "pyglet", "dearpygui", "ursina", "toga", "pystray", "pyautogui",
    "pynput", "webview", "easygui", "PySimpleGUI",
})  # fmt: skip


def check(project: Project, code: Code, data: Mapping[str, Any], found: Entry | None) -> None:
    """UnsupportedError if the project is a kind of thing that no image is for. A web app is none of them."""
    if found is not None and found.kind == "web":
        return
    for row in FOREIGN:
        wanted = re.compile(row.file)
        for path in (f for f in project.shallow(2) if wanted.fullmatch(f)):
            if not row.says or re.search(row.says, project.text(path), re.MULTILINE):
                raise UnsupportedError(f"{project.name!r} is {row.what}", where=path, hint=row.nearest)
    started = [e.path for e in found.start.evidence if e.path.endswith(".py")] if found else code.paths
    if window := _window(code, code.reachable(started) if found else started):
        path, line, module = window
        raise UnsupportedError(
            f"{project.name!r} opens a window ({module}), and a container has no screen",
            where=f"{path}:{line}",
            hint="if a part of it runs without one, say how: --set start='python -m package'",
        )
    if found is None:
        _check_plugins(project, data)
        _check_notebooks(project, code)


def _window(code: Code, paths: Iterable[str]) -> tuple[str, int, str] | None:
    """The first import that cannot be missed of a module that opens a window."""
    for path in paths:
        text = code.text(path)
        if not any(name in text for name in WINDOWS) or (module := code.module(path)) is None:
            continue
        for node in module.tree.body:  # not inside `try` or a function, where it may be optional
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                if name.partition(".")[0] in WINDOWS:
                    return path, node.lineno, name.partition(".")[0]
    return None


def _check_plugins(project: Project, data: Mapping[str, Any]) -> None:
    groups = {**table(data, "project", "entry-points"), **table(data, "tool", "poetry", "plugins")}
    for group, owner in PLUGINS.items():
        path = next(
            (p for p in ("setup.cfg", "setup.py") if re.search(rf"[\"']?{group}[\"']?\s*[=:]", project.text(p))), ""
        )
        if group in groups or path:
            raise UnsupportedError(
                f"{project.name!r} is a plugin of {owner}, which loads it",
                where=path or "pyproject.toml",
                hint=f"install it in the image of something that runs {owner}",
            )


def _check_notebooks(project: Project, code: Code) -> None:
    notebooks = [f for f in project.ending(".ipynb") if ".ipynb_checkpoints" not in f]
    if notebooks and len(code.paths) <= len(notebooks):
        raise UnsupportedError(
            f"{project.name!r} is a collection of notebooks, which Jupyter runs",
            where=notebooks[0],
            hint="mount it into one of Jupyter's own images; to show one as a page, add voila to the dependencies"
            f" and --set kind=web --set port=8866 --set start='voila --Voila.ip=0.0.0.0 {notebooks[0]}'",
        )
