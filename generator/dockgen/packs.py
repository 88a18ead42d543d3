"""Find packs: templates, presets and options of a company, by path, vendored in the project, or installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import nearest, packoptions, settings
from dockgen.errors import InputError
from dockgen.records import dataclass
from dockgen.templating.layers import BUILT_IN, Layer
from dockgen.yamldoc import MAX_BYTES, Placed, Problem, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint
    from importlib.resources.abc import Traversable

    from dockgen.documents import PackFile
    from dockgen.packoptions import Kind

FILE = "pack.yaml"
VENDORED = ".dockgen/packs"
GROUP = "dockgen.packs"  # of entry points: the pack's name = the top-level package whose folder has pack.yaml
MAX_PACKS = 20
FOLDERS = ("templates", "presets")
# Layers, shelves of presets, groups of keys and keys: a pack's name stands beside all of these.
RESERVED = frozenset({
    BUILT_IN, "project", "user", "templates", *settings.GROUPS, *settings.ALIASES, *packoptions.METHODS,
    *(key.partition(".")[0] for key in settings.KEYS),
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack: its folder, how messages name that, and what its pack.yaml says. The folder may lie in an archive."""

    folder: Traversable
    shown: str
    file: PackFile

    @property
    def name(self) -> str:
        """What it is called."""
        return self.file.name.text

    @property
    def layer(self) -> Layer:
        """Its templates."""
        return Layer(name=self.name, folder=self.folder.joinpath("templates"), shown=f"{self.shown}/templates")


def find(wanted: Iterable[Placed], root: Path) -> tuple[Pack, ...]:
    """The packs WANTED, in that order, for the project in ROOT.

    InputError if one cannot be found or read, lies where a project must not reach, or if two have one name.
    """
    found: dict[str, Pack] = {}
    for name in wanted:
        pack = _find(name, root)
        other = found.setdefault(pack.name, pack)
        if _real(other.folder) != _real(pack.folder):
            what = f"two packs are called {pack.name!r}: {other.shown} and {pack.shown}"
            raise InputError(what, where=name.where or None)
        if len(found) > MAX_PACKS:
            raise InputError(f"there are more than {MAX_PACKS} packs", where=name.where or None)
    return tuple(found.values())


def known(packs: Iterable[Pack]) -> dict[str, Kind]:
    """The options of PACKS, by key. InputError if two of them would be set by one variable."""
    return packoptions.merged({f"{pack.shown}/{FILE}": pack.file for pack in packs})


def read(folder: Traversable, shown: str) -> Pack:
    """The pack in FOLDER. InputError if its pack.yaml is no such file, or if something of it leads out of FOLDER."""
    from dockgen.documents import PackFile  # noqa: PLC0415  (start-up time: few projects have a pack)

    for name in (FILE, *FOLDERS):
        _keep_inside(folder, name, shown)
    path = f"{shown}/{FILE}"
    if not folder.joinpath(FILE).is_file():
        raise InputError(f"there is no {FILE}", where=shown, hint="a folder with pack.yaml in it")
    try:
        with folder.joinpath(FILE).open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read it: {error.strerror or error}", where=path) from error
    file = decode(PackFile, text, path, _mistakes)
    require(file)
    return Pack(folder=folder, shown=shown, file=file)


def require(file: PackFile) -> None:
    """InputError if a pack is made for other versions of dockgen than this one."""
    if file.requires is None:
        return
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415

    from dockgen import __version__  # noqa: PLC0415

    if not SpecifierSet(file.requires.text).contains(__version__, prereleases=True):
        what = f"the pack {file.name} is made for dockgen {file.requires}, and this is {__version__}"
        raise InputError(what, where=file.requires.where, hint="install that dockgen, or another version of the pack")


def name_problem(name: str) -> str:
    """Why NAME cannot be that of a pack; "" if it can."""
    if not packoptions.NAME.fullmatch(name):
        return f"not the name of a pack: {name[:60]!r}"
    return f"a pack cannot be called {name!r}, which dockgen uses itself" if name in RESERVED else ""


def _mistakes(file: PackFile) -> Iterator[Problem]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    name: Placed | None = file.name  # None: the decoder has told
    if name and (what := name_problem(name.text)):
        yield Problem(what=what, where=name.where, hint="a small letter, then small letters, digits and _")
    if file.requires:
        try:
            SpecifierSet(file.requires.text)
        except InvalidSpecifier:
            what = f"not a range of versions: {file.requires.text[:60]!r}"
            yield Problem(what=what, where=file.requires.where, hint="such as >=0.1,<2")
    yield from packoptions.mistakes(file)


def _find(name: Placed, root: Path) -> Pack:
    is_asked = not name.where  # by whoever runs dockgen, on the command line or in a variable
    if name.text.startswith(("./", "../")) or (is_asked and not packoptions.NAME.fullmatch(name.text)):
        return _at(name, Path.cwd() if is_asked else root, None if is_asked else root)
    if what := name_problem(name.text):
        raise InputError(what, where=name.where or None, hint="a name such as acme, or a path that begins with ./")
    folder = root / VENDORED / name.text
    if os.path.lexists(folder):
        _require_inside(folder, root, name, "the project")
        pack = read(folder, f"{VENDORED}/{name.text}")
    else:
        pack = read(*_installed(name, root))
    if pack.name != name.text:
        what = f"the pack in {pack.shown} is called {pack.name!r}, not {name.text!r}"
        raise InputError(what, where=name.where or None)
    return pack


def _at(name: Placed, base: Path, root: Path | None) -> Pack:
    """The pack at the path NAME from BASE; where ROOT is a project's, in the project or the checkout that has it."""
    folder = base / name.text
    if root:
        bound = _checkout(root)
        _require_inside(folder, bound, name, "the project" if bound == root else f"the checkout {bound.name}")
    if not (folder / FILE).is_file():
        hint = "a folder with pack.yaml in it"
        raise InputError(f"there is no pack in {name.text!r}", where=name.where or None, hint=hint)
    return read(folder.resolve(), name.text.rstrip("/\\") or name.text)


def _checkout(root: Path) -> Path:
    """The checkout that the project in ROOT is a part of; ROOT itself if it is in none.

    A project cannot make one around itself, and whoever has the one has been given the other with it.
    """
    real = root.resolve()
    return next((folder for folder in (real, *real.parents) if os.path.lexists(folder / ".git")), real)


def _require_inside(folder: Path, bound: Path, name: Placed, of: str) -> None:
    if not folder.resolve().is_relative_to(bound.resolve()):
        what = f"the pack {name.text!r} lies outside of {of}"
        hint = "whoever runs dockgen can say that: --pack PATH; or vendor it: dockgen templates add URL"
        raise InputError(what, where=name.where or None, hint=hint)


def _installed(name: Placed, root: Path) -> tuple[Traversable, str]:
    """The folder of the installed pack NAME, and how messages name it. Nothing of it is imported.

    InputError if no distribution, or more than one, has a pack of that name.
    """
    from importlib.metadata import entry_points  # noqa: PLC0415  (slow, and only for packs that are not vendored)

    found = {_title(entry): entry for entry in entry_points(group=GROUP, name=name.text)}
    if len(found) > 1:
        what = f"more than one distribution has a pack {name.text!r}: {', '.join(sorted(found))}"
        raise InputError(what, where=name.where or None, hint="uninstall all but one, or --pack PATH")
    if not found:
        raise InputError(f"there is no pack {name.text!r}", where=name.where or None, hint=_hint(name.text, root))
    ((title, entry),) = found.items()
    folder = _folder(entry.value)
    if folder is None:
        what = f"the pack {name.text!r} of {title} is not where its entry point says: {entry.value[:60]!r}"
        hint = "the name of a top-level package, such as acme_dockgen, whose folder has pack.yaml"
        raise InputError(what, where=name.where or None, hint=hint)
    return folder, title


def _title(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


def _hint(name: str, root: Path) -> str:
    """What to do where no pack is called NAME: another name, if one of those in ROOT or installed is near it."""
    from importlib.metadata import entry_points  # noqa: PLC0415

    vendored = (file.parent.name for file in (root / VENDORED).glob(f"*/{FILE}"))
    names = sorted({*vendored, *(entry.name for entry in entry_points(group=GROUP))})
    have = f"there are: {', '.join(names[:MAX_PACKS])}; " if names else ""
    return nearest.hint(name, names, f"{have}vendor it: dockgen templates add URL; or say a path: ./{name}")


def _folder(package: str) -> Traversable | None:
    """The folder of a top-level PACKAGE that has pack.yaml; None if there is none.

    `find_spec` imports the parents of a dotted name, and `importlib.resources.files` the package: neither happens here.
    """
    from importlib.util import find_spec  # noqa: PLC0415

    if not package.isidentifier():
        return None
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    places = (_place(Path(place)) for place in (spec.submodule_search_locations or ())) if spec else ()
    return next((place for place in places if place and place.joinpath(FILE).is_file()), None)


def _place(folder: Path) -> Traversable | None:
    """FOLDER, which may lie in an archive, as in a zipapp."""
    if folder.is_dir():
        return folder.resolve()
    from zipfile import BadZipFile  # noqa: PLC0415
    from zipfile import Path as InZip  # noqa: PLC0415

    for archive in folder.parents:
        if archive.is_file():
            try:
                return InZip(archive, f"{folder.relative_to(archive).as_posix()}/")
            except (BadZipFile, OSError):
                return None
    return None


def _keep_inside(folder: Traversable, name: str, shown: str) -> None:
    if isinstance(folder, Path) and not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise InputError("this is a link that leads out of the pack", where=f"{shown}/{name}")


def _real(folder: Traversable) -> str:
    return str(folder.resolve() if isinstance(folder, Path) else folder)
