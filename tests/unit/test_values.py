"""Nothing that could break out of its line gets past dockgen.values."""

from __future__ import annotations

import shlex

import pytest
from dockgen import values
from dockgen.errors import InputError
from hypothesis import given
from hypothesis import strategies as st

# Everything that Python, a terminal or Docker may take for the end of a line, or that hides what a line says.
BREAKS = [*map(chr, range(0x20)), "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\u202e", "\u2066", "\ud800"]
anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("control", BREAKS)
def test_control_characters_are_refused(control):
    hostile = f"a{control}b"
    for check in (
        lambda: values.text(hostile, "name"),
        lambda: values.words(["echo", hostile]),
        lambda: values.image(f"python:{hostile}"),
        lambda: values.path(hostile),
        lambda: values.env_name(hostile),
        lambda: values.apt_package(hostile),
        lambda: values.version(f"1.2{control}"),
        lambda: values.port(f"80{control}"),
    ):
        with pytest.raises(InputError):
            check()
    assert values.is_plain(values.one_line(hostile))


@given(anything)
def test_one_line_is_always_one_short_line(text):
    line = values.one_line(text)
    assert values.is_plain(line)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 200
    line.encode()  # no halves of surrogate pairs


@given(anything)
def test_plain_text_is_one_line_and_can_be_written(text):
    if values.is_plain(text):
        assert len(text.splitlines()) <= 1
        text.encode()


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"))), min_size=1))
def test_words_round_trip_through_a_shell(argv):
    if argv[0]:
        assert values.words(shlex.join(argv)) == tuple(argv)


@pytest.mark.parametrize("hostile", ["", "''", "'open", [], [""], ["a\nRUN x"]])
def test_what_is_no_command_is_refused(hostile):
    with pytest.raises(InputError):
        values.words(hostile)


@pytest.mark.parametrize("good", [1, "1", 80, "8080", "65535"])
def test_port(good):
    assert values.port(good) == int(good)


@pytest.mark.parametrize("bad", [0, -1, 65536, "", "80.0", "0x50", "٣٣", True, None, [], "9" * 5000, " 80", "80\n"])
def test_what_is_no_port_is_refused(bad):
    with pytest.raises(InputError, match="not a port"):
        values.port(bad)


@pytest.mark.parametrize(
    "good",
    [
        "python:3.14-slim-trixie",
        "gcr.io/distroless/static-debian13:nonroot",
        "localhost:5000/a/b:1",
        "debian@sha256:" + "0" * 64,
        "ghcr.io/astral-sh/uv:0.13.9",
    ],
)
def test_image(good):
    assert values.image(good) == good


@pytest.mark.parametrize(
    "bad", ["", "Python:3", "a b", "a:$TAG", "a:1 AS x", "-a", "a:", "a@sha256:12", "a:1\nRUN x", "../a"]
)
def test_what_is_no_image_is_refused(bad):
    with pytest.raises(InputError):
        values.image(bad)


@pytest.mark.parametrize("good", ["a", "src/main.py", ".", "@scope/x", "a+b~c", "..a"])
def test_path(good):
    assert values.path(good) == good


@pytest.mark.parametrize(
    "bad", ["", "/etc", "..", "a/../b", "a b", "-x", "~/x", "a*", "$HOME", "a'b", 'a"b', "a,b", "[x]"]
)
def test_what_cannot_stand_as_a_path_is_refused(bad):
    with pytest.raises(InputError):
        values.path(bad)


@pytest.mark.parametrize("bad", ["", "A", "libpq-dev=1", "a;b", "$(x)", "-y", "a b"])
def test_what_is_no_package_is_refused(bad):
    with pytest.raises(InputError):
        values.apt_package(bad)


@pytest.mark.parametrize(
    ("bad", "what"), [("1.2 && x", "version"), ("latest", "version"), ("", "version"), ("1.2;", "x")]
)
def test_what_is_no_version_is_refused(bad, what):
    with pytest.raises(InputError, match=f"not a {what}"):
        values.version(bad, what, where="package.json:3")


def test_an_error_says_where():
    with pytest.raises(InputError) as caught:
        values.text("a\nb", "the name", "package.json:2")
    assert caught.value.where == "package.json:2"
    assert "\n" not in caught.value.what


@pytest.mark.parametrize(
    "name", ["Dockerfile", "Dockerfile.prod", "api.Dockerfile", "Containerfile", "Dockerfile.dockgen"]
)
def test_names_of_dockerfiles(name):
    assert values.dockerfile_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "package.json",
        "a/Dockerfile",
        "../Dockerfile",
        "Dockerfile.dockerignore",
        "Dockerfile\n",
        "-Dockerfile",
        "Dockerfile x",
    ],
)
def test_other_names_are_refused(name):
    with pytest.raises(InputError, match="not the name of a Dockerfile"):
        values.dockerfile_name(name)
