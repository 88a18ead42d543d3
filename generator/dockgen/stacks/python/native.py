"""Packages that need more than Python: what Debian must provide to build them, and what to run them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMPILER = ("build-essential",)


@dataclass(frozen=True, slots=True)
class Native:
    """A package (normalised name), the Debian (trixie) packages that build it, and those that it needs to run.

    Packages whose wheels bring everything along are not here.
    """

    package: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()


# Source: detection.md §1.2.5; package names as in Debian 13.
NATIVE = (
    Native("azure-cognitiveservices-speech", (), ("libasound2t64",)),
    Native("cairocffi", (), ("libcairo2",)),
    Native("cairosvg", (), ("libcairo2",)),
    Native("camelot-py", (), ("ghostscript",)),
    Native("chromadb", COMPILER),
    Native("deepface", (), ("libgl1", "libglib2.0-0t64")),
    Native("django-auth-ldap", (*COMPILER, "libldap-dev", "libsasl2-dev"), ("libldap2", "libsasl2-2")),
    Native("dlib", (*COMPILER, "cmake"), ()),
    Native("face-recognition", (*COMPILER, "cmake"), ()),
    Native("ffmpeg-python", (), ("ffmpeg",)),
    Native("flask-mysqldb", (*COMPILER, "default-libmysqlclient-dev", "pkg-config"), ("libmariadb3",)),
    Native("gdal", (*COMPILER, "libgdal-dev"), ("gdal-bin",)),
    Native("graphviz", (), ("graphviz",)),
    Native("hnswlib", COMPILER),
    Native("mediapipe", (), ("libgl1", "libglib2.0-0t64")),
    Native("moviepy", (), ("ffmpeg",)),
    Native("mysqlclient", (*COMPILER, "default-libmysqlclient-dev", "pkg-config"), ("libmariadb3",)),
    Native("netifaces", COMPILER),
    Native("ocrmypdf", (), ("ghostscript", "tesseract-ocr")),
    Native("openai-whisper", (), ("ffmpeg",)),
    Native("opencv-contrib-python", (), ("libgl1", "libglib2.0-0t64")),
    Native("opencv-python", (), ("libgl1", "libglib2.0-0t64")),
    Native("pdf2image", (), ("poppler-utils",)),
    Native("phonemizer", (), ("espeak-ng",)),
    Native("psycopg", (), ("libpq5",)),
    Native("psycopg-c", (*COMPILER, "libpq-dev"), ("libpq5",)),
    Native("psycopg2", (*COMPILER, "libpq-dev"), ("libpq5",)),
    Native("pyaudio", (*COMPILER, "portaudio19-dev"), ("libportaudio2",)),
    Native("pycairo", (*COMPILER, "libcairo2-dev", "pkg-config"), ("libcairo2",)),
    Native("pycups", (*COMPILER, "libcups2-dev"), ("libcups2t64",)),
    Native("pyenchant", (), ("libenchant-2-2",)),
    Native("pygraphviz", (*COMPILER, "libgraphviz-dev"), ("graphviz",)),
    Native("pyodbc", (), ("unixodbc",)),
    Native("pypandoc", (), ("pandoc",)),
    Native("pysaml2", (), ("xmlsec1",)),
    Native("pyscard", (*COMPILER, "libpcsclite-dev", "swig"), ("libpcsclite1",)),
    Native("pytesseract", (), ("tesseract-ocr",)),
    Native("python-ldap", (*COMPILER, "libldap-dev", "libsasl2-dev"), ("libldap2", "libsasl2-2")),
    Native("python-magic", (), ("libmagic1t64",)),
    Native("python-nmap", (), ("nmap",)),
    Native("python-snappy", COMPILER, ()),
    Native("pyttsx3", (), ("espeak-ng",)),
    Native("pyzbar", (), ("libzbar0t64",)),
    Native("selenium", (), ("chromium", "chromium-driver")),
    Native("speechrecognition", (), ("flac",)),
    Native("svglib", (*COMPILER, "libcairo2-dev", "pkg-config"), ("libcairo2",)),
    Native("ultralytics", (), ("libgl1", "libglib2.0-0t64")),
    Native("uwsgi", COMPILER, ()),
    Native("weasyprint", (), ("libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0")),
    Native("xhtml2pdf", (*COMPILER, "libcairo2-dev", "pkg-config"), ("libcairo2",)),
    Native(
        "xmlsec", (*COMPILER, "libxml2-dev", "libxmlsec1-dev", "pkg-config"), ("libxmlsec1t64", "libxmlsec1t64-openssl")
    ),
    Native("yt-dlp", (), ("ffmpeg",)),
)
BY_NAME: Mapping[str, Native] = {n.package: n for n in NATIVE}
# An extra that brings the library along in a wheel, or asks for the compiled variant.
EXTRAS: Mapping[tuple[str, str], str] = {("psycopg", "binary"): "", ("psycopg", "c"): "psycopg-c"}
# The same package under the name of the release before Debian's 64-bit time transition.
OLDER_NAMES: Mapping[str, str] = {"libldap2": "libldap-2.5-0"}


def needed(
    packages: Iterable[tuple[str, tuple[str, ...]]], suite: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Debian packages to build with and to run with, and the Python packages that want them.

    PACKAGES are normalised names with their extras, direct and locked; SUITE is the Debian suite of the image.
    """
    listed = list(packages)
    names = {name for name, _ in listed}
    if "psycopg-binary" in names:
        names.discard("psycopg")
    for name, extras in listed:
        for extra in extras:
            if (name, extra) in EXTRAS:
                names.discard(name)
                names.add(EXTRAS[name, extra])
    hits = [BY_NAME[name] for name in sorted(names) if name in BY_NAME]
    build = {_renamed(p, suite) for h in hits for p in h.build}
    run = {_renamed(p, suite) for h in hits for p in h.run}
    return tuple(sorted(build)), tuple(sorted(run)), tuple(h.package for h in hits if h.build or h.run)


def _renamed(package: str, suite: str) -> str:
    if suite == "trixie":
        return package
    return OLDER_NAMES.get(package, package.removesuffix("t64"))
