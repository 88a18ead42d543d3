"""The script that refreshes actions.json, on repositories of git that lie on this machine."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import refresh_actions as refresh
from dockgen.companions import actions
from helpers import ROOT

GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")


def git(folder, *arguments):
    done = subprocess.run([*GIT, "-C", folder, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path):
    """A repository of OWNER/NAME with two versions, one of them a tag with a message; and the row of the first."""
    folder = tmp_path / "owner" / "name"
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "one", "--date", "2026-01-02T00:00:00Z")
    git(folder, "tag", "v1.2.3")
    row = {
        "action": "owner/name/sub",
        "version": "v1.2.3",
        "sha": git(folder, "rev-parse", "HEAD"),
        "date": "2026-01-02",
    }
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "two")
    git(folder, "tag", "v1.10.0", "--annotate", "--message", "two")
    git(folder, "tag", "v2")
    git(folder, "tag", "v9.9.9-rc.1")
    return folder, row


def test_the_newest_version_and_the_commit_behind_its_tag(repository, tmp_path):
    folder, row = repository
    found = refresh.refreshed(row, f"{tmp_path}/{{}}")
    assert found == {
        "action": "owner/name/sub",
        "version": "v1.10.0",
        "sha": git(folder, "rev-parse", "v1.10.0^{commit}"),
        "date": git(folder, "log", "-1", "--format=%cs"),
    }
    assert refresh.refreshed(found, f"{tmp_path}/{{}}") == found


@pytest.mark.parametrize("change", [("tag", "--force", "v1.2.3"), ("tag", "--delete", "v1.2.3")])
def test_a_tag_that_was_moved_is_told(repository, tmp_path, change):
    folder, row = repository
    git(folder, *change)
    with pytest.raises(ValueError, match=r"owner/name/sub: v1\.2\.3 was .* find out who moved it"):
        refresh.refreshed(row, f"{tmp_path}/{{}}")


def test_nothing_is_written_if_a_repository_does_not_answer(tmp_path):
    before = refresh.DATA.read_text(encoding="utf-8")
    script = ROOT / "tools" / "refresh_actions.py"
    done = subprocess.run(
        [sys.executable, script, "--from", f"{tmp_path}/none/{{}}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "Nothing was written." in done.stderr) == (1, True)
    assert refresh.DATA.read_text(encoding="utf-8") == before


def test_the_data_is_as_the_script_writes_it():
    text = refresh.DATA.read_text(encoding="utf-8")
    data = json.loads(text)
    assert refresh.text(data) == text
    for row in data["actions"].values():
        assert re.fullmatch(r"[0-9a-f]{40}", row["sha"])
        assert re.fullmatch(r"v\d+\.\d+\.\d+", row["version"])
    assert actions.load().checkout.startswith("actions/checkout@")
