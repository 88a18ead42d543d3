"""Files that look like secrets are found, kept out of the build and told; what is public under such a name is not."""

from __future__ import annotations

import pytest
from dockgen.patterns import is_ignored
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.sensitive import find
from dockgen.settings import NOTHING

APP = {"requirements.txt": "flask\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"


def plan(files):
    return decide(detect(Project.of({**APP, **files}), NOTHING), NOTHING)


def lines(made):
    return [line for group in made.ignore for line in group.patterns]


@pytest.mark.parametrize(
    "path", [".env", "deploy/id_rsa", "config/master.key", "certs/server.pem", "a/.npmrc", "x/pip.conf"]
)
def test_what_looks_like_a_secret_stays_out_and_is_told(path):
    made = plan({path: "//a/:_authToken=npm_1\n"})
    assert is_ignored(path, lines(made))
    assert f"1 file looks like a secret and stays out of the build: {path}" in made.warnings


def test_several_are_counted_and_the_first_are_named():
    made = plan({f"{n}/id_rsa": KEY for n in range(9)})
    (told,) = (w for w in made.warnings if "look like secrets" in w)
    assert told.startswith("9 files look like secrets and stay out of the build: 0/id_rsa, 1/id_rsa")
    assert told.endswith(" and 3 more")


@pytest.mark.parametrize("folder", [".aws", "deploy/.ssh", ".kube"])
def test_hidden_folders_are_told_without_being_read(tmp_path, folder):
    from dockgen.project import scan

    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "credentials").write_text("x")
    assert find(scan(tmp_path)).named == (f"{folder}/",)


@pytest.mark.parametrize("path", [".env.example", "api/.env.production.sample", ".env.template"])
def test_forms_to_fill_in_are_no_secrets(path):
    made = plan({path: "KEY=\n"})
    assert not is_ignored(path, lines(made))
    assert not any("secret" in w for w in made.warnings)


@pytest.mark.parametrize(
    ("text", "public"),
    [
        (CERTIFICATE, True),
        ("root\n" + CERTIFICATE * 3, True),
        ("-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n", True),
        (CERTIFICATE + KEY, False),
        (KEY, False),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\n", False),
        ("", False),
        ("no PEM at all", False),
    ],
)
def test_certificates_that_code_opens_are_let_in(text, public):
    made = plan({"certs/db.pem": text})
    assert is_ignored("certs/db.pem", lines(made)) is not public
    assert ("!certs/db.pem" in lines(made)) is public
    assert any("looks like a secret" in w for w in made.warnings) is not public


def test_a_certificate_that_git_leaves_out_changes_nothing():
    assert "!certs/db.pem" not in lines(plan({"certs/db.pem": CERTIFICATE, ".gitignore": "certs\n"}))


def test_a_secret_that_the_program_names_is_told_loudly():
    code = 'package main\nimport _ "embed"\n//go:embed server.key\nvar key string\nfunc main() { println(key) }\n'
    files = {"go.mod": "module m.org/x\n\ngo 1.26\n", "main.go": code, "server.key": KEY}
    made = decide(detect(Project.of(files), NOTHING), NOTHING)
    assert not is_ignored("server.key", lines(made))
    assert any(w.startswith("server.key looks like a secret and GOES INTO THE BUILD") for w in made.warnings)


def test_what_lies_in_the_rest_of_the_workspace_is_seen_from_a_member():
    from dockgen.stacks import workspaces

    whole = Project.of({
        "package.json": '{"name": "w", "private": true, "workspaces": ["a"]}', "package-lock.json": "{}",
        "a/package.json": '{"name": "a", "scripts": {"start": "node s.js"}}', "a/s.js": "app.listen(1)", "id_rsa": KEY,
    })  # fmt: skip
    member = whole.within("a", workspaces.of(whole, "a"))
    assert detect(member, NOTHING).sensitive.named == ("id_rsa",)
