"""Read the commands in other tools' files (compose, an old Dockerfile …): evidence of what starts, no truth."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.python.manifests import beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

# Files that hold commands, the nearest to production first; and how many of each kind are read.
FILES = (
    r"Procfile",
    r"(?:[^/]+/)?(?:render|app|railway|zeabur|dokku)\.(?:ya?ml|json|toml)|(?:[^/]+/)?(?:fly|nixpacks)\.toml",
    r"(?:[^/]+/){0,2}(?:[\w-]+\.)?Dockerfile(?:\.[\w-]+)?",
    r"(?:[^/]+/)?(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml",
    r"(?:[^/]+/){0,2}(?:supervisord?|[\w-]*uwsgi)\.(?:conf|ini)|uwsgi\.ya?ml",
    r"(?:[^/]+/){0,2}(?:start|run|boot|entrypoint|docker-entrypoint|startup|prestart|serve|gunicorn)[\w-]*\.sh",
    r"Makefile|Justfile|justfile|Taskfile\.ya?ml|\.replit|\.vscode/launch\.json|pyproject\.toml|package\.json",
    r"README\.(?:md|rst|txt)",
)
DEPLOYS = lazy.pattern("|".join(FILES[:-2]))  # the others hold a developer's commands too
GUNICORN = ("gunicorn.conf.py", "gunicorn_config.py", "gunicorn-cfg.py", "gunicorn_conf.py", "config/gunicorn.py")
_ASIDE = lazy.pattern(r"(?:^|/)(?:tests?|docs?|examples?|samples?|demos?|benchmarks?|tutorials?)/")
MAX_FILES = 12
MAX_LINE = 2000
SERVERS = ("gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve", "granian", "sanic", "celery")
# Commands that are given a file.
PAGES = ("streamlit", "chainlit", "panel", "fastapi", "shiny", "marimo", "solara", "nicegui")
_COMMAND = lazy.pattern(rf"(?:^|[\s\"'\[=/@])({'|'.join((*SERVERS, *PAGES))}|python3?(?:\.\d+)?)(?=[\"'\s,])(.*)")
TARGET = lazy.pattern(r"[A-Za-z_][\w.]*(?::[A-Za-z_]\w*(?:\(\))?)?")
_PORT = lazy.pattern(r"(?:--(?:bind|port|http-socket|http)|-b|-p|-B)[ =]+(?:[\w.\[\]*]*:)?(\d{4,5})\b")
_CONFIG_PORT = lazy.pattern(r"^[ \t]*bind\s*=\s*f?[\"'](?:[\w.\[\]*]*:)(\d{4,5})[\"']", re.MULTILINE)
_EXPOSE = lazy.pattern(r"^EXPOSE\s+(\d{4,5})(?:/tcp)?\s*$", re.MULTILINE | re.IGNORECASE)
# What uWSGI's configuration calls the app.
_WSGI_APP = lazy.pattern(r"^wsgi_app\s*=\s*[\"']([\w.]+):(\w+)", re.MULTILINE)  # gunicorn's configuration
_UWSGI = lazy.pattern(r"^\s*(?:module|wsgi|mount|wsgi-file)\s*[=:]\s*(?:/?[\w/-]*=)?([\w./]+(?::\w+)?)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A command: its words, what it names (a module with or without an object, or a script), and where it stands."""

    words: tuple[str, ...]
    module: str  # dotted; "" if a file is named
    name: str  # of the app object; "" if none is named
    script: str  # the file that Python runs; "" if none
    port: int | None
    evidence: Evidence

    @property
    def deploys(self) -> bool:
        """True if it stands in a file that is for deployment alone."""
        return bool(DEPLOYS.fullmatch(self.evidence.path))

    def names(self, path: str) -> bool:
        """True if the command starts the file PATH, seen from any folder."""
        if self.script:
            return path == self.script or path.endswith(f"/{self.script}")
        stem = self.module.replace(".", "/")
        return bool(stem) and any(
            path == f"{stem}{end}" or path.endswith(f"/{stem}{end}") for end in (".py", "/__init__.py", "/__main__.py")
        )


def read(project: Project) -> tuple[Line, ...]:
    """The commands that start something of Python's, the nearest to production first."""
    found: list[Line] = []
    for path in _files(project):
        text = project.text(path)
        for number, line in enumerate(text.splitlines(), 1):
            if (m := _COMMAND.search(line[:MAX_LINE])) and not line.lstrip().startswith(("#", "//")):
                words = _words(m[1], m[2])
                if command := _line(words, Evidence(path, number, m[1])):
                    found.append(command)
        found += _uwsgi(path, text)
    for path in GUNICORN:
        if m := _WSGI_APP.search(project.text(path)):
            place = Evidence(path, line_at(project.text(path), m.start()), "wsgi_app")
            found.insert(0, Line(words=("gunicorn",), module=m[1], name=m[2], script="", port=None, evidence=place))
    return tuple(found)


def _files(project: Project) -> Iterator[str]:
    near = tuple(project.shallow(2))
    for pattern in FILES:
        wanted = re.compile(pattern)
        names = [f for f in near if wanted.fullmatch(f) and not _ASIDE.search(f)]
        told = (f for f in sorted(names, key=lambda f: (f.count("/"), f)) if project.text(f))
        yield from islice(told, MAX_FILES)


def _words(program: str, rest: str) -> tuple[str, ...]:
    """The words of a command as in a shell, in a JSON array or in YAML; no variables, no quotes, to its end."""
    plain = re.split(r"&&|\|\||[;|>]", rest)[0]
    words = re.sub(r"[\"'\],]+", " ", plain).split()
    return ("python" if program.startswith("python") else program, *words)


def _line(words: tuple[str, ...], place: Evidence) -> Line | None:
    text = " ".join(words)
    port = int(m[1]) if (m := _PORT.search(text)) else None
    if words[0] == "python":
        return _python(words, port, place)
    if words[0] in PAGES:
        return _script(words, next((w for w in words[1:] if w.endswith(".py")), ""), port, place)
    target = next((w for w in words[1:] if ":" in w and TARGET.fullmatch(w)), "") or next(
        (w for w in words[1:] if "." in w and TARGET.fullmatch(w) and not w.endswith(".py")), ""
    )
    module, _, name = target.partition(":")
    return Line(words=words, module=module, name=name, script="", port=port, evidence=place) if target else None


def _python(words: tuple[str, ...], port: int | None, place: Evidence) -> Line | None:
    """`python x.py` or `python -m package`; the server behind `python -m uvicorn x:y`."""
    rest = [w for w in words[1:] if w not in ("-u", "-O", "-B", "-OO")]
    if rest[:1] == ["-m"] and len(rest) > 1:
        if rest[1] in SERVERS:
            return _line(tuple(rest[1:]), place)
        fits = bool(re.fullmatch(r"[A-Za-z_][\w.]*", rest[1])) and rest[1].partition(".")[0] not in _TOOLS
        return Line(words=words, module=rest[1], name="", script="", port=port, evidence=place) if fits else None
    return _script(words, rest[0], port, place) if rest else None


def _script(words: tuple[str, ...], path: str, port: int | None, place: Evidence) -> Line | None:
    if not re.fullmatch(r"[\w./-]+\.py", path) or path.endswith(("manage.py", "setup.py")):
        return None
    script = beside("x", path.removeprefix("/app/").lstrip("/"))
    return Line(words=words, module="", name="", script=script, port=port, evidence=place) if script else None


_TOOLS = frozenset({
    "pip", "pytest", "venv", "unittest", "black", "ruff", "mypy", "flake8", "isort", "build", "twine", "http", "json",
    "coverage", "pylint", "virtualenv", "ensurepip", "compileall", "flask", "pipenv", "poetry", "uv", "pre_commit",
})  # fmt: skip


def _uwsgi(path: str, text: str) -> Iterator[Line]:
    """The app that a configuration of uWSGI names."""
    if "uwsgi" not in path.rpartition("/")[2] or not (m := _UWSGI.search(text)):
        return
    target, _, name = m[1].partition(":")
    module = target.removesuffix(".py").replace("/", ".").strip(".")
    callable_ = re.search(r"^\s*callable\s*[=:]\s*(\w+)", text, re.MULTILINE)
    place = Evidence(path, line_at(text, m.start(1)), "uwsgi")
    yield Line(
        words=("uwsgi",),
        module=module,
        name=name or (callable_[1] if callable_ else ""),
        script="",
        port=None,
        evidence=place,
    )


def port(project: Project, lines: tuple[Line, ...], path: str) -> tuple[int, Evidence] | None:
    """The port that the project's own tools give to the app in the file PATH."""
    for name in GUNICORN:
        if m := _CONFIG_PORT.search(project.text(name)):
            return int(m[1]), Evidence(name, line_at(project.text(name), m.start(1)), "bind")
    for line in lines:
        if line.port and line.names(path):
            return line.port, line.evidence
    return None


def exposed(project: Project) -> tuple[int, Evidence] | None:
    """The one port that an old Dockerfile exposes."""
    for name in ("Dockerfile", "Dockerfile.orig", "docker/Dockerfile"):
        found = set(_EXPOSE.findall(project.text(name)))
        if len(found) == 1:
            number = found.pop()
            return int(number), Evidence(name, project.line_of(name, f"EXPOSE {number}"), "EXPOSE")
    return None
