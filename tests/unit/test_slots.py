"""Instructions of the user's own are printed before and after any block, as they are."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.plans import to_data
from dockgen.project import Project
from dockgen.rendering import make, render
from dockgen.settings import read
from dockgen.templating import environment as templating
from memory import layers

PYTHON = {
    "requirements.txt": "fastapi==0.1\nuvicorn==0.1\n",
    "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
}
NODE = {
    "package.json": json.dumps(
        {"scripts": {"build": "tsc", "start": "node a.js"}, "devDependencies": {"typescript": "5"}}
    ),
    "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {}}),
    "a.js": "",
}


def plan_of(files, *flags):
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def printed(template, extra, **more):
    env = templating.environment(layers(mine={"t.j2": template, **more}), extra)
    return templating.render(env, "t.j2", {"items": [1, 2]}), env.reached


def test_a_slot_is_before_or_after_a_block_and_set_apart():
    text, reached = printed(
        "A\n{% block b %}\nB\n{% endblock %}\nC\n", {"before_b": "RUN one\n", "after_b": "RUN two \\\n    three"}
    )
    assert text == "A\n\n\nRUN one\n\nB\n\n\nRUN two \\\n    three\n\nC\n"
    assert reached == {"before_b", "after_b"}


def test_nothing_in_a_slot_is_a_template():
    text, _ = printed("{% block b %}{% endblock %}", {"before_b": "RUN echo {{ items }} {% if x %}"})
    assert text.strip() == "RUN echo {{ items }} {% if x %}"


def test_a_slot_in_a_loop_is_printed_each_time():
    text, _ = printed("{% for i in items %}{% block b scoped %}{{ i }}{% endblock %}{% endfor %}", {"after_b": "x"})
    assert text.split() == ["1", "x", "2", "x"]


def test_the_slot_of_an_overridden_block_is_printed_once():
    found = layers(
        top={"t.j2": '{% extends "!t.j2" %}{% block b %}top {{ super() }}{% endblock %}'},
        mine={"t.j2": "{% block a %}{% block b %}mine{% endblock %}{% endblock %}"},
    )
    env = templating.environment(found, {"before_b": "first", "after_a": "last"})
    assert templating.render(env, "t.j2", {}).split() == ["first", "top", "mine", "last"]


def test_a_slot_of_a_block_that_is_not_printed_is_not_reached():
    assert printed("{% if items == [] %}{% block b %}{% endblock %}{% endif %}", {"after_b": "x"}) == ("", set())


def test_every_slot_of_a_dockerfile_is_printed():
    extra = "COPY LICENSE /licenses/"
    text, ignored = render(plan_of(PYTHON, f"extra.before_user={extra}", "extra.after_ignore=!LICENSE"))
    assert f"\n\n{extra}\n\nUSER 10001" in text.text
    assert ignored.text.endswith("\n\n!LICENSE\n")


def test_a_slot_of_a_stage_is_printed_in_each():
    text = render(plan_of(NODE, "extra.after_stage_base=ARG PROXY"))[0].text
    assert text.count("AS deps\n\nARG PROXY\n\n") == text.count("AS build\n\nARG PROXY\n\n") == 1


def test_the_file_without_slots_is_the_same():
    plain = render(plan_of(PYTHON))[0].text.splitlines()[2:]
    with_one = render(plan_of(PYTHON, "extra.before_user=RUN true"))[0].text.splitlines()[2:]
    at = with_one.index("RUN true")
    assert with_one[:at] + with_one[at + 2 :] == plain


def test_an_unknown_slot_is_an_error_that_says_where_it_came_from():
    with pytest.raises(InputError) as caught:
        render(plan_of(PYTHON, "extra.before_usr=RUN true"))
    assert str(caught.value) == (
        "no template has a slot 'before_usr'\n  at --set extra.before_usr\n  hint: did you mean 'before_user'?"
    )


def test_a_slot_that_this_dockerfile_does_not_have_is_a_warning():
    made = make(plan_of(PYTHON, "extra.before_dev_start=RUN true"))
    assert made.warnings == ("extra.before_dev_start: nothing is printed, for this Dockerfile has no such block",)


@pytest.mark.parametrize("slot", ["user", "before_", "before_User", "before-user", "after_a.b"])
def test_what_cannot_name_a_slot(slot):
    with pytest.raises(InputError, match="not the name of a slot"):
        read([f"extra.{slot}=RUN true"], {})


@pytest.mark.parametrize("text", ["", "RUN a\x02", "RUN a\r\nUSER 0", "RUN \u202e"])
def test_what_cannot_be_in_a_slot(text):
    with pytest.raises(InputError, match=r"no instructions|line break or a control"):
        read([f"extra.before_user={text}"], {})


def test_many_lines_are_one_in_the_choice():
    plan = plan_of(PYTHON, "extra.before_user=RUN a \\\n\tb\nRUN c")
    (choice,) = [c for c in plan.choices if c.key == "extra.before_user"]
    assert choice.value == "RUN a \\ … (3 lines)"
    assert json.loads(json.dumps(to_data(plan)))["extra"] == {"before_user": "RUN a \\\n\tb\nRUN c"}
    assert "RUN a \\\n\tb\nRUN c\n" in render(plan)[0].text
