"""Several apps in one folder: which there are, which is meant, and what belongs to a workspace."""

from __future__ import annotations

import json

import pytest
from dockgen import apps, pipeline
from dockgen.errors import InputError, UndecidedError, UnsupportedError
from dockgen.project import Project
from dockgen.settings import NOTHING
from dockgen.stacks import workspaces
from helpers import dockgen

SITE = json.dumps({"name": "@acme/web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}})
SERVER = json.dumps({"name": "@acme/api", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}})
LISTENS = "require('http').createServer().listen(3000)"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
PAIR = {"backend/main.py": FASTAPI, "backend/requirements.txt": "fastapi\nuvicorn\n",
        "frontend/package.json": SITE, "frontend/index.html": ""}  # fmt: skip
WORKSPACE = {
    "package.json": '{"private": true, "workspaces": ["apps/*", "packages/*"]}',
    "apps/api/package.json": SERVER,
    "apps/api/server.js": LISTENS,
    "apps/web/package.json": SITE,
    "apps/web/index.html": "",
    "packages/ui/package.json": '{"name": "@acme/ui", "main": "index.js"}',
}


def found(files):
    return [a.path for a in apps.find(Project.of(files), NOTHING)]


def chosen(files):
    return pipeline.choose(Project.of(files), NOTHING)


def test_apps_in_folders_of_their_own_are_listed_and_refused():
    assert found(PAIR) == ["backend", "frontend"]
    with pytest.raises(
        UndecidedError, match=r"backend \(python, fastapi, web\)\n  frontend \(node, vite, static\)"
    ) as e:
        chosen(PAIR)
    assert e.value.hint == "--app backend, or --all for a Dockerfile of each"


def test_the_only_app_is_taken_with_its_own_context():
    app = chosen({"api/main.py": FASTAPI, "api/requirements.txt": "fastapi\n", "README.md": ""})
    assert (app.path, app.context) == ("api", "api")


def test_the_only_app_of_a_workspace_is_built_from_its_root():
    app = chosen({k: v for k, v in WORKSPACE.items() if not k.startswith("apps/web")})
    assert (app.path, app.context, app.facts.framework.value) == ("apps/api", "", "express")


@pytest.mark.parametrize(
    "start", ["turbo run start --filter=@acme/api", "npm start -w apps/api", "yarn workspace @acme/api start"]
)
def test_the_start_script_of_the_root_says_which_app_is_meant(start):
    root = {"private": True, "workspaces": ["apps/*", "packages/*"], "scripts": {"start": start}}
    assert chosen({**WORKSPACE, "package.json": json.dumps(root)}).path == "apps/api"


def test_samples_documentation_and_tools_are_no_candidates():
    extra = {"examples/demo/package.json": SERVER, "examples/demo/server.js": LISTENS,
             "docs/package.json": '{"scripts": {"build": "vitepress build"}, "devDependencies": {"vitepress": "1"}}',
             "e2e/package.json": SERVER, "e2e/server.js": LISTENS,
             "tool/package.json": '{"name": "t", "bin": "cli.js"}', "tool/cli.js": ""}  # fmt: skip
    assert found({**PAIR, **extra}) == ["backend", "docs", "frontend"]
    with pytest.raises(UndecidedError, match="2 apps are here"):
        chosen({**PAIR, **extra})
    assert chosen({**extra, "shop/package.json": SITE, "shop/index.html": ""}).path == "shop"


def test_the_samples_of_a_library_are_not_taken_for_it():
    library = {"package.json": '{"name": "lib", "main": "index.js"}', "index.js": "module.exports = 1"}
    with pytest.raises(UndecidedError, match="names nothing that can be run"):
        chosen({**library, "playground/package.json": SITE, "playground/index.html": ""})


def test_packages_that_others_import_and_pages_that_others_send_are_no_apps():
    files = {
        "package.json": '{"private": true}',
        "lerna.json": "{}",
        "packages/router/package.json": '{"name": "router", "main": "index.js"}',
        "packages/router/index.js": LISTENS,
        "upload/public/index.html": "",
        "static/index.html": "",
    }
    assert found(files) == []
    assert found({**files, "shop/index.html": ""}) == ["shop"]


def test_a_language_that_is_not_supported_stays_refused():
    with pytest.raises(UnsupportedError, match="Rust"):
        chosen({"Cargo.toml": "", **PAIR})


def test_an_app_is_named_by_folder_or_by_name():
    known = apps.find(Project.of(WORKSPACE), NOTHING)
    for name in ("apps/api", "./apps/api/", "api"):
        assert apps.named(known, name).path == "apps/api"
    with pytest.raises(InputError, match="no app has that name") as error:
        apps.named(known, "apx")
    assert error.value.hint == "did you mean 'api'?"
    with pytest.raises(InputError) as error:
        apps.named(known, "shop")
    assert error.value.hint == "apps: apps/api, apps/web"


def test_two_apps_of_one_name_must_be_told_by_folder():
    files = {"a/api/main.py": FASTAPI, "a/api/requirements.txt": "fastapi\n",
             "b/api/main.py": FASTAPI, "b/api/requirements.txt": "fastapi\n"}  # fmt: skip
    with pytest.raises(InputError, match="several apps have that name"):
        apps.named(apps.find(Project.of(files), NOTHING), "api")


@pytest.mark.parametrize(
    ("marker", "text", "manifest"),
    [
        ("pnpm-workspace.yaml", "packages:\n  - 'apps/**'\n  - '!apps/old/**'\n", "package.json"),
        ("package.json", '{"workspaces": {"packages": ["apps/*"]}}', "package.json"),
        ("lerna.json", '{"packages": ["./apps/*/"]}', "package.json"),
        ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["apps/*"]\nexclude = ["apps/old"]\n', "pyproject.toml"),
        ("go.work", "go 1.26\nuse ./apps/a // the app\n", "go.mod"),
        ("go.work", "use (\n  .\n  ./apps/a\n)\n", "go.mod"),
    ],
)
def test_every_kind_of_workspace_finds_its_members(marker, text, manifest):
    project = Project.of({marker: text, f"apps/a/{manifest}": "", f"other/{manifest}": ""})
    workspace = workspaces.of(project, "apps/a")
    assert workspace
    assert (workspace.marker, workspace.manifest, workspace.members) == (marker, manifest, ("apps/a",))
    assert workspaces.of(project, "other") is None


@pytest.mark.parametrize(
    ("marker", "text"),
    [("pnpm-workspace.yaml", "packages: [a"), ("package.json", "{"), ("pyproject.toml", "="), ("lerna.json", "[]"),
     ("pnpm-workspace.yaml", "- a"), ("package.json", '{"workspaces": 1}'),
     ("pyproject.toml", "[tool]\nuv = 1")],
)  # fmt: skip
def test_a_broken_file_declares_no_workspace(marker, text):
    assert workspaces.declarations(Project.of({marker: text})) == ()


def test_a_member_is_seen_from_the_root_of_its_workspace(tmp_path):
    for path, text in WORKSPACE.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    root, project = pipeline.look(tmp_path / "apps" / "api")
    assert root == str(tmp_path)
    assert project.workspace
    assert project.workspace.path == "apps/api"
    assert project.text("server.js") == LISTENS
    assert pipeline.look(tmp_path / "packages")[0] == str(tmp_path / "packages")


def test_the_look_above_ends_at_the_repository(tmp_path):
    inner = tmp_path / "apps" / "api"
    inner.mkdir(parents=True)
    (tmp_path / "package.json").write_text(WORKSPACE["package.json"])
    (inner / "package.json").write_text(SERVER)
    (inner / ".git").mkdir()
    assert pipeline.look(inner)[0] == str(inner)


def test_all_and_a_dot_are_the_project_itself_where_it_is_the_only_app(tmp_path):
    for name, text in {
        "package.json": '{"scripts": {"start": "node a.js"}}',
        "a.js": "require('http').createServer().listen(3000)\n",
    }.items():
        (tmp_path / name).write_text(text)
    assert dockgen("generate", tmp_path).code == 0
    (tmp_path / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 3000}\n")
    for flags in (["--all"], ["--app", "."]):
        done = dockgen("check", *flags, tmp_path)
        assert (done.code, done.out) == (0, "Dockerfile     up to date\n.dockerignore  up to date\n")
    (tmp_path / "empty").mkdir()
    assert dockgen("check", "--all", tmp_path / "empty").code == 3


def test_a_program_beside_the_pages_of_the_root_is_told():
    files = {"package.json": SITE, "index.html": "", "src/main.js": "", "api/requirements.txt": "fastapi\nuvicorn\n"}
    files |= {"api/main.py": FASTAPI, "tools/requirements.txt": "fastapi\n", "tools/main.py": FASTAPI}
    told = [w for w in chosen(files).facts.warnings if "of its own" in w]
    says = "api/ is a program of its own (python, fastapi, web): this image does not contain it; `dockgen init api`"
    assert told == [f"{says} makes one for it"]


def test_where_nothing_runs_the_folders_of_apps_are_named():
    files = {"requirements-dev.txt": "pytest\n", "demos/chat/requirements.txt": "", "demos/chat/main.py": FASTAPI}
    files |= {"requirements/requirements.txt": ""}
    with pytest.raises(UndecidedError) as raised:
        chosen(files)
    assert str(raised.value).endswith("run it in the folder of an app: demos/chat")
