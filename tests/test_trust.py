"""Packs, presets, templates, answers and dockgen.yaml of people who mean harm: refused with one error, nothing done.

What a template prints runs in a build, not here: it may write any instruction. What it may not do is act on the machine
that dockgen runs on, read what is outside of its own layer and the plan, or turn somebody's value into an instruction.
"""

from __future__ import annotations

import io
import os
import re
import sys

import pytest
from dockgen import cli
from helpers import instructions, tree
from test_hostile import EVIL, make

# A message may have lines of its own, indented; place and hint come last, once each.
ONE_ERROR = re.compile(r"error: \S.*\n(  (?!at |hint: ).*\n)*(  at \S.*\n)?(  hint: \S.*\n)?")
EXPRESS = {
    "package.json": '{"name": "shop", "dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}',
    "server.js": "require('express')().listen(3000)\n",
}
PACK = {
    "evil/pack.yaml": "dockgen: 1\nname: evil\noptions: {proxy: {default: ''}, hosts: {type: list, default: []}}\n",
    "dockgen.yaml": "dockgen: 1\npacks: ./evil\n",
}
LABELS = "evil/templates/common/labels.j2"


@pytest.fixture
def attempt(tmp_path, capsys, monkeypatch):
    """Run `dockgen init --yes` where FILES lie; what holds for any attempt is checked; exit code, Dockerfile, stderr."""

    def run(files, *args, links=(), env=()):
        folder = make(tmp_path / "shop", EXPRESS | files)
        for path, target in links:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).symlink_to(target)
        for name, value in env:
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(folder)
        before = tree(tmp_path)
        code = cli.run(["init", "--yes", *args])
        err = capsys.readouterr().err
        after = tree(tmp_path)
        assert "Traceback" not in err
        assert "root:x:" not in err + str(after)  # the first words of /etc/passwd
        if code:
            assert code == 2, err
            assert after == before, "something was written in spite of an error"
            assert ONE_ERROR.fullmatch(err[err.index("error: ") :]), err
            return code, "", err
        written = {path for path in after if after[path] != before.get(path)}
        assert written - {"shop/dockgen.yaml"} == {"shop/Dockerfile", "shop/.dockerignore"}
        return code, after["shop/Dockerfile"].decode(), err

    return run


def test_the_harmless_twin_works(attempt):
    code, text, _ = attempt(PACK | {LABELS: "LABEL x={{ packs.evil.proxy | quoted }}\n"})
    assert code == 0
    assert 'LABEL x=""\n' in text


# Out of the sandbox

ESCAPES = {
    "class": "{{ ''.__class__ }}",
    "class by its key": "{{ ''['__class__'] }}",
    "class by two pieces": "{{ ''['__cla' ~ 'ss__'] }}",
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class of the plan": "{{ runtime.__class__.__init__.__globals__ }}",
    "class of a number": "{{ (1).__class__ }}",
    "attr": "{{ '' | attr('__class__') }}",
    "map attr": "{{ [''] | map('attr', '__class__') | join }}",
    "map format": "{{ ['{0.__class__}'] | map('format', '') | join }}",
    "selectattr": "{{ [''] | selectattr('__class__') | join }}",
    "format": "{{ '{0.__class__}'.format('') }}",
    "format_map": "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    "percent": "{{ '%s' % runtime }}",
    "lipsum": "{{ lipsum.__globals__['os'].system('touch evil') }}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('touch evil').read() }}",
    "joiner": "{{ joiner.__init__.__globals__ }}",
    "namespace": "{% set n = namespace() %}{{ n.__init__ }}",
    "range": "{{ range(3) | join }}",
    "dict": "{{ dict.__base__ }}",
    "self": "{{ self._TemplateReference__context }}",
    "self, its blocks": "{% block own %}{% endblock %}{{ self.own.__func__ }}",
    "loop": "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "loop, its iterator": "{% for x in [1] %}{{ loop._iterator.gi_frame }}{% endfor %}",
    "loop, called": "{% for x in [1] recursive %}{{ loop.__call__ }}{% endfor %}",
    "macro": "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "macro, its environment": "{% macro m() %}{% endmacro %}{{ m._environment }}",
    "caller": "{% macro m() %}{{ caller._func }}{% endmacro %}{% call m() %}x{% endcall %}",
    "import": "{% import 'common/own.j2' as x %}{{ x._body_stream }}",
    "import, its module": "{% import 'common/own.j2' as x %}{{ x.__class__ }}",
    "do": "{% do runtime.clear() %}",
    "debug": "{% debug %}",
    "undefined": "{{ nothing.__class__ }}",
    "undefined, its logger": "{{ nothing._undefined_exception }}",
    "super": "{{ super.__func__ }}",
    "filter block": "{% filter attr('__class__') %}x{% endfilter %}",
    "a method": "{{ about.name.encode }}",
    "translate": "{{ about.name.translate({65: 'RUN evil'}) }}",
}


@pytest.mark.parametrize("escape", ESCAPES)
def test_out_of_the_sandbox(attempt, escape):
    own = {"evil/templates/common/own.j2": "x"} if "import" in escape else {}
    code, _, err = attempt(PACK | {LABELS: ESCAPES[escape]} | own)
    assert code == 2
    assert "  at ./evil/templates/common/labels.j2:1\n" in err


def test_out_of_the_sandbox_by_super(attempt):
    text = '{% extends "!common/Dockerfile.j2" %}\n{% block user %}\n{{ super.__func__.__globals__ }}\n{% endblock %}\n'
    code, _, err = attempt(PACK | {"evil/templates/common/Dockerfile.j2": text})
    assert code == 2
    assert "  at ./evil/templates/common/Dockerfile.j2:3\n" in err


# What others read

CHANGES = {
    "a mapping": "{{ labels.update({'a': 'b'}) }}",
    "a mapping, cleared": "{{ runtime.env.clear() }}",
    "a mapping, popped": "{{ runtime.env.pop('PATH') }}",
    "a mapping, by default": "{{ runtime.env.setdefault('A', 'b') }}",
    "a list": "{{ runtime.apt.append('evil') }}",
    "a list, sorted": "{{ runtime.apt.sort() }}",
    "a field": "{% set runtime.image = 'evil' %}",
    "an item": "{% set runtime['image'] = 'evil' %}",
    "an option": "{{ packs.evil.update({'proxy': 'x'}) }}",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_plan_cannot_be_changed(attempt, change):
    code, _, err = attempt(PACK | {LABELS: CHANGES[change]})
    assert code == 2
    assert "  at ./evil/templates/common/labels.j2:1\n" in err


# Files

PATHS = [
    "../pack.yaml", "../../../../etc/passwd", "/etc/passwd", "common/../../pack.yaml", "./common/env.j2", "common//env.j2",
    "dockgen:common/env.j2", "project:secret.j2", "other:secret.j2", "!other:secret.j2", "!!common/env.j2", "!../pack.yaml",
    "common\\\\..\\\\..\\\\pack.yaml", "C:/passwd", "file:///etc/passwd", "", ".", "!", "common",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("tag", ["include", "extends", "import", "from"])
def test_files_outside_of_the_layers(attempt, path, tag):
    text = {"import": f"{{% import '{path}' as x %}}", "from": f"{{% from '{path}' import x %}}"}.get(
        tag, f"{{% {tag} '{path}' %}}"
    )
    code, _, err = attempt(PACK | {LABELS: text, "evil/templates/secret.j2": "x"})
    assert code == 2
    assert "there is no template" in err or "no layer below" in err, err


@pytest.mark.parametrize("path", ["../pack.yaml", "/etc/passwd", "dockgen:common/env.j2"])
def test_a_name_that_is_computed(attempt, path):
    code, _, err = attempt(PACK | {LABELS: f"{{% include '{path[:2]}' ~ ('{path[2:]}' | replace('x', 'y')) %}}"})
    assert code == 2
    assert "there is no template" in err


LINKS = {
    "a template": ((LABELS, "/etc/passwd"), "a link that leads out of its layer"),
    "a template, relative": ((LABELS, "../../../../outside"), "a link that leads out of its layer"),
    "a folder of templates": (("evil/templates/common", "../../../outside"), "a link that leads out of its layer"),
    "all templates": (("evil/templates", "../../outside"), "a link that leads out of the pack"),
    "all presets": (("evil/presets", "../../outside"), "a link that leads out of the pack"),
    "a preset": (("evil/presets/p.yaml", "/etc/passwd"), "a link that leads out of the p"),
    "a template of the project": (
        (".dockgen/templates/common/labels.j2", "/etc/passwd"),
        "a link that leads out of its layer",
    ),
    "the project's templates": ((".dockgen/templates", "../../outside"), "a link that leads out of the project"),
}


@pytest.mark.parametrize("link", LINKS)
def test_links(attempt, tmp_path, link):
    make(
        tmp_path / "outside",
        {"labels.j2": "LABEL evil=1\n", "common/labels.j2": "LABEL evil=1\n", "p.yaml": "dockgen: 1\n"},
    )
    args = ("--preset", "evil/p") if "preset" in link else ()
    code, _, err = attempt(PACK, *args, links=[LINKS[link][0]])
    assert code == 2
    assert LINKS[link][1] in err


@pytest.mark.parametrize(
    "name", ["../evil", "../../evil", "./../evil", "./x/../../evil", "/etc", "evil/..", "~/evil", "a:b", "..", "."]
)
def test_dockgen_yaml_cannot_name_a_pack_outside(attempt, tmp_path, name):
    make(tmp_path / "evil", {"pack.yaml": PACK["evil/pack.yaml"]})
    code, _, err = attempt({"dockgen.yaml": f"dockgen: 1\npacks: ['{name}']\n"})
    assert code == 2
    assert "lies outside of the project" in err or "not the name of a pack" in err or "there is no pack" in err
    assert "  at dockgen.yaml:2:9\n" in err


def test_a_special_file_is_no_template(attempt, tmp_path):
    folder = tmp_path / "shop/evil/templates/common"
    folder.mkdir(parents=True)
    os.mkfifo(folder / "labels.j2")
    code, text, _ = attempt(PACK)
    assert code == 0
    assert "org.opencontainers.image.title=shop" in text


# Code

SCRIPTS = (
    "__init__.py",
    "setup.py",
    "conftest.py",
    "hooks/pre_gen_project.py",
    "hooks/post_gen_project.sh",
    "templates/common/labels.py",
    "copier.yaml",
    "Makefile",
)


def test_code_in_a_pack_is_not_run(attempt, tmp_path):
    body = f"#!/bin/sh\n''''touch {tmp_path}/executed; exit '''\nopen({str(tmp_path / 'executed')!r}, 'w')\n"
    code, text, _ = attempt(PACK | {f"evil/{name}": body for name in SCRIPTS})
    assert code == 0
    assert "executed" not in text
    assert not (tmp_path / "executed").exists()


# YAML

YAML = {
    "apply": ("!!python/object/apply:os.system ['touch evil']", "tags such as"),
    "new": ("!!python/object/new:os.system ['touch evil']", "tags such as"),
    "module": ("!!python/name:os.system", "tags such as"),
    "own tag": ("!evil x", "tags such as"),
    "binary": ("!!binary eA==", "tags such as"),
    "alias": ("&a {x: *a}", "aliases are not read here"),
    "bomb": ("{a: &a [x, x], b: &b [*a, *a], c: [*b, *b]}", "aliases are not read here"),
    "deep": ("[" * 50 + "]" * 50, "nested too deeply"),
    "large": ("#" + "x" * 300_000, "larger than 256 KiB"),
    "merge": ("{<<: {port: 1}}", "unknown key|expected|is missing|not the name"),
}


@pytest.mark.parametrize("trick", YAML)
@pytest.mark.parametrize("where", ["dockgen.yaml", "pack", "preset", "answers"])
def test_yaml(attempt, where, trick):
    text, told = YAML[trick]
    files, args = {
        "dockgen.yaml": ({"dockgen.yaml": f"dockgen: 1\nset: {text}\n"}, ()),
        "pack": (PACK | {"evil/pack.yaml": f"dockgen: 1\nname: evil\noptions: {text}\n"}, ()),
        "preset": ({".dockgen/presets/p.yaml": f"dockgen: 1\nsummary: x\nset: {text}\n"}, ("--preset", "p")),
        "answers": ({"answers.yaml": f"set: {text}\n"}, ("--answers", "answers.yaml")),
    }[where]
    code, _, err = attempt(files, *args)
    assert code == 2
    assert any(part in err for part in told.split("|")), err


# Values

VALUES = {
    "acme option": "evil.proxy=x\n" + EVIL,
    "option with a carriage return": "evil.proxy=x\r" + EVIL,
    "option with a separator": "evil.proxy=x\u2028" + EVIL,
    "option with a terminal's escape": "evil.proxy=\x1b[2Jx",
    "option with an override of the direction": "evil.proxy=x\u202eevil",
    "list": "evil.hosts=a 'b\n" + EVIL + "'",
    "label": "label.a=x\n" + EVIL,
    "name of a label": "label.a\n" + EVIL + "=x",
    "name of a label with a quote": 'label.a" evil="b=x',
    "name of a label with a space": "label.a b=x",
    "variable": "env.A=x\n" + EVIL,
    "name of a variable": "env.A\n" + EVIL + "=x",
    "name of a variable with a space": "env.A B=x",
    "slot": "extra.before_user\n" + EVIL + "=x",
    "slot of no block": "extra.before_nothing=RUN true",
    "slot with a path": "extra.../../x=RUN true",
    "user": "user=0",
    "user with an instruction": "user=1000\n" + EVIL,
    "registry": "registry=registry.example.com\n" + EVIL,
    "registry with a flag": "registry=--privileged",
}


def yaml_of(flag):
    key, _, value = flag.partition("=")
    quoted = ['"' + "".join(f"\\u{ord(c):04x}" for c in part) + '"' for part in (key, value)]
    return f"{{{quoted[0]}: {quoted[1]}}}"


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("where", ["flag", "dockgen.yaml", "preset", "answers"])
def test_values(attempt, where, value):
    flag = VALUES[value]
    files, args = {
        "flag": (PACK, ("--set", flag)),
        "dockgen.yaml": (PACK | {"dockgen.yaml": f"{PACK['dockgen.yaml']}set: {yaml_of(flag)}\n"}, ()),
        "preset": (
            PACK | {"evil/presets/p.yaml": f"dockgen: 1\nsummary: x\nset: {yaml_of(flag)}\n"},
            ("--preset", "evil/p"),
        ),
        "answers": (PACK | {"answers.yaml": yaml_of(flag)}, ("--answers", "answers.yaml")),
    }[where]
    code, _, err = attempt(files, *args)
    assert code == 2
    assert not any(line.startswith(EVIL) for line in err.splitlines())


def test_values_of_variables(attempt):
    code, _, err = attempt(PACK, env=[("DOCKGEN_EVIL_PROXY", f"x\n{EVIL}")])
    assert code == 2
    assert "evil.proxy has a line break" in err


@pytest.mark.parametrize(
    "value", ['x" evil="y', "$(evil)", "`evil`", "${HOME}", "x \\", "a'b", "{{ 7 * 7 }}", "# x", "é🚢"]
)
def test_text_is_quoted(attempt, value):
    files = PACK | {LABELS: "LABEL x={{ packs.evil.proxy | quoted }}\n\nRUN printf %s {{ [packs.evil.proxy] | sh }}\n"}
    code, text, _ = attempt(files, "--set", f"evil.proxy={value}")
    assert code == 0
    (label,) = [rest for name, rest in instructions(text) if name == "LABEL"]
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    assert label == f'x="{escaped}"'


@pytest.mark.parametrize(
    "text", ["LABEL x={{ packs.evil.proxy }}", "RUN x {{ packs.evil.proxy }}", "{{ packs.evil.hosts | join(' ') }}"]
)
def test_text_that_a_template_does_not_quote(attempt, text):
    code, _, err = attempt(PACK | {LABELS: text}, "--set", "evil.proxy=x; evil")
    assert code == 2
    assert "print it through quoted, sh or exec" in err


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x\\nRUN evil' }}",
        "{{ 'x' ~ '\\nRUN evil' }}",
        "{{ 'x' | replace('x', '\\nRUN evil') }}",
        "{{ ['x', 'y'] | join('\\n') }}",
    ],
)
def test_what_is_printed_is_one_line(attempt, text):
    code, _, err = attempt(PACK | {LABELS: text})
    assert code == 2
    assert "cannot print text with a line break" in err


def test_the_project_s_own_text_is_no_template(attempt):
    manifest = EXPRESS["package.json"].replace('"shop"', '"shop", "description": "{{ runtime.image }} {% include 1 %}"')
    code, text, _ = attempt({"package.json": manifest})
    assert code == 0
    assert 'description="{{ runtime.image }} {% include 1 %}"' in text


# Names


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "..",
        "a/b/c",
        "evil/../x",
        "evil//x",
        "/etc/passwd",
        "./../outside.yaml",
        "~/x.yaml",
        "evil/x\n",
        "a\\b",
        "Evil",
        "%2e%2e/x",
        "",
    ],
)
@pytest.mark.parametrize("key", ["preset", "extends"])
def test_names_of_presets(attempt, tmp_path, name, key):
    make(tmp_path, {"outside.yaml": "dockgen: 1\nsummary: x\n", "secret.yaml": "dockgen: 1\nsummary: x\n"})
    quoted = '"' + "".join(f"\\u{ord(c):04x}" for c in name) + '"'
    preset = f"dockgen: 1\nsummary: x\nextends: {quoted}\n"
    config = f"dockgen: 1\npreset: {quoted if key == 'preset' else 'p'}\n"
    code, _, err = attempt({"dockgen.yaml": config, ".dockgen/presets/p.yaml": preset})
    assert code == 2
    assert any(
        w in err for w in ("not the name of a preset", "leads out of the project", "there is no preset", "no such file")
    ), err


@pytest.mark.parametrize("path", ["../evil", "/etc/evil", "a/../../evil", "a\nb", "", "evil/"])
def test_files_that_a_preset_assumes(attempt, path):
    quoted = '"' + "".join(f"\\u{ord(c):04x}" for c in path) + '"'
    code, _, err = attempt(
        {".dockgen/presets/p.yaml": f"dockgen: 1\nsummary: x\nproject: {{{quoted}: x}}\n"}, "--preset", "p"
    )
    assert code == 2
    assert "not a path in a project" in err


# Size

BOMBS = {
    "times": "{{ 'x' * 10 ** 9 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "concatenation": "{% set a = 'x' * 9 %}{{ a }}",
    "growth": "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a ~ a ~ a ~ a %}" * 12 + "{{ a | length }}",
    "replace": "{% set a = 'xxxxxxxxxxxxxxxx' %}"
    + "{% set a = a | replace('x', 'xxxxxxxxxxxxxxxx') %}" * 8
    + "{{ a | length }}",
    "join": "{% set a = 'xxxxxxxxxxxxxxxx' %}" + "{% set a = a | join(a) %}" * 8 + "{{ a | length }}",
    "loops": "{% for a in 'xxxxxxxxxxxxxxxx' %}" * 6 + "xxxxxxxxxxxxxxxx" + "{% endfor %}" * 6,
    "format": "{{ '%1000000000d' % 1 }}",
    "itself": "{% include 'common/labels.j2' %}",
    "macros": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "large file": "x" * 300_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs(attempt, bomb):
    code, _, err = attempt(PACK | {LABELS: BOMBS[bomb]})
    assert code == 2
    assert len(err) < 4000


def test_answers_from_a_pipe_are_bounded(attempt, monkeypatch):
    class Stdin(io.TextIOWrapper):
        def isatty(self):
            return False

    monkeypatch.setattr(sys, "stdin", Stdin(io.BytesIO(b"a: " + b"x" * 10_000_000)))
    code, _, err = attempt({}, "--answers", "-")
    assert code == 2
    assert "larger than 256 KiB" in err


def test_there_are_many_attempts():
    count = sum(map(len, (ESCAPES, CHANGES, PATHS, LINKS, SCRIPTS, YAML, VALUES, BOMBS)))
    assert count > 100
