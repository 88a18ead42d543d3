"""Which extras and groups are installed, with which credentials, and how requirements files are read together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.errors import UnsupportedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING

if TYPE_CHECKING:
    from dockgen.plans import Plan

APP = {"main.py": "import redis\nfrom fastapi import FastAPI\napp = FastAPI()\n"}
PROJECT = '[project]\nname = "x"\ndependencies = ["httpx"]\n'
WEB = PROJECT.replace("httpx", "fastapi") + '[project.optional-dependencies]\nserver = ["uvicorn", "redis"]\n'


def plan(files: dict[str, str]) -> Plan:
    return decide(detect(Project.of(APP | files), NOTHING), NOTHING)


def dockerfile(files: dict[str, str]) -> str:
    return next(a.text for a in render(plan(files)) if a.path == "Dockerfile")


@pytest.mark.parametrize(
    ("files", "options"),
    [
        ({"pyproject.toml": WEB}, " --extra server"),
        ({"pyproject.toml": WEB, "uv.lock": "version = 1\n"}, " --extra server"),
        ({"pyproject.toml": WEB, "pdm.lock": ""}, " -G server"),
        ({"pyproject.toml": WEB, "pdm.lock": '[metadata]\ngroups = ["default", "dev"]\n'}, ""),
        ({"pyproject.toml": PROJECT + '[dependency-groups]\nweb = ["fastapi", "redis"]\n', "pdm.lock": ""}, ""),
        ({"pyproject.toml": WEB, "poetry.lock": ""}, " --only main --extras server"),
        ({"pyproject.toml": WEB.replace("server", "test")}, ""),  # for development, whatever the app imports
        ({"pyproject.toml": WEB.replace('["uvicorn", "redis"]', '["boto3"]')}, ""),  # nothing imports it
        ({"pyproject.toml": WEB.replace("server", "production").replace("redis", "boto3")}, " --extra production"),
        ({"pyproject.toml": WEB.replace('"uvicorn", ', "") + 'more = ["redis", "celery"]\n'}, " --extra server"),
        ({"pyproject.toml": PROJECT + '[dependency-groups]\nweb = ["fastapi", "redis"]\n'}, " --group web"),
        (
            {"pyproject.toml": WEB + '[tool.uv]\ndefault-groups = ["dev", "docs", "web"]\n', "uv.lock": "version = 1\n"},
            " --extra server --no-group docs",
        ),
        (
            {"pyproject.toml": 'dynamic = 1\n[project]\nname="x"\ndynamic=["dependencies"]\n[project.optional-dependencies]\nweb=["redis"]\n'},
            "[web]",
        ),
    ],
)  # fmt: skip
def test_extras_and_groups(files, options):
    assert plan(files).build.options == options


def test_an_optional_dependency_of_poetry_is_installed_by_its_extra_only():
    pyproject = (
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "*"\nuvicorn = "*"\n'
        'redis = { version = "*", optional = true }\nboto3 = { version = "*", optional = true }\n'
        '[tool.poetry.extras]\ncache = ["redis"]\ncloud = ["boto3"]\n'
    )
    made = plan({"pyproject.toml": pyproject, "poetry.lock": ""})
    assert made.build.options == " --only main --extras cache"


def test_what_is_only_in_a_chosen_extra_counts():
    pyproject = PROJECT + '[project.optional-dependencies]\nweb = ["fastapi", "mysqlclient", "uvicorn"]\n'
    made = plan({"pyproject.toml": pyproject})
    assert "default-libmysqlclient-dev" in made.build.apt
    assert made.build.server == ""  # the extra brings it


def test_a_name_that_is_no_name_of_an_extra_is_left_out():
    pyproject = PROJECT + '[project.optional-dependencies]\n"a; rm -rf /" = ["redis", "fastapi"]\n'
    assert plan({"pyproject.toml": pyproject}).build.options == ""


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (
            {"requirements.txt": "--extra-index-url https://${INDEX_USER}:${INDEX_TOKEN}@index.example/simple\nfastapi\n"},
            ("INDEX_USER", "INDEX_TOKEN"),
        ),
        ({"requirements.txt": "# https://${OLD}@index.example\nfastapi\n"}, ()),
        ({"requirements.txt": "fastapi\ngit+https://${GH_TOKEN}@git.example/x/y.git\n"}, ("GH_TOKEN",)),
        (
            {"Pipfile": "[[source]]\nurl = 'https://$USER_NAME:${PASS_WORD}@index.example'\nname='x'\n[packages]\nfastapi='*'\n"},
            ("USER_NAME", "PASS_WORD"),
        ),
        (
            {"pyproject.toml": WEB + '[[tool.uv.index]]\nname = "my-corp"\nurl = "https://index.example"\nauthenticate = "always"\n'},
            ("UV_INDEX_MY_CORP_USERNAME", "UV_INDEX_MY_CORP_PASSWORD"),
        ),
        (
            {"pyproject.toml": WEB + '[[tool.uv.index]]\nname = "corp"\nurl = "https://me@index.example"\n', "uv.lock": "version = 1\n"},
            ("UV_INDEX_CORP_PASSWORD",),
        ),
        ({"pyproject.toml": WEB + '[[tool.uv.index]]\nname = "torch"\nurl = "https://wheels.example/cpu"\n'}, ()),
        (
            {"pyproject.toml": WEB + '[[tool.poetry.source]]\nname = "corp"\nurl = "https://corp.example/artifactory/x"\n', "poetry.lock": ""},
            ("POETRY_HTTP_BASIC_CORP_USERNAME", "POETRY_HTTP_BASIC_CORP_PASSWORD"),
        ),
        (
            {
                "pyproject.toml": WEB + '[[tool.poetry.source]]\nname = "own"\nurl = "https://own.example"\n',
                "poetry.lock": "",
                "README.md": "export POETRY_HTTP_BASIC_OWN_PASSWORD=…\n",
            },
            ("POETRY_HTTP_BASIC_OWN_USERNAME", "POETRY_HTTP_BASIC_OWN_PASSWORD"),
        ),
        (
            {"pyproject.toml": WEB + '[[tool.pdm.source]]\nname = "own"\nurl = "https://me:${PDM_TOKEN}@own.example"\n', "pdm.lock": ""},
            ("PDM_TOKEN",),
        ),
    ],
)  # fmt: skip
def test_credentials(files, names):
    made = plan(files)
    assert tuple(s.name for s in made.build.secrets) == names
    assert made.build_args == tuple(w for n in names for w in ("--secret", f"id={n},env={n}"))
    text = dockerfile(files)
    for name in names:
        assert f"--mount=type=secret,id={name},env={name}" in text


def test_a_repository_over_ssh():
    files = {"requirements.txt": "fastapi\ngit+ssh://git@git.example/x/y.git\n"}
    made = plan(files)
    assert {"git", "openssh-client"} <= set(made.build.apt)
    assert "--mount=type=ssh,required=true" in dockerfile(files)
    assert made.build_args == ("--ssh", "default")


def test_exported_credentials_do_not_stay():
    files = {
        "pyproject.toml": WEB + '[[tool.poetry.source]]\nname = "c"\nurl = "https://c.example/nexus"\n',
        "poetry.lock": "",
    }
    text = dockerfile(files)
    assert "--with-credentials" in text
    assert "&& rm /tmp/requirements.txt" in text


@pytest.mark.parametrize(
    ("files", "constraints"),
    [
        ({"requirements.txt": "fastapi\n", "constraints.txt": "fastapi<1\n"}, ("constraints.txt",)),
        ({"requirements.txt": "-c constraints.txt\nfastapi\n", "constraints.txt": "fastapi<1\n"}, ()),
        ({"requirements/base.txt": "fastapi\n", "requirements/constraints.txt": "x<1\n"}, ("requirements/constraints.txt",)),
        ({"requirements.txt": "fastapi\n"}, ()),
    ],
)  # fmt: skip
def test_constraints(files, constraints):
    made = plan(files)
    assert made.build.constraints == constraints
    assert set(constraints) <= set(made.build.manifests)
    assert all(f" -c {c}" in dockerfile(files) for c in constraints)


@pytest.mark.parametrize("include", ["", "-c constraints.txt\n"])
def test_constraints_bind_what_is_asked_for_and_ask_for_nothing(include):
    made = plan(
        {"requirements.txt": f"{include}fastapi\nuvicorn\nnumpy\n", "constraints.txt": "numpy==1.25.2\nselenium==4.1\n"}
    )
    assert made.build.image == "python:3.11-slim-trixie"
    assert made.runtime.apt == ()


@pytest.mark.parametrize(
    ("files", "word"), [({"environment.yml": "name: x\n"}, "micromamba"), ({"pixi.lock": ""}, "pixi")]
)
def test_conda_is_refused_with_what_would_work(files, word):
    with pytest.raises(UnsupportedError) as error:
        plan(files | {"main.py": APP["main.py"]})
    assert "requirements.txt" in (error.value.hint or "")
    assert word in (error.value.hint or "")


def test_a_server_is_not_asked_for_together_with_hashes():
    files = {"requirements.txt": "fastapi==0.110 \\\n    --hash=sha256:00\n"}
    text = dockerfile(files)
    assert " install -r requirements.txt\n" in text
    assert "'uvicorn==0.54.0 --hash=sha256:505bdb0f318731d45f1f712071fc781a8981f6847a31c902c9f5e652d4f67faf'" in text


def test_links_to_a_folder_need_the_source():
    assert plan({"requirements.txt": "--find-links wheels\nfastapi\n"}).build.needs_source
    assert not plan({"requirements.txt": "--find-links https://wheels.example\nfastapi\n"}).build.needs_source
