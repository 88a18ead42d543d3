"""What is told of releases without security fixes, and when such a release is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import releases
from dockgen.errors import Open, RefusedError, Way
from dockgen.facts import Ended
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.facts import Evidence
    from dockgen.releases import Release

FLAG = "--allow-eol"


def ended(product: str, version: str) -> Release | None:
    """The release of PRODUCT that VERSION belongs to, if its support has ended; what is older counts as the oldest."""
    table = releases.of(product)
    found = releases.holding(table, version) or (table[-1] if releases.numbers(version) else None)
    return found if found and not found.is_supported else None


def end_of(
    product: str, release: Release, where: Evidence, *, pin: Evidence | None = None, nearest: str = "", but: str = ""
) -> Ended:
    """That RELEASE of PRODUCT has ended, as facts keep it: chosen because of WHERE, by the owner if there is a PIN."""
    return Ended(
        product=product,
        name=f"{releases.label(product)} {release.line}",
        since=release.end_of_life,
        where=pin or where,
        is_pinned=pin is not None,
        nearest=nearest,
        but=but,
    )


def require(found: Iterable[Ended]) -> None:
    """RefusedError for the first of the ended releases FOUND that the project itself pins."""
    for each in found:
        if each.is_pinned:
            but = f" (but {each.but})" if each.but else ""
            raise RefusedError(
                f"{each.where.path or each.where.note} asks for {each.name},"
                f" which has had no security fixes since {each.since}",
                where=_place(each.where) or None,
                hint=f"{releases.label(each.product)} {each.nearest} is the nearest supported release:"
                f" --set {each.product}={each.nearest}{but}; to stay with the old one all the same: {FLAG}",
                open=Open(key="version", ways=_ways(each)),
            )


def _ways(found: Ended) -> tuple[Way, ...]:
    """The nearest supported release instead of the one FOUND, or that one all the same."""
    nearest = Way(
        sets=(f"{found.product}={found.nearest}",),
        shown=f"{releases.label(found.product)} {found.nearest}",
        note=f"the nearest supported release{f', but {found.but}' if found.but else ''}",
    )
    stay = Way(sets=("allow-eol=yes",), shown=found.name, note=f"no security fixes since {found.since}")
    return (nearest, stay) if found.nearest else (stay,)


def _place(where: Evidence) -> str:
    return f"{where.path}:{where.line}" if where.path and where.line else where.path


def built_only(found: Ended, use: str) -> Ended:
    """An ended release that does not ship, USE being what it is for: told, and no reason to refuse."""
    return replace(found, is_pinned=False, use=use)


def comment(found: Ended) -> str:
    """One line for the Dockerfile."""
    use = f", which {found.use}," if found.use else ""
    why = " ".join(filter(None, (found.where.path, found.where.note)))
    return one_line(f"{found.name}{use} has had no security fixes since {found.since} ({why})")


def warnings(product: str, release: Release, where: Evidence | None) -> Iterator[str]:
    """What a user should know of the end of RELEASE, which was chosen because of WHERE."""
    name = f"{releases.label(product)} {release.line}"
    place = f" ({where})" if where else ""
    if not release.is_supported:
        yield f"{name}{place} has had no security fixes since {release.end_of_life}"
    elif release.ends_soon:
        yield f"{name}{place} gets security fixes until {release.end_of_life}"


def of_packages(index: str, found: Iterable[tuple[str, str, Evidence]]) -> Iterator[str]:
    """The frameworks without security fixes among packages of an INDEX: name, version ("" if not known), its place."""
    products = releases.packages(index)
    for package, version, place in found:
        product = products.get(package)
        release = releases.holding(releases.of(product), version) if product else None
        if product and release and not release.is_supported:
            where = f" ({_place(place)})" if place.path else ""
            name = f"{releases.label(product)} {release.line}"
            yield f"{name} has had no security fixes since {release.end_of_life}{where}"
