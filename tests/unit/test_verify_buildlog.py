"""What is read of the log of a build: BuildKit's, as Docker 28 prints it, and Buildah's."""

from __future__ import annotations

import pytest
from dockgen.verify import origin
from dockgen.verify.buildlog import LINES, Log

HEREDOC = """\
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 189B done
#1 DONE 0.0s

#4 [build 1/4] FROM docker.io/library/python:3.14-slim-trixie
#4 CACHED

#6 [build 2/4] RUN echo hi
#6 0.125 hi
#6 DONE 0.2s

#7 [build 3/4] COPY a.txt /a
#7 DONE 0.1s

#8 [build 4/4] RUN <<EOF (echo heredoc...)
#8 0.126 heredoc
#8 ERROR: process "/bin/sh -c echo heredoc\\nfalse\\n" did not complete successfully: exit code: 1
------
 > [build 4/4] RUN <<EOF (echo heredoc...):
0.126 heredoc
------
Dockerfile:4
--------------------
   3 |     COPY a.txt /a
   4 | >>> RUN <<EOF
   5 | >>> echo heredoc
   6 | >>> false
   7 | >>> EOF
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c echo heredoc\\nfalse\\n" did not complete: exit code: 1
"""
SHELL = """\
#4 [1/2] FROM docker.io/library/python:3.14-slim-trixie
#4 CACHED

#5 [2/2] RUN echo a &&   sh -c "exit 7"
#5 0.130 a
#5 ERROR: process "/bin/sh -c echo a" did not complete successfully: exit code: 7
------
 > [2/2] RUN echo a &&   sh -c "exit 7":
0.130 a
------
D2:2
--------------------
   1 |     FROM python:3.14-slim-trixie
   2 | >>> RUN echo a && \\
   3 | >>>   sh -c "exit 7"
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c echo a" did not complete successfully: exit code: 7
"""
PARSE = """\
#1 [internal] load build definition from D4
#1 DONE 0.0s
D4:2
--------------------
   1 |     FROM python:3.14-slim-trixie
   2 | >>> RUNN nope /x
--------------------
ERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN
"""
METADATA = """\
#2 [internal] load metadata for docker.io/library/nosuch:1
#2 ERROR: failed to do request: no such host
------
 > [internal] load metadata for docker.io/library/nosuch:1:
------
D5:1
--------------------
   1 | >>> FROM nosuch:1
--------------------
ERROR: failed to build: failed to solve: nosuch:1: failed to resolve source metadata: no such host
"""
BUILDAH = """\
[1/2] STEP 1/3: FROM python:3.14-slim-trixie AS build
[1/2] STEP 2/3: RUN echo one
--> Using cache 0a1b2c3d
--> 0a1b2c3d
[2/2] STEP 1/2: FROM python:3.14-slim-trixie
[2/2] STEP 2/2: RUN false
oh no
Error: building at STEP "RUN false": while running runtime: exit status 1
"""


def read(text):
    log = Log()
    said = [log.feed(line) for line in text.splitlines(keepends=True)]
    return log, [line for line in said if line]


def test_steps_and_what_became_of_them():
    log, said = read(HEREDOC)
    assert [(s.stage, s.text, s.cached, s.ran) for s in log.steps] == [
        ("build", "FROM docker.io/library/python:3.14-slim-trixie", True, False),
        ("build", "RUN echo hi", False, True),
        ("build", "COPY a.txt /a", False, True),
        ("build", "RUN <<EOF (echo heredoc...)", False, False),
    ]
    assert log.steps[1].seconds == 0.2
    assert said[2:] == [
        "[build 1/4] FROM docker.io/library/python:3.14-slim-trixie",
        "[build 2/4] RUN echo hi",
        "[build 3/4] COPY a.txt /a",
        "[build 4/4] RUN <<EOF (echo heredoc...)",
    ]


@pytest.mark.parametrize(
    ("text", "line", "code", "step", "error"),
    [
        (HEREDOC, 4, 1, "RUN <<EOF (echo heredoc...)", "did not complete: exit code: 1"),
        (SHELL, 2, 7, 'RUN echo a &&   sh -c "exit 7"', "exit code: 7"),
        (PARSE, 2, None, None, "unknown instruction: RUNN"),
        (METADATA, 1, None, "", "failed to resolve source metadata: no such host"),
        (BUILDAH, None, 1, "RUN false", "exit status 1"),
    ],
    ids=["heredoc", "shell", "parse", "metadata", "buildah"],
)
def test_where_and_why_it_failed(text, line, code, step, error):
    log, _ = read(text)
    assert (log.line, log.exit_code, log.broken.text if log.broken else None) == (line, code, step)
    assert log.error.endswith(error)


def test_the_text_has_what_the_step_printed_once():
    log, _ = read(HEREDOC)
    assert log.text.count("heredoc\n") == 2  # as printed, and as a line of the Dockerfile
    assert log.text.startswith("heredoc\nprocess")
    assert log.text.endswith("exit code: 1")
    assert "RUN echo hi" not in log.text


def test_steps_of_buildah():
    log, _ = read(BUILDAH)
    assert [(s.stage, s.text, s.cached) for s in log.steps] == [
        ("build", "FROM python:3.14-slim-trixie AS build", False),
        ("build", "RUN echo one", True),
        ("", "FROM python:3.14-slim-trixie", False),
        ("", "RUN false", False),
    ]
    assert log.text.startswith("oh no")


def test_a_long_log_is_not_kept_whole():
    log, _ = read("#5 [2/2] RUN seq\n" + "".join(f"#5 0.{n % 9}1 {n}\n" for n in range(9000)))
    assert list(log.steps[0].log) == [str(n) for n in range(9000 - LINES, 9000)]


def test_the_instruction_that_is_meant():
    text = "FROM a AS one\nRUN x \\\n  y\nFROM one\nCOPY b c\nRUN <<EOF\nz\nEOF\n"
    assert origin.instruction(text, 3, "").value == "x   y"
    assert origin.instruction(text, None, "RUN x   y").first == 2
    assert origin.instruction(text, 7, "").name == "RUN"
    assert origin.instruction(text, None, "") is None
    assert [origin.stage_of(text, line) for line in (1, 3, 4, 7)] == ["one", "one", "", ""]
    assert [i.name for i in origin.own(text)] == ["RUN", "COPY", "RUN"]
