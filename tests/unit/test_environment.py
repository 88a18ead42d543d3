"""What templates can print: one line at a time, quoted so that Docker and a shell read back the very same words."""

from __future__ import annotations

import json
import shlex

import pytest
from dockgen.errors import InputError
from dockgen.templating import environment as templating
from dockgen.templating.layers import only_built_in
from dockgen.values import is_plain
from hypothesis import given
from hypothesis import strategies as st
from memory import layers

anything = st.text(st.characters(exclude_categories=()))
plain = anything.filter(is_plain)


def render(template, **context):
    return templating.render(templating.environment(layers(mine={"t.j2": template})), "t.j2", context)


def docker_reads(word: str) -> str:
    """The value that Docker's word parser (moby/buildkit, shell/lex.go) makes of a value without variables."""
    if not word.startswith('"'):
        assert not set(word) & set("\"'\\$ \t")
        return word
    out, i, inner = "", 0, word[1:-1]
    while i < len(inner):
        if inner[i] == "\\" and inner[i + 1 : i + 2] in ('"', "$", "\\"):
            i += 1
        else:
            assert inner[i] not in '"$'
        out += inner[i]
        i += 1
    return out


@given(plain)
def test_env_values_round_trip_through_docker(value):
    assert docker_reads(render("{{ v | quoted }}", v=value)) == value


@given(st.lists(plain))
def test_exec_form_round_trips(argv):
    assert json.loads(render("{{ v | exec }}", v=argv)) == argv


@given(st.lists(plain, min_size=1))
def test_sh_round_trips(argv):
    assert shlex.split(render("{{ v | sh }}", v=argv)) == argv


@given(
    anything,
    st.sampled_from(["{{ v }}", "{{ v | quoted }}", "{{ [v] | exec }}", "{{ [v] | sh }}", "{{ [v, v] | join(' ') }}"]),
)
def test_no_value_can_start_a_new_line(value, template):
    try:
        printed = render(template, v=value)
    except InputError as error:
        assert "mine/t.j2:1" in str(error.where)  # noqa: PT017
        return
    assert len(printed.splitlines()) <= 1


@pytest.mark.parametrize("value", [None, True, False, [1], ("a",), {"a": 1}, 1.5])
def test_only_text_and_whole_numbers_are_printed(value):
    with pytest.raises(InputError, match="cannot print"):
        render("\n{{ v }}", v=value)


def test_an_error_names_file_and_line():
    with pytest.raises(InputError) as caught:
        render("one\ntwo\n{{ missing }}")
    assert caught.value.where == "mine/t.j2:3"


def test_a_syntax_error_names_file_and_line():
    with pytest.raises(InputError) as caught:
        render("one\n{% if %}")
    assert caught.value.where == "mine/t.j2:2"


@pytest.mark.parametrize(
    "template",
    ["{{ v.__class__ }}", "{{ ''.__class__.__mro__ }}", "{% include '../t.j2' %}", "{{ v.append(1) }}", "{{ range }}"],
)
def test_the_sandbox_holds(template):
    with pytest.raises(InputError):
        render(template, v=[])


def test_every_template_compiles():
    env = templating.environment(only_built_in())
    names = only_built_in().paths()
    assert "common/Dockerfile.j2" in names
    for name in names:
        env.get_template(env.resolve(name))
