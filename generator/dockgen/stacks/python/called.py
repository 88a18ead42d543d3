"""Programs outside Python that the code runs, and the Debian packages that bring them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.project import Project

# Program: the Debian (trixie) package that has it.
PROGRAMS: Mapping[str, str] = {
    "aria2c": "aria2",
    "convert": "imagemagick",
    "dig": "bind9-dnsutils",
    "dot": "graphviz",
    "espeak": "espeak-ng",
    "espeak-ng": "espeak-ng",
    "exiftool": "libimage-exiftool-perl",
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "git": "git",
    "gs": "ghostscript",
    "magick": "imagemagick",
    "mysqldump": "default-mysql-client",
    "nmap": "nmap",
    "pandoc": "pandoc",
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "pg_dump": "postgresql-client",
    "ping": "iputils-ping",
    "rsync": "rsync",
    "sox": "sox",
    "tesseract": "tesseract-ocr",
    "traceroute": "traceroute",
    "whois": "whois",
}
# Git is run to learn the project's own version too, for which an image has no repository: these do more than that.
GIT_WORKS = lazy.pattern(r"[\"'](?:clone|fetch|pull|push|commit|ls-remote|worktree)[\"']")
# Classes of libraries that run a program or load a library of Debian's.
CLASSES: Mapping[str, tuple[str, ...]] = {
    "FFmpegPCMAudio": ("ffmpeg", "libopus0"),
    "FFmpegOpusAudio": ("ffmpeg", "libopus0"),
}
# Modules that run a program, of packages that others bring along without a need for it (Streamlit, Gradio).
MODULES: Mapping[str, tuple[str, ...]] = {"git": ("git",), "pydub": ("ffmpeg",)}

_RUNS = lazy.pattern(r"subprocess|shutil\.which|os\.system|os\.popen")
_PROGRAM = "|".join(sorted(map(re.escape, PROGRAMS), key=len, reverse=True))
_CALL = r"\b\w{0,30}(?:run|call|output|popen|exec|which|system|command)\w{0,30}\("
# The first word of a list, or of what a call that runs something is given.
_CALLED = lazy.pattern(rf"(?:\[|{_CALL})\s*f?[\"']({_PROGRAM})(?=[\"' ])", re.IGNORECASE)
_CLASS = lazy.pattern(rf"\b({'|'.join(CLASSES)})\(")
_MODULE = lazy.pattern(rf"^[ \t]*(?:import|from) ({'|'.join(MODULES)})\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Debian packages that the code wants at run time, and the programs and classes that want them."""

    packages: tuple[str, ...]
    wanting: tuple[str, ...]


def find(project: Project, paths: Iterable[str]) -> Called:
    """What the sources PATHS run."""
    packages: set[str] = set()
    wanting: set[str] = set()
    for path in paths:
        text = project.text(path)
        for m in _CLASS.finditer(text):
            packages.update(CLASSES[m[1]])
            wanting.add(m[1])
        for m in _MODULE.finditer(text):
            packages.update(MODULES[m[1]])
            wanting.add(m[1])
        if not _RUNS.search(text):
            continue
        for m in _CALLED.finditer(text):
            program = m[1].lower()
            if program != "git" or GIT_WORKS.search(text):
                packages.add(PROGRAMS[program])
                wanting.add(program)
    return Called(packages=tuple(sorted(packages)), wanting=tuple(sorted(wanting)))
