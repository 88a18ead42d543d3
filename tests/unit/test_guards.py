"""Each guard rail: what breaks it, what does not, and how the template or the setting that did is told."""

from __future__ import annotations

import pytest
from dockgen import guards
from dockgen.breaches import INSTRUCTIONS
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import make, render
from dockgen.settings import read
from hypothesis import given
from hypothesis import strategies as st
from memory import layers

GOOD = """# syntax=docker/dockerfile:1
ARG VERSION=3.14
FROM python:${VERSION}-slim-trixie AS build
RUN --mount=type=bind,source=requirements.txt,target=requirements.txt pip install -r requirements.txt

FROM build AS test
RUN pytest

FROM python:3.14-slim-trixie AS runtime
COPY --from=build /venv /venv
COPY --from=0 /etc/x /etc/x
COPY --from=busybox:1.37 /bin/busybox /bin/
RUN --mount=from=build,source=/a,target=/a cp /a /b
COPY src ./
USER 10001
CMD ["python", "-m", "app"]
"""
IGNORE = ("*", "!requirements.txt", "!src")
TAIL = "USER 1000\n"


def found(text, ignore=(), own=frozenset()):
    return [(f.guard.id, f.line) for f in guards.check(text, ignore, own)]


def test_a_good_file_has_nothing():
    assert found(GOOD, IGNORE) == []


BREACHES = {
    "no stage": ("ARG A=1\n", [("DG001", 1)]),
    "text": ("FROM a:1\nUSER 1\nhello there\n", [("DG002", 3)]),
    "the end of a command": ("FROM a:1\nRUN a\n    && b\nUSER 1\n", [("DG002", 3)]),
    "before FROM": ("RUN a\nFROM a:1\nUSER 1\n", [("DG003", 1)]),
    "a field": ("FROM a:1\nEXPOSE {{ port }}\nUSER 1\n", [("DG004", 2)]),
    "a filter": ("FROM a:1\nENV A={{ a.b | quoted }}\nUSER 1\n", [("DG004", 2)]),
    "a statement": ("FROM a:1\nRUN a {% if x %}b{% endif %}\nUSER 1\n", [("DG004", 2)]),
    "a stage that is not there": ("FROM a:1\nCOPY --from=biuld /a /a\nUSER 1\n", [("DG005", 2)]),
    "a later stage": ("FROM a:1 AS x\nCOPY --from=y /a /a\nFROM a:1 AS y\nUSER 1\n", [("DG005", 2)]),
    "itself": ("FROM a:1 AS x\nCOPY --from=x /a /a\nUSER 1\n", [("DG005", 2)]),
    "a later number": ("FROM a:1\nCOPY --link --from=1 /a /a\nUSER 1\n", [("DG005", 2)]),
    "a mount": ("FROM a:1\nRUN --mount=type=bind,from=uv,target=/uv a\nUSER 1\n", [("DG005", 2)]),
    "FROM a later stage": ("FROM base AS x\nFROM a:1 AS base\nUSER 1\n", [("DG005", 1), ("DG104", 1)]),
    "no user": ("FROM a:1\nRUN a\n", [("DG101", 1)]),
    "root": ("FROM a:1\nUSER 1\nUSER root\n", [("DG101", 3)]),
    "number 0": ("FROM a:1\nUSER 0:0\n", [("DG101", 2)]),
    "root of the stage below": ("FROM a:1 AS x\nUSER root\nFROM x\nRUN a\n", [("DG101", 2)]),
    "shell form": ("FROM a:1\nUSER 1\nENTRYPOINT a b\nCMD a\n", [("DG102", 3), ("DG102", 4)]),
    "no JSON": ("FROM a:1\nUSER 1\nCMD ['a']\n", [("DG102", 3)]),
    "ENV": ("FROM a:1\nENV A=1 DB_PASSWORD=x\nUSER 1\n", [("DG103", 2)]),
    "ENV, in one word": ("FROM a:1\nENV PGPASSWORD=x CLIENTSECRET=x\nUSER 1\n", [("DG103", 2), ("DG103", 2)]),
    "ENV, old form": ("FROM a:1\nENV API_TOKEN a b\nUSER 1\n", [("DG103", 2)]),
    "ARG": ("FROM a:1\nARG NPM_TOKEN=x\nUSER 1\n", [("DG103", 2)]),
    "no tag": ("FROM debian\nUSER 1\n", [("DG104", 1)]),
    "latest": ("FROM a:1\nCOPY --from=b:latest /a /a\nUSER 1\n", [("DG104", 2)]),
    "ADD": ("FROM a:1\nADD --link https://a.example/b.tar /b/\nUSER 1\n", [("DG105", 2)]),
    "lists": ("FROM a:1\nRUN apt-get update && apt-get -y install b\nUSER 1\n", [("DG106", 2)]),
    "lists in a heredoc": ("FROM a:1\nRUN <<E\napt-get install -y b\nE\nUSER 1\n", [("DG106", 2)]),
    "sudo": ("FROM a:1\nRUN --network=none a && sudo b\nUSER 1\n", [("DG107", 2)]),
    "a hidden folder": ("FROM a:1\nCOPY --chown=1 docs/ x ./\nUSER 1\n", [("DG108", 2)]),
    "a hidden mount": ("FROM a:1\nRUN --mount=source=docs/a,target=a b\nUSER 1\n", [("DG108", 2)]),
    "twice": ("FROM a:1 AS x\nFROM b:1 AS X\nUSER 1\n", [("DG109", 2)]),
}


@pytest.mark.parametrize(("text", "expected"), BREACHES.values(), ids=BREACHES)
def test_what_breaks_a_rule(text, expected):
    assert found(text, ("docs",)) == expected


def test_every_rule_is_broken_above():
    assert {id_ for _, expected in BREACHES.values() for id_, _ in expected} == {g.id for g in guards.GUARDS}


@pytest.mark.parametrize(
    "instruction",
    [
        "RUN docker inspect --format '{{.Id}}' '{{json .State}}' '{{range .X}}{{end}}'",
        "RUN echo ${var%%.*} ${a#{} %{http_code}",
        "RUN <<E\n{{ port }} {% if x %}\nE",
        "COPY --from=$STAGE /a /a",
        "ENV PUBLIC_KEY=x TOKEN_FILE=/run/secrets/t MONKEY=1 PASSWORD=",
        "ARG NPM_TOKEN",
        "ADD --checksum=sha256:0 https://a.example/b /b",
        "ADD https://a.example/b.git#v1 /b",
        "RUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*",
        "RUN --mount=type=cache,id=l,target=/var/lib/apt,sharing=locked apt-get install -y a",
        "RUN apt-get install -y sudo && rm -rf /var/lib/apt/lists/*",
        "COPY docs/keep ./",
        "COPY d*s $X https://docs ./",
        "COPY . .",
        "COPY <<docs docs\ndocs",
        "HEALTHCHECK CMD a b",
        'CMD ["a"]',
    ],
)
def test_what_breaks_none(instruction):
    assert found(f"FROM a:1\n{instruction}\n{TAIL}", ("docs", "!docs/keep")) == []


@given(st.lists(st.sampled_from([*sorted(INSTRUCTIONS), "--from=", "--mount=", "a", "=", "[", '"a"', "]", "\\", "<<E", "E", "\n", " ",
                                 "$", "{{", "#", "AS", "https://", ","])))  # fmt: skip
def test_any_text_can_be_looked_at(parts):
    lines = "".join(parts).count("\n") + 1
    assert all(0 < line <= lines for _, line in found("".join(parts), ("docs",)))


def test_a_folder_of_which_a_part_is_brought_back():
    assert found(f"FROM a:1\nCOPY docs ./\n{TAIL}", ("docs", "!docs/keep")) == []


@pytest.mark.parametrize("image", ["cgr.dev/chainguard/node:latest", "registry.example.com/p/chainguard/node:latest"])
def test_an_image_of_ours_that_has_no_other_tag(image):
    own = frozenset({"cgr.dev/chainguard/node:latest"})
    assert found(f"FROM {image}\n{TAIL}", own=own) == []
    assert found(f"FROM {image}\n{TAIL}") == [("DG104", 1)]


FILES = {"requirements.txt": "flask==3.1.0\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


def plan_of(*flags):
    settings = read(flags, {})
    return decide(detect(Project.of(FILES), settings), settings)


def with_block(name, text):
    file = f'{{% extends "!common/Dockerfile.j2" %}}\n{{% block {name} %}}\n{text}\n{{% endblock %}}\n'
    return layers(built=True, acme={"common/Dockerfile.j2": file})


def test_a_warning_names_the_template_and_the_block():
    made = make(plan_of(), layers=with_block("user", "USER root"))
    number = made.files[0].text.splitlines().index("USER root") + 1
    assert made.warnings == (
        f"DG101: the image runs as root (Dockerfile:{number}, printed by acme/common/Dockerfile.j2:3, block user)",
    )


def test_an_error_names_them_too_and_nothing_is_rendered():
    with pytest.raises(InputError) as caught:
        render(plan_of(), layers=with_block("volumes", "COPY --from=biuld /a /a"))
    assert caught.value.what == "DG005: COPY --from=biuld: the stage biuld does not exist"
    assert str(caught.value.where).endswith(", printed by acme/common/Dockerfile.j2:3, block volumes")


def test_all_errors_are_told():
    with pytest.raises(InputError) as caught:
        render(
            plan_of(), layers=with_block("volumes", "COPY --from=biuld /a /a\nEXPOSE {% raw %}{{ port }}{% endraw %}")
        )
    told = str(caught.value)
    assert "DG004: '{{ port }}' was not rendered" in told
    assert "DG005: " in told
    assert "acme/common/Dockerfile.j2:4, block volumes" in told


def test_a_setting_is_named_with_where_it_came_from():
    made = make(plan_of("extra.before_user=RUN sudo true"))
    (warning,) = made.warnings
    assert warning.startswith("DG107: sudo in a build")
    assert warning.endswith(", printed by extra.before_user (--set extra.before_user))")


def test_a_template_that_is_not_read_is_not_checked(monkeypatch):
    monkeypatch.setattr(guards, "check", lambda *_: pytest.fail("checked"))
    made = make(plan_of(), layers=layers(built=True, acme={"go/build.j2": "nothing of this"}))
    assert made.warnings == ()
    assert made.files == render(plan_of())


def test_a_dockerignore_that_hides_what_is_copied():
    file = '{% extends "!common/dockerignore.j2" %}{% block ignore %}{{ super() }}\nrequirements.txt\n{% endblock %}'
    made = make(plan_of(), layers=layers(built=True, acme={"common/dockerignore.j2": file}))
    assert [w.partition(" (")[0] for w in made.warnings] == [
        "DG108: RUN needs requirements.txt, which .dockerignore leaves out"
    ]
