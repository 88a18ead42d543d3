"""The header line: put in, read back, and true about the rest of the file."""

from __future__ import annotations

import re

import pytest
from dockgen import header
from hypothesis import given
from hypothesis import strategies as st

BODY = "# syntax=docker/dockerfile:1\n\nFROM scratch\n"
lines = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=("Cs",))),
        st.sampled_from(["# syntax=docker/dockerfile:1", "# check=skip=all", "#escape=`", "FROM scratch", "# dockgen"]),
    )
)
bodies = lines.map(lambda found: "".join(line.replace("\n", "") + "\n" for line in found))


@given(bodies, st.from_regex(r"[0-9]+\.[0-9]+\.[0-9]+", fullmatch=True))
def test_what_is_stamped_is_read_back(body, version):
    found, rest = header.split(header.stamp(body, version=version, inputs="0123abcd"))
    assert rest == body
    assert found == header.Header(version=version, inputs="0123abcd", body=header.digest(body))


def test_the_header_follows_the_parser_directives():
    stamped = header.stamp(BODY, version="1.0.0", inputs="00000000").splitlines()
    assert stamped[0] == "# syntax=docker/dockerfile:1"
    assert stamped[1].startswith("# dockgen 1.0.0 inputs=00000000 body=")


def test_an_edit_is_noticed():
    stamped = header.stamp(BODY, version="1.0.0", inputs="00000000")
    found, body = header.split(stamped.replace("scratch", "debian"))
    assert found
    assert header.digest(body) != found.body


def test_other_line_endings_are_no_edit():
    stamped = header.stamp(BODY, version="1.0.0", inputs="00000000")
    found, body = header.split(stamped.replace("\n", "\r\n"))
    assert found
    assert header.digest(body) == found.body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FROM scratch\n",
        "# dockgen\nFROM scratch\n",
        "# dockgen 1.0 inputs=xyz body=00000000\n",
        "FROM scratch\n# dockgen 1.0.0 inputs=00000000 body=00000000\n",
        "# dockgen 1.0.0 inputs=00000000 body=000000000\nFROM scratch\n",
    ],
)
def test_what_others_wrote_is_foreign(text):
    assert header.split(text) == (None, text)


def test_a_file_that_is_not_utf8_has_a_digest():
    assert header.digest(b"caf\xe9".decode("utf-8", "surrogateescape")) != header.digest("cafe")


keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}([.-][A-Za-z0-9_]{1,8})?", fullmatch=True)
words = st.dictionaries(keys, st.text(st.characters(exclude_categories=("Cs",)), max_size=40), max_size=5)


@given(bodies, words)
def test_what_was_asked_for_is_read_back(body, asked):
    stamped = header.stamp(body, version="1.0.0", inputs="0123abcd", asked=tuple(asked.items()))
    found, rest = header.split(stamped)
    assert rest == body
    assert dict(found.asked) == asked
    assert len(stamped.splitlines()) == len(body.splitlines()) + 1


def test_a_header_without_words_is_read_and_one_with_them_is_what_an_older_dockgen_takes():
    old = re.compile(r"(#|//) dockgen (\S+) inputs=([0-9a-f]{8}) body=([0-9a-f]{8})(?: .*)?")  # of the first release
    assert header.split(header.stamp(BODY, version="1.0.0", inputs="00000000"))[0].asked == ()
    line = header.stamp("FROM x\n", version="1.0.0", inputs="00000000", asked=(("port", "1"), ("start", 'a "b" (c)')))
    assert 'port=1 start="a \\"b\\" (c)" (to write it anew' in line
    assert old.fullmatch(line.splitlines()[0])


@pytest.mark.parametrize("words", ['port="1', "port=1;2", 'port="\\q"', "=1", "1=2", "port"])
def test_what_is_no_word_is_none(words):
    """Somebody wrote into the line; what cannot be read is not guessed, and the file stays ours."""
    found, rest = header.split(f"# dockgen 1.0.0 inputs=00000000 body=00000000 {words} (x)\nFROM x\n")
    assert found
    assert found.asked == ()
    assert rest == "FROM x\n"
