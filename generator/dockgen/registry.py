"""Ask registries for digests, through a client that the user has: with their credentials, proxies and mirrors."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.errors import InputError
from dockgen.mirrors import is_loopback
from dockgen.records import dataclass
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TIMEOUT = 60.0  # seconds for one image
_AT_ONCE = 4
_DIGEST = lazy.pattern(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program that tells the digest of a tag: that of the multi-arch index, where the tag has one.

    Its argv goes before the image's name, `scheme` stands in front of that. If it is usable, `probe` ends with 0 and
    prints `is_it`. `plain` is what it must be told for a registry on this machine. `prints_manifest`: the digest is
    that of its output.
    """

    name: str
    argv: tuple[str, ...]
    probe: tuple[str, ...]
    is_it: str = ""
    scheme: str = ""
    plain: tuple[str, ...] = ()
    prints_manifest: bool = False


# In the order in which they are tried.
CLIENTS = (
    Client(
        name="buildx",  # {{.Manifest.Digest}} without json prints something else
        argv=("docker", "buildx", "imagetools", "inspect", "--format", "{{json .Manifest.Digest}}"),
        probe=("docker", "buildx", "version"),
        is_it="docker/buildx",  # Podman's stand-in for docker has a `buildx version` too
    ),
    Client(
        name="skopeo",  # without --raw it looks for an image of this machine's platform, and lists all tags
        argv=("skopeo", "inspect", "--raw"),
        probe=("skopeo", "--version"),
        scheme="docker://",
        plain=("--tls-verify=false",),
        prints_manifest=True,
    ),
    Client(name="crane", argv=("crane", "digest"), probe=("crane", "version")),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no digest, what to do, and what the client said."""

    what: str
    hint: str
    said: str = ""


# What clients print when it fails -> what is wrong, and what to do; the first that fits.
_PROBLEMS = (
    ("toomanyrequests|too many requests|\\b429\\b", Failure(
        "the registry answers no more for now (rate limit)",
        "log in (docker login), wait, or use a mirror: --mirror HOST/PREFIX",
    )),
    ("unauthorized|authentication required|authorization failed|denied|forbidden|no basic auth|\\b40[13]\\b", Failure(
        "there is no such image, or it needs a login", "log in to the registry as for `docker pull`, and run it again",
    )),
    ("no such host|connection refused|unreachable|no route to host|timeout|deadline exceeded|name resolution", Failure(
        "the registry cannot be reached", "is there a network? --mirror HOST/PREFIX asks a mirror instead",
    )),
    ("x509|certificate|HTTP response to HTTPS client", Failure(
        "the registry's certificate is not accepted", "trust it in the client's configuration",
    )),
    ("manifest[ _]unknown|name[ _]unknown|not found|\\b404\\b", Failure(
        "there is no such image", "is the name right, and the tag still there? A named context cannot be pinned",
    )),
)  # fmt: skip


def client(name: str | None = None) -> Client:
    """The client called NAME, or the first that this machine has. InputError if there is none."""
    known = [c for c in CLIENTS if name in (None, c.name)]
    found = next((c for c in known if _is_usable(c)), None)
    if found is None:
        what = f"{name} is not installed" if name else "no program that asks registries for digests is installed"
        raise InputError(f"{what}; nothing was written", hint="install docker with buildx, skopeo or crane")
    return found


def _run(argv: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """Run a client, whose input is nothing. OSError or TimeoutExpired if it cannot be run to its end."""
    program = shutil.which(argv[0])
    if program is None:
        raise FileNotFoundError(argv[0])
    return subprocess.run(  # noqa: S603  (a row of CLIENTS, and the validated name of an image; no shell)
        [program, *argv[1:]], stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
    )


def _is_usable(candidate: Client) -> bool:
    try:
        done = _run(candidate.probe)
        return done.returncode == 0 and candidate.is_it.encode() in done.stdout
    except (OSError, subprocess.TimeoutExpired):
        return False


def digests(names: Sequence[str], using: Client) -> Mapping[str, str | Failure]:
    """The digest of each of NAMES, full names of images, or why there is none; each is asked for once."""
    distinct = list(dict.fromkeys(names))
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return dict(zip(distinct, pool.map(lambda name: _digest(name, using), distinct), strict=True))


def _digest(name: str, using: Client) -> str | Failure:
    plain = using.plain if is_loopback(name) else ()
    try:
        done = _run([*using.argv, *plain, using.scheme + name])
    except subprocess.TimeoutExpired:
        return Failure(f"no answer within {TIMEOUT:.0f} seconds", "is there a network? Run it again")
    except OSError as error:
        return Failure(f"{using.name} cannot be started", "--with NAME chooses another client", str(error))
    if done.returncode:
        return explain(done.stderr.decode("utf-8", "replace"), name)
    if using.prints_manifest:
        return f"sha256:{hashlib.sha256(done.stdout).hexdigest()}"
    said = done.stdout.decode("utf-8", "replace").strip().strip('"')
    if _DIGEST.fullmatch(said):
        return said
    return Failure("the client printed no digest", "is it a current version?", one_line(said))


def explain(stderr: str, name: str) -> Failure:
    """What went wrong, from what a client printed when it was asked for NAME."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    said = one_line(lines[-1]) if lines else ""
    for pattern, problem in _PROBLEMS:
        if re.search(pattern, stderr.replace(name, ""), re.IGNORECASE):
            return replace(problem, said=said)
    return Failure("the registry gave no digest", "what the client says may help", said)
