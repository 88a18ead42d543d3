"""`dockgen templates`: list, show, override, lint, rebase, from the first copy to the conflict."""

from __future__ import annotations

import json
import shutil

import pytest
from dockgen import __version__
from helpers import PROJECTS, ROOT, dockgen, tree

LABELS = "common/labels.j2"
SKELETON = "common/Dockerfile.j2"


@pytest.fixture
def project(tmp_path):
    shutil.copytree(PROJECTS / "go-chi", tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(file, before, after):
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_list_marks_what_is_overridden(project):
    assert dockgen("templates", "override", LABELS, "-C", project).code == 0
    rows = dockgen("templates", "list", project).out.splitlines()
    assert any(r.startswith("* common/labels.j2 ") and r.endswith("  project, dockgen") for r in rows)
    assert sum(r.startswith("*") for r in rows) == 1
    data = json.loads(dockgen("templates", "list", "--json", project).out)
    found = {t["name"]: [layer["name"] for layer in t["layers"]] for t in data["templates"]}
    assert found[LABELS] == ["project", "dockgen"]
    assert found[SKELETON] == ["dockgen"]


def test_show_tells_blocks_and_text(project):
    run = dockgen("templates", "show", SKELETON, "-C", project)
    assert "  block     user" in run.out
    assert "numeric, so that Kubernetes can tell that it is not root" in run.out
    assert "USER {{ runtime.account.uid }}" in run.out
    block = dockgen("templates", "show", SKELETON, "--block", "user", "-C", project).out
    assert block.startswith("{% block user %}\n")
    assert block.endswith("{% endblock %}\n")
    data = json.loads(dockgen("templates", "show", "--json", SKELETON, "-C", project).out)
    assert "user" in [b["name"] for b in data["blocks"]]


@pytest.mark.parametrize(
    "name", ["common/Dokerfile.j2", "../x.j2", "/etc/passwd", "!common/labels.j2", "dockgen:common/env.j2", "nothing"]
)
def test_a_name_that_is_none(project, name):
    before = tree(project)
    for verb in ("show", "override"):
        run = dockgen("templates", verb, name, "-C", project)
        assert run.code == 2
        assert "there is no template" in run.err
    assert tree(project) == before
    assert "did you mean 'common/Dockerfile.j2'?" in dockgen("templates", "show", "common/Dokerfile.j2").err


def test_an_override_changes_nothing_until_it_is_edited(project):
    before = dockgen("generate", "-o", "-", project).out
    assert dockgen("templates", "override", SKELETON, "--block", "user", "--block", "port", "-C", project).code == 0
    assert dockgen("templates", "override", LABELS, "-C", project).code == 0
    run = dockgen("generate", "-o", "-", project)
    assert (run.out, run.err) == (before, "")
    assert dockgen("templates", "lint", project).out == "2 templates of yours: nothing is wrong\n"
    edit(project / ".dockgen/templates" / SKELETON, "USER ", "# ours\nUSER ")
    assert "# ours\nUSER 65532:65532" in dockgen("generate", "-o", "-", project).out


def test_an_override_is_not_written_twice(project):
    assert dockgen("templates", "override", LABELS, "-C", project).code == 0
    before = tree(project)
    run = dockgen("templates", "override", LABELS, "-C", project)
    assert (run.code, tree(project)) == (4, before)
    assert dockgen("templates", "override", SKELETON, "--block", "usr", "-C", project).code == 2
    assert tree(project) == before


def test_a_dry_run_writes_nothing(project):
    before = tree(project)
    run = dockgen("templates", "override", SKELETON, "--block", "user", "--dry-run", "-C", project)
    assert run.out.startswith('{% extends "!common/Dockerfile.j2" %}\n')
    assert tree(project) == before


def test_a_mistake_is_told_by_lint_and_by_generate(project):
    folder = project / ".dockgen/templates/common"
    folder.mkdir(parents=True)
    (folder / "labels.j2").write_text("LABEL x={{ runtime.imge }}\n")
    message = ".dockgen/templates/common/labels.j2:1: the plan has no 'runtime.imge'; did you mean 'runtime.image'?"
    run = dockgen("templates", "lint", project)
    assert (run.code, run.out) == (2, f"{message}\n")
    (finding,) = json.loads(dockgen("templates", "lint", "--json", project).out)["findings"]
    assert finding["line"] == 1
    before = tree(project)
    run = dockgen("generate", project)
    assert run.code == 2
    assert (
        "the plan has no 'runtime.imge'; did you mean 'runtime.image'?\n  at .dockgen/templates/common/labels.j2:1"
        in run.err
    )
    assert tree(project) == before


@pytest.fixture
def older(project):
    """A project whose overrides are based on what another dockgen had: `# older` stood in what they copied."""
    assert dockgen("templates", "override", SKELETON, "--block", "user", "-C", project).code == 0
    assert dockgen("templates", "override", LABELS, "-C", project).code == 0
    from dockgen.templating.lint import block_source, digest

    for name, where in ((SKELETON, "USER {{"), (LABELS, "LABEL ")):
        kept = project / ".dockgen/originals" / name
        edit(kept, where, f"# older\n{where}")
        mine = project / ".dockgen/templates" / name
        edit(mine, where, f"# older\n{where}")
        now, then = (ROOT / "templates" / name).read_text(), kept.read_text()
        if name == SKELETON:
            now, then = block_source(now, "user"), block_source(then, "user")
        edit(mine, digest(now), digest(then))
        edit(mine, __version__, "0.0.9")
    return project


def test_what_has_gone_stale_is_told_and_still_works(older):
    run = dockgen("templates", "lint", older)
    assert run.code == 1
    assert run.out.splitlines() == [
        ".dockgen/templates/common/Dockerfile.j2:3: block 'user' was rewritten since dockgen 0.0.9; see dockgen templates rebase common/Dockerfile.j2",
        ".dockgen/templates/common/labels.j2:1: the file was rewritten since dockgen 0.0.9; see dockgen templates rebase common/labels.j2",
    ]
    run = dockgen("generate", "-o", "-", older)
    assert run.code == 0
    assert run.err.count("was rewritten since dockgen 0.0.9") == 2
    assert "labels.j2" in dockgen("templates", "list", older).out
    assert dockgen("templates", "list", older).out.count("(stale)") == 2


def test_rebase_merges_and_keeps_what_is_yours(older):
    mine = older / ".dockgen/templates" / LABELS
    mine.write_text(mine.read_text() + "# mine\n")
    before = tree(older)
    assert dockgen("templates", "rebase", "--dry-run", "-C", older).code == 0
    assert tree(older) == before
    run = dockgen("templates", "rebase", "-C", older)
    assert run.code == 0
    assert run.out.count("up to date") == 2
    text = mine.read_text()
    assert "older" not in text
    assert text.endswith("# mine\n")
    assert "older" not in (older / ".dockgen/templates" / SKELETON).read_text()
    assert dockgen("templates", "lint", older).code == 0
    after = tree(older)
    assert dockgen("templates", "rebase", "-C", older).out == "Nothing has gone stale\n"
    assert tree(older) == after


def test_a_conflict_stays_in_the_file_until_it_is_resolved(older):
    mine = older / ".dockgen/templates" / SKELETON
    edit(mine, "# older\nUSER {{ runtime.account.uid }}", "USER 4711")
    run = dockgen("templates", "rebase", SKELETON, "-C", older)
    assert run.code == 1
    assert "1 conflict" in run.out
    assert "<<<<<<< your override\nUSER 4711" in mine.read_text()
    assert "a conflict is not resolved here" in dockgen("templates", "lint", older).out
    assert dockgen("generate", "-o", "-", older).code == 2


def test_without_the_original_a_rebase_says_so(older):
    shutil.rmtree(older / ".dockgen/originals")
    before = tree(older)
    run = dockgen("templates", "rebase", "-C", older)
    assert (run.code, tree(older)) == (2, before)
    assert "is not in .dockgen/originals" in run.err


def test_templates_of_a_pack_are_checked_on_their_own(tmp_path):
    folder = tmp_path / "acme" / "templates"
    folder.mkdir(parents=True)
    assert dockgen("templates", "override", LABELS, "--into", folder).code == 0
    assert (tmp_path / "acme/originals" / LABELS).is_file()
    assert dockgen("templates", "lint", "--into", folder).code == 0
    (folder / "common/nothing.j2").write_text("x")
    run = dockgen("templates", "lint", "--into", folder)
    assert run.code == 2
    assert "overrides nothing" in run.out


def test_overrides_are_not_written_through_a_link(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (project / ".dockgen").symlink_to(outside)
    run = dockgen("templates", "override", LABELS, "-C", project)
    assert run.code == 4
    assert list(outside.iterdir()) == []


def test_a_folder_given_on_the_command_line_comes_first(project, tmp_path_factory):
    own = tmp_path_factory.mktemp("own")
    (own / "common").mkdir()
    (own / "common/labels.j2").write_text("LABEL from=flag\n\n")
    assert "LABEL from=flag" in dockgen("generate", "-o", "-", "--templates", own, project).out
    assert dockgen("generate", "-o", "-", "--templates", own / "none", project).code == 2
