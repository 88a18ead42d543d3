"""What files of a layer tell: secrets, version control, packages of Python and of Node, a toolchain."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dockgen import sensitive
from dockgen.ignore import has_secret_name

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[], bytes]

MOST = 500  # findings of one kind in a layer
MAX_TEXT = 65_536  # bytes of a file that is looked into for a private key or a token
MAX_MANIFEST = 1 << 20  # bytes of a package's description
# What others publish, in which keys are examples and tests; and what belongs to the system.
_PUBLISHED = re.compile(
    r"(?:^|/)(?:node_modules|site-packages|dist-packages|go/pkg/mod|\.yarn|\.pnpm)/"
    r"|^usr/(?:share|lib|include|local/(?:lib|share|include|go))/|^etc/ssl/certs/|^var/lib/dpkg/"
)
_VCS = frozenset({".git", ".hg", ".svn", ".bzr", "CVS", "_darcs", ".jj"})
# A whole private key, not code that looks for one.
_PRIVATE = re.compile(
    rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s+(?:[A-Za-z0-9-]+: [^\n]*\n|\s)*[A-Za-z0-9+/=]{40}"
)
_NODE = re.compile(r"(?:^|/)node_modules/((?:@[^/]+/)?[^/.@][^/]*)/package\.json")
_PYTHON = re.compile(r"(?:^|/)(?:site|dist)-packages/[^/]+\.(?:dist-info/METADATA|egg-info/PKG-INFO)")
_GO = "usr/local/go/bin/go"
_ARCHIVES = (".pnp.cjs", ".pnp.data.json")


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that looks like a secret, and by what."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is installed: whose it is (node or python), its name, and what it needs, as it writes that."""

    stack: str
    name: str
    needs: tuple[str, ...]


@dataclass(slots=True)
class Findings:
    """What was found in one layer, file by file."""

    secrets: list[Secret] = field(default_factory=list)
    vcs: list[str] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    has_go: bool = False  # Go's toolchain
    has_archives: bool = False  # Yarn's: its packages lie in archives

    def folder(self, path: str) -> None:
        """Take a folder in."""
        if posixpath.basename(path) in _VCS and len(self.vcs) < MOST:
            self.vcs.append(f"{path}/")

    def file(self, path: str, size: int, read: Read) -> None:
        """Take a file of so many bytes in; READ gives them, once."""
        name = posixpath.basename(path)
        self._note_vcs(path)
        self.has_go = self.has_go or path == _GO
        self.has_archives = self.has_archives or name in _ARCHIVES
        if size <= MAX_MANIFEST and name in ("package.json", "METADATA", "PKG-INFO"):
            found = _package(path, read)
            if found:
                self.packages.append(found)
        elif size and len(self.secrets) < MOST and not _is_published(posixpath.dirname(path)):
            why = _secret(path, name, size, read)
            if why:
                self.secrets.append(Secret(path, why))

    def _note_vcs(self, path: str) -> None:
        parts = path.split("/")
        for at, part in enumerate(parts):
            if part in _VCS:
                found = "/".join(parts[: at + 1]) + ("/" if at + 1 < len(parts) else "")
                if found not in self.vcs and len(self.vcs) < MOST:
                    self.vcs.append(found)
                return


@lru_cache(maxsize=4096)
def _is_published(folder: str) -> bool:
    return bool(_PUBLISHED.search(f"{folder}/"))


@lru_cache(maxsize=4096)
def _secret_folder(folder: str) -> bool:
    """True if FOLDER, or one above it, is named as folders of secrets are."""
    return bool(folder) and (has_secret_name(folder) or _secret_folder(posixpath.dirname(folder)))


def _secret(path: str, name: str, size: int, read: Read) -> str:
    """By what the file looks like a secret; "" if it does not."""
    data = read() if size <= MAX_TEXT else b""
    if _PRIVATE.search(data):
        return "holds a private key"
    text = data.decode("utf-8", "replace")
    if sensitive.is_named(path) or _secret_folder(posixpath.dirname(path)):
        return "" if name.endswith((".pem", ".key")) and sensitive.is_public(text) else "is named as secrets are"
    form = sensitive.LITERAL.get(name)
    return "has a token in it" if form and form.search(text) else ""


def _package(path: str, read: Read) -> Package | None:
    if match := _NODE.search(path):
        return Package("node", match[1], _node_needs(read())) if path.endswith(match[0]) else None
    if _PYTHON.search(path):
        return _python(read().decode("utf-8", "replace"))
    return None


def _node_needs(data: bytes) -> tuple[str, ...]:
    try:
        manifest: Any = json.loads(data)
    except ValueError:
        return ()
    if not isinstance(manifest, dict):
        return ()
    tables = (manifest.get(key) for key in ("dependencies", "optionalDependencies", "peerDependencies"))
    return tuple(dict.fromkeys(name for table in tables if isinstance(table, dict) for name in table))


def _python(text: str) -> Package | None:
    head = text.partition("\n\n")[0]
    name = re.search(r"^Name:[ \t]*(\S+)", head, re.MULTILINE)
    needs = re.findall(r"^Requires-Dist:[ \t]*(.+)", head, re.MULTILINE)
    return Package("python", name[1], tuple(needs)) if name else None
