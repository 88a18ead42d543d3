"""A company's pack, installed with dockgen as distributions are, on nine projects of all four stacks."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from conftest import PROJECTS
from helpers import ROOT, environment
from test_company import references
from test_golden import masked
from test_lint import CONFIG, check_layout, hadolint, stages
from test_packaging import SHIPPED, run

ACME = ROOT / "tests" / "packs" / "acme"
NINE = (
    "python-fastapi-uv", "python-flask-pip", "python-psycopg2", "node-express-npm", "node-fastify-ts-pnpm", "node-vite-env",
    "go-chi", "go-debian", "static-site",
)  # fmt: skip
REGISTRY = "registry.acme.example/proxy"
PROXY = "http://proxy.acme.example:3128"
CONFIGURED = "dockgen: 1\npacks: acme\npreset: acme/company\nset:\n  acme: {team: harbour, proxy: 'http://proxy.acme.example:3128'}\n"
CERTIFICATE = (ACME / "acme_dockgen/templates/acme/ca.crt.j2").read_text().partition("\n")[2]
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def copied(source, folder, names=None):
    folder.mkdir(parents=True)
    for item in sorted(source.iterdir()):
        if names and item.name not in names:
            continue
        if item.is_dir():
            shutil.copytree(item, folder / item.name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(item, folder / item.name)
    return folder


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """The wheels of dockgen and of the pack, built from this checkout without an index."""
    work = tmp_path_factory.mktemp("wheels")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        work / "dist",
    ]
    run(*pip, copied(ROOT, work / "dockgen", SHIPPED), copied(ACME, work / "acme"), cwd=work)
    return sorted((work / "dist").iterdir())


@pytest.fixture(scope="module")
def installed(wheels, tmp_path_factory):
    """A fresh virtual environment with both, and dockgen in it; what dockgen needs comes from the one that tests run in."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv)
    python = venv / "bin" / "python"
    found = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv).strip()
    here = run(sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv).strip()
    run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps", *wheels, cwd=venv)
    (venv / found / "tests.pth").write_text(f"{here}\n")
    where = run(python, "-c", "import dockgen; print(dockgen.__file__)", cwd=venv).strip()
    assert where.startswith(str(venv))
    return venv / "bin" / "dockgen"


@pytest.fixture
def generate(installed, tmp_path):
    def call(case, config=CONFIGURED, *flags):
        project = tmp_path / case
        shutil.copytree(PROJECTS / case, project)
        (project / "dockgen.yaml").write_text(config)
        argv = [installed, "generate", "-o", "-", *flags, project]
        env = environment({})
        del env["PYTHONPATH"]
        return subprocess.run(argv, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

    return call


def test_a_pack_has_no_python(wheels):
    with zipfile.ZipFile(wheels[0]) as wheel:
        names = wheel.namelist()
    assert not [name for name in names if name.endswith((".py", ".pyc", ".so"))]
    shipped = {
        f"acme_dockgen/{p.relative_to(ACME / 'acme_dockgen').as_posix()}" for p in (ACME / "acme_dockgen").rglob("*.*")
    }
    assert shipped <= set(names)


@pytest.mark.parametrize("case", NINE)
def test_nine_projects(case, generate, dockerfile, tmp_path):
    done = generate(case)
    assert done.returncode == 0, done.stderr
    text = masked(done.stdout)
    assert text == dockerfile
    check_company(text)
    check_layout(text)
    (tmp_path / "Dockerfile").write_text(text)
    lint = subprocess.run(
        [hadolint(), "--config", CONFIG, tmp_path / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert lint.stdout == ""


def check_company(text):
    """What Acme wants of a Dockerfile, whatever is in it."""
    assert [r for r in references(text) if not r.startswith(f"{REGISTRY}/")] == []
    assert CERTIFICATE in text
    found = stages(text)
    last = found[-1]
    assert last[0][1].endswith(" AS runtime")
    assert [rest for name, rest in last if name == "USER"][-1] == "20001:20001"
    labels = " ".join(rest for name, rest in last if name == "LABEL")
    assert "com.acme.managed=true" in labels
    assert "com.acme.team=harbour" in labels
    for stage in found:
        names = [name for name, _ in stage]
        image, _, alias = re.sub(r"^--platform=\S+ ", "", stage[0][1]).partition(" AS ")
        if "RUN" not in names or alias == "inventory-list" or not image.startswith(REGISTRY):
            continue
        before = stage[: names.index("RUN")]
        assert ("ARG", f"https_proxy={PROXY}") in before, alias
        assert ("COPY", "--link --from=acme-ca /acme.crt /usr/local/share/ca-certificates/acme.crt") in before, alias
        assert f"acme.crt >> {BUNDLE}" in next(rest for name, rest in stage if name == "RUN")
        assert any(name == "ENV" and f"SSL_CERT_FILE={BUNDLE}" in rest for name, rest in stage)
    assert not [rest for name, rest in last if name == "ENV" and "proxy" in rest.lower()]
    assert f"{BUNDLE}" in " ".join(rest for _, rest in last)


STYLES = (
    ("node-express-npm", "base=distroless"), ("python-fastapi-uv", "base=alpine"), ("python-litestar-uv", "base=distroless"),
    ("python-django-poetry", "dev=yes"), ("go-frontend", "comments=teach"), ("static-hugo", "dev=yes"), ("python-fastapi-react", "base=slim"),
)  # fmt: skip


@pytest.mark.parametrize(("case", "flag"), STYLES, ids=lambda value: value)
def test_other_bases_and_styles(case, flag, generate, tmp_path):
    done = generate(case, CONFIGURED, "--set", flag)
    assert done.returncode == 0, done.stderr
    check_company(done.stdout)
    check_layout(done.stdout)
    (tmp_path / "Dockerfile").write_text(done.stdout)
    argv = [hadolint(), "--config", CONFIG, tmp_path / "Dockerfile"]
    assert subprocess.run(argv, capture_output=True, text=True, check=False).stdout == ""


def test_the_inventory_is_a_stage_that_production_does_not_need(generate):
    text = generate("python-flask-pip").stdout
    names = [stage[0][1].rpartition(" AS ")[2] for stage in stages(text)]
    assert names[-3:] == ["inventory-list", "inventory", "runtime"]
    last = " ".join(rest for _, rest in stages(text)[-1])
    assert "inventory" not in last


def test_the_team_has_to_be_named(generate):
    done = generate("static-site", "dockgen: 1\npacks: acme\npreset: acme/company\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: the preset company needs acme.team: the team that is called when the app is down\n"
        "  at acme-dockgen 1.0.0/presets/company.yaml:4:14\n  hint: --set acme.team=VALUE\n"
    )


def test_the_pack_without_its_preset(generate):
    """The options have defaults, so the pack alone changes little: the certificate and the inventory."""
    text = generate("python-flask-pip", "dockgen: 1\npacks: acme\nset: {acme.ca: no}\n").stdout
    assert "acme-ca" not in text
    assert "proxy" not in text
    assert "com.acme" not in text
    assert " AS inventory\n" in text


def test_a_project_changes_a_part_of_the_pack(generate, tmp_path):
    own = tmp_path / "own" / "acme"
    own.mkdir(parents=True)
    (own / "ca.crt.j2").write_text("-----BEGIN CERTIFICATE-----\nb3Vycw==\n-----END CERTIFICATE-----\n")
    done = generate("go-chi", CONFIGURED, "--templates", str(own.parent))
    assert done.returncode == 0, done.stderr
    assert "b3Vycw==" in done.stdout
    assert CERTIFICATE not in done.stdout
