"""Which settings an old file speaks for: files that say something beat it, and it beats guesses and conventions."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from dockgen import confidence, values
from dockgen.errors import InputError
from dockgen.importing import bases, packaging, ports, starting
from dockgen.importing import case as cases
from dockgen.importing.ranges import allows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.importing.case import Case
    from dockgen.importing.model import Imported, Proposal, Said
    from dockgen.work import Found

# Variables that install or build something, or that ours sets where it has to. Those of the app are not among them.
_PLUMBING = re.compile(
    r"PATH|HOME|USER|SHELL|TERM|VIRTUAL_ENV|PLAYWRIGHT_(?:BROWSERS_PATH|SKIP_\w+)|PUPPETEER_SKIP_\w+|PYTHON(?:UNBUFFERED|DONTWRITEBYTECODE|FAULTHANDLER|HASHSEED|USERBASE)"
    r"|(?:PIP|POETRY|UV|PDM|PIPENV|PIPX|NPM_CONFIG|YARN|PNPM|COREPACK|BUN)_\w+|NODE_(?:VERSION|PATH)|npm_config_\w+"
    r"|GO(?:PATH|ROOT|BIN|CACHE|PROXY|SUMDB|FLAGS|OS|ARCH|111MODULE|TOOLCHAIN|MODCACHE)|GO111MODULE|CGO_\w+"
    r"|DEBIAN_FRONTEND|DEBCONF_\w+|APT_\w+|\w+_TELEMETRY_DISABLED|CI|(?:PYTHON|GOLANG|NGINX|DOCKERIZE|TINI)_VERSION"
)
# Labels that whoever builds a release gives, and those that ours takes from the project.
_FROM_BUILD = re.compile(
    r"org\.(?:opencontainers\.image|label-schema)\.(?:created|revision|version|build-date|vcs-ref)"
)
_FROM_PROJECT = re.compile(r"org\.opencontainers\.image\.(?:title|description|source|licenses)")
_KNOWN_USERS = {"node": 1000, "bun": 1000, "nobody": 65534, "nonroot": 65532}
_MANAGERS = {"python": ("uv", "poetry", "pdm", "pipenv", "pip"), "node": ("pnpm", "yarn", "bun", "npm")}
_BROWSERS = frozenset({"/usr/bin/chromium-browser", "/usr/lib/chromium/chrome", "/usr/lib/chromium/chromium"})
_STACKS = ("python", "node", "go")


def find(imported: Imported, found: Found | None) -> tuple[Proposal, ...]:
    """The settings that IMPORTED speaks for, beside what was FOUND; without it, what detection should be told."""
    from dockgen.importing import volumes  # noqa: PLC0415  (it asks this module for the account)

    case = cases.of(imported, found)
    proposers = (
        _stack, _version, _manager, _build, starting.propose, _port, health, _base, packaging.propose, _init, user,
        _variables, _labels, volumes.propose,
    )  # fmt: skip
    return tuple(p for propose in proposers for p in propose(case) if p is not None)


def _stack(case: Case) -> Iterator[Proposal | None]:
    base = next((b for b in case.old.bases if b.language in _STACKS), None)
    if case.found is None and base and case.old.bases[0].language != "nginx":
        yield case.propose("stack", base.language, base.line, f"FROM {base.image}")


def _version(case: Case) -> Iterator[Proposal | None]:
    base = next((b for b in case.old.bases if b.language == case.stack and b.version), None)
    if base is None:
        return
    choice, release = case.choices.get("version"), bases.release(base)
    is_same = choice is not None and (choice.value == base.version or choice.value.startswith(f"{base.version}."))
    if is_same and not case.rests("version"):
        return
    why, wanted = f"FROM {base.image}", None
    if release is None or not release.is_supported:
        ended = f"no security fixes since {release.end_of_life}" if release else "an unknown release"
        why, wanted = f"{why}: {ended}; to stay: with allow-eol=yes", False
    elif case.stack == "go":
        why, wanted = f"{why}: a newer Go builds what an older one did", False
    elif choice and case.weight(choice) == confidence.MANIFEST and allows(case.stack, release, choice.reason):
        why, wanted = f"{why}: in the range that the project allows, and what runs today", True
    yield case.propose("version", base.version, base.line, why, wanted=wanted)


def _manager(case: Case) -> Iterator[Proposal | None]:
    said = next((m for m in case.old.managers if m.value in _MANAGERS.get(case.stack, ())), None)
    if said and "manager" in case.choices and not case.is_static:
        yield case.propose("manager", said.value, said.line, "installs with it")


def _build(case: Case) -> Iterator[Proposal | None]:
    said = case.old.build
    if said and case.stack == "node" and said.value.split()[-1] not in ("build", "generate"):
        yield case.propose("build", said.value, said.line, "builds with it")


def _port(case: Case) -> Iterator[Proposal | None]:
    start = next((p.value for p in starting.propose(case) if p and p.key == "start" and p.wanted), "")
    yield from ports.propose(case, start)


def health(case: Case) -> Iterator[Proposal | None]:
    """What the health check asks for."""
    probe, choice = case.old.probe, case.choices.get("health")
    if not probe or case.stack == "go":
        yield from _own_probe(case)
        return
    if not probe.asks:
        return
    has_port = not case.found or case.found.plan.runtime.port
    if not has_port or (probe.asks == "tcp" and choice):
        return
    try:
        asked = probe.asks if probe.asks == "tcp" else values.request_target(_target(probe.asks))
    except InputError:
        return
    wanted = False if case.is_static else None
    yield case.propose("health", asked, probe.line, "HEALTHCHECK asks for it", wanted=wanted)


def _own_probe(case: Case) -> Iterator[Proposal | None]:
    """A program of Go that asks itself: its words after the name are the setting."""
    probe, start, found = case.old.probe, case.old.start, case.found
    words = probe.command.split() if probe else []
    if not probe or not found or not start or not start.argv or len(words) < 2 or not found.plan.runtime.port:
        return
    if posixpath.basename(words[0]) == posixpath.basename(start.argv[0]):
        program = (found.plan.runtime.entrypoint or ("",))[-1]
        text = shlex.join((program, *words[1:]))
        yield case.propose("health", text, probe.line, "HEALTHCHECK: the program asks itself")


def _base(case: Case) -> Iterator[Proposal | None]:
    old = case.old.bases[0]
    if not case.found or old.system not in ("alpine", "distroless", "chainguard"):
        return
    image = case.found.plan.runtime.image
    ours = bases.read(image, 0)
    if ours.system != old.system and case.found.plan.runtime.system != "none" and not case.is_static:
        yield case.propose("base", old.system, old.line, f"FROM {old.image}; ours stands on {image}", wanted=False)


def user(case: Case) -> Iterator[Proposal | None]:
    """The account, if the file gives it a number."""
    said = case.old.user
    if not said or not said.is_known or case.is_static:
        return
    name, _, group = said.value.partition(":")
    number = case.old.uids.get(name, name)
    if not number.isdecimal() or not case.found or _KNOWN_USERS.get(name):
        return
    ours = case.found.plan.runtime.account
    if int(number[:9]) != ours.uid:
        value = f"{number}:{group}" if group.isdecimal() else number
        yield case.propose("user", value, said.line, "owners of volumes stay right", wanted=True)


def _variables(case: Case) -> Iterator[Proposal | None]:
    ours = case.found.plan.runtime.env if case.found else {}
    number, told = ports.final(case), ports.variables(case)
    for name, said in case.old.env.items():
        if not said.is_known or not said.value or _PLUMBING.fullmatch(name) or ours.get(name) == said.value:
            continue
        if (name == "PORT" or name in told) and (name in ours or said.value == number):
            continue
        if name == "NODE_ENV" and said.value == "production":
            continue
        used = case.old.built_with.get(name, 0)
        wanted = name not in ours and (name, said.value) != ("NODE_ENV", "development") and not used
        if name == "PYTHONPATH" and _is_elsewhere(case, said):
            why, wanted = "folders of the old image", False
            yield case.propose(f"env.{name}", said.value, said.line, why, wanted=wanted, path=said.path)
            continue
        why = (
            _against(case, name, ours[name])
            if name in ours
            else f"line {used} builds with it"
            if used
            else "export"
            if said.path
            else "ENV"
        )
        yield case.propose(f"env.{name}", _elsewhere(case, said), said.line, why, wanted=wanted, path=said.path)


def _against(case: Case, name: str, ours: str) -> str:
    """What ours has NAME set to, where a choice of ours does not tell it by itself."""
    return "ENV" if f"env.{name}" in case.choices else f"ours: {ours}"


def _is_elsewhere(case: Case, said: Said) -> bool:
    """True if the paths of a value all lie outside of the app's folder."""
    home = f"{case.old.workdir.rstrip('/')}/"
    return all(part.startswith("/") and not f"{part}/".startswith(home) for part in said.value.split(":") if part)


def _elsewhere(case: Case, said: Said) -> str:
    """A value with the old folder of the app replaced by ours, and Alpine's browser by Debian's."""
    if said.value in _BROWSERS and case.found and case.found.plan.runtime.system != "alpine":
        return "/usr/bin/chromium"
    ours = case.found.plan.runtime.workdir if case.found else "/app"
    old = case.old.workdir
    if old in ("/", ours):
        return said.value
    return re.sub(rf"(?<![\w./-]){re.escape(old)}(?=[/:]|$)", ours.replace("\\", ""), said.value)


def _labels(case: Case) -> Iterator[Proposal | None]:
    ours = _own_labels(case)
    for name, said in case.old.labels.items():
        if said.is_known and said.value and not _FROM_BUILD.fullmatch(name):
            if name in ours and said.value == ours[name]:
                continue
            wanted = not (_FROM_PROJECT.fullmatch(name) and ours.get(name))
            why = "LABEL" if wanted else f"LABEL; ours: {ours[name]}"
            yield case.propose(f"label.{name}", said.value, said.line, why, wanted=wanted)


def _own_labels(case: Case) -> dict[str, str]:
    """What ours says of itself by labels."""
    if case.found is None:
        return {}
    about = case.found.plan.about
    told = {"title": about.name, "description": about.description, "source": about.source, "licenses": about.licence}
    return {f"org.opencontainers.image.{name}": value for name, value in told.items()}


def _init(case: Case) -> Iterator[Proposal | None]:
    start = case.old.start
    if not start or not start.init or not case.found:
        return
    if not case.found.plan.runtime.init and case.found.plan.runtime.system != "none":
        why = f"{start.init} is process 1; ours has it where the app needs it"
        yield case.propose("init", "tini", start.line, why, wanted=False)


def _target(path: str) -> str:
    """PATH of a health check as the setting takes it: a variable that is given at the start is empty till then."""
    return re.sub(r"\$\{?\w+\}?", "", re.split(r"[#\"'`\s]", path)[0]) or "/"
