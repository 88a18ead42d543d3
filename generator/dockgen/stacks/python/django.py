"""What a Django project needs at build time: whether static files are collected, and the variables settings ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project

_REQUIRED = re.compile(
    r"os\.environ\[[\"']([A-Z][A-Z0-9_]*)[\"']\]"
    r"|(?:\benv(?:\.str)?|\bconfig)\(\s*[\"']([A-Z][A-Z0-9_]*)[\"']\s*\)"
)
_MANIFEST = re.compile(r"whitenoise|ManifestStaticFilesStorage", re.IGNORECASE)
_STATIC_ROOT = re.compile(r"^STATIC_ROOT\s*=\s*(.+)$", re.MULTILINE)


def settings_files(project: Project) -> list[str]:
    """The project's settings modules."""
    return [
        f
        for f in project.ending(".py")
        if re.search(r"(^|/)settings(/[^/]+)?\.py$|(^|/)settings_[a-z]+\.py$", f) and "test" not in f.rpartition("/")[2]
    ]


def static_root(project: Project) -> str:
    """The folder, relative to the project, that collectstatic fills; "" if static files are not served by the app."""
    for path in settings_files(project):
        text = project.text(path)
        if not _MANIFEST.search(text) or not (m := _STATIC_ROOT.search(text)):
            continue
        names = re.findall(r"[\"']([^\"']+)[\"']", m[1])
        folder = "/".join(n.strip("/") for n in names)
        if folder and is_path(folder) and "/" not in folder.strip("/"):
            return folder
    return ""


def compresses(project: Project) -> bool:
    """True if django-compressor makes its files ahead of time, by a command of its own."""
    return any(
        re.search(r"^COMPRESS_OFFLINE\s*=\s*True", project.text(f), re.MULTILINE) for f in settings_files(project)
    )


def required_environment(project: Project) -> tuple[str, ...]:
    """Variables without which the settings cannot be imported: those read with no default."""
    names: set[str] = set()
    for path in settings_files(project):
        for m in _REQUIRED.finditer(re.sub(r"#.*", "", project.text(path))):
            names.add(m[1] or m[2])
    return tuple(sorted(names))


def dummy(project: Project, name: str) -> str:
    """A value for a variable that only has to be there while static files are collected."""
    number = re.compile(rf"\bint\(\s*\w[\w.]*[\[(]\s*[\"']{name}[\"']")
    if name.endswith(("PORT", "_ID")) or any(number.search(project.text(f)) for f in settings_files(project)):
        return "1"
    if name.endswith("ENGINE"):
        return "django.db.backends.sqlite3"
    if "URL" in name:
        return "sqlite:////tmp/build.sqlite3" if "DATABASE" in name else "http://localhost"
    if name.startswith("DEBUG") or name.endswith(("_DEBUG", "_SSL", "_TLS")):
        return "False"
    return "only-for-the-build"
