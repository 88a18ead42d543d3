"""Packages with native parts: what their build and their use need from Debian, one row each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

# What node-gyp needs; before its version 10 it imports distutils, which Python has in setuptools only since 3.12.
GYP = ("g++", "make", "python3", "python3-setuptools")


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """One package. `before`: the first major version without this need; `scripts`: its install script must run."""

    package: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    before: int | None = None
    scripts: bool = True
    env: Mapping[str, str] = field(default_factory=dict)
    run_env: Mapping[str, str] = field(default_factory=dict)


# Packages whose prebuilt binaries come inside the npm package (sharp, argon2, @node-rs/*, lightningcss …) need no row.
TABLE = (
    Native(package="bcrypt", build=GYP, before=6),
    Native(package="better-sqlite3", build=GYP),
    Native(package="sqlite3", build=GYP),
    Native(package="@vscode/sqlite3", build=GYP),
    Native(package="argon2", build=GYP, before=1),
    Native(package="canvas", before=3, build=(*GYP, "pkg-config", "libcairo2-dev", "libgif-dev", "libjpeg-dev",
           "libpango1.0-dev", "librsvg2-dev"),
           run=("fonts-dejavu-core", "libcairo2", "libgif7", "libjpeg62-turbo", "libpango-1.0-0",
           "libpangocairo-1.0-0", "librsvg2-2")),
    Native(package="canvas", run=("fonts-dejavu-core",), build=(*GYP, "pkg-config", "libcairo2-dev", "libgif-dev",
           "libjpeg-dev", "libpango1.0-dev", "librsvg2-dev")),
    Native(package="node-rdkafka", build=(*GYP, "libsasl2-dev", "libssl-dev", "zlib1g-dev"), run=("libsasl2-2",)),
    Native(package="pg-native", build=(*GYP, "libpq-dev"), run=("libpq5",)),
    Native(package="libpq", build=(*GYP, "libpq-dev"), run=("libpq5",)),
    Native(package="node-sass", build=GYP),
    Native(package="isolated-vm", build=GYP),
    Native(package="re2", build=GYP),
    Native(package="node-pty", build=GYP),
    Native(package="bufferutil", scripts=False),
    Native(package="@discordjs/opus", build=GYP),
    Native(package="node-opus", build=GYP),
    Native(package="sodium", build=(*GYP, "autoconf", "automake", "libtool")),
    Native(package="cpu-features", scripts=False),
    Native(package="kerberos", build=(*GYP, "libkrb5-dev"), run=("libgssapi-krb5-2",)),
    Native(package="libxmljs", build=GYP),
    Native(package="libxmljs2", build=GYP),
    Native(package="zeromq", build=GYP, before=6),
    Native(package="usb", build=(*GYP, "libudev-dev"), run=("libudev1",), before=2),
    Native(package="bigint-buffer", scripts=False),
    Native(package="deasync", build=GYP),
    Native(package="sharp", build=GYP, before=0, scripts=False),
    Native(package="gl", build=(*GYP, "libgl-dev", "libxi-dev", "pkg-config"), run=("libgl1", "libxi6")),
    Native(package="fluent-ffmpeg", run=("ffmpeg",), scripts=False),
    Native(package="gm", run=("graphicsmagick",), scripts=False),
    Native(package="imagemagick", run=("imagemagick",), scripts=False),
    Native(package="pdf2pic", run=("ghostscript", "graphicsmagick"), scripts=False),
    Native(package="prisma", run=("openssl",), build=("openssl",), before=7, scripts=False),
    Native(package="@prisma/client", run=("openssl",), build=("openssl",), before=7, scripts=False),
    Native(package="puppeteer", run=("chromium", "fonts-liberation"), scripts=False,
           env={"PUPPETEER_SKIP_DOWNLOAD": "true"},
           run_env={"PUPPETEER_EXECUTABLE_PATH": "/usr/bin/chromium"}),
    Native(package="puppeteer-core", run=("chromium", "fonts-liberation"), scripts=False,
           run_env={"PUPPETEER_EXECUTABLE_PATH": "/usr/bin/chromium"}),
    Native(package="cypress", scripts=False, env={"CYPRESS_INSTALL_BINARY": "0"}),
    Native(package="playwright", scripts=False, env={"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}),
    Native(package="@playwright/test", scripts=False, env={"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}),
    Native(package="electron", scripts=False, env={"ELECTRON_SKIP_BINARY_DOWNLOAD": "1"}),
)  # fmt: skip
# What fetches a binary from a release page and compiles where there is none; most native packages depend on one.
BUILDERS = re.compile(r"(?:^|[\"/\s'])(@mapbox/node-pre-gyp|node-pre-gyp|prebuild-install)[\"@:']", re.MULTILINE)
_BLOCK = re.compile(r"[\"']?/?(@?[\w./-]+?)@")
_DEPENDS = re.compile(r"[\"']?(?:@mapbox/node-pre-gyp|node-pre-gyp|prebuild-install)[\"']?:?\s")
# They use a builder elsewhere: only on macOS, or only to find out where binaries lie.
_NEVER_COMPILED = frozenset({"fsevents", "@vercel/nft"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFacts:
    """What all native packages of a project need together, and the names of those that matter."""

    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    run_env: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()  # packages whose install script must run
    names: tuple[str, ...] = ()


def detect(project: Project, package: Package, lock: str, *, ships: bool) -> NativeFacts:
    """What the native packages need, direct ones by the table, others by what LOCK says that they are built with.

    SHIPS is false where no node_modules are shipped.
    """
    rows: list[Native] = []
    for row in TABLE:
        if row.package not in package.all_dependencies or any(r.package == row.package for r in rows):
            continue
        major = package.major(row.package)
        if row.before is None or (major is not None and major < row.before):
            rows.append(row)
    used = [r for r in rows if ships and r.package in package.shipped]
    others = compiled(project, lock)
    apt = {p for r in rows for p in r.build} | (set(GYP) if others else set())
    if _from_git(package):
        apt |= {"ca-certificates", "git"}
    return NativeFacts(
        build=tuple(sorted(apt)),
        run=tuple(sorted({p for r in used for p in r.run})),
        env={k: v for r in rows for k, v in r.env.items()},
        run_env={k: v for r in used for k, v in r.run_env.items()},
        scripts=tuple(dict.fromkeys([r.package for r in rows if r.scripts] + [n for n in others if "(" not in n])),
        names=tuple(dict.fromkeys([r.package for r in rows if r.build or r.run] + others)),
    )


def compiled(project: Project, lock: str) -> list[str]:
    """Packages of a lock file that are compiled where no binary can be had for the platform and this Node.

    npm's lock file names them; of the others it is only known that there are some, told as "(tool)".
    """
    text = project.whole(lock) if lock else ""
    tool = BUILDERS.search(text)
    if not tool:
        return []
    if not lock.endswith(".json"):
        users = _users(text)
        return [] if users and users <= _NEVER_COMPILED else [f"({tool[1]})"]
    import json  # noqa: PLC0415

    try:
        packages = json.loads(text).get("packages", {}).items()
        entries = [(p, e) for p, e in packages if isinstance(e, dict) and e.get("hasInstallScript") is True]
        found = {
            p.rpartition("node_modules/")[2] for p, e in entries if BUILDERS.search(json.dumps(e.get("dependencies")))
        }
    except (ValueError, AttributeError, RecursionError):
        return []
    return sorted(n for n in found - _NEVER_COMPILED if re.fullmatch(r"(?:@[\w.-]+/)?[\w.-]+", n))


def _users(text: str) -> set[str]:
    """The packages of a Yarn or pnpm lock file that depend on a builder; a block's header is indented least."""
    users, block = set(), ""
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if indent <= 2 and line.rstrip().endswith(":") and (m := _BLOCK.match(line.strip())):
            block = m[1]
        elif indent >= 4 and _DEPENDS.match(line.strip()):
            users.add(block)
    return users - {"", "@mapbox/node-pre-gyp", "node-pre-gyp", "prebuild-install"}


def _from_git(package: Package) -> bool:
    """True if a dependency is fetched with git."""
    git = re.compile(r"git[+:@]|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#.*)?$|https?://.*\.git")
    return any(
        git.match(spec)
        for spec in package.all_dependencies.values()
        if not spec.startswith((".", "@", "npm:", "file:", "link:", "workspace:", "portal:"))
    )
