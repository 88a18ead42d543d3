"""Apps that a tool starts by its own convention, with no object to point a server at: Scrapy, Pyramid's INI files …"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.stacks.python import servers
from dockgen.stacks.python.frameworks import FRAMEWORKS
from dockgen.stacks.python.imports import module_name, placed, roots_of
from dockgen.stacks.python.model import Entry
from dockgen.stacks.python.ports import OUTWARD, port_of, unprivileged
from dockgen.stacks.python.served import gunicorn_extras

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.model import Known

_FUNCTION = lazy.pattern(
    r"^@functions_framework\.(http|cloud_event|typed)\b.*\n(?:@.*\n)*(?:async )?def (\w+)", re.MULTILINE
)
_SIGNATURES = {"http": "http", "cloud_event": "cloudevent", "typed": "typed"}
_MESOP = lazy.pattern(r"^import mesop as (\w+)", re.MULTILINE)
_BOTTLE = lazy.pattern(r"^(?:from bottle import|import bottle\b)", re.MULTILINE)
_BOTTLE_RUNS = lazy.pattern(r"^[ \t]*(?:bottle\.)?run\(", re.MULTILINE)
_SPIDER = lazy.pattern(
    r"^class \w+\([^()\n]{0,100}Spider[^()\n]{0,100}\):(?:.*\n){1,6}?"
    r"[ \t]+name\s*(?::\s*str\s*)?=\s*[\"']([\w.-]+)[\"']",
    re.MULTILINE,
)
_INI_PORT = lazy.pattern(r"^(?:listen|port)\s*=\s*(?:\S*:)?(\d{4,5})\s*$", re.MULTILINE)
INI_FILES = ("production.ini", "development.ini")


def find(project: Project, code: Code, known: Known) -> Entry | None:
    """The start by the convention of the first tool that is installed and finds what it looks for."""
    found = [_function, _pyramid, _mesop, _bottle, _scrapy]
    return next((entry for finder in found if (entry := next(finder(project, code, known), None))), None)


def _function(project: Project, code: Code, known: Known) -> Iterator[Entry]:
    """A function for Google's platform, under its own server."""
    if not known.has("functions-framework"):
        return
    for path in code.paths:
        if m := _FUNCTION.search(project.text(path)):
            line = line_at(project.text(path), m.start())
            kind = () if m[1] == "http" else (f"--signature-type={_SIGNATURES[m[1]]}",)
            argv = (
                "functions-framework",
                f"--source={path}",
                f"--target={m[2]}",
                *kind,
                f"--host={OUTWARD}",
                "--port=8080",
            )
            port = Fact(8080, (Evidence(note="functions-framework's default"),))
            yield Entry(start=Fact(argv, (Evidence(path, line, m[2]),)), kind="web", framework=None, port=port)


def _pyramid(project: Project, _: Code, known: Known) -> Iterator[Entry]:
    """The app that an INI file of Pyramid's describes, under gunicorn, which reads the same file."""
    path = project.first(*INI_FILES)
    if not path or not known.has("pyramid") or "[app:" not in project.text(path):
        return
    framework = FRAMEWORKS["pyramid"]
    text = project.text(path)
    m = _INI_PORT.search(text[max(text.find("[server:"), 0) :])
    port = unprivileged(Fact(int(m[1]) if m else 6543, (Evidence(path, None, "[server:main]"),)), "needs no privileges")
    added = "" if known.has("gunicorn") else "gunicorn"
    argv = ("gunicorn", f"--paste={path}", f"--bind={OUTWARD}:{port.value}", *gunicorn_extras(known))
    yield Entry(
        start=Fact(argv, (Evidence(path, project.line_of(path, "[app:"), "a Pyramid app"),)),
        kind="web",
        framework=framework,
        port=port,
        server=added,
        warnings=(f"{servers.told_added(added, known)} to serve pyramid",) if added else (),
    )


def _mesop(project: Project, code: Code, known: Known) -> Iterator[Entry]:
    """A page of Mesop's, whose module is itself the WSGI app."""
    if not known.has("mesop"):
        return
    for path in code.paths:
        if (m := _MESOP.search(project.text(path))) and f"@{m[1]}.page" in project.text(path):
            roots = roots_of(project, code.module(path))
            workdir, python_path = placed(roots)
            server, added = servers.choose("wsgi", known)
            target = f"{module_name(path, roots[0])}:{m[1]}"
            extras = gunicorn_extras(known) if server == "gunicorn" else ()
            yield Entry(
                start=Fact(
                    (server, target, f"--bind={OUTWARD}:8080", *extras), (Evidence(path, None, "a page of Mesop's"),)
                ),
                kind="web",
                framework=None,
                port=Fact(8080, (Evidence(note="Mesop's default"),)),
                env=(("HOME", "/tmp"),),  # noqa: S108  (the one place that is writable in a read-only container)
                workdir=workdir,
                python_path=python_path,
                server=added,
                warnings=(f"{servers.told_added(added, known)} to serve Mesop",) if added else (),
            )


def _bottle(project: Project, code: Code, known: Known) -> Iterator[Entry]:
    """Routes of Bottle's without an app object: its own command loads the module and does not let it run a server."""
    if not known.has("bottle"):
        return
    framework = FRAMEWORKS["bottle"]
    for path in code.paths:
        text = project.text(path)
        if not (_BOTTLE.search(text) and _BOTTLE_RUNS.search(text)):
            continue
        roots = roots_of(project, code.module(path))
        workdir, python_path = placed(roots)
        port, _ = port_of(project, path, framework)
        port = unprivileged(port, "needs no privileges")
        added = "" if known.has("waitress") else "waitress"
        module = module_name(path, roots[0])
        argv = ("python", "-m", "bottle", "--server=waitress", f"--bind={OUTWARD}:{port.value}", module)
        yield Entry(
            start=Fact(argv, (Evidence(path, project.line_of(path, "run("), "routes of Bottle's"),)),
            kind="web",
            framework=framework,
            port=port,
            workdir=workdir,
            python_path=python_path,
            server=added,
            stops_at=servers.stops_at("waitress"),
            warnings=(f"{servers.told_added(added, known)} to serve bottle",) if added else (),
        )


def _scrapy(project: Project, code: Code, known: Known) -> Iterator[Entry]:
    """The spider of a Scrapy project as a job; of several, the one that the arguments name."""
    if not known.has("scrapy") or not project.has("scrapy.cfg"):
        return
    spiders = [(path, name) for path in code.paths for name in _SPIDER.findall(project.text(path))]
    if len(spiders) == 1:
        path, name = spiders[0]
        start: Fact[tuple[str, ...]] = Fact(("scrapy", "crawl", name), (Evidence(path, None, "the only spider"),))
        yield Entry(start=start, kind="job", framework=None)
    elif spiders:
        names = ", ".join(sorted(name for _, name in spiders)[:8])
        start = Fact(("scrapy",), (Evidence("scrapy.cfg", None, f"spiders: {names}"),))
        yield Entry(start=start, kind="cli", framework=None)
