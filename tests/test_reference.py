"""The pages of the reference that are written from the code are those that the code gives."""

from __future__ import annotations

import re
import shutil
import subprocess

import click
import commands
import pytest
import reference
from dockgen.errors import ExitCode
from dockgen.plans import Plan
from helpers import ROOT


@pytest.mark.parametrize("page", reference.PAGES)
def test_page_is_up_to_date(page):
    assert (ROOT / page).read_text(encoding="utf-8") == reference.PAGES[page](), "python tools/reference.py"


def test_fields_have_types_in_words_and_comments():
    page = (ROOT / "docs/reference/templates.md").read_text(encoding="utf-8")
    assert "| `port` | number or none | that the app listens on |" in page
    assert "| `frontends` | list of [FrontendStage](#frontendstage) | stages that build what the app serves |" in page
    assert "| `env` | text, by name | variables of the running app |" in page
    assert [f.name for f in reference.fields_of(Plan)] == list(Plan.__dataclass_fields__)


def test_links_lead_to_headings():
    page = (ROOT / "docs/reference/templates.md").read_text(encoding="utf-8")
    headings = {h.lower().replace(" ", "-") for h in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", page)) <= headings


def test_a_page_that_is_out_of_date_is_found(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    (tmp_path / "docs/reference").mkdir(parents=True)
    assert reference.main(["--check"]) == 1
    assert "docs/reference/rules.md: out of date" in capsys.readouterr().out
    assert not list((tmp_path / "docs/reference").iterdir())
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0


def test_what_has_no_words_is_an_error(monkeypatch):
    monkeypatch.setattr(reference, "FILTERS", {**reference.FILTERS, "more": ""})
    with pytest.raises(ValueError, match="more"):
        reference.templates()


def test_every_command_is_on_the_page_and_in_the_manual():
    page = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    manual = (ROOT / "docs/man/dockgen.1").read_text(encoding="utf-8")
    found = list(commands.every())
    assert [f"`{c.usage}`" for c in found] == re.findall(r"^## (`dockgen [^`]*`)$", page, re.MULTILINE)
    for command in found:
        assert f'.SS "{commands.roff(command.usage)}"' in manual
        names = {name for p in command.command.params if isinstance(p, click.Option) for name in p.opts}
        assert names <= set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", page))
        assert names <= set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", manual.replace("\\-", "-")))


def test_every_exit_code_has_a_meaning():
    assert [(number, name) for number, name, _ in commands.codes()] == [(int(c), c.name) for c in ExitCode]
    assert all(len(meaning) > 10 for _, _, meaning in commands.codes())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".dockerignore", r"\&.dockerignore"),
        ("'x'", r"\(aqx\(aq"),
        (r"a\b", r"a\eb"),
        ('--set "a"', r"\-\-set \(dqa\(dq"),
    ],
)
def test_nothing_is_a_request_to_troff(text, expected):
    assert commands.roff(text) == expected


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff")
def test_the_manual_is_printed_without_a_warning():
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", ROOT / "docs/man/dockgen.1"], capture_output=True, text=True, check=True
    )
    assert done.stdout + done.stderr == ""
    shown = subprocess.run(
        ["groff", "-man", "-Tascii", ROOT / "docs/man/dockgen.1"], capture_output=True, text=True, check=True
    )
    text = " ".join(re.sub(r"\x1b\[[0-9;]*m|.\x08", "", shown.stdout).split())
    assert "EXIT STATUS 0 done, or nothing to do" in text
    assert "--on-conflict NAME" in text
