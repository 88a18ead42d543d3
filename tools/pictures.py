"""Draw the pictures of the wizard in docs/pictures: it is run in a terminal, and what that shows becomes an SVG.

    python tools/pictures.py [--check]

With --check nothing is written, and the exit status is 1 if a picture is out of date. A picture is a row of PICTURES.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from driver import DOWN, ENTER, INTERRUPT, UP, Wizard, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
WIDTH, HEIGHT, FONT, MARGIN = 8.4, 18, 14, 16  # of a character, a line, the letters, the edge, in pixels
LETTERS = "ui-monospace, Menlo, Consolas, monospace"
INK, PAPER, DIM = "#e6e6e6", "#16181d", "#8b919b"
COLOURS = {"red": "#ef6b73", "green": "#8ccf7e", "brown": "#e5c76b", "cyan": "#6cbfbf", "brightblack": DIM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A project, what is typed once the terminal shows something, and the columns of the terminal."""

    project: str
    title: str
    steps: Sequence[tuple[str, tuple[str, ...]]]
    shows: str
    columns: int = 100
    files: tuple[tuple[str, str], ...] = ()
    args: tuple[str, ...] = ()
    term: str = "xterm-256color"


CHANGE = ("Write them", (DOWN, DOWN, ENTER))
BASE = ("» Version", (DOWN, DOWN, DOWN, DOWN, DOWN, ENTER))
BESIDE = ("» Version", (UP, UP, UP, UP, ENTER))
PICTURES = {
    "hub": Picture(project="python-fastapi-uv", title="dockgen init", steps=(), shows="Quit"),
    "base": Picture(project="python-fastapi-uv", title="Another base", steps=(CHANGE, BASE), shows="chainguard"),
    "beside": Picture(
        project="python-fastapi-uv", title="Files beside it", steps=(CHANGE, BESIDE), shows="hadolint",
    ),
    "foreign": Picture(
        project="go-chi", title="A Dockerfile that is there", steps=(), shows="Quit",
        files=(("Dockerfile", "FROM golang:1.22\nCOPY . .\nRUN go build -o app .\nCMD ./app\n"),),
    ),
    "plain": Picture(
        project="go-chi", title="Plain lines", steps=(), shows=r"\[1\]:", args=("--plain",), term="dumb",
    ),
    "narrow": Picture(project="go-chi", title="Forty columns", steps=(), shows="Quit", columns=40),
}  # fmt: skip


def drawn(picture: Picture) -> str:
    """PICTURE as the text of an SVG."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "app"
        shutil.copytree(ROOT / "tests" / "projects" / picture.project, folder)
        for name, text in picture.files:
            (folder / name).write_text(text, encoding="utf-8")
        variables = environment(str(ROOT)) | {"TERM": picture.term}
        wizard = Wizard(picture.args, variables, columns=picture.columns, rows=48, folder=str(folder))
        for shown, keys in picture.steps:
            wizard.until(shown).press(*keys)
        wizard.until(picture.shows)
        text = svg(wizard.screen, picture.title)
        wizard.press(INTERRUPT)
        wizard.end()
    return text


def svg(screen: Any, title: str) -> str:
    """What SCREEN shows, as an SVG with TITLE; it needs no font but a fixed one, and nothing from elsewhere."""
    last = max((y for y, line in enumerate(screen.display) if line.strip()), default=0)
    width, height = screen.columns * WIDTH + 2 * MARGIN, (last + 1) * HEIGHT + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>',
        f'<g font-family="{LETTERS}" font-size="{FONT}" fill="{INK}" xml:space="preserve">',
    ]
    for y in range(last + 1):
        runs = "".join(_runs(screen, y))
        if runs:
            lines.append(f'<text y="{MARGIN + HEIGHT * y + FONT:g}">{runs}</text>')
    return "\n".join([*lines, "</g>", "</svg>", ""])


def _runs(screen: Any, y: int) -> Iterator[str]:
    """The parts of line Y, each of one style, at the place where it begins."""
    cells = [screen.buffer[y][x] for x in range(len(screen.display[y].rstrip()))]
    start = 0
    for x in range(1, len(cells) + 1):
        if x < len(cells) and _style(cells[x]) == _style(cells[start]):
            continue
        text = "".join(cell.data for cell in cells[start:x])
        if text.strip():
            place = f'x="{MARGIN + start * WIDTH:g}" textLength="{len(text) * WIDTH:g}"'
            yield f"<tspan {place}{_style(cells[start])}>{escape(text)}</tspan>"
        start = x


def _style(cell: Any) -> str:
    fill = COLOURS.get(cell.fg, "")
    return (f' fill="{fill}"' if fill else "") + (' font-weight="bold"' if cell.bold else "")


def main() -> int:
    """Write the pictures, or check them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    is_checking = parser.parse_args().check
    stale = 0
    for name, picture in PICTURES.items():
        path, text = FOLDER / f"{name}.svg", drawn(picture)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if not is_checking:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}{' is not current' if is_checking else ''}\n")
    return int(bool(stale and is_checking))


if __name__ == "__main__":
    sys.exit(main())
