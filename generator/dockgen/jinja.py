"""For templates of other tools: `dockerfile` and `dockerignore` in the Jinja of cookiecutter, copier and others."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Undefined, UndefinedError
from jinja2.ext import Extension

if TYPE_CHECKING:
    from jinja2 import Environment

    from dockgen.rendering import Artifact


class DockgenTemplateError(UndefinedError):
    """What dockgen says of a call. Of all errors in a template, cookiecutter shows this kind without a traceback."""


class DockgenExtension(Extension):
    """`{{ dockerfile("fastapi", port=8000) }}` and `{{ dockerignore("fastapi") }}`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals.update(dockerfile=self._dockerfile, dockerignore=self._dockerignore)

    def _dockerfile(self, *presets: object, files: object = None, folder: object = "app", **settings: object) -> str:
        return self._text("dockerfile", 0, presets, files, folder, settings)

    def _dockerignore(self, *presets: object, files: object = None, folder: object = "app", **settings: object) -> str:
        return self._text("dockerignore", 1, presets, files, folder, settings)

    def _text(
        self, call: str, which: int, presets: tuple[object, ...], files: object, folder: object, settings: Any
    ) -> str:
        from dockgen.errors import DockgenError  # noqa: PLC0415  (whoever imports this may never call it)

        try:
            made = _made(call, presets, files, folder, settings)[which].text
        except DockgenError as error:
            raise _failure(f"{call}(): {error}") from error
        # A template ends in a newline; where the environment keeps it, it is the file's.
        return made.removesuffix("\n") if self.environment.keep_trailing_newline else made


def _made(
    call: str, presets: tuple[object, ...], files: object, folder: object, settings: Mapping[str, Any]
) -> tuple[Artifact, ...]:
    """The files for a project of FILES, or of those that PRESETS assume, in a folder called FOLDER."""
    from dockgen import mapping, work  # noqa: PLC0415
    from dockgen.errors import InputError  # noqa: PLC0415
    from dockgen.presets import assumed  # noqa: PLC0415
    from dockgen.project import Project  # noqa: PLC0415
    from dockgen.sources import Request, Sources  # noqa: PLC0415

    for name, value in {"the preset": presets, "folder": folder, "files": files, **settings}.items():
        _require_defined(call, name, value)
    if not all(isinstance(one, str) for one in (*presets, folder)):
        raise InputError("presets and folder are texts", hint=f'{call}("fastapi", folder="shop")')
    flags = mapping.flags({_key(name): value for name, value in settings.items()})
    asked = Request(flags=flags, presets=cast("tuple[str, ...]", presets))
    inputs = Sources(root="", request=asked, environment={})
    texts = _texts(call, files) if files is not None else assumed(inputs.presets())
    if not texts:
        raise InputError("there is no project: no preset named here assumes one", hint=f'{call}("fastapi"), or files=')
    return work.render(work.of(Project.of(texts, name=cast("str", folder) or "app"), inputs))


def _texts(call: str, files: object) -> Mapping[str, str]:
    from dockgen.errors import InputError  # noqa: PLC0415

    if isinstance(files, Mapping):
        for path, text in files.items():
            _require_defined(call, f"files[{path!r}]", text)
        if all(isinstance(part, str) for pair in files.items() for part in pair):
            return files
    raise InputError("files are paths with their texts", hint=f'{call}(files={{"requirements.txt": "flask\\n"}})')


def _require_defined(call: str, name: str, value: object) -> None:
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, Undefined):
            raise _failure(f"{call}(): {name} is a variable that is not defined")


def _key(name: str) -> str:
    """The key of a setting that the keyword NAME is: an underscore stands for a dot or a dash."""
    from dockgen.settings import GROUPS, KEYS  # noqa: PLC0415

    plain = {key.replace(".", "_").replace("-", "_"): key for key in KEYS}
    group, _, rest = name.partition("_")
    return plain.get(name) or (f"{group}.{rest}" if group in GROUPS and rest else name)


def _failure(message: str) -> Exception:
    """The error that the tool at work shows as one message: copier its own kind, cookiecutter that of Jinja."""
    errors: Any = sys.modules.get("copier.errors")
    return cast("Exception", errors.UserMessageError(message)) if errors else DockgenTemplateError(message)
