"""What a Django project's settings say: which are used, what they need, where static and uploaded files go."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.stacks.python import environment
from dockgen.stacks.python.paths import ROOT, Paths, placed
from dockgen.stacks.python.source import is_aside, tree
from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.environment import Variable

SETTINGS = "DJANGO_SETTINGS_MODULE"  # the variable
MODULE = lazy.pattern(r"DJANGO_SETTINGS_MODULE[\"']\s*[,\]=)]+\s*[\"']([\w.]+)[\"']")
_SERVES = lazy.pattern(r"whitenoise|dj_static|servestatic", re.IGNORECASE)
_MANIFEST = lazy.pattern(r"ManifestStaticFilesStorage|CompressedStaticFilesStorage")
_ELSEWHERE = lazy.pattern(r"storages\.backends|S3Boto|GoogleCloudStorage|AzureStorage|cloudinary", re.IGNORECASE)
_FOR_DEVELOPMENT = lazy.pattern(r"(?:^|[._])(?:local|dev|develop|development|debug)$")
_FOR_PRODUCTION = ("production", "prod", "settings_production", "settings_prod")
MAX_CHAIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Django:
    """The settings that the server uses, as module and as files (what a file takes from others comes after it)."""

    manage: str  # manage.py, relative to the project; "" if there is none
    module: str
    files: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]  # what manage.py needs to use the same settings as the server
    is_told: bool  # the server needs to be told as well, as what its file names says nothing
    required: tuple[Variable, ...]
    static_root: str  # what collectstatic fills, relative to the project; "" if the app does not serve it
    compresses: bool  # django-compressor works ahead of time
    has_database: bool
    is_geographic: tuple[str, ...]  # Debian packages of GeoDjango
    warnings: tuple[str, ...]


def manage_file(project: Project) -> str:
    """Django's manage.py at the top or in a folder; "" if there is none."""
    is_djangos = re.compile(r"^\s*(?:from|import) django\b|DJANGO_SETTINGS_MODULE", re.MULTILINE)
    files = [f for f in ("manage.py", *project.ending("/manage.py")) if f.count("/") <= 2 and not is_aside(f)]
    return next((f for f in files if is_djangos.search(project.text(f))), "")


def read(project: Project, code: Code, served: str, given: str = "") -> Django:
    """What the settings say that the file SERVED (wsgi.py or asgi.py) names, or those GIVEN by the user."""
    manage = manage_file(project)
    named = {path: m[1] for path in (served, manage) if path and (m := MODULE.search(project.text(path)))}
    module = given or named.get(served) or named.get(manage) or ""
    roots = [served.rpartition("/")[0].rpartition("/")[0], manage.rpartition("/")[0], "", "src"]
    first = _file(project, module, roots)
    other = "" if given else _instead(project, first, module, named.get(manage, ""), roots)
    empty, module, first = (first, other, _file(project, other, roots)) if other else ("", module, first)
    files = _chain(project, code, first) if first else tuple(_all(project))
    differs = bool(manage) and bool(module) and named.get(manage) != module
    text = "\n".join(project.text(f) for f in files)
    return Django(
        manage=manage,
        module=module,
        files=files,
        environment=((SETTINGS, module),) if differs else (),
        is_told=bool(other),
        required=environment.required(code, [*files, *(p for p in code.reachable(files) if p not in files)]),
        static_root=_static_root(project, code, files, text),
        compresses=bool(re.search(r"^COMPRESS_OFFLINE\s*=\s*True", text, re.MULTILINE)),
        has_database="DATABASES" in text or "DATABASE_URL" in text,
        is_geographic=_geography(text),
        warnings=(
            *([_empty(served or manage, empty, module)] if other else ()),
            *_warnings(project, module, files, text),
        ),
    )


def _instead(project: Project, first: str, module: str, managed: str, roots: list[str]) -> str:
    """The settings to use if FIRST, the file of the package MODULE, is empty: production's, or those MANAGED; or ""."""
    if not first.endswith("/__init__.py") or not _is_empty(project.text(first)):
        return ""
    inside = [f"{module}.{name}" for name in _FOR_PRODUCTION]
    return next((m for m in (*inside, managed) if m != module and _file(project, m, roots)), "")


def _is_empty(text: str) -> bool:
    """True if the module TEXT has nothing but comments and words about itself."""
    parsed = tree(text)
    return parsed is not None and all(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in parsed.body
    )


def _empty(place: str, empty: str, module: str) -> str:
    return f"{place} names {empty}, which is empty: the image has {SETTINGS}={module}"


def _file(project: Project, module: str, roots: list[str]) -> str:
    path = module.replace(".", "/")
    for root in roots:
        stem = f"{root}/{path}" if root else path
        if module and (found := project.first(f"{stem}.py", f"{stem}/__init__.py")):
            return found
    return ""


def _all(project: Project) -> list[str]:
    return [
        f
        for f in project.ending(".py")
        if re.search(r"(^|/)settings(/[^/]+)?\.py$|(^|/)settings_[a-z]+\.py$", f) and "test" not in f.rpartition("/")[2]
    ]


def _chain(project: Project, code: Code, first: str) -> tuple[str, ...]:
    """FIRST and the settings that it takes over, the nearest first; each is imported with a star."""
    found = [first]
    for path in found:
        module = code.module(path)
        stars = re.findall(r"^[ \t]*from ([.\w]+) import \*", project.text(path), re.MULTILINE)
        for name in reversed(stars):
            target = next(code.files_of(module, name), None) if module else None
            if target and target not in found and len(found) < MAX_CHAIN:
                found.append(target)
    return tuple(found)


def database_files(project: Project, files: tuple[str, ...]) -> tuple[str, ...]:
    """The settings that say which database is used: the first of FILES that assigns it."""
    assigns = re.compile(r"^[ \t]*DATABASES\s*(?::[^=\n]+)?=|^[ \t]*DATABASES\[", re.MULTILINE)
    found = next((f for f in files if assigns.search(project.text(f))), "")
    return (found,) if found else ()


def folder_of(project: Project, code: Code, files: tuple[str, ...], name: str) -> str:
    """The folder that the setting NAME says, relative to the project; "" if it is not told or outside."""
    for path in files:
        if not re.search(rf"^[ \t]*{name}\s*=", project.text(path), re.MULTILINE) or not (module := code.module(path)):
            continue
        value = module.values.get(name)
        where = Paths(code, module).of(value)
        if where is None and value is not None:  # of a base that cannot be told, which is nearly always the project
            where = "/".join(
                n.value for n in ast.walk(value) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            )
        inside = placed(where, "") if where is not None else None
        folder = inside[len(ROOT) + 1 :] if inside and inside.startswith(f"{ROOT}/") else ""
        return folder if is_path(folder) else ""
    return ""


def _static_root(project: Project, code: Code, files: tuple[str, ...], text: str) -> str:
    if not (_SERVES.search(text) or _MANIFEST.search(text)):
        return ""
    return folder_of(project, code, files, "STATIC_ROOT")


def _geography(text: str) -> tuple[str, ...]:
    if "django.contrib.gis" not in text:
        return ()
    return ("gdal-bin", *(("libsqlite3-mod-spatialite",) if "backends.spatialite" in text else ()))


def _warnings(project: Project, module: str, files: tuple[str, ...], text: str) -> list[str]:
    told = []
    if _FOR_DEVELOPMENT.search(module):
        package = module.rpartition(".")[0]
        folder = files[0].rpartition("/")[0] if files else ""
        other = next((n for n in _FOR_PRODUCTION if project.has(f"{folder}/{n}.py" if folder else f"{n}.py")), "")
        if other:
            name = f"{package}.{other}" if package else other
            told.append(
                f"{files[0]} is for development; for production run the image with -e DJANGO_SETTINGS_MODULE={name}"
            )
    if "staticfiles" in text and not _SERVES.search(text) and not _ELSEWHERE.search(text):
        place = next((f for f in files if "staticfiles" in project.text(f)), files[0])
        line = project.line_of(place, "staticfiles")
        told.append(
            f"{place}:{line} has static files, but nothing in the app serves them in production (not even the admin's):"
            " add WhiteNoise, or serve them by another server"
        )
    return told
