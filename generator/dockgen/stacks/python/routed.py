"""Where an app object is given its routes: by its own file, or by another one that has to be served in its place."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.stacks.python.source import top_level

if TYPE_CHECKING:
    from dockgen.stacks.python.code import App, Code
    from dockgen.stacks.python.source import Module

# Frameworks whose routes are added to the object after it is made.
FRAMEWORKS = frozenset({"blacksheep", "bottle", "falcon", "falcon-asgi", "fastapi", "flask", "quart", "sanic"})
# Methods that add routes to an app.
_ADDS = (
    "add_api_route", "add_api_websocket_route", "add_route", "add_url_rule", "blueprint", "delete", "get",
    "include_router", "listener", "mount", "patch", "post", "put", "register_blueprint", "route", "websocket",
)  # fmt: skip


def served(code: Code, app: App) -> App:
    """APP, or the same object by the name that it has in the only file that gives it routes when it is imported.

    APP as it is if its own file, or one that this imports, does anything with it.
    """
    if app.is_factory or app.framework.name not in FRAMEWORKS:
        return app
    reached = code.reachable([app.path])
    used = re.compile(rf"\b{re.escape(app.name)}\.(?:{'|'.join(_ADDS)})\(|[(,=]\s*{re.escape(app.name)}\s*[,)]")
    if any(used.search(code.text(path)) for path in reached):
        return app
    wiring = [
        (path, name, line)
        for path in code.paths
        if path not in reached and app.name in code.text(path) and (module := code.module(path))
        for name in _names(code, module, app)
        if (line := _line(module, name))
    ]
    if len(wiring) != 1:
        return app
    path, name, line = wiring[0]
    return replace(app, path=path, name=name, line=line)


def only_when_run(code: Code, app: App) -> Evidence | None:
    """Why the file of APP must be run and its object cannot be served; None if it can.

    Only a function that nothing calls at import gives it routes, or the arguments of the command line are read at
    import, which would be the server's.
    """
    module = code.module(app.path)
    if app.is_factory or app.framework.name not in FRAMEWORKS or module is None or not module.is_script:
        return None
    statements = [s for s in top_level(module.tree) if not _is_entry(s)]
    calls = [c for s in statements if not isinstance(s, _DEFINES) for c in ast.walk(s) if isinstance(c, ast.Call)]
    if parses := next((c for c in calls if getattr(c.func, "attr", "") == "parse_args" and not c.args), None):
        return Evidence(app.path, parses.lineno, "reads its own command line, so it is run itself")
    first = {name: line for name, node in module.functions.items() if (line := _adds(node, app.name))}
    called = {c.func.id for c in calls if isinstance(c.func, ast.Name)}
    handed = any(isinstance(a, ast.Name) and a.id == app.name for c in calls for a in (*c.args, *_values(c)))
    used = re.compile(rf"\b{re.escape(app.name)}\.(?:{'|'.join(_ADDS)})\(")
    elsewhere = any(used.search(code.text(p)) for p in code.reachable([app.path]) if p != app.path)
    if not first or handed or elsewhere or _line(module, app.name) or not called.isdisjoint(first):
        return None
    return Evidence(app.path, min(first.values()), f"{app.name} gets its routes only when the file is run")


_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _is_entry(statement: ast.stmt) -> bool:
    """True for `if __name__ == "__main__":`."""
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def _values(call: ast.Call) -> list[ast.expr]:
    return [k.value for k in call.keywords]


def _adds(function: ast.AST, name: str) -> int:
    """The first line in FUNCTION that gives a route to NAME; 0 if none does."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=receiver), attr=attr)) if receiver == name:
                if attr in _ADDS:
                    return node.lineno
    return 0


def _names(code: Code, module: Module, app: App) -> list[str]:
    """What APP is called in MODULE, which imports it; nothing if it does not."""
    return [
        local
        for local, dotted in module.imports.items()
        if dotted.rpartition(".")[2] == app.name
        and "." in dotted
        and app.path in code.files_of(module, dotted.rpartition(".")[0])
    ]


def _line(module: Module, name: str) -> int:
    """The first line on which MODULE adds a route to NAME when it is imported; 0 if it does not."""
    for statement in top_level(module.tree):
        calls: list[ast.expr] = []
        if isinstance(statement, ast.Expr):
            calls = [statement.value]
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            calls = statement.decorator_list
        for call in calls:
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=receiver), attr=attr)) if receiver == name:
                    if attr in _ADDS:
                        return call.lineno
    return 0
