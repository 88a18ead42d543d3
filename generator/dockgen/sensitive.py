"""Find the files of a project that hold secrets, by their names and by what tokens look like in known files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import gitignore, lazy
from dockgen.ignore import has_secret_name
from dockgen.patterns import is_ignored
from dockgen.records import dataclass
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.project import Project

# A form to fill in, which projects commit beside the file that holds the values.
_FORM = lazy.pattern(r"\.env(?:\.\w+)*\.(?:example|sample|template|dist|defaults)(?:\.\w+)*")
# What a PEM file may hold that everybody may see. Authorities of databases are opened by code, for example.
_PEM = lazy.pattern(r"-----BEGIN ([A-Z0-9 ]+)-----")
_PUBLIC = frozenset({
    "CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE", "X509 CRL", "CERTIFICATE REQUEST", "PKCS7",
    "DH PARAMETERS", "EC PARAMETERS", "PUBLIC KEY", "RSA PUBLIC KEY",
})  # fmt: skip
# A token or password that stands in a file whose name says nothing of it.
LITERAL: Mapping[str, re.Pattern[str]] = {
    ".npmrc": lazy.pattern(
        r"^[ \t]*(?:[\w@:/.-]+:)?_(?:authToken|password|auth)[ \t]*=[ \t]*(?![^\n]*\$\{)[^\s#;]", re.MULTILINE
    ),
    ".yarnrc.yml": lazy.pattern(r"^\s*npmAuth(?:Token|Ident):\s*[\"']?(?!\$\{)[^\s\"'#]", re.MULTILINE),
    "bunfig.toml": lazy.pattern(r"^[^#\n]*\b(?:token|password)\s*=\s*\"(?!\$)[^\"\s]", re.MULTILINE),
}

MAX_SHOWN = 6  # of the files that are kept out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """The files, and folders with a slash at their end, that look like secrets.

    `named` are told by their names, `written` by a token in them; `harmless` have such a name and nothing secret.
    """

    named: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()


def find(project: Project) -> Sensitive:
    """What of PROJECT, as far as the scan saw it, looks like a secret."""
    hits = [path for path in project.files if has_secret_name(path)]
    harmless = tuple(p for p in hits if is_path(p) and _is_harmless(project, p))
    folders = (f"{f}/" for f in project.folders if has_secret_name(f) and not has_secret_name(f.rpartition("/")[0]))
    return Sensitive(
        named=(*folders, *(p for p in hits if p not in harmless)),
        written=tuple(
            path
            for name, form in LITERAL.items()
            for path in project.ending(name)
            if path.rpartition("/")[2] == name and is_path(path) and form.search(project.text(path))
        ),
        harmless=tuple(p for p in harmless if not gitignore.leaves_out(project, p)),
    )


def is_named(path: str) -> bool:
    """True if PATH, of a file or folder, is named as secrets are, and is no form to fill in."""
    return has_secret_name(path) and not _FORM.fullmatch(path.rpartition("/")[2])


def _is_harmless(project: Project, path: str) -> bool:
    if _FORM.fullmatch(path.rpartition("/")[2]):
        return True
    return path.endswith((".pem", ".key")) and is_public(project.text(path))


def is_public(text: str) -> bool:
    """True if TEXT is PEM of which nothing is secret, such as certificates."""
    kinds = set(_PEM.findall(text))
    return bool(kinds) and kinds <= _PUBLIC


def report(found: Sensitive, lines: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The secrets that the .dockerignore LINES keep out of the build, and those that they let in."""
    patterns = tuple(lines)
    kept = {path: is_ignored(path.rstrip("/"), patterns) for path in (*found.named, *found.written)}
    return tuple(p for p, is_out in kept.items() if is_out), tuple(p for p, is_out in kept.items() if not is_out)


def warnings(found: Sensitive, lines: Iterable[str]) -> tuple[str, ...]:
    """What the user is told of the secrets that were found."""
    out, inside = report(found, lines)
    told = []
    if out:
        shown = ", ".join(out[:MAX_SHOWN]) + (f" and {len(out) - MAX_SHOWN} more" if len(out) > MAX_SHOWN else "")
        one = len(out) == 1
        looks = "1 file looks like a secret and stays" if one else f"{len(out)} files look like secrets and stay"
        told.append(f"{looks} out of the build: {shown}")
    told += [
        f"{path} looks like a secret and GOES INTO THE BUILD, which names it: whoever has the image may have it; mount"
        " it when the container starts instead"
        for path in inside
    ]
    return tuple(told)
