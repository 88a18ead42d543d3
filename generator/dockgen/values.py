"""Values that may reach a Dockerfile, each checked here once, so that no name or script becomes an instruction."""

from __future__ import annotations

import re

from dockgen import lazy
from dockgen.errors import InputError

# Control characters of ASCII and Latin-1, line separators, overrides of the writing direction (which make a line look
# like another one), and halves of surrogate pairs (which cannot be written as UTF-8).
_CONTROL = lazy.pattern(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_IMAGE = lazy.pattern(
    r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
_REGISTRY = lazy.pattern(
    r"(?:localhost|[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)+|[a-z0-9][a-z0-9-]*(?=:))(?::[0-9]{1,5})?"
    r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*"
)
_SYSTEM = 100  # below it are the accounts of Debian and Alpine themselves
NOBODY = 65534
_ENV = lazy.pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_DOCKERFILE = lazy.pattern(r"(?i:(?:[a-z0-9][a-z0-9_-]{0,40}\.)?(?:dockerfile|containerfile)(?:\.[a-z0-9._-]{1,40})?)")
_APT = lazy.pattern(r"[a-z0-9][a-z0-9+.-]+")
_PATH = lazy.pattern(r"[A-Za-z0-9._@+~/-]+")
_FOLDER = lazy.pattern(r"(?:/\.?[A-Za-z0-9_][A-Za-z0-9._-]*)+")
# Folders of the system, which keep their owner; in /tmp everybody may write anyway.
_OF_SYSTEM = lazy.pattern(
    r"/(?:app|bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)"
    r"|/(?:dev|proc|sys|tmp)/.*|/(?:usr|var)/(?:bin|cache|lib|local|log|run|sbin|share|tmp)|/usr/local/\w+"
)
_VERSION = lazy.pattern(r"[0-9]+(?:\.[0-9A-Za-z]+)*(?:[-+][0-9A-Za-z.-]+)?")


def is_plain(text: str) -> bool:
    """True if TEXT is one line without control characters."""
    return not _CONTROL.search(text)


def text(value: str, what: str, where: str | None = None) -> str:
    """VALUE if it is one line of printable text; InputError naming WHAT otherwise."""
    if is_plain(value):
        return value
    raise InputError(f"{what} has a line break or a control character: {value[:60]!r}", where=where)


def instructions(value: str, what: str, where: str | None = None) -> str:
    """VALUE if it is lines of printable text, tabs among it; InputError naming WHAT otherwise, and if it is empty."""
    if not value.strip():
        raise InputError(f"{what} has no instructions", where=where)
    for line in value.split("\n"):
        text(line.replace("\t", ""), what, where)
    return value


def summary(value: str) -> str:
    """VALUE on one line: its first line, and how many it has if there are more."""
    first, *rest = value.strip().split("\n")
    return f"{first.strip()} … ({len(rest) + 1} lines)" if rest else first.strip()


def slot(value: str) -> str:
    """VALUE if it can name a slot; InputError otherwise."""
    if re.fullmatch(r"(?:before|after)_[a-z0-9_]+", value):
        return value
    raise InputError(f"not the name of a slot: {value[:60]!r}", hint="before_BLOCK or after_BLOCK, such as before_user")


def one_line(value: str, limit: int = 200) -> str:
    """VALUE made harmless for a label or a comment: white space collapsed, control characters dropped, cut to LIMIT."""
    return _CONTROL.sub("", " ".join(value.split()))[:limit].rstrip()


def image(value: str) -> str:
    """VALUE if it is an image reference such as `python:3.14-slim-trixie`; InputError otherwise."""
    if _IMAGE.fullmatch(value):
        return value
    raise InputError(f"not an image reference: {value[:80]!r}")


def repository(value: str) -> str:
    """VALUE if it names an image without a tag, such as `registry.example.com/team/app`; InputError otherwise."""
    if _IMAGE.fullmatch(value) and ":" not in value.rpartition("/")[2]:
        return value
    hint = "without a tag, such as registry.example.com/team/app"
    raise InputError(f"not the name of an image: {value[:80]!r}", hint=hint)


def port(value: object, where: str | None = None) -> int:
    """VALUE as a TCP port; InputError unless it is a whole number from 1 to 65535."""
    digits = str(value)
    if re.fullmatch(r"[0-9]{1,5}", digits) and 0 < int(digits) < 65536:
        return int(digits)
    raise InputError(f"not a port: {str(value)[:40]!r}", where=where, hint="a whole number from 1 to 65535")


def url_path(value: str) -> str:
    """VALUE if it is the path of a URL; InputError otherwise."""
    if re.fullmatch(r"/[A-Za-z0-9._~/-]*", value):
        return value
    raise InputError(f"not the path of a URL: {value[:60]!r}", hint="such as /docs/")


def request_target(value: str) -> str:
    """VALUE if it is what an HTTP request may ask for, a path and perhaps a query; InputError otherwise."""
    if re.fullmatch(r"/[A-Za-z0-9._~/-]*(?:\?[A-Za-z0-9._~=&-]*)?", value):
        return value
    hint = "a path such as --set health=/healthz, or tcp, or none"
    raise InputError(f"not a path that can be asked for: {value[:60]!r}", hint=hint)


def host(value: str) -> str:
    """VALUE if it is the name of a host; InputError otherwise."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", value):
        return value
    raise InputError(f"not the name of a host: {value[:60]!r}")


def label_name(value: str) -> str:
    """VALUE if it can name a label of an image; InputError otherwise."""
    if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?", value):
        return value
    raise InputError(f"not the name of a label: {value[:60]!r}", hint="such as com.example.team")


def user(value: str) -> tuple[int, int]:
    """User and group in VALUE, `UID` or `UID:GID`; InputError otherwise, and for root and the system's own."""
    match = re.fullmatch(r"([0-9]{1,9})(?::([0-9]{1,9}))?", value)
    uid, gid = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if match and uid >= _SYSTEM and (gid >= _SYSTEM or not gid):
        return uid, gid
    raise InputError(
        f"not a user that an app can run as: {value[:40]!r}",
        hint=f"UID or UID:GID, numbers from {_SYSTEM}, such as 10001 or 10001:0",
    )


def registry(value: str) -> str:
    """VALUE if images can come from there, `HOST[:PORT][/PATH]`, without a slash at its end; InputError otherwise."""
    if _REGISTRY.fullmatch(value):
        return value
    hint = "HOST[:PORT][/PATH], such as registry.example.com/proxy"
    raise InputError(f"not the place of a registry: {value[:60]!r}", hint=hint)


def env_name(value: str) -> str:
    """VALUE if it can name an environment variable; InputError otherwise."""
    if _ENV.fullmatch(value):
        return value
    raise InputError(f"not the name of an environment variable: {value[:60]!r}")


def apt_package(value: str) -> str:
    """VALUE if it is a Debian package name; InputError otherwise."""
    if _APT.fullmatch(value):
        return value
    raise InputError(f"not the name of a Debian package: {value[:60]!r}")


def version(value: str, what: str = "version", where: str | None = None) -> str:
    """VALUE if it is a plain version such as `9.15.0`; InputError otherwise."""
    if _VERSION.fullmatch(value):
        return value
    raise InputError(f"not a {what}: {value[:60]!r}", where=where)


def is_path(value: str) -> bool:
    """True if VALUE can stand unquoted as a path in COPY and in a mount."""
    return bool(_PATH.fullmatch(value)) and ".." not in value.split("/") and not value.startswith(("/", "-", "~"))


def path(value: str) -> str:
    """VALUE if it is a relative path that COPY and mounts can carry unquoted; InputError otherwise."""
    if is_path(value):
        return value
    raise InputError(
        f"the path {value[:80]!r} cannot be written into a Dockerfile", hint="use letters, digits, . _ - + @ in names"
    )


def folder(value: str, workdir: str = "/app") -> str:
    """VALUE if it is an absolute folder of an image that can be given to the app; InputError otherwise.

    It is none of the system's, and not WORKDIR or one above it, which hold what the app is made of.
    """
    if _FOLDER.fullmatch(value) and not _OF_SYSTEM.fullmatch(value) and not f"{workdir}/".startswith(f"{value}/"):
        return value
    raise InputError(
        f"not a folder that an app can be given: {value[:80]!r}", hint="an absolute path, such as /data or /app/uploads"
    )


def is_dockerfile_name(value: str) -> bool:
    """True if tools recognise a Dockerfile in the name VALUE."""
    return bool(_DOCKERFILE.fullmatch(value)) and not value.lower().endswith("ignore")


def dockerfile_name(value: str) -> str:
    """VALUE if it is the name of a Dockerfile, in which tools recognise one; InputError otherwise."""
    if is_dockerfile_name(value):
        return value
    raise InputError(
        f"not the name of a Dockerfile: {value[:60]!r}",
        hint="such as Dockerfile.prod or api.Dockerfile, without a folder",
    )


def words(value: str | list[str] | tuple[str, ...], what: str = "command") -> tuple[str, ...]:
    """The argv in VALUE, a shell-quoted string or a sequence of words; InputError if it cannot be read as one."""
    if isinstance(value, str):
        import shlex  # noqa: PLC0415

        try:
            value = shlex.split(value)
        except ValueError as error:
            raise InputError(f"cannot read the {what}: {error}", hint="quote it as in a shell") from error
    argv = tuple(text(word, what) for word in value)
    if not argv or not argv[0]:
        raise InputError(f"the {what} is empty")
    return argv
