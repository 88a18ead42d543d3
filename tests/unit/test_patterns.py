"""Docker's rules for patterns: the tables of its own matcher, and properties that hold for any patterns and paths."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from dockgen.patterns import Rules, is_ignored, is_valid
from hypothesis import given
from hypothesis import strategies as st

# The tables TestMatches and matchTests of github.com/moby/patternmatcher, patternmatcher_test.go (Apache License 2.0),
# at commit 5a6d8429, without paths that end in a slash, which no file has.
MOBY = [
    ("**", "file", True), ("**/", "file", True), ("**", "dir/file", True), ("**/", "dir/file", True),
    ("**/**", "dir/file", True), ("dir/**", "dir/file", True), ("dir/**", "dir/dir2/file", True),
    ("**/dir", "dir", True), ("**/dir", "dir/file", True), ("**/dir2/*", "dir/dir2/file", True),
    ("**/dir2/**", "dir/dir2/dir3/file", True), ("**file", "file", True), ("**file", "dir/file", True),
    ("**/file", "dir/file", True), ("**file", "dir/dir/file", True), ("**/file", "dir/dir/file", True),
    ("**/file*", "dir/dir/file", True), ("**/file*", "dir/dir/file.txt", True),
    ("**/file*txt", "dir/dir/file.txt", True), ("**/file*.txt", "dir/dir/file.txt", True),
    ("**/file*.txt*", "dir/dir/file.txt", True), ("**/**/*.txt", "dir/dir/file.txt", True),
    ("**/**/*.txt2", "dir/dir/file.txt", False), ("**/*.txt", "file.txt", True), ("**/**/*.txt", "file.txt", True),
    ("a**/*.txt", "a/file.txt", True), ("a**/*.txt", "a/dir/file.txt", True), ("a**/*.txt", "a/dir/dir/file.txt", True),
    ("a/*.txt", "a/dir/file.txt", False), ("a/*.txt", "a/file.txt", True), ("a/*.txt**", "a/file.txt", True),
    ("a[b-d]e", "ae", False), ("a[b-d]e", "ace", True), ("a[b-d]e", "aae", False), ("a[^b-d]e", "aze", True),
    (".*", ".foo", True), (".*", "foo", False), ("abc.def", "abcdef", False), ("abc.def", "abc.def", True),
    ("abc.def", "abcZdef", False), ("abc?def", "abcZdef", True), ("abc?def", "abcdef", False), ("a\\\\", "a\\", True),
    ("**/foo/bar", "foo/bar", True), ("**/foo/bar", "dir/foo/bar", True), ("**/foo/bar", "dir/dir2/foo/bar", True),
    ("abc/**", "abc", False), ("abc/**", "abc/def", True), ("abc/**", "abc/def/ghi", True), ("**/.foo", ".foo", True),
    ("**/.foo", "bar.foo", False), ("a(b)c/def", "a(b)c/def", True), ("a(b)c/def", "a(b)c/xyz", False),
    ("a.|)$(}+{bc", "a.|)$(}+{bc", True),
    ("dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl",
     "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", True),
    ("dist/*.whl", "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", True), ("a\\*b", "a*b", True),
    # those of Go's filepath.Match
    ("abc", "abc", True), ("*", "abc", True), ("*c", "abc", True), ("a*", "a", True), ("a*", "abc", True),
    ("a*", "ab/c", True), ("a*/b", "abc/b", True), ("a*/b", "a/c/b", False), ("a*b*c*d*e*/f", "axbxcxdxe/f", True),
    ("a*b*c*d*e*/f", "axbxcxdxexxx/f", True), ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", False),
    ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", False), ("a*b?c*x", "abxbbxdbxebxczzx", True),
    ("a*b?c*x", "abxbbxdbxebxczzy", False), ("ab[c]", "abc", True), ("ab[b-d]", "abc", True), ("ab[e-g]", "abc", False),
    ("ab[^c]", "abc", False), ("ab[^b-d]", "abc", False), ("ab[^e-g]", "abc", True), ("a\\*b", "ab", False),
    ("a?b", "a\u263ab", True), ("a[^a]b", "a\u263ab", True), ("a???b", "a\u263ab", False),
    ("a[^a][^a][^a]b", "a\u263ab", False), ("[a-\u03b6]*", "\u03b1", True), ("*[a-\u03b6]", "A", False),
    ("a?b", "a/b", False), ("a*b", "a/b", False), ("[\\]a]", "]", True), ("[\\-]", "-", True), ("[x\\-]", "x", True),
    ("[x\\-]", "-", True), ("[x\\-]", "z", False), ("[\\-x]", "x", True), ("[\\-x]", "-", True), ("[\\-x]", "a", False),
    ("*x", "xxx", True),
]  # fmt: skip
SEVERAL = [
    (["**", "!util/docker/web"], "util/docker/web/foo", False),
    (["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", True),
    (["**", "!dist/*.whl"], "dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl", False),
]
BAD = ["[]a]", "[-]", "[x-]", "[-x]", "\\", "[a-b-c]", "[", "[^", "[^bc", "a[", "[^]", "a\\", "[a-]", "[\\"]

names = st.text("ab.-", min_size=1, max_size=3).filter(lambda n: n.strip("."))
paths = st.lists(names, min_size=1, max_size=4).map("/".join)
parts = st.text("ab.-*?", min_size=1, max_size=4) | st.sampled_from(["**", "*", "[ab]", "[^a]*", "a\\*"])
patterns = (
    st.lists(parts, min_size=1, max_size=3).map("/".join).filter(lambda p: set(p.split("/")).isdisjoint({".", ".."}))
)
lines = st.lists(st.tuples(st.sampled_from(["", "!"]), patterns).map("".join), max_size=6)


@pytest.mark.parametrize(("pattern", "path", "matches"), MOBY)
def test_mobys_table(pattern, path, matches):
    assert is_valid(pattern)
    assert is_ignored(path, [pattern]) is matches


@pytest.mark.parametrize(("lines", "path", "matches"), SEVERAL)
def test_mobys_table_of_several_patterns(lines, path, matches):
    assert is_ignored(path, lines) is matches


@pytest.mark.parametrize("pattern", BAD)
def test_what_docker_stops_at_matches_nothing(pattern):
    assert not is_valid(pattern)
    assert not any(is_ignored(path, [pattern]) for path in ("a", "-", "x", "]", pattern))


def segments(pattern: str, path: str) -> bool:
    """Another reading of one pattern without `!`, classes and escapes: segment by segment, by recursion."""
    if pattern == "**":
        return True
    found = re.compile(r"\*\*/?|\*|\?|[^*?]").findall(pattern)

    def match(i: int, rest: str) -> bool:
        if i == len(found):
            return not rest
        token = found[i]
        if token.startswith("**"):
            if i + 1 == len(found):
                return True
            if i == 0 and not token.endswith("/") and not set(pattern[2:]) & set("*?"):
                return rest.endswith(pattern[2:])
            return match(i + 1, rest) or any(match(i + 1, rest[n + 1 :]) for n, c in enumerate(rest) if c == "/")
        if token == "*":
            return any(match(i + 1, rest[n:]) for n in range(len(rest.partition("/")[0]) + 1))
        if not rest or (token != rest[0] if token != "?" else rest[0] == "/"):
            return False
        return match(i + 1, rest[1:])

    return match(0, path)


def walked(path: str, lines: list[str]) -> bool:
    """Another reading of a list: the folder above first, with what each pattern said of it."""
    said = [False] * len(lines)
    ignored = False
    steps = path.split("/")
    for n in range(len(steps)):
        ignored = False
        here = "/".join(steps[: n + 1])
        for i, line in enumerate(lines):
            back = line.startswith("!")
            said[i] = said[i] or (back == ignored and segments(line.removeprefix("!"), here))
            ignored = (not back) if said[i] else ignored
    return ignored


simple = st.lists(st.text("ab.-*?", min_size=1, max_size=4) | st.just("**"), min_size=1, max_size=3)
simple_lines = st.lists(
    st.tuples(
        st.sampled_from(["", "!"]),
        simple.map("/".join).filter(lambda p: set(p.split("/")).isdisjoint({".", ".."}) and "***" not in p),
    ).map("".join),
    min_size=1,
    max_size=5,
)


@given(lines=simple_lines, path=paths)
def test_another_reading_agrees(lines, path):
    assert is_ignored(path, lines) is walked(path, lines)


@given(lines=lines, path=paths)
def test_what_lies_below_a_folder_that_is_hidden_for_good_is_hidden(lines, path):
    rules = Rules(lines)
    held, steps = rules.start, path.split("/")
    prefixes = ["/".join(steps[: n + 1]) for n in range(len(steps))]
    verdicts = []
    for prefix in prefixes:
        ignored, held = rules.ask(prefix, held)
        verdicts.append(ignored)
    assert verdicts[-1] is is_ignored(path, lines)  # the walk and the question for one path agree
    for (folder, above), (_, below) in pairwise(zip(prefixes, verdicts, strict=True)):
        if above and not rules.may_return(folder):
            assert below


@given(lines=lines, path=paths)
def test_a_pattern_for_the_path_itself_at_the_end_decides(lines, path):
    assert is_ignored(path, [*lines, path])
    assert not is_ignored(path, [*lines, *(["**"] if is_ignored(path, lines) else []), f"!{path}"])


@given(lines=lines, path=paths)
def test_spaces_comments_and_slashes_change_nothing(lines, path):
    dressed = [f"  {line[:1]} /{line[1:]}/ " if line.startswith("!") else f" /{line}/ " for line in lines]
    assert is_ignored(path, ["# x", "", *dressed]) is is_ignored(path, lines)
