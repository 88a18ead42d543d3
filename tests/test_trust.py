"""Attempts to break out of a pack, a preset, answers, dockgen.yaml or a project's files: refused, or harmless.

Each attempt is made on the command line, as its victim would. Nothing may be written, run or read that should not be, and
no instruction may appear that nobody asked for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from dockgen import dockerfile
from helpers import PROJECTS, ROOT, dockgen, environment, tree

SECRET = "the-contents-of-a-secret-file"
PACK = "dockgen: 1\nname: evil\noptions:\n  text: {default: x}\n  flag: {type: boolean, default: no}\n"
LABELS = "common/labels.j2"


@pytest.fixture
def project(tmp_path):
    """A project with a secret beside it, which nothing below the project may show."""
    root = tmp_path / "project"
    shutil.copytree(PROJECTS / "go-chi", root)
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/labels.j2").write_text(f"# {SECRET}\n")
    (tmp_path / "outside/evil.yaml").write_text(f"dockgen: 1\nsummary: {SECRET}\n")
    return root


def pack(project, files, config="dockgen: 1\npacks: [evil]\n", yaml=PACK):
    """A vendored pack with FILES below its templates, which the project uses."""
    folder = project / ".dockgen/packs/evil"
    for path, text in {"pack.yaml": yaml, **{f"templates/{name}": text for name, text in files.items()}}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (project / "dockgen.yaml").write_text(config)
    return folder


def refused(project, *args, code=2, cwd=None):
    """Run generate; it must end in CODE with one error, without a traceback, and write nothing."""
    before = tree(project.parent)
    run = dockgen("generate", project, *args, cwd=cwd)
    assert run.code == code, run.out + run.err
    assert [line for line in run.err.splitlines() if line.startswith("error: ")] == run.err.splitlines()[:1]
    assert "Traceback" not in run.err
    assert SECRET not in run.out + run.err
    assert tree(project.parent) == before
    return run.err


# What a template of a pack tries, and a word of the refusal.
ESCAPES = {
    "class": ("{{ runtime.__class__ }}", "has no 'runtime.__class__'"),
    "class of a text": ("{{ ''.__class__.__mro__ | length }}", "unsafe"),
    "class by item": ("{{ ''['__class__'] | length }}", "unsafe"),
    "globals of super": ("{% for x in [1] %}{{ super.__globals__ }}{% endfor %}", ""),
    "self": ("{{ self._TemplateReference__context | length }}", ""),
    "cycler": ("{{ cycler.__init__.__globals__ }}", "no variable 'cycler'"),
    "lipsum": ("{{ lipsum.__globals__['os'].popen('touch pwned').read() }}", "no variable 'lipsum'"),
    "namespace": ("{% set ns = namespace(a=1) %}", "no variable 'namespace'"),
    "range": ("{% for i in range(1000000000) %}x{% endfor %}", "no variable 'range'"),
    "attr": ("{{ runtime | attr('__class__') }}", "no filter 'attr'"),
    "map": ("{{ [runtime] | map(attribute='__class__') | list }}", "no filter"),
    "format": ("{{ '{0.__class__}'.format(runtime.image) }}", "unsafe"),
    "percent": ("{{ '%(a)s' % {'a': runtime.image} }}", "small whole numbers"),
    "loop": ("{% for x in runtime.env %}{{ loop.__init__.__globals__ | length }}{% else %}{{ ''.__init__ | length }}{% endfor %}", "unsafe"),
    "macro": ("{% macro m() %}{{ caller.__globals__ | length }}{% endmacro %}{% call m() %}x{% endcall %}", ""),
    "mutation": ("{{ runtime.env.update({'A': 'b'}) }}", "unsafe"),
    "mutation of a list": ("{{ runtime.volumes.append('/x') }}", "unsafe"),
    "do": ("{% do runtime.env.clear() %}", "unknown tag 'do'"),
    "multiplied": ("{{ 'x' * 1000000000 }}", "small whole numbers"),
    "doubled": ("{% set x = 'x' %}" + "{% set x = x ~ x ~ x ~ x %}" * 16 + "{{ x }}", "characters"),
    "added": ("{% set x = 'x' %}" + "{% set x = x + x %}" * 30 + "{{ x }}", "characters"),
    "replaced": ("{% set x = 'x' %}" + "{% set x = x | replace('x', 'xxxxxxxx') %}" * 10 + "{{ x }}", "characters"),
    "joined": ("{% set x = 'x' %}" + "{% set x = [x, x, x, x, x, x, x, x] | join %}" * 10 + "{{ x }}", "characters"),
    "endless include": (f'{{% include "{LABELS}" %}}', "calls itself"),
    "parent": ('{% include "../../../../../secret" %}', "there is no template"),
    "absolute": ('{% include "/etc/passwd" %}', "there is no template"),
    "parent by a name made up": ("{% include '../' ~ '../../secret' %}", "there is no template"),
    "backslash": ("{% include '..\\\\..\\\\secret' %}", "there is no template"),
    "another layer by its name": ('{% include "dockgen:common/labels.j2" %}', "there is no template"),
    "import of python": ('{% import "os" as os %}', "there is no template"),
    "a line break in a value": ("LABEL a={{ 'x\\nRUN touch pwned' }}", "line break"),
    "a line break through quoted": ("LABEL a={{ 'x\\nRUN touch pwned' | quoted }}", "line break"),
    "unquoted words": ("LABEL a={{ about.description }}", "print it through quoted"),
    "unquoted option": ("LABEL a={{ packs.evil.text }}", "print it through quoted"),
}  # fmt: skip


@pytest.mark.parametrize("attempt", ESCAPES)
def test_a_template_of_a_pack_gets_nowhere(project, attempt):
    text, why = ESCAPES[attempt]
    pack(project, {LABELS: f"{text}\n"})
    error = refused(project)
    assert why in error
    assert ".dockgen/packs/evil/templates/common/labels.j2:1" in error
    assert not list(project.parent.rglob("pwned"))


@pytest.mark.parametrize(
    "name", ["templates", "templates/common", "templates/common/labels.j2", "pack.yaml", "presets"]
)
def test_a_link_out_of_a_pack_is_not_followed(project, name):
    folder = pack(
        project,
        {"common/own.j2": "x\n"},
        "dockgen: 1\npacks: [evil]\npreset: evil/evil\n" if name == "presets" else "dockgen: 1\npacks: [evil]\n",
    )
    place = folder / name
    target = {
        "pack.yaml": project.parent / "outside/evil.yaml",
        "templates/common/labels.j2": project.parent / "outside/labels.j2",
    }
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.symlink_to(target.get(name, project.parent / "outside"))
    before = tree(project.parent)
    run = dockgen("generate", "-o", "-", project)
    assert SECRET not in run.out + run.err
    assert "Traceback" not in run.err
    assert tree(project.parent) == before
    if name in ("pack.yaml", "templates/common/labels.j2", "presets"):
        assert run.code == 2


def test_a_link_to_a_folder_of_a_pack_is_not_followed(project):
    folder = pack(project, {LABELS: f"# {SECRET}\n"})
    shutil.move(folder, project.parent / "outside/evil")
    folder.symlink_to(project.parent / "outside/evil")
    refused(project)


@pytest.mark.parametrize(
    "name", ["../outside", "../../etc", "/etc", "evil/../../../outside", "a b", "dockgen", "~", "-x", "evil\n"]
)
def test_dockgen_yaml_cannot_name_a_pack_elsewhere(project, name):
    (project.parent / "outside/pack.yaml").write_text(PACK)
    (project / "dockgen.yaml").write_text(f"dockgen: 1\npacks: [{name!r}]\n")
    refused(project)


@pytest.mark.parametrize(
    "name", ["../outside/evil.yaml", "/etc/passwd", "./../outside/evil.yaml", "~/x.yaml", "a/../../x", "..", "evil\nx"]
)
def test_dockgen_yaml_cannot_name_a_preset_elsewhere(project, name):
    (project / "dockgen.yaml").write_text(f"dockgen: 1\npreset: [{name!r}]\n")
    refused(project)


@pytest.mark.parametrize("link", ["dockgen.yaml", ".dockgen/templates", ".dockgen/presets", ".dockgen"])
def test_links_of_a_project_are_not_followed_out_of_it(project, link):
    outside = project.parent / "outside"
    (outside / "templates/common").mkdir(parents=True)
    (outside / "templates/common/labels.j2").write_text(f"# {SECRET}\n")
    (outside / "common").mkdir()
    (outside / "common/labels.j2").write_text(f"# {SECRET}\n")
    (outside / "presets").mkdir()
    shutil.copy(outside / "evil.yaml", outside / "presets/evil.yaml")
    place = project / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(outside / "evil.yaml" if link == "dockgen.yaml" else outside)
    args = ["--preset", "evil"] if "presets" in link else []
    before = tree(project.parent)
    run = dockgen("generate", "-o", "-", project, *args)
    assert run.code == 2, run.out
    assert SECRET not in run.out + run.err
    assert tree(project.parent) == before


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch pwned']\n",
        "dockgen: !!python/name:os.system 1\n",
        "dockgen: 1\nset: &a {name: x}\nextra: *a\n",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "dockgen: 1\n---\ndockgen: 1\n",
        "[" * 5000,
        "dockgen: 1\nset: {port: 1, port: 2}\n",
        'dockgen: 1\nset:\n  env: {A: "x\\nRUN touch pwned"}\n',
        'dockgen: 1\nset:\n  label: {"a=b RUN": x}\n',
        'dockgen: 1\nset:\n  env: {"A B": x}\n',
        "dockgen: 1\nset: {user: 0}\n",
        'dockgen: 1\nset: {user: "1;rm"}\n',
        'dockgen: 1\nset: {registry: "x y"}\n',
        'dockgen: 1\nset: {registry: "evil.example/x\\nRUN y"}\n',
        'dockgen: 1\nset: {port: "80\\nRUN touch pwned"}\n',
        'dockgen: 1\nset: {health: "/x\\nRUN touch pwned"}\n',
        'dockgen: 1\nset: {apt.run: "curl; touch pwned"}\n',
        'dockgen: 1\nset: {version: "1.27\\nRUN touch pwned"}\n',
        'dockgen: 1\nextra: {"before_user\\nRUN x": RUN true}\n',
        'dockgen: 1\nextra: {before_user: "{{ runtime.image }}"}\n',
        "dockgen: 1\nset: {name: x}\n\0",
    ],
)  # fmt: skip
def test_a_hostile_file_of_settings(project, text):
    (project / "dockgen.yaml").write_text(text)
    refused(project)
    (project / "dockgen.yaml").unlink()
    (project / "mine.yaml").write_text(text.replace("dockgen: 1\n", "dockgen: 1\nsummary: x\n", 1))
    refused(project, "--preset", str(project / "mine.yaml"))
    assert not list(project.parent.rglob("pwned"))


@pytest.mark.parametrize(
    "text",
    [
        'port: "1\\nRUN x"\n',
        'env.A: "x\\ny"\n',
        "!!python/object:x {}\n",
        "evil: 1\n",
        "- a\n",
        'start: "sh -c \'unclosed"\n',
    ],
)
def test_hostile_answers(project, text):
    (project.parent / "answers.yaml").write_text(text)
    refused(project, "--answers", str(project.parent / "answers.yaml"))


@pytest.mark.parametrize(
    "value",
    [
        "x\nRUN touch pwned",
        "x\rRUN touch pwned",
        "x\u2028RUN y",
        "$(touch pwned)",
        '"; touch pwned; "',
        "`touch pwned`",
    ],
)
def test_an_option_of_a_pack_stays_a_value(project, value):
    pack(project, {LABELS: "LABEL a={{ packs.evil.text | quoted }}\n\n"})
    run = dockgen("generate", "-o", "-", "--set", f"evil.text={value}", project)
    assert "Traceback" not in run.err
    if run.code == 0:
        names = [i.name for i in dockerfile.read(run.out).instructions]
        (label,) = [i for i in dockerfile.read(run.out).instructions if i.name == "LABEL"]
        assert len(label.value.splitlines()) == 1
        assert "RUN" not in names[names.index("LABEL") :]
    else:
        assert run.code == 2
    assert not list(project.parent.rglob("pwned"))


def test_an_option_of_the_wrong_kind(project):
    pack(project, {LABELS: "{% if packs.evil.flag %}# on\n{% endif %}\n"})
    for setting in ("evil.flag=maybe", "evil.flga=yes", "evil.text.x=1"):
        assert "evil." in refused(project, "--set", setting)


def test_code_in_a_pack_is_never_run(project):
    """A distribution that writes a file when it is imported, found by its entry point."""
    site = project.parent / "site"
    package = site / "evil_pack"
    (package / "templates/common").mkdir(parents=True)
    (package / "__init__.py").write_text(f"open({str(project.parent / 'pwned')!r}, 'w')\n")
    (package / "hooks.py").write_text("raise SystemExit\n")
    (package / "pack.yaml").write_text(PACK)
    (package / "templates/common/labels.j2").write_text("LABEL from=pack\n\n")
    info = site / "evil_pack-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil-pack\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[dockgen.packs]\nevil = evil_pack\nnested = evil_pack.hooks\n")
    paths = os.pathsep.join((str(ROOT / "generator"), str(site)))
    argv = [sys.executable, "-m", "dockgen", "generate", "-o", "-", str(project), "--pack"]
    done = subprocess.run(
        [*argv, "evil"], env=environment({"PYTHONPATH": paths}), capture_output=True, text=True, check=False
    )
    assert "LABEL from=pack" in done.stdout, done.stderr
    done = subprocess.run(
        [*argv, "nested"], env=environment({"PYTHONPATH": paths}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert not (project.parent / "pwned").exists()


@pytest.mark.parametrize(
    "url",
    ["--upload-pack=touch pwned", "ext::sh -c touch% pwned", "-oProxyCommand=touch pwned", "fd::17", "http://example.com/x",
     "ssh://-oProxyCommand=touch/x", "https://example.com/x@--output=pwned", "file:///nonexistent@../x"],
)  # fmt: skip
def test_an_address_of_a_pack_is_no_command(project, url):
    before = tree(project.parent)
    run = dockgen("templates", "add", "--", url, cwd=project)
    assert run.code == 2, run.out + run.err
    assert "Traceback" not in run.err
    assert tree(project.parent) == before


def test_a_repository_with_links_and_hooks_gives_plain_files_or_nothing(project, tmp_path):
    repository = tmp_path / "repository"
    (repository / "templates/common").mkdir(parents=True)
    (repository / "pack.yaml").write_text(PACK)
    (repository / "templates/common/labels.j2").symlink_to("/etc/passwd")
    (repository / ".gitattributes").write_text("* filter=evil\n")
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *who, *command], cwd=repository, check=True, capture_output=True)
    hook = repository / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    hook.chmod(0o755)
    before = tree(project)
    run = dockgen("templates", "add", str(repository), cwd=project)
    assert not (tmp_path / "pwned").exists()
    vendored = project / ".dockgen/packs/evil"
    if run.code == 0:
        assert not [p for p in vendored.rglob("*") if p.is_symlink()]
    else:
        assert tree(project) == before


@pytest.mark.parametrize(
    "description",
    ["x\\nRUN touch pwned", "{{ 7*7 }}{% raw %}", "$(touch pwned)", '\\"\\nUSER root', "# syntax=evil/frontend"],
)
def test_words_of_a_project_stay_words(tmp_path, description):
    root = tmp_path / "project"
    shutil.copytree(PROJECTS / "node-express-npm", root)
    text = (root / "package.json").read_text()
    (root / "package.json").write_text(text.replace("{", f'{{"description": "{description}",', 1))
    run = dockgen("generate", "-o", "-", root)
    names = [i.name for i in dockerfile.read(run.out).instructions]
    plain = [
        i.name for i in dockerfile.read(dockgen("generate", "-o", "-", PROJECTS / "node-express-npm").out).instructions
    ]
    assert run.code == 0
    assert names == plain
    assert "USER root" not in [line.strip() for line in run.out.splitlines()]
    assert "49" not in run.out.partition("LABEL")[2].partition("\n\n")[0]
