"""Causes that lie outside of the project: memory, disk, network, registries. Settings mend none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.verify.repair.model import ANSWER, BUILD, RUNS, START, Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.verify.repair.model import Case, Match


def _hint(said: str, hint: str) -> Callable[[Case, Match], Remedy | None]:
    return lambda _, __: Remedy(said=said, hint=hint)


def memory_by_code(case: Case, _: Match) -> Remedy | None:
    """Killed by the kernel, which only the exit code says."""
    if case.failure.exit_code != 137:
        return None
    return Remedy(said="the process was killed, as the kernel does when memory runs out", hint=_MEMORY)


_MEMORY = "give the engine (or its virtual machine) more memory, or build with less at once"
CAUSES = (
    Cause(
        id="out-of-memory",
        steps=(BUILD, *RUNS),
        title="Memory ran out",
        why="A bundler or a compiler needs more than the engine, or its virtual machine, has.",
        mends="nothing that dockgen could set",
        patterns=(
            r"JavaScript heap out of memory",
            r"fatal error: Killed signal terminated program",
            r"(?:signal: killed|exit code: 137|Killed)$",
            r"(?:ENOMEM|MemoryError|[Oo]ut of memory|cannot allocate memory|std::bad_alloc)\b",
            r"ELIFECYCLE[^\n]{0,80}137",
        ),
        make=_hint("memory ran out", _MEMORY),
    ),
    Cause(
        id="killed",
        steps=(BUILD, START),
        title="The process was killed",
        why="An exit code of 137 is that of SIGKILL: mostly the kernel's, when memory runs out.",
        mends="nothing that dockgen could set",
        make=memory_by_code,
    ),
    Cause(
        id="disk-full",
        steps=(BUILD, *RUNS),
        title="The disk is full",
        why="Images and the build cache grow; so do the virtual machines that engines run in.",
        mends="nothing that dockgen could set",
        patterns=(r"[Nn]o space left on device", r"\bENOSPC\b(?!: System limit)", r"[Dd]isk quota exceeded"),
        make=_hint("the disk is full", "docker system df shows what is there; docker builder prune empties the cache"),
    ),
    Cause(
        id="private-package",
        steps=(BUILD,),
        title="A package is private",
        why="A registry or a repository wants to know who asks: a build has no account unless it is given one.",
        mends="nothing that dockgen could set: see docs/how-to/private-packages.md",
        patterns=(
            r"npm (?:ERR!|error) code E40[134]$",
            r"npm (?:ERR!|error) 40[134] ",
            r"ERR_PNPM_FETCH_40[134]\b",
            r"\bYN0041\b|Invalid authentication \((?:as an anonymous user|attempted)",
            r"(?:HTTP error|HTTP status(?: client error)?:?) ?\(?40[13]\b|40[13] Client Error",
            r"401 Error, Credentials not correct",
            r"fatal: could not read (?:Username|Password) for",
            r"fatal: Authentication failed for|remote: (?:Repository not found|Invalid username or token)",
            r"Permission denied \(publickey\)|Host key verification failed",
            r"terminal prompts disabled",
            r"reading \S{1,160}: 4(?:04 Not Found|10 Gone)$",
            r"error GET \S{1,160} - (?:401|403)\b",
        ),
        make=_hint(
            "a package cannot be had: it is private, or its name is wrong",
            "see docs/how-to/private-packages.md: a token for the registry, or a key for the repository",
        ),
    ),
    Cause(
        id="no-network",
        steps=(BUILD,),
        title="The build does not reach the network",
        why="No name is resolved, or a proxy stands between: of the engine's, not of the project's.",
        mends="nothing that dockgen could set",
        patterns=(
            r"Temporary failure (?:in name resolution|resolving)",
            r"\b(?:EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH)\b",
            (
                r"(?:Name or service not known|[Nn]etwork is unreachable|Could not resolve host"
                r"|No address associated with hostname)"
            ),
            r"dial tcp[^\n]{0,120}(?:no such host|i/o timeout|connection refused|network is unreachable)",
            r"(?:dns error|failed to lookup address information)",
            r"NewConnectionError\(",
        ),
        make=_hint(
            "the build does not reach what it fetches",
            "try docker build --network host; behind a proxy: --build-arg HTTPS_PROXY=…; a mirror:"
            " docs/how-to/private-registry.md",
        ),
    ),
    Cause(
        id="no-image",
        steps=(BUILD,),
        title="A base image cannot be had",
        why="Its registry is not reached, or wants to know who asks, or does not have it.",
        mends="nothing that dockgen could set by itself: `registry=` names another place",
        patterns=(
            r"failed to (?:resolve source metadata|solve: \S{1,120}: failed to resolve) [^\n]{0,200}",
            r"pull access denied for \S{1,120}",
            r"toomanyrequests: You have reached your (?:unauthenticated )?pull rate limit",
            r"manifest (?:unknown|for \S{1,120} not found)",
        ),
        make=_hint("a base image cannot be had", "docker login, or a mirror: --set registry=HOST/PATH"),
    ),
    Cause(
        id="no-service",
        steps=(START, ANSWER),
        title="Something that the app needs does not answer",
        why="A database, a cache or another service is not there, or has another address in a container.",
        mends="nothing that dockgen could set: the address is given when the container starts",
        patterns=(
            r"connect ECONNREFUSED [\w.:\[\]]{1,60}",
            r"connection to server at \"[^\"\n]{1,80}\"[^\n]{0,60} failed",
            r"(?:could not translate host name|getaddrinfo (?:ENOTFOUND|EAI_AGAIN))",
            r"Can't (?:connect|reach) (?:to )?(?:MySQL|MariaDB|database) server",
            r"Error \d{1,3} connecting to [\w.-]{1,80}:\d{1,5}",
            r"dial tcp [^\n]{1,80}: (?:connect: connection refused|lookup [^\n]{1,120}: no such host)",
            r"ServerSelectionTimeoutError|MongoServerSelectionError|MongoNetworkError",
        ),
        make=_hint(
            "a service that the app needs does not answer",
            "start it, and give its address: docker run --env NAME=…; in a container localhost is the container itself",
        ),
    ),
)  # fmt: skip
