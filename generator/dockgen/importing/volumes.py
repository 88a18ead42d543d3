"""The volumes of an old file: folders that outlive the container, and that the app in ours must be able to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import values
from dockgen.errors import InputError
from dockgen.importing import proposing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.importing.case import Case
    from dockgen.importing.model import Proposal, Said

SLOT = "extra.before_user"


def missing(case: Case) -> list[Said]:
    """The volumes that ours has not."""
    ours = (
        {_below(v, case.found.plan.runtime.workdir) for v in case.found.plan.runtime.volumes} if case.found else set()
    )
    return [said for said in case.old.volumes if said.is_known and _below(said.value, case.old.workdir) not in ours]


def propose(case: Case) -> Iterator[Proposal | None]:
    """Instructions that make the folders, which belong to the app, where our image has a shell to run them."""
    found = missing(case)
    paths = list(dict.fromkeys(said.value for said in found if _is_own(said.value)))
    if not paths or case.found is None or case.found.plan.runtime.system == "none" or case.is_static:
        return
    account = case.found.plan.runtime.account
    owner = next((p.value for p in proposing.user(case) if p and p.wanted), f"{account.uid}:{account.gid}")
    uid, _, gid = owner.partition(":")
    lines = [f"RUN install -d -o {uid} -g {gid or uid} {' '.join(paths)}", *(f"VOLUME {path}" for path in paths)]
    yield case.propose(SLOT, "\n".join(lines), found[0].line, "VOLUME: the app's account can write there", wanted=True)


def _is_own(path: str) -> bool:
    """True if PATH is a folder that can be given to the app."""
    try:
        return bool(values.folder(path))
    except InputError:
        return False


def _below(path: str, folder: str) -> str:
    """PATH relative to FOLDER, where it lies in it."""
    path = path.rstrip("/")
    return path.removeprefix(f"{folder.rstrip('/')}/") if folder != "/" else path
