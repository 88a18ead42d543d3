"""The documentation is true: its commands do what it shows, and its tables are those of the code."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import json
import re
import subprocess
import tomllib
import typing

import dockgen
import pytest
import yaml
from dockgen import documents, settings
from dockgen.errors import ExitCode
from helpers import ROOT
from shell import shell

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WITH_PYTHON = [page for page in PAGES if "```pycon" in page.read_text(encoding="utf-8")]
WITH_CONSOLE = [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]


def steps(text):
    """(command, lines shown) of the `console` blocks of a page."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif (line == ">" or line.startswith("> ")) and not found[-1][1]:  # a command of several lines
                found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
            else:
                found[-1][1].append(line)
    return found


def shown_as(lines):
    """A pattern for what is shown; `…` alone stands for any lines, inside a line for any text."""
    parts = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in lines]
    return re.compile("".join(parts).replace(r"\ \.\*", r"\ .*"))


@pytest.mark.parametrize("page", WITH_CONSOLE, ids=lambda page: page.name)
def test_commands_do_what_is_shown(page, tmp_path):
    sh = shell(tmp_path, {})
    for line, shown in steps(page.read_text(encoding="utf-8")):
        done = sh.run(line)
        assert "Traceback" not in done.stdout
        assert (done.returncode == 0) is not any(out.startswith("error:") for out in shown), f"{line}\n{done.stdout}"
        if shown:
            assert shown_as(shown).fullmatch(without_warnings(done.stdout)), f"$ {line}\n{done.stdout}"


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_python_says_what_is_shown(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "requirements.txt").write_text("flask==3.1.3\ngunicorn==23.0.0\n")
    (tmp_path / "shop" / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    text = page.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    said = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).attempted
    assert not said, "".join(said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_shown_can_be_read(page):
    readers = {"yaml": yaml.safe_load, "json": json.loads, "toml": tomllib.loads}
    for language, text in re.findall(
        r"^ *```(yaml|json|toml)\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    ):
        assert readers[language](text) is not None, text


def test_names_of_the_api_are_told():
    text = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
    assert [name for name in dockgen.__all__ if f"`{name}" not in text] == []
    for function in (dockgen.generate, dockgen.scan, dockgen.detect, dockgen.plan, dockgen.render):
        names = [p.name if p.default is p.empty else f"{p.name}={p.default!r}".replace("'", '"')
                 for p in inspect.signature(function).parameters.values()]  # fmt: skip
        assert f"`{function.__name__}({', '.join(names)})`" in text.replace("*, ", ""), names


def without_warnings(text):
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("warning: "))


def test_some_page_has_commands():
    assert {"README.md", "first-dockerfile.md"} <= {page.name for page in WITH_CONSOLE}


def table(page):
    """The first cells of a page's table, without its head."""
    rows = re.findall(r"^\| (?!---)([^|]*) \|", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.MULTILINE)
    return [row.strip("` ") for row in rows[1:]]


def test_settings_are_those_of_the_code():
    groups = [meaning.partition(":")[0] for meaning in settings.GROUPS.values()]
    assert table("reference/settings.md") == [*settings.KEYS, "key", *groups]
    text = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    for key, meaning in settings.KEYS.items():
        variable = settings.variable_of(key)
        assert f"| `{key}` | `{variable}` | {meaning} |\n" in text


def test_exit_codes_are_those_of_the_code():
    text = (ROOT / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    assert table("reference/exit-codes.md") == [str(int(code)) for code in ExitCode]
    for code in ExitCode:
        assert f"| {int(code)} | {code.name} |" in text


def test_keys_and_types_of_packs_are_those_of_the_code():
    text = (ROOT / "docs/reference/packs.md").read_text(encoding="utf-8")
    for kind in (documents.PackFile, documents.Option):
        known = [field for field in dataclasses.fields(kind) if "doc" in field.metadata]
        rows = "".join(f"| `{field.name}` | {field.metadata['doc']} |\n" for field in known)
        assert f"| key | meaning |\n|---|---|\n{rows}\n" in text
    types = typing.get_args(typing.get_type_hints(documents.Option)["type"])
    part = text.partition("| `type` | is set to | in a template |\n|---|---|---|\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", part, re.MULTILINE) == list(types)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_modules_that_contributors_are_sent_to_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = [name for name in re.findall(r"`([\w./-]+\.(?:py|json))`", text) if "/" in name]
    places = (ROOT, ROOT / "generator/dockgen")
    assert len(named) > 40
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_the_sample_in_the_readme_is_what_is_generated():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    _before, after = re.findall(r"^```dockerfile\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    snapshot = ROOT / "tests/__snapshots__/test_golden/test_dockerfile[python-fastapi-uv].Dockerfile"
    lines = snapshot.read_text(encoding="utf-8").splitlines(keepends=True)
    assert after == "".join(line for line in lines if not line.startswith("# dockgen "))


def test_no_page_or_code_names_a_registry():
    hosts = [
        "registry." + "npmjs.org",
        "registry." + "yarnpkg.com",
        "proxy." + "golang.org",
        "files." + "pythonhosted.org",
    ]
    hosts += ["files." + "pythonhosted.org", "pypi." + "org"]
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=False).stdout.decode()
    for name in filter(None, listed.split("\0")):
        file = ROOT / name
        if file.is_file():
            text = file.read_bytes().decode("utf-8", "replace")
            assert not [host for host in hosts if host in text], name
