"""The .dockerignore: what a build must not see, and Docker's own rules for matching it.

Docker's rules are those of moby/patternmatcher: patterns are relative to the context's root, `*` and `?` stop at a
slash, `**` does not, a pattern also matches everything below what it names, `!` brings back, the last match wins.
They are not gitignore's, which is what the matching libraries implement.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dockgen.plan import IgnoreGroup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dockgen.sensitive import Sensitive

VCS = IgnoreGroup(
    title="version control and CI",
    patterns=(
        ".git",
        ".gitignore",
        ".gitattributes",
        ".gitmodules",
        ".github",
        ".gitlab-ci.yml",
        ".circleci",
        ".hg",
        ".svn",
    ),
)
CONTAINERS = IgnoreGroup(
    title="container files",
    patterns=("Dockerfile*", "*.Dockerfile", "Containerfile*", ".dockerignore", "compose*.y*ml", "docker-compose*.y*ml",
              "docker-bake.*", ".dockgen", "dockgen.yaml", ".devcontainer"),
)  # fmt: skip
# Names alone, in any folder, so that what is planted tomorrow stays out too. What a build opens by name comes back.
SECRETS = IgnoreGroup(
    title="secrets",
    patterns=(
        "**/.env", "**/.env.*", "**/.envrc",
        "**/*.pem", "**/*.key", "**/*.p8", "**/*.p12", "**/*.pfx", "**/*.ppk", "**/*.jks", "**/*.keystore",
        "**/*.kdbx", "**/*.ovpn", "**/id_rsa*", "**/id_ecdsa*", "**/id_ed25519*", "**/*_rsa", "**/.ssh", "**/.gnupg",
        "**/.aws", "**/.azure", "**/.kube", "**/kubeconfig*", "**/.docker/config.json", "**/.netrc",
        "**/.git-credentials", "**/.pypirc", "**/pip.conf", "**/auth.toml", "**/.pgpass", "**/.htpasswd",
        "**/.vault-token", "**/credentials.json", "**/client_secret*.json", "**/service?account*.json",
        "**/serviceAccountKey*.json", "**/*firebase-adminsdk*.json", "**/secrets.y*ml", "**/secrets.toml",
        "**/secrets.json", "**/*.tfstate*", "**/*.tfvars",
    ),
)  # fmt: skip
DESK = IgnoreGroup(
    title="editors, systems and logs",
    patterns=("**/.DS_Store", "**/.idea", "**/.vscode", "**/*.swp", "**/*.orig", "**/*.log", "**/Thumbs.db"),
)
COMMON = (SECRETS, VCS, CONTAINERS, DESK)


def made(paths: Iterable[str]) -> tuple[IgnoreGroup, ...]:
    """The group of PATHS that a stage of the Dockerfile makes: what a build left there earlier is not copied."""
    patterns = tuple(paths)
    return (IgnoreGroup(title="made by the build of the front-end", patterns=patterns),) if patterns else ()


def used(group: IgnoreGroup, signs: Mapping[str, Sequence[str]], traces: Collection[str]) -> IgnoreGroup:
    """GROUP without patterns for what the project does not have: those in SIGNS stay where one of their signs is there.

    TRACES are what a project shows of its tools, such as the names of its files and dependencies. A pattern that fits
    one of these stays, too.
    """

    def is_used(pattern: str) -> bool:
        return any(sign in traces for sign in signs[pattern]) or any(
            _fits(pattern.removeprefix("**/"), trace) for trace in traces
        )

    return IgnoreGroup(title=group.title, patterns=tuple(p for p in group.patterns if p not in signs or is_used(p)))


def anywhere(group: IgnoreGroup) -> IgnoreGroup:
    """GROUP for a context of several packages: its patterns hold in every folder, not just at the top."""
    return IgnoreGroup(
        title=group.title, patterns=tuple(p if p.startswith(("**/", "!")) else f"**/{p}" for p in group.patterns)
    )


_WILD = frozenset("*?[\\")


@lru_cache(maxsize=2048)
def _regex(pattern: str) -> re.Pattern[str]:
    if pattern.startswith("**") and not re.search(r"[*?\[\]\\]", pattern[2:]):
        return re.compile(_suffix(pattern[2:]), re.DOTALL)
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
            out += "[" + re.sub(r"([\[&|~])", r"\\\1", pattern[i + 1 : end]) + "]"
            i = end
        elif c == "\\" and i + 1 < len(pattern):
            i += 1
            out += re.escape(pattern[i])
        else:
            out += re.escape(c)
        i += 1
    try:
        return re.compile(out, re.DOTALL)
    except re.error:  # such as [z-a]; Docker stops at it
        return re.compile(r"(?!)")


def name_form(pattern: str) -> str:
    """The regular expression for what a PATTERN that begins with `**/` matches below a folder."""
    return _regex(pattern.removeprefix("**/")).pattern


def _suffix(rest: str) -> str:
    """What `**` before plain text stands for: `**/a` any file a, `**a` any path that ends in a."""
    return rf"(?:.*/)?{re.escape(rest[1:])}" if rest.startswith("/") and rest != "/" else rf".*{re.escape(rest)}"


@lru_cache(maxsize=2048)
def _clean(line: str) -> tuple[bool, str] | None:
    """Whether a line brings back, and its pattern as Docker cleans it; None for a comment or an empty line."""
    if line.startswith("#") or not line.strip():
        return None
    line = line.strip()
    bring_back = line.startswith("!")
    pattern = re.sub(r"/{2,}", "/", line[1:].strip() if bring_back else line)
    return bring_back, posixpath.normpath(pattern).removeprefix("/")


def _fits(pattern: str, part: str) -> bool:
    """True if PATTERN names PART; one without wildcards is not worth a regular expression."""
    return bool(_regex(pattern).fullmatch(part)) if _WILD.intersection(pattern) else pattern == part


def is_ignored(path: str, lines: Iterable[str]) -> bool:
    """True if Docker leaves the file PATH out of the context under the .dockerignore LINES.

    BuildKit decides from the top folder down and keeps what each pattern said of the folder above. A pattern that
    could not change the verdict is not asked (moby/patternmatcher, MatchesUsingParentResults): `!a` after `a/*`
    therefore brings nothing back.
    """
    rules = [rule for line in lines if (rule := _clean(line))]
    held = [False] * len(rules)
    ignored = False
    parts = path.split("/")
    for depth in range(1, len(parts) + 1):
        ignored, part = False, "/".join(parts[:depth])
        for i, (bring_back, pattern) in enumerate(rules):
            if held[i] or (bring_back == ignored and _fits(pattern, part)):
                held[i] = True
                ignored = not bring_back
    return ignored


def _hides(line: str, parts: Iterable[str]) -> bool:
    """True if the pattern LINE alone hides one of PARTS: files, and all the folders above them."""
    rule = _clean(line)
    return rule is not None and any(_fits(rule[1], part) for part in parts)


def compose(
    groups: Sequence[IgnoreGroup], needed: Iterable[str], found: Sensitive | None = None
) -> tuple[IgnoreGroup, ...]:
    """GROUPS without what would hide a file in NEEDED (files that the Dockerfile copies or mounts by name).

    A pattern that hides one is left out; a pattern for secrets stays, and the needed file alone is brought back, as is
    what is harmless of what was FOUND under the name of a secret. A file that was found with a token in it is added.
    """
    wanted = tuple(needed)
    parts = {"/".join(path.split("/")[:depth]) for path in wanted for depth in range(1, path.count("/") + 2)}
    kept = []
    for group in groups:
        if group is SECRETS:
            own = (*group.patterns, *(found.written if found else ()))
            harmless = found.harmless if found else ()
            back = (f"!{path}" for path in dict.fromkeys((*wanted, *harmless)) if is_ignored(path, own))
            kept.append(IgnoreGroup(title=group.title, patterns=(*own, *back)))
            continue
        patterns = tuple(p for p in group.patterns if p[0] == "!" or not _hides(p, parts))
        if patterns:
            kept.append(IgnoreGroup(title=group.title, patterns=patterns))
    return tuple(kept)
