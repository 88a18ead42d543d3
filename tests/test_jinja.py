"""The Jinja extension, alone and with the real cookiecutter and the real copier: the files are those of `generate`."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from dockgen import header
from dockgen.jinja import DockgenExtension, DockgenTemplateError
from helpers import ROOT, dockgen, environment
from jinja2 import Environment, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

SAMPLES = ROOT / "tests" / "samples"
NAMES = ("Dockerfile", ".dockerignore")
FILES = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


def tool(module, *args, home, **env):
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, args)], cwd=home, stdin=subprocess.DEVNULL, capture_output=True,
        env=environment({"HOME": str(home), **env}), text=True, check=False, timeout=120,
    )  # fmt: skip


def cookiecutter(home, *context):
    return tool("cookiecutter", "--no-input", SAMPLES / "cookiecutter", "-o", home / "out", *context, home=home)


def copier(home, *data, trust=True):
    shutil.copytree(SAMPLES / "copier", home / "template")
    args = [arg for pair in data for arg in ("-d", pair)]
    return tool("copier", "copy", "--defaults", *["--trust"] * trust, *args, "template", "out/shop", home=home)


def generated(folder, *flags, files=None):
    """What `dockgen generate` writes into a new folder called `app`."""
    app = folder / "app"
    app.mkdir()
    for path, text in (files or {}).items():
        (app / path).write_text(text)
    done = dockgen("generate", *flags, app)
    assert done.code == 0, done.err
    return [(app / name).read_text() for name in NAMES]


def expand(text, of=Environment, **context):
    env = of(extensions=[DockgenExtension], keep_trailing_newline=True)
    return env.from_string(text).render(**context)


@pytest.mark.parametrize("bake", [cookiecutter, copier], ids=["cookiecutter", "copier"])
@pytest.mark.parametrize("preset", ["fastapi", "express", "go"])
def test_a_tool_bakes_what_generate_writes(bake, preset, tmp_path):
    done = bake(tmp_path, f"preset={preset}", "port=9100")
    assert done.returncode == 0, done.stdout + done.stderr
    baked = [(tmp_path / "out" / "shop" / name).read_text() for name in NAMES]
    flags = ["--preset", preset, "--set", "port=9100", "--set", "name=shop", "--set", "os-upgrade=auto"]
    assert baked == generated(tmp_path, *flags)
    for text in baked:
        found, body = header.split(text)
        assert found.body == header.digest(body)  # untouched, as far as anybody can tell
    again = dockgen("generate", "--set", "port=9200", *flags[:2], tmp_path / "out" / "shop")
    assert again.code == 0, again.err


@pytest.mark.parametrize("bake", [cookiecutter, copier], ids=["cookiecutter", "copier"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [("port=70000", "(): --set port: "), ("preset=fastap", "did you mean 'fastapi'?")],
)
def test_a_tool_shows_one_clear_error(bake, wrong, said, tmp_path):
    done = bake(tmp_path, wrong)
    shown = done.stdout + done.stderr
    assert done.returncode == 1
    assert said in shown
    assert "Traceback" not in shown
    assert not (tmp_path / "out" / "shop" / "Dockerfile").exists()


def test_copier_asks_for_trust(tmp_path):
    done = copier(tmp_path, trust=False)
    assert done.returncode == 4
    assert "trust" in done.stderr


def test_files_of_the_template(tmp_path):
    made = [expand(f"{{{{ {call}(files=files) }}}}\n", files=FILES) for call in ("dockerfile", "dockerignore")]
    assert made == generated(tmp_path, files=FILES)


def test_policies_go_with_files(tmp_path):
    made = expand('{{ dockerfile("hardened", files=files) }}\n', files=FILES)
    assert made == generated(tmp_path, "--preset", "hardened", files=FILES)[0]


@pytest.mark.parametrize("of", [Environment, SandboxedEnvironment])
@pytest.mark.parametrize(
    ("call", "flags"),
    [
        ("port=8123", ["port=8123"]),
        ('apt_run=["curl", "git"]', ["apt.run=curl git"]),
        ("dev=true, allow_eol=false", ["dev=yes", "allow-eol=no"]),
        ('env_LOG_LEVEL="debug"', ["env.LOG_LEVEL=debug"]),
        ('env={"LOG_LEVEL": "debug"}', ["env.LOG_LEVEL=debug"]),
        ('extra_before_user="RUN true"', ["extra.before_user=RUN true"]),
        ('python="3.13", name=none', ["python=3.13"]),
    ],
)
def test_keywords_are_settings(of, call, flags, tmp_path):
    sets = [arg for flag in flags for arg in ("--set", flag)]
    made = expand(f'{{{{ dockerfile("fastapi", {call}) }}}}\n', of)
    assert made == generated(tmp_path, "--preset", "fastapi", *sets)[0]


def test_the_last_newline_is_there_once():
    for keep in (True, False):
        env = Environment(extensions=[DockgenExtension], keep_trailing_newline=keep)
        text = env.from_string('{{ dockerfile("go") }}\n').render()
        assert text.endswith("]\n")
        found, body = header.split(text)
        assert found.body == header.digest(body)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("dockerfile()", "there is no project"),
        ('dockerignore("hardened")', "dockerignore(): there is no project"),
        ('dockerfile("fastap")', "did you mean 'fastapi'?"),
        ('dockerfile("fastapi", prot=1)', "did you mean 'port'?"),
        ('dockerfile("fastapi", port="http")', "port"),
        ('dockerfile("fastapi", port=missing)', "port is a variable that is not defined"),
        ("dockerfile(missing)", "the preset is a variable that is not defined"),
        ('dockerfile(files={"app.py": missing})', "files['app.py'] is a variable that is not defined"),
        ('dockerfile(files=["app.py"])', "files are paths with their texts"),
        ('dockerfile(files={"app.py": 1})', "files are paths with their texts"),
        ("dockerfile(7)", "presets and folder are texts"),
        ('dockerfile(files={"README.md": "hello"})', "dockerfile(): "),
        ('dockerfile("fastapi", env={"A": "a\\nb"})', "env.A"),
    ],
)
def test_one_clear_error(call, said):
    for env in (
        Environment(extensions=[DockgenExtension]),
        Environment(extensions=[DockgenExtension], undefined=StrictUndefined),
    ):
        with pytest.raises(DockgenTemplateError) as raised:
            env.from_string(f"{{{{ {call} }}}}").render()
        assert said in str(raised.value)


def test_importing_it_imports_no_stack():
    code = "import sys, dockgen.jinja; print(*sorted(m for m in sys.modules if m.startswith('dockgen')))"
    done = subprocess.run([sys.executable, "-c", code], env=environment({}), capture_output=True, text=True, check=True)
    assert done.stdout == "dockgen dockgen.jinja\n"


def test_nothing_but_the_call_counts(tmp_path, monkeypatch):
    """Neither variables nor what lies in the current folder."""
    expected = expand('{{ dockerfile("go") }}')
    (tmp_path / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 9999}\n")
    (tmp_path / ".dockgen" / "presets").mkdir(parents=True)
    (tmp_path / ".dockgen" / "presets" / "go.yaml").write_text("no preset")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCKGEN_PORT", "9998")
    assert expand('{{ dockerfile("go") }}') == expected


@pytest.mark.parametrize(
    "sample", [p for s in ("cookiecutter", "copier") for p in (SAMPLES / s).rglob("*") if p.is_file()]
)
def test_the_page_shows_the_samples(sample):
    page = (ROOT / "docs" / "how-to" / "cookiecutter.md").read_text(encoding="utf-8")
    assert f"\n{sample.read_text(encoding='utf-8')}```" in page
