"""The gate as others run it: the composite action, the hook of pre-commit, the report for code scanning."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig

import pytest
import yaml
from helpers import PROJECTS, ROOT, dockgen, environment
from sarif import require_valid

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
# How packages are installed without a network: nothing but what this environment has already.
OFFLINE = {
    "PIP_NO_BUILD_ISOLATION": "0",  # which pip takes as that there is none
    "PIP_NO_DEPS": "1",
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PYTHONPATH": sysconfig.get_path("purelib"),
}
GIT = ["git", "-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "commit.gpgsign=false"]
COMPANIONS = "compose,make,github,hadolint"


@pytest.fixture
def project(tmp_path):
    """A project in a repository, its files and companions written and committed."""
    folder = tmp_path / "my parcels"
    shutil.copytree(PROJECTS / "python-fastapi-uv", folder)
    assert dockgen("generate", "--with", COMPANIONS, folder).code == 0
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")
    return folder


def git(folder, *arguments):
    subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True)


# The action


@pytest.fixture(scope="session")
def source(tmp_path_factory):
    """What is checked out as the action: the files of the package, without anything that was built."""
    home = tmp_path_factory.mktemp("action")
    for name in ("generator", "templates", "presets", "tools"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "action.yml", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, home / name)
    return home


@pytest.fixture(scope="session")
def runner(tmp_path_factory, source):
    """The environment of a runner, in which the first step of the action, which installs dockgen, has run."""
    home = tmp_path_factory.mktemp("runner")
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])  # python3 is the one that runs tests
    env = environment(OFFLINE | {"RUNNER_TEMP": str(home), "GITHUB_ACTION_PATH": str(source), "PATH": path})
    done = step(ACTION["runs"]["steps"][0], {}, env, source)
    assert done.returncode == 0, done.stderr
    return env


def step(wanted, given, env, folder):
    """One step of the action, run as GitHub does: expressions filled in, with its shell and its variables."""
    assert wanted["shell"] == "bash"
    inputs = {name: one["default"] for name, one in ACTION["inputs"].items()} | given

    def filled(text):
        return re.sub(r"\$\{\{ *inputs\.(\w+) *\}\}", lambda m: inputs[m[1]], text)

    assert "${{" not in wanted["run"], "an input in a script is a hole: it belongs into a variable"
    env = env | {name: filled(value) for name, value in wanted.get("env", {}).items()}
    script = folder.parent / "step.sh"
    script.write_text(wanted["run"])
    shell = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
    return subprocess.run(shell, cwd=folder, env=env, capture_output=True, text=True, check=False)


def gate(runner, folder, **given):
    """What the steps of the action after the first say of FOLDER."""
    assert given.keys() <= ACTION["inputs"].keys()
    done = None
    for wanted in ACTION["runs"]["steps"][1:]:
        done = step(wanted, given, runner, folder)
        if done.returncode:
            break
    return done


def test_the_action_passes_what_is_current(runner, project):
    done = gate(runner, project)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line.endswith("up to date") for line in done.stdout.splitlines())
    assert "compose.yaml" in done.stdout
    assert "image.yml" in done.stdout


def test_the_action_fails_and_says_why(runner, project):
    (project / ".python-version").write_text("3.14\n")
    done = gate(runner, project.parent, directory=project.name, sarif="found.sarif")
    assert done.returncode == 1
    assert ".python-version:1" in done.stdout
    report = json.loads((project.parent / "found.sarif").read_text())
    require_valid(report)
    (result,) = report["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "my%20parcels/Dockerfile"


def test_arguments_of_the_action_are_words_on_any_line(runner, project):
    (project / "dockgen.yaml").write_text("dockgen: 1\nset: {with: [compose, make, github, hadolint]}\n")
    done = gate(runner, project, arguments="--set port=9000\n--format json\n")
    assert done.returncode == 1
    assert "9000" in done.stdout
    assert not json.loads(done.stdout)["current"]
    nothing = gate(runner, project, arguments="--set $(touch${IFS}here)")
    assert nothing.returncode == 2
    assert not (project / "here").exists()


def test_the_action_leaves_no_empty_report(runner, project):
    (project / "dockgen.yaml").write_text("dockgen: 1\nset: {prot: 1}\n")
    done = gate(runner, project, sarif="found.sarif")
    assert done.returncode == 2
    assert "unknown key 'prot'" in done.stderr
    assert not (project / "found.sarif").exists()


# The report


def state(project, name):
    """Bring PROJECT into the state of that NAME."""
    dockerfile = project / "Dockerfile"
    if name == "missing":
        dockerfile.unlink()
    elif name == "foreign":
        dockerfile.write_text("FROM scratch\n")
    elif name == "project":
        (project / ".python-version").write_text("3.14\n")
    elif name == "dockgen":
        text = dockerfile.read_text()
        dockerfile.write_text(re.sub(r"# dockgen \S+ (.*body=)\w{8}", r"# dockgen 0.0.1 \g<1>00000000", text))
    elif name == "conflict":
        dockerfile.write_text(f"{dockerfile.read_text()}<<<<<<< yours\nUSER 1\n=======\n>>>>>>> theirs\n")
    elif name == "edited":
        dockerfile.write_text(f"{dockerfile.read_text()}# mine\n")
    elif name == "leftover":
        (project / "dockgen.yaml").write_text("dockgen: 1\nset: {with: [compose, make, github]}\n")


@pytest.mark.parametrize(
    "name", ["missing", "foreign", "project", "settings", "dockgen", "edited", "conflict", "leftover"]
)
def test_the_report_of_each_state_is_what_the_schema_takes(project, name):
    state(project, name)
    flags = ("--set", "port=9000") if name == "settings" else ()
    done = dockgen("check", "--format", "sarif", project.name, *flags, cwd=project.parent)
    assert done.code == (0 if name == "edited" else 1), done.err
    report = json.loads(done.out)
    require_valid(report)
    assert name in {result["ruleId"] for result in report["runs"][0]["results"]}


# The hook


def hook(source, project, place, *arguments):
    """What pre-commit says when it runs the hook of SOURCE in PROJECT."""
    env = environment(OFFLINE | {"PRE_COMMIT_HOME": str(place), "VIRTUALENV_NO_PERIODIC_UPDATE": "1"})
    command = [sys.executable, "-m", "pre_commit", "try-repo", str(source), "dockgen-check", "--verbose", *arguments]
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)


def test_the_hook_runs_whatever_is_committed(source, project, tmp_path):
    repository = tmp_path / "dockgen"
    shutil.copytree(source, repository)
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "x")
    home = tmp_path / "home"
    done = hook(repository, project, home, "--files", "README.md")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"compose\.yaml +up to date", done.stdout)
    text = (project / "compose.yaml").read_text()
    (project / "compose.yaml").write_text(text.replace("512m", "1g"))
    done = hook(repository, project, home, "--files", "compose.yaml")
    assert done.returncode == 0, "an edit is no fault"
    assert "edited by hand" in done.stdout
    (project / ".python-version").write_text("3.14\n")
    done = hook(repository, project, home, "--files", ".python-version")
    assert done.returncode == 1
    assert "version 3.14 (.python-version:1" in done.stdout


def test_the_manifest_of_the_hook_is_valid():
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
