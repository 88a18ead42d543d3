"""The .dockerignore: what a build must not see."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from dockgen.patterns import clean, fits, is_ignored, name_form
from dockgen.plans import IgnoreGroup

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
        name = pattern.removeprefix("**/")
        wanted = signs.get(pattern, signs.get(name))
        return wanted is None or any(s in traces for s in wanted) or any(fits(name, trace) for trace in traces)

    return IgnoreGroup(title=group.title, patterns=tuple(p for p in group.patterns if is_used(p)))


def anywhere(group: IgnoreGroup) -> IgnoreGroup:
    """GROUP for a context of several packages: its patterns hold in every folder, not just at the top."""
    return IgnoreGroup(
        title=group.title, patterns=tuple(p if p.startswith(("**/", "!")) else f"**/{p}" for p in group.patterns)
    )


def _hides(line: str, parts: Iterable[str]) -> bool:
    """True if the pattern LINE alone hides one of PARTS: files, and all the folders above them."""
    rule = clean(line)
    return rule is not None and any(fits(rule[1], part) for part in parts)


@cache
def _forms() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...], re.Pattern[str]]:
    """The names of secrets: whole ones, ends, beginnings, and a pattern for the few others.

    They are asked for each of 20,000 files, and one expression for all takes longer to compile than to use.
    """
    names = [p.removeprefix("**/") for p in SECRETS.patterns]
    whole = [n for n in names if not re.search(r"[*?/]", n)]
    ends = [n for n in names if re.fullmatch(r"\*[^*?/]+", n)]
    starts = [n for n in names if re.fullmatch(r"[^*?/]+\*", n)]
    others = [name_form(n) for n in names if n not in {*whole, *ends, *starts}]
    return (
        frozenset(whole),
        tuple(n[1:] for n in ends),
        tuple(n[:-1] for n in starts),
        re.compile(f"(?:^|/)(?:{'|'.join(others)})$", re.DOTALL),
    )


def has_secret_name(path: str) -> bool:
    """True if a pattern for secrets fits PATH, of a file or folder."""
    whole, ends, starts, others = _forms()
    name = path.rpartition("/")[2]
    return name in whole or name.endswith(ends) or name.startswith(starts) or bool(others.search(path))


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
            named = any(map(has_secret_name, parts)) or own != group.patterns  # else nothing is hidden: ask no more
            back = (
                f"!{path}" for path in dict.fromkeys((*(wanted if named else ()), *harmless)) if is_ignored(path, own)
            )
            kept.append(IgnoreGroup(title=group.title, patterns=(*own, *back)))
            continue
        patterns = tuple(p for p in group.patterns if p[0] == "!" or not _hides(p, parts))
        if patterns:
            kept.append(IgnoreGroup(title=group.title, patterns=patterns))
    return tuple(kept)
