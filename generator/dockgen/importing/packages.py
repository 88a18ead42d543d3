"""Packages of an old image's system under the names of Debian today, and what each of them is for."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from dockgen.bases import packages as alpine
from dockgen.stacks.python.debian import OLDER_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.importing.shell import Command

# Names that Debian does not have any more, or that only Ubuntu has, and what took their place.
RENAMED: Mapping[str, str] = {
    "chromium-browser": "chromium", "git-core": "git", "gnupg2": "gnupg", "libavcodec-extra": "ffmpeg",
    "libffi6": "libffi8", "libffi7": "libffi8", "libgl1-mesa-dri": "libgl1", "libgl1-mesa-glx": "libgl1",
    "libglib2.0-0": "libglib2.0-0t64",
    "libicu63": "libicu76", "libicu67": "libicu76", "libicu72": "libicu76", "libjpeg62-turbo-dev": "libjpeg-dev",
    "libldap2-dev": "libldap-dev", "libmysqlclient-dev": "default-libmysqlclient-dev",
    "libpcre3-dev": "libpcre2-dev", "libtiff5": "libtiff6", "libtiff5-dev": "libtiff-dev", "libwebp6": "libwebp7",
    "mysql-client": "default-mysql-client", "netcat": "netcat-openbsd", "netcat-traditional": "netcat-openbsd",
    "openjdk-11-jdk": "default-jdk-headless", "openjdk-11-jre": "default-jre-headless",
    "openjdk-11-jre-headless": "default-jre-headless", "openjdk-17-jdk": "default-jdk-headless",
    "openjdk-17-jre": "default-jre-headless", "openjdk-17-jre-headless": "default-jre-headless",
    "openjdk-8-jre-headless": "default-jre-headless", "pkgconf": "pkg-config", "ttf-dejavu": "fonts-dejavu-core",
    "ttf-freefont": "fonts-freefont-ttf", "ttf-liberation": "fonts-liberation",
}  # fmt: skip
# Alpine's names that the table of bases has not, since dockgen itself never asks for them; "" where Debian needs none.
FROM_ALPINE: Mapping[str, str] = {
    "bash": "", "busybox-extras": "", "build-base": "build-essential", "coreutils": "", "font-noto": "fonts-noto-core",
    "freetype": "libfreetype6", "freetype-dev": "libfreetype-dev", "g++": "g++", "gcc": "gcc", "gcompat": "",
    "gettext": "gettext", "gmp-dev": "libgmp-dev", "harfbuzz": "libharfbuzz0b", "icu-data-full": "",
    "jpeg-dev": "libjpeg-dev", "lcms2-dev": "liblcms2-dev", "libc-dev": "", "libc6-compat": "",
    "libressl-dev": "libssl-dev", "libstdc++": "", "libxml2-utils": "libxml2-utils", "libxslt": "libxslt1.1",
    "linux-headers": "", "mariadb-dev": "default-libmysqlclient-dev", "musl-dev": "", "nano": "nano",
    "netcat-openbsd": "netcat-openbsd", "nss": "libnss3", "openjpeg-dev": "libopenjp2-7-dev",
    "postgresql-dev": "libpq-dev", "postgresql-libs": "libpq5", "py3-pip": "", "python3-dev": "", "shadow": "",
    "sqlite-dev": "libsqlite3-dev", "supervisor": "supervisor", "tiff-dev": "libtiff-dev", "tk-dev": "tk-dev",
    "ttf-dejavu": "fonts-dejavu-core", "ttf-freefont": "fonts-freefont-ttf", "vim": "vim", "libgomp": "libgomp1",
}  # fmt: skip
# What every Debian has, and what an image of ours has no use for.
PRESENT = frozenset({
    "apk-tools", "apt-transport-https", "apt-utils", "bash", "coreutils", "dash", "findutils", "gawk", "grep", "gzip",
    "libc6", "libgcc-s1", "libgcc1", "libssl3", "libssl3t64", "libstdc++6", "login", "lsb-release", "openrc",
    "passwd", "sed", "software-properties-common", "sudo", "util-linux",
})  # fmt: skip
# Certificates and time zones: in Debian's images of languages, and in distroless ones.
ALWAYS = frozenset({"ca-certificates", "tzdata"})
# The library that a package with headers stands for when the app runs. Debian's names, as in `stacks/python/debian.py`.
RUNTIME: Mapping[str, str] = {
    "default-libmysqlclient-dev": "libmariadb3", "libcairo2-dev": "libcairo2", "libcurl4-openssl-dev": "libcurl4t64",
    "libfreetype-dev": "libfreetype6", "libgdal-dev": "gdal-bin", "libgeos-dev": "libgeos-c1t64", "libicu-dev":
    "libicu76", "libjpeg-dev": "libjpeg62-turbo", "libkrb5-dev": "libgssapi-krb5-2", "libldap-dev": "libldap2",
    "libmagic-dev": "libmagic1t64", "libmagickwand-dev": "libmagickwand-7.q16-10", "libmariadb-dev": "libmariadb3",
    "libmemcached-dev": "libmemcached11t64", "libpango1.0-dev": "libpango-1.0-0", "libpcap-dev": "libpcap0.8t64",
    "libpq-dev": "libpq5", "librsvg2-dev": "librsvg2-2", "libsasl2-dev": "libsasl2-2", "libsndfile1-dev":
    "libsndfile1", "libsqlite3-dev": "libsqlite3-0", "libvips-dev": "libvips42t64", "libxmlsec1-dev":
    "libxmlsec1t64-openssl", "libxml2-dev": "libxml2", "libxslt1-dev": "libxslt1.1", "libzmq3-dev": "libzmq5",
    "portaudio19-dev": "libportaudio2", "unixodbc-dev": "libodbc2",
}  # fmt: skip
# Process 1 and what changes the user: the setting init, and USER.
INITS = frozenset({"dumb-init", "gosu", "su-exec", "tini"})
# What only builds, beside everything that ends in -dev.
COMPILERS = frozenset({
    "autoconf", "automake", "bison", "build-base", "build-essential", "cargo", "clang", "cmake", "flex", "g++", "gcc",
    "gfortran", "go", "golang", "libtool", "linux-headers", "llvm", "make", "meson", "musl-dev", "ninja-build",
    "patch", "pkg-config", "pkgconf", "rust", "rustc", "swig",
})  # fmt: skip
# What fetches and unpacks something while an image is built; in ours nothing is fetched with them.
FETCHERS = frozenset({
    "apt-transport-https", "apt-utils", "ca-certificates", "curl", "dirmngr", "gnupg", "lsb-release",
    "software-properties-common", "sudo", "tar", "unzip", "wget", "xz-utils", "zip",
})  # fmt: skip
TOOLS = frozenset({
    "bind9-dnsutils", "dnsutils", "dos2unix", "git", "htop", "iputils-ping", "less", "lsof", "nano", "net-tools",
    "netcat", "netcat-openbsd", "openssh-client", "procps", "strace", "telnet", "tree", "vim",
})  # fmt: skip
# The language itself and its package managers, which our images have in another way.
_LANGUAGE = re.compile(
    r"python[23]?(?:\.\d+)?(?:-(?:pip|venv|dev|minimal|setuptools|wheel|distutils|full))?"
    r"|py3-(?:pip|virtualenv|setuptools|wheel)"
    r"|nodejs(?:-\w+)?|npm|yarn|golang(?:-\S+)?|pipx?|nginx(?:-\w+)?|virtualenv|poetry|uv"
)
_PINNED = re.compile(r"[=~<>@].*")
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")


def named(argv: tuple[str, ...], tool: str) -> tuple[str, ...]:
    """The packages that a command of `apt` or `apk` names, without versions, options and architectures."""
    found = []
    skip = False
    for word in argv:
        if skip or word.startswith("-"):
            skip = not skip and word in ("-t", "--virtual", "--repository", "-X", "-o", "-c", "--target-release")
            continue
        name = _PINNED.sub("", word).partition("/")[0]
        name = name.partition(":")[0] if tool == "apt" else name
        if _NAME.fullmatch(name):
            found.append(name)
    return tuple(found)


def installed(command: Command) -> tuple[str, tuple[str, ...]]:
    """`apt` or `apk` and the packages that COMMAND installs; "" if it does nothing of the kind."""
    return _asked(command, {"apt": ("install", "build-dep"), "apk": ("add",)})


def removed(command: Command) -> tuple[str, tuple[str, ...]]:
    """The same of the packages that COMMAND takes away."""
    return _asked(command, {"apt": ("remove", "purge", "autoremove"), "apk": ("del",)})


def _asked(command: Command, verbs: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    tool = {"apt-get": "apt", "apt": "apt", "apk": "apk", "aptitude": "apt"}.get(command.program, "")
    at = next((i for i, word in enumerate(command.argv) if tool and word in verbs[tool]), 0)
    return (tool, named(command.argv[at + 1 :], tool)) if at else ("", ())


def virtual(command: Command) -> str:
    """The name under which `apk add --virtual` puts packages, to remove them together; "" if it does not."""
    argv = command.argv
    at = next((i for i, word in enumerate(argv) if word in ("--virtual", "-t") or word.startswith("--virtual=")), -1)
    if command.program != "apk" or at < 0:
        return ""
    return argv[at].partition("=")[2] or (argv[at + 1] if at + 1 < len(argv) else "")


def is_of_language(name: str) -> bool:
    """True if NAME is a language, a package manager or a server that our image has from elsewhere, or needs not."""
    return bool(_LANGUAGE.fullmatch(name)) or name in INITS or name in PRESENT


def only_builds(name: str) -> bool:
    """True if nothing needs the package NAME when the app runs."""
    return name in COMPILERS or name.endswith(("-dev", "-headers"))


def of_debian(name: str, tool: str) -> tuple[str, ...] | None:
    """Debian's packages of today for NAME of apt or apk: none if it needs none; None if none is known."""
    if tool == "apt":
        return (RENAMED.get(name) or _newer().get(name) or name,)
    if name in FROM_ALPINE:
        return (FROM_ALPINE[name],) if FROM_ALPINE[name] else ()
    if name in alpine.SAME:
        return (name,)
    return _from_alpine().get(name)


def of_alpine(name: str, tool: str) -> tuple[str, ...] | None:
    """The same for an image on Alpine."""
    if tool == "apk":
        return (name,)
    found = of_debian(name, tool) or ()
    renamed = [alpine.renamed(each) for each in found]
    return tuple(n for names in renamed if names for n in names) if None not in renamed else None


@cache
def _from_alpine() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for debian, other in alpine.PACKAGES.items():
        if other:
            found[other] = (*found.get(other, ()), debian)
    return found


@cache
def _newer() -> Mapping[str, str]:
    """The names of older suites and what trixie calls them."""
    return {old: new for names in OLDER_NAMES.values() for new, old in names.items()}


def spaced(names: Iterable[str]) -> str:
    """NAMES sorted, as a setting takes them."""
    return " ".join(sorted(set(names)))
