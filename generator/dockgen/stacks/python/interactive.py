"""Pages without an app object, such as Streamlit's and Gradio's, which are told by their import."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact
from dockgen.records import dataclass
from dockgen.stacks.python import ending
from dockgen.stacks.python.frameworks import FRAMEWORKS, PORT_VARIABLES
from dockgen.stacks.python.imports import stem
from dockgen.stacks.python.model import Entry
from dockgen.stacks.python.ports import OUTWARD, inward, named, outward, port_environment, port_of
from dockgen.stacks.python.served import answered

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.frameworks import Framework
    from dockgen.stacks.python.model import Known


@dataclass(frozen=True, slots=True)
class Page:
    """How the pages of one framework start: what the file must say beside the import, and the argv that runs it."""

    framework: str
    says: str = ""
    argv: tuple[str, ...] = ("python", "{path}")


PAGES = (
    Page(
        "streamlit",
        argv=("streamlit", "run", "{path}", "--server.port={port}", f"--server.address={OUTWARD}",
              "--server.headless=true", "--browser.gatherUsageStats=false"),
    ),
    Page("chainlit", argv=("chainlit", "run", "{path}", f"--host={OUTWARD}", "--port={port}", "--headless")),
    Page(
        "panel",
        says=".servable(",
        argv=("panel", "serve", "{path}", f"--address={OUTWARD}", "--port={port}", "--allow-websocket-origin=*"),
    ),
    Page("shiny", argv=("shiny", "run", "{path}", f"--host={OUTWARD}", "--port={port}")),
    Page(
        "marimo",
        says="marimo.App(",
        argv=("marimo", "run", "{path}", f"--host={OUTWARD}", "--port={port}", "--headless"),
    ),
    Page("solara", argv=("solara", "run", "{path}", f"--host={OUTWARD}", "--port={port}", "--production")),
    Page("gradio", says=".launch("),
    Page("nicegui", says="ui.run("),
)  # fmt: skip
# File names of the page that is shown first, the likeliest first, after `<framework>_app`.
NAMES = ("app", "main", "home", "Home", "dashboard", "index")


def find(project: Project, code: Code, known: Known) -> Entry | None:
    """The page to start, of the first framework that is installed and imported."""
    for page in PAGES:
        framework = FRAMEWORKS[page.framework]
        if known.has(framework.package) and (path := _first_page(project, code, known, page)):
            return _entry(project, code, page, framework, path)
    return None


def _first_page(project: Project, code: Code, known: Known, page: Page) -> str:
    imports = re.compile(rf"^(?:import {page.framework}\b|from {page.framework}\b)", re.MULTILINE)
    importing = [p for p in code.paths if imports.search(project.text(p))]
    files = [p for p in importing if page.says in project.text(p)]
    if importing and not files:  # the page is made in one file and shown by another, which is run
        files = [p for p in code.paths if page.says in project.text(p) and (m := code.module(p)) and m.is_script]
    order = (f"{page.framework}_app", *NAMES)

    def rank(path: str) -> tuple[bool, bool, int, int, str]:
        name = stem(path)
        return (
            not known.starts(path),
            "pages/" in path,
            path.count("/"),
            order.index(name) if name in order else len(order),
            path,
        )

    return min(files, key=rank, default="")


def _entry(project: Project, code: Code, page: Page, framework: Framework, path: str) -> Entry:
    port, variable = port_of(project, path, framework)
    if framework.name == "streamlit":
        port = _streamlit_port(project, framework)
    runs = page.argv[0] == "python"
    if runs and not port.evidence[0].path and (found := named(code, path)):
        number, variable, place = found
        port = Fact(number, (place,))
    files = code.reachable([path]) if runs else []
    hosts, stops = outward(code, files), ending.of(code, files, framework)
    argv = tuple(word.format(path=path, port=port.value) for word in page.argv)
    evidence = Evidence(path, project.line_of(path, framework.name), f"imports {framework.name}")
    return Entry(
        start=Fact(argv, (evidence,)),
        kind="web",
        framework=framework,
        port=port,
        port_variable=(variable or PORT_VARIABLES.get(framework.name, "")) if runs else "",
        health=answered(framework),
        env=framework.env + hosts + port_environment(port, variable, PORT_VARIABLES.get(framework.name, "")),
        stops_at=stops.value,
        stops_why=stops.why,
        warnings=inward(project, path) if runs and not hosts else (),
    )


def _streamlit_port(project: Project, framework: Framework) -> Fact[int]:
    """The port in Streamlit's configuration, else its default: a number in the page says nothing of the server."""
    path = ".streamlit/config.toml"
    if configured := re.search(r"^[ \t]*port\s*=\s*(\d{4,5})", project.text(path), re.MULTILINE):
        return Fact(int(configured[1]), (Evidence(path),))
    return Fact(framework.port, (Evidence(note="Streamlit's default"),))
