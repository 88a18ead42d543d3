"""Write from the types what docs/reference says of people's files and of JSON that is printed: JSON Schemas, presets.

`python tools/schemas.py` writes; with `--check` it writes nothing, and ends with 1 if a file is not current.
"""

from __future__ import annotations

import json
import sys
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "generator"))

import printed  # noqa: E402  (beside this file)
from dockgen import documents, presets, settings  # noqa: E402  (of this checkout)
from dockgen import outputs as kinds  # noqa: E402
from dockgen.yamldoc import Placed  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = ROOT / "docs" / "reference"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
KINDS = {
    "dockgen": (documents.Config, "dockgen.yaml: what detection cannot know of a project, or gets wrong"),
    "preset": (documents.Preset, "a preset of dockgen: settings under a name"),
    "pack": (documents.PackFile, "pack.yaml: templates, presets and options of a company"),
}
# All scalars are read as they are written, whatever an editor takes them for.
TEXT = {"type": ["string", "number", "boolean"]}
WORDS = {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    kind, title = KINDS[name]
    defined = {"settings": _settings()} if name != "pack" else {}
    made = {"$schema": DRAFT, "title": title, **_of(kind)}
    return made | ({"$defs": defined} if defined else {})


def _of(kind: Any) -> dict[str, Any]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is Annotated:
        return {"$ref": "#/$defs/settings"}
    if origin in (typing.Union, types.UnionType):
        return _of(next(a for a in args if a is not type(None)))
    if origin is typing.Literal:
        return {"enum": _values(args)}
    if origin is tuple:
        return {"anyOf": [_of(args[0]), {"type": "array", "items": _of(args[0])}]}
    if is_dataclass(kind) and kind is not Placed:
        return _record(kind)
    if origin is not None:
        return {"type": ["object", "null"], "additionalProperties": _of(args[1])}
    if kind is int:
        return {"type": "integer"}
    return dict(TEXT)


def _record(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind, include_extras=True)
    known = [f for f in fields(kind) if not f.metadata.get("place")]
    required = [f.name for f in known if f.default is MISSING and f.default_factory is MISSING]
    return {
        "type": "object",
        "properties": {f.name: {"description": f.metadata["doc"], **_of(hints[f.name])} for f in known},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _values(allowed: tuple[str, ...]) -> list[Any]:
    """ALLOWED texts, and what YAML may take them for."""
    others = {"1": 1, "yes": True, "no": False}
    return [*allowed, *(others[v] for v in allowed if v in others)]


def _settings() -> dict[str, Any]:
    """What can be set: each key with its meaning; nested or with a dot; keys of packs as they are."""
    flat = {key: {"description": text, **_setting(key)} for key, text in settings.KEYS.items()}
    flat |= {name: {"description": f"another name of {key}", **TEXT} for name, key in settings.ALIASES.items()}
    properties: dict[str, Any] = {}
    for key, made in flat.items():
        group, dot, rest = key.partition(".")
        properties[key] = made
        if dot:
            nested = {"type": "object", "properties": {}, "additionalProperties": False}
            properties.setdefault(group, nested)["properties"][rest] = made
    for group, text in settings.GROUPS.items():
        properties[group] = {"description": text, "type": "object", "additionalProperties": TEXT}
    groups = "|".join(settings.GROUPS)
    return {
        "type": ["object", "null"],
        "properties": properties,
        "patternProperties": {rf"^({groups})\..+$": TEXT, r"^[a-z][a-z0-9_]*\.[a-z0-9_-]+$": WORDS},
        # Options of packs: their names are not known here.
        "additionalProperties": {"type": "object"},
    }


def _setting(key: str) -> dict[str, Any]:
    if allowed := settings.VALUES.get(key):
        one = {"enum": _values(allowed)}
        if key not in settings.LISTS:
            return one
        several = {"type": "string", "pattern": f"^({'|'.join(allowed)})( ({'|'.join(allowed)}))*$"}
        return {"anyOf": [several, {"type": "array", "items": one, "minItems": 1}]}
    return WORDS


def page() -> str:
    """docs/reference/presets.md: the presets that ship, and the keys of the file."""
    found = [
        presets.read(file.stem, file.read_bytes(), file.name, "dockgen", {})
        for file in sorted((ROOT / "presets").glob("*.yaml"))
    ]
    frameworks = [one for one in found if one.preset.project]
    profiles = [one for one in found if not one.preset.project]
    return "\n".join(
        [
            "<!-- Written by tools/schemas.py from presets/*.yaml and generator/dockgen/documents.py. -->",
            "",
            "# Presets",
            "",
            "How to use and write them: [how-to](../how-to/presets.md). A value in `set` is stronger than what is",
            "detected, one in `defaults` is weaker.",
            "",
            "## For a framework",
            "",
            *_table(("name", "for", "fits", "defaults", "assumes without a project"), map(_framework, frameworks)),
            "",
            "## For a purpose",
            "",
            *_table(("name", "for", "sets", "needs"), map(_profile, profiles)),
            "",
            "## The file",
            "",
            "[preset.json](schemas/preset.json) is its JSON Schema.",
            "",
            *_table(("key", "meaning"), _keys(documents.Preset)),
            "",
            "`match` has these keys, each with one value or a list:",
            "",
            *_table(("key", "meaning"), _keys(documents.Match)),
            "",
        ]
    )  # fmt: skip


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _framework(one: presets.Found) -> tuple[str, ...]:
    match = one.preset.match
    fits = "; ".join(f"{f.name} {' or '.join(v)}" for f in fields(match) if (v := getattr(match, f.name)))
    files = ", ".join(f"`{path}`" for path in one.preset.project)
    return f"`{one.name}`", one.preset.summary, fits, _said(one.preset.defaults), files


def _profile(one: presets.Found) -> tuple[str, ...]:
    needs = "; ".join(f"`{key}`: {why}" for key, why in one.preset.needs.items())
    return f"`{one.name}`", one.preset.summary, _said(one.preset.set), needs


def _said(said: typing.Mapping[str, Placed]) -> str:
    return ", ".join(f"`{key}: {value}`" for key, value in said.items())


def _keys(kind: Any) -> Iterator[tuple[str, str]]:
    return ((f"`{f.name}`", f.metadata["doc"]) for f in fields(kind))


def outputs() -> dict[Path, str]:
    """Every file that is written, and its text."""
    made = {name: schema(name) for name in KINDS}
    made |= {f"output-{command.replace(' ', '-')}": printed.schema(command) for command in kinds.BY_COMMAND}
    schemas = {REFERENCE / "schemas" / f"{name}.json": json.dumps(text, indent=2) + "\n" for name, text in made.items()}
    return schemas | {REFERENCE / "presets.md": page()}


def main(argv: list[str]) -> int:
    """Write the files, or check them."""
    stale = [path for path, text in outputs().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        sys.stdout.write(f"{path.relative_to(ROOT)}{' is not current' if '--check' in argv else ''}\n")
        if "--check" not in argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(outputs()[path], encoding="utf-8")
    return int(bool(stale) and "--check" in argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
