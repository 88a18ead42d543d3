"""How Sphinx makes a site of these pages, which are plain Markdown and can be read without it (decision 25).

python -m sphinx -W -b html docs build/site
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "dockgen"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "dockgen"
html_static_path: list[str] = []
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True, "footer_icons": []}
myst_heading_anchors = 4
myst_enable_extensions = ["html_image"]
suppress_warnings = ["myst.header"]  # README.md of the repository and index.md begin as a forge wants it
highlight_language = "text"
exclude_patterns = ["man"]

_SECTION = re.compile(r"^\*\*(?P<title>[^*]+)\*\*(?P<body>.*?)(?=^\*\*|\Z)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]+\]\((?P<page>[\w./-]+)\.md\)")
_FOLDERS = "explanation|how-to|reference|tutorials|decisions|pictures"
_OUTSIDE = re.compile(rf"\[(?P<text>[^\]]+)\]\((?:\.\./)+(?!{_FOLDERS})[\w.-][^)]*\)")


def navigation(text: str) -> str:
    """The index TEXT with its links as the navigation of the site, section by section."""
    trees = [
        "\n".join(["```{toctree}", ":hidden:", f":caption: {m['title'].strip()}", "", *_LINK.findall(m["body"]), "```"])
        for m in _SECTION.finditer(text)
    ]
    return "\n\n".join([text, *trees, ""])


def _read(_: Sphinx, page: str, source: list[str]) -> None:
    if page == "index":
        source[0] = navigation(source[0])
    source[0] = _OUTSIDE.sub(r"\g<text>", source[0])  # files of the repository, which the site does not have


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _read)
