"""Causes of failures, by the words of the tools that report them: which are found, what is proposed, what is left alone."""

from __future__ import annotations

import re
import shlex
import time
from dataclasses import dataclass, field

import pytest
from dockgen import Project, detect, plan, render
from dockgen.settings import Settings
from dockgen.verify.repair import propose, table
from dockgen.verify.results import Failure, Listening
from hypothesis import example, given
from hypothesis import strategies as st

FLASK = {
    "requirements.txt": "flask==3.1.2\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
}
SCRIPT = {"requirements.txt": "requests\n", "main.py": "import time\nwhile True:\n    time.sleep(1)\n"}  # fmt: skip
EXPRESS = {
    "package.json": '{"name": "shop", "main": "server.js", "scripts": {"start": "node server.js"},'
    ' "dependencies": {"express": "5.1.0"}, "devDependencies": {"dotenv": "17.0.0"}}',
    "package-lock.json": '{"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop", "dependencies":'
    ' {"express": "5.1.0"}, "devDependencies": {"dotenv": "17.0.0"}}, "node_modules/express": {"version": "5.1.0"},'
    ' "node_modules/dotenv": {"version": "17.0.0", "dev": true}}}',
    "server.js": 'require("express")().listen(process.env.PORT || 3000)\n',
}
GO = {
    "go.mod": "module example.com/app\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}
SITE = {"index.html": "<h1>Hello</h1>\n"}


@dataclass(frozen=True)
class Row:
    """What a tool said at STEP, and the CAUSE that must be found in it, with its SETS and words of its hint."""

    cause: str
    log: str
    sets: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=lambda: FLASK)
    step: str = "build"
    hint: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    listening: tuple[tuple[str, int], ...] | None = None
    exit_code: int | None = 1


def run(row: Row):
    facts = detect(Project.of(row.files), settings=row.settings)
    listening = None if row.listening is None else tuple(Listening(address=a, port=p) for a, p in row.listening)
    failure = Failure(step=row.step, log=row.log, exit_code=row.exit_code, listening=listening)
    return propose(failure, facts, plan(facts, settings=row.settings))


PG_CONFIG = """\
#14 21.93   Error: pg_config executable not found.
#14 21.93
#14 21.93   pg_config is required to build psycopg2 from source.  Please add the directory
#14 21.93   containing pg_config to the $PATH or specify the full executable path with the
#14 21.93   option:
"""
GYP_PYTHON = """\
#11 9.123 npm error gyp ERR! find Python
#11 9.123 npm error gyp ERR! find Python Python is not set from command line or npm configuration
#11 9.124 npm error gyp ERR! find Python Python is not set from environment variable PYTHON
"""
NPM_CI = """\
#12 1.402 npm error code EUSAGE
#12 1.402 npm error
#12 1.403 npm error `npm ci` can only install packages when your package.json and package-lock.json or \
npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing.
#12 1.403 npm error Missing: left-pad@1.3.0 from lock file
"""
PYDANTIC = """\
    self.__pydantic_validator__.validate_python(data, self_instance=self)
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
region
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.12/v/missing
"""
ENVALID = """\
================================
 Missing environment variables:
    REGION: Required
================================
"""
ZOD = """\
ZodError: [
  {
    "code": "invalid_type",
    "expected": "string",
    "received": "undefined",
    "path": [
      "REGION"
    ],
    "message": "Required"
  }
]
"""
OSERROR = 'File "/app/app.py", line 3, in <module>\n    os.makedirs("/app/uploads")\n'
SYNTAX = '  File "/app/app.py", line 4\n    match command:\n          ^\nSyntaxError: invalid syntax\n'
EBADENGINE = """\
npm warn EBADENGINE Unsupported engine {
npm warn EBADENGINE   package: 'undici@8.0.0',
npm warn EBADENGINE   required: { node: '>=26.0.0' },
npm warn EBADENGINE   current: { node: 'v24.1.0', npm: '11.6.2' }
npm warn EBADENGINE }
npm error code EBADENGINE
"""
NOT_FOUND_JS = """\
node:internal/modules/cjs/loader:1386
  throw err;
  ^

Error: Cannot find module 'dotenv'
Require stack:
- /app/server.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1383:15)
"""
UV_WHEEL = """\
  x No solution found when resolving dependencies:
  hint: You're using CPython 3.14 (`cp314`), but `onnxruntime` (v1.18.0) only has wheels with the following Python \
ABI tags: `cp310`, `cp311`, `cp312`
"""
ACCESS = '127.0.0.1 - - [28/Nov/2026 09:00:00] "GET /healthz HTTP/1.1" 404 -\n'
GCC_HEADER = "_cffi.c:15:10: fatal error: ffi.h: No such file or directory\n   15 | #include <ffi.h>\n"
PQ_RUN = "ImportError: libpq.so.5: cannot open shared object file: No such file or directory"
DLOPEN = "Error: libGL.so.1: cannot open shared object file: No such file or directory\n  code: 'ERR_DLOPEN_FAILED'\n"
BUILD_PQ = "apt.build=+build-essential libpq-dev"
GUNICORN = "start=gunicorn app:app --bind=0.0.0.0:8000 --worker-tmp-dir=/dev/shm --access-logfile=-"
GYP = "apt.build=+g++ make python3 python3-setuptools"

ROWS = (
    # what a build lacks
    Row("missing-header", "psycopg/psycopg.h:30:10: fatal error: libpq-fe.h: No such file or directory",
        (BUILD_PQ, "apt.run=+libpq5")),
    Row("missing-header", GCC_HEADER, ("apt.build=+build-essential libffi-dev",)),
    Row("missing-header", "src/x.c:1:10: fatal error: 'openssl/ssl.h' file not found",
        ("apt.build=+build-essential libssl-dev", "apt.run=+libssl3t64")),
    Row("missing-header", "../src/canvas.cc:3:10: fatal error: cairo.h: No such file or directory",
        ("apt.build=+g++ libcairo2-dev make python3 python3-setuptools", "apt.run=+libcairo2"), EXPRESS),
    Row("missing-header", "./main.go:4:11: fatal error: magic.h: No such file or directory",
        ("apt.build=+libmagic-dev", "apt.run=+libmagic1t64"), GO),
    Row("missing-header", "foo.c:1:10: fatal error: strangelib/own.h: No such file or directory", hint="apt.build"),
    Row("missing-header", "x.c:1:1: fatal error: libpq-fe.h: No such file or directory",
        (BUILD_PQ, "apt.run=+libpq5"), settings={"version": "3.10", "allow-eol": "yes"}),
    Row("missing-tool", PG_CONFIG, (BUILD_PQ, "apt.run=+libpq5")),
    Row("missing-tool", "/bin/sh: 1: mysql_config: not found\nmysql_config not found",
        ("apt.build=+build-essential default-libmysqlclient-dev", "apt.run=+libmariadb3")),
    Row("missing-tool", "error: command 'gcc' failed: No such file or directory", ("apt.build=+build-essential",)),
    Row("missing-tool", "error: [Errno 2] No such file or directory: 'gcc'\n      [end of output]",
        ("apt.build=+build-essential",)),
    Row("missing-tool", "#9 0.31 npm error syscall spawn git\n#9 0.31 npm error enoent An unknown git error: "
        "spawn git ENOENT", ("apt.build=+ca-certificates git",), EXPRESS),
    Row("missing-tool", "ERROR: Cannot find command 'git' - do you have 'git' installed and in your PATH?",
        ("apt.build=+ca-certificates git",)),
    Row("missing-tool", "error: command 'cmake' failed: No such file or directory", ("apt.build=+cmake",)),
    Row("missing-tool", "make: gcc: No such file or directory", (GYP,), EXPRESS),
    Row("missing-tool", 'go: exec: "protoc": executable file not found in $PATH',
        ("apt.build=+protobuf-compiler",), GO),
    Row("missing-tool", "../meson.build:1:0: ERROR: Unknown compiler(s): [['cc'], ['gcc'], ['clang']]",
        ("apt.build=+build-essential",)),
    Row("missing-tool", "/bin/sh: 1: pkg-config: not found", ("apt.build=+pkg-config",)),
    Row("missing-library", "Package libxml-2.0 was not found in the pkg-config search path.",
        ("apt.build=+build-essential libxml2-dev", "apt.run=+libxml2")),
    Row("missing-library", "Package cairo was not found in the pkg-config search path.\n"
        "No package 'cairo' found", ("apt.build=+build-essential libcairo2-dev", "apt.run=+libcairo2")),
    Row("missing-library", "/usr/bin/ld: cannot find -lpq: No such file or directory", (BUILD_PQ, "apt.run=+libpq5")),
    Row("missing-library", 'Run-time dependency openblas found: NO\nDependency "openblas" not found, tried pkgconfig',
        ("apt.build=+build-essential libopenblas-dev",)),
    Row("missing-library", "  Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)",
        ("apt.build=+build-essential zlib1g-dev",)),
    Row("missing-library", "/usr/bin/ld: cannot find -lzmq: No such file or directory",
        ("apt.build=+libzmq3-dev", "apt.run=+libzmq5"), GO),
    Row("missing-rust", "error: can't find Rust compiler", ("apt.build=+build-essential cargo rustc",)),
    Row("missing-compiler", GYP_PYTHON, (GYP,), EXPRESS),
    Row("missing-compiler", "gyp ERR! stack Error: not found: make", (GYP,), EXPRESS),
    # locks
    Row("stale-lock-npm", NPM_CI, files=EXPRESS, hint="npm install --package-lock-only"),
    Row("stale-lock-pnpm", ' ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml'
        " is not up to date with package.json", files=EXPRESS, hint="pnpm install"),
    Row("stale-lock-yarn-berry", "➤ YN0028: │ The lockfile would have been modified by this install, which is "
        "explicitly forbidden.", files=EXPRESS, hint="yarn install"),
    Row("stale-lock-yarn", "error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.",
        files=EXPRESS, hint="yarn install"),
    Row("stale-lock-bun", "error: lockfile had changes, but lockfile is frozen", files=EXPRESS, hint="bun install"),
    Row("stale-lock-uv", "error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided. To update"
        " the lockfile, run `uv lock`.", hint="uv lock"),
    Row("stale-lock-poetry", "pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry "
        "lock` to fix the lock file.", hint="poetry lock"),
    Row("stale-lock-pdm", "[PdmUsageError]: The lock file is not up to date, please run `pdm lock`.", hint="pdm lock"),
    Row("stale-lock-pdm", "WARNING: Lockfile doesn't satisfy the project requirements, packages may be outdated\nPlease run "
        "`pdm lock` to update the lock file", hint="pdm lock"),
    Row("stale-lock-pipenv", "Your Pipfile.lock (ab12cd) is out of date. Expected: (ef34).", hint="pipenv lock"),
    Row("stale-lock-go", "go: updates to go.mod needed; to update it:\n\tgo mod tidy", files=GO, hint="go mod tidy"),
    Row("stale-lock-go", "go: updating go.sum: open /src/go.sum: read-only file system", files=GO, hint="go mod tidy"),
    Row("stale-lock-go", "main.go:4:2: missing go.sum entry for module providing package github.com/go-chi/chi/v5",
        files=GO, hint="go mod tidy"),
    # releases
    Row("wrong-python", "ERROR: Package 'shop' requires a different Python: 3.10.19 not in '>=3.12'",
        ("version=3.14",), settings={"version": "3.10", "allow-eol": "yes"}),
    Row("wrong-python", "ERROR: Ignored the following versions that require a different python version: 2.4.0 "
        "Requires-Python >=3.11; 2.4.1 Requires-Python >=3.11", ("version=3.14",), settings={"version": "3.10", "allow-eol": "yes"}),
    Row("wrong-python", "error: The requested interpreter resolved to Python 3.10.19, which is incompatible with the "
        "project's Python requirement: `>=3.12` (from `project.requires-python`)",
        ("version=3.14",), settings={"version": "3.10", "allow-eol": "yes"}),
    Row("wrong-python", "Because foo==1.0 depends on Python>=3.13 and you require foo, unsatisfiable.",
        ("version=3.14",), settings={"version": "3.10", "allow-eol": "yes"}),
    Row("wrong-python", "Current Python version (3.14.0) is not allowed by the project (>=3.11,<3.13).",
        ("version=3.12",)),
    Row("no-wheel", UV_WHEEL, ("version=3.12",)),
    Row("newer-python", SYNTAX, ("version=3.14",), step="start",
        settings={"version": "3.9", "allow-eol": "yes"}),
    Row("newer-python", "ModuleNotFoundError: No module named 'tomllib'", ("version=3.14",), step="start",
        settings={"version": "3.10", "allow-eol": "yes"}),
    Row("older-python", "ModuleNotFoundError: No module named 'cgi'", ("version=3.12",), step="start"),
    Row("older-python", "      ModuleNotFoundError: No module named 'distutils'\n      [end of output]", ("version=3.11",)),
    Row("wrong-node", EBADENGINE, ("version=26",), EXPRESS, settings={"version": "24"}),
    Row("wrong-node", 'error vite@9.0.0: The engine "node" is incompatible with this module. Expected version '
        '"^22.12.0 || >=24.0.0". Got "20.1.0"', ("version=26",), EXPRESS,
        settings={"version": "20", "allow-eol": "yes"}),
    Row("newer-node", "Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: node:sqlite", ("version=26",),
        EXPRESS, "start", settings={"version": "20", "allow-eol": "yes"}),
    Row("newer-go", "go: go.mod requires go >= 1.27 (running go 1.26.4; GOTOOLCHAIN=local)", ("version=1.27",), GO,
        settings={"version": "1.26"}),
    # what the app lacks
    Row("missing-shared-library", PQ_RUN, ("apt.run=+libpq5",), step="start"),
    Row("missing-shared-library", DLOPEN, ("apt.run=+libgl1",), EXPRESS, "start"),
    Row("missing-shared-library", "/app/app: error while loading shared libraries: libmagic.so.1: cannot open shared "
        "object file: No such file or directory", ("apt.run=+libmagic1t64",), GO, "start"),
    Row("missing-shared-library", PQ_RUN, ("base=slim", "apt.run=+libpq5"), step="start",
        settings={"base": "distroless", "version": "3.13"}),
    Row("missing-shared-library", PQ_RUN, ("apt.run=libpq",), step="start", settings={"base": "alpine"}),
    Row("missing-shared-library", "ImportError: libstrange.so.9: cannot open shared object file: No such file or "
        "directory", step="start", hint="packages.debian.org"),
    Row("missing-loaded-library", "ImportError: failed to find libmagic.  Check your installation",
        ("apt.run=+libmagic1t64",), step="start"),
    Row("missing-loaded-library", "ImportError: Unable to find zbar shared library", ("apt.run=+libzbar0t64",),
        step="answer"),
    Row("missing-loaded-library", 'OSError: no library called "cairo-2" was found\nno library called "cairo" was found',
        ("apt.run=+libcairo2",), step="start"),
    Row("missing-program", "FileNotFoundError: [Errno 2] No such file or directory: 'ffmpeg'", ("apt.run=+ffmpeg",),
        step="answer"),
    Row("missing-program", "Error: spawn ffmpeg ENOENT\n    at ChildProcess._handle.onexit", ("apt.run=+ffmpeg",),
        EXPRESS, "start"),
    Row("missing-program", 'exec: "git": executable file not found in $PATH', ("apt.run=+git",), GO, "answer"),
    Row("missing-program", "/bin/sh: 1: pdftotext: not found", ("apt.run=+poppler-utils",), step="answer"),
    Row("missing-program", "pytesseract.pytesseract.TesseractNotFoundError: tesseract is not installed or it's not in "
        "your PATH.", ("apt.run=+tesseract-ocr",), step="answer"),
    Row("missing-program", "FileNotFoundError: [Errno 2] No such file or directory: PosixPath('dot')\nfailed to execute"
        " PosixPath('dot')", ("apt.run=+graphviz",), step="answer"),
    Row("missing-node-module", NOT_FOUND_JS, files=EXPRESS, step="start", hint="move it to `dependencies`"),
    Row("missing-node-module", "Error: Cannot find module 'left-pad'", files=EXPRESS, step="start",
        hint="npm install left-pad"),
    Row("missing-node-module", "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@acme/kit' imported from "
        "/app/server.js", files=EXPRESS, step="start", hint="npm install @acme/kit"),
    Row("missing-node-module", "Error: Cannot find module '/app/dist/index.js'", ("start=node server.js",), EXPRESS,
        "start", settings={"start": "node dist/index.js"}),
    Row("missing-node-module", "Error: Cannot find module './lib/prices'", files=EXPRESS, step="start",
        hint=".dockerignore"),
    Row("missing-python-module", "Error: No module named 'six'\n\nUsage:\n\n    waitress-serve [OPTS] MODULE:OBJECT",
        step="start", hint="six"),
    Row("missing-python-module", "ModuleNotFoundError: No module named 'requests'", step="start",
        hint="requirements"),
    Row("missing-python-module", "ModuleNotFoundError: No module named 'shop'", (GUNICORN,), step="start",
        settings={"start": "gunicorn shop:app"}),
    Row("missing-object", "Failed to find attribute 'application' in 'app'.", (GUNICORN,), step="start",
        settings={"start": "gunicorn app:application"}),
    Row("missing-script", 'npm error Missing script: "start:prod"', files=EXPRESS, step="start", hint="--set start="),
    Row("missing-script", 'npm error Missing script: "build"', files=EXPRESS, hint="--set build="),
    Row("missing-command", 'docker: Error response from daemon: exec: "gunicornn": executable file not found in $PATH',
        (GUNICORN,), step="start", settings={"start": "gunicornn app:app"}),
    Row("missing-command", "[FATAL tini (7)] exec serve failed: No such file or directory", ("start=node server.js",),
        EXPRESS, "start", settings={"start": "serve dist"}),
    Row("missing-file", "FileNotFoundError: [Errno 2] No such file or directory: 'data/prices.csv'", step="start",
        hint=".dockerignore"),
    Row("missing-file", "Error: ENOENT: no such file or directory, open '/app/docs/help.md'", files=EXPRESS,
        step="start", hint=".dockerignore"),
    Row("left-out-of-the-build", 'ERROR: failed to calculate checksum of ref x::y: "/docs/help.md": not found',
        hint="dockgen update"),
    Row("other-c-library", "Error: Error loading shared library ld-linux-x86-64.so.2: No such file or directory "
        "(needed by /app/node_modules/x.node)", ("base=slim",), EXPRESS, "start", settings={"base": "alpine"}),
    Row("other-c-library", "Error: /app/node_modules/bcrypt/lib/bcrypt.node: invalid ELF header", files=EXPRESS,
        step="start", hint="node_modules"),
    # variables
    Row("missing-variable", "  File \"<frozen os>\", line 717, in __getitem__\nKeyError: 'REGION'",
        ("env.REGION=change-me",), step="start"),
    Row("missing-variable", PYDANTIC, ("env.REGION=change-me",), step="start"),
    Row("missing-variable", ENVALID, ("env.REGION=change-me",), EXPRESS, "start"),
    Row("missing-variable", ZOD, ("env.REGION=change-me",), EXPRESS, "start"),
    Row("missing-variable", "Error: REGION is required", ("env.REGION=change-me",), EXPRESS, "start"),
    Row("missing-variable", "Error: Missing required environment variable: BASE_URL",
        ("env.BASE_URL=http://localhost",), EXPRESS, "start"),
    Row("missing-variable", "2026/11/28 09:00:00 REGION environment variable not set", ("env.REGION=change-me",), GO,
        "start"),
    Row("missing-variable", "panic: required key REGION missing value", ("env.REGION=change-me",), GO, "start"),
    Row("missing-variable", "django.core.exceptions.ImproperlyConfigured: Set the REGION environment variable",
        ("env.REGION=change-me",), step="start"),
    Row("missing-variable", "decouple.UndefinedValueError: REGION not found. Declare it as envvar or define a default "
        "value.", ("env.REGION=change-me",), step="start"),
    Row("missing-variable", "KeyError: 'STRIPE_API_KEY'", step="start", hint="docker run --env STRIPE_API_KEY="),
    Row("missing-variable", "Error: DATABASE_URL must be set", files=EXPRESS, step="start",
        hint="docker run --env DATABASE_URL="),
    Row("missing-variable", "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
        step="start", hint="docker run --env SECRET_KEY="),
    Row("missing-variable", "KeyError: 'REGION'", ("extra.before_build_install=ENV REGION=change-me",)),
    Row("missing-variable", "Error: REGION is required", ("extra.before_stage_steps=ENV REGION=change-me",), EXPRESS),
    Row("missing-variable", "KeyError: 'STRIPE_API_KEY'", hint="when the app starts"),
    # where it listens
    Row("loopback", "", ("start=gunicorn app:app --bind 0.0.0.0:5000",), step="answer", listening=(("127.0.0.1", 5000),),
        settings={"start": "gunicorn app:app", "port": "5000"}),
    Row("loopback", "", ("start=uvicorn app:app --host 0.0.0.0 --port 8000",), step="answer",
        listening=(("127.0.0.1", 8000),), settings={"start": "uvicorn app:app --host 127.0.0.1 --port 8000"}),
    Row("loopback", "", files=EXPRESS, step="answer", listening=(("::1", 3000),), hint="0.0.0.0"),
    Row("loopback", "", files=EXPRESS, step="answer", listening=(("127.0.0.1", 3000), ("::", 9464)), hint="0.0.0.0"),
    Row("other-port", "listening on 4000", ("port=4000",), EXPRESS, "answer", listening=(("::", 4000),)),
    Row("privileged-port", "Error: listen EACCES: permission denied 0.0.0.0:80", ("port=8080", "env.PORT=8080"),
        EXPRESS, "start", settings={"port": "80"}),
    Row("privileged-port", "listen tcp :80: bind: permission denied", files=GO, step="start", hint="env.PORT=8080"),
    # what it writes
    Row("read-only-path", f"{OSERROR}OSError: [Errno 30] Read-only file system: '/app/uploads'",
        ("writable=/app/uploads",), step="start"),
    Row("read-only-path", "PermissionError: [Errno 13] Permission denied: '/data/orders.json'", ("writable=/data",),
        step="answer"),
    Row("read-only-path", "Error: EROFS: read-only file system, open '/app/cache/page.html'", ("writable=/app/cache",),
        EXPRESS, "answer"),
    Row("read-only-path", "Error: EACCES: permission denied, mkdir '/app/uploads'", ("writable=/app/uploads",),
        EXPRESS, "start"),
    Row("read-only-path", "open /var/lib/app/state.json: read-only file system", ("writable=/var/lib/app",), GO,
        "start"),
    Row("read-only-path", "OSError: [Errno 30] Read-only file system: '/.cache'", ("env.HOME=/tmp",), step="start"),
    Row("read-only-path", "PermissionError: [Errno 13] Permission denied: '/app/orders.json'", step="answer",
        hint="writable=/data"),
    Row("read-only-path", "PermissionError: [Errno 13] Permission denied: '/etc/app.conf'", step="answer",
        hint="writable=/data"),
    Row("read-only-database", "sqlite3.OperationalError: attempt to write a readonly database", step="answer",
        hint="writable=FOLDER"),
    Row("read-only-database", "sqlalchemy.exc.OperationalError: unable to open database file",
        ("writable=/var/lib/shop",), step="answer", settings={"env.DB": "sqlite:////var/lib/shop/app.db"}),
    # the process
    Row("ignores-sigterm", "", ("init=tini",), EXPRESS, "stop", settings={"init": "none"}, exit_code=137),
    Row("ignores-sigterm", "", files=GO, step="stop", exit_code=137, hint="--init"),
    Row("ignores-sigterm", "", files=EXPRESS, step="stop", settings={"init": "tini"}, exit_code=137, hint="SIGTERM"),
    Row("wrong-health-path", ACCESS, ("health=tcp",), step="health", settings={"health": "/healthz"}),
    Row("wrong-health-path", f'{ACCESS}"GET /ping HTTP/1.1" 200', ("health=/ping",), step="health",
        settings={"health": "/healthz"}),
    Row("ended-at-once", "", step="start", exit_code=0, hint="--set start="),
    Row("ended-at-once", "done\n", ("kind=job",), SCRIPT, "start", exit_code=0, settings={"kind": "worker"}),
    # what no setting mends
    Row("out-of-memory", "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        files=EXPRESS, hint="more memory"),
    Row("killed", "", exit_code=137, hint="more memory"),
    Row("disk-full", "write /var/lib/x: no space left on device", hint="docker system df"),
    Row("private-package", "npm error code E401\nnpm error Incorrect or missing password.", files=EXPRESS,
        hint="private-packages"),
    Row("private-package", "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        files=GO, hint="private-packages"),
    Row("private-package", "ERROR: HTTP error 403 while getting https://pypi.acme.example/simple/kit/",
        hint="private-packages"),
    Row("no-network", "npm error code EAI_AGAIN\nnpm error syscall getaddrinfo", files=EXPRESS, hint="--network host"),
    Row("no-network", "Temporary failure resolving 'packages.example.org'", hint="--network host"),
    Row("no-image", "ERROR: failed to resolve source metadata for docker.io/library/python:3.14: x", hint="registry="),
    Row("no-service", "Error: connect ECONNREFUSED 127.0.0.1:5432", files=EXPRESS, step="start", hint="docker run --env"),
    Row("no-service", "redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.",
        step="start", hint="docker run --env"),
)  # fmt: skip

# What looks like one of the causes, and comes from none of them.
HARMLESS = (
    Row("", "Successfully installed flask-3.1.2 gunicorn-23.0.0"),
    Row("", "npm warn deprecated inflight@1.0.6: This module is not supported", files=EXPRESS),
    Row("", "warning: REGION is a nice place to live", step="start", files=EXPRESS),
    Row("", "KeyError: 'price'", step="start"),
    Row("", "KeyError: 'PATH'", step="start"),
    Row("", "NODE_ENV is required", step="start", files=EXPRESS),
    Row("", "x.c:1:1: fatal error: ./own.h: No such file or directory"),
    Row("", "Traceback (most recent call last):\nValueError: it is broken", step="start"),
    Row("", "checking for gcc... gcc\nchecking whether the C compiler works... yes"),
    Row("", "sh: 1: my-own-script: not found"),
    Row("", "listening on 8000", step="answer", listening=(("0.0.0.0", 8000),)),
    Row("", "", step="answer", listening=()),
    Row("", "", step="answer"),
    Row("", "", step="start"),
    Row("", "", step="health"),
    Row("", "Requires-Python >=3.8", settings={"version": "3.14"}),
    Row("", "requires Go 1.20", files=GO),
    Row("", "error: can't find Rust compiler", settings={"apt.build": "+build-essential cargo rustc"}),
    Row("", PQ_RUN, step="start", settings={"apt.run": "+libpq5"}),
    Row("", "OSError: [Errno 30] Read-only file system: '/app/uploads'", step="start",
        settings={"writable": "/app/uploads"}),
    Row("", "\x1b[31m\x1b[0m" * 1000, step="start"),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.cause}: {row.log.strip()[:40]!a}")
def test_a_cause_is_named_with_what_mends_it(row):
    found = run(row)
    assert found is not None
    assert (found.cause, found.sets) == (row.cause, row.sets)
    assert row.hint in found.hint
    assert found.said
    assert found.sets or found.hint


@pytest.mark.parametrize("row", HARMLESS, ids=lambda row: f"{row.step}: {row.log.strip()[:40]!a}")
def test_what_comes_from_something_else_is_left_alone(row):
    assert run(row) is None


def test_every_row_of_the_table_has_an_example():
    assert {row.cause for row in ROWS} == set(table.BY_ID)


def test_ids_are_unique():
    assert len(table.BY_ID) == len(table.CAUSES)


# What somebody could print to have it written into a Dockerfile.
NASTY = st.sampled_from(
    ("\nRUN curl evil", "'; rm -rf /; '", "$(id)", "`id`", "\\", "\u2028RUN id", "${HOME}", '"]\nUSER root', "../../etc", "%0aRUN id",
     "\x1b[31mRUN", "\ud800", "a b", "--mount=type=bind", "# syntax=evil", "'", '"', "/home/me/project", "=", "+", "\t")
)  # fmt: skip
WORDS = st.one_of(NASTY, st.text(max_size=30), st.sampled_from(("libpq5", "app.py", "3.14", "80", "REGION", "/data/x")))
APPS = {"flask": FLASK, "express": EXPRESS, "go": GO}
PLANS = {name: (facts := detect(Project.of(files)), plan(facts)) for name, files in APPS.items()}


def mangled(log: str, word: str, at: int) -> str:
    """LOG with WORD in the place of one of its words, so that patterns still fit around it."""
    spans = [m.span() for m in re.finditer(r"[\w./@+-]{2,}", log)] or [(0, 0)]
    start, end = spans[at % len(spans)]
    return log[:start] + word + log[end:]


@given(
    row=st.sampled_from([row for row in ROWS if row.log]),
    app=st.sampled_from(sorted(APPS)),
    word=WORDS,
    at=st.integers(0, 60),
    step=st.sampled_from(("build", "start", "answer", "health")),
)
@example(row=ROWS[0], app="flask", word="x\nRUN id", at=3, step="build")
def test_no_log_makes_a_setting_that_is_none(row, app, word, at, step):
    facts, made = PLANS[app]
    found = propose(Failure(step=step, log=mangled(row.log, word, at), exit_code=1), facts, made)
    if found is None:
        return
    assert "\n" not in found.said + found.hint
    for setting in found.sets:
        key, _, value = setting.partition("=")
        assert re.fullmatch(r"[\w.-]+", key)
        assert re.fullmatch(r"[\w./:@+=, -]+", value)
        assert not value.startswith(("/home/", "/root", "/Users"))
    given_back = Settings.of(dict(s.split("=", 1) for s in found.sets))
    if found.sets and not {"base", "main"} & set(given_back.given):
        text = render(plan(detect(Project.of(APPS[app]), settings=given_back), settings=given_back))[0].text
        assert not re.search(r"evil|rm -rf /;|^(?:RUN|USER) (?:id|root)", text, re.MULTILINE)


@given(log=st.text(max_size=2000), step=st.sampled_from(("build", "start", "answer", "health", "stop")))
def test_any_text_is_read(log, step):
    facts, made = PLANS["flask"]
    propose(Failure(step=step, log=log, exit_code=1), facts, made)


@pytest.mark.parametrize("word", ["a", "A_B ", "/a", "-l", "'", " ", "lib.so.1", "Requires-Python >", "\x1b[", "x:1: "])
def test_a_long_log_takes_no_time(word):
    facts, made = PLANS["express"]
    start = time.monotonic()
    for log in (word * 300_000, f"{word * 200}\n" * 8000):
        propose(Failure(step="start", log=log, exit_code=1), facts, made)
    assert time.monotonic() - start < 10


def test_a_start_command_is_proposed_as_a_shell_would_read_it():
    files = {**FLASK, "wsgi.py": "from app import app\n"}
    facts = detect(Project.of(files))
    failure = Failure(step="start", log="ModuleNotFoundError: No module named 'app'", exit_code=3)
    found = propose(failure, facts, plan(facts))
    assert found is not None
    for setting in found.sets:
        assert shlex.split(setting.partition("=")[2])
