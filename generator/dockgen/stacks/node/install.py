"""How each package manager is set up, installs, builds and leaves development dependencies out."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.stacks.node.model import Cache, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.stacks.node.model import NodeFacts

NPM_CACHE = Cache("npm", "/root/.npm")


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
    if not row.setup or facts.manager.release or not version or (name == "npm" and facts.manager.major < 11):
        return None
    return Step(comment="", caches=(NPM_CACHE,), commands=(row.setup.format(version=version),))


def install(facts: NodeFacts, version: int, *, production: bool, whole: bool = False) -> Step:
    """The step that installs dependencies, from manifests that are only mounted; WHOLE: the source is there already."""
    row = MANAGERS[facts.manager.name.value]
    has_lock = facts.manager.is_locked
    if production:
        command = row.production if has_lock else row.loose_production
    else:
        command = row.install if has_lock else row.loose
    present = [f for f in row.files if f in facts.files]
    folders = _folders(facts)
    edits = edit(facts, version)
    clean = ("rm -rf .yarn/install-state.gz .yarn/releases",) if production and facts.manager.plug_and_play else ()
    environment = "YARN_ENABLE_GLOBAL_CACHE=false " if production and facts.manager.plug_and_play else ""
    return Step(
        comment=_loose_note(facts),
        copies=() if whole else folders,
        mounts=() if whole else tuple(present),
        writable=bool(edits) or not has_lock,
        secrets=facts.secrets,
        caches=(row.cache,),
        commands=(*edits, environment + command.format(tool=tool(facts)), *clean),
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


def _folders(facts: NodeFacts) -> tuple[str, ...]:
    """Folders that the install reads besides the manifests."""
    extra = [c for c in facts.lifecycle.copies if c in facts.files or f"{c}/" in facts.files]
    if facts.manager.name.value == "yarn-berry" and ".yarn/" in facts.files:
        extra.append(".yarn")
    return tuple(extra)


def edit(facts: NodeFacts, version: int) -> tuple[str, ...]:
    """Changes to the mounted package.json: no git hooks in an image; install scripts that npm 12 would block."""
    commands = []
    if facts.lifecycle.drop:
        if facts.manager.name.value == "bun":
            return ()
        commands.append("npm pkg delete " + " ".join(f"scripts.{name}" for name in facts.lifecycle.drop))
    missing = blocked(facts)
    if missing and facts.manager.name.value == "npm" and version >= 26:
        words = " ".join(shlex.quote(f"allowScripts[{name}]=true") for name in missing)
        commands.append(f"npm pkg set --json {words}")
    return tuple(commands)


def blocked(facts: NodeFacts) -> list[str]:
    """Native packages whose install scripts the project does not allow."""
    return [n for n in facts.native.scripts if n not in facts.allowed]


def run(facts: NodeFacts, words: tuple[str, ...]) -> str:
    """The command that runs the script or the program WORDS."""
    row = MANAGERS[facts.manager.name.value]
    if len(words) == 1 and words[0] in facts.package.scripts:
        return f"{row.run.replace('{tool}', tool(facts))} {shlex.quote(words[0])}"
    return f"{row.program.replace('{tool}', tool(facts))} {shlex.join(words)}"


def warnings(facts: NodeFacts) -> list[str]:
    """What the package manager will refuse without being asked."""
    name, major = facts.manager.name.value, facts.manager.major
    strict = (
        (name == "pnpm" and major >= 10)
        or name == "bun"
        or (name == "yarn-berry" and _at_least(facts.manager.version.value, 4, 14))
    )
    missing = blocked(facts) if strict else []
    where = {
        "pnpm": "pnpm.onlyBuiltDependencies",
        "bun": "trustedDependencies",
        "yarn-berry": "dependenciesMeta (built: true)",
    }
    return [
        f"{name} {facts.manager.version.value} does not run install scripts of {n} unless {where[name]} names it"
        for n in missing
    ]


def _at_least(version: str, major: int, minor: int) -> bool:
    m = re.match(r"(\d+)\.(\d+)", version)
    return m is not None and (int(m[1]), int(m[2])) >= (major, minor)
