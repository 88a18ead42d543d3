"""`dockerfile(…)` and `dockerignore(…)` in the templates of cookiecutter and copier, as an extension of Jinja."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from jinja2 import (
    Environment,
    FileSystemLoader,
    TemplateError,
    TemplateNotFound,
    Undefined,
    UndefinedError,
    pass_context,
)
from jinja2.ext import Extension

from dockgen import header
from dockgen.errors import DockgenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jinja2 import BaseLoader
    from jinja2.runtime import Context

    from dockgen.project import Project, Reader
    from dockgen.settings import Value
    from dockgen.sources import Request

SUFFIX = ".jinja"  # of what copier renders; it is no part of the file's name
# No part of the project that is looked at: what is asked for, what tells copier about the template, a name of none.
LEFT_OUT = ("Dockerfile", ".dockerignore", "copier.yml", "copier.yaml", "")


class DockgenExtension(Extension):
    """Adds the two functions to the environment. The first argument is a preset's name, keywords are settings."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["dockerfile"] = _function("Dockerfile")
        environment.globals["dockerignore"] = _function(".dockerignore")


class DockerfileError(UndefinedError):
    """What cannot be generated. Cookiecutter tells this kind of error in a line, and removes what it has baked."""


def _function(file: str) -> Callable[..., str]:
    @pass_context
    def text(
        context: Context,
        preset: str = "",
        /,
        *,
        files: Mapping[str, str] | None = None,
        name: str = "",
        **settings: Value,
    ) -> str:
        """The FILE for the project in FILES, for what the PRESET assumes, or for what lies beside the template."""
        try:
            _require_values(preset, files, name, settings)
            found = _generated(context, preset, files, str(name), settings)[file]
        except DockgenError as error:
            raise _error(context.environment, f"{file}: {error}") from error
        # The line of the template that asks has an end of its own, which some environments keep.
        return found.removesuffix("\n") if context.environment.keep_trailing_newline else found

    return text


def _error(environment: Environment, message: str) -> Exception:
    """The kind of error that whoever renders shows as MESSAGE alone."""
    if type(environment.loader).__module__.partition(".")[0] == "copier":
        from copier.errors import UserMessageError  # noqa: PLC0415  (it is copier that asks)

        error: Exception = UserMessageError(message)
        return error
    return DockerfileError(message)


def _require_values(preset: object, files: object, name: object, settings: Mapping[str, object]) -> None:
    """InputError for an argument that is of no use; what an environment makes of a missing variable is one, too."""
    from dockgen.errors import InputError  # noqa: PLC0415

    texts: Mapping[str, object] = files if isinstance(files, Mapping) else {}
    own = (("the preset", preset), ("files", files), ("name", name))
    for what, value in (*own, *settings.items(), *texts.items()):
        if isinstance(value, Undefined):
            str(value)  # where that is an error of Jinja, it tells the variable
            raise InputError(f"{what} is undefined")
    if not isinstance(preset, str):
        raise InputError(f"the preset must be text, not {type(preset).__name__}", hint='such as "fastapi"')
    is_of_texts = isinstance(files, Mapping) and all(isinstance(text, str) for text in files.values())
    if files is not None and not is_of_texts:
        raise InputError("files must be texts by their paths", hint='such as files={"requirements.txt": "flask"}')


def _generated(
    context: Context, preset: str, files: Mapping[str, str] | None, name: str, keywords: Mapping[str, Value]
) -> dict[str, str]:
    """The texts of both files, by name."""
    from dockgen.project import Project  # noqa: PLC0415  (whoever loads the extension may never ask)
    from dockgen.sources import Request  # noqa: PLC0415

    project: Project | None = None
    if files is not None:
        project = Project.of({str(path): str(text) for path, text in files.items()}, name=name or "app")
    elif not preset:
        project = _beside(context, name or "app")
    settings = _keys(keywords) | ({"name": name} if name else {})
    asked = Request(given=settings, presets=(preset,) if preset else ())
    made = _rendered(project, asked, name)
    if not preset and settings:
        # What the project says anyway needs no setting: `dockgen generate` in the baked folder changes nothing then.
        with suppress(DockgenError):
            alone = _rendered(project, Request(), name)
            if all(header.split(alone[file])[1] == header.split(text)[1] for file, text in made.items()):
                return alone
    return made


def _rendered(project: Project | None, asked: Request, name: str) -> dict[str, str]:
    from dockgen import work  # noqa: PLC0415

    found = work.imagine(project, asked, name or "app")
    return {artifact.path: artifact.text for artifact in work.render(found)}


def _keys(keywords: Mapping[str, Value]) -> dict[str, Value]:
    """Settings by their keys: `apt_run` is apt.run, `os_upgrade` is os-upgrade."""
    from dockgen.settings import KEYS  # noqa: PLC0415

    known = {key.replace(".", "_").replace("-", "_"): key for key in KEYS}
    return {known.get(k, k): v for k, v in keywords.items()}


def _beside(context: Context, name: str) -> Project:
    """The files beside the template that asks and below it, as they are baked: a text is rendered when it is read."""
    from dockgen.project import Project, is_seen  # noqa: PLC0415

    found = {path: template for path, template in _listed(context) if is_seen(path)}
    return Project(name=name, files=found, reader=_reader(context, found))


def _listed(context: Context) -> Iterator[tuple[str, str]]:
    """The path in the project and the name of each template beside the one that asks and below it."""
    environment, asking = context.environment, str(context.name or "")
    folder = posixpath.dirname(asking)
    below = f"{folder}/" if folder else ""
    for template in _names(environment.loader):
        if not template.startswith(below):
            continue
        try:
            path = environment.from_string(template.removeprefix(below)).render(context.get_all())
        except TemplateError:  # whoever bakes the file says what is wrong with its name
            continue
        path = path.removesuffix(SUFFIX) if asking.endswith(SUFFIX) else path
        if posixpath.basename(path) not in LEFT_OUT:
            yield path, template


def _names(loader: BaseLoader | None) -> list[str]:
    """The names of the templates that are baked: cookiecutter has a second folder, of those that are included."""
    folders = getattr(loader, "searchpath", None)
    found = FileSystemLoader(folders[:1]) if folders else loader
    try:
        return found.list_templates() if found else []
    except TypeError:  # a loader that cannot list
        return []


def _reader(context: Context, found: Mapping[str, str]) -> Reader:
    """What reads the files FOUND, as they are baked."""
    environment, asking = context.environment, str(context.name or "")

    def read(path: str, limit: int) -> bytes:
        template = found[path]
        is_rendered = template.endswith(SUFFIX) or not asking.endswith(SUFFIX)
        try:
            if is_rendered:
                return environment.get_template(template).render(context.get_all()).encode()[:limit]
        except (TemplateError, UnicodeDecodeError):
            pass  # it is copied as it stands, or whoever bakes it says what is wrong
        try:
            return (
                environment.loader.get_source(environment, template)[0].encode()[:limit] if environment.loader else b""
            )
        except (TemplateNotFound, UnicodeDecodeError):
            return b"\0"  # it is no text

    return read
