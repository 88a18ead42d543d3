"""Companions: where they go, how values are quoted in them, their guard rails, and the bundle that they print."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from dockgen import header
from dockgen.apps import unique
from dockgen.companions import guards, table
from dockgen.companions.bundle import label
from dockgen.errors import InputError
from dockgen.rendering import Artifact
from dockgen.templating.environment import compose_form, hcl_form, kube_form, yaml_form
from helpers import dockgen
from hypothesis import given
from hypothesis import strategies as st

LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn")), max_size=40)
ROOT = {"dockgen.yaml": "dockgen: 1\nset:\n  with: compose\n"}
APPS = {
    f"{name}/{file}": text
    for name in ("api", "web")
    for file, text in {
        "package.json": json.dumps({"name": name, "scripts": {"start": "node server.js"}}),
        "server.js": "require('http').createServer((q, r) => r.end('ok')).listen(3000)\n",
    }.items()
}


def make(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def written(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("compose.yaml")}


@given(LINES)
def test_yaml_reads_what_was_written(text):
    assert yaml.safe_load(f"- {yaml_form(text)}") == [text]
    assert yaml.safe_load(f"a: {yaml_form(text)}") == {"a": text}


@given(st.lists(LINES))
def test_yaml_reads_lists(words):
    assert yaml.safe_load(f"a: {yaml_form(words)}") == {"a": words}


@given(LINES)
def test_compose_and_kubernetes_replace_nothing(text):
    assert re.sub(r"\$\$", "$", yaml.safe_load(f"a: {compose_form(text)}")["a"]) == text
    assert "$" not in yaml.safe_load(f"a: {compose_form(text)}")["a"].replace("$$", "")
    assert yaml.safe_load(f"a: {kube_form(text)}")["a"].replace("$$(", "$(") == text


@given(LINES)
def test_hcl_replaces_nothing(text):
    made = hcl_form(text)
    assert json.loads(made.replace("$${", "${").replace("%%{", "%{")) == text
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", made)


@pytest.mark.parametrize(
    "text",
    ["yes", "NO", "null", "1.10", ".5", ".inf", ".NaN", "12:30", "0x1", "", "a: b", "- a", "#", "a #b", "~", "="],
)
def test_words_of_yaml_are_quoted(text):
    assert yaml_form(text) == json.dumps(text)


@given(LINES)
def test_a_name_is_a_dns_label(text):
    assert re.fullmatch(r"[a-z]([a-z0-9-]{0,43}[a-z0-9])?", label(text))


def test_names_are_different():
    assert unique(["a", "a", "a-2", "b"]) == ["a", "a-2", "a-2-2", "b"]


def test_all_apps_have_one_file_in_the_root(tmp_path):
    make(tmp_path, APPS | ROOT)
    assert dockgen("generate", "--all", tmp_path).code == 0
    assert written(tmp_path) == {"compose.yaml"}
    assert dockgen("check", "--all", tmp_path).code == 0
    assert set(yaml.safe_load((tmp_path / "compose.yaml").read_text())["services"]) >= {"api", "web"}


def test_one_of_several_has_its_own_only_where_it_asks(tmp_path):
    make(tmp_path, APPS | ROOT)
    assert dockgen("generate", "--app", "api", tmp_path).code == 0
    assert written(tmp_path) == set()
    assert dockgen("generate", "--app", "web", "--with", "compose", tmp_path).code == 0
    assert written(tmp_path) == {"web/compose.yaml"}
    assert dockgen("check", "--app", "web", "--with", "compose", tmp_path).code == 0


@pytest.mark.parametrize("words", ["compose", "compose,", " compose  compose "])
def test_names_are_separated_by_commas_or_spaces(tmp_path, words):
    make(tmp_path, {k.removeprefix("api/"): v for k, v in APPS.items() if k.startswith("api/")})
    assert dockgen("generate", "--with", words, tmp_path).code == 0
    assert written(tmp_path) == {"compose.yaml"}


def test_an_unknown_name_is_refused(tmp_path):
    run = dockgen("generate", "--with", "compos", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert "did you mean 'compose'?" in run.err


def test_nothing_is_wanted_where_it_is_set_to_nothing(tmp_path):
    make(tmp_path, {k.removeprefix("api/"): v for k, v in APPS.items() if k.startswith("api/")} | ROOT)
    assert dockgen("generate", "--set", "with=", tmp_path).code == 0
    assert written(tmp_path) == set()


def test_its_life_is_that_of_a_dockerfile(tmp_path):
    make(tmp_path, {k.removeprefix("api/"): v for k, v in APPS.items() if k.startswith("api/")} | ROOT)
    file = tmp_path / "compose.yaml"
    file.write_text("services: {}\n")
    run = dockgen("generate", tmp_path)
    assert run.code == 4
    assert "compose.yaml exists and was not written by dockgen" in run.err
    file.unlink()
    assert dockgen("generate", tmp_path).code == 0
    text = file.read_text()
    file.write_text(text + "# ours\n")
    run = dockgen("check", tmp_path)
    assert (run.code, "edited by hand" in run.out) == (0, True)
    assert dockgen("update", tmp_path).code == 0
    assert file.read_text() == text + "# ours\n"
    file.write_text(text.replace("compose.yaml", ""))
    assert dockgen("eject", tmp_path).code == 0
    assert header.split(file.read_text())[0] is None


def test_the_build_does_not_see_it(tmp_path):
    make(tmp_path, {k.removeprefix("api/"): v for k, v in APPS.items() if k.startswith("api/")})
    every = ",".join(table.COMPANIONS)
    assert dockgen("generate", "--with", every, tmp_path).code == 0
    lines = (tmp_path / ".dockerignore").read_text().splitlines()
    from dockgen.patterns import is_ignored

    for file in table.files(tuple(table.COMPANIONS)):
        assert is_ignored(file.path, lines), file.path


def test_an_override_of_a_block_is_checked(tmp_path):
    make(tmp_path, {k.removeprefix("api/"): v for k, v in APPS.items() if k.startswith("api/")} | ROOT)
    own = tmp_path / ".dockgen/templates/companions/compose/compose.yaml.j2"
    own.parent.mkdir(parents=True)
    start = '{% extends "!companions/compose/compose.yaml.j2" %}\n'
    own.write_text(start + "{% block compose_name %}\nname: [\n{% endblock %}\n")
    run = dockgen("generate", tmp_path)
    assert run.code == 2
    assert "DG201" in run.err
    own.write_text(start + "{% block compose_nam %}\nname: x\n{% endblock %}\n")
    run = dockgen("generate", tmp_path)
    assert run.code == 2
    assert "did you mean 'compose_name'?" in run.err
    own.write_text(start + "{% block compose_name %}\nname: {{ naem | compose }}\n{% endblock %}\n")
    run = dockgen("generate", tmp_path)
    assert run.code == 2
    assert "there is no variable 'naem'" in run.err
    own.write_text(start + "{% block compose_name %}\nname: ours\n{% endblock %}\n")
    assert dockgen("generate", tmp_path).code == 0
    assert "\nname: ours\n" in (tmp_path / "compose.yaml").read_text()


BREACHES = {
    "privileged": ("services: {a: {privileged: true}}", "DG202"),
    "host network": ("spec:\n  hostNetwork: true", "DG202"),
    "socket": ("volumes:\n- /var/run/docker.sock:/var/run/docker.sock:ro", "DG202"),
    "no tag": ("services: {db: {image: postgres}}", "DG203"),
    "latest": ("services: {db: {image: 'registry.example.com:5000/postgres:latest'}}", "DG203"),
    "action": ("jobs:\n  a:\n    steps:\n    - uses: actions/checkout@v6", "DG204"),
    "secret": ("environment: {DB_PASSWORD: hunter2}", "DG205"),
    "secret in a list": ("environment:\n- DB_PASSWORD=hunter2", "DG205"),
    "secret by name and value": ("env:\n- name: API_TOKEN\n  value: hunter2", "DG205"),
}
HARMLESS = [
    "services: {a: {image: ours, privileged: false}}",
    "services: {db: {image: 'postgres:18-trixie'}}",
    f"services: {{db: {{image: 'postgres@sha256:{'a' * 64}'}}}}",
    f"steps:\n- uses: actions/checkout@{'a' * 40} # v6",
    "steps:\n- uses: ./.github/actions/own",
    "environment: {DB_PASSWORD: '${DB_PASSWORD:?}', PORT: 80}",
    "secrets: {token: {environment: API_TOKEN}}",
    "env:\n- name: API_TOKEN\n  valueFrom: {secretKeyRef: {name: app, key: token}}",
]


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(name):
    text, rule = BREACHES[name]
    (found,) = guards.check(Artifact(path="a.yaml", text=text))
    assert found.startswith(f"{rule}: ")
    assert found.endswith(f" (a.yaml:{text.count(chr(10)) + 1})")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_is_left(text):
    assert guards.check(Artifact(path="a.yaml", text=text), frozenset({"ours"})) == ()


def test_what_is_no_yaml_is_an_error():
    with pytest.raises(InputError) as caught:
        guards.check(Artifact(path="a.yml", text="a: [\n"))
    assert caught.value.where == "a.yml:2"
