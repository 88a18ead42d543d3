"""The documentation as a site: built without a warning, no link is dead, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest
from helpers import ROOT

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("object", "data")}


class Page(HTMLParser):
    """What a page links to and loads, and the places in it that can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.ids = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        self.loads += [given[name] for kind, name in LOADED if kind == tag and given.get(name)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", folder / "cache", ROOT / "docs", folder / "html"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return {path: Page(path.read_text(encoding="utf-8")) for path in (folder / "html").rglob("*.html")}


def test_every_page_is_in_the_site(site):
    names = {path.stem for path in site}
    assert {page.stem for page in (ROOT / "docs").rglob("*.md")} <= names


def test_no_link_is_dead(site):
    by_path = {path.resolve(): page for path, page in site.items()}
    dead, seen = [], 0
    for path, page in site.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                assert parts.scheme in ("https", "mailto") or parts.hostname == "localhost", link
                continue
            seen += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            there = by_path.get(target)
            if not target.exists() or (parts.fragment and there and unquote(parts.fragment) not in there.ids):
                dead.append(f"{path.name}: {link}")
    assert not dead
    assert seen > 1000


def test_nothing_is_loaded_from_elsewhere(site):
    for path, page in site.items():
        for load in page.loads:
            assert not urlsplit(load).netloc, f"{path.name} loads {load}"
        assert "@import" not in path.read_text(encoding="utf-8")
    for sheet in next(iter(site)).parent.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_a_dead_link_would_be_found(tmp_path):
    (tmp_path / "conf.py").write_text((ROOT / "docs/conf.py").read_text())
    (tmp_path / "index.md").write_text("# x\n\n**Learn**\n\n- [a](a.md)\n")
    (tmp_path / "a.md").write_text("# a\n\n[nowhere](nowhere.md) [no place](index.md#nothing)\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", tmp_path, tmp_path / "html"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr
    assert "nothing" in done.stderr
