"""What is verified of a folder: the Dockerfile that lies there, or the one that dockgen would write."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import project, work, writer
from dockgen.rendering import USUAL, names
from dockgen.verify import development, subject
from dockgen.verify.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.work import Found

IGNORE = ".dockerignore"


def of(found: Found, env: Sequence[str] = ()) -> Subject:
    """What is verified of an app; ENV are variables of its container, `KEY=VALUE`."""
    plan, facts = found.plan, found.facts
    dockerfile, ignore = names(found.folder, found.context, found.file)
    context = f"{found.root}/{found.context}".rstrip("/")
    common = f"{found.context}/{IGNORE}".lstrip("/")
    disk = writer.on_disk(Path(found.root), [dockerfile, ignore, common])
    text = disk[dockerfile]
    if text is None:
        written, ignored = (artifact.text for artifact in work.render(found))
    else:
        written, ignored = text, next((t for t in (disk[ignore], disk[common]) if t is not None), "")
    app = project.scan(f"{found.root}/{found.app}".rstrip("/"))
    return Subject(
        app=plan.about.name,
        context=context,
        folder=os.path.relpath(f"{found.root}/{found.app}", context).removeprefix(".").removeprefix("/"),
        where=found.folder,
        dockerfile=dockerfile,
        file="" if text is None else f"{found.root}/{dockerfile}",
        text=written,
        ignore=ignored,
        stack=plan.stack,
        kind=subject.kind_of(plan),
        port=plan.runtime.port,
        path=subject.asked_path(plan),
        start=facts.start.value if facts.start else (),
        build_args=subject.build_args(plan, context, os.path.expanduser("~")),  # noqa: PTH111
        run_args=(*plan.run_args, *subject.variables(env)),
        development=development.find(app, facts, found.wanted, plan.runtime.command or ()),
        needs_source=bool(getattr(facts.detail, "needs_source", False)),
    )


def unknown(directory: str, env: Sequence[str] = ()) -> Subject | None:
    """What is verified of a folder in which dockgen finds no app that it knows; None if it has no Dockerfile."""
    root = Path(os.path.realpath(directory))
    disk = writer.on_disk(root, [USUAL, f"{USUAL}{IGNORE}", IGNORE])
    text = disk[USUAL]
    if text is None:
        return None
    return Subject(
        app=root.name or "app",
        context=str(root),
        dockerfile=USUAL,
        file=str(root / USUAL),
        text=text,
        ignore=next((t for t in (disk[f"{USUAL}{IGNORE}"], disk[IGNORE]) if t is not None), ""),
        run_args=subject.variables(env),
    )
