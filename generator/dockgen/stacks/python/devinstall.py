"""The steps that install all that a developer of a Python app needs, into a virtual environment outside the source."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.dev import DevStep
from dockgen.stacks.python.build import UV

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.stacks.python.build import PythonBuild
    from dockgen.stacks.python.dev import Development

VENV = "/opt/venv"  # outside the folder that the mount of the source hides
PIP = "type=cache,target=/root/.cache/pip"
UV_CACHE = "type=cache,target=/root/.cache/uv"


def steps(build: PythonBuild, found: Development, server: str) -> Iterator[DevStep]:
    """The installation of everything, left for any user to change."""
    made = list(_installation(build, found, server))
    if not made:
        return
    last = made[-1]
    yield from made[:-1]
    yield replace(last, commands=(*last.commands, f"chmod -R a+rwX {VENV}"))


def _installation(build: PythonBuild, found: Development, server: str) -> Iterator[DevStep]:
    added = f" {server}" if server else ""
    if build.install in UV:
        yield from _uv(build, found, added)
        return
    if build.install == "none":
        yield DevStep(commands=(f"python -m venv {VENV}",))
        return
    tool = f"/opt/{build.install}"
    if build.tool:
        yield DevStep(
            mounts=(PIP,), commands=(f"python -m venv {tool}", f"{tool}/bin/pip install {shlex.join(build.tool)}")
        )
    commands, caches = _commands(build, found, added)
    has_source = build.installs_project or build.needs_source or found.needs_source or build.install == "project"
    yield DevStep(
        copies=(".",) if has_source else (),
        mounts=(*caches, *(() if has_source else _binds((*build.manifests, *found.files))), *_secrets(build)),
        commands=(f"python -m venv {VENV}", *commands),
    )


def _commands(build: PythonBuild, found: Development, added: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The commands that install into VENV, and the caches that they use."""
    own = ("pip install --no-deps --editable .",) if build.installs_project else ()
    extra = (f"pip install{added}",) if added else ()
    if build.install == "requirements":
        return (*_requirements(build, found), *extra, *own), (PIP,)
    if build.install == "project":
        names = ",".join(
            dict.fromkeys((*(build.options.strip("[]").split(",") if build.options else ()), *found.extras))
        )
        place = shlex.quote(f".[{names}]") if names else "."
        groups = "".join(f" --group {shlex.quote(g)}" for g in found.groups)
        return (f"pip install --editable {place}{groups}{added}",), (PIP,)
    if build.install == "pipenv":
        verb = build.verb.split(" ", 1)
        return (
            f"/opt/pipenv/bin/pipenv {' '.join((verb[0], '--dev', *verb[1:]))}",
            *extra,
        ), (PIP, "type=cache,target=/root/.cache/pipenv")
    if build.install == "pdm":
        self = "" if build.source_is_copied else " --no-self"
        return (f"/opt/pdm/bin/pdm install {build.strict}--dev{self}{build.options}", *extra), (
            PIP,
            "type=cache,target=/root/.cache/pdm",
        )
    groups = "".join(f" --with {shlex.quote(g)}" for g in found.groups)
    main = build.options.replace(" --only ", " --with ", 1)
    lock = (f"/opt/poetry/bin/poetry {build.verb}",) if build.verb else ()
    listed = "/tmp/requirements.txt"  # noqa: S108  (in the build container)
    return (
        *lock,
        f"/opt/poetry/bin/poetry export{main}{groups} --output {listed}",
        f"pip install -r {listed}",
        f"rm {listed}",
        *extra,
        *own,
    ), (PIP,)


def _requirements(build: PythonBuild, found: Development) -> tuple[str, ...]:
    """pip's commands: developers' files in the same one, unless only one of the two has hashes."""
    bounds = "".join(f" -c {p}" for p in build.constraints)
    together = build.has_hashes == found.has_hashes or not found.roots
    own = [r for r in build.requirements if not (together and r in found.files)]  # included by theirs
    first = "".join(f" -r {p}" for p in (*own, *(found.roots if together else ())))
    held = "".join(f" {shlex.quote(r)}" for r in build.held)
    commands = (f"pip install{first}{bounds}{held}",)
    return commands if together else (*commands, f"pip install{''.join(f' -r {p}' for p in found.roots)}")


def _uv(build: PythonBuild, found: Development, added: str) -> Iterator[DevStep]:
    """uv's commands: `uv sync` for a lock, `uv pip` for what has none."""
    add = (f"uv pip install{added}",) if added else ()
    names = "".join(f" --extra {e}" for e in found.extras)
    if build.install == "uv":
        options = _without_no_groups(build.options) + "".join(
            f" --extra {e}" for e in found.extras if f" --extra {e}" not in build.options
        )
        whole = build.needs_source or build.installs_project
        yield DevStep(
            copies=(".",) if whole else (),
            mounts=(UV_CACHE, *(() if whole else _binds(build.manifests)), *_secrets(build)),
            commands=(f"uv sync {build.strict}{'' if whole else '--no-install-project'}{options}".rstrip(), *add),
        )
        return
    venv = f"uv venv --python /usr/local/bin/python {VENV}"
    if build.install == "script":
        packages = f" {shlex.join(build.packages)}" if build.packages else ""
        install = (f"uv pip install{packages}{added}",) if packages or added else ()
        yield DevStep(mounts=(UV_CACHE, *_secrets(build)), commands=(venv, *install))
        return
    groups = "".join(f" --group {g}" for g in found.groups)
    install = (f"uv pip install -r pyproject.toml{build.options}{names}{groups}{added}",)
    own = ("uv pip install --no-deps --editable .",) if build.source_is_copied else ()
    yield DevStep(
        copies=(".",) if build.source_is_copied else (),
        mounts=(UV_CACHE, *(() if build.source_is_copied else _binds(build.manifests)), *_secrets(build)),
        commands=(venv, *install, *own),
    )


def _without_no_groups(options: str) -> str:
    """OPTIONS without the groups that production leaves out."""
    words = options.split()
    return "".join(
        f" {w}" for i, w in enumerate(words) if w != "--no-group" and (i == 0 or words[i - 1] != "--no-group")
    )


def _binds(paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"type=bind,source={values.path(p)},target={p}" for p in dict.fromkeys(paths))


def _secrets(build: PythonBuild) -> tuple[str, ...]:
    return tuple(secret.mount for secret in build.secrets)
