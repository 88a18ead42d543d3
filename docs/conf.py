"""How the pages in docs/ become a site: `python -m sphinx -W --keep-going docs build/site` (decisions/0025-site.md)."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import dockgen
from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "dockgen"
release = dockgen.__version__
language = "en"

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
nitpicky = True  # a reference to nothing is a warning, which -W makes an error
myst_heading_anchors = 4  # headings have the anchors that forges give them
highlight_language = "text"  # of a block that names no language

html_theme = "furo"
html_title = "dockgen"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["site.css"]
html_css_files = ["site.css"]
pygments_style = "friendly"

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
LISTED = re.compile(r"^- \[(?P<title>.+?)\]\((?P<page>[^)#:]+)\.md\)", re.MULTILINE)


def navigation(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Give a page called `index` a navigation: its own lists, which need no site to be read."""
    if docname.rpartition("/")[2] != "index":
        return
    trees = []
    first, *rest = SECTION.split(source[0])
    for caption, text in [("", first), *zip(rest[::2], rest[1::2], strict=True)]:
        pages = [f"{found['title']} <{found['page']}>" for found in LISTED.finditer(text)]
        options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
        if pages:
            trees.append("\n".join(["```{toctree}", *options, "", *pages, "```"]))
    source[0] = "\n\n".join([source[0], *trees])


def description(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give each page a description, for search engines and previews: its first paragraph, else its title."""
    if doctree is None:
        return
    paragraphs = (each for each in doctree.findall(nodes.paragraph) if isinstance(each.parent, nodes.section))
    text = " ".join(next(paragraphs, next(doctree.findall(nodes.title))).astext().split())
    context["metatags"] = f'{context.get("metatags", "")}<meta name="description" content="{html.escape(text)}">'


def setup(app: Sphinx) -> None:
    """Sphinx calls this by its name."""
    app.connect("source-read", navigation)
    app.connect("html-page-context", description)
