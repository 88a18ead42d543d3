"""A preset from anywhere may set values; none of them becomes an instruction of its own, and none is a traceback."""

from __future__ import annotations

import json

import dockerfile
import pytest
from dockgen import presets, settings
from dockgen.errors import DockgenError
from dockgen.pipeline import choose, decide
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

PROJECTS = {
    "node": {"package.json": '{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}', "server.js": "require('express')().listen(3000)\n"},
    "python": {"requirements.txt": "flask==3.1.2\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"},
    "go": {"go.mod": "module example.com/a\ngo 1.25\n", "main.go": 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":80", nil) }\n'},
    "static": {"index.html": "<title>x</title>"},
}  # fmt: skip
KEYS = [*settings.KEYS, "env.A", "label.com.example.a"]
EVIL = (
    "x\nRUN evil",
    'x"\nUSER 0:0\n# "',
    "x \\\n && evil",
    "x\u2028RUN evil",
    "x\x00y",
    "$(evil)",
    "x' && evil '",
    "x; evil",
    "../../etc/passwd",
    "<<EOF",
    "",
)


def made(stack, part, key, value):
    """The Dockerfile with KEY in PART of a preset, and without it; None if it is refused."""
    text = f"dockgen: 1\nsummary: hostile\n{part}:\n  {json.dumps(key)}: {json.dumps(value)}\n"
    project = Project.of(PROJECTS[stack])
    try:
        found = [presets.read("x", text.encode(), "x.yaml", "project", {})]
        wanted = Settings(presets.strong(found, {}), presets.weak(found, {}))
        app = choose(project, wanted)
        return render(decide(app.facts, wanted))[0].text
    except DockgenError as error:
        assert str(error)  # noqa: PT017
        return None


def check(text):
    """By BuildKit's own parser, what was set shows in words only: no instruction, account or command of its own."""
    found = [(c.cmd.upper(), c.value, c.json) for c in dockerfile.parse_string(text)]
    assert {name for name, _, _ in found} <= {
        "FROM", "ARG", "ENV", "RUN", "COPY", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "LABEL",
        "STOPSIGNAL",
    }  # fmt: skip
    runs = [" ".join(value).replace("'", " ").split() for name, value, _ in found if name == "RUN"]
    assert not [words for words in runs if words[:1] == ["evil"]]
    assert [value for name, value, _ in found if name == "USER"][-1][0][0] != "0"
    assert all(is_json for name, _, is_json in found if name in ("CMD", "ENTRYPOINT"))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("stack", PROJECTS)
def test_no_value_becomes_an_instruction(stack, key):
    tried = [("set", value) for value in EVIL] + [("defaults", EVIL[0]), ("defaults", EVIL[5])]
    for part, value in tried:
        if (text := made(stack, part, key, value)) is not None:
            check(text)


@given(st.sampled_from(list(PROJECTS)), st.sampled_from(KEYS), st.text(max_size=30))
def test_any_text(stack, key, value):
    if (text := made(stack, "set", key, value)) is not None:
        check(text)
