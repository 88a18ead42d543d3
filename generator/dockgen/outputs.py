"""What each command prints as JSON: types only, which mypy holds the commands to and tools/schemas.py makes schemas of.

A comment says what a field means; in `Annotated` a tuple has the values that a text can be.
"""

from __future__ import annotations

from typing import Annotated, NotRequired, TypedDict

from dockgen.facts import Facts
from dockgen.plans import Plan
from dockgen.vendoring import Added

Kind = Annotated[str, ("create", "rewrite", "same", "edited", "foreign")]


class Mistake(TypedDict):
    """One of the things that are wrong."""

    what: str  # is wrong
    where: str | None  # `FILE` or `FILE:LINE`
    hint: str | None  # what to do about it


class Way(TypedDict):
    """One answer that would settle what is open."""

    set: list[str]  # `KEY=VALUE`, as --set takes it; none for an app, which --app names
    shown: str  # what it is called
    note: str  # what speaks for it, or against


class Open(TypedDict):
    """What only the user can decide."""

    key: str  # of the setting, or `app`
    ways: list[Way]  # the likeliest first


class Error(Mistake):
    """What went wrong, and that nothing was written."""

    code: int  # the exit code
    name: str  # of the exit code
    mistakes: list[Mistake]  # one by one
    open: Open | None  # what an answer would settle


class Failure(TypedDict):
    """What every command prints instead of its result."""

    error: Error


class Choice(TypedDict):
    """A setting with its value."""

    key: str  # of the setting
    value: str  # as --set takes it
    source: str  # where it comes from: detected, default, --set, a variable or a file
    reason: str  # the evidence, in words
    confidence: int  # 0 to 100
    rivals: list[str]  # what lost against it


class File(TypedDict):
    """A file, and what is done to it."""

    path: str  # from the root of the project
    change: Kind  # what there was before: nothing, an older text, the same text, edits by hand, somebody else's file
    lines: int  # of the new text
    diff: NotRequired[str]  # unified; in a dry run


class Commands(TypedDict):
    """What to run next, each as a line for a shell."""

    build: str  # makes the image
    run: str  # starts it


UsedPreset = TypedDict("UsedPreset", {
    "name": str, "from": Annotated[str, "the shelf: project, user, a pack, dockgen"], "path": str,
})  # fmt: skip


class App(TypedDict):
    """What was written for an app, or would be."""

    name: str  # of the image
    folder: str  # that the files are in, from the root
    context: str  # that the build is sent, from the root
    files: list[File]
    presets: list[UsedPreset]  # the weakest first
    settings: list[Choice]
    warnings: list[str]
    commands: Commands


class Written(App):
    """`generate`, `init`: one app."""

    dry_run: bool  # nothing was written
    kept: list[str]  # old files, under their new names


class AllWritten(TypedDict):
    """`generate --all`, `init --all`."""

    dry_run: bool  # nothing was written
    kept: list[str]  # old files, under their new names
    apps: list[App]


class Detected(TypedDict):
    """`detect`: one app."""

    folder: str  # that the files would be in, from the root
    context: str  # that a build is sent, from the root
    facts: Facts  # what was found, with its evidence
    plan: Plan  # what was decided


class AllDetected(TypedDict):
    """`detect --all`."""

    apps: list[Detected]


class Reason(TypedDict):
    """Why a file is not what dockgen would write."""

    kind: Annotated[str, (
        "missing", "foreign", "project", "settings", "dockgen", "edited", "conflict", "leftover",
    )]  # fmt: skip
    text: str


class Checked(TypedDict):
    """A file, and what is different about it."""

    path: str  # from the root of the project
    current: bool  # it is up to date, or has only edits by hand
    reasons: list[Reason]


class Check(TypedDict):
    """`check`."""

    current: bool  # all are; the exit code is 1 if not
    files: list[Checked]


class VerifiedCheck(TypedDict):
    """One thing that must hold of an image."""

    name: str
    title: str
    status: Annotated[str, ("passed", "failed", "skipped")]
    said: str  # the outcome, or the reason
    detail: str  # what an engine or the app printed, its last lines; or what was found, line by line
    seconds: float | None  # that it took; none where that means nothing


class Listener(TypedDict):
    """What a container listens on."""

    address: str
    port: int


class VerifiedFailure(TypedDict):
    """Where it failed first."""

    step: Annotated[str, ("build", "start", "answer", "health", "stop")]
    exit_code: int | None
    instruction: str  # of the Dockerfile; empty outside of a build
    stage: str  # that it stands in
    line: int | None  # of the Dockerfile
    listening: list[Listener] | None  # none if that cannot be told
    log: str


class Remedy(TypedDict):
    """What a failure comes from, and what would mend it."""

    cause: str  # a row of docs/reference/causes.md
    said: str  # what is wrong, and the line of the log that says so
    sets: list[str]  # KEY=VALUE, as for --set; empty where no setting mends it
    hint: str  # what a person can do; may be empty


class VerifiedPart(TypedDict):
    """What an instruction added."""

    instruction: str
    bytes: int


class VerifiedSize(TypedDict):
    """What makes an image as large as it is."""

    bytes: int
    base: int | None  # bytes of the base image; none if they cannot be told from the rest
    parts: list[VerifiedPart]  # above the base, in order


class VerifiedApp(TypedDict):
    """What holds of the image of an app."""

    name: str
    folder: str  # of the app, from the root
    dockerfile: str  # from the root
    on_disk: bool  # false: it is the one that dockgen would write
    engine: str
    network: Annotated[str, ("bridge", "host")]
    checks: list[VerifiedCheck]
    failure: VerifiedFailure | None
    proposal: Remedy | None  # what would mend the failure, if it is known
    fixes: list[Remedy]  # what --fix has set before this
    size: VerifiedSize | None
    kept: str | None  # the name of the image, if it was to stay


class Verified(TypedDict):
    """`verify`."""

    holds: bool  # everything; the exit code is 1 if not
    apps: list[VerifiedApp]


class Difference(TypedDict):
    """A file that is not what dockgen would write."""

    path: str  # from the root of the project
    change: Kind
    diff: str  # unified


class Diff(TypedDict):
    """`diff`."""

    files: list[Difference]  # those that differ


class Updated(TypedDict):
    """A file, and what became of it."""

    path: str  # from the root of the project
    state: Annotated[str, (
        "created", "rewritten", "unchanged", "merged", "kept", "replaced", "conflicts", "leftover",
    )]  # fmt: skip
    conflicts: int  # that are left in it
    diff: NotRequired[str]  # unified; in a dry run


class Update(TypedDict):
    """`update`."""

    dry_run: bool  # nothing was written
    kept: list[str]  # old files, under their new names
    files: list[Updated]


class Ejected(TypedDict):
    """`eject`."""

    dry_run: bool  # nothing was written
    files: list[str]  # whose header was taken out


class Image(TypedDict):
    """A base image that a file names."""

    file: str
    line: int
    place: Annotated[str, ("FROM", "COPY", "RUN")]  # the instruction
    image: str
    state: Annotated[str, ("unpinned", "moved", "current", "variable", "untagged")]
    old: str | None  # digest in the file
    new: str | None  # digest that the tag has now


class Pin(TypedDict):
    """`pin`."""

    images: list[Image]


class Weight(TypedDict):
    """How much there is."""

    bytes: int
    files: int


class Entry(Weight):
    """A file or a folder, and how much is in it."""

    path: str  # from the folder of the context


class Secret(TypedDict):
    """A file that looks like a secret."""

    path: str
    stays_out: bool  # of the build


class Odd(TypedDict):
    """A file that is seldom needed."""

    path: str
    kind: str
    bytes: int


class Context(TypedDict):
    """`context`."""

    ignore: str  # the file whose rules these are; empty: those that dockgen would write
    before: Weight  # without the .dockerignore
    after: Weight  # with it
    left_out: list[Entry]  # the heaviest first
    sent: list[Entry]  # the heaviest first
    secrets: list[Secret]
    odd: list[Odd]


class Explained(TypedDict):
    """A setting, and why it has its value."""

    key: str
    value: str
    source: str
    evidence: str
    confidence: int  # 0 to 100
    lost: list[str]  # what could have been
    means: str  # what the setting is for


class Settings(TypedDict):
    """`explain`, `explain KEY`."""

    settings: list[Explained]


class RuleText(TypedDict):
    """A practice or a guard rail."""

    id: str
    text: str  # what it asks for
    why: str
    link: str  # to more; may be empty


class Rule(TypedDict):
    """`explain RULE`."""

    rule: RuleText


class Origin(TypedDict):
    """What printed a line."""

    layer: str
    place: str  # file and line
    block: str
    prints: str  # what the block is for


class Followed(TypedDict):
    """A practice that an instruction follows."""

    id: str
    why: str
    link: str


class Line(TypedDict):
    """`explain FILE:LINE`."""

    file: str
    line: int
    text: str
    origin: Origin | None  # none: no template printed it
    about: str  # what it is, if no template printed it
    rules: list[Followed]
    settings: list[Explained]  # that it is about, or whose values stand in it


Preset = TypedDict("Preset", {
    "name": Annotated[str, "by which it is asked for"],
    "from": Annotated[str, "the shelf: project, user, a pack, dockgen"],
    "path": NotRequired[str],
    "summary": NotRequired[str],
    "match": NotRequired[Annotated[dict[str, list[str]], "what projects it is for"]],
    "fits": NotRequired[Annotated[bool | None, "this project; null: it is for any"]],
    "error": NotRequired[Annotated[Error | None, "why it cannot be read"]],
})  # fmt: skip


class Presets(TypedDict):
    """`presets list`."""

    presets: list[Preset]


ShownPreset = TypedDict("ShownPreset", {
    "name": str,
    "from": Annotated[str, "the shelf: project, user, a pack, dockgen"],
    "path": str,
    "summary": str,
    "extends": list[str],
    "needs": Annotated[dict[str, str], "the settings that have to be given, and why"],
    "project": Annotated[list[str], "files that it assumes where there is no project"],
    "text": Annotated[str, "of the file"],
})  # fmt: skip


class PresetSetting(TypedDict):
    """A setting, as presets together give it."""

    key: str
    value: str
    strength: Annotated[str, ("set", "default")]  # stronger, or weaker than what is detected
    source: str
    where: str  # file and line


class ShownPresets(TypedDict):
    """`presets show`."""

    presets: list[ShownPreset]  # with those that they extend
    settings: list[PresetSetting]


class Validated(TypedDict):
    """A file, and whether it is a preset."""

    path: str
    valid: bool
    mistakes: list[Mistake]


class Validation(TypedDict):
    """`presets validate`."""

    files: list[Validated]


class LayerFile(TypedDict):
    """A layer that has a template."""

    name: str  # of the layer
    file: str
    stale: bool  # what it was based on has changed


class Template(TypedDict):
    """A template, and who has it."""

    name: str
    layers: list[LayerFile]  # the top-most first


class Templates(TypedDict):
    """`templates list`."""

    templates: list[Template]


class Block(TypedDict):
    """A block of a template."""

    name: str
    description: str
    line: int


class ShownTemplate(TypedDict):
    """`templates show NAME`."""

    name: str
    description: str
    layers: list[LayerFile]  # the top-most first
    blocks: list[Block]
    includes: list[str]
    text: str


class ShownBlock(TypedDict):
    """`templates show NAME --block BLOCK`."""

    name: str  # of the template
    block: str
    text: str


class Overridden(TypedDict):
    """`templates override`."""

    dry_run: bool  # nothing was written
    file: str  # the override
    original: str  # where the original is kept
    text: str  # of the override


class Finding(TypedDict):
    """Something about an override."""

    file: str
    line: int
    what: str
    stale: bool  # it works, and what it is based on has changed


class Lint(TypedDict):
    """`templates lint`."""

    findings: list[Finding]


class Rebased(TypedDict):
    """An override that had gone stale."""

    file: str
    conflicts: int  # that are left in it


class Rebase(TypedDict):
    """`templates rebase`."""

    dry_run: bool  # nothing was written
    files: list[Rebased]


# Command -> what it prints, one of these.
BY_COMMAND: dict[str, tuple[type, ...]] = {
    "init": (Written, AllWritten),
    "generate": (Written, AllWritten),
    "check": (Check,),
    "verify": (Verified,),
    "diff": (Diff,),
    "update": (Update,),
    "eject": (Ejected,),
    "templates list": (Templates,),
    "templates show": (ShownTemplate, ShownBlock),
    "templates override": (Overridden,),
    "templates lint": (Lint,),
    "templates rebase": (Rebase,),
    "templates add": (Added,),
    "pin": (Pin,),
    "context": (Context,),
    "presets list": (Presets,),
    "presets show": (ShownPresets,),
    "presets validate": (Validation,),
    "explain": (Settings, Rule, Line),
    "detect": (Detected, AllDetected),
}
