"""What a build is given: which secrets are required, how they are mounted and printed."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from dockgen import given
from dockgen.cli.generate import command
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING

LOCK = json.dumps({"name": "x", "lockfileVersion": 3, "packages": {"": {}}})


def made(files, dependencies=("koa",), **manifest):
    table = {"name": "x", "scripts": {"start": "node server.js"}, **manifest}
    table |= {"dependencies": dependencies if isinstance(dependencies, dict) else dict.fromkeys(dependencies, "1")}
    files = {"package.json": json.dumps(table), "server.js": "app.listen(3000)", **files}
    plan = decide(detect(Project.of(files), NOTHING), NOTHING)
    return plan, {a.path: a.text for a in render(plan)}


@pytest.mark.parametrize(
    ("npmrc", "required"),
    [
        ("//npm.example/:_authToken=${T}\n", False),  # for publishing, as far as one can see
        ("registry=https://npm.example/\n//npm.example/:_authToken=${T}\n", True),
        ("registry=https://npm.example/a/\n//npm.example/a/:_authToken=${T}\n", True),
        ("registry=https://other.example/\n//npm.example/:_authToken=${T}\n", False),
        ("@corp:registry=https://npm.example/\n//npm.example/:_authToken=${T}\n", True),
        ("@corp:registry=https://npm.example\n//npm.example/:_authToken=${T?}\n", False),
        ("@other:registry=https://npm.example/\n//npm.example/:_authToken=${T}\n", False),
        ("registry=https://${T}.example/\n", True),
        ("registry=https://npm.example/\n_auth=${T}\n", True),
    ],
)
def test_a_token_is_required_where_packages_come_from_its_registry(npmrc, required):
    plan, texts = made({"package-lock.json": LOCK, ".npmrc": npmrc}, ["@corp/a"])
    assert plan.build_args == ("--secret", "id=T,env=T")
    assert ("id=T,env=T,required=true \\\n" in texts["Dockerfile"]) is required
    (choice,) = (c for c in plan.choices if c.key == "secret.T")
    assert choice.value == ("T" if required else "T (optional)")
    assert choice.reason == f".npmrc:{npmrc.count(chr(10))}"


@pytest.mark.parametrize(("value", "required"), [("${T}", True), ("${T:-}", False), ("${T-x}", False)])
def test_yarn_stops_at_a_variable_that_is_missing(value, required):
    files = {"yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": f"npmAuthToken: {value}\n"}
    assert (",env=T,required=true" in made(files)[1]["Dockerfile"]) is required


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".npmrc", "//npm.example/:_authToken=npm_0123\n"),
        (".npmrc", "_auth = YTpi\n"),
        (".npmrc", "//a/:_password=eA==\n"),
    ],
)
def test_a_file_with_a_token_in_it_stays_out_of_the_context(name, text):
    plan, texts = made({"package-lock.json": LOCK, name: f"legacy-peer-deps=true\n{text}"})
    assert plan.build_args == ("--secret", "id=npmrc,src=.npmrc")
    assert "--mount=type=secret,id=npmrc,target=/app/.npmrc,required=true" in texts["Dockerfile"]
    assert "source=.npmrc" not in texts["Dockerfile"]
    assert f"\n{name}\n" in texts[".dockerignore"]
    assert any(w.startswith(f"{name} holds a token") for w in plan.warnings)


def test_yarns_file_with_a_token_in_it_is_there_in_every_step():
    files = {"yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": "nodeLinker: node-modules\nnpmAuthToken: x1\n"}
    plan, texts = made({**files, "tsconfig.json": "{}"}, scripts={"build": "tsc", "start": "node dist/a.js"})
    mount = "--mount=type=secret,id=yarnrc,target=/app/.yarnrc.yml,required=true"
    assert texts["Dockerfile"].count(mount) == 3
    assert plan.build_args == ("--secret", "id=yarnrc,src=.yarnrc.yml")


def test_pnpm_reads_a_token_and_a_variable_as_the_users_own():
    text = "//a.example/:_authToken=npm_1\n//b.example/:_authToken=${T}\n"
    files = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n", ".npmrc": text}
    plan, texts = made(files, packageManager="pnpm@10.34.9")
    for target in ("/app", "/root"):
        assert f"--mount=type=secret,id=npmrc,target={target}/.npmrc,required=true" in texts["Dockerfile"]
    assert "cp .npmrc" not in texts["Dockerfile"]
    assert plan.build_args == ("--secret", "id=T,env=T", "--secret", "id=npmrc,src=.npmrc")


@pytest.mark.parametrize(
    "spec", ["git+ssh://git@git.example/x/a.git", "ssh://git@git.example/x", "git@github.com:x/a.git"]
)
def test_a_dependency_over_ssh(spec):
    plan, texts = made({"package-lock.json": LOCK}, {"a": spec})
    assert plan.build_args == ("--ssh", "default")
    assert "--mount=type=ssh,required=true" in texts["Dockerfile"]
    assert {"git", "openssh-client", "ca-certificates"} <= set(plan.build.apt)
    assert "insteadOf" not in texts["Dockerfile"]


@pytest.mark.parametrize("spec", ["github:x/a", "https://github.com/x/a.git", "npm:b@1", "file:../a@b:c", "1"])
def test_no_key_is_asked_for_where_none_is_needed(spec):
    assert made({"package-lock.json": LOCK}, {"a": spec})[0].build_args == ()


def test_the_same_secret_twice_is_required_if_it_is_once():
    both = given.merged([given.variable("A", required=False), given.variable("A", required=True)])
    assert [s.required for s in both] == [True]


@pytest.mark.parametrize("source", ["a b", "$(reboot)", 'x"y', "../x", "$HOME/../x"])
def test_a_path_that_a_shell_would_read_is_refused(source):
    with pytest.raises(InputError):
        given.file("x", source, "/root/x")


def test_the_printed_command_expands_the_home_folder_and_finds_the_projects_file(tmp_path, monkeypatch):
    project = tmp_path / "my app"
    project.mkdir()
    (project / "package.json").write_text(json.dumps({"name": "x", "main": "server.js", "dependencies": {"koa": "3"}}))
    (project / "server.js").write_text("app.listen(3000)")
    (project / ".npmrc").write_text("//npm.example/:_authToken=npm_0123\n")
    monkeypatch.chdir(tmp_path)
    out = CliRunner().invoke(command, ["my app"]).stdout
    assert "docker build -t x --secret 'id=npmrc,src=my app/.npmrc' 'my app'\n" in out
