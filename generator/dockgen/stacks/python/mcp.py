"""Servers of the Model Context Protocol: whether one talks over its standard input or over HTTP, and where."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.stacks.python.frameworks import FRAMEWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.frameworks import Framework
    from dockgen.stacks.python.source import Module

KIND = "mcp"  # of a framework that makes such servers
STDIO, HTTP = "stdio", "http"
MAX_HOPS = 4  # how many names are followed from one to the next
# Methods that start a server over one transport.
_STARTS = {
    "run_stdio_async": STDIO,
    "run_http_async": HTTP,
    "run_sse_async": HTTP,
    "run_streamable_http_async": HTTP,
}
_OVER_HTTP = frozenset({"http", "sse", "streamable-http", "streamable_http"})
_OPTION = re.compile(r"[\"']--(?:transport|mode)[\"'][^()]{0,200}?default\s*=\s*[\"']([\w-]+)[\"']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that a program starts: `path` and `line` of its start, and the files that say where it listens.

    `host` is True if they give an address; without one it listens on the loopback address. `port` is the number that
    they give, 0 if it is none that is written there.
    """

    framework: Framework
    transport: str
    path: str
    line: int
    files: tuple[str, ...]
    host: bool = False
    port: int = 0


def find(code: Code, files: Iterable[str]) -> Server | None:
    """The server that FILES start: over its standard input if any of them can do so without being asked."""
    found = [s for path in files if "run" in code.text(path) and (m := code.module(path)) for s in _starts(code, m)]
    return next((s for s in found if s.transport == STDIO), next(iter(found), None))


def _starts(code: Code, module: Module) -> Iterator[Server]:
    for node in module.nodes:
        match node:
            case ast.Call(func=ast.Name(id="stdio_server")) if module.imports.get("stdio_server", "").startswith(
                "mcp."
            ):
                low = FRAMEWORKS["mcp"]
                yield Server(framework=low, transport=STDIO, path=module.path, line=node.lineno, files=(module.path,))
                continue
            case ast.Call(func=ast.Attribute(attr=method, value=receiver)) if method in ("run", "run_async", *_STARTS):
                pass
            case _:
                continue
        if not (made := _made(code, module, receiver)):
            continue
        home, call, framework = made
        given = {k.arg: k.value for k in (*call.keywords, *node.keywords)}
        asked = given.get("transport", node.args[0] if node.args else None)
        yield Server(
            framework=framework,
            transport=_STARTS.get(method) or (_transport(code, module, asked) if asked else STDIO),
            path=module.path,
            line=node.lineno,
            files=tuple(dict.fromkeys((module.path, home.path))),
            host="host" in given,
            port=_number(given.get("port")),
        )


def _made(code: Code, module: Module, receiver: ast.expr) -> tuple[Module, ast.Call, Framework] | None:
    """Where RECEIVER is made, if that is a server: a name of this file or of another one, or an attribute."""
    match receiver:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            own = ((m, v) for m, v in code.assigned(name) if isinstance(receiver, ast.Attribute) or m is module)
            other = code.value_of(module, name) if isinstance(receiver, ast.Name) else None
        case _:
            return None
    for home, value in (*own, *([other] if other else [])):
        if isinstance(value, ast.Call) and (framework := code.framework_of(home, value)) and framework.kind == KIND:
            return home, value, framework
    return None


def _number(node: ast.expr | None) -> int:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int) and 0 < value < 65536 else 0


def _transport(code: Code, module: Module, node: ast.expr) -> str:
    said = _word(code, module, node)
    if not said and (option := _OPTION.search(code.text(module.path))):
        said = option[1]
    return HTTP if said in _OVER_HTTP else STDIO  # what both libraries take by themselves


def _word(code: Code, module: Module, node: ast.expr, hops: int = 0) -> str:
    """The text that an expression stands for, or falls back on; "" if it cannot be told."""
    match node:
        case ast.Constant(value=str(word)):
            return word
        case ast.BoolOp(values=[*_, last]):
            return _word(code, module, last, hops)
        case ast.Call(func=ast.Name(id="cast"), args=[_, inner]):
            return _word(code, module, inner, hops)
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "strip"), args=[]):
            return _word(code, module, inner, hops)
        case ast.Call(args=[_, default, *_]):  # os.getenv("TRANSPORT", "stdio")
            return _word(code, module, default, hops)
        case ast.Name(id=name) | ast.Attribute(attr=name) if hops < MAX_HOPS:
            words = [_word(code, m, value, hops + 1) for m, value in code.assigned(name) if value is not node]
            return STDIO if STDIO in words else next((w for w in words if w), "")
    return ""
