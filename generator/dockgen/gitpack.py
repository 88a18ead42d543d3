"""Bring the plain files of a pack out of a git repository: one commit, no checkout, nothing of it run."""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING

from dockgen import lazy, values
from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FILE = "pack.yaml"
FOLDERS = ("templates/", "presets/", "originals/")
NAMES = lazy.pattern(r"pack\.yaml|(?:LICEN[CS]E|README)(?:\.[a-z]{2,4})?")
MAX_FILES = 500
MAX_BYTES = 262_144  # of one file
MAX_TOTAL = 4_194_304
MAX_FETCHED = 67_108_864  # of what git stores while it fetches
SECONDS = 120
# What git may speak; `ext` would run a command of the address, `git` and `http` are not authentic.
PROTOCOLS = "https:ssh:file"
SETTINGS = ("core.hooksPath=/dev/null", "protocol.ext.allow=never", "submodule.recurse=false", "gc.auto=0")
# Where a hook of git runs us, these would point to its repository.
LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_DIR",
    "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE", "GIT_EXTERNAL_DIFF", "GIT_TRACE", "GIT_TEMPLATE_DIR",
)  # fmt: skip
_URL = lazy.pattern(
    r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/[A-Za-z0-9._~%/+-]+"
    r"|ssh://(?:[A-Za-z0-9][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/[A-Za-z0-9._~%/+-]+"
    r"|file:///[A-Za-z0-9._~%/+-]+"
)
_SCP = lazy.pattern(
    r"(?:[A-Za-z0-9][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*:(?!//)[A-Za-z0-9._~/][A-Za-z0-9._~/+-]*"
)
_REF = lazy.pattern(r"[A-Za-z0-9][A-Za-z0-9._/+-]*")
_PART = lazy.pattern(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}")
_COMMIT = "refs/dockgen/pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a pack comes from: what git is given, what is recorded, and the branch, tag or commit ("": the default)."""

    git: str
    shown: str
    ref: str


def address(text: str, base: Path) -> Address:
    """The address in TEXT, `URL[@REF]`; a path counts from BASE. InputError for one that is none, or not safe."""
    url, ref = _split(text, base)
    if ref and (not _REF.fullmatch(ref) or ".." in ref or ref.endswith((".lock", "/", "."))):
        raise InputError(f"not a branch, tag or commit: {ref[:60]!r}", hint="URL@v1.2.0, URL@main or URL@COMMIT")
    if url.startswith((".", "/")) and "\n" not in url and values.is_plain(url):
        return Address(git=str((base / url).resolve()), shown=url, ref=ref)
    if re.match(r"https?://[^/]*@|[a-z+]+://[^/@]*:[^/@]*@", url):
        hint = "git's credential helper, or an address with ssh, keeps it for you"
        raise InputError("a user or a password in the address would be written into the project", hint=hint)
    if not (_URL.fullmatch(url) or _SCP.fullmatch(url)):
        hint = "https://HOST/PATH, ssh://HOST/PATH, USER@HOST:PATH, or a path that begins with ./ or /"
        raise InputError(f"not the address of a pack: {url[:80]!r}", hint=hint)
    return Address(git=url, shown=url, ref=ref)


def _split(text: str, base: Path) -> tuple[str, str]:
    """URL and REF: the last @ behind the host parts them, unless it belongs to a path that is there."""
    if text.startswith((".", "/")) and (base / text).exists():
        return text, ""
    scheme = re.match(r"[a-z+]+://", text)
    host = scheme.end() if scheme else 0
    path = re.search(r"[/:]", text[host:])
    at = text.rfind("@")
    return (text[:at], text[at + 1 :]) if path and at > host + path.start() else (text, "")


def fetch(given: Address, repository: Path) -> tuple[str, dict[str, bytes]]:
    """The commit that the address means, and the files of the pack in it. InputError if git cannot bring them."""
    repository.mkdir(parents=True)
    git = _Git(repository, given.shown)
    git("init", "--quiet", "--bare", "--template=")
    want = f"+{given.ref or 'HEAD'}:{_COMMIT}"
    git("fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-gc", "--", given.git, want)
    commit = git("rev-parse", "--verify", f"{_COMMIT}^{{commit}}").decode().strip()
    rows = list(_entries(git("ls-tree", "-r", "-z", "--long", "--full-tree", commit), given.shown))
    if not any(path == FILE for path, _, _ in rows):
        raise InputError(f"there is no {FILE} in the root of this repository", where=given.shown)
    if len(rows) > MAX_FILES or sum(size for _, _, size in rows) > MAX_TOTAL:
        what = f"the pack has more than {MAX_FILES} files or {MAX_TOTAL >> 20} MiB"
        raise InputError(what, where=given.shown)
    return commit, _blobs(git, rows)


def _entries(listed: bytes, shown: str) -> Iterator[tuple[str, str, int]]:
    """Path, blob and size of each file of the pack. InputError for links, odd names and big files."""
    for row in filter(None, listed.split(b"\0")):
        head, _, name = row.partition(b"\t")
        mode, _, blob, size = head.decode().split()
        path = name.decode("utf-8", "replace")
        if not (path.startswith(FOLDERS) or NAMES.fullmatch(path)):
            continue
        where = f"{shown}: {path[:100]!r}"
        if mode not in ("100644", "100755", "100664"):
            raise InputError("a pack has plain files only, no links and no submodules", where=where)
        if not all(_PART.fullmatch(part) for part in path.split("/")):
            raise InputError("a pack cannot have a file of that name", where=where)
        if int(size) > MAX_BYTES:
            raise InputError(f"the file is larger than {MAX_BYTES >> 10} KiB", where=where)
        yield path, blob, int(size)


def _blobs(git: _Git, rows: Sequence[tuple[str, str, int]]) -> dict[str, bytes]:
    """The bytes of each file as they are stored: no filter, no attribute, no hook sees them."""
    printed = git("cat-file", "--batch", given="".join(f"{blob}\n" for _, blob, _ in rows))
    found: dict[str, bytes] = {}
    at = 0
    for path, _, size in rows:
        at = printed.index(b"\n", at) + 1
        found[path] = printed[at : at + size]
        at += size + 1
    return found


class _Git:
    """Runs git on a bare repository, with what could run something else turned off, bounded in time and size."""

    def __init__(self, repository: Path, shown: str) -> None:
        self.repository, self.shown = repository, shown
        self.end = time.monotonic() + SECONDS
        self.environment = {k: v for k, v in os.environ.items() if k not in LOCAL}
        self.environment |= {"GIT_ALLOW_PROTOCOL": PROTOCOLS, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        self.environment |= {"GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1"}

    def __call__(self, *arguments: str, given: str = "") -> bytes:
        """What git prints for ARGUMENTS, GIVEN being its input. InputError if it fails, or is not there."""
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        argv = ["git", *settings, f"--git-dir={self.repository}", *arguments]
        with (self.repository / "out").open("w+b") as out, (self.repository / "err").open("w+b") as err:
            with (self.repository / "in").open("w+b") as stdin:
                stdin.write(given.encode())
                stdin.seek(0)
                try:
                    process = subprocess.Popen(  # noqa: S603  (a list, no shell; the address is checked)
                        argv, stdin=stdin, stdout=out, stderr=err, env=self.environment, start_new_session=True
                    )
                except OSError as error:
                    raise InputError("dockgen templates add needs git, which is not on this machine") from error
                self._wait(process)
            out.seek(0)
            err.seek(0)
            if process.returncode:
                said = " ".join(err.read(4000).decode("utf-8", "replace").split())
                hint = "check the address, the name of the branch or tag, and the network"
                raise InputError(f"git cannot bring the pack: {_clean(said)}", where=self.shown, hint=hint)
            return out.read(MAX_FETCHED)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it ends; InputError if that takes too long, or if it stores too much."""
        while process.poll() is None:
            is_late = time.monotonic() > self.end
            if is_late or _size(self.repository) > MAX_FETCHED:
                _kill(process)
                what = f"took longer than {SECONDS} s" if is_late else f"is larger than {MAX_FETCHED >> 20} MiB"
                raise InputError(f"the repository {what}", where=self.shown, hint="a pack is a small repository")
            time.sleep(0.02)


def _kill(process: subprocess.Popen[bytes]) -> None:
    import signal  # noqa: PLC0415

    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _clean(said: str) -> str:
    return values.one_line(said.removeprefix("fatal: "), 300) or "it fails"


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(f"{place}/{name}").st_size
            except OSError:  # git has renamed it meanwhile
                continue
    return total
