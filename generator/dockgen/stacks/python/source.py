"""Parse one Python source without running it: what it imports, defines and does at module level."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

MAX_PARSED = 400
MAX_SOURCE = 131_072  # characters of one file; what is longer is data, and takes seconds to parse
_ASIDE = lazy.pattern(
    r"(^|/)(tests?|testing|tests?_[^/]*|[^/]*_tests?|e2e|dev|docs?|examples?|samples?|scripts?|tools|benchmarks?|migrations|alembic|node_modules|"
    r"locale|static|frontend|notebooks?|demos|extras|\.[^/]*)/"
    r"|(^|/)(test_[^/]*|[^/]*_test|tests|run_?tests|conftest|setup|noxfile|fabfile|versioneer)\.py$"
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
    values: dict[str, ast.expr] = field(default_factory=dict)  # what module-level names are assigned first
    is_script: bool = False  # has `if __name__ == "__main__"`
    nodes: tuple[ast.AST, ...] = ()  # the whole tree, breadth first: a whole expression before its parts


def is_aside(path: str) -> bool:
    """True for a file of tests, docs, examples and the like, which is no part of the app."""
    return bool(_ASIDE.search(path))


def sources(project: Project) -> list[str]:
    """The app's own Python files, shallow first; tests, docs, migrations and the like left out."""
    files = islice((f for f in project.ending(".py") if not _ASIDE.search(f)), MAX_PARSED)
    return [
        f
        for f in files
        if not (f == "tasks.py" and re.search(r"^(?:from|import) invoke\b", project.text(f), re.MULTILINE))
    ]


def tree(text: str) -> ast.Module | None:
    """The syntax tree of TEXT; None if it is not valid Python 3, too long or nested too deeply."""
    import warnings  # noqa: PLC0415  (start-up time: only a project with Python in it needs this)

    if len(text) > MAX_SOURCE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a project's odd escapes are no business of ours
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parse(path: str, text: str) -> Module | None:
    """The source TEXT of the file PATH; None if it is not valid Python 3."""
    if (parsed := tree(text)) is None:
        return None
    module = Module(path, parsed, nodes=tuple(_walk(parsed)))
    for node in module.nodes:
        if isinstance(node, ast.Import):
            _note_import(module, node)
        elif isinstance(node, ast.ImportFrom):
            _note_import_from(module, node)
    for statement in top_level(parsed):
        _note_statement(module, statement)
    return module


def _walk(tree: ast.Module) -> list[ast.AST]:
    """What ast.walk gives, in its order and in half its time; without the marks for loading and storing."""
    found: list[ast.AST] = [tree]
    for node in found:  # grows meanwhile
        for value in vars(node).values():
            if isinstance(value, list):
                found += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return found


def _note_statement(module: Module, statement: ast.stmt) -> None:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        module.functions[statement.name] = statement
    elif isinstance(statement, ast.ClassDef):
        module.classes[statement.name] = statement
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                module.values.setdefault(target.id, statement.value)
    elif isinstance(statement, ast.AnnAssign) and statement.value and isinstance(statement.target, ast.Name):
        module.values.setdefault(statement.target.id, statement.value)
    elif isinstance(statement, ast.If) and _asks_for_main(statement):
        module.is_script = True


def _asks_for_main(statement: ast.If) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(statement.test))


def at_import(module: Module) -> Iterator[ast.AST]:
    """Everything that happens when the module is imported: all but the bodies of functions and classes."""
    stack: list[ast.AST] = [module.tree]
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        yield node
        stack.extend(ast.iter_child_nodes(node))


def _note_import(module: Module, node: ast.Import) -> None:
    for alias in node.names:
        first = alias.name.split(".")[0]
        module.imports[alias.asname or first] = alias.name if alias.asname else first
        module.absolute.add(first)


def _note_import_from(module: Module, node: ast.ImportFrom) -> None:
    if node.level:
        module.relative = True
    elif node.module:
        module.absolute.add(node.module.split(".")[0])
    prefix = "." * node.level + (node.module or "")
    for alias in node.names:
        dotted = f"{prefix}.{alias.name}" if prefix.strip(".") else prefix + alias.name
        module.imports[alias.asname or alias.name] = dotted


def top_level(module: ast.Module) -> Iterator[ast.stmt]:
    """Statements of the module itself, those inside `if`, `try` and `with` too."""
    stack: list[ast.stmt] = list(reversed(module.body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.If) and _asks_for_main(node):
            continue
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            inner = [*node.body, *getattr(node, "orelse", [])]
            stack += reversed(inner)
