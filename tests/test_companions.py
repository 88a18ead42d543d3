"""The companions: what they print for projects, held by snapshots, and what holds for all of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import compose
import jsonschema
import pytest
import yaml
from conftest import PROJECTS
from dockgen import header, settings, work
from dockgen.companions import table
from dockgen.sources import Request
from dockgen.templating import environment
from helpers import ROOT, dockgen
from hypothesis import given
from hypothesis import strategies as st
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

SCHEMAS = ROOT / "tests" / "schemas"

# Each companion with projects that show what it can print, and options; `--all` where a project has several apps.
CASES = {
    "compose": (
        "python-fastapi-uv", "python-django-sqlite", "python-django-channels", "python-psycopg2", "node-workspace-npm",
        "node-bullmq-pm2", "node-private-registry --dev", "go-worker", "go-chi --dev", "static-site",
    ),
    "swarm": ("python-fastapi-uv", "python-django-channels", "python-django-sqlite", "node-workspace-npm", "go-worker"),
    "devcontainer": ("python-fastapi-uv", "python-django-sqlite --dev", "node-nest-prisma", "node-workspace-npm", "go-chi"),
    "kubernetes": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-django-channels",
        "python-job",
        "python-telegram-bot",
        "node-workspace-npm",
        "go-nethttp",
        "go-worker",
    ),
    "ecs": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-django-channels",
        "go-nethttp",
        "node-workspace-npm",
        "python-job",
    ),
    "aci": (
        "python-fastapi-uv",
        "node-strapi",
        "go-nethttp",
        "node-workspace-npm",
        "python-job",
        "static-site",
    ),
    "just": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-private-index",
        "go-private",
        "go-cobra",
        "node-workspace-npm",
        "static-site",
    ),
    "make": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-private-index",
        "go-private",
        "go-cobra",
        "node-workspace-npm",
        "static-site",
    ),
    "bake": ("python-fastapi-uv", "node-workspace-npm", "go-private", "node-private-registry"),
    "renovate": ("python-fastapi-uv", "go-chi", "static-site"),
    "dependabot": ("python-fastapi-uv", "node-workspace-npm", "static-site"),
    "hadolint": ("python-fastapi-uv",),
    "gitlab": ("python-fastapi-uv", "node-workspace-npm", "go-private", "node-private-registry"),
    "github": ("python-fastapi-uv", "node-workspace-npm", "go-private", "node-private-registry"),
}  # fmt: skip
ROWS = [(name, case) for name, cases in CASES.items() for case in cases]
IDS = ["-".join([name, *case.replace("--", "").split()]) for name, case in ROWS]


class ComposeLoader(yaml.SafeLoader):
    """Reads Compose's own tag as what it stands before."""


ComposeLoader.add_constructor("!override", lambda loader, node: loader.construct_sequence(node, deep=True))


class CompanionSnapshot(SingleFileSnapshotExtension):
    """One real file for each file of a companion."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def written(tmp_path, request):
    """The files that a companion adds to a project, by their paths."""

    def write(name, project, *options):
        shutil.copytree(PROJECTS / project, tmp_path / project)
        several = ["--all"] if "workspace" in project else []
        run = dockgen("generate", "--with", name, *several, *options, tmp_path / project)
        assert run.code == 0, run.err
        return {
            path.relative_to(tmp_path / project).as_posix(): path.read_text(encoding="utf-8")
            for file in table.files((name,))
            for path in sorted((tmp_path / project).glob(f"**/{file.path}" if file.each else file.path))
        }

    return write


def test_all_companions_are_settings_and_have_cases():
    assert set(settings.VALUES["with"]) == set(table.COMPANIONS) == set(CASES)


@pytest.mark.parametrize(("name", "case"), ROWS, ids=IDS)
def test_golden(name, case, written, snapshot):
    files = written(name, *case.split())
    assert files
    for path, text in files.items():
        said, body = header.split(text)
        assert said
        assert header.digest(body) == said.body
        assert snapshot(name=path.replace("/", "_"), extension_class=CompanionSnapshot) == text


COMPOSE_FILES = [(name, case) for name, case in ROWS if name in ("compose", "swarm")]


@pytest.mark.parametrize(("name", "case"), COMPOSE_FILES, ids=["-".join(row) for row in COMPOSE_FILES])
def test_compose_files_are_those_of_the_specification(name, case, written):
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text(encoding="utf-8"))
    for path, text in written(name, *case.split()).items():
        data = yaml.load(text, Loader=ComposeLoader)
        errors = [e.message for e in jsonschema.Draft7Validator(schema).iter_errors(data)]
        assert not errors, f"{path}: {errors}"


def test_the_specification_refuses_what_it_does_not_know():
    schema = json.loads((SCHEMAS / "compose-spec.json").read_text(encoding="utf-8"))
    broken = {"services": {"app": {"image": "app", "restarts": "always"}}}
    assert list(jsonschema.Draft7Validator(schema).iter_errors(broken))


@pytest.mark.parametrize("case", CASES["compose"])
def test_compose_itself_reads_it(case, written, tmp_path):
    found = compose.program()
    if not found:
        pytest.skip("NOT HELD AGAINST COMPOSE ITSELF: there is no docker compose 2 or newer on this machine")
    files = written("compose", *case.split())
    folder = tmp_path / case.split()[0]
    asked = dict.fromkeys(re.findall(r"\$\{(\w+):\?", files["compose.yaml"]), "0123abcd")
    options = [word for path in files for word in ("-f", str(folder / path))]
    run = subprocess.run(
        [*found, *options, "--profile", "*", "config"],
        env=os.environ | asked,
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "level=warning" not in run.stderr, run.stderr
    for name in asked:
        others = {n: v for n, v in asked.items() if n != name}
        left = {n: v for n, v in os.environ.items() if n != name} | others
        less = subprocess.run(
            [*found, "-f", str(folder / "compose.yaml"), "--profile", "*", "config"],
            env=left,
            capture_output=True,
            check=False,
            text=True,
        )
        assert less.returncode
        assert name in less.stderr


@pytest.mark.parametrize("case", CASES["devcontainer"])
def test_devcontainer_is_one(case, written):
    from jsonschema.validators import validator_for

    text = written("devcontainer", *case.split())[".devcontainer/devcontainer.json"]
    data = json.loads("\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//")))
    schema = json.loads((SCHEMAS / "devContainer.base.schema.json").read_text(encoding="utf-8"))
    check = validator_for(schema)(schema)
    assert not [e.message for e in check.iter_errors(data)]
    assert list(check.iter_errors(data | {"build": 1}))


def test_what_ends_by_itself_is_no_stack(tmp_path):
    shutil.copytree(PROJECTS / "go-cobra", tmp_path / "app")
    run = dockgen("generate", "--with", "swarm", tmp_path / "app")
    assert run.code == 2
    assert "swarm" in run.err
    assert not (tmp_path / "app" / "stack.yaml").exists()


def test_an_unknown_place_of_the_image_is_told(tmp_path):
    shutil.copytree(PROJECTS / "go-worker", tmp_path / "app")
    run = dockgen("generate", "--with", "swarm", tmp_path / "app")
    assert "image" in run.err
    assert "registry.invalid/sweeper:${TAG:?" in (tmp_path / "app" / "stack.yaml").read_text()
    said = dockgen("generate", "--with", "swarm", "--set", "image=registry.example.com/team/sweeper", tmp_path / "app")
    assert "registry.invalid" not in said.err
    assert "registry.example.com/team/sweeper:${TAG:?" in (tmp_path / "app" / "stack.yaml").read_text()


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))), st.text("abc$\"\\{}'#: ", max_size=20))
def test_only_what_is_asked_for_is_replaced_by_compose(before, after):
    """Compose replaces `$NAME` and `${NAME…}` in what YAML gives, and reads `$$` as a dollar sign."""
    for value in ({"asked": ""}, {"asked": "PW", "required": True}, {"asked": "PW", "required": False, "default": "x"}):
        printed = environment.compose_variable({"before": before, "after": after if value["asked"] else "", **value})
        read = yaml.safe_load(f"key: {printed}")["key"]
        parts = re.split(r"(\$\$|\$\{PW:(?:\?set it in \.env|-x)\})", read)
        assert not any("$" in part for part in parts[::2])
        found = "".join({"$$": "$"}.get(part, "<>") if n % 2 else part for n, part in enumerate(parts))
        assert found == (f"{before}<>{after}" if value["asked"] else before)


@pytest.mark.parametrize(("name", "project"), ROWS, ids=IDS)
def test_every_line_has_its_origin(name, project):
    folder, *flags = project.split()
    request = Request(flags=(f"with={name}", *(flag.removeprefix("--") + "=yes" for flag in flags)))
    found = work.look(str(PROJECTS / folder), request, {}, every="workspace" in project)
    places = work.companion_origins(found)
    files = {artifact.path: artifact.text for artifact in work.companions(found)[1]}
    assert places.keys() == files.keys()
    for path, text in files.items():
        for line, origin in zip(text.splitlines(), places[path], strict=True):
            assert origin or not line.strip() or header.split(f"{line}\n")[0], line
