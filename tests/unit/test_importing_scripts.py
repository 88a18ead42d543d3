"""Shell scripts that start containers, as `init --import` reads them: what runs in any case, and nothing is run."""

from __future__ import annotations

import pytest
from dockgen import importing
from dockgen.importing import flow
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

OLD = "FROM python:3.14-slim\nWORKDIR /app\nENV PORT=7000\n{}\n"
STEPS = {
    "plain": ("a 1\nb 2 # c\n", [(1, "a 1", True), (2, "b 2", True)]),
    "continued": ("a \\\n  1\nb\n", [(1, "a 1", True), (3, "b", True)]),
    "a condition": ("if a; then\n  b\nelse\n  c\nfi\nd\n", [(1, "a", True), (2, "b", False), (4, "c", False), (6, "d", True)]),
    "on one line": ("if ! a; then b; fi; c\n", [(1, "a", True), (1, "b", False), (1, "c", True)]),
    "a loop that tries again": ("until a; do\n  sleep 1\ndone\nb\n", [(1, "a", True), (2, "sleep 1", True), (4, "b", True)]),
    "a loop over things": ("for x in 1 2; do\n  a $x\ndone\n", [(2, "a $x", False)]),
    "a case": ("case $1 in\n  web) a ;;\n  *)\n    b\n    ;;\nesac\nc\n", [(2, "a", False), (4, "b", False), (7, "c", True)]),
    "a test before": ('[ -n "$A" ] && a\n[[ $A == 1 && $B ]] && b\nc || d\ne && f\n', [
        (1, "[ -n $A ]", True), (1, "a", False), (2, "[[ $A == 1", True), (2, "b", False), (3, "c", True),
        (3, "d", False), (4, "e", True), (4, "f", True),
    ]),
    "a text of several lines": ("echo 'if a\nthen'\nb\n", [(1, "echo if a ; then", True), (3, "b", True)]),
    "a heredoc": ("cat > x <<EOF\nfi\nrm -rf /\nEOF\nb\n", [(1, "cat", True), (5, "b", True)]),
    "lists and what is put in": ("A=(\n  'b c'\n  d\n)\ni=$((i + 1))\nx=$(date -u)\na $(b c)\n", [(7, "a $_", True)]),
    "quotes that do not end": ("a 'b\n", []),
}  # fmt: skip


def opened(start, script, path="run.sh"):
    old = importing.read(OLD.format(start), "Dockerfile")
    assert path in importing.places(old)
    return importing.opened(old, path, script)


@pytest.mark.parametrize("name", STEPS)
def test_steps(name):
    script, expected = STEPS[name]
    assert [(s.line, s.words, s.always) for s in flow.steps(script)] == expected


def test_what_a_function_does_is_within_it():
    steps = flow.steps("wait_for() {\n  if a; then\n    b\n  fi\n}\nfunction two {\n  c\n}\nwait_for && d &\n")
    assert [(s.words, s.within) for s in steps] == [
        ("a", True),
        ("b", True),
        ("c", True),
        ("wait_for", False),
        ("d", False),
    ]
    assert [s.beside for s in steps] == [False, False, False, True, True]


def test_variables():
    script = (
        "A=1\nexport B='x y'\n: ${C:=3}\nexport C\nD=${D:-4}\nE=$(date)\nif x; then\n  F=1\nfi\nA=2\nG=\"$A\"\n"
        "f() {\n  local H=1\n}\n"
    )
    found = flow.variables(script)
    assert {name: variable.value for name, variable in found.items()} == {
        "A": None, "B": "x y", "C": "3", "D": "4", "E": None, "F": None, "G": None, "H": None,
    }  # fmt: skip
    assert {name for name, variable in found.items() if variable.is_exported} == {"B", "C"}
    assert {name for name, variable in found.items() if variable.is_default} == {"C", "D"}


@pytest.mark.parametrize(
    ("copied", "start", "place"),
    [
        ("COPY . .", '["./run.sh"]', "run.sh"),
        ("COPY . /src", '["/src/conf/run.sh"]', "conf/run.sh"),
        ("COPY docker/run.sh /usr/local/bin/", '["run.sh"]', "docker/run.sh"),
        ("COPY docker/start /usr/local/bin/app-entrypoint", '["app-entrypoint", "x"]', "docker/start"),
        ("COPY --from=build /build/scripts/run.sh /run.sh", '["/run.sh", "/x"]', "scripts/run.sh"),
        ("COPY . .", '["sh", "run.sh"]', "run.sh"),
    ],
)
def test_where_the_script_may_lie(copied, start, place):
    old = importing.read(OLD.format(f"{copied}\nENTRYPOINT {start}"), "Dockerfile")
    assert place in importing.places(old)


def test_a_place_outside_of_the_project_is_none():
    old = importing.read(OLD.format('ENTRYPOINT ["../../etc/entrypoint.sh"]'), "Dockerfile")
    assert all(not place.startswith(("..", "/")) for place in importing.places(old))
    assert importing.places(importing.read(OLD.format('CMD ["python", "x.py"]'), "Dockerfile")) == ()


SERVERS = {
    'exec "$@"': ("python", "x.py"),
    'exec gosu app "$@"': ("python", "x.py"),
    "poetry run ${@}": ("python", "x.py"),
    "exec uvicorn x:app --port ${PORT:-8000}": ("uvicorn", "x:app", "--port", "7000"),
    "BIND=0.0.0.0:80\nexec gunicorn -b $BIND x": ("gunicorn", "-b", "0.0.0.0:80", "x"),
    'if [ "$(id -u)" = 0 ]; then\n  exec su-exec app "$@"\nfi\nexec "$@"': ("python", "x.py"),
    "cd /app\nflask db upgrade && exec python x.py": ("python", "x.py"),
}


@pytest.mark.parametrize("script", SERVERS)
def test_what_a_script_ends_in(script):
    start = opened('ENTRYPOINT ["./run.sh"]\nCMD ["python", "x.py"]', f"#!/bin/sh\nset -e\n{script}\n").start
    assert start.argv == SERVERS[script]
    assert (start.wrapper, start.path, start.more) == ("", "run.sh", "")


@pytest.mark.parametrize(
    "script",
    [
        'if x; then\n  exec "$@"\nelse\n  exec python y.py\nfi',
        "run() {\n  python x.py\n}\nrun $1",
        "python x.py &\nwait",
        "WORKERS=$(nproc)\nexec gunicorn -w $WORKERS x",
        'exec "${cmd[@]}"',
        'eval "$cmd"',
        "exec python x.py &",
        "echo done",
        "",
    ],
)
def test_what_is_not_certain_is_not_taken(script):
    start = opened('ENTRYPOINT ["./run.sh"]\nCMD ["python", "x.py"]', f"#!/bin/bash\n{script}\n").start
    assert (start.wrapper, start.script_at, start.shell) == ("./run.sh", "run.sh", "bash")


def test_a_program_of_another_language_is_not_read():
    old = importing.read(OLD.format('ENTRYPOINT ["./run.sh"]'), "Dockerfile")
    assert importing.opened(old, "run.sh", "#!/usr/bin/env python3\nimport os\n") is old


def test_a_migration_that_is_tried_again():
    start = opened(
        'CMD ["./run.sh"]', "while true; do\n  flask db upgrade && break\n  sleep 5\ndone\nexec gunicorn x\n"
    ).start
    assert (start.migration, start.migrates_at, start.argv, start.more) == (
        "flask db upgrade",
        2,
        ("gunicorn", "x"),
        "",
    )


def test_a_migration_is_found_where_the_start_is_not():
    start = opened('CMD ["./run.sh"]', "python manage.py migrate\nif x; then\n  exec a\nfi\n").start
    assert (start.migration, start.migrates_at, start.wrapper) == ("python manage.py migrate", 1, "./run.sh")


def test_a_long_script_is_told_in_short():
    notes = opened('CMD ["./run.sh"]', "".join(f"step {n}\n" for n in range(40)) + "exec python x.py\n").script
    assert [n.line for n in notes] == [1, 2, 3, 4, 5, 6, 7]
    assert notes[-1].what == "runs step 6; and 34 more"


WORDS = st.sampled_from(
    ["if", "then", "fi", "while", "do", "done", "case", "x)", ";;", "esac", "f() {", "}", "[[", "]]", "&&", "||", "&", "\n",
     '"$@"', "exec", "python", "x.py", "$(", ")", "`", "'", '"', "<<E", "E", "A=1", "export", "${A:-", "}", "#", "\\", "=("]
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join)))
@limits(deadline=None)
def test_any_script_is_read(script):
    old = importing.read(OLD.format('ENTRYPOINT ["./run.sh"]\nCMD ["python", "x.py"]'), "Dockerfile")
    importing.compare(importing.opened(old, "run.sh", script), None)
