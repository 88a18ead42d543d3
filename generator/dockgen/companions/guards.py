"""Guard rails of companions: read a rendered file again, and tell what is refused, or worse than our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockgen import lazy, secretnames
from dockgen.errors import InputError
from dockgen.guards import Guard
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.rendering import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value in a YAML file: the keys that lead to it, numbers of list items left out, its text and its line."""

    keys: tuple[str, ...]
    text: str
    line: int

    @property
    def key(self) -> str:
        """The last key, "" at the top."""
        return self.keys[-1] if self.keys else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What is looked at: the values of a file, and the OWN images of the project."""

    entries: tuple[Entry, ...]
    own: frozenset[str]


# Values that take a container's walls away, by their key: in Compose and Swarm, and in Kubernetes.
_OPEN = {
    "privileged": ("true",),
    "allowPrivilegeEscalation": ("true",),
    "network_mode": ("host",),
    "pid": ("host",),
    "ipc": ("host",),
    "hostNetwork": ("true",),
    "hostPID": ("true",),
    "hostIPC": ("true",),
    "runAsNonRoot": ("false",),
}
_SOCKET = lazy.pattern(r"(?:^|[:=])/(?:var/)?run/(?:docker|containerd/containerd|podman/podman)\.sock(?:$|:)")
_COMMIT = lazy.pattern(r"[0-9a-f]{40}")
_ENVIRONMENTS = ("environment", "env", "environmentVariables", "variables", "data", "stringData")


def _open_walls(document: Document) -> Iterator[tuple[int, str]]:
    for entry in document.entries:
        if entry.text in _OPEN.get(entry.key, ()):
            yield entry.line, f"{entry.key}: {entry.text}"
        elif _SOCKET.search(entry.text):
            yield entry.line, "the engine's socket is mounted"


def _tags(document: Document) -> Iterator[tuple[int, str]]:
    for entry in document.entries:
        name, _, tag = entry.text.partition("@")[0].rpartition("/")[2].partition(":")
        if entry.key != "image" or "@" in entry.text or "$" in entry.text or not name:
            continue
        if entry.text.partition(":")[0] not in document.own and tag in ("", "latest"):
            yield entry.line, f"the image {entry.text} has {'the tag latest' if tag else 'no tag'}"


def _actions(document: Document) -> Iterator[tuple[int, str]]:
    for entry in document.entries:
        if entry.key == "uses" and "/" in entry.text and not entry.text.startswith(("./", "docker://")):
            name, _, version = entry.text.partition("@")
            if not _COMMIT.fullmatch(version):
                yield entry.line, f"{name} is named by {version or 'nothing'}"


def _secrets(document: Document) -> Iterator[tuple[int, str]]:
    for entry in document.entries:
        name, text = entry.key, entry.text
        if name in _ENVIRONMENTS:  # an item of a list
            name, _, text = text.partition("=")
        elif len(entry.keys) < 2 or entry.keys[-2] not in _ENVIRONMENTS:
            continue
        if secretnames.is_secret(name) and text and "$" not in text:
            yield entry.line, f"{name} has a value"


UNREADABLE: Guard[Document] = Guard(
    id="DG201", is_error=True, asks="A file in YAML can be read.", why="Its reader stops at it.", find=lambda _: ()
)
GUARDS: tuple[Guard[Document], ...] = (
    UNREADABLE,  # told where it is read
    Guard(
        id="DG202", is_error=False, asks="No container shares the machine's network or processes, or is privileged.",
        why="Who breaks into it has the machine.", find=_open_walls,
    ),
    Guard(
        id="DG203", is_error=False, asks="Images of others have a tag that is not `latest`, or a digest.",
        why="Otherwise tomorrow's deployment is another one.", find=_tags,
    ),
    Guard(
        id="DG204", is_error=False, asks="Actions are named by a commit.",
        why="Whoever controls the action's repository can move a tag, and has your secrets.", find=_actions,
    ),
    Guard(
        id="DG205", is_error=False, asks="No variable whose name is that of a secret has its value in the file.",
        why="The file is committed, and whoever reads it has the secret.", find=_secrets,
    ),
)  # fmt: skip


def check(artifact: Artifact, own: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """A warning for what is worse in ARTIFACT than what dockgen writes by itself; OWN are the project's images.

    InputError if it cannot be read at all.
    """
    if not artifact.path.endswith((".yaml", ".yml")):
        return ()
    document = Document(entries=tuple(_entries(artifact)), own=own)
    found = [(line, guard.id, what) for guard in GUARDS for line, what in guard.find(document)]
    return tuple(f"{id_}: {what} ({artifact.path}:{line})" for line, id_, what in sorted(found))


def _entries(artifact: Artifact) -> Iterator[Entry]:
    """Every value of the YAML in ARTIFACT."""
    import yaml  # noqa: PLC0415  (slow to import)

    try:
        documents = list(yaml.compose_all(artifact.text, Loader=yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "a character that it cannot have"
        what = f"{UNREADABLE.id}: this is no YAML: {problem}"
        where = f"{artifact.path}:{mark.line + 1}" if mark else artifact.path
        raise InputError(what, where=where, hint="the template that prints it, or its block") from error
    for document in documents:
        if document is not None:
            yield from _values(document, ())


def _values(node: Any, keys: tuple[str, ...]) -> Iterator[Entry]:
    """The values of NODE of the YAML, which KEYS lead to."""
    if node.id == "scalar":
        yield Entry(keys=keys, text=str(node.value), line=node.start_mark.line + 1)
    elif node.id == "sequence":
        for item in node.value:
            yield from _values(item, keys)
    elif node.id == "mapping":
        found = {str(key.value): value for key, value in node.value}
        name, value = found.get("name"), found.get("value")
        if name and value and name.id == value.id == "scalar":  # a variable, in a list of them
            yield Entry(keys=(*keys, str(name.value)), text=str(value.value), line=value.start_mark.line + 1)
        for key, inner in found.items():
            yield from _values(inner, (*keys, key))
