"""Code that imports the project's own folder by its name, as a package that lies one level above tells it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.stacks.python.commands import TARGET
from dockgen.stacks.python.imports import module_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.model import Entry

_NAME = lazy.pattern(r"[A-Za-z_]\w*")
_RELATIVE = lazy.pattern(r"^from \.[\w.]* import\b", re.MULTILINE)
_ANY = "app"  # for a folder that no import could name


def imported(project: Project, paths: Iterable[str]) -> tuple[str, Evidence] | None:
    """The name of the project's folder and where a source file first imports it as a package; None if none does.

    By its name only if nothing inside the project has it, and what is imported from it is there.
    """
    name = project.name if _NAME.fullmatch(project.name) else _ANY
    if any(project.has(f"{root}{name}.py") or project.has_folder(root + name) for root in ("", "src/")):
        return None
    statement = lazy.pattern(
        rf"^[ \t]*(?:from {name}(?:\.(\w+)[\w.]*)? import[ \t]+\(?\s*(\w+)|import {name}(?:\.(\w+))?\b)", re.MULTILINE
    )
    for path in paths:
        text = project.text(path)
        if name in text and (m := statement.search(text)) and _has(project, m[1] or m[3] or m[2] or ""):
            number = text.count("\n", 0, m.start()) + 1
            return name, Evidence(path, number, f"imports the folder of the project as {name}")
        if "/" not in path and (m := _RELATIVE.search(text)):
            number = text.count("\n", 0, m.start()) + 1
            return name, Evidence(path, number, "imports from the folder that it lies in, as from a package")
    return None


def _has(project: Project, name: str) -> bool:
    """True if the folder of the project, taken as a package, has NAME: a module, a package or what it defines."""
    defined = lazy.pattern(rf"^(?:(?:async )?def|class) {name}\b|^{name}\s*[:=]|^from .*\b{name}\b", re.MULTILINE)
    return bool(name) and (
        project.has(f"{name}.py")
        or any(f.endswith(".py") for f in project.below(name))
        or bool(defined.search(project.text("__init__.py")))
    )


def started(code: Code, entry: Entry, files: Iterable[str]) -> Entry:
    """ENTRY as the part of that package which it is, if any of FILES, which it runs, imports the package.

    A file that were started by its name alone would be there twice: as itself, and as what the others import.
    """
    if code.own is None:
        return entry
    name, place = code.own
    modules = [m for f in files if (m := code.module(f))]
    is_used = any(name in m.absolute or (m.relative and "/" not in m.path) for m in modules)
    django = entry.framework is not None and entry.framework.name in ("django", "channels")
    if not is_used or entry.workdir or entry.script or django:
        return entry
    start = entry.start
    words = _words(code, name, start.value)
    return replace(
        entry,
        start=replace(start, value=words, evidence=(*start.evidence, place)),
        own=name,
        is_package="__init__.py" in code.paths,
    )


def _words(code: Code, own: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if words[:1] == ("python",) and words[1:2] and words[1] in code.paths:
        return ("python", "-m", f"{own}.{module_name(words[1], '')}", *words[2:])
    return tuple(_target(code, own, w) if TARGET.fullmatch(w) and ":" in w else w for w in words)


def _target(code: Code, own: str, word: str) -> str:
    module, _, name = word.partition(":")
    if module == "__init__":
        return f"{own}:{name}"
    path = module.replace(".", "/")
    is_here = f"{path}.py" in code.paths or f"{path}/__init__.py" in code.paths
    return f"{own}.{word}" if is_here else word
