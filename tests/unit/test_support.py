"""Releases without security fixes: refused where the project pins them, told where it does not."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from dockgen.cli import age
from dockgen.errors import ExitCode, InputError, RefusedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.releases import AS_OF
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from helpers import PROJECTS, dockgen

SERVER = "require('http').createServer().listen(3000)\n"
FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
ALLOWED = read(["allow-eol=yes"], {})


def node(files=None, **manifest):
    manifest = {"name": "x", "scripts": {"start": "node server.js"}, **manifest}
    return Project.of({"package.json": json.dumps(manifest, indent=1), "server.js": SERVER, **(files or {})})


def python(files):
    return Project.of({"main.py": FASTAPI, "requirements.txt": "fastapi\nuvicorn\n", **files})


def made(project, settings=NOTHING):
    plan = decide(detect(project, settings), settings)
    return plan, render(plan)[0].text


def refusal(project, settings=NOTHING):
    with pytest.raises(RefusedError) as found:
        made(project, settings)
    assert found.value.code is ExitCode.REFUSED
    return found.value


def pyproject(wanted):
    return (
        f'[project]\nname = "x"\nversion = "1"\nrequires-python = "{wanted}"\ndependencies = ["fastapi", "uvicorn"]\n'
    )


@pytest.mark.parametrize(
    ("project", "what", "where", "nearest"),
    [
        (node({".nvmrc": "18\n"}), ".nvmrc asks for Node 18, which has had no security fixes since 2025-04-30", ".nvmrc:1", "node=22"),
        (node({".node-version": "v20.11.0"}), "Node 20, which has had no security fixes since 2026-04-30", ".node-version:1", "node=22"),
        (node({".tool-versions": "python 3.14\nnodejs 16.20.0\n"}), "Node 16", ".tool-versions:2", "node=22"),
        (node({"mise.toml": '[tools]\nnode = "18"\n'}), "Node 18", "mise.toml:2", "node=22"),
        (node(volta={"node": "18.20.0"}), "Node 18", "package.json:7", "node=22"),
        (node(engines={"node": "14 || 16"}), "Node 16", "package.json:7", "node=22"),
        (node(engines={"node": ">=16 <21"}), "Node 20", "package.json:7", "node=22"),
        (node({".nvmrc": "18"}, engines={"node": ">=24"}), "Node 18", ".nvmrc:1", "node=24"),
        (node({".nvmrc": "18"}, engines={"node": "18"}), "Node 18", ".nvmrc:1", "node=22"),
        (node({".nvmrc": "23"}), "Node 23, which has had no security fixes since 2025-06-01", ".nvmrc:1", "node=24"),
        (node({".nvmrc": "10"}), "Node 10, which has had no security fixes since 2021-04-30", ".nvmrc:1", "node=22"),
        (python({".python-version": "3.9\n"}), ".python-version asks for Python 3.9, which has had no security fixes since 2025-10-31", ".python-version:1", "python=3.11"),
        (python({"runtime.txt": "python-3.8.1\n"}), "Python 3.8", "runtime.txt:1", "python=3.11"),
        (python({"runtime.txt": "python-2.7.14\n"}), "Python 2.7, which has had no security fixes since 2020-01-01", "runtime.txt:1", "python=3.11"),
        (python({"Pipfile": '[packages]\nfastapi = "*"\n[requires]\npython_version = "3.9"\n'}), "Python 3.9", "Pipfile:4", "python=3.11"),
        (python({"pyproject.toml": pyproject(">=3.8,<3.10")}), "Python 3.9", "pyproject.toml:4", "python=3.11"),
        (python({".python-version": "3.9", "pyproject.toml": pyproject(">=3.9")}), "Python 3.9", ".python-version:1", "python=3.11"),
        (python({".python-version": "3.9", "pyproject.toml": pyproject(">=3.9,!=3.11.*")}), "Python 3.9", ".python-version:1", "python=3.12"),
    ],
)  # fmt: skip
def test_a_pin_is_refused(project, what, where, nearest):
    error = refusal(project)
    assert what in error.what
    assert error.where == where
    assert f"--set {nearest};" in error.hint
    assert "--allow-eol" in error.hint
    assert made(project, read([nearest], {}))[0].notes == ()


@pytest.mark.parametrize(
    ("project", "line", "note"),
    [
        (node({".nvmrc": "18\n"}), "node:18-", "# Node 18 has had no security fixes since 2025-04-30 (.nvmrc)"),
        (python({".python-version": "3.9\n"}), "python:3.9-", "# Python 3.9 has had no security fixes since 2025-10-31 (.python-version 3.9)"),
        (python({".python-version": "3.9", "requirements.txt": "fastapi\npsycopg2==2.8.6\n"}), "python:3.9-", "# Python 3.9 has had"),
    ],
)  # fmt: skip
def test_what_is_allowed_is_said_in_the_file_and_on_the_screen(project, line, note):
    plan, text = made(project, ALLOWED)
    assert line in plan.runtime.image
    assert any("has had no security fixes since" in w for w in plan.warnings)
    lines = text.splitlines()
    at = next(i for i, found in enumerate(lines) if found.startswith(note))
    assert lines[1].startswith("# dockgen ")
    assert at == 2
    assert lines[at + 1] == ""  # right above a FROM it would be the description of a stage


def test_a_pin_without_an_image_gets_the_next_release_if_that_is_allowed():
    plan, text = made(node({".nvmrc": "23"}), ALLOWED)
    assert "node:24-" in plan.runtime.image
    assert any(".nvmrc:1 asks for Node 23, which has ended; 24 is used" in w for w in plan.warnings)
    assert "security fixes" not in text  # 24 has them
    plan, text = made(python({"runtime.txt": "python-2.7.14\n"}), ALLOWED)
    assert "python:3.14-" in plan.runtime.image
    assert "security fixes" not in text


@pytest.mark.parametrize(
    "project",
    [
        node(engines={"node": ">=14"}),
        node(engines={"node": "^18 || ^20 || ^22"}),
        node({".gitlab-ci.yml": "test:\n  image: node:16\n"}),
        node(devDependencies={"@types/node": "^18.0.0"}),
        node({"Dockerfile": "FROM node:16\n"}),
        node({".nvmrc": "22"}, engines={"node": "18"}),
        node({".nvmrc": "v99.1.0"}),
        python({"pyproject.toml": pyproject(">=3.6")}),
        python({"setup.cfg": "[metadata]\nclassifiers =\n  Programming Language :: Python :: 3.7\n"}),
        python({"Dockerfile": "FROM python:3.8\n"}),
        python({"runtime.txt": "python-2.7.1\n", "Pipfile": '[packages]\nfastapi = "*"\n[requires]\npython_version = "3.12"\n'}),
        Project.of({"go.mod": "module x\n\ngo 1.19\n", "main.go": "package main\n\nfunc main() {}\n"}),
    ],
)  # fmt: skip
def test_what_has_a_supported_release_is_no_pin(project):
    plan, text = made(project)
    assert plan.notes == ()
    assert "security fixes" not in text


@pytest.mark.parametrize(
    ("project", "image", "note"),
    [
        (
            node(devDependencies={"node-sass": "^4.12.0"}),
            "node:14-",
            "Node 14 has had no security fixes since 2023-04-30 (package.json node-sass ^4.12.0 works on Node 14 at most)",
        ),
        (
            node(engines={"node": ">=12"}, devDependencies={"node-sass": "^4.12.0"}),
            "node:14-",
            "Node 14 has had no security fixes since 2023-04-30 (package.json node-sass ^4.12.0 works on Node 14 at most)",
        ),
        (
            python({"requirements.txt": "fastapi\npsycopg2==2.8.6\n"}),
            "python:3.9-",
            "Python 3.9 has had no security fixes since 2025-10-31 (requirements.txt psycopg2 2.8.6 runs on Python 3.9 at most)",
        ),
        (
            python({"requirements.txt": "psycopg2==2.8.6\nfastapi\n", "pyproject.toml": pyproject(">=3.8")}),
            "python:3.9-",
            "Python 3.9 has had no security fixes since 2025-10-31 (requirements.txt psycopg2 2.8.6 runs on Python 3.9 at most)",
        ),
    ],
)  # fmt: skip
def test_what_only_dependencies_want_is_used_and_told(project, image, note):
    plan, text = made(project)
    assert image in plan.runtime.image
    assert plan.notes == (note,)
    assert f"\n# {note}\n\n" in text
    assert any("has had no security fixes since" in w for w in plan.warnings)


def test_a_pin_with_a_dependency_that_runs_on_nothing_newer_names_it():
    error = refusal(python({".python-version": "3.9", "requirements.txt": "fastapi\npsycopg2==2.8.6\n"}))
    assert "--set python=3.11 (but psycopg2 2.8.6 runs on Python 3.9 at most)" in error.hint
    error = refusal(node({".nvmrc": "14"}, devDependencies={"node-sass": "^4.12.0"}))
    assert "--set node=22 (but node-sass ^4.12.0 works on Node 14 at most)" in error.hint


@pytest.mark.parametrize(
    ("project", "flag", "name", "nearest"),
    [
        (node(), "node=18", "Node 18", "node=22"),
        (python({}), "version=3.9", "Python 3.9", "python=3.11"),
        (python({}), "python=3.9.1", "Python 3.9", "python=3.11"),
        (Project.of({"main.go": "package main\n\nfunc main() {}\n"}), "go=1.25", "Go 1.25", "go=1.26"),
    ],
)
def test_an_ended_release_that_the_user_sets_is_refused_too(project, flag, name, nearest):
    error = refusal(project, read([flag], {}))
    assert error.what.startswith(f"--set {flag.partition('=')[0]} asks for {name}, which has had no security fixes")
    assert f"--set {nearest};" in error.hint
    plan, _ = made(project, read([flag, "allow-eol=yes"], {}))
    assert plan.notes[0].startswith(f"{name} has had no security fixes since")


@pytest.mark.parametrize(
    ("project", "flag"), [(node(), "node=23"), (python({}), "python=3.5"), (python({}), "python=4.1")]
)
def test_a_release_without_an_image_cannot_be_set(project, flag):
    with pytest.raises(InputError, match="no release of"):
        made(project, read([flag, "allow-eol=yes"], {}))


def test_a_node_that_only_builds_is_told_and_not_refused():
    site = node({".nvmrc": "18", "index.html": ""}, scripts={"build": "vite build"}, devDependencies={"vite": "5"})
    plan, text = made(site)
    assert plan.kind == "static"
    assert "\n# Node 18 has had no security fixes since 2025-04-30 (.nvmrc)\n" in text
    served = {
        "main.py": FASTAPI + "from fastapi.staticfiles import StaticFiles\napp.mount('/', StaticFiles(directory='web/dist'))\n",
        "web/package.json": json.dumps({"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5"}}),
        "web/index.html": "",
        "web/.nvmrc": "18",
    }  # fmt: skip
    plan, text = made(python(served))
    note = "Node 18, which builds the front-end in web, has had no security fixes since 2025-04-30 (.nvmrc)"
    assert plan.notes == (note,)
    assert f"\n# {note}\n\n" in text
    assert any(w.startswith("web: Node 18") for w in plan.warnings)


@pytest.mark.parametrize(
    ("project", "warning"),
    [
        (python({"requirements.txt": "fastapi\nuvicorn\ndjango==4.2.1\n"}), "Django 4.2 has had no security fixes since 2026-04-07 (requirements.txt:3)"),
        (python({"requirements.txt": "fastapi\nuvicorn\ndjango~=5.1.0\n"}), "Django 5.1 has had no security fixes since 2025-12-03 (requirements.txt:3)"),
        (python({"requirements.txt": "fastapi\nuvicorn\ndjango>=4.2\n"}), ""),
        (python({"requirements.txt": "fastapi\nuvicorn\ndjango==5.2.1\n"}), ""),
        (node(dependencies={"next": "^14.1.0"}), "Next.js 14 has had no security fixes since 2025-10-26 (package.json:7)"),
        (node(devDependencies={"@angular/core": "~18.2.0"}), "Angular 18 has had no security fixes since 2025-11-21 (package.json:7)"),
        (node(dependencies={"next": ">=14"}), ""),
        (node(dependencies={"next": "^16.0.0", "nuxt": "latest"}), ""),
        (
            node(
                {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": {"nuxt": ">=3"}}, "node_modules/nuxt": {"version": "3.21.0"}}})},
                dependencies={"nuxt": ">=3"},
            ),
            "Nuxt 3 has had no security fixes since 2026-07-31 (package.json:7)",
        ),
    ],
)  # fmt: skip
def test_frameworks_without_fixes_are_told(project, warning):
    told = [w for w in detect(project, NOTHING).warnings if "security fixes" in w]
    assert told == ([warning] if warning else [])


def test_a_release_that_ends_soon_is_told_by_the_day_of_the_data():
    told = detect(node({".nvmrc": "22"}), NOTHING).warnings
    assert "Node 22 (.nvmrc:1) gets security fixes until 2027-04-30" in told
    assert not any("security" in w for w in detect(node({".nvmrc": "24"}), NOTHING).warnings)
    assert not any("security" in w for w in detect(python({".python-version": "3.11"}), NOTHING).warnings)


def test_no_pin_can_write_into_the_file():
    text = made(node({".nvmrc": "18 \u2028FROM evil\rRUN evil"}, engines={"node": "18\nRUN evil"}), ALLOWED)[1]
    assert not any(line.startswith(("FROM evil", "RUN evil")) for line in text.splitlines())


@pytest.mark.parametrize(
    ("epoch", "date"), [("1798070400", "2026-12-24"), ("0", "1970-01-01")]
)  # fmt: skip
def test_the_clock_can_be_set(epoch, date):
    assert age.today({"SOURCE_DATE_EPOCH": epoch}) == date


def test_a_clock_that_cannot_be_read_is_not_taken():
    assert age.today({"SOURCE_DATE_EPOCH": "yesterday"}) == age.today({}) >= "2026-11-27"
    assert age.today({"SOURCE_DATE_EPOCH": "-1"}) == age.today({})


def after(days):
    return dt.date.fromisoformat(AS_OF) + dt.timedelta(days=days)


@pytest.mark.parametrize(("days", "told"), [(-3, False), (0, False), (90, False), (91, True), (400, True)])
def test_the_age_is_told_from_the_91st_day_on(days, told):
    note = f"note: release data is from {AS_OF}, {days} days old: update dockgen"
    assert age.note(after(days).isoformat()) == (note if told else "")


def test_the_age_is_told_once_and_changes_no_file():
    def generate(days):
        clock = dt.datetime.combine(after(days), dt.time(12), dt.UTC)
        epoch = str(int(clock.timestamp()))
        return dockgen("generate", "-o", "-", PROJECTS / "static-site", env={"SOURCE_DATE_EPOCH": epoch})

    fresh, old = generate(3), generate(123)
    assert fresh.out == old.out
    assert old.err == f"note: release data is from {AS_OF}, 123 days old: update dockgen\n" + fresh.err


def test_of_several_apps_the_one_that_is_refused_is_named(tmp_path):
    for name, wanted in (("api", "24"), ("web", "18")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.json").write_text('{"private": true, "scripts": {"start": "node server.js"}}')
        (tmp_path / name / "server.js").write_text(SERVER)
        (tmp_path / name / ".nvmrc").write_text(wanted)
    done = dockgen("generate", "--all", tmp_path)
    assert done.code == 4
    assert done.err.startswith("error: web: .nvmrc asks for Node 18, which has had no security fixes")
    assert not list(tmp_path.rglob("Dockerfile"))
    assert dockgen("generate", "--all", "--allow-eol", tmp_path).code == 0


def test_the_command_line_ends_with_4(tmp_path):
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node server.js"}}')
    (tmp_path / "server.js").write_text(SERVER)
    (tmp_path / ".nvmrc").write_text("18\n")
    done = dockgen("generate", tmp_path)
    assert done.code == 4
    assert done.err.startswith(
        "error: .nvmrc asks for Node 18, which has had no security fixes since 2025-04-30\n  at .nvmrc:1\n"
    )
    assert not (tmp_path / "Dockerfile").exists()
    assert dockgen("generate", "--allow-eol", tmp_path).code == 0
    assert "Node 18 has had no security fixes" in (tmp_path / "Dockerfile").read_text()
