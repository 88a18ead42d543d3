"""The .dockerignore: what a build must not see, and Docker's own rules for matching it.

Docker's rules are those of moby/patternmatcher: patterns are relative to the context's root, `*` and `?` stop at a
slash, `**` does not, a pattern also matches everything below what it names, `!` brings back, the last match wins.
They are not gitignore's, which is what the matching libraries implement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dockgen.plan import IgnoreGroup

VCS = IgnoreGroup(
    title="version control and CI",
    patterns=(".git", ".gitignore", ".gitattributes", ".gitmodules", ".github", ".gitlab-ci.yml", ".circleci", ".hg", ".svn"),
)
CONTAINERS = IgnoreGroup(
    title="container files",
    patterns=("Dockerfile*", "*.Dockerfile", "Containerfile*", ".dockerignore", "compose*.y*ml", "docker-compose*.y*ml",
              "docker-bake.*", ".dockgen", "dockgen.yaml", ".devcontainer"),
)  # fmt: skip
SECRETS = IgnoreGroup(
    title="secrets",
    patterns=("**/.env", "**/.env.*", "!**/.env.example", "!**/.env.sample", "!**/.env.template", "**/*.pem", "**/*.key",
              "**/*.p12", "**/*.pfx", "**/id_rsa*", "**/id_ed25519*", "**/.netrc", "**/.pypirc", "**/.aws", "**/.ssh",
              "**/.gnupg", "**/*.tfstate*", "**/service-account*.json", "**/.htpasswd"),
)  # fmt: skip
DESK = IgnoreGroup(
    title="editors, systems and logs",
    patterns=("**/.DS_Store", "**/.idea", "**/.vscode", "**/*.swp", "**/*.orig", "**/*.log", "**/Thumbs.db"),
)
COMMON = (VCS, CONTAINERS, SECRETS, DESK)


@lru_cache(maxsize=2048)
def _regex(pattern: str) -> re.Pattern[str]:
    out, i = "", 0
    while i < len(pattern):
        c = pattern[i]
        if c == "*" and pattern[i : i + 2] == "**":
            i += 2
            if pattern[i : i + 1] == "/":
                i += 1
            out += ".*" if i >= len(pattern) else "(?:.*/)?"
            continue
        if c == "*":
            out += "[^/]*"
        elif c == "?":
            out += "[^/]"
        elif c == "[" and (end := pattern.find("]", i + 2)) > 0:
            out += pattern[i : end + 1]
            i = end
        elif c == "\\" and i + 1 < len(pattern):
            i += 1
            out += re.escape(pattern[i])
        else:
            out += re.escape(c)
        i += 1
    return re.compile(out + "(?:/.*)?", re.DOTALL)


def _clean(line: str) -> tuple[bool, str] | None:
    line = line.strip()
    if not line or line.startswith("#"):
        return None
    bring_back = line.startswith("!")
    pattern = line[1:].strip() if bring_back else line
    pattern = re.sub(r"/{2,}", "/", pattern).removeprefix("./").strip("/") or "."
    return bring_back, pattern


def is_ignored(path: str, lines: Iterable[str]) -> bool:
    """True if Docker leaves the file PATH out of the context under the .dockerignore LINES."""
    ignored = False
    for line in lines:
        cleaned = _clean(line)
        if cleaned and _regex(cleaned[1]).fullmatch(path):
            ignored = not cleaned[0]
    return ignored


def compose(groups: Sequence[IgnoreGroup], needed: Iterable[str]) -> tuple[IgnoreGroup, ...]:
    """GROUPS without what would hide a file in NEEDED (files that the Dockerfile copies or mounts by name).

    A pattern that hides one is left out; a pattern for secrets stays, and the needed file alone is brought back.
    """
    wanted = tuple(needed)
    kept = []
    for group in groups:
        if group is SECRETS:
            back = tuple(f"!{path}" for path in wanted if is_ignored(path, group.patterns))
            kept.append(IgnoreGroup(title=group.title, patterns=group.patterns + back))
            continue
        patterns = tuple(p for p in group.patterns if p[0] == "!" or not any(is_ignored(path, [p]) for path in wanted))
        if patterns:
            kept.append(IgnoreGroup(title=group.title, patterns=patterns))
    return tuple(kept)
