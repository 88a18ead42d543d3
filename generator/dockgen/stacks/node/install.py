"""How each package manager is set up, installs, builds and leaves development dependencies out."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.stacks.node import closure, registries
from dockgen.stacks.node.model import Cache, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.given import Secret
    from dockgen.stacks.node.model import NodeFacts

HOME = "/app"  # where the project lies while it is built
NPM_CACHE = Cache("npm", "/root/.npm")
# Native packages on the list of those that bun trusts by itself (`bun pm default-trusted`, 1.4.5).
BUN_TRUSTS = frozenset({
    "@discordjs/opus", "@serialport/bindings", "@serialport/bindings-cpp", "@tensorflow/tfjs-node", "@vscode/sqlite3",
    "argon2", "bcrypt", "better-sqlite3", "bigint-buffer", "bufferutil", "canvas", "classic-level", "couchbase",
    "cpu-features", "deasync", "ffmpeg-static", "gl", "grpc", "hnswlib-node", "ibm_db", "iconv", "isolated-vm",
    "kerberos", "keytar", "leveldown", "libpq", "libxmljs", "libxmljs2", "lmdb", "lz4", "lzma-native", "microtime",
    "mongodb-client-encryption", "msgpackr-extract", "node-expat", "node-hid", "node-libcurl", "node-pty",
    "node-rdkafka", "node-sass", "oracledb", "puppeteer", "re2", "secp256k1", "sharp", "sodium-native", "sqlite3",
    "tree-sitter", "unix-dgram", "usb", "utf-8-validate", "wrtc", "xxhash", "zeromq", "zlib-sync",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """One package manager: commands as shell lines, `{tool}` being how it is called.

    `prune` leaves a tree that has everything with what production needs; `run` runs a script, `program` a program.
    """

    setup: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    cache: Cache
    files: tuple[str, ...]  # that an install reads, if they are there
    install: str
    loose: str  # without a lock file
    production: str
    loose_production: str
    prune: str
    run: str
    program: str


MANAGERS: Mapping[str, Manager] = {
    "npm": Manager(
        setup="npm install --global npm@{version}",
        cache=NPM_CACHE,
        files=("package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc"),
        install="npm ci",
        loose="npm install --no-audit --no-fund",
        production="npm ci --omit=dev",
        loose_production="npm install --omit=dev --no-audit --no-fund",
        prune="npm prune --omit=dev --ignore-scripts",
        run="npm run",
        program="npm exec --",
    ),
    "pnpm": Manager(
        setup="npm install --global pnpm@{version}",
        env={"PNPM_HOME": "/pnpm"},
        cache=Cache("pnpm", "/pnpm/store"),
        files=("package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs", "pnpmfile.js"),
        install="pnpm install --frozen-lockfile",
        loose="pnpm install --no-frozen-lockfile",
        production="pnpm install --frozen-lockfile --prod",
        loose_production="pnpm install --no-frozen-lockfile --prod",
        prune="CI=true pnpm prune --prod --ignore-scripts",
        run="pnpm run",
        program="pnpm exec",
    ),
    # Yarn 1 fails where a package deep in the tree says that it has not seen this Node; npm and pnpm only warn.
    "yarn": Manager(
        setup="npm install --global --force yarn@{version}",
        env={"YARN_CACHE_FOLDER": "/root/.cache/yarn"},
        cache=Cache("yarn", "/root/.cache/yarn", "locked"),
        files=("package.json", "yarn.lock", ".npmrc", ".yarnrc"),
        install="yarn install --frozen-lockfile --non-interactive --ignore-engines",
        loose="yarn install --non-interactive --ignore-engines",
        production="yarn install --frozen-lockfile --non-interactive --ignore-engines --production",
        loose_production="yarn install --non-interactive --ignore-engines --production",
        prune="yarn install --frozen-lockfile --non-interactive --ignore-engines --production --ignore-scripts"
        " --prefer-offline",
        run="yarn run",
        program="yarn run",
    ),
    "yarn-berry": Manager(
        setup="npm install --global --force @yarnpkg/cli-dist@{version}",
        env={"YARN_GLOBAL_FOLDER": "/root/.cache/yarn/berry", "YARN_ENABLE_TELEMETRY": "0"},
        cache=Cache("yarn-berry", "/root/.cache/yarn", "locked"),
        files=("package.json", "yarn.lock", ".yarnrc.yml"),
        install="{tool} install --immutable",
        loose="{tool} install --no-immutable",
        production="{tool} workspaces focus --all --production",
        loose_production="{tool} workspaces focus --all --production",
        prune="{tool} workspaces focus --all --production",
        run="{tool} run",
        program="{tool} run",
    ),
    "bun": Manager(
        cache=Cache("bun", "/root/.bun/install/cache"),
        files=("package.json", "bun.lock", "bun.lockb", "bunfig.toml", ".npmrc"),
        install="bun install --frozen-lockfile",
        loose="bun install",
        production="bun install --frozen-lockfile --production",
        loose_production="bun install --production",
        prune="rm -rf node_modules && bun install --frozen-lockfile --production --ignore-scripts",
        run="bun run",
        program="bunx --no-install",
    ),
}  # fmt: skip


def tool(facts: NodeFacts) -> str:
    """How the package manager is called: Yarn may lie in the project."""
    return f"node {facts.manager.release}" if facts.manager.release else "yarn"


def setup(facts: NodeFacts) -> Step | None:
    """The step that installs the package manager; None if it is there already."""
    name, version = facts.manager.name.value, facts.manager.version.value
    row = MANAGERS[name]
    # npm comes with Node: only a newer major than any image has is worth an installation.
    if (
        not row.setup
        or facts.manager.release
        or not version
        or (name == "npm" and facts.manager.major < 11 and not facts.manager.exactly)
    ):
        return None
    return Step(comment="", caches=(NPM_CACHE,), commands=(row.setup.format(version=version),))


def install(
    facts: NodeFacts, version: int, *, production: bool, whole: bool = False, at: str = HOME, below: str = ""
) -> Step:
    """The step that installs dependencies, from manifests that are only mounted; WHOLE: the source is there already.

    The package lies AT a folder of the image, BELOW one of the project.
    """
    row = MANAGERS[facts.manager.name.value]
    has_lock = facts.manager.is_locked
    if production:
        command = row.production if has_lock else row.loose_production
    else:
        command = row.install if has_lock else row.loose
    present = [f for f in row.files if f in facts.files and f != facts.manager.config.literal]
    edits = (*_credentials(facts), *edit(facts, version))
    clean = ("rm -rf .yarn/install-state.gz .yarn/releases",) if production and facts.manager.plug_and_play else ()
    environment = "YARN_ENABLE_GLOBAL_CACHE=false " if production and facts.manager.plug_and_play else ""
    flag, why = _flags(facts)
    return Step(
        comment="; ".join(note for note in (_loose_note(facts), why, _edit_note(facts)) if note),
        copies=() if whole else _folders(facts),
        mounts=() if whole else tuple(present),
        writable=bool(edits) or not has_lock,
        secrets=(*facts.secrets, *_literal(facts, at, below)),
        caches=(row.cache,),
        commands=(
            *facts.native.git,
            *edits,
            environment + command.format(tool=tool(facts)) + flag,
            *_afterwards(facts),
            *clean,
        ),
    )


def _loose_note(facts: NodeFacts) -> str:
    if facts.manager.is_locked:
        return ""
    lock = facts.manager.lock
    return (
        f"not strict: {lock} is out of date"
        if lock
        else "not strict: without a lock file each build may install other versions"
    )


def _edit_note(facts: NodeFacts) -> str:
    """Why package.json or .npmrc are not taken as they are."""
    if _credentials(facts):
        return "pnpm takes variables only from the user's own .npmrc"
    if facts.manager.name.value == "pnpm" and facts.manager.major == 10 and blocked(facts):
        return "pnpm 10 builds nothing that is not named"
    return ""


def _flags(facts: NodeFacts) -> tuple[str, str]:
    """Flags that a lock file was made with, which a strict installation refuses without; and the reason."""
    if facts.manager.name.value == "pnpm" and facts.manager.flags and facts.manager.is_locked:
        return " " + shlex.join(facts.manager.flags), "the lock file was made with other settings than pnpm's own"
    if facts.manager.name.value != "npm":
        return "", ""
    flags, why = [], []
    broken = facts.manager.resolved.peers
    if broken and not facts.manager.config.legacy_peers:
        flags.append(" --legacy-peer-deps")
        why.append(f"the lock file was made with legacy-peer-deps: see {broken}")
    if unnoted(facts):
        flags.append(" --ignore-scripts")
        why.append("the lock file notes no install scripts, so those that are needed are run by name")
    return "".join(flags), "; ".join(why)


def unnoted(facts: NodeFacts) -> bool:
    """True if npm's lock file notes no install script, as early releases of npm 7 did not, though a package has one.

    `npm ci` then runs `node-gyp rebuild` in the place of the package's own script.
    """
    found = facts.manager.resolved
    native = [n for n in facts.native.scripts if n in found.versions]
    is_old = facts.manager.name.value == "npm" and facts.manager.is_locked and found.is_whole and not found.scripted
    return is_old and bool(native) and not facts.lifecycle.works


def _credentials(facts: NodeFacts) -> tuple[str, ...]:
    """Since 10.34.2 and 11.5.3 pnpm takes variables only from the user's .npmrc; none is written into the image."""
    return ("cp .npmrc /root/.npmrc",) if _moves(facts) and facts.manager.config.literal != ".npmrc" else ()


def _moves(facts: NodeFacts) -> bool:
    is_new = facts.manager.name.value == "pnpm" and facts.manager.major >= 10
    return is_new and any(s.where.startswith(".npmrc:") for s in facts.secrets)


def _literal(facts: NodeFacts, at: str, below: str) -> tuple[Secret, ...]:
    """The file with a token in it, where the package manager looks for it."""
    name = facts.manager.config.literal
    homes = (at, "/root") if name == ".npmrc" and _moves(facts) else (at,)
    return tuple(s for home in homes for s in registries.mounted(name, home, below))


def secrets(facts: NodeFacts, *, at: str = HOME, below: str = "") -> tuple[Secret, ...]:
    """What steps after the installation need: the file with a token and settings in it, and for Yarn the variables.

    Yarn does not even run a script where a variable that its configuration names is missing.
    """
    is_yarn = facts.manager.name.value.startswith("yarn")
    return (*(facts.manager.config.secrets if is_yarn else ()), *_literal(facts, at, below))


def permissions(facts: NodeFacts, version: int) -> dict[str, str]:
    """What npm 12 does not fetch unless it is allowed to: dependencies from git and from any address."""
    if facts.manager.name.value != "npm" or (version < 26 and facts.manager.major < 12):
        return {}
    remote = any(spec.startswith(("http://", "https://")) for spec in facts.package.all_dependencies.values())
    found = {"NPM_CONFIG_ALLOW_GIT": "all"} if "git" in facts.native.build else {}
    return {**found, "NPM_CONFIG_ALLOW_REMOTE": "all"} if remote else found


def _folders(facts: NodeFacts) -> tuple[str, ...]:
    """Folders that the install reads besides the manifests."""
    extra = list(facts.lifecycle.copies)
    carried = facts.manager.config.zero_install or any(f"{folder}/" in facts.files for folder in closure.CARRIED)
    if facts.manager.name.value == "yarn-berry" and carried:
        extra.append(".yarn")
    return tuple(extra)


def edit(facts: NodeFacts, version: int) -> tuple[str, ...]:
    """Changes to the mounted package.json: no git hooks in an image; install scripts that would be blocked."""
    name, commands = facts.manager.name.value, []
    if facts.lifecycle.drop:
        words = " ".join(f"scripts.{hook}" for hook in facts.lifecycle.drop)
        if name != "bun":
            commands.append(f"npm pkg delete {words}")
        elif _at_least(facts.manager.version.value, 1, 3):
            commands.append(f"bun pm pkg delete {words}")
    missing = blocked(facts)
    if missing and name == "npm" and (version >= 26 or facts.manager.major >= 12):
        words = " ".join(shlex.quote(f"allowScripts[{n}]=true") for n in missing)
        commands.append(f"npm pkg set --json {words}")
    if missing and name == "pnpm" and facts.manager.major == 10:
        listed = ",".join(f'"{n}"' for n in missing)
        commands.append(f"npm pkg set --json {shlex.quote(f'pnpm.onlyBuiltDependencies=[{listed}]')}")
    return tuple(commands)


def _afterwards(facts: NodeFacts) -> tuple[str, ...]:
    """Native packages that are built by name: where the project ignores install scripts, and where bun does."""
    name, config = facts.manager.name.value, facts.manager.config
    needed = [n for n in facts.native.scripts if n not in config.denied]
    if name == "bun":
        untrusted = [n for n in blocked(facts) if n not in BUN_TRUSTS]
        return (f"bun pm trust {shlex.join(untrusted)}",) if untrusted else ()
    if not (config.ignore_scripts or unnoted(facts)) or not needed or name not in ("npm", "pnpm"):
        return ()
    flag = "--ignore-scripts=false" if name == "npm" else "--config.ignore-scripts=false"
    return (f"{name} rebuild {flag} {shlex.join(needed)}",)


def blocked(facts: NodeFacts) -> list[str]:
    """Native packages whose install scripts would not run, though the project has said nothing of them.

    A project that keeps a list of scripts that may run has decided on the others.
    """
    config = facts.manager.config
    if config.decides or config.scripts_on:
        return []
    return [n for n in facts.native.scripts if n not in config.allowed | config.denied]


def run(facts: NodeFacts, words: tuple[str, ...]) -> str:
    """The command that runs the script or the program WORDS."""
    row = MANAGERS[facts.manager.name.value]
    if len(words) == 1 and words[0] in facts.package.scripts:
        return f"{row.run.replace('{tool}', tool(facts))} {shlex.quote(words[0])}"
    return f"{row.program.replace('{tool}', tool(facts))} {shlex.join(words)}"


def warnings(facts: NodeFacts) -> list[str]:
    """Native packages that will not be built, as the project has it, with what would build them."""
    name, config = facts.manager.name.value, facts.manager.config
    version = facts.manager.version.value
    left = [n for n in facts.native.scripts if n not in config.allowed | config.denied]
    where = {
        "npm": ("allowScripts", facts.manager.major >= 12 and config.decides),
        "pnpm": ("onlyBuiltDependencies", facts.manager.major == 10 and config.decides),
        "bun": ("trustedDependencies", config.decides),
        "yarn-berry": ("dependenciesMeta (built: true)", _at_least(version, 4, 14) and not config.scripts_on),
    }
    if name == "pnpm" and facts.manager.major > 10:
        where["pnpm"] = ("allowBuilds", True)
    key, strict = where.get(name, ("", False))
    return [f"{name} {version} does not run install scripts of {n} unless {key} names it" for n in left if strict]


def _at_least(version: str, major: int, minor: int) -> bool:
    m = re.match(r"(\d+)\.(\d+)", version)
    return m is not None and (int(m[1]), int(m[2])) >= (major, minor)
