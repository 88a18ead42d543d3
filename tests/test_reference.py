"""The pages of the reference that are written from the code are those that the code gives."""

from __future__ import annotations

import re

import pytest
import reference
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
