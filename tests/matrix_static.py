"""Parts of static sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matrix import Part, Row, Stack, merged

if TYPE_CHECKING:
    from collections.abc import Mapping

STATIC_ROOTS = {
    root: Part(manifest={"root": prefix}, expect={"kind": "static", "port": 8080})
    for root, prefix in (("top", ""), ("public", "public/"), ("dist", "dist/"), ("docs", "docs/"), ("site", "_site/"))
}
STATIC_PAGES = {
    "one": {"index.html": "<title>a</title>"},
    "not-found": {"index.html": "<title>a</title>", "404.html": "gone"},
    "hashed": {"index.html": "", "assets/index-1a2b3c4d.js": "", "assets/style-9f8e7d6c.css": ""},
}
STATIC_BESIDE = {
    "nothing": Part(),
    "tools": Part(
        files={"package.json": '{"name": "a", "devDependencies": {"prettier": "^3.0.0"}, "scripts": {"lint": "x"}}'}
    ),
    "furnished": Part(
        files={"README.md": "# x", ".env": "A=1", "LICENSE": "MIT", "Makefile": "x:\n", ".github/x.yml": ""}
    ),
}


def static(_row: Row, chosen: Mapping[str, Part]) -> dict[str, str]:
    prefix = merged(chosen)["root"]
    files = {f"{prefix}{path}": text for path, text in chosen["pages"].files.items()}
    return files | dict(chosen["beside"].files)


STACK = Stack(
    name="static",
    dimensions={
        "root": STATIC_ROOTS,
        "pages": {n: Part(files=f) for n, f in STATIC_PAGES.items()},
        "beside": STATIC_BESIDE,
    },
    compose=static,
    together=("root", "pages", "beside"),
    clashes=((("root", "docs"), ("beside", "tools")),),  # a library's documentation
)
