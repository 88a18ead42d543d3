"""Find the port and the address that a program listens on, and the flag or variable that sets them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.stacks.go.configs import viper
from dockgen.stacks.go.hints import Listener, in_configuration, in_file, named_values
from dockgen.stacks.go.names import NOT_HTTP, PROFILING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.source import GoFile

FRAMEWORKS = (  # import path, name, port when none is given
    ("github.com/gin-gonic/gin", "gin", 8080),
    ("github.com/labstack/echo", "echo", None),
    ("github.com/gofiber/fiber", "fiber", None),
    ("github.com/go-chi/chi", "chi", None),
    ("github.com/gorilla/mux", "gorilla/mux", None),
    ("github.com/beego/beego", "beego", 8080),
    ("github.com/valyala/fasthttp", "fasthttp", None),
    ("github.com/julienschmidt/httprouter", "httprouter", None),
    ("google.golang.org/grpc", "grpc", None),
    ("net/http", "net/http", None),
)
MOST_HINTS = 500  # each is compared with all others; no program has so many
_SERVES = re.compile(
    r"\.ListenAndServe(?:TLS)?\(|\bhttp\.Serve(?:TLS)?\(|\bnet\.Listen\(\s*\"tcp|\bnet\.Listen\(\s*[a-z]\w*\s*,"
    r"|\bweb\.ListenAndServe\(|\bnet\.ListenTCP\(|\bListenConfig\{"
)
_SERVING = ("Listen", ".Serve", ".Start", ".Run")  # without any of them, none of the patterns here is in a file
# Said with an address, in a file that need not import the framework.
_SERVES_AT = re.compile(r"\.(?:Start|Run|Listen)(?:TLS)?\(\s*\"[\w.-]*:\d{2,5}\"")
_GRPC = re.compile(r"\bgrpc\.NewServer\(")
_HTTP = re.compile(r"\.ListenAndServe(?:TLS)?\(|\bhttp\.Serve(?:TLS)?\(|\bweb\.ListenAndServe\(")
_SERVES_WITH = {
    "gin": re.compile(r"\.Run(?:TLS)?\("),
    "echo": re.compile(r"\.Start(?:TLS|AutoTLS|Server)?\("),
    "fiber": re.compile(r"\.Listen(?:TLS)?\("),
    "beego": re.compile(r"\b(?:web|beego)\.Run\("),
}
_EXPOSE = re.compile(r"^EXPOSE[ \t]+(.+)$", re.MULTILINE | re.IGNORECASE)


def framework(program: Sequence[GoFile]) -> tuple[str, Evidence] | None:
    """The web framework that the program imports, and where; None if it imports none.

    A framework itself comes before a part of another one, such as a router before chi's middleware on top of it; gRPC
    counts where the program serves it, and no HTTP beside it.
    """
    grpc = any(_GRPC.search(f.text) for f in program) and not any(_HTTP.search(f.text) for f in program)
    *rows, http = [(path, name) for path, name, _ in FRAMEWORKS if name != "grpc" or grpc]
    for whole in (True, False):
        for path, name in rows:
            if where := _imported(program, path, whole=whole):
                return name, where
    where = _imported(program, http[0], whole=True)
    return (http[1], where) if where else None


def _imported(program: Sequence[GoFile], path: str, *, whole: bool) -> Evidence | None:
    """Where the module PATH is imported: as a WHOLE, in any major version, or a package in it."""
    wanted = re.compile(re.escape(path) + (r"(?:/v\d+|\.v\d+)?" if whole else r"[/.].+"))
    for file in program:
        if hit := next((i for i in file.imports if wanted.fullmatch(i)), None):
            return Evidence(file.path, file.line(file.text.find(f'"{hit}"')), "imports it")
    return None


def serves(program: Sequence[GoFile]) -> Evidence | None:
    """Where the program opens a port; None if it opens none."""
    names = {name for path, name, _ in FRAMEWORKS for f in program for i in f.imports if i.startswith(path)}
    for file in program:
        patterns = [_SERVES, *([_SERVES_AT] if names & _SERVES_WITH.keys() else [])]
        patterns += [p for name, p in _SERVES_WITH.items() if name in names and _uses(file, name)]
        if not any(word in file.text for word in _SERVING):
            continue
        for pattern in patterns:
            if match := pattern.search(file.text):
                return Evidence(file.path, file.line(match.start()), "listens")
    return None


def _uses(file: GoFile, name: str) -> bool:
    path = next(p for p, n, _ in FRAMEWORKS if n == name)
    return any(i.startswith(path) for i in file.imports)


def listeners(
    program: Sequence[GoFile], project: Project, home: str, configuration: Sequence[str] = ()
) -> list[Listener]:
    """All hints at ports and addresses in the program and its CONFIGURATION, the strongest first."""
    values = named_values(program)
    variables = viper(program)
    found = [*in_configuration(project, configuration, variables)]
    found += [hint for file in program for hint in in_file(file, values, variables)]
    if any(i == "net/http/pprof" for file in program for i in file.imports):  # it is there, and nothing else is
        found = [h for h in found if h.port != PROFILING or h.env or h.flag]
    found = found[:MOST_HINTS]
    joined = [_join(hint, found) for hint in found]
    known_ports = exposed(project, home)
    known = {port for port, _ in known_ports}
    joined = [replace(h, weight=h.weight + 15) if h.port in known else h for h in joined]
    joined += [Listener(kind="port", port=p, host="", weight=5, where=where) for p, where in known_ports]
    joined = [replace(h, weight=h.weight + _unlikely(h.port)) for h in joined]
    return sorted(joined, key=lambda h: -h.weight)  # stable: the program's own folder came first


def _unlikely(port: int | None) -> int:
    """A correction for ports of another protocol, of the profiler, and for those that only root could open."""
    if port is None:
        return 0
    return -60 if port in NOT_HTTP else -40 if port == PROFILING else -5 if port < 1024 else 0


def _join(hint: Listener, others: Sequence[Listener]) -> Listener:
    """HINT with the variable and the flag that set the same variable of the program elsewhere."""
    name = hint.target.rpartition(".")[2].lower()
    same = [o for o in others if o is not hint and name and o.target.rpartition(".")[2].lower() == name]
    env = next((o.env for o in same if o.env), None)
    flag = next((o.flag for o in same if o.flag), None)
    more = 10 if hint.port and (env or flag) else 0
    return replace(hint, env=hint.env or env, flag=hint.flag or flag, weight=hint.weight + more)


def exposed(project: Project, home: str) -> list[tuple[int, Evidence]]:
    """Ports that an existing Dockerfile exposes: a hint, not the truth. Ports of other protocols last."""
    path = project.first("Dockerfile" if home == "." else f"{home}/Dockerfile", "Dockerfile")
    text = project.text(path) if path else ""
    found = []
    for match in _EXPOSE.finditer(text):
        where = Evidence(path or "", line_at(text, match.start()), "EXPOSE")
        found += [
            (int(p), where) for p in re.findall(r"\b(\d{2,5})(?:/tcp)?\b(?!/udp)", match[1]) if 0 < int(p) < 65536
        ]
    return sorted(found, key=lambda f: f[0] in NOT_HTTP)
