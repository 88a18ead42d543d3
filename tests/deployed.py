"""What companions add to a project, without writing it, and which projects can be deployed."""

from __future__ import annotations

import dataclasses
import functools

from conftest import PROJECTS
from dockgen import settings, work
from dockgen.sources import Request

HOST = "registry.example.com/team"


@functools.cache
def looked(project):
    """The apps of a project."""
    return work.look(PROJECTS / project, Request(), {}, every=True)


def added(found, *names):
    """(what the user is told, the texts by their paths) of the companions NAMES, for apps with an image each."""
    wanted = [
        dataclasses.replace(one, companions=names, wanted=settings.Settings.of({"image": f"{HOST}/app-{number}"}))
        for number, one in enumerate(found)
    ]
    said, made = work.companions(wanted)
    return said, {artifact.path: artifact.text for artifact in made}


def is_tool(project):
    """True if all that a project has are commands that somebody calls."""
    return all(one.plan.kind == "cli" for one in looked(project))
