"""Find the app objects and factories in a project's Python sources, without running them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.stacks.python import itself
from dockgen.stacks.python.frameworks import CLASSES, DASH_SERVER, FRAMEWORKS, Framework
from dockgen.stacks.python.imports import ancestors
from dockgen.stacks.python.source import Module, parse, sources, top_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project

# Methods that make an app of an object whose class does not tell; None: an app of no framework that we serve.
_METHODS: Mapping[str, Framework | None] = {
    "make_wsgi_app": FRAMEWORKS["pyramid"],
    "http_app": None,
    "streamable_http_app": None,
}
_WORDS = sorted({re.escape(name.rpartition(".")[2]) for name in CLASSES} | {"make_wsgi_app"})
# A file without any of these makes no app, and need not be parsed: a class of a framework, or something called app
# that is defined, assigned or called.
_HINT = lazy.pattern(
    rf"(?:{'|'.join(_WORDS)})(?![a-z])"
    r"|^[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w{0,40}app|\w{0,40}app\w{0,20}[ \t]*(?::[^=\n]{1,60})?="
    r"|\w{1,40}[ \t]*(?::[^=\n]{1,60})?=[ \t]*[\w.]{0,60}app\w{0,20}\()",
    re.MULTILINE,
)


MAX_CALLS = 3  # how many factories are looked through that call one another
MAX_REACHED = 120  # how many files are followed from the one that is started
MAX_HOPS = 20  # how many files a name is followed through that only hand it on


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app object or factory: the file and name that a server is pointed at."""

    path: str
    name: str
    line: int
    framework: Framework
    is_factory: bool = False


class Code:
    """The parsed sources of a project; each file is parsed at most once, when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._modules: dict[str, Module | None] = {}
        self._made: dict[tuple[str, str, int], Framework | None] = {}
        self._assigned: dict[str, tuple[tuple[Module, ast.expr], ...]] = {}
        self.paths = sources(project)
        self.own = itself.imported(project, self.paths)  # the name by which it imports the project's folder, and where

    def module(self, path: str) -> Module | None:
        """The parsed file PATH; None if it is not valid Python 3."""
        if path not in self._modules:
            self._modules[path] = parse(path, self._project.text(path))
        return self._modules[path]

    def text(self, path: str) -> str:
        """The text of a file of the project."""
        return self._project.text(path)

    def dotted(self, module: Module, node: ast.expr) -> str:
        """The dotted name that an expression such as `fastapi.FastAPI` stands for, through the module's imports."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([module.imports.get(node.id, node.id), *reversed(parts)])

    def framework_of(self, module: Module, node: ast.expr | None, depth: int = 0) -> Framework | None:
        """The framework whose app an expression makes: a call of its class, of a subclass, or of a factory."""
        if not isinstance(node, ast.Call) or depth > MAX_CALLS:
            return None
        name = self.dotted(module, node.func)
        if name in CLASSES:
            return FRAMEWORKS[CLASSES[name]]
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            return _METHODS[node.func.attr]
        home, local = self.resolve(module, name)
        if home is None:
            return None
        if local in home.classes:
            bases = [self.dotted(home, base) for base in home.classes[local].bases]
            return next((FRAMEWORKS[CLASSES[b]] for b in bases if b in CLASSES), None)
        return self.made_by(home, local, depth + 1)

    def made_by(self, module: Module, function: str, depth: int = 0) -> Framework | None:
        """The framework whose app a function returns; None if it returns something else."""
        if function not in module.functions or depth > MAX_CALLS:
            return None
        asked = (module.path, function, depth)  # at most four times for each function, however they call each other
        if asked not in self._made:
            self._made[asked] = self._returned(module, module.functions[function], depth)
        return self._made[asked]

    def _returned(self, module: Module, node: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> Framework | None:
        local: dict[str, Framework] = {}
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Assign, ast.AnnAssign)):
                targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
                if framework := self.framework_of(module, inner.value, depth):
                    local |= {t.id: framework for t in targets if isinstance(t, ast.Name)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return):
                if isinstance(inner.value, ast.Name) and inner.value.id in local:
                    return local[inner.value.id]
                if framework := self.framework_of(module, inner.value, depth):
                    return framework
        return None

    def resolve(self, module: Module, name: str) -> tuple[Module | None, str]:
        """The module of this project in which the dotted NAME is defined, and its name there."""
        if "." not in name:
            return module, name
        current = name
        seen = {module.path}
        for _ in range(MAX_HOPS):  # modules may hand a name on, and even to one another
            found, local = self._importable(module, current, seen)
            if found is None:
                break
            if local in found.functions or local in found.classes:
                return found, local
            seen.add(found.path)
            module, current = found, found.imports[local]
            if "." not in current:
                return module, current
        return None, name

    def _importable(self, module: Module, name: str, seen: set[str]) -> tuple[Module | None, str]:
        """The file in which MODULE finds the dotted NAME, defined or handed on; none of those SEEN that hand it on."""
        target, _, local = name.rpartition(".")
        for stem in self._stems(module, target):
            for path in (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",):
                if not self._project.has(path) or (found := self.module(path)) is None:
                    continue
                if local in found.functions or local in found.classes or (local in found.imports and path not in seen):
                    return found, local
        return None, name

    def value_of(self, module: Module, name: str) -> tuple[Module, ast.expr] | None:
        """What NAME stands for in MODULE, if another file of the project assigns it and this one imports it."""
        for _ in range(MAX_HOPS):
            if name in module.values:
                return module, module.values[name]
            dotted = module.imports.get(name) or module.imports.get("*", "").removesuffix("*") + name
            target, _, name = dotted.rpartition(".")
            files = self.files_of(module, target) if target else iter(())
            found = next((m for f in files if (m := self.module(f)) and m is not module), None)
            if found is None:
                return None
            module = found
        return None

    def files_of(self, module: Module, target: str) -> Iterator[str]:
        """The files of the project that the dotted TARGET may be, as imported by MODULE."""
        for stem in self._stems(module, target):
            yield from (
                p for p in (f"{stem}.py", f"{stem}/__init__.py" if stem else "__init__.py") if self._project.has(p)
            )

    def _stems(self, module: Module, target: str) -> list[str]:
        first, _, rest = target.partition(".")
        if self.own and first == self.own[0]:
            return [rest.replace(".", "/")]
        return _stems(module.path.rpartition("/")[0], target)

    def reachable(self, first: Iterable[str]) -> list[str]:
        """The files FIRST and those of the project that they import, and those that these import, and so on."""
        found = list(dict.fromkeys(p for p in first if p))
        seen = set(found)
        for path in found:
            if len(found) >= MAX_REACHED or (module := self.module(path)) is None:
                continue
            for dotted in sorted(set(module.imports.values())):
                names = (dotted.removesuffix(".*"), dotted.rpartition(".")[0])
                target = next((f for name in names if name.strip(".") for f in self.files_of(module, name)), "")
                if target and target not in seen:
                    seen.add(target)
                    found.append(target)
        return found

    def assigned(self, name: str) -> tuple[tuple[Module, ast.expr], ...]:
        """What is assigned to NAME anywhere in the project, as a name, an attribute, an item or an argument."""
        if name not in self._assigned:
            word = re.compile(rf"\b{re.escape(name)}\b[\"']?\]?\s*(?::[^=\n]{{1,60}})?[=:]")
            files = [p for p in self.paths if word.search(self._project.text(p))][:MAX_HOPS]
            modules = [m for p in files if (m := self.module(p))]
            self._assigned[name] = tuple((m, value) for m in modules for value in _assigned(m, name))
        return self._assigned[name]

    def apps(self) -> list[App]:
        """Every app object at module level and every factory without required arguments, in order of file."""
        found: list[App] = []
        for path in self.paths:
            text = self._project.text(path)
            if not _HINT.search(text) or (module := self.module(path)) is None:
                continue
            found += self._objects(module)
            for name, node in module.functions.items():
                if not name.startswith("_") and not _required(node) and (framework := self.made_by(module, name)):
                    found.append(App(path=path, name=name, line=node.lineno, framework=framework, is_factory=True))
        return found

    def _objects(self, module: Module) -> Iterator[App]:
        for statement in top_level(module.tree):
            if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names = [t.id for t in targets if isinstance(t, ast.Name)]
            framework = self.framework_of(module, statement.value) or self._dash_server(module, statement.value)
            if names and framework:
                yield App(path=module.path, name=names[0], line=statement.lineno, framework=framework)

    def _dash_server(self, module: Module, value: ast.expr | None) -> Framework | None:
        """Dash, if VALUE is the `.server` of a Dash app: the WSGI app that a server can serve."""
        if not (isinstance(value, ast.Attribute) and value.attr == "server" and isinstance(value.value, ast.Name)):
            return None
        framework = self.framework_of(module, module.values.get(value.value.id))
        return DASH_SERVER if framework and framework.name == "dash" else None


def _assigned(module: Module, name: str) -> Iterator[ast.expr]:
    for node in module.nodes:
        match node:
            case (
                ast.Assign(targets=[target, *_], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                if _target(target) == name:
                    yield value
            case ast.Dict(keys=keys, values=values):
                yield from (v for k, v in zip(keys, values, strict=True) if _text(k) == name)
            case ast.keyword(arg=argument, value=value) if argument == name:
                yield value


def _target(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=key):
            return _text(key)
    return ""


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _required(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    positional = node.args.posonlyargs + node.args.args
    return len(positional) > len(node.args.defaults) or any(d is None for d in node.args.kw_defaults)


def _stems(base: str, target: str) -> list[str]:
    """Where the module TARGET, as imported by a file in the folder BASE, may lie: paths without an ending."""
    if target.startswith("."):
        level = len(target) - len(target.lstrip("."))
        folder = "/".join(base.split("/")[: len(base.split("/")) - level + 1]) if base else ""
        return ["/".join(p for p in (folder, target.lstrip(".").replace(".", "/")) if p)]
    tail = target.replace(".", "/")
    return [f"{root}/{tail}" if root else tail for root in dict.fromkeys(["", *ancestors(base), "src"])]
