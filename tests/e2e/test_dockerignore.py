"""Our reading of a .dockerignore is Docker's: the same files reach the build, for many files and patterns."""

from __future__ import annotations

import json

import engine
import pytest
from dockgen.ignore import COMMON
from dockgen.patterns import is_ignored, is_valid
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

FILES = [
    "Dockerfile.dev", "README.md", "README-secret.md", ".env", ".env.local", ".env.example", "package.json", "main.go",
    "a.txt", "ab.txt", "a-b.txt", "a*b", "# bar", "[x].txt", "a(b)c{d}$", "node_modules/x/index.js", ".git/config",
    "src/app.py", "src/app.pyc", "src/a/b/c/deep.txt", "src/.env", "src/.env.example", "src/id_rsa", "src/server.key",
    "src/temp", "src/temp1/x", "temp/x", "temporary.txt", "foo/bar/baz", "foo/bar/qux/x", "foo/other", "foobar/x",
    "docs/api/index.md", "docs/api/private/x", "docs/index.md", "dir/x", "dir/sub/x", "dir2/x", "x/dir/y", "afile",
    "file", "sub/file", "sub/afile", "sub/filename", ".aws/credentials", "sub/.ssh/id", "log/debug.log", "a.log/x",
    "templates/[slug]/page.tsx", "templates/page.tsx", "Über/straße.txt", "with space/a b.txt",
    ".github/workflows/ci.yml",
]  # fmt: skip
PATTERN_SETS = {
    "ours": [p for group in COMMON for p in group.patterns],
    "ours, secrets brought back": [p for group in COMMON for p in group.patterns] + ["!src/server.key"],
    "nothing": [],
    "comments": ["# a.txt", " # bar", "", "   "],
    "stars": ["*/temp*", "*/*/deep*", "a?.txt"],
    "double stars": ["**/*.md", "foo/**", "**/dir/*"],
    "suffix": ["**file", "**.log"],
    "suffix with a star": ["**file*"],
    "everything but": ["*", "!src", "!docs/api"],
    "everything but, below": ["*", "!src/*.py", "!foo/bar"],
    "all but by double star": ["**", "!src/**", "src/**/*.txt"],
    "there and back": ["foo", "!foo/bar", "foo/bar/qux"],
    "parent first": ["docs/*", "!docs"],
    "parent first, one level": ["docs/*", "!docs/*"],
    "a folder comes back": ["docs/api", "!docs"],
    "exception before": ["!README.md", "*.md"],
    "anchors": ["/src", "./foo/", "docs//api", "dir/../dir2"],
    "classes": ["[a-c].txt", "a[!x]b.txt", "\\[x\\].txt"],
    "negated class": ["[^a]*.txt"],
    "escapes": ["a\\*b", "a(b)c{d}$"],
    "prefix": ["foo**", "sub**"],
    "middle": ["src/**/deep.txt", "**/api/**", "s**/*.pyc"],
    "spaces": ["  a.txt  ", "! a.txt", "with space"],
    "names": ["Über", "templates/[[]slug]"],
    "dots": [".*", "!.env.example"],
}


@pytest.mark.parametrize("name", PATTERN_SETS)
def test_the_same_files_reach_the_build(scratch, name):
    context, out = scratch / "context", scratch / "out"
    for path in FILES:
        file = context / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    lines = PATTERN_SETS[name]
    (context / ".dockerignore").write_text("\n".join(lines) + "\n")
    (scratch / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    engine.docker("build", "--output", f"type=local,dest={out}", "-f", scratch / "Dockerfile", context)
    arrived = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - {".dockerignore"}
    expected = {path for path in FILES if not is_ignored(path, lines)}
    assert arrived == expected


NAMES = st.text("ab.-_é", min_size=1, max_size=3).filter(lambda n: n.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
SEGMENTS = (
    st.text("ab.-*?", min_size=1, max_size=4)
    | st.sampled_from(["**", "*", "[ab]", "[^a]*", "[a-b]?", "\\*a", "[.]*", "a[*]", "[?]", "(a)", "a+", "é*", "[!a]"])
    | NAMES
)
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=3).map("/".join).filter(is_valid)
LINES = st.lists(st.tuples(st.sampled_from(["", "", "!"]), PATTERNS).map("".join), min_size=1, max_size=6)
TREES = st.sets(PATHS, min_size=4, max_size=14)


def _files(paths):
    """Those of PATHS that can lie on one disk: none is the folder of another."""
    return sorted(p for p in paths if not any(o.startswith(f"{p}/") for o in paths))


@settings(max_examples=4, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(sets=st.lists(st.tuples(LINES, TREES), min_size=40, max_size=40))
def test_any_patterns_and_trees(sets):
    with engine.scratch() as scratch:
        targets = {}
        for number, (lines, tree) in enumerate(sets):
            context = scratch / f"in-{number}"
            for path in _files(tree):
                file = context / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(path)
            (context / ".dockerignore").write_text("\n".join(lines) + "\n")
            targets[f"t{number}"] = {
                "context": str(context),
                "dockerfile-inline": "FROM scratch\nCOPY . /\n",
                "output": [f"type=local,dest={scratch / f'out-{number}'}"],
            }
        bake = scratch / "bake.json"
        bake.write_text(json.dumps({"target": targets, "group": {"default": {"targets": list(targets)}}}))
        engine.docker("buildx", "bake", "--allow", "fs=*", "--file", bake)
        for number, (lines, tree) in enumerate(sets):
            out = scratch / f"out-{number}"
            arrived = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - {".dockerignore"}
            expected = {path for path in _files(tree) if not is_ignored(path, lines)}
            assert arrived == expected, (lines, _files(tree))
