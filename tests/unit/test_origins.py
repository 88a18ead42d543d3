"""Each line of a file leads back to the template, the line and the block that printed it."""

from __future__ import annotations

from dockgen.templating import environment as templating
from dockgen.templating.origins import Marks, Origin, follow
from hypothesis import given
from hypothesis import strategies as st
from memory import layers


def traced(files, context=None, extra=None):
    """(line, place, block) of each line that is printed, from layers of one template or more."""
    found = layers(**{name: {"t.j2": text} if isinstance(text, str) else text for name, text in files.items()})
    marks = Marks()
    marked = templating.render(templating.environment(found, extra, marks), "t.j2", context or {})
    plain = templating.render(templating.environment(found, extra), "t.j2", context or {})
    text, origins = marks.read(marked)
    assert text == plain
    lines = text.split("\n")
    assert len(lines) == len(origins)
    return [(line, o.place, o.block) for line, o in zip(lines, origins, strict=True) if o and line.strip()]


def test_text_and_expressions():
    template = "{# a\n   remark #}\nA\n{% if x %}\nB {{ x }}\n{% endif %}\n\n  {{ x }}\n{%- if x %} C\nD{% endif %}\n"
    assert traced({"mine": template}, {"x": "1"}) == [
        ("A", "mine/t.j2:3", ""),
        ("B 1", "mine/t.j2:5", ""),
        ("  1 C", "mine/t.j2:8", ""),
        ("D", "mine/t.j2:10", ""),
    ]


def test_blocks_of_layers():
    found = traced({
        "top": '{% extends "!t.j2" %}\n{% block a %}\ntop\n{{ super() }}{% endblock %}\n',
        "mine": "first\n{% block a %}\nmine\n{% block b %}\ninner\n{% endblock %}\nlast\n{% endblock %}\nend\n",
    })  # fmt: skip
    assert found == [
        ("first", "mine/t.j2:1", ""),
        ("top", "top/t.j2:3", "a"),
        ("mine", "mine/t.j2:3", "a"),
        ("inner", "mine/t.j2:5", "b"),
        ("last", "mine/t.j2:7", "a"),
        ("end", "mine/t.j2:9", ""),
    ]


def test_a_partial_belongs_to_the_block_that_includes_it():
    files = {"t.j2": '{% block a %}\n{% include "p.j2" %}\nafter\n{% endblock %}\n', "p.j2": "part\n"}
    assert traced({"mine": files}) == [("part", "mine/p.j2:1", "a"), ("after", "mine/t.j2:3", "a")]


def test_a_slot():
    assert traced({"mine": "{% block a %}A\n{% endblock %}\nB\n"}, extra={"after_a": "RUN x \\\n  y"}) == [
        ("A", "mine/t.j2:1", "a"),
        ("RUN x \\", "extra.after_a", ""),
        ("  y", "extra.after_a", ""),
        ("B", "mine/t.j2:3", ""),
    ]


def test_text_that_is_a_value_is_left_alone():
    template = "{% set a %}x{% endset %}{{ a | length }}\n{% macro m() %}x{% endmacro %}{{ m() | length }}\n"
    assert traced({"mine": template}) == [("1", "mine/t.j2:1", ""), ("1", "mine/t.j2:2", "")]


@given(st.lists(st.sampled_from(["text", "", "  x", "{{ v }}", "{% if v %}", "{% endif %}", "{% for i in l %}",
                                 "{% endfor %}", "{{- v }}", "{# c #}", "y {{ v }} z"]), max_size=12))  # fmt: skip
def test_marks_change_nothing(lines):
    """Whatever a template says, the marked rendering without its marks is the plain one, with a place for each line."""
    opened, out = [], []
    for line in lines:
        if line.startswith(("{% if", "{% for")):
            opened.append("{% endif %}" if "if" in line else "{% endfor %}")
        elif line in ("{% endif %}", "{% endfor %}") and (not opened or opened.pop() != line):
            opened, out = [], []
            continue
        out.append(line.replace("text", f"{chr(97 + len(out))} is this line"))
    template = "\n".join([*out, *reversed(opened)]) + "\n"
    for line, place, _ in traced({"mine": template}, {"v": "V", "l": [1, 2]}):
        number = int(place.rpartition(":")[2])
        source = template.split("\n")[number - 1]
        assert source.replace("{{- v }}", "V").replace("{{ v }}", "V").lstrip().startswith(line.strip()[0])


def test_lines_are_followed_into_another_style():
    one, two = (Origin(layer="a", place=f"a:{n}") for n in (1, 2))
    before = "FROM a\n\n\nCOPY --link a b\n"
    after = "# header\nFROM a\n\n# why\nCOPY a b\n"
    assert follow(before, [one, None, None, two, None], after) == (None, one, None, None, two)
