"""Read Python sources without running them: app objects, factories, servers that are started, ports."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.stacks.python.frameworks import CLASSES, FRAMEWORKS, Framework

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

MAX_PARSED = 400
_ASIDE = re.compile(
    r"(^|/)(tests?|testing|docs?|examples?|samples?|scripts?|tools|benchmarks?|migrations|alembic|node_modules|"
    r"locale|static|frontend|notebooks?|\.[^/]*)/|(^|/)(test_[^/]*|[^/]*_test|conftest|setup|noxfile|fabfile|tasks|versioneer)\.py$"
)


@dataclass(slots=True)
class Module:
    """What one source file says. `path` is its file, `imports` local name -> dotted name."""

    path: str
    tree: ast.Module
    imports: dict[str, str] = field(default_factory=dict)
    absolute: set[str] = field(default_factory=set)  # first parts of absolute imports
    relative: bool = False  # it imports from its own package
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    is_script: bool = False  # has `if __name__ == "__main__"` or statements that call something


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app object or factory: the file and name that a server is pointed at."""

    path: str
    name: str
    line: int
    framework: Framework
    is_factory: bool = False
    inner: bool = False  # made by a factory that stands in another module: the better handle of the two


def sources(project: Project) -> list[str]:
    """The app's own Python files, shallow first; tests, docs, migrations and the like left out."""
    return [f for f in project.ending(".py") if not _ASIDE.search(f)][:MAX_PARSED]


class Code:
    """The parsed sources of a project; each file is parsed at most once, when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._modules: dict[str, Module | None] = {}
        self.paths = sources(project)

    def module(self, path: str) -> Module | None:
        """The parsed file PATH; None if it is not valid Python 3."""
        if path not in self._modules:
            self._modules[path] = self._parse(path)
        return self._modules[path]

    def _parse(self, path: str) -> Module | None:
        import warnings  # noqa: PLC0415

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a project's odd escapes are no business of ours
                tree = ast.parse(self._project.text(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        module = Module(path, tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    module.imports[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
                    module.absolute.add(alias.name.split(".")[0])
            elif isinstance(node, ast.ImportFrom):
                if node.level:
                    module.relative = True
                elif node.module:
                    module.absolute.add(node.module.split(".")[0])
                prefix = "." * node.level + (node.module or "")
                for alias in node.names:
                    module.imports[alias.asname or alias.name] = (
                        f"{prefix}.{alias.name}" if prefix.strip(".") else prefix + alias.name
                    )
        for statement in top_level(tree):
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                module.functions[statement.name] = statement
            elif isinstance(statement, ast.ClassDef):
                module.classes[statement.name] = statement
            elif isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
                module.is_script = True
        return module

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
        if not isinstance(node, ast.Call) or depth > 3:
            return None
        name = self.dotted(module, node.func)
        if name in CLASSES:
            return FRAMEWORKS[CLASSES[name]]
        if isinstance(node.func, ast.Attribute) and node.func.attr in (
            "make_wsgi_app",
            "http_app",
            "streamable_http_app",
        ):
            kinds = {"make_wsgi_app": "pyramid"}
            return FRAMEWORKS[kinds[node.func.attr]] if node.func.attr in kinds else None
        home, local = self.resolve(module, name)
        if home is None:
            return None
        if local in home.classes:
            bases = [self.dotted(home, base) for base in home.classes[local].bases]
            return next((FRAMEWORKS[CLASSES[b]] for b in bases if b in CLASSES), None)
        return self.made_by(home, local, depth + 1)

    def made_by(self, module: Module, function: str, depth: int = 0) -> Framework | None:
        """The framework whose app a function returns; None if it returns something else."""
        node = module.functions.get(function)
        if node is None or depth > 3:
            return None
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
        target, _, local = name.rpartition(".")
        base = module.path.rpartition("/")[0]
        if target.startswith("."):
            level = len(target) - len(target.lstrip("."))
            folder = "/".join(base.split("/")[: len(base.split("/")) - level + 1]) if base else ""
            stems = ["/".join(p for p in (folder, target.lstrip(".").replace(".", "/")) if p)]
        else:
            tail = target.replace(".", "/")
            roots = ["", *_ancestors(base), "src"]
            stems = [f"{root}/{tail}" if root else tail for root in dict.fromkeys(roots)]
        for stem in stems:
            for path in (f"{stem}.py", f"{stem}/__init__.py") if stem else ("__init__.py",):
                if self._project.has(path) and (found := self.module(path)):
                    if local in found.functions or local in found.classes:
                        return found, local
                    if local in found.imports and found is not module:
                        return self.resolve(found, found.imports[local])
        return None, name

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
            framework = self.framework_of(module, statement.value)
            if names and framework:
                yield App(path=module.path, name=names[0], line=statement.lineno, framework=framework)
            elif names and isinstance(statement.value, ast.Attribute) and statement.value.attr == "server":
                if framework := self._dash_server(module, statement.value):
                    yield App(path=module.path, name=names[0], line=statement.lineno, framework=framework)

    def _dash_server(self, module: Module, value: ast.Attribute) -> Framework | None:
        """Flask, if VALUE is the `.server` of a Dash app: the WSGI app that a server can serve."""
        if not isinstance(value.value, ast.Name):
            return None
        for statement in top_level(module.tree):
            if isinstance(statement, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == value.value.id for t in statement.targets
            ):
                framework = self.framework_of(module, statement.value)
                return FRAMEWORKS["flask"] if framework and framework.name == "dash" else None
        return None


_HINT = re.compile(
    "|".join(
        sorted(
            {re.escape(name.rpartition(".")[2]) for name in CLASSES}
            | {"create_app", "make_app", "get_app", "make_wsgi_app", "app"}
        )
    )
)


def top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements of the module itself, those inside `if`, `try` and `with` too."""
    stack: list[ast.stmt] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            continue
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = [*node.body, *getattr(node, "orelse", [])]
            stack += reversed(inner)


def _required(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    positional = node.args.posonlyargs + node.args.args
    return len(positional) > len(node.args.defaults) or any(d is None for d in node.args.kw_defaults)


def _ancestors(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:i]) for i in range(len(parts), 0, -1)]


def import_roots(project: Project, module: Module) -> tuple[str, ...]:
    """The folders that must be on Python's path for a file's imports to work, the one it is run from first.

    "" is the project itself. Of the file's own folders and `src`, that in which most of its absolute imports are found;
    others only if they hold imports that the first does not. A file that imports from its own package is run from above
    that package.
    """
    folder = module.path.rpartition("/")[0]
    if not folder:
        return ("",)
    candidates = ["", *reversed(_ancestors(folder))]
    if "src" in candidates:
        candidates = ["src", *[c for c in candidates if c != "src"]]
    if module.relative or module.path.endswith("/__init__.py"):
        candidates = [c for c in candidates if c != folder] or [folder.rpartition("/")[0]]
    found = {c: _found_in(project, c, module.absolute) for c in candidates}
    best = max(candidates, key=lambda c: len(found[c]))  # the first of equals
    if not found[best]:
        package = _package_parent(project, folder)
        return (package if package in candidates else candidates[0],)
    roots = [best]
    for other in candidates:
        if found[other] - set().union(*(found[r] for r in roots)):
            roots.append(other)
    return tuple(sorted(roots, key=lambda r: r != "")) if "" in roots else tuple(roots)


def _found_in(project: Project, root: str, names: set[str]) -> set[str]:
    prefix = f"{root}/" if root else ""
    return {n for n in names if project.has(f"{prefix}{n}.py") or _has_python(project, f"{prefix}{n}")}


def _has_python(project: Project, folder: str) -> bool:
    return project.has_folder(folder) and any(f.endswith(".py") for f in project.below(folder))


def _package_parent(project: Project, folder: str) -> str:
    """The folder above the top-most package that FOLDER lies in; the project itself if it is no package."""
    inside = folder
    while inside and project.has(f"{inside}/__init__.py"):
        inside = inside.rpartition("/")[0]
    if inside == folder:
        return "src" if folder.startswith("src/") else ""
    return inside


def module_name(path: str, root: str) -> str:
    """The dotted name of the file PATH when ROOT is on Python's path."""
    inside = path[len(root) + 1 :] if root else path
    return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


_PORT_PATTERNS = (
    re.compile(
        r"\bport\s*=\s*int\(\s*os\.(?:environ\.get|getenv)\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*,\s*[\"']?(?P<port>\d{2,5})"
    ),
    re.compile(r"os\.(?:environ\.get|getenv)\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*,\s*[\"']?(?P<port>\d{2,5})"),
    re.compile(r"os\.environ\.get\(\s*[\"'](?P<env>[A-Z_]*PORT)[\"']\s*\)\s*or\s*[\"']?(?P<port>\d{2,5})"),
    re.compile(r"[\"']PORT[\"']\s*:\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    re.compile(
        r"[\"']?(?:--)?port[\"']?\s*[=:,]\s*(?:type\s*=\s*int\s*,\s*)?(?:default\s*=\s*)?[\"']?(?P<port>\d{2,5})\b(?P<env>)"
    ),
    re.compile(r"\b(?:http_)?(?:PORT|Port)\s*(?::\s*int\s*)?=\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    re.compile(r"\.(?:listen|bind)\(\s*[\"']?(?P<port>\d{2,5})\b(?P<env>)"),
    re.compile(r"HTTPServer\(\s*\(\s*[\"'][^\"']*[\"']\s*,\s*(?P<port>\d{2,5})(?P<env>)"),
)


def port_in(text: str) -> tuple[int, str, int] | None:
    """The first port that a source sets, the environment variable that may change it ("" if none), and its line."""
    for pattern in _PORT_PATTERNS:
        for m in pattern.finditer(text):
            if 0 < int(m["port"]) < 65536:
                return int(m["port"]), m["env"], text.count("\n", 0, m.start()) + 1
    return None
