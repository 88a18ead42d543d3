"""Packages with native parts: what their build and their use need from Debian, one row each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.stacks.node.ranges import version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.resolved import Resolved

# What node-gyp needs; before its version 10 it imports distutils, which Python has in setuptools only since 3.12.
GYP = ("g++", "make", "python3", "python3-setuptools")
_CAIRO = (*GYP, "libcairo2-dev", "libgif-dev", "libjpeg-dev", "libpango1.0-dev", "librsvg2-dev", "pkg-config")
_FFMPEG = ("ffmpeg-static", "@ffmpeg-installer/ffmpeg")  # bring a program of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """One package. `before`: the first major version without this need; `scripts`: its install script must run.

    `unless` are packages that bring what this one needs; `note` is told where the package ships.
    """

    package: str
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    before: int | None = None
    scripts: bool = True
    unless: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    run_env: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


# Packages whose prebuilt binaries come inside the npm package (sharp, argon2, @node-rs/*, lightningcss …) need no row.
TABLE = (
    Native(package="bcrypt", build=GYP, before=6),
    Native(package="better-sqlite3", before=13, build=GYP),
    Native(package="sqlite3", build=GYP),
    Native(package="@vscode/sqlite3", build=GYP),
    Native(package="argon2", build=GYP, before=1),
    Native(package="canvas", before=3, build=_CAIRO, run=("fonts-dejavu-core", "libcairo2", "libgif7",
           "libjpeg62-turbo", "libpango-1.0-0", "libpangocairo-1.0-0", "librsvg2-2")),
    Native(package="canvas", build=_CAIRO, run=("fonts-dejavu-core",)),
    Native(package="skia-canvas", run=("fonts-dejavu-core", "libfontconfig1")),
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
    Native(package="node-hid", before=3, build=(*GYP, "libudev-dev", "libusb-1.0-0-dev", "pkg-config"),
           run=("libudev1", "libusb-1.0-0")),
    Native(package="@serialport/bindings", build=GYP),
    Native(package="snappy", before=7, build=GYP),
    Native(package="odbc", build=(*GYP, "unixodbc-dev"), run=("unixodbc",)),
    Native(package="ibm_db", build=GYP, run=("libxml2",)),
    Native(package="oracledb", before=6, scripts=False,
           note="oracledb 5 and older need Oracle's Instant Client, which Debian does not have: oracledb 6 does not"),
    Native(package="keytar", build=(*GYP, "libsecret-1-dev", "pkg-config"), run=("libsecret-1-0",)),
    Native(package="@tensorflow/tfjs-node", build=GYP),
    Native(package="wrtc"),
    Native(package="onnxruntime-node", scripts=False, env={"ONNXRUNTIME_NODE_INSTALL_CUDA": "skip"}),
    Native(package="gl", build=(*GYP, "libgl-dev", "libxi-dev", "pkg-config"), run=("libgl1", "libxi6")),
    Native(package="ffmpeg-static"),
    Native(package="fluent-ffmpeg", run=("ffmpeg",), unless=_FFMPEG, scripts=False),
    Native(package="@discordjs/voice", run=("ffmpeg",), unless=_FFMPEG, scripts=False),
    Native(package="gm", run=("graphicsmagick",), scripts=False),
    Native(package="imagemagick", run=("imagemagick",), scripts=False),
    Native(package="easyimage", run=("imagemagick",), scripts=False),
    Native(package="node-poppler", run=("poppler-utils",), scripts=False),
    Native(package="node-tesseract-ocr", run=("tesseract-ocr",), scripts=False),
    Native(package="libreoffice-convert", run=("libreoffice-nogui",), scripts=False),
    Native(package="simple-git", run=("git",), scripts=False),
    Native(package="pdf2pic", run=("ghostscript", "graphicsmagick"), scripts=False),
    Native(package="prisma", run=("openssl",), build=("openssl",), before=7, scripts=False),
    Native(package="@prisma/client", run=("openssl",), build=("openssl",), before=7, scripts=False),
    Native(package="puppeteer", run=("chromium", "fonts-liberation"), scripts=False,
           env={"PUPPETEER_SKIP_DOWNLOAD": "true"},
           run_env={"PUPPETEER_EXECUTABLE_PATH": "/usr/bin/chromium"}),
    Native(package="puppeteer-core", run=("chromium", "fonts-liberation"), scripts=False,
           run_env={"PUPPETEER_EXECUTABLE_PATH": "/usr/bin/chromium"}),
    Native(package="cypress", scripts=False, env={"CYPRESS_INSTALL_BINARY": "0"}),
    *(Native(package=name, scripts=False, env={"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"},
             note=f"{name} ships without a browser: --set apt.run=chromium, and launch it with "
             "executablePath: '/usr/bin/chromium'")
      for name in ("playwright", "playwright-chromium", "playwright-core")),
    Native(package="@playwright/test", scripts=False, env={"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"}),
    Native(package="mongodb-memory-server", scripts=False, env={"MONGOMS_DISABLE_POSTINSTALL": "1"}),
    Native(package="electron", scripts=False, env={"ELECTRON_SKIP_BINARY_DOWNLOAD": "1"}),
)  # fmt: skip
# What fetches a binary from a release page and compiles where there is none, or what is only there to be compiled with.
BUILDERS = frozenset({"@mapbox/node-pre-gyp", "node-pre-gyp", "prebuild-install", "nan", "node-addon-api"})
_INSIDE = frozenset({"node-gyp-build", "node-gyp-build-optional-packages"})  # looks for a binary in the package itself
# They use a builder elsewhere: only on macOS, or only to find out where binaries lie. Or the app works without them.
_NEVER_COMPILED = frozenset({"fsevents", "@vercel/nft", "cpu-features", "bufferutil", "utf-8-validate", "nice-napi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeFacts:
    """What all native packages of a project need together, and the names of those that matter."""

    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    run_env: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()  # packages whose install script must run
    names: tuple[str, ...] = ()
    builders: tuple[str, ...] = ()  # those of them that the packages of the build are for
    git: tuple[str, ...] = ()  # commands that tell git how repositories are reached
    notes: tuple[str, ...] = ()


def detect(package: Package, found: Resolved, *, ships: bool, alone: bool = True, by_key: bool = False) -> NativeFacts:
    """What the native packages need: those of the table by name, others by what they are built with.

    FOUND is the lock file; without one only direct dependencies are known. SHIPS is false where no node_modules are
    shipped. ALONE is false where the lock file is that of a workspace, with packages of other apps. BY_KEY is true
    where package.json itself names a repository that is fetched over SSH.
    """
    sure = found.behind(package.all_dependencies, surely=True)
    maybe = found.behind(package.all_dependencies) - sure  # the app does without, where it cannot be built
    all_names = {*(set(found.versions) - maybe if alone else sure), *package.all_dependencies}
    shipped = (found.behind(package.shipped) | set(package.shipped)) if ships else frozenset()
    rows = _rows(package, found, all_names)
    used = [r for r in rows if r.package in shipped]
    others = compiled(found, all_names - {r.package for r in TABLE})
    apt = {p for r in rows for p in r.build} | (set(GYP) if others or package.has_gyp else set())
    env = {k: v for r in rows for k, v in r.env.items()}
    if found.git or _from_git(package):
        apt |= {"ca-certificates", "git"}
    if by_key:
        apt |= {"ca-certificates", "git", "openssh-client"}
        env["GIT_SSH_COMMAND"] = "ssh -o StrictHostKeyChecking=accept-new"  # nobody is there to say yes
    return NativeFacts(
        build=tuple(sorted(apt)),
        run=tuple(sorted({p for r in used for p in r.run})),
        env=env,
        run_env={k: v for r in used for k, v in r.run_env.items()},
        scripts=tuple(dict.fromkeys([r.package for r in rows if r.scripts] + others)),
        names=tuple(dict.fromkeys([r.package for r in rows if r.build or r.run] + others)),
        builders=tuple(dict.fromkeys([r.package for r in rows if r.build] + others)),
        git=_WITHOUT_KEYS if found.ssh and not by_key else (),
        notes=tuple(r.note for r in used if r.note and r.package in package.shipped),
    )


# What a lock file names by SSH is fetched from GitHub by HTTPS: an image has no key, and npm writes even public
# repositories so.
_WITHOUT_KEYS = (
    "git config --global url.https://github.com/.insteadOf ssh://git@github.com/",
    "git config --global --add url.https://github.com/.insteadOf git@github.com:",
)


def _rows(package: Package, found: Resolved, names: set[str]) -> list[Native]:
    """The first row that holds for each package, by its version in the lock file, else by its range."""
    rows: dict[str, Native] = {}
    for row in TABLE:
        if row.package not in names or row.package in rows or names & set(row.unless):
            continue
        have = found.version(row.package)
        major = version(have)[0] if have else package.major(row.package)
        if row.before is None or (major is not None and major < row.before):
            rows[row.package] = row
    return list(rows.values())


def compiled(found: Resolved, names: set[str]) -> list[str]:
    """Those of NAMES that are compiled where no binary can be had for the platform and this Node.

    Packages that come with a binary, or with a package of one for each platform, are not.
    """
    builders = BUILDERS | {"bindings"} if found.is_whole else BUILDERS
    return sorted(
        n
        for n in names - _NEVER_COMPILED
        if (needs := found.needs.get(n, set())) & builders
        and n not in BUILDERS
        and not needs & _INSIDE
        and not any("-linux-" in need for need in needs)
        and (not found.is_whole or n in found.scripted)
    )


def _from_git(package: Package) -> bool:
    """True if a dependency is fetched with git."""
    git = re.compile(r"git[+:@]|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#.*)?$|https?://.*\.git")
    return any(
        git.match(spec)
        for spec in package.all_dependencies.values()
        if not spec.startswith((".", "@", "npm:", "file:", "link:", "workspace:", "portal:"))
    )
