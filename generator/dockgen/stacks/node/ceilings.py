"""Packages whose old versions do not compile or run on newer Node, and builds that need OpenSSL's old digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.stacks.node import frameworks
from dockgen.stacks.node.ranges import satisfies, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.resolved import Resolved

_RANGE = lazy.pattern(r"([\^~]?)v?=?(\d+(?:\.(?:\d+|x|\*)){0,2})")
# Package -> (range of its versions, newest Node that they work on), the narrowest bound first.
# Tried in the userland of the official images where it says so (2026-11).
CEILINGS: Mapping[str, tuple[tuple[str, int], ...]] = {
    # What most addons in C++ are written against: NAN's changelog; tried: 2.22 on Node 26.
    "nan": (("<2.15.0", 14), ("<2.16.0", 16), ("<2.17.0", 18), ("<2.20.0", 20), ("<2.22.2", 22), ("<2.27.0", 24)),
    # Its releases and issues 796, 1087, 1185, 1411, pull request 1470.
    # Tried: 12.6.2 on Node 26; 9.6.0 and 11.8.1 on 24; 8.7.0 and 10.1.0 on 22; 8.7.0 on 20.
    "better-sqlite3": (("<7.5.2", 16), ("<8.4.0", 18), ("<10.0.0", 20), ("<11.8.0", 22), ("<12.10.0", 24)),
    "canvas": (("<2.10.0", 18), ("<3.0.0", 24)),  # uses V8 beside NAN; tried: 2.8.0 on Node 22, 2.11.2 on 22 and 26
    # Tried: 4.4.2 on Node 20, 4.7.2 on 22, 5.0.4 on 24, 6.2.0 on 26.
    "isolated-vm": (("<4.5.0", 18), ("<5.0.0", 20), ("<6.0.0", 22), ("<7.0.0", 24)),
    "re2": (("<1.24.1", 24),),  # tried: 1.24.0 on Node 26
    "node-sass": (("<4.14.0", 12), ("<6.0.0", 14), ("<7.0.0", 16), ("<9.0.0", 18), ("*", 20)),  # its README
    "fibers": (("*", 14),),  # its README: not for Node 16 and newer
    "grpc": (("*", 14),),  # deprecated in favour of @grpc/grpc-js; its last binaries are for Node 14
    # SlowBuffer is gone from Node 25; jwa is what jsonwebtoken and google-auth-library sign with. Tried on Node 26.
    "jwa": (("<1.4.2 || 2.0.0", 24),),
    "next": ((">=12.1.0 <13.0.0", 24),),  # has jwa inside; tried: 12.3.4 on Node 26
}
# The first version that no longer hashes with MD4, which OpenSSL 3 (Node 17 and newer) has not (webpack 14532).
MD4 = (("webpack", "5.61.0"), ("next", "12.0.0"))


def bounds(package: Package, found: Resolved) -> Iterator[tuple[int, str]]:
    """The newest Node for each package that bounds it, with the reason in words.

    Versions come from the lock file, else from the range in package.json.
    """
    installed = found.behind((*package.dependencies, *package.dev_dependencies), surely=True)
    for name, rows in CEILINGS.items():
        if name in installed and _is_compiled(name, found, installed):
            have = told = min(found.versions[name], key=version)
        elif not found.versions and name in package.all_dependencies:
            told = package.all_dependencies[name]
            have = newest(told)
        else:
            continue
        node = next((node for spec, node in rows if have and satisfies(have, spec)), 0)
        if node:
            yield node, f"{name} {told} works on Node {node} at most"


def _is_compiled(name: str, found: Resolved, installed: frozenset[str]) -> bool:
    """NAN is headers: it matters only if something other than macOS's file watcher is compiled with it."""
    if name != "nan":
        return True
    users = {user for user in installed if name in found.needs.get(user, ())}
    return bool(users - {"fsevents"})


def newest(spec: str) -> str:
    """The newest version that a range of the usual kind may bring; "" if that is open."""
    m = _RANGE.fullmatch(spec.strip())
    if not m:
        return ""
    numbers = [n for n in m[2].split(".") if n.isdigit()]
    kept = {"~": min(2, len(numbers)), "^": 1}.get(m[1], len(numbers))
    return ".".join([*numbers[:kept], *["999"] * (3 - kept)])


def hashes_with_md4(package: Package, found: Resolved) -> bool:
    """True if a bundler, by package.json or by the lock file, needs OpenSSL's legacy provider."""
    return frameworks.hashes_with_md4(package) or any(
        version(have) < version(free) and version(have)[0] >= 3
        for name, free in MD4
        for have in found.versions.get(name, ())
    )
