"""Read what an app's source says about its port, its address, its health path and its signals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen import examples, lazy
from dockgen.facts import Fact, fact
from dockgen.lines import line_at
from dockgen.stacks.node import ending, health, state
from dockgen.stacks.node.imports import entry, reachable, sources
from dockgen.stacks.node.state import State

if TYPE_CHECKING:
    from dockgen.project import Project

__all__ = ["SourceFacts", "entry", "listens", "reachable", "read", "sources"]
# Read by name rather than imported.
CONFIGURATIONS = (
    "config/default.json",
    "config/default.js",
    "config/default.yml",
    "config/default.yaml",
    "config/index.js",
    "config.js",
    "config.json",
    "defaults/config.js",
)
_NUMBER = r"[\"'`]?(\d{2,5})[\"'`]?"
# Reading a port from the environment, with the value used when it is not set.
_ENV_READ = r"(?:process\.env|Bun\.env|import\.meta\.env|env)(?:\.|\[[\"'])([A-Z][A-Z0-9_]*)[\"']?\]?"
# A ternary may go over lines; the 10 of `parseInt(process.env.PORT, 10)` is a radix, not a port.
_PORT_OR = lazy.pattern(
    _ENV_READ
    + r"[^\n;]{0,60}?\s{0,40}(?:\|\||\?\?|,(?!\s*10\s*\))|(?<!\?)\?(?![?.])[^:;]{1,80}:)"
    + r"\s*(?:Number\(|parseInt\(|\+)?\s*"
    + _NUMBER
)
_PORT_READ = lazy.pattern(
    _ENV_READ + r"""|\bget(?:OrThrow)?(?:<[^>\n]*>)?\(\s*["'](PORT)["']"""
    r"""|\{[^{}]{0,300}?\b(PORT)\b[^{}]{0,300}\}\s*=\s*process\.env\b"""
)
_PORT_NAMES = ("PORT", "APP_PORT", "SERVER_PORT", "HTTP_PORT")
_PORT_SCHEMA = lazy.pattern(
    r"""\b([A-Z_]*PORT)["']?\s*:\s*(?:[^\n]|\n\s*\.){0,120}?(?:default|withDefault)\s*(?:\(\s*\{?\s*(?:default:\s*)?|:\s*)"""
    + _NUMBER
)
# convict: port: { format: "port", default: 3000, env: "PORT" }
_PORT_ENTRY = lazy.pattern(
    r"""\bport["']?\s*:\s*\{(?=[^{}]{0,300}?\benv["']?\s*:\s*["']([A-Z][A-Z0-9_]*)["'])[^{}]{0,300}?\bdefault["']?\s*:\s*"""
    + _NUMBER
)
_PORT_GET = lazy.pattern(
    r"""\bget(?:OrThrow)?(?:<[^>]*>)?\(\s*["'](?:[\w.]*\.)?(PORT|port)["']\s*(?:,\s*|\)\s*(?:\|\||\?\?)\s*)""" + _NUMBER
)
_PORT_LITERAL = (
    lazy.pattern(r"\blisten\(\s*" + _NUMBER + r"\s*[,)]"),
    lazy.pattern(r"\blisten\(\s*\{[^}]{0,120}?\bport:\s*" + _NUMBER),
    lazy.pattern(r"\bserve\(\s*\{[^}]{0,200}?\bport:\s*" + _NUMBER, re.DOTALL),
    lazy.pattern(r"""\bset\(\s*["']port["']\s*,\s*""" + _NUMBER),
    lazy.pattern(r"\b(?:const|let|var)\s+\w*port\w*\s*(?::\s*\w+\s*)?=\s*" + _NUMBER, re.IGNORECASE),
    lazy.pattern(r"""["']?\bport["']?\s*:\s*""" + _NUMBER),
)
_SETTINGS = lazy.pattern(
    r"(?:config|settings|constants|env|options|defaults)[^/]*$|(?:^|/)(?:config|defaults)/", re.IGNORECASE
)
_LISTENS = lazy.pattern(
    r"\.listen\s*\(|\bcreateServer\s*\(|\bserve\s*\(|\bBun\.serve|\bstandaloneServer|\bstartStandaloneServer|\bNestFactory\.create\s*[(<]"
    r"|export\s+default\s*\{\s*(?:\n\s*)?(?:port|fetch)\b|\.start\(\s*\{?\s*port"
)
_LOOPBACK = lazy.pattern(
    r"""\blisten\(\s*(?:[^)\n]{0,80},\s*)?(?:\{[^}]{0,120}host(?:name)?:\s*)?["'](?:127\.0\.0\.1|localhost|::1)["']"""
)
_LOOPBACK_NAME = lazy.pattern(r"""\b(?:const|let|var)\s+(\w+)\s*=\s*["'](?:127\.0\.0\.1|localhost)["']""")
_HOST_READ = lazy.pattern(
    r"(?:process\.env|Bun\.env|\benv)(?:\.|\[[\"'])(HOST|HOSTNAME|BIND_ADDRESS|LISTEN_ADDRESS|SERVER_HOST|ADDRESS)\b"
)
_HOST_ANY = lazy.pattern(r"""["'](?:0\.0\.0\.0|::)["']""")
# Templates and the like that are read from the source folder, which a build does not copy.
_READS_SOURCE = lazy.pattern(
    r"""\b(?:join|resolve)\([^;]{0,160}?["']src["']\s*,"""
    r"""|["'`](?:\./)?src/[\w./*-]+\.(?:hbs|ejs|pug|html|njk|graphql|gql|json|sql|ya?ml|proto|txt|md)["'`]"""
)
# A file that the app opens beside its package.json.
_READS_FILE = lazy.pattern(
    r"\b(?:readFile|readFileSync|createReadStream|readJson|readJsonSync|sendFile|load|loadSync|readYamlEnvSync)\(\s*"
    r"(?:(?:\w+\.)?(?:join|resolve)\(\s*)?(?:(?:process\.cwd\(\)|__dirname|import\.meta\.dirname)\s*,\s*)?"
    r"(?:[\"'`]\.{1,2}[\"'`]\s*,\s*){0,4}[\"'`](?:\.{0,2}/){0,4}([\w-][\w.-]{0,80}\.[a-z]{2,8})[\"'`]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """What the files reachable from the entry say. `*_variable` are environment variables."""

    files: tuple[str, ...] = ()
    listens: bool = False
    port: Fact[int] | None = None
    port_variable: str = ""
    host_variable: str = ""
    binds_all: bool = False
    loopback: str = ""  # file:line that binds to the loopback address only
    health: Fact[str] | None = None
    stops: Fact[str] | None = None  # the signal at which the code ends the app itself
    state: State = field(default_factory=State)  # where the app writes
    reads_source: bool = False  # files of the source folder or at the top, while it runs


def read(project: Project, start: str | None) -> SourceFacts:
    """What the files reachable from START say (all sources if START is None)."""
    files = reachable(project, start) if start else sources(project)
    texts = [(f, project.text(f)) for f in files]
    port, variable = _port(texts)
    if start and not port:
        port = _port([(f, project.text(f)) for f in CONFIGURATIONS if project.has(f)])[0]
    if variable and not port:
        port = _example(project, variable)
    loopback = next((_place(f, t, m) for f, t in texts if (m := _on_loopback(t))), "")
    listening = frozenset(f for f, t in texts if listens(t))
    return SourceFacts(
        files=tuple(files),
        listens=bool(listening),
        port=port,
        port_variable=variable,
        host_variable=next((m[1] for _, t in texts if (m := _HOST_READ.search(t))), ""),
        binds_all=any(_HOST_ANY.search(t) for _, t in texts),
        loopback=loopback,
        health=health.route(project, texts, listening),
        stops=ending.handled(texts),
        state=state.find(project, texts),
        reads_source=any(_reads_source(project, text) for _, text in texts),
    )


def _reads_source(project: Project, text: str) -> bool:
    """True if TEXT opens a file of the project that is in no folder of data, and that no build makes."""
    if ("src/" in text or "'src'" in text or '"src"' in text) and _READS_SOURCE.search(text):
        return True
    return any(project.has(m[1]) and m[1] != "package.json" for m in _READS_FILE.finditer(text))


def listens(text: str) -> bool:
    """True if TEXT opens a port."""
    return _LISTENS.search(text) is not None


def _on_loopback(text: str) -> re.Match[str] | None:
    """Where TEXT listens on the loopback address, written out or as a constant."""
    if m := _LOOPBACK.search(text):
        return m
    for m in _LOOPBACK_NAME.finditer(text):
        if re.search(rf"\blisten\([^)\n]{{0,80}},\s*{m[1]}\b|\blisten\(\s*\{{[^}}]{{0,120}}\b{m[1]}\b", text):
            return m
    return None


def _place(file: str, text: str, match: re.Match[str]) -> str:
    return f"{file}:{line_at(text, match.start())}"


def _port(texts: list[tuple[str, str]]) -> tuple[Fact[int] | None, str]:
    """The port and the environment variable that sets it ("" if none): `PORT || 3000`, schemas, then literals."""
    for pattern in (_PORT_OR, _PORT_SCHEMA, _PORT_ENTRY, _PORT_GET):
        hits = [(m[1].upper(), int(m[2]), f, line_at(t, m.start())) for f, t in texts for m in pattern.finditer(t)]
        hits = [h for h in hits if h[0].endswith("PORT") and 0 < h[1] < 65536 and not _other_port(h[0])]
        if hits:
            name, number, file, line = min(hits, key=lambda h: h[0] != "PORT")
            return fact(number, file, line, f"environment variable {name}, {number} by default"), name
    named = (m[1] or m[2] or m[3] for _, t in texts for m in _PORT_READ.finditer(t))
    variable = next((n for n in named if n in _PORT_NAMES), "")
    for pattern in _PORT_LITERAL:
        weak = pattern in _PORT_LITERAL[-2:]
        for index, (file, text) in enumerate(texts):
            if weak and index and not _LISTENS.search(text) and not _SETTINGS.search(file):
                continue
            for m in pattern.finditer(text):
                if 0 < int(m[1]) < 65536 and int(m[1]) not in _SERVICES:
                    return fact(int(m[1]), file, line_at(text, m.start())), variable
    return None, variable


def _example(project: Project, variable: str) -> Fact[int] | None:
    """The port that an example of the project's variables gives to VARIABLE."""
    file = examples.file(project)
    value = examples.read(project).get(variable, "")
    if value.isdigit() and 0 < int(value) < 65536:
        return fact(int(value), file, project.line_of(file, variable), f"environment variable {variable}")
    return None


# Ports of services that an app connects to rather than listens on.
_SERVICES = frozenset({25, 465, 587, 1025, 1433, 3306, 5432, 5672, 6379, 9092, 11211, 27017})


def _other_port(name: str) -> bool:
    return bool(
        re.search(
            r"DB|DATABASE|REDIS|SMTP|MAIL|POSTGRES|PG|MYSQL|MONGO|RABBIT|AMQP|KAFKA|DEBUG|METRICS|PROXY|VITE|CLIENT",
            name,
        )
    )
