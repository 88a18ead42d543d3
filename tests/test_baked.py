"""Our cookiecutter template and the Jinja extension, baked by the real cookiecutter and the real copier."""

from __future__ import annotations

import json
import os
import py_compile
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from baking import LANGUAGES, bake, run
from helpers import ROOT, dockgen, tree
from shell import shell

COPIER = ROOT / "tests" / "samples" / "copier"
COMMON = {".dockerignore", ".gitignore", "Dockerfile", "README.md"}
FILES = {
    "python": {"main.py", "requirements.txt", "requirements-dev.txt", "test_main.py"},
    "node": {"app.js", "app.test.js", "package.json", "server.js"},
    "go": {"go.mod", "main.go", "main_test.go"},
}
# What a person may type without meaning harm, and what someone may who does.
HOSTILE = {
    "all": 'Ben\'s "quay" \\ #1 Möwe 🚀 港 ${HOME} $(id) `id` ; && | <b>\nRUN echo evil\n',
    "none": "!!!",
    "path": "../../quay",
    "long": "quay " * 60,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_service_is_what_generate_would_write(language, tmp_path):
    project = bake(tmp_path, "project_name=Quay One", f"language={language}", "port=9000")
    assert project.name == "quay-one"
    assert set(tree(project)) == COMMON | FILES[language]
    before = tree(project)
    said = dockgen("generate", project)
    assert (said.code, said.err) == (0, ""), said.err  # not a warning, not a guess
    assert said.out.startswith("Unchanged Dockerfile")
    assert "Unchanged .dockerignore" in said.out
    assert tree(project) == before
    assert dockgen("check", project).code == 0
    plan = json.loads(dockgen("detect", "--json", project).out)["plan"]
    assert (plan["runtime"]["port"], plan["kind"]) == (9000, "web")
    health = next(c for c in plan["choices"] if c["key"] == "health")
    assert "health" in health["value"]
    readme = (project / "README.md").read_text()
    assert "docker build -t quay-one .\ndocker run --rm -p 9000:9000 quay-one\n" in readme
    commands = [line.strip() for line in said.out.splitlines() if line.startswith("  docker ")]
    assert all(command.replace(str(project), ".") in readme for command in commands), commands


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_breaks_it(language, text, tmp_path):
    project = bake(tmp_path, f"project_name={text}", f"description={text}", f"language={language}")
    assert project.parent == tmp_path / "baked"
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", project.name)
    assert set(tree(project)) == COMMON | FILES[language]
    assert dockgen("generate", project).out.startswith("Unchanged Dockerfile")
    assert not re.search(r"^RUN echo", (project / "Dockerfile").read_text(), re.MULTILINE)
    if language == "python":
        py_compile.compile(str(project / "main.py"), cfile=str(tmp_path / "main.pyc"), doraise=True)
    elif language == "node":
        manifest = json.loads((project / "package.json").read_text())
        assert manifest["description"] == " ".join(text.split())
    else:
        assert f"module example.com/{project.name}\n" in (project / "go.mod").read_text()


@pytest.mark.parametrize(
    ("language", "program", "command"), [("node", "node", ("--test",)), ("go", "go", ("test", "./..."))]
)
def test_tests_of_a_service_pass(language, program, command, tmp_path):
    """Where the language is installed; tests/e2e/test_baked.py runs those of all three in containers."""
    found = shutil.which(program)
    if not found:
        pytest.skip(f"there is no {program} on this machine")
    project = bake(tmp_path, f"language={language}", "project_name=Möwe 🚀")
    env = {**os.environ, "GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "GOPROXY": "off"}
    if language == "go":  # whatever Go is here will do for the code
        (project / "go.mod").write_text(re.sub(r"(?m)^go .*$", "go 1.22", (project / "go.mod").read_text()))
    done = subprocess.run(
        [found, *command], cwd=project, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_lock_files_and_hosts():
    for file in (ROOT / "templates" / "cookiecutter").rglob("*"):
        assert "lock" not in file.name
        assert not file.is_file() or "registry" not in file.read_text()


def test_a_port_that_is_none_bakes_nothing(tmp_path):
    done = run("cookiecutter", "--no-input", "-o", tmp_path / "baked", ROOT, "--directory", "templates/cookiecutter",
               "port=many", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "not a port: 'many'" in said
    assert "Traceback" not in said
    assert not list((tmp_path / "baked").iterdir())


def template(folder, *calls):
    """A cookiecutter template of somebody else, with a Dockerfile that is one line."""
    project = folder / "template" / "{{cookiecutter.slug}}"
    project.mkdir(parents=True)
    data = {"slug": "quay", "port": "9000", "_extensions": ["dockgen.jinja.DockgenExtension"]}
    (folder / "template" / "cookiecutter.json").write_text(json.dumps(data))
    for name, call in calls:
        (project / name).write_text(call)
    return folder / "template"


def test_preset_in_a_template_of_somebody_else(tmp_path):
    call = '{{ dockerfile("fastapi", port=cookiecutter.port, name=cookiecutter.slug) }}\n'
    project = bake(tmp_path, template=template(tmp_path, ("Dockerfile", call)), directory="")
    text = (project / "Dockerfile").read_text()
    assert "EXPOSE 9000" in text
    assert "image.title=quay" in text


def test_windows_line_ends_are_no_edit(tmp_path):
    calls = {
        "Dockerfile": "{{ dockerfile() }}\r\n",
        "requirements.txt": "flask==3.1.3\n",
        "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    }
    project = bake(tmp_path, template=template(tmp_path, *calls.items()), directory="")
    assert b"\r\n" in (project / "Dockerfile").read_bytes()
    assert "Rewrote Dockerfile" in dockgen("generate", project).out  # not refused: nobody edited it


def test_mistake_in_a_template_of_somebody_else(tmp_path):
    made = template(tmp_path, ("Dockerfile", '{{ dockerfile("fastapy") }}\n'))
    done = run("cookiecutter", "--no-input", "-o", tmp_path / "baked", made, cwd=tmp_path)
    assert done.returncode == 1
    assert "Unable to create file 'Dockerfile'" in done.stdout
    assert "there is no preset 'fastapy'\n  hint: did you mean 'fastapi'?" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "baked" / "quay").exists()


def test_copier(tmp_path):
    done = run("copier", "copy", "--trust", "--defaults", "-d", "name=quay", COPIER, tmp_path / "quay", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert dockgen("generate", tmp_path / "quay").out.startswith("Unchanged Dockerfile")
    assert "EXPOSE 8000" in (tmp_path / "quay" / "Dockerfile").read_text()


def test_copier_tells_a_mistake_in_one_message(tmp_path):
    done = run("copier", "copy", "--trust", "--defaults", "-d", "port=99999", COPIER, tmp_path / "quay", cwd=tmp_path)
    assert done.returncode == 1
    assert "Dockerfile: settings['port']: not a port: '99999'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "quay").exists()


def test_copier_asks_for_trust(tmp_path):
    done = run("copier", "copy", "--defaults", COPIER, tmp_path / "quay", cwd=tmp_path)
    assert done.returncode == 4
    assert "jinja_extensions" in done.stderr


def test_the_example_in_the_documentation_is_baked(tmp_path):
    """The files that docs/how-to/cookiecutter.md shows, each under its name."""
    page = (ROOT / "docs/how-to/cookiecutter.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    assert {"cookiecutter.json", "{{cookiecutter.slug}}/Dockerfile", "copier.yml"} <= set(shown)
    for path, text in shown.items():
        file = tmp_path / ("copier" if "copier.yml" in path or path.endswith(".jinja") else "template") / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    project = bake(tmp_path, template=tmp_path / "template", directory="")
    assert dockgen("generate", project).out.startswith("Unchanged Dockerfile")
    done = run("copier", "copy", "--trust", "--defaults", tmp_path / "copier", tmp_path / "quay", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "uvicorn" in (tmp_path / "quay" / "Dockerfile").read_text()


def test_the_hook_in_the_documentation_writes_the_files(tmp_path):
    page = (ROOT / "docs/how-to/cookiecutter.md").read_text(encoding="utf-8")
    (hook,) = re.findall(r"`hooks/post_gen_project\.sh`:\n\n```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    made = template(
        tmp_path,
        ("package.json", '{"scripts": {"start": "node server.js"}}'),
        ("server.js", "require('node:http').createServer(answer).listen(3000)\n"),
    )
    (made / "hooks").mkdir()
    (made / "hooks" / "post_gen_project.sh").write_text(hook)
    command = tmp_path / "bin" / "dockgen"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dockgen "$@"\n')
    command.chmod(0o755)
    project = bake(tmp_path, template=made, directory="", path=command.parent)
    assert "EXPOSE 9000" in (project / "Dockerfile").read_text()


@pytest.mark.parametrize("number", range(3))
def test_the_commands_in_the_documentation_bake_a_service(number, tmp_path):
    page = (ROOT / "docs/how-to/cookiecutter.md").read_text(encoding="utf-8")
    commands = re.findall(r"^cookiecutter .*$", page, re.MULTILINE)
    assert len(commands) == 3
    sh = shell(
        tmp_path, {name: (sys.executable, "-m", name) for name in ("cookiecutter",)} | {"python": (sys.executable,)}
    )
    script = commands[number].replace("REPOSITORY", shlex.quote(str(ROOT)))
    done = sh.run(f"HOME={tmp_path}\nyes '' | {script}")  # Enter is the answer to each question
    assert done.returncode == 0, done.stdout
    (project,) = (tmp_path / "work").iterdir()
    assert dockgen("check", project).code == 0


def test_the_mistake_in_the_documentation_is_told_so(tmp_path):
    page = (ROOT / "docs/how-to/cookiecutter.md").read_text(encoding="utf-8")
    (told,) = re.findall(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    made = template(tmp_path, ("package.json", '{"scripts": {"start": "node server.js"}}'),
                    ("server.js", "require('node:http').createServer(answer).listen(3000)\n"),
                    ("Dockerfile", '{{ dockerfile(port="many") }}\n'))  # fmt: skip
    done = run("cookiecutter", "--no-input", "-o", tmp_path / "baked", made, cwd=tmp_path)
    assert told in done.stdout, done.stdout
