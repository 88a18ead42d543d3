"""Settings: flags win over the environment, and an unknown key is told apart from a typo."""

from __future__ import annotations

import pytest
from dockgen import settings
from dockgen.choices import Chooser
from dockgen.errors import InputError
from dockgen.facts import default, fact


def test_flag_wins_over_environment():
    read = settings.read(["port=1"], {"DOCKGEN_PORT": "2", "DOCKGEN_APT_RUN": "git", "PORT": "3"})
    assert read.get("port") == settings.Setting("1", "--set", "--set port")
    assert read.get("apt.run").source == "DOCKGEN_APT_RUN"
    assert read.get("start") is None


def test_the_last_flag_wins_and_values_may_hold_equal_signs():
    assert settings.read(["start=a", "start=env A=b c"], {}).get("start").value == "env A=b c"


@pytest.mark.parametrize("alias", ["python", "node", "go"])
def test_a_language_is_an_alias_of_version(alias):
    read = settings.read([f"{alias}=3.13"], {})
    assert read.get("version").value == "3.13"
    assert read.get("version").reason == f"--set {alias}"


def test_an_unknown_key_gets_the_nearest():
    with pytest.raises(InputError, match="unknown key 'prot'") as caught:
        settings.read(["prot=1"], {})
    assert caught.value.hint == "did you mean 'port'?"


@pytest.mark.parametrize("flag", ["port", "", "xyzzyx=1", "=1"])
def test_what_is_no_setting_lists_the_keys(flag):
    with pytest.raises(InputError) as caught:
        settings.read([flag], {})
    assert "apt.build" in caught.value.hint


def test_detected_and_default_are_told_apart():
    assert settings.detected(fact(1, "a.json", 3)).source == "detected"
    assert settings.detected(fact(1, "a.json", 3)).reason == "a.json:3"
    assert settings.detected(default(1, "convention")).source == "default"


def test_a_setting_wins_and_says_so():
    pick = Chooser(settings.read(["port=9000", "start=", "apt.run=git curl git"], {}))
    assert pick.port(fact(8000, "main.py", 1)) == 9000
    assert pick.argv("start", fact(("a",), "main.py")) is None
    assert pick.packages("apt.run", ("x",), "why") == ("curl", "git")
    assert [(c.key, c.value, c.source) for c in pick.made] == [
        ("port", "9000", "--set"),
        ("start", "", "--set"),
        ("apt.run", "curl git", "--set"),
    ]


@pytest.mark.parametrize(("flag", "take"), [
    ("port=x", lambda pick: pick.port(None)),
    ("start='open", lambda pick: pick.argv("start", None)),
    ("start=a\nRUN x", lambda pick: pick.argv("build", None) or pick.text("start", None)),
    ("apt.run=a;b", lambda pick: pick.packages("apt.run", (), "")),
])  # fmt: skip
def test_a_hostile_setting_is_refused(flag, take):
    with pytest.raises(InputError):
        take(Chooser(settings.read([flag], {})))
