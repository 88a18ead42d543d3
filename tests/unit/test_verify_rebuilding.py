"""Which file is edited, what a second build may do again, what the project says of development, what is asked."""

from __future__ import annotations

import json

import pytest
from dockgen import stacks
from dockgen.project import Project, scan
from dockgen.settings import NOTHING
from dockgen.verify import development, rebuilding, subject
from dockgen.verify.buildlog import Step
from dockgen.verify.subject import Subject
from helpers import PROJECTS

DOCKERFILE = """\
FROM node:26 AS build
COPY package.json .
RUN npm ci
COPY . .
RUN npm run build
FROM node:26
RUN <<EOF
apt-get update
apt-get install -y curl
EOF
COPY --from=build /app /app
"""


def of(**more):
    usual = {"app": "a", "context": "/c", "dockerfile": "Dockerfile", "text": DOCKERFILE, "stack": "node"}
    return Subject(**usual | more)


@pytest.mark.parametrize(
    ("stack", "start", "folder", "files", "first"),
    [
        ("python", ("uvicorn", "shop.main:app"), "", ["setup.py", "tests/test_a.py", "shop/__init__.py", "shop/main.py"],
         "shop/main.py"),
        ("python", (), "", ["conftest.py", "z.py", "pkg/a.py"], "z.py"),
        ("node", ("node", "dist/server.js"), "", ["vite.config.ts", "src/server.ts", "src/a.test.ts"], "src/server.ts"),
        ("node", ("node", "server.js"), "apps/web", ["a.js", "apps/web/b.js", "apps/web/server.js"], "apps/web/server.js"),
        ("go", ("/app",), "", ["main_test.go", "main.go", "README.md"], "main.go"),
        ("static", (), "", ["README.md", "docs/index.md"], "docs/index.md"),
        ("", (), "", ["x.bin", "src/main.rs"], "src/main.rs"),
    ],
)  # fmt: skip
def test_what_is_edited(stack, start, folder, files, first):
    assert rebuilding.candidates(of(stack=stack, start=start, folder=folder), files)[0] == first


def test_nothing_to_edit():
    assert rebuilding.candidates(of(), ["a.py", "b"]) == []


def test_the_line_is_a_comment():
    assert rebuilding.line_for("a/b.py", "1") == "\n# edited by dockgen verify 1\n"
    assert rebuilding.line_for("a/b.html", "1").strip().startswith("<!--")


def steps(*ran):
    """The steps of DOCKERFILE, as a log shows them; those at RAN ran again."""
    texts = [("build", "COPY package.json ."), ("build", "RUN npm ci"), ("build", "COPY . ."), ("build", "RUN npm run build"),
             ("stage-1", "RUN <<EOF (apt-get update...)"), ("stage-1", "COPY --from=build /app /app")]  # fmt: skip
    return [
        Step(stage="", text="FROM node:26", cached=True),
        *(Step(stage=stage, text=text, cached=at not in ran, done=at in ran) for at, (stage, text) in enumerate(texts)),
    ]


@pytest.mark.parametrize(
    ("ran", "status", "said"),
    [
        ((2, 3, 5), "passed", "after an edit of a.js 3 of 6 steps ran again"),
        ((0, 1, 2, 3, 5), "failed", "after an edit of a.js the dependencies are installed again"),
        ((4, 5), "failed", "after an edit of a.js packages of the system are installed again"),
        ((0, 1, 4), "failed", "after an edit of a.js the dependencies and packages of the system are installed again"),
    ],
)
def test_what_may_run_again(ran, status, said):
    check = rebuilding.judge(of(), "a.js", steps(*ran), 1.5)
    assert (check.status, check.said, check.seconds) == (status, said, 1.5)
    assert check.detail.splitlines()[1] == f"{'ran again' if 1 in ran else 'cached   '}  [build] RUN npm ci"


def test_an_installation_that_needs_the_source():
    check = rebuilding.judge(of(needs_source=True), "a.js", steps(0, 1), 1.0)
    assert check.status == "passed"
    assert check.said.endswith("for they cannot be installed without the source")


def test_the_app_itself_may_be_installed_again():
    text = "FROM a AS b\nRUN uv sync --no-install-project\nCOPY . .\nRUN uv sync\n"
    first = Step(stage="b", text="RUN uv sync --no-install-project", cached=True)
    assert (
        rebuilding.judge(of(text=text), "a.py", [first, Step(stage="b", text="RUN uv sync", done=True)], 1.0).status
        == "passed"
    )


def test_an_edit_that_reaches_nothing():
    assert not rebuilding.is_reached(
        [Step(stage="", text="FROM a", done=True), Step(stage="", text="RUN b", cached=True)]
    )
    assert rebuilding.is_reached(steps(2))


@pytest.mark.parametrize(
    "command",
    ["npm ci", "npm install", "pnpm install --frozen-lockfile", "yarn install", "yarn --immutable", "bun install",
     "uv sync --frozen", "pip install -r requirements.txt", "poetry install", "pdm sync", "pipenv sync", "go mod download"],
)  # fmt: skip
def test_what_installs_dependencies(command):
    assert rebuilding.INSTALLS[0][1].search(f"cd x && {command}")


@pytest.mark.parametrize(
    "command", ["npm run build", "yarn build", "yarn run build", "go build", "uv run x", "bun build"]
)
def test_what_does_not(command):
    assert not rebuilding.INSTALLS[0][1].search(command)


def found(files):
    project = Project.of(files)
    return development.find(project, stacks.detect(project, stacks.choose(project, NOTHING), NOTHING), NOTHING)


NODE = {"dependencies": {"koa": "3"}, "devDependencies": {"jest": "1", "koa": "3"}, "scripts": {"start": "node a.js"}}
APP = "from flask import Flask\napp = Flask(__name__)\n"
PYPROJECT = """\
[project]
name = "a"
version = "1"
dependencies = ["flask[async]", "gunicorn"]
[project.optional-dependencies]
test = ["PyTest"]
mail = ["mailer"]
[dependency-groups]
dev = ["ruff", {include-group = "more"}, "flask"]
[tool.uv]
dev-dependencies = ["ty"]
"""
POETRY = '[tool.poetry.dependencies]\nflask = "3"\n[tool.poetry.group.dev.dependencies]\nMypy = "1"\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"package.json": json.dumps(NODE), "a.js": "x"}, (("jest",), "")),
        ({"package.json": json.dumps(NODE | {"devDependencies": {}}), "a.js": "x"},
         ((), "the project names no dependencies of development")),
        ({"pyproject.toml": PYPROJECT, "app.py": APP}, (("ruff", "pytest", "ty"), "")),
        ({"requirements.txt": "flask\n", "requirements-dev.txt": "-r requirements.txt\npytest==9\n", "app.py": APP},
         (("pytest",), "")),
        ({"Pipfile": '[packages]\nflask = "*"\n[dev-packages]\nBlack = "*"\n', "app.py": APP}, (("black",), "")),
        ({"pyproject.toml": POETRY, "app.py": APP}, (("mypy",), "")),
        ({"go.mod": "module a\ngo 1.26\n", "main.go": "package main\nfunc main() {}\n"}, ((), "")),
        ({"index.html": "x"}, ((), "a site has files, and no packages")),
    ],
)  # fmt: skip
def test_what_only_development_asks_for(files, expected):
    known = found(files)
    assert (known.asks, known.reason) == expected


def test_a_start_that_migrates_by_what_is_for_development():
    files = json.loads((PROJECTS / "node-hono-drizzle" / "package.json").read_text())
    facts = scan(PROJECTS / "node-hono-drizzle")
    facts = stacks.detect(facts, stacks.choose(facts, NOTHING), NOTHING)
    migrates = development.find(
        None, facts, NOTHING, ("sh", "-c", "node_modules/.bin/drizzle-kit migrate && exec node x")
    )
    assert migrates.reason == "the start migrates the database by drizzle-kit, which is one of them"
    assert development.find(None, facts, NOTHING, ("node", "x")).asks == tuple(files["devDependencies"])


def test_roots_have_their_extras():
    assert dict(found({"pyproject.toml": PYPROJECT, "app.py": APP}).roots) == {
        "flask": frozenset({"async"}), "gunicorn": frozenset(),
    }  # fmt: skip


class Plan:
    build_args = (
        "--ssh", "default", "--secret", "id=a,env=A", "--secret", "id=b,src=$HOME/.npmrc", "--secret", "id=c,src=x/y",
    )  # fmt: skip


def test_what_a_build_is_given():
    assert subject.build_args(Plan, "/code", "/home/me") == (
        "--ssh", "default", "--secret", "id=a,env=A", "--secret", "id=b,src=/home/me/.npmrc", "--secret", "id=c,src=/code/x/y",
    )  # fmt: skip
    assert subject.variables(["A=1", "B=2"]) == ("--env", "A=1", "--env", "B=2")
