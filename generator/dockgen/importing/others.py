"""What an old file does that no setting says: downloads, programs of other images, files in other folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.importing import starts
from dockgen.importing.model import Other
from dockgen.importing.runs import ran
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.importing.shell import Command
    from dockgen.importing.stages import Place, Stages

MAX_SHOWN = 70
# Programs that prepare, clean up or tell, and what makes accounts and folders: ours does the like where it has to.
_ASIDE = frozenset({
    ".", ":", "[", "[[", "addgroup", "adduser", "apk", "apt", "apt-get", "aptitude", "awk", "case", "cat", "cd",
    "chmod",
    "chown", "command", "corepack", "cut", "date", "do", "done", "dos2unix", "dpkg", "echo", "esac", "exit", "export",
    "fi", "find", "for", "gpg", "grep", "groupadd", "head", "id", "if", "ldconfig", "ls", "mkdir", "nproc", "printf",
    "pwd", "rm", "set", "sha256sum", "sort", "source", "strip", "tail", "tee", "test", "touch", "tr", "true", "type",
    "uname",
    "update-ca-certificates", "upx", "useradd", "usermod", "virtualenv", "wait", "wc", "which", "while", "xargs",
})  # fmt: skip
# What installs and builds the app itself: the program and the words that may come after it.
_BUILDS: Mapping[str, re.Pattern[str]] = {
    "pip": re.compile(r"(?:-\S+ )*(?:install|config|cache|check|--version|wheel)\b"),
    "uv": re.compile(r"(?:sync|pip|venv|lock|export|cache|python|build)\b"),
    "poetry": re.compile(r"(?:install|config|export|lock|build|self|env|cache)\b"),
    "pdm": re.compile(r"(?:install|sync|config|export|lock|build|use|venv)\b"),
    "pipenv": re.compile(r"(?:install|sync|lock|requirements|verify)\b"),
    "npm": re.compile(
        r"(?:-\S+ )*(?:ci|i|install|config|set|cache|prune|rebuild|version|pkg|run (?:build\S*|compile))\b"
    ),
    "yarn": re.compile(r"(?:-\S+ ?)*(?:$|install|config|set|cache|workspaces focus|build\S*|run build\S*)"),
    "pnpm": re.compile(r"(?:-\S+ )*(?:i|install|fetch|config|deploy|prune|store|build\S*|run build\S*|setup)\b"),
    "bun": re.compile(r"(?:i|install|build|run build\S*|--bun run build)\b"),
    "npx": re.compile(r"(?:-\S+ )*(?:tsc|prisma generate|next build|nuxi? build|vite build|ng build|nest build)\b"),
    "next": re.compile("build"),
    "tsc": re.compile(""),
    "vite": re.compile("build"),
    "ng": re.compile("build"),
    "nest": re.compile("build"),
    "prisma": re.compile("generate"),
    "go": re.compile(r"(?:build|mod|env|get|vet|version|install (?:\.|-))"),
    "python": re.compile(
        r"-m (?:venv|pip|compileall|ensurepip|virtualenv)\b"
        r"|(?:\S*/)?manage\.py (?:collectstatic|compress|compilemessages)"
    ),
    "cargo": re.compile("build"),
}  # fmt: skip
_SAME = {"pip3": "pip", "python3": "python", "django-admin": "python"}
# What installs by name: packages that no manifest of the project has.
_BY_NAME = re.compile(
    r"^(?:python3? -m )?(?:uv )?pip3? (?:install|wheel)\b"
    r"|^npm (?:i|install) .*(?:-g|--global)\b|^(?:yarn global|pnpm) add\b"
)
# Where package managers come from, and what ours runs while it builds.
_MANAGER = re.compile(
    r"install\.python-poetry\.org|astral\.sh/uv|get\.pnpm\.io|bun\.sh/install|bootstrap\.pypa\.io|uv-installer|install-poetry"
    r"|\bpipx install (?:poetry|uv|pdm)\b"
)
_AT_BUILD = re.compile(r"manage\.py (?:collectstatic|compress|compilemessages)\b")
_OWN = frozenset({
    "bun", "corepack", "npm", "pdm", "pip", "pip-tools", "pipenv", "pnpm", "poetry", "setuptools", "uv", "virtualenv",
    "wheel", "yarn",
})  # fmt: skip
_VALUED = frozenset({
    "--cache-dir", "--constraint", "--default-timeout", "--editable", "--extra", "--extra-index-url", "--find-links",
    "--group", "--index-url", "--only-group", "--prefix", "--progress-bar", "--python", "--requirement", "--retries",
    "--root", "--target", "--timeout", "--trusted-host", "--wheel-dir", "-c", "-e", "-f", "-i", "-r", "-t", "-w",
})  # fmt: skip
_PACKAGE = re.compile(r"(@[\w.-]+/[\w.-]+|[A-Za-z][\w.-]*)(?:\[[\w,.-]*\])?(?:(?:==|>=|<=|~=|!=|>|<|@).*)?")
# Images whose programs ours brings by itself.
_TOOLS = re.compile(r"(?:^|/)(?:astral-sh/uv|oven/bun|pnpm)(?:[:@]|$)")
# Where apps, the sites of web servers and what is soon removed lie.
_HOMES = ("/usr/share/nginx/html", "/var/www", "/srv", "/usr/local/apache2/htdocs", "/tmp", "/root/", "/build")  # noqa: S108


def find(found: Stages, builds: Sequence[Place], ships: Sequence[Place]) -> Iterator[Other]:
    """What of BUILDS and SHIPS, the needed stages of FOUND, ours would not do."""
    for places, is_shipped in ((builds, False), (ships, True)):
        for place, commands in ran(places):
            if unknown := _unknown(commands):
                yield _run(place, unknown, is_shipped=is_shipped)
        folders = _folders(places)
        for place in places:
            if what := _instruction(found, place, folders, is_shipped=is_shipped):
                yield what


def by_hand(places: Sequence[Place]) -> dict[str, int]:
    """The packages of the language that RUN installs by their names, with the lines."""
    found: dict[str, int] = {}
    for place, commands in ran(places):
        for command in commands:
            for name in _named(command):
                found.setdefault(name, place.instruction.first)
    return found


def _named(command: Command) -> Iterator[str]:
    if not _BY_NAME.search(" ".join(command.argv)):
        return
    at = next((i for i, word in enumerate(command.argv) if word in ("install", "i", "add", "wheel")), len(command.argv))
    skip = False
    for word in command.argv[at + 1 :]:
        if skip or word.startswith("-"):
            skip = not skip and word in _VALUED
        elif re.match(r"(?:git\+)?https?://", word):
            yield word[:MAX_SHOWN]
        elif match := _PACKAGE.fullmatch(word):
            is_file = re.search(r"\.(?:txt|whl|in|toml)$", word)
            if not is_file and match[1].lower() not in _OWN:
                yield match[1]


def _unknown(commands: Sequence[Command]) -> list[Command]:
    """Those of COMMANDS that ours would not do; a shell that is piped something is what is piped into it."""
    found: list[Command] = []
    for command in commands:
        if command.before == "|" and command.program in ("sh", "bash", "python", "python3"):
            continue
        if not _is_known(command):
            found.append(command)
    return found


def prepares(program: str) -> bool:
    """True if PROGRAM prepares, cleans up or tells something, and no more."""
    return program in _ASIDE


def _is_known(command: Command) -> bool:
    program = _SAME.get(command.program, command.program)
    program = "python" if re.fullmatch(r"python3\.\d+", program) else program
    text = " ".join(command.argv)
    if program == "sed" and re.search(r" s(.)\\r\$?\1\1", text):  # the ends of lines
        return True
    if program in ("cp", "mv") and re.search(r"(?:^| )\S*node_modules/? \S+$", text):
        return True
    if program in _ASIDE or _MANAGER.search(text) or _AT_BUILD.search(text):
        return True
    rest = " ".join(command.argv[1:])
    return program in _BUILDS and bool(_BUILDS[program].match(rest)) and not any(_named(command))


def _run(place: Place, unknown: Sequence[Command], *, is_shipped: bool) -> Other:
    telling = next((c for c in unknown if any("://" in word for word in c.argv)), unknown[0])
    first = one_line(" ".join(telling.argv), MAX_SHOWN)
    more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
    if migration := next((c for c in unknown if starts.migrates(" ".join(c.argv))), None):
        what = f"RUN {one_line(' '.join(migration.argv), MAX_SHOWN)}: a database does not exist while an image is built"
        return Other(line=place.instruction.first, what=what, ships=is_shipped, way="--set migrate=start, or a job")
    by_name = sorted({n for c in unknown for n in _named(c)})
    if by_name and all(any(_named(c)) for c in unknown):
        what = f"RUN installs {one_line(', '.join(by_name), MAX_SHOWN)} by name"
        return Other(
            line=place.instruction.first,
            what=what,
            ships=is_shipped,
            way="add it to the dependencies of the project, unless it is there",
        )
    return Other(line=place.instruction.first, what=f"RUN {first}{more}", ships=is_shipped)


def _folders(places: Sequence[Place]) -> tuple[str, ...]:
    """The folders that the app may lie in: those of WORKDIR, and what the whole project is copied to."""
    found = []
    for place in places:
        words = _paths(place)
        if place.instruction.name == "WORKDIR":
            found.append(place.scope.expand(place.instruction.value).text)
        elif place.instruction.name in ("COPY", "ADD") and words[:-1] in (["."], ["./"]):
            found.append(words[-1])
    return tuple(f.rstrip("/") + "/" for f in found if f.startswith("/") and f.rstrip("/"))


def _paths(place: Place) -> list[str]:
    """The sources and the destination of COPY or ADD, without options."""
    value = re.sub(r"^(?:--\S+\s+)+", "", place.instruction.value)
    found = starts.words(value) or value.split()
    return [place.scope.expand(word).text for word in found[:50]]


def _instruction(found: Stages, place: Place, folders: tuple[str, ...], *, is_shipped: bool) -> Other | None:
    instruction = place.instruction
    line = instruction.first
    short = one_line(f"{instruction.name} {instruction.value}", MAX_SHOWN)
    if instruction.name == "ONBUILD":
        way = "an image that others stand on: not what dockgen writes"
        return Other(line=line, what=short, ships=is_shipped, way=way)
    if instruction.name == "ADD" and _MANAGER.search(instruction.value):
        return None
    if instruction.name == "RUN":
        return _mounts(place, is_shipped=is_shipped)
    if instruction.name == "ADD" and re.search(r"(?:^|\s)(?:https?://|git@|\S+\.git\b)", instruction.value):
        return Other(line=line, what=short, ships=is_shipped)
    if instruction.name not in ("COPY", "ADD"):
        return None
    if match := re.search(r"--from=(\S+)", instruction.value):
        image = place.scope.expand(match[1]).text
        is_ours = found.find(image) is not None or _TOOLS.search(image)
        named = (
            "" if set(image) & set(":/@") else f" ({one_line(image, 30)}: a named context, or an image without a tag)"
        )
        return None if is_ours else Other(line=line, what=f"{short}{named}", ships=is_shipped)
    paths = _paths(place)
    target = paths[-1] if len(paths) > 1 else ""
    is_app = not target.startswith("/") or any(f"{target}/".startswith(f) for f in folders)
    is_app = is_app or paths[:-1] in (["."], ["./"]) or target.startswith(_HOMES)
    if is_app or not is_shipped or any(map(_is_start, paths)) or not folders:
        return None
    return Other(line=line, what=f"{short}: outside of the app's folder", ships=is_shipped)


def _is_start(target: str) -> bool:
    """True if TARGET is a script that starts the app: it is told with the start."""
    return bool(re.search(r"entrypoint|\.sh$", target))


def _mounts(place: Place, *, is_shipped: bool) -> Other | None:
    """A secret or the agent of SSH that a RUN is given."""
    match = re.search(r"--mount=(?:\S*,)?type=(secret|ssh)\S*", place.instruction.value)
    if not match:
        return None
    way = "docs/how-to/private-packages.md: ours mounts what the package managers' files ask for"
    return Other(line=place.instruction.first, what=f"RUN {one_line(match[0], MAX_SHOWN)}", ships=is_shipped, way=way)
