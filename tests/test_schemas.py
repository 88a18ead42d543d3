"""The published JSON Schemas are those of the types, and say of a file what dockgen says of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import schemas
import yaml
from dockgen import settings
from dockgen.documents import Config, PackFile
from dockgen.errors import InputError
from dockgen.presets import mistakes_of_config, read
from dockgen.yamldoc import decode
from helpers import ROOT
from jsonschema import Draft202012Validator

PRESETS = sorted((ROOT / "presets").glob("*.yaml"))
PUBLISHED = {
    name: json.loads((ROOT / f"docs/reference/schemas/{name}.json").read_text(encoding="utf-8"))
    for name in schemas.KINDS
}


def by_schema(name, text):
    return [e.message for e in Draft202012Validator(PUBLISHED[name]).iter_errors(yaml.safe_load(text))]


def by_dockgen(name, text):
    try:
        if name == "preset":
            read("x", text.encode(), "x.yaml", "dockgen", {})
        elif name == "dockgen":
            decode(Config, text, "dockgen.yaml", lambda config: mistakes_of_config(config, {}))
        else:
            decode(PackFile, text, "pack.yaml")
    except InputError as error:
        return [m["what"] for m in error.to_data()["mistakes"]]
    return []


def test_what_is_published_is_current():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/schemas.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_stale_is_told(monkeypatch, capsys):
    monkeypatch.setattr(schemas, "page", lambda: "something else")
    assert schemas.main(["--check"]) == 1
    assert capsys.readouterr().out == "docs/reference/presets.md is not current\n"


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_is_a_schema(name):
    Draft202012Validator.check_schema(PUBLISHED[name])


def test_the_keys_and_their_values_are_in_it():
    known = PUBLISHED["dockgen"]["$defs"]["settings"]["properties"]
    assert set(known) >= {*settings.KEYS, *settings.ALIASES, *settings.GROUPS}
    for key, meaning in settings.KEYS.items():
        assert known[key]["description"] == meaning
    for key, allowed in settings.VALUES.items():
        assert set(allowed) <= set(re.findall(r"[\w-]+", json.dumps(known[key])))
    assert known["apt"]["properties"].keys() == {"build", "run"}


@pytest.mark.parametrize("file", PRESETS, ids=lambda file: file.stem)
def test_what_ships_is_valid(file):
    assert by_schema("preset", file.read_text(encoding="utf-8")) == []


P = "dockgen: 1\nsummary: a preset\n"
C = "dockgen: 1\n"
GOOD = [
    ("preset", P),
    ("preset", 'dockgen: "1"\nsummary: 3.10\n'),
    ("preset", P + "extends: [a, b]\nmatch: {stack: [node, go], kind: web}\n"),
    ("preset", P + "extends: a\ndefaults: {port: 8000, version: 3.10, dev: no}\nset: {dev: true, os-upgrade: auto}\n"),
    ("preset", P + "set: {base: [distroless, slim], start: [a, b c], apt: {run: +curl}, apt.build: [gcc, make]}\n"),
    ("preset", P + "set: {env: {A: 1}, env.B: x, label.com.example.x: y, python: 3.14}\nextra: {before_user: RUN id}\n"),
    ("preset", P + "needs: {registry: why}\nproject: {app/main.py: ''}\nset:\n"),
    ("dockgen", C),
    ("dockgen", C + "preset: fastapi\npacks: [acme, ./x]\nset: {base: distroless slim}\napps: {a/b: {set: {port: 1}, preset: [x]}}\n"),
    ("pack", C + "name: acme\nversion: 1.0\noptions: {proxy: {default: x, help: y}, on: {type: boolean, default: no}}\n"),
]  # fmt: skip
BAD = [
    ("preset", "summary: x\n"),
    ("preset", C),
    ("preset", "dockgen: 2\nsummary: x\n"),
    ("preset", P + "nmae: x\n"),
    ("preset", P + "extends: {a: b}\n"),
    ("preset", P + "match: {stack: ruby}\n"),
    ("preset", P + "match: {stak: node}\n"),
    ("preset", P + "match: [node]\n"),
    ("preset", P + "set: {prt: 1}\n"),
    ("preset", P + "set: {dev: maybe}\n"),
    ("preset", P + "set: {base: [slim, alpin]}\n"),
    ("preset", P + "set: {base: slim alpin}\n"),
    ("preset", P + "set: {init: systemd}\n"),
    ("preset", P + "set: [port]\n"),
    ("preset", P + "project: [a]\n"),
    ("dockgen", ""),
    ("dockgen", C + "apps: {a: {packs: x}}\n"),
    ("dockgen", C + "apps: {a: {set: {comments: long}}}\n"),
    ("dockgen", C + "presets: x\n"),
    ("pack", C),
    ("pack", C + "name: acme\noptions: {proxy: {type: url, default: x}}\n"),
    ("pack", C + "name: acme\noptions: {proxy: {help: x}}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_both_take(name, text):
    assert (by_schema(name, text), by_dockgen(name, text)) == ([], [])


@pytest.mark.parametrize(("name", "text"), BAD)
def test_both_refuse(name, text):
    assert by_schema(name, text)
    assert by_dockgen(name, text)


def test_every_key_of_the_types_has_a_meaning():
    def meanings(schema):
        for key, value in schema.get("properties", {}).items():
            yield key, value.get("description")
            yield from meanings(value)

    for name in PUBLISHED:
        assert [key for key, text in meanings(schemas.schema(name)) if not text] == []
