"""The script that compares detection with a corpus: what counts as the same command, manager, framework."""

from __future__ import annotations

import subprocess

import pytest
from agreement import Answer, checkout, compare, essence, frameworks, managers, starts


@pytest.mark.parametrize(
    ("corpus", "ours"),
    [
        ("next start", "node node_modules/next/dist/bin/next start"),
        ("./cli.js", "node cli.js"),
        ("yarn serve (next start)", "next start"),
        ("gunicorn config.wsgi", "gunicorn config.wsgi:application --bind=0.0.0.0:8000 --worker-tmp-dir=/dev/shm"),
        ("python manage.py migrate && gunicorn hc.wsgi (own image: uwsgi)", "gunicorn hc.wsgi:application"),
        ("fastapi run app/main.py --port 80", "uvicorn app.main:app --host=0.0.0.0 --port=8000"),
        ("bin/sample-golang", "/usr/local/bin/sample-golang"),
        ("base serve --http=0.0.0.0:8090", "/app/base serve --http=0.0.0.0:8090"),
        ("gunicorn app:server --log-file=-", "gunicorn app:server"),
    ],
)
def test_the_same_start_in_other_words(corpus, ours):
    assert essence(tuple(ours.split())) in starts(corpus)


@pytest.mark.parametrize(
    ("corpus", "ours"),
    [
        ("node server.js", "node index.js"),
        ("uvicorn a:app", "gunicorn a:app"),
        ("hugo serve", "hugo"),
        ("./x y", "x z"),
    ],
)
def test_another_start(corpus, ours):
    assert essence(tuple(ours.split())) not in starts(corpus)


def test_the_words_of_the_corpus():
    assert managers("npm or yarn1 (both locks)") == {"npm", "yarn"}
    assert managers("uv (backend) + bun (frontend)") == {"uv", "bun"}
    assert managers("none") == managers(None) == set()
    assert frameworks("next 16 (app router) + expo + tanstack") == {"next", "expo", "tanstack"}
    assert frameworks("create-react-app 3") == {"cra"}
    assert frameworks(None) == {""}


def answer(**values):
    plain = {"language": "node", "manager": "npm", "framework": "express", "start": ("node", "a.js"), "port": 3000}
    return Answer(**(plain | {"kind": "web", "said": "", "seconds": 0.0} | values))


ENTRY = {"expect": "run", "language": "node", "kind": "web", "package_manager": "npm", "framework": "express",
         "start": {"command": "node a.js"}, "port": {"number": 3000}}  # fmt: skip


def test_fields_are_compared_one_by_one():
    assert all(agree for agree, _, _ in compare(ENTRY, answer()).values())
    assert [f for f, row in compare(ENTRY, answer(port=80, manager="pnpm")).items() if not row[0]] == [
        "manager",
        "port",
    ]
    refused = compare(ENTRY, answer(kind="refused", start=(), port=None, manager="", framework="", said="no"))
    assert [f for f, row in refused.items() if row[0]] == ["language"]
    unsupported = compare(ENTRY | {"expect": "unsupported"}, answer(kind="refused"))
    assert unsupported == {"kind": (True, "unsupported", "refused")}


def test_a_checkout_has_no_container_files(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    for name in ("Dockerfile", "compose.yaml", ".dockerignore", "app.py"):
        (work / name).write_text("x")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-C", str(work)]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    bare = tmp_path / "mirror" / "owner+name" / "repo"
    bare.parent.mkdir(parents=True)
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(bare)], check=True)
    checkout(tmp_path / "mirror", {"repo": "owner/name", "commit": None}, tmp_path / "out" / "name")
    assert {p.name for p in (tmp_path / "out" / "name").iterdir()} == {"app.py"}
