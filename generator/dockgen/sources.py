"""Read what people wrote for dockgen and rank it: flags, variables, dockgen.yaml, presets, packs, templates."""

from __future__ import annotations

import os
import sys
from dataclasses import field, replace
from typing import TYPE_CHECKING

from dockgen import nearest, settings, values
from dockgen.errors import InputError
from dockgen.project import Project
from dockgen.records import dataclass
from dockgen.settings import Setting, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from dockgen import lock
    from dockgen.documents import AppConfig, Config
    from dockgen.facts import Facts
    from dockgen.packoptions import Kind
    from dockgen.packs import Pack
    from dockgen.presets import Found, Shelf
    from dockgen.templating.layers import Layers
    from dockgen.yamldoc import Placed

FILE = "dockgen.yaml"
THERE = "files"  # where it comes from that a companion is wanted which nobody asks for: it is there
NEW = "dockgen: 1\n"  # the least that such a file says
HOME = ".dockgen"  # the project's own templates, presets and packs
MAX_BYTES = 262_144
# Words of a header that are no settings: the presets that flags named, and the options that have to be given again.
PRESETS, NEEDS = "preset", "needs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks for: `--set` flags, names of presets and packs, a file of answers, folders of templates.

    `given` are settings of a program that calls dockgen, `own` flags for one app only, by its folder; `drafts` are
    the texts of files dockgen.yaml as they will be, by path. With `recalls`, what was asked for when the files were
    written still counts, where nothing else says otherwise. Companions that are there are kept besides those that flags
    name, unless the request CLOSES the list.
    """

    flags: tuple[str, ...] = ()
    given: Mapping[str, settings.Value] = field(default_factory=dict)
    presets: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    answers: str = ""
    templates: tuple[str, ...] = ()
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drafts: Mapping[str, str] = field(default_factory=dict)
    recalls: bool = False
    closes: bool = False

    def with_variables(self, environment: Mapping[str, str]) -> Request:
        """This, with what variables say where a flag does not."""
        named = {
            key: environment.get(settings.variable_of(key), "") for key in ("preset", "packs", "templates", "answers")
        }
        return replace(
            self,
            presets=self.presets or tuple(filter(None, named["preset"].replace(",", " ").split())),
            packs=self.packs or tuple(filter(None, named["packs"].replace(",", " ").split())),
            templates=self.templates or tuple(filter(None, named["templates"].split(os.pathsep))),
            answers=self.answers or named["answers"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was asked for and what files of the project in ROOT say, ready to be ranked for any of its apps."""

    root: str
    request: Request
    environment: Mapping[str, str]
    config: Config | None = None
    packs: tuple[Pack, ...] = ()
    answers: Mapping[str, Setting[str]] = field(default_factory=dict)
    known: Mapping[str, Kind] = field(default_factory=dict)  # the options of the packs, by key
    named: tuple[str, ...] = ()  # the presets that flags name
    # What was read and ranked already, by app.
    headers: dict[str, tuple[str, lock.Asked]] = field(default_factory=dict, compare=False, repr=False)
    read: dict[str, tuple[Found, ...]] = field(default_factory=dict, compare=False, repr=False)
    ranked: dict[str, Settings] = field(default_factory=dict, compare=False, repr=False)

    def presets(self, app: str = "") -> tuple[Found, ...]:
        """The presets that hold for APP, the weakest first."""
        if app not in self.read:
            self.read[app] = _presets(self, app)
        return self.read[app]

    def settings(self, app: str = "") -> Settings:
        """The settings for the app in the folder APP. InputError with every mistake of the first file that has one."""
        if app not in self.ranked:
            self.ranked[app] = self._ranked(app)
        return self.ranked[app]

    def _ranked(self, app: str) -> Settings:
        files = Settings({}, known=self.known)
        if found := self.presets(app):
            from dockgen import presets  # noqa: PLC0415

            files = replace(files, given=presets.strong(found, self.known), weak=presets.weak(found, self.known))
        said = {**files.given, **self._recalled(app), **self._said(app)}
        ranked = settings.read(self._flags(app), self.environment, replace(files, given=said), self.answers)
        if (beside := said.get("with")) and beside.source != FILE and not self.request.closes:
            from dockgen import presets  # noqa: PLC0415

            own = {key: setting for key, setting in ranked.given.items() if setting is not said.get(key)}
            ranked = replace(ranked, given={**ranked.given, **presets.added(said, own)})
        if self.root and ranked.get("with") is None and "with" not in ranked.weak and (there := self._there(app)):
            path, names = next(iter(there)), " ".join(dict.fromkeys(there.values()))
            kept = Setting(names, THERE, f"{path}, which dockgen wrote")
            ranked = replace(ranked, given={**ranked.given, "with": kept})
        return ranked

    def _flags(self, app: str) -> tuple[str, ...]:
        """The flags that hold for APP."""
        return (*self.request.flags, *self.request.own.get(app, ()))

    def _said(self, app: str) -> dict[str, Setting[str]]:
        """What files dockgen.yaml say for APP."""
        given: dict[str, Setting[str]] = {}
        for path, config in self._configs(app):
            from dockgen import presets  # noqa: PLC0415  (start-up time: few projects say anything)

            given |= presets.checked({**config.set, **presets.slots(config.extra)}, FILE, path, self.known)
        return given

    def _there(self, app: str) -> dict[str, str]:
        """The files of companions that were written for APP, or for all apps, each with its companion."""
        from dockgen import lock  # noqa: PLC0415

        shared = lock.companions(self.root, "", app)
        return {**shared, **lock.companions(self.root, app, app)} if app else shared

    def _header(self, app: str) -> tuple[str, lock.Asked]:
        """The name of the Dockerfile of APP, and what was asked for when it was written; nothing if nobody recalls."""
        if not self.request.recalls:
            return "", ()
        if app not in self.headers:
            from dockgen import lock  # noqa: PLC0415

            below = replace(settings.NOTHING, given=self._said(app), known=self.known)
            file = settings.read(self._flags(app), self.environment, below, self.answers).value("file")
            self.headers[app] = lock.asked(f"{self.root}/{app}".rstrip("/"), file)
        return self.headers[app]

    def _recalled(self, app: str) -> dict[str, Setting[str]]:
        """The settings that the Dockerfile of APP was written with. InputError if its header says what it cannot."""
        name, words = self._header(app)
        given = {}
        for key, value in words:
            if key not in (PRESETS, NEEDS):
                place = f"{app}/{name}".lstrip("/")
                key = settings.named(key, place, self.known)  # noqa: PLW2901
                told = f"--set {values.one_line(key, 80)}"  # as it was, so that it gives the same
                given[key] = Setting(settings.checked(key, value, place, self.known), "--set", told)
        return given

    def is_closed(self, wanted: Settings) -> bool:
        """True if what is WANTED of companions is all of them: dockgen.yaml says so, or somebody says none."""
        asked = wanted.get("with")
        return self.request.closes or (asked is not None and (asked.source == FILE or not asked.value))

    def is_recalled(self, app: str, key: str) -> bool:
        """True if nothing but what the Dockerfile of APP was written with says something of KEY."""
        return key in self._recalled(app) and not any(flag.startswith(f"{key}=") for flag in self.request.flags)

    def asked(self, app: str) -> lock.Asked:
        """What is asked for APP that no file of the project says, as its header keeps it."""
        below = replace(settings.NOTHING, known=self.known)
        own = settings.read(self._flags(app), {}, below, self.answers).given
        _, words = self._header(app)
        said = self._said(app) if own or words else {}
        kept = {key: s.value for key, s in self._recalled(app).items() if key not in said}
        kept |= {key: s.value for key, s in own.items() if key not in said or said[key].value != s.value}
        kept.pop("with", None)  # the files themselves say it
        return (*((key, settings.written(key, kept[key])) for key in sorted(kept)), *self._named(app))

    def _named(self, app: str) -> Iterator[tuple[str, str]]:
        """The presets that flags name for APP, and the options that only whoever writes the files can give."""
        needed = {"--templates": bool(self.request.templates), "--pack": bool(self.request.packs)}
        names = [placed.text for placed in self._recalled_presets(app)]
        for name in self.named:
            kept = self._kept(name)
            needed |= {} if kept else {"--preset": True}
            names += [kept] if kept and kept not in names else []
        if names:
            yield PRESETS, ",".join(names)
        if any(needed.values()):
            yield NEEDS, ",".join(option for option, is_needed in needed.items() if is_needed)

    def _kept(self, name: str) -> str:
        """The preset NAME as later commands find it, from any folder; "" if it is a file outside of the project."""
        from dockgen import presets  # noqa: PLC0415

        if not presets.is_file(name):
            return name
        path = os.path.relpath(os.path.realpath(name), self.root)
        return "" if path.startswith("..") or "," in path else f"./{path}".replace(os.sep, "/")

    def _recalled_presets(self, app: str) -> tuple[Placed, ...]:
        name, words = self._header(app)
        found = dict(words).get(PRESETS, "")
        return tuple(replace(placed, where=name) for placed in _placed(found.split(",") if found else ()))

    def lost(self, app: str) -> tuple[str, ...]:
        """A warning if the Dockerfile of APP was written with options that have to be given again and were not."""
        needed = dict(self._header(app)[1]).get(NEEDS, "").split(",")
        now = dict(self._named(app)).get(NEEDS, "").split(",")
        missing = ", ".join(option for option in needed if option not in now)
        hint = "give it again, or keep it in dockgen.yaml (packs) or .dockgen/templates"
        return (f"it was written with {missing}, which is not given now: {hint}",) if missing else ()

    def shelves(self) -> tuple[Shelf, ...]:
        """Where presets are looked for, in order."""
        return shelves(self.root, tuple((p.name, p.shown, p.folder) for p in self.packs))

    def layers(self) -> Layers:
        """The layers of templates, the top-most first."""
        return _layers(self.root, self.request.templates, self.packs)

    def require_apps(self, project: Project) -> None:
        """InputError for what dockgen.yaml says of an app in a folder that PROJECT has not."""
        if not self.config or not self.config.apps:
            return
        from dockgen import apps  # noqa: PLC0415
        from dockgen.yamldoc import Problem, refuse  # noqa: PLC0415

        whole = project.workspace.root if project.workspace else project
        if wrong := [name for name in self.config.apps if name not in whole.folders]:
            known = [app.path for app in apps.find(whole, settings.NOTHING)]
            refuse(
                (
                    Problem(
                        what=f"there is no app {name!r}",
                        where=self.config.apps[name].where,
                        hint=nearest.hint(name, known),
                    )
                    for name in wrong
                ),
                FILE,
            )

    def require(self, app: str, chosen: Settings) -> None:
        """InputError with what a preset of APP needs and CHOSEN has not."""
        if found := self.presets(app):
            from dockgen import presets  # noqa: PLC0415

            presets.require(found, chosen)

    @property
    def has_own(self) -> bool:
        """True if templates come from anywhere but dockgen itself."""
        own = f"{self.root}/{HOME}/templates"
        return bool(self.packs or self.request.templates or (self.root and os.path.lexists(own)))

    def misfits(self, app: str, facts: Facts) -> tuple[str, ...]:
        """A warning for each preset that is meant for other projects than the one that FACTS tell of."""
        found = self.presets(app)
        if not found:
            return ()
        from dockgen import presets  # noqa: PLC0415

        return tuple(presets.misfits(found, facts))

    def assumed(self, name: str = "") -> Project | None:
        """The project that presets assume where there is none, called NAME; None if they assume none."""
        if not self.presets():
            return None
        from dockgen import presets  # noqa: PLC0415

        files = presets.assumed(self.presets())
        return Project.of(files, name=name or os.path.basename(self.root) or "app") if files else None  # noqa: PTH119

    def _configs(self, app: str) -> Iterator[tuple[str, Config | AppConfig]]:
        """The dockgen.yaml of the root, what it says of APP, and the one in the folder of APP: the weakest first."""
        if self.config:
            yield FILE, self.config
            if app in self.config.apps:
                yield FILE, self.config.apps[app]
        if app and (own := _config(self.root, f"{app}/", self.request.drafts, is_checked=not self.packs)):
            yield f"{app}/{FILE}", own


def gather(root: str, request: Request, environment: Mapping[str, str]) -> Sources:
    """The sources for the project in ROOT. InputError if a file cannot be read or says what it cannot."""
    named = request.presets
    request = request.with_variables(environment)
    config = _config(root, "", request.drafts, is_checked=not request.packs)
    found = Sources(root=root, request=request, environment=environment, config=config, named=named)
    if request.packs or (config and config.packs):
        from pathlib import Path  # noqa: PLC0415

        from dockgen import packs  # noqa: PLC0415

        wanted = (*_placed(request.packs), *(config.packs if config else ()))
        found = replace(found, packs=packs.find(wanted, Path(root)))
        found = replace(found, known=packs.known(found.packs))
        if config:
            from dockgen.presets import mistakes_of_config  # noqa: PLC0415
            from dockgen.yamldoc import Problem, refuse  # noqa: PLC0415

            refuse(sorted(mistakes_of_config(config, found.known), key=Problem.place), FILE)
    if request.answers:
        found = replace(found, answers=_answers(request.answers, found.known))
    if request.given:
        found = replace(found, answers={**found.answers, **settings.given(request.given, found.known)})
    return found


def without_folder(project: Project | None, request: Request) -> Sources:
    """The sources for PROJECT, which lies in no folder: what is asked for, and its dockgen.yaml.

    InputError if that file says what it cannot, or names packs, which are looked for in a folder.
    """
    found = Sources(root="", request=request, environment={}, answers=settings.given(request.given))
    if project is None or not project.has(FILE):
        return found
    config = _decoded(project.manifest(FILE).encode(), FILE, is_checked=True)
    if config.packs:
        hint = "dockgen generate, in the folder that the project lies in at last"
        raise InputError("packs are looked for in a folder, and there is none", where=config.packs[0].where, hint=hint)
    return replace(found, config=config)


def _config(root: str, below: str, drafts: Mapping[str, str], *, is_checked: bool) -> Config | None:
    """The dockgen.yaml in the folder BELOW the root, as it is in DRAFTS if it is there; None if there is none.

    InputError with every mistake, those in its settings too if IS_CHECKED and no pack can declare more of them.
    """
    path = f"{below}{FILE}"
    if path in drafts:
        return _decoded(drafts[path].encode(), path, is_checked=is_checked)
    if not os.path.lexists(f"{root}/{path}"):
        return None
    return _decoded(read_inside(root, path), path, is_checked=is_checked)


def _decoded(text: bytes, path: str, *, is_checked: bool) -> Config:
    """The dockgen.yaml whose TEXT this is, at PATH."""
    from dockgen.documents import Config  # noqa: PLC0415  (start-up time: few projects have one)
    from dockgen.presets import mistakes_of_config  # noqa: PLC0415
    from dockgen.yamldoc import Problem, decode  # noqa: PLC0415

    def more(config: Config) -> Iterator[Problem]:
        if is_checked and not config.packs:
            yield from mistakes_of_config(config, {})
        if path != FILE:
            for key in ("packs", "apps"):
                if getattr(config, key):
                    yield Problem(what=f"{key} can be said in the {FILE} of the root only", where=path)

    return decode(Config, text, path, more)


def read_inside(root: str, path: str, shown: str = "", of: str = "project") -> bytes:
    """The bytes of the file PATH below ROOT, the folder OF a project or pack, bounded; messages call it SHOWN.

    InputError if it is none, or a link that leads out of ROOT.
    """
    real = os.path.realpath(f"{root}/{path}")
    if not real.startswith(os.path.realpath(root).rstrip(os.sep) + os.sep):
        raise InputError(f"this is a link that leads out of the {of}", where=shown or path)
    return read_file(real, shown or path)


def read_file(file: str, shown: str) -> bytes:
    """The bytes of FILE, bounded; messages call it SHOWN. InputError if it is none, or cannot be read."""
    if not os.path.isfile(file):  # noqa: PTH113
        raise InputError("no such file" if not os.path.exists(file) else "this is no file", where=shown)  # noqa: PTH110
    try:
        with open(file, "rb") as stream:  # noqa: PTH123
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot read it: {error.strerror}", where=shown) from error


def _answers(name: str, known: Mapping[str, Kind]) -> dict[str, Setting[str]]:
    """The settings in the file NAME, or in standard input if that is `-`."""
    from dockgen import presets  # noqa: PLC0415
    from dockgen.yamldoc import decode_flat  # noqa: PLC0415

    if name == "-":
        shown = "standard input"
        if sys.stdin.isatty():
            raise InputError("--answers -: standard input is a terminal", hint="pipe a file into it, or --answers FILE")
        text = sys.stdin.buffer.read(MAX_BYTES + 1)
        if not text.strip():
            raise InputError("--answers -: standard input is empty", hint="{} says nothing on purpose")
    else:
        shown, text = name, read_file(os.path.abspath(name), name)  # noqa: PTH100
    return presets.checked(decode_flat(text, shown), f"--answers {name}", shown, known)


def _placed(names: Sequence[str]) -> tuple[Placed, ...]:
    from dockgen.yamldoc import Placed  # noqa: PLC0415

    return tuple(Placed(name, "") for name in names)


def _presets(sources: Sources, app: str) -> tuple[Found, ...]:
    asked = [name for _, config in sources._configs(app) for name in config.preset]  # noqa: SLF001
    names = (*asked, *sources._recalled_presets(app), *_placed(sources.request.presets))  # noqa: SLF001
    if not names:
        return ()
    from dockgen import presets  # noqa: PLC0415

    return presets.resolve(names, sources.shelves(), lambda name: preset_file(sources.root, name), sources.known)


def preset_file(root: str, name: Placed) -> bytes:
    """A preset that is a file: on the command line it may lie anywhere, in dockgen.yaml below the project only."""
    return read_inside(root, name.text) if name.where else read_file(os.path.abspath(name.text), name.text)  # noqa: PTH100


def shelves(root: str, packs: Sequence[tuple[str, str, Traversable]]) -> tuple[Shelf, ...]:
    """Where presets are looked for: the project in ROOT, if it has a folder, the user's own folder, PACKS, dockgen.

    Each pack is its name, how its folder is shown, and the folder.
    """
    from pathlib import Path  # noqa: PLC0415

    from dockgen import resources  # noqa: PLC0415

    found = [_shelf("project", f"{HOME}/presets", Path(root) / HOME / "presets", Path(root))] if root else []
    user = user_folder()
    found.append(_shelf("user", str(user / "presets"), user / "presets", None))
    for name, shown, folder in packs:
        inside = folder if isinstance(folder, Path) else None
        found.append(_shelf(name, f"{shown}/presets", folder.joinpath("presets"), inside))
    found.append(_shelf("dockgen", "dockgen/presets", resources.root().joinpath("presets"), None))
    return tuple(found)


def user_folder() -> Path:
    """The folder of the user's own presets: $XDG_CONFIG_HOME/dockgen, on Windows %APPDATA%/dockgen."""
    from pathlib import Path  # noqa: PLC0415

    variable, default = ("APPDATA", "~") if os.name == "nt" else ("XDG_CONFIG_HOME", "~/.config")
    try:
        return Path(os.environ.get(variable) or default).expanduser() / "dockgen"
    except RuntimeError:  # no home
        return Path("dockgen-without-home")


def _shelf(name: str, shown: str, folder: Traversable, inside: Path | None) -> Shelf:
    """The presets in FOLDER, of which none may lead out of INSIDE."""
    from dockgen.presets import ENDING, Shelf  # noqa: PLC0415

    def read(preset: str) -> bytes | None:
        if inside is not None:
            path = f"{os.path.relpath(str(folder), inside)}/{preset}{ENDING}"
            of = "project" if name == "project" else "pack"
            at = f"{shown}/{preset}{ENDING}"
            return read_inside(str(inside), path, at, of) if os.path.lexists(f"{inside}/{path}") else None
        file = folder.joinpath(f"{preset}{ENDING}")
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)

    def names() -> list[str]:
        if not folder.is_dir():
            return []
        return sorted(f.name.removesuffix(ENDING) for f in folder.iterdir() if f.name.endswith(ENDING))

    return Shelf(name=name, shown=shown, read=read, names=names)


def _layers(root: str, templates: tuple[str, ...], packs: tuple[Pack, ...]) -> Layers:
    from pathlib import Path  # noqa: PLC0415

    from dockgen.templating.layers import Layer, Layers, built_in  # noqa: PLC0415

    found = []
    for number, folder in enumerate(templates):
        if not Path(folder).is_dir():
            raise InputError(f"--templates {folder}: no such folder")
        name = "templates" if not number else f"templates-{number + 1}"
        found.append(Layer(name=name, folder=Path(folder), shown=folder.rstrip("/")))
    own = Path(root) / HOME / "templates"
    if own.is_dir():
        if not own.resolve().is_relative_to(Path(root).resolve()):
            raise InputError("this is a link that leads out of the project", where=f"{HOME}/templates")
        found.append(Layer(name="project", folder=own, shown=f"{HOME}/templates"))
    return Layers((*found, *(pack.layer for pack in packs), built_in()))
