"""Manifests that are wrong, broken or malicious: an error for people, or the field is as if it were not there."""

from __future__ import annotations

import json
import re

import pytest
from dockgen.errors import DockgenError, InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from hypothesis import given, settings
from hypothesis import strategies as st

STACK = read(["stack=node"], {})
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["node server.js", "^1.0.0", "$(reboot)", 'a"\nRUN evil', "../.."]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["name", "description", "license", "repository", "main", "bin", "type", "packageManager", "scripts", "dependencies",
          "devDependencies", "engines", "volta", "devEngines", "workspaces", "pnpm", "trustedDependencies"]  # fmt: skip
SCRIPTS = st.dictionaries(
    st.sampled_from(["start", "build", "postinstall", "dev"]), JUNK | st.text(max_size=30), max_size=3
)


def whole(files):
    project = Project.of(files)
    return render(decide(detect(project, STACK), STACK))[0].text


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=6), SCRIPTS)
def test_wrong_types_are_never_a_traceback(manifest, scripts):
    files = {
        "package.json": json.dumps({"scripts": scripts, "dependencies": {"express": "5"}, **manifest}),
        "server.js": "app.listen(1)",
    }
    try:
        text = whole(files)
    except DockgenError:
        return
    assert "\nRUN evil" not in text


@pytest.mark.parametrize("text", ["[]", "{", '"x"', "\x00\x01", "[" * 100_000, "{}", '{"scripts": [1, 2]}'])
def test_broken_manifest(text):
    with pytest.raises(DockgenError):
        detect(Project.of({"package.json": text}), STACK)


def test_not_utf8_names_the_line():
    with pytest.raises(InputError) as caught:
        detect(Project.of({"package.json": b'{\n"name": "\xff"}'}), STACK)
    assert caught.value.where == "package.json:2"


def test_text_of_the_project_stays_in_its_place():
    manifest = {
        "name": "x",
        "description": 'a "quoted" $(reboot) `id`',
        "scripts": {"start": "node server.js '$(id)' \"a b\"", "build": "true; echo x"},
        "dependencies": {"express": "5"},
    }
    text = whole({"package.json": json.dumps(manifest), "server.js": "app.listen(1)"})
    assert 'CMD ["node", "server.js", "$(id)", "a b"]' in text
    assert 'description="a \\"quoted\\" \\$(reboot) `id`"' in text


def test_script_and_folder_names_cannot_break_out():
    manifest = {
        "name": "x",
        "scripts": {"start": "npm run 'a; reboot' && node server.js", "a; reboot": "sass a b"},
        "dependencies": {"express": "5"},
    }
    text = whole({"package.json": json.dumps(manifest), "server.js": "app.listen(1)"})
    assert "npm run 'a; reboot'" in text


def test_braces_in_names_are_no_format_fields():
    manifest = {
        "name": "x",
        "scripts": {"start": "npm run {tool} && node server.js", "{tool}": "sass"},
        "dependencies": {"express": "5"},
    }
    assert "npm run '{tool}'" in whole({"package.json": json.dumps(manifest), "server.js": "app.listen(1)"})


@pytest.mark.parametrize("text", ["lockfileVersion: \x00", "", "[[[", "x" * 100_000])
@pytest.mark.parametrize("lock", ["pnpm-lock.yaml", "yarn.lock", "package-lock.json", "bun.lock"])
def test_any_lock_file(lock, text):
    whole(
        {
            "package.json": '{"scripts": {"start": "node server.js"}, "dependencies": {"koa": "3"}}',
            "server.js": "app.listen(1)",
            lock: text,
        }
    )


@pytest.mark.parametrize(
    "file",
    ["tsconfig.json", "angular.json", "pnpm-workspace.yaml", ".nvmrc", ".yarnrc.yml", "Procfile", "vite.config.ts"],
)
@pytest.mark.parametrize(
    "text",
    ["", "[1]", "{", "null", '{"compilerOptions": 1}', '{"projects": [1]}', "\x00", "a" * 5000, "nodeLinker: []"],
)
def test_any_side_file(file, text):
    dependencies = {"express": "5", "typescript": "5"}
    whole(
        {
            "package.json": json.dumps({"scripts": {"start": "ts-node a.ts"}, "dependencies": dependencies}),
            "a.ts": "app.listen(1)",
            file: text,
        }
    )
    assert NOTHING.get("x") is None


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["tsconfig.json", "nest-cli.json", "angular.json", "app.json"]),
    JUNK | st.fixed_dictionaries({"compilerOptions": JUNK, "projects": JUNK, "paths": JUNK, "sourceRoot": JUNK}),
    st.sampled_from(["express", "@nestjs/core", "@angular/core", "expo", "next"]),
)
def test_wrong_configurations_are_never_a_traceback(file, content, dependency):
    manifest = {
        "scripts": {"build": "x"},
        "dependencies": {dependency: "1", "react-native-web": "1"},
        "imports": content,
    }
    try:
        text = whole({"package.json": json.dumps(manifest), "server.js": "app.listen(1)", file: json.dumps(content)})
    except DockgenError:
        return
    assert "\nRUN evil" not in text


@pytest.mark.parametrize(
    "files",
    [
        {".env.example": "VITE_A=`reboot`\nVITE_B=$(reboot)\nVITE_C='a\nRUN evil'\n"},
        {"vite.config.js": "{ base: '/a\nRUN evil/' , build: { outDir: 'b\nRUN evil' } }"},
        {"vite.config.js": "{ base: '/$(reboot)/' }"},
        {"src/a.js": "import.meta.env.VITE_A\nRUN evil"},
        {".gitignore": "x", ".env": "VITE_A=$(reboot)\nRUN evil\n"},
    ],
)
def test_nothing_of_a_configuration_becomes_an_instruction(files):
    manifest = {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}
    text = whole({"package.json": json.dumps(manifest), "index.html": "", **files})
    assert "\nRUN evil" not in text
    assert not re.search(r"(?<!\\)\$\(reboot", text)


@pytest.mark.parametrize(
    "code",
    [
        "new Database('a b/c.db')",
        "new Database('$(reboot)/c.db')",
        "fs.mkdirSync('x; reboot')",
        "new Database(process.env.DB || './$(reboot).db')",
        "if (!process.env.A) throw 1 // \nRUN evil",
    ],
)
def test_nothing_of_the_code_becomes_a_command(code):
    manifest = {"scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}
    text = whole({"package.json": json.dumps(manifest), "server.js": f"app.listen(1)\n{code}"})
    assert "reboot" not in text
    assert "RUN evil" not in text
