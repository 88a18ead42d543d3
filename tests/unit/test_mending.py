"""What --fix writes: dockgen.yaml with people's comments in it, the files that follow from it, all of it or nothing."""

from __future__ import annotations

import subprocess

import pytest
from dockgen import work
from dockgen.cli.mending import Mender
from dockgen.sources import Request
from dockgen.verify.report import Report
from dockgen.verify.results import Check, Failure, Proposal
from dockgen.wizard.state import Asked
from helpers import dockgen, tree

APP = "from flask import Flask\napp = Flask(__name__)\n"
PORT = Proposal(cause="other-port", said="it listens on port 4000, and the image says 8000", sets=("port=4000",))
GIT = Proposal(cause="missing-program", said="git is not there", sets=("apt.run=+git",))


@pytest.fixture
def project(tmp_path):
    (tmp_path / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\n")
    (tmp_path / "app.py").write_text(APP)
    return tmp_path


class Engine:
    """Reports what is left of PROPOSALS, and remembers which plans it was asked about."""

    def __init__(self, *proposals: Proposal) -> None:
        self.proposals, self.plans = list(proposals), []

    def verify(self, found) -> Report:
        self.plans.append(found.plan)
        left = self.proposals[len(self.plans) - 1 :]
        status = "failed" if left else "passed"
        return Report(
            app="app", folder="", dockerfile="Dockerfile", on_disk=True, engine="docker", network="bridge",
            checks=(Check(name="answers", status=status, said="…"),),
            failure=Failure(step="answer", log="") if left else None, proposal=left[0] if left else None,
        )  # fmt: skip


def mended(folder, engine, *flags, app=None):
    asked = Asked(request=Request(flags=flags), apps=(app,) if app else None)
    (found,) = work.look(folder, asked.request, {}, app)
    return Mender(str(folder), asked, found, engine.verify).run()


def test_settings_and_files_are_written(project):
    engine = Engine(PORT, GIT)
    report = mended(project, engine)
    assert report.fixes == (PORT, GIT)
    assert not report.failed
    assert [plan.runtime.port for plan in engine.plans] == [8000, 4000, 4000]
    assert "git" in engine.plans[-1].runtime.apt
    assert (project / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  port: 4000\n  apt.run: +git\n"
    text = (project / "Dockerfile").read_text()
    assert "EXPOSE 4000" in text
    assert "        git \\\n" in text
    assert dockgen("check", project).code == 0


def test_comments_and_other_settings_stay(project):
    (project / "dockgen.yaml").write_text(
        "# ours\ndockgen: 1\nset:\n  apt.run: +ffmpeg  # for the films\n  name: shop\n"
    )
    assert dockgen("generate", project).code == 0
    mended(project, Engine(GIT))
    text = (project / "dockgen.yaml").read_text()
    assert text == "# ours\ndockgen: 1\nset:\n  apt.run: +ffmpeg git  # for the films\n  name: shop\n"


def test_what_the_command_line_said_is_kept_with_it(project):
    mended(project, Engine(GIT), "port=5000")
    assert (project / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  port: 5000\n  apt.run: +git\n"
    assert "EXPOSE 5000" in (project / "Dockerfile").read_text()


def test_a_setting_on_the_command_line_gives_way(project):
    engine = Engine(PORT)
    mended(project, engine, "port=5000")
    assert [plan.runtime.port for plan in engine.plans] == [5000, 4000]


def test_edits_are_kept(project):
    def git(*argv):
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *identity, *argv], cwd=project, check=True, capture_output=True)

    assert dockgen("generate", project).code == 0
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    file = project / "Dockerfile"
    file.write_text(file.read_text().replace("USER ", "# ours\nUSER "))
    mended(project, Engine(GIT))
    text = file.read_text()
    assert "# ours\nUSER " in text
    assert "        git \\\n" in text


def test_a_foreign_file_is_refused_and_nothing_is_written(project, capsys):
    (project / "Dockerfile").write_text("FROM scratch\n")
    before = tree(project)
    report = mended(project, Engine(PORT))
    assert tree(project) == before
    assert report.fixes == ()
    assert report.failed
    assert "Dockerfile was not written by dockgen; nothing was written" in capsys.readouterr().err


def test_an_edit_that_cannot_be_kept_is_refused_and_nothing_is_written(project, capsys):
    assert dockgen("generate", project).code == 0
    file = project / "Dockerfile"
    file.write_text(file.read_text().replace("EXPOSE 8000", "EXPOSE 8001"))
    before = tree(project)
    assert mended(project, Engine(PORT)).fixes == ()
    assert tree(project) == before
    assert "nothing was written" in capsys.readouterr().err


def test_a_setting_that_the_image_cannot_have_is_refused(project, capsys):
    before = tree(project)
    report = mended(project, Engine(Proposal(cause="x", said="x", sets=("version=1.0",))))
    assert tree(project) == before
    assert report.fixes == ()
    assert "It could not be set" in capsys.readouterr().err


def test_instructions_of_a_person_are_not_replaced(project):
    (project / "dockgen.yaml").write_text("dockgen: 1\nextra:\n  before_build_install: |\n    ENV B=2\n    ENV C=3\n")
    before = tree(project)
    proposal = Proposal(cause="missing-variable", said="x", sets=("extra.before_build_install=ENV A=1",))
    assert mended(project, Engine(proposal)).fixes == ()
    assert tree(project) == before


def test_a_slot_is_filled(project):
    proposal = Proposal(cause="missing-variable", said="x", sets=("extra.before_build_install=ENV A=1",))
    mended(project, Engine(proposal))
    assert (project / "dockgen.yaml").read_text() == "dockgen: 1\nextra:\n  before_build_install: ENV A=1\n"
    assert "ENV A=1" in (project / "Dockerfile").read_text()


def test_one_app_of_several_gets_its_own_section(tmp_path):
    for name in ("shop", "desk"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\n")
        (tmp_path / name / "app.py").write_text(APP)
    mended(tmp_path, Engine(PORT), app="desk")
    assert (tmp_path / "dockgen.yaml").read_text() == "dockgen: 1\napps:\n  desk:\n    set:\n      port: 4000\n"
    assert "EXPOSE 4000" in (tmp_path / "desk" / "Dockerfile").read_text()
    assert not (tmp_path / "shop" / "Dockerfile").exists()


def test_an_app_with_a_file_of_its_own_keeps_it_there(tmp_path):
    for name in ("shop", "desk"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("flask==3.1.2\ngunicorn==23.0.0\n")
        (tmp_path / name / "app.py").write_text(APP)
    (tmp_path / "desk" / "dockgen.yaml").write_text("dockgen: 1\n")
    mended(tmp_path, Engine(PORT), app="desk")
    assert (tmp_path / "desk" / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  port: 4000\n"
