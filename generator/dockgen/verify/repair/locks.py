"""Causes: a lock file that does not fit its manifest. Only the package manager mends that: the hint is its command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.verify.repair.model import BUILD, Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.verify.repair.model import Case, Match


def _renew(command: str, lock: str) -> Callable[[Case, Match], Remedy | None]:
    def make(_: Case, __: Match) -> Remedy | None:
        said = f"{lock} does not fit the manifest beside it"
        return Remedy(said=said, hint=f"run `{command}` in the project, and commit {lock}")

    return make


def _row(name: str, lock: str, command: str, *patterns: str) -> Cause:
    return Cause(
        id=f"stale-lock-{name}",
        steps=(BUILD,),
        title=f"{lock} is out of step",
        why=f"The manifest was changed and {lock} was not renewed: a strict installation refuses to guess.",
        mends=f"nothing that dockgen could set: `{command}` renews it",
        patterns=patterns,
        make=_renew(command, lock),
    )


CAUSES = (
    _row(
        "npm", "package-lock.json", "npm install --package-lock-only",
        r"`npm ci` can only install packages when your package\.json and package-lock\.json",
        (
            r"npm (?:ERR!|error) (?:code EUSAGE|Missing: \S{1,120} from lock file"
            r"|Invalid: lock file's \S{1,120} does not satisfy)"
        ),
        r"The `npm ci` command can only install with an existing package-lock\.json",
    ),
    _row(
        "pnpm", "pnpm-lock.yaml", "pnpm install --lockfile-only",
        (
            r"ERR_PNPM_(?:OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|LOCKFILE_MISSING_DEPENDENCY|BROKEN_LOCKFILE"
            r"|NO_LOCKFILE)"
        ),
        r"Cannot install with \"frozen-lockfile\" because pnpm-lock\.yaml is not up to date",
    ),
    _row(
        "yarn-berry", "yarn.lock", "yarn install --mode=update-lockfile",
        r"\bYN0028\b",
        r"The lockfile would have been (?:modified|created) by this install, which is explicitly",
    ),
    _row(
        "yarn", "yarn.lock", "yarn install",
        r"Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`",
    ),
    _row("bun", "bun.lock", "bun install --lockfile-only", r"error: lockfile had changes, but lockfile is frozen"),
    _row(
        "uv", "uv.lock", "uv lock",
        r"The lockfile at [^\n]{0,40}`?uv\.lock`? needs to be updated",
        r"lockfile needs to be updated[^\n]{0,40}--(?:locked|frozen|check)",
        r"Unable to find lockfile at `?uv\.lock`?",
        r"Missing workspace member `[^`\n]{1,80}`|Failed to parse `?uv\.lock`?",
    ),
    _row(
        "poetry", "poetry.lock", "poetry lock",
        r"pyproject\.toml changed significantly since poetry\.lock was last generated",
        r"poetry\.lock is not up to date with pyproject\.toml",
    ),
    _row(
        "pdm", "pdm.lock", "pdm lock",
        (
            r"(?:Lock file hash doesn't match pyproject\.toml|The lock(?: |-)?file is (?:not up to date|outdated)"
            r"|Lock file does not exist|Lockfile (?:doesn't satisfy|hash doesn't match|is generated on an older))"
        ),
        r"\[PdmUsageError\][^\n]{0,80}lock",
    ),
    _row(
        "pipenv", "Pipfile.lock", "pipenv lock",
        r"Your Pipfile\.lock \([^)\n]{0,80}\) is out of date", r"Pipfile\.lock[^\n]{0,60}out of date",
    ),
    _row(
        "go", "go.mod and go.sum", "go mod tidy",
        r"go: updates to go\.mod needed",
        r"go: updating go\.(?:sum|mod): open [^\n]{1,160}: read-only file system",
        r"missing go\.sum entry for", r"verifying \S{1,120}: checksum mismatch",
        r"go: inconsistent vendoring in", r"no required module provides package",
    ),
)  # fmt: skip
