"""Vendor a pack into a project: its files, the record where they are from, and its name in dockgen.yaml."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import gitpack, locking, packs, signals, sources, writer, yamledit
from dockgen.changes import Change
from dockgen.errors import InputError, RefusedError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockgen.gitpack import Address

ORIGIN = "origin.yaml"
MAX_RECORD = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What was done: the pack, its commit, the one before ("" if it is new), and whether anything changed."""

    name: str
    version: str
    commit: str
    before: str
    files: int
    folder: str
    is_new_in_config: bool


def add(root: Path, given: Address, *, force: bool = False) -> Added:
    """Vendor the pack at the address GIVEN into the project in ROOT, and name it in its dockgen.yaml.

    InputError if git cannot bring it or it is no pack; RefusedError if that would replace what others wrote. Nothing is
    written then.
    """
    config = _config(root)
    home = _home(root)
    with tempfile.TemporaryDirectory(prefix="dockgen-") as scratch:
        commit, files = gitpack.fetch(given, Path(scratch) / "git")
        new = Path(scratch) / "pack"
        _lay(new, files)
        pack = packs.read(new, given.shown)
        target, shown = home / pack.name, f"{packs.VENDORED}/{pack.name}"
        before = _before(target, given, shown, force=force)
        edited = yamledit.with_item(config or sources.NEW, ("packs",), pack.name)
        (new / ORIGIN).write_text(_origin(given, commit, _digest(files)), encoding="utf-8")
        home.mkdir(parents=True, exist_ok=True)
        with locking.locked([home]) as is_alone, signals.held():
            if is_alone:
                _sweep(home)
            _replace(home, target, new, lambda: _name(root, config, edited))
    return Added(
        name=pack.name, version=pack.file.version, commit=commit, before=before, files=len(files), folder=shown,
        is_new_in_config=edited != config,
    )  # fmt: skip


def _config(root: Path) -> str | None:
    """The text of dockgen.yaml; None if there is none. InputError if it is none that dockgen reads."""
    if not os.path.lexists(root / sources.FILE):
        return None
    from dockgen.documents import Config  # noqa: PLC0415
    from dockgen.yamldoc import decode  # noqa: PLC0415

    text = sources.read_inside(str(root), sources.FILE)
    decode(Config, text, sources.FILE)
    return text.decode()


def _home(root: Path) -> Path:
    """The folder of vendored packs. RefusedError if it leads out of ROOT, or is no folder."""
    home = root / packs.VENDORED
    if not home.resolve().is_relative_to(root.resolve()):
        raise RefusedError("this is a link that leads out of the project", where=packs.VENDORED)
    if home.exists() and not home.is_dir():
        raise RefusedError("this is no folder", where=packs.VENDORED)
    return home


def _before(target: Path, given: Address, shown: str, *, force: bool) -> str:
    """The commit that is in TARGET; "" if nothing is there. RefusedError if it would be lost."""
    if not os.path.lexists(target):
        return ""
    if target.is_symlink() or not target.is_dir():
        raise RefusedError("this is no folder of a vendored pack", where=shown)
    record = _record(target)
    if force:
        return record.get("commit", "")
    hint = "--force replaces it"
    if not record:
        raise RefusedError("this pack was not brought by dockgen", where=shown, hint=hint)
    if record.get("url") != given.shown:
        raise RefusedError(f"this pack comes from {record.get('url')}", where=shown, hint=hint)
    if record.get("digest") != _digest(_present(target)):
        raise RefusedError("this pack was changed by hand since it was brought", where=shown, hint=hint)
    return record.get("commit", "")


def _record(target: Path) -> dict[str, str]:
    from dockgen.yamldoc import decode_flat  # noqa: PLC0415

    file = target / ORIGIN
    if not file.is_file() or file.is_symlink():
        return {}
    with file.open("rb") as stream:
        text = stream.read(MAX_RECORD)
    try:
        return {key: value.text for key, value in decode_flat(text, ORIGIN).items()}
    except InputError:
        return {}


def _present(target: Path) -> dict[str, bytes]:
    files = (p for p in target.rglob("*") if p != target / ORIGIN and (p.is_symlink() or p.is_file()))
    return {
        p.relative_to(target).as_posix(): os.fsencode(p.readlink()) if p.is_symlink() else p.read_bytes() for p in files
    }


def _origin(given: Address, commit: str, digest: str) -> str:
    import json  # noqa: PLC0415

    rows = {"url": given.shown, "ref": given.ref, "commit": commit, "digest": digest}
    lines = [f"{key}: {json.dumps(value)}" for key, value in rows.items()]
    return "\n".join(
        ["# Written by dockgen templates add, which brings a newer commit when it is run again.", *lines, ""]
    )


def _digest(files: Mapping[str, bytes]) -> str:
    found = hashlib.sha256()
    for path in sorted(files):
        found.update(f"{path}\0{len(files[path])}\0".encode() + files[path])
    return f"sha256:{found.hexdigest()}"


def _lay(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text)


def _sweep(home: Path) -> None:
    """Remove what killed processes left in HOME, where no other process writes now."""
    for entry in home.iterdir():
        if writer.STRAY.fullmatch(entry.name) and entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)


def _replace(home: Path, target: Path, new: Path, finish: Callable[[], None]) -> None:
    """Put the folder NEW in the place of TARGET and FINISH the work: whole, or not at all."""
    staged = home / f".dockgen-{os.urandom(4).hex()}.swp"
    old, ready = staged / "old", staged / "new"
    try:
        staged.mkdir()
        shutil.copytree(new, ready)
        if target.exists():
            target.rename(old)
        try:
            ready.rename(target)
            finish()
        except BaseException:
            if not ready.exists():
                target.rename(ready)
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise RefusedError(f"cannot write it: {error.strerror}", where=f"{packs.VENDORED}/{target.name}") from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _name(root: Path, before: str | None, after: str) -> None:
    """Name the pack in dockgen.yaml; a link inside of the project stays one."""
    if after != before:
        path = (root / sources.FILE).resolve().relative_to(root.resolve()).as_posix()
        kind = "create" if before is None else "rewrite"
        writer.apply(root, [Change(path=path, kind=kind, text=after, before=before)])
