"""When several apps or programs are equally likely: what tells them apart, and the refusal where nothing does."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dockgen.errors import Open, UndecidedError, Way
from dockgen.stacks.python.imports import module_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dockgen.stacks.python.code import App, Code

MAX_TOLD = 8


def settle(apps: Sequence[App], code: Code, wanted: str, rank: Callable[[App], tuple[int, ...]]) -> list[App]:
    """APPS, in order of RANK, the one to serve first: of equals in several files that which takes in the others.

    UndecidedError if there is none, unless the start that the user WANTED names one of them.
    """
    equal = [a for a in apps if rank(a) == rank(apps[0])]
    files = list(dict.fromkeys(a.path for a in equal))
    if len(files) < 2:
        return list(apps)
    outer = [f for f in files if not any(_imports(code, other, f) for other in files if other != f)]
    named = [f for f in files if _names(wanted, f)]
    best = named[0] if named else outer[0] if len(outer) == 1 or wanted else ""
    if not best:
        raise UndecidedError(
            f"{len(files)} apps are equally likely, and nothing says which of them is meant\n"
            + "\n".join(f"  {a.path}:{a.line} {a.framework.name} {a.name}" for a in equal[:MAX_TOLD]),
            hint=f"--set start='…' with the one that you mean, such as '{_example(equal[0])}'",
            open=Open(
                key="start",
                ways=tuple(Way.start(_example(a), f"{a.path}:{a.line} {a.framework.name}") for a in equal),
                example=_example(equal[0]),
            ),
        )
    return sorted(apps, key=lambda a: a.path != best)  # stable


def one_program(paths: Sequence[str], wanted: str) -> list[str]:
    """PATHS, in order, the program to run first. UndecidedError if several in like places have the same name."""
    first = paths[0]
    equal = [p for p in paths if p.count("/") == first.count("/") and p.rpartition("/")[2] == first.rpartition("/")[2]]
    if len(equal) < 2:
        return list(paths)
    named = [p for p in equal if _names(wanted, p)]
    if not named and not wanted:
        raise UndecidedError(
            f"{len(equal)} programs are equally likely, and nothing says which of them is meant\n"
            + "\n".join(f"  {p}" for p in equal[:MAX_TOLD]),
            hint=f"say which: --set start='python {equal[0]}'",
            open=Open(
                key="start",
                ways=tuple(Way.start(f"python {shlex.quote(p)}") for p in equal),
                example=f"python {shlex.quote(equal[0])}",
            ),
        )
    return sorted(paths, key=lambda p: p not in named)


def _names(wanted: str, path: str) -> bool:
    """True if a command WANTED names the file PATH, as it is or as a module."""
    return path in wanted.split() or any(
        word.partition(":")[0] == module_name(path, root) for word in wanted.split() for root in ("", "src")
    )


def _imports(code: Code, path: str, other: str) -> bool:
    """True if the file PATH imports from OTHER."""
    module = code.module(path)
    if module is None:
        return False
    dotted = module_name(other, "")
    tails = {dotted.split(".", n)[-1] for n in range(dotted.count(".") + 1)}
    return any(
        name.lstrip(".") == tail or name.lstrip(".").startswith(f"{tail}.")
        for name in module.imports.values()
        for tail in tails
    )


def _example(app: App) -> str:
    target = f"{module_name(app.path, '')}:{app.name}"
    return f"uvicorn {target}" if app.framework.serve == "asgi" else f"gunicorn {target}"
