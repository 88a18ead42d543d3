"""Templates end: what they repeat is counted, with or without output."""

from __future__ import annotations

import itertools

import pytest
from dockgen.errors import InputError
from dockgen.templating.bounds import MAX_STEPS
from dockgen.templating.environment import environment, render
from dockgen.templating.layers import Layer, Layers

LETTERS = "x" * 60


def printed(folder, files, **context):
    for path, text in files.items():
        (folder / path).write_text(text)
    layers = Layers((Layer(name="acme", folder=folder, shown="acme/templates"),))
    return render(environment(layers), "a.j2", context)


def nested(depth, inner=""):
    loops = "".join(f"{{% for x{n} in text %}}" for n in range(depth))
    return loops + inner + "{% endfor %}" * depth


def doubled(depth):
    """Templates of which each includes the next one twice."""
    names = ["a.j2", *(f"t{n}.j2" for n in range(depth))]
    rows = itertools.pairwise(names)
    return {name: f"{{% include '{other}' %}}{{% include '{other}' %}}" for name, other in rows} | {names[-1]: ""}


ENDLESS = {
    "loops": {"a.j2": nested(9)},
    "macros": {"a.j2": "{% macro m(d) %}{% if d %}{{ m(d - 1) }}{{ m(d - 1) }}{% endif %}{% endmacro %}{{ m(60) }}"},
    "includes": doubled(40),
    "loop in itself": {
        "a.j2": "{% for x in text recursive %}{{ loop(text) if loop.depth < 9 else '' }}{% endfor %}",
    },
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_would_not_end_is_told(tmp_path, kind):
    with pytest.raises(InputError, match=f"more than {MAX_STEPS:,} turns of loops, calls and includes") as caught:
        printed(tmp_path, ENDLESS[kind], text=LETTERS)
    assert "acme/templates/" in str(caught.value.where)


def test_a_block_of_text_is_bounded_where_it_is_kept(tmp_path):
    text = "{% set kept %}" + nested(2, "{{ text }}" * 20) + "{% endset %}"
    with pytest.raises(InputError, match="more than 1,048,576 characters are printed"):
        printed(tmp_path, {"a.j2": text}, text=LETTERS)


def test_loops_know_what_they_know_elsewhere(tmp_path):
    text = (
        "{% for x in items %}{{ loop.index }}/{{ loop.length }}{{ '' if loop.last else ',' }}{% endfor %}"
        "{% for x in nothing %}y{% else %}-{% endfor %}"
        "{% for k, v in table.items() if v %}{{ k }}{{ v }}{% endfor %}"
    )
    assert printed(tmp_path, {"a.j2": text}, items=["a", "b"], nothing=[], table={"p": 1, "q": 0}) == "1/2,2/2-p1"


def test_each_file_has_its_own_count(tmp_path):
    (tmp_path / "a.j2").write_text(nested(2))
    env = environment(Layers((Layer(name="acme", folder=tmp_path, shown="acme/templates"),)))
    for _ in range(8):
        assert render(env, "a.j2", {"text": LETTERS}) == ""
