"""The documentation is a site: it builds without a warning, no link in it is dead, no page loads anything from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from helpers import ROOT

ELSEWHERE = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")


class Page(HTMLParser):
    """What a page links to, what it loads, and what in it can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.links, self.loads, self.anchors, self.description = [], [], set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.anchors.add(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif "href" in attributes:  # <link>: a style, an icon, the next page
            (self.links if attributes.get("rel") in {"next", "prev", "index", "search"} else self.loads).append(
                attributes["href"]
            )
        if "src" in attributes:
            self.loads.append(attributes["src"])
        if attributes.get("name") == "description":
            self.description = attributes["content"]


def dead(pages, files):
    """(page, target) of each link or load within the site that leads nowhere."""
    found = []
    for name, page in pages.items():
        for target in [*page.links, *page.loads]:
            parts = urlsplit(urljoin(name, target))
            if parts.scheme or parts.netloc:
                continue
            path = unquote(parts.path)
            if path not in files or (
                parts.fragment and path in pages and unquote(parts.fragment) not in pages[path].anchors
            ):
                found.append((name, target))
    return found


def foreign(pages):
    """(page, address) of what a page loads from another host."""
    return [(name, each) for name, page in pages.items() for each in page.loads if urlsplit(each).netloc]


def built(source, target):
    """What Sphinx says of a build with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E", source, target],
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    target = tmp_path_factory.mktemp("site")
    done = built(ROOT / "docs", target)
    assert (done.returncode, done.stderr) == (0, "")
    return target


@pytest.fixture(scope="module")
def pages(site):
    found = sorted(site.rglob("*.html"))
    return {page.relative_to(site).as_posix(): Page(page.read_text(encoding="utf-8")) for page in found}


def test_every_page_is_built_and_described(pages):
    sources = {
        page.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for page in (ROOT / "docs").rglob("*.md")
    }
    assert sources <= set(pages)
    assert [name for name in sources if not pages[name].description] == []


def test_every_link_and_anchor_leads_somewhere(site, pages):
    files = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    assert sum(len(page.links) for page in pages.values()) > 1000
    assert dead(pages, files) == []


def test_no_page_loads_anything_from_elsewhere(site, pages):
    assert foreign(pages) == []
    assert [sheet.name for sheet in site.rglob("*.css") if ELSEWHERE.search(sheet.read_text(encoding="utf-8"))] == []


def test_every_page_is_reached_from_the_first(pages):
    reached, ahead = set(), ["index.html"]
    while ahead:
        name = ahead.pop()
        if name in pages and name not in reached:
            reached.add(name)
            ahead += [urlsplit(urljoin(name, link)).path for link in pages[name].links]
    assert set(pages) - reached <= {"genindex.html", "search.html"}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_from_outside_lead_to_pages_and_anchors(name, pages):
    for target in re.findall(r"\]\((docs/[^)]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        path, _, anchor = target.removeprefix("docs/").partition("#")
        assert (ROOT / "docs" / path).is_file(), target
        if anchor:
            assert anchor in pages[path.removesuffix(".md") + ".html"].anchors, target


def test_a_dead_link_or_a_page_in_no_list_fails_the_build(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("conf.py", "site.css"):
        (docs / name).write_bytes((ROOT / "docs" / name).read_bytes())
    (docs / "index.md").write_text("# Top\n\nText.\n\n## Pages\n\n- [one](one.md)\n")
    (docs / "one.md").write_text("# One\n\n[up](index.md#pages)\n")
    assert built(docs, tmp_path / "good").returncode == 0
    (docs / "one.md").write_text("# One\n\n[up](index.md#gone) [away](gone.md)\n")
    (docs / "two.md").write_text("# Two\n")
    done = built(docs, tmp_path / "bad")
    assert done.returncode != 0
    for complaint in ("'gone'", "'gone.md'", "two.md: WARNING: document isn't included in any toctree"):
        assert complaint in done.stderr


def test_what_is_dead_or_foreign_is_found():
    text = '<link rel="stylesheet" href="//fonts.example/a.css"><h1 id="top"></h1><a href="#top"></a><a href="#no"></a><img src="x.png">'
    pages = {"how-to/a.html": Page(text)}
    assert dead(pages, {"how-to/a.html"}) == [("how-to/a.html", "#no"), ("how-to/a.html", "x.png")]
    assert foreign(pages) == [("how-to/a.html", "//fonts.example/a.css")]
    assert ELSEWHERE.search("@import 'https://fonts.example/a.css'")
