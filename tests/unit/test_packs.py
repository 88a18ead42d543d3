"""Packs: where they are found, what is refused, and the typed options that they declare."""

from __future__ import annotations

import os
import subprocess
import sys
import zipapp
from typing import TYPE_CHECKING

import pytest
from dockgen import packs, pipeline, sources
from dockgen.errors import InputError
from dockgen.plans import to_data
from dockgen.sources import Request
from helpers import ROOT, dockgen, environment
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

EXPRESS = {
    "package.json": '{"name": "shop", "dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}',
    "server.js": "require('express')().listen(3000)\n",
}
HEAD = "dockgen: 1\nname: acme\n"
OPTIONS = HEAD + (
    "options:\n"
    "  proxy: {default: '', help: where to}\n"
    "  port: {type: number, default: 3128}\n"
    "  strict: {type: boolean, default: no}\n"
    "  tier: {type: choice, default: gold, choices: [gold, silver]}\n"
    "  hosts: {type: list, default: [a, b c]}\n"
)
PRINTS = '{% extends "!common/Dockerfile.j2" %}\n{% block labels %}\n{{ super() }}\nLABEL tier={{ packs.acme.tier | quoted }}\n\n{% endblock %}\n'


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def pack(folder: Path, text: str = HEAD, **more: str) -> Path:
    return write(folder, {"pack.yaml": text} | {name.replace("__", "/"): body for name, body in more.items()})


@pytest.fixture
def project(tmp_path):
    return write(tmp_path / "shop", EXPRESS)


def gather(project, *packs_asked, flags=(), env=None, **more):
    return sources.gather(str(project), Request(packs=packs_asked, flags=flags, **more), env or {})


def plan(project, *packs_asked, flags=(), env=None, **more):
    wanted = gather(project, *packs_asked, flags=flags, env=env, **more).settings()
    return pipeline.decide(pipeline.choose(pipeline.look(project)[1], wanted).facts, wanted)


def configured(project, text):
    return write(project, {"dockgen.yaml": f"dockgen: 1\n{text}"})


# Where they are found


def test_a_path_in_the_project(project):
    pack(project / "tools" / "acme")
    configured(project, "packs: ./tools/acme\n")
    (found,) = gather(project).packs
    assert (found.name, found.shown) == ("acme", "./tools/acme")


def test_a_path_on_the_command_line_counts_from_where_one_is(project, tmp_path, monkeypatch):
    pack(tmp_path / "elsewhere" / "acme")
    monkeypatch.chdir(tmp_path / "elsewhere")
    for asked in ("./acme", "../elsewhere/acme", str(tmp_path / "elsewhere/acme"), "acme/"):
        assert [p.name for p in gather(project, asked).packs] == ["acme"]
    assert [p.name for p in gather(project, env={"DOCKGEN_PACKS": "./acme"}).packs] == ["acme"]


def test_vendored_comes_before_installed(project):
    pack(project / ".dockgen" / "packs" / "acme")
    configured(project, "packs: acme\n")
    (found,) = gather(project).packs
    assert found.shown == ".dockgen/packs/acme"


def test_the_order_is_that_of_the_layers(project):
    pack(project / "a", "dockgen: 1\nname: first\n", templates__x__j2="1")
    pack(project / "b", "dockgen: 1\nname: second\n")
    configured(project, "packs: [./a, ./b]\n")
    assert [layer.name for layer in gather(project).layers().all] == ["first", "second", "dockgen"]


def test_a_pack_that_is_named_twice_is_one(project):
    pack(project / "acme")
    configured(project, "packs: ./acme\n")
    assert len(gather(project, str(project / "acme")).packs) == 1


def test_two_packs_of_one_name(project):
    pack(project / "a")
    pack(project / "b")
    configured(project, "packs: [./a, ./b]\n")
    with pytest.raises(InputError) as caught:
        gather(project)
    assert caught.value.what == "two packs are called 'acme': ./a and ./b"
    assert caught.value.where == "dockgen.yaml:2:14"


def test_none_of_that_name(project):
    configured(project, "packs: acme\n")
    with pytest.raises(InputError, match="there is no pack 'acme'") as caught:
        gather(project)
    assert caught.value.where == "dockgen.yaml:2:8"
    assert "dockgen templates add URL" in str(caught.value.hint)


def test_a_vendored_pack_is_called_what_its_folder_is(project):
    pack(project / ".dockgen/packs/other")
    configured(project, "packs: other\n")
    with pytest.raises(InputError, match=r"the pack in \.dockgen/packs/other is called 'acme', not 'other'"):
        gather(project)


NAMES = [
    "dockgen",
    "project",
    "user",
    "templates",
    "env",
    "label",
    "extra",
    "apt",
    "port",
    "python",
    "items",
    "Acme",
    "a-b",
    "1a",
    "a" * 41,
    "a/b",
    "é",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_that_a_pack_cannot_have(project, name):
    pack(project / "x", f"dockgen: 1\nname: {name}\n")
    configured(project, "packs: ./x\n")
    with pytest.raises(InputError, match=r"not the name of a pack|a pack cannot be called"):
        gather(project)


@pytest.mark.parametrize("name", ["a/b", "/x", "~/x", "a b", "Acme", "-x", ""])
def test_what_is_no_name_in_dockgen_yaml(project, name):
    configured(project, f"packs: ['{name}']\n")
    with pytest.raises(InputError, match="not the name of a pack"):
        gather(project)


def test_the_path_of_no_pack(project):
    configured(project, "packs: ./nowhere\n")
    with pytest.raises(InputError, match=r"there is no pack in '\./nowhere'"):
        gather(project)


# What leads out


def test_dockgen_yaml_stays_in_its_checkout(project, tmp_path):
    pack(tmp_path / "packs" / "acme")
    configured(project, "packs: ../packs/acme\n")
    with pytest.raises(InputError, match="lies outside of the project") as caught:
        gather(project)
    assert caught.value.where == "dockgen.yaml:2:8"
    (tmp_path / ".git").mkdir()  # now both are of one repository
    assert [p.name for p in gather(project).packs] == ["acme"]
    (project / ".git").mkdir()  # and now they are not
    with pytest.raises(InputError, match="lies outside of the project"):
        gather(project)


@pytest.mark.parametrize("name", ["pack.yaml", "templates", "presets"])
def test_links_out_of_a_pack(project, tmp_path, name):
    pack(project / "acme")
    (tmp_path / "outside").mkdir()
    write(tmp_path / "outside", {"pack.yaml": HEAD})
    (project / "acme" / name).unlink(missing_ok=True)
    (project / "acme" / name).symlink_to(tmp_path / "outside" / ("pack.yaml" if name == "pack.yaml" else ""))
    configured(project, "packs: ./acme\n")
    with pytest.raises(InputError, match="this is a link that leads out of the pack") as caught:
        gather(project)
    assert caught.value.where == f"./acme/{name}"


@pytest.mark.parametrize("path", ["acme", ".dockgen/packs/acme", ".dockgen"])
def test_folders_that_are_links_out_of_the_project(project, tmp_path, path):
    inner = path.removeprefix(".dockgen").strip("/")
    pack(tmp_path / "outside" / {"acme": "", "packs/acme": "", "": "packs/acme"}[inner])
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).symlink_to(tmp_path / "outside")
    configured(project, f"packs: {'./acme' if path == 'acme' else 'acme'}\n")
    with pytest.raises(InputError, match="lies outside of the project"):
        gather(project)


def test_a_link_inside_of_a_pack_is_read(project):
    pack(project / "acme", templates__real="x")
    (project / "acme/templates/t.j2").symlink_to("real")
    configured(project, "packs: ./acme\n")
    assert gather(project).layers().find("t.j2")[2] == "x"


def test_a_pack_is_bounded(project):
    pack(project / "acme", HEAD + "#" * 262_144)
    configured(project, "packs: ./acme\n")
    with pytest.raises(InputError, match="larger than 256 KiB"):
        gather(project)


def test_the_number_of_packs_is_bounded(project):
    for number in range(21):
        pack(project / f"p{number}", f"dockgen: 1\nname: p{number}\n")
    configured(project, f"packs: [{', '.join(f'./p{n}' for n in range(21))}]\n")
    with pytest.raises(InputError, match="more than 20 packs"):
        gather(project)


def test_what_is_no_file(project):
    (project / "acme").mkdir()
    os.mkfifo(project / "acme/pack.yaml")
    configured(project, "packs: ./acme\n")
    with pytest.raises(InputError, match="there is no pack in"):
        gather(project)


def test_what_is_no_file_in_a_vendored_pack(project):
    (project / ".dockgen/packs/acme").mkdir(parents=True)
    os.mkfifo(project / ".dockgen/packs/acme/pack.yaml")
    configured(project, "packs: acme\n")
    with pytest.raises(InputError, match=r"there is no pack\.yaml") as caught:
        gather(project)
    assert caught.value.where == ".dockgen/packs/acme"


def test_a_preset_that_is_a_link_out_of_the_pack(project, tmp_path):
    pack(project / "acme", presets__other="")
    write(tmp_path, {"secret.yaml": "dockgen: 1\nsummary: x\n"})
    (project / "acme/presets/ours.yaml").symlink_to(tmp_path / "secret.yaml")
    configured(project, "packs: ./acme\npreset: acme/ours\n")
    with pytest.raises(InputError, match="this is a link that leads out of the pack") as caught:
        gather(project).settings()
    assert caught.value.where == "./acme/presets/ours.yaml"


# Versions of dockgen


@pytest.mark.parametrize("wanted", ["", "requires: '>=0.1'\n", "requires: ~=0.1\n", "requires: '>=0.1,<2'\n"])
def test_made_for_this_version(project, wanted):
    pack(project / "acme", HEAD + wanted)
    assert gather(project, str(project / "acme")).packs


def test_made_for_another_version(project):
    pack(project / "acme", HEAD + "requires: '>=77'\n")
    configured(project, "packs: ./acme\n")
    with pytest.raises(InputError, match="the pack acme is made for dockgen >=77, and this is ") as caught:
        gather(project)
    assert caught.value.where == "./acme/pack.yaml:3:11"


def test_no_range_of_versions(project):
    pack(project / "acme", HEAD + "requires: newest\n")
    configured(project, "packs: ./acme\n")
    with pytest.raises(InputError, match="not a range of versions: 'newest'"):
        gather(project)


# Installed

SITE = "import site, sys; site.addsitedir({site!r}); from dockgen.cli import run; sys.exit(run({argv!r}))"


def installed(site: Path, *, name="acme", package="acme_dockgen", dist="acme-dockgen") -> Path:
    """SITE with a distribution that has the entry point NAME, as an installer lays it out."""
    info = f"{dist.replace('-', '_')}-1.2.dist-info"
    meta = f"Metadata-Version: 2.1\nName: {dist}\nVersion: 1.2\n"
    return write(site, {f"{info}/METADATA": meta, f"{info}/entry_points.txt": f"[dockgen.packs]\n{name} = {package}\n"})


def run(site, *argv):
    """dockgen in a process whose site-packages has SITE as well."""
    code = SITE.format(site=str(site), argv=list(map(str, argv)))
    return subprocess.run(
        [sys.executable, "-c", code], env=environment({}), capture_output=True, text=True, check=False
    )


def test_installed(project, tmp_path):
    site = installed(tmp_path / "site")
    pack(site / "acme_dockgen", OPTIONS, **{"templates__common__Dockerfile.j2": PRINTS})
    configured(project, "packs: acme\nset: {acme.tier: silver}\n")
    done = run(site, "generate", "-o", "-", project)
    assert done.returncode == 0, done.stderr
    assert "LABEL tier=silver\n" in done.stdout


@pytest.mark.parametrize("package", ["acme_dockgen", "acme_dockgen.data", "acme_dockgen:thing", "acme_dockgen [extra]"])
def test_nothing_is_imported(project, tmp_path, package):
    """Neither the package that an entry point names, nor the parent of a dotted one."""
    site = installed(tmp_path / "site", package=package)
    mark = tmp_path / "executed"
    evil = f"open({str(mark)!r}, 'w').close()\nraise SystemExit('executed')\n"
    pack(site / "acme_dockgen", **{"__init__.py": evil, "setup.py": evil, "hooks.py": evil, "conftest.py": evil})
    (site / "acme_dockgen/__init__.py").write_text(evil)
    pack(site / "acme_dockgen/data")
    (site / "acme_dockgen/data/__init__.py").write_text(evil)
    configured(project, "packs: acme\n")
    done = run(site, "generate", "-o", "-", project)
    assert "executed" not in done.stderr
    assert not mark.exists()
    assert done.returncode == (0 if package == "acme_dockgen" else 2), done.stderr
    if done.returncode:
        assert "is not where its entry point says" in done.stderr


def test_a_package_without_a_pack(project, tmp_path):
    site = installed(tmp_path / "site", package="json")
    configured(project, "packs: acme\n")
    done = run(site, "generate", "-o", "-", project)
    assert done.returncode == 2
    assert "error: the pack 'acme' of acme-dockgen 1.2 is not where its entry point says: 'json'" in done.stderr


def test_two_distributions_have_it(project, tmp_path):
    site = installed(installed(tmp_path / "site"), dist="other")
    pack(site / "acme_dockgen")
    configured(project, "packs: acme\n")
    done = run(site, "generate", "-o", "-", project)
    assert "error: more than one distribution has a pack 'acme': acme-dockgen 1.2, other 1.2" in done.stderr
    assert done.returncode == 2


def test_another_name_is_suggested(project, tmp_path):
    site = installed(tmp_path / "site")
    configured(project, "packs: amce\n")
    assert "hint: did you mean 'acme'?\n" in run(site, "generate", "-o", "-", project).stderr
    configured(project, "packs: other\n")
    assert "hint: there are: acme; vendor it: " in run(site, "generate", "-o", "-", project).stderr


def test_the_name_of_a_vendored_pack_is_suggested(project):
    pack(project / ".dockgen/packs/acme")
    with pytest.raises(InputError) as caught:
        gather(project, "acne")
    assert caught.value.hint == "did you mean 'acme'?"


def test_editable(project, tmp_path):
    """A .pth file with the folder of the checkout, or a finder that knows where the package is."""
    site = installed(tmp_path / "site")
    pack(tmp_path / "checkout" / "acme_dockgen")
    (site / "acme.pth").write_text(f"{tmp_path / 'checkout'}\n")
    configured(project, "packs: acme\n")
    assert run(site, "detect", project).returncode == 0
    (site / "acme.pth").write_text("import acme_finder\n")
    spec = "importlib.machinery.ModuleSpec(name, None, is_package=True)"
    write(site, {"acme_finder.py": (
        "import importlib.machinery, sys\n\n\nclass Finder:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n"
        f"        if name == 'acme_dockgen':\n            spec = {spec}\n"
        f"            spec.submodule_search_locations = [{str(tmp_path / 'checkout/acme_dockgen')!r}]\n            return spec\n\n\n"
        "sys.meta_path.append(Finder)\n"
    )})  # fmt: skip
    done = run(site, "detect", project)
    assert done.returncode == 0, done.stderr


def test_in_an_archive(project, tmp_path):
    """A company can hand out one file with dockgen and its pack in it."""
    app = installed(tmp_path / "app")
    preset = "dockgen: 1\nsummary: ours\nset: {port: 9000}\n"
    pack(app / "acme_dockgen", OPTIONS, **{"templates__common__Dockerfile.j2": PRINTS, "presets__company.yaml": preset})
    (app / "__main__.py").write_text("import sys; from dockgen.cli import run; sys.exit(run(sys.argv[1:]))\n")
    zipapp.create_archive(app, tmp_path / "app.pyz")
    configured(project, "packs: acme\npreset: acme/company\n")
    argv = [sys.executable, tmp_path / "app.pyz", "generate", "-o", "-", project]
    env = environment({}) | {"PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "LABEL tier=gold\n" in done.stdout
    assert "EXPOSE 9000\n" in done.stdout


# Options


def test_the_default_of_every_type(project):
    pack(project / "acme", OPTIONS)
    made = plan(project, str(project / "acme"))
    assert made.packs == {"acme": {"proxy": "", "port": 3128, "strict": False, "tier": "gold", "hosts": ("a", "b c")}}
    assert to_data(made)["packs"]["acme"]["hosts"] == ["a", "b c"]
    choices = {c.key: (c.value, c.source, c.reason) for c in made.choices if c.key.startswith("acme.")}
    assert choices["acme.port"] == ("3128", "default", "default of the pack acme")


def test_from_everywhere(project):
    pack(
        project / "acme",
        OPTIONS,
        **{"presets__ours.yaml": "dockgen: 1\nsummary: x\ndefaults: {acme.tier: silver}\nset: {acme.port: 1}\n"},
    )
    write(project, {"a.yaml": "acme: {hosts: [x, y z]}\n"})
    configured(project, "packs: ./acme\npreset: acme/ours\nset:\n  acme:\n    strict: yes\n")
    made = plan(project, flags=("acme.proxy=http://p:1",), answers=str(project / "a.yaml"))
    assert made.packs["acme"] == {
        "proxy": "http://p:1",
        "port": 1,
        "strict": True,
        "tier": "silver",
        "hosts": ("x", "y z"),
    }
    sourced = {c.key: (c.source, c.reason) for c in made.choices}
    assert sourced["acme.proxy"] == ("--set", "--set acme.proxy")
    assert sourced["acme.strict"] == ("dockgen.yaml", "dockgen.yaml:6:13")
    assert sourced["acme.port"][0] == "preset ours"
    assert sourced["acme.tier"][0] == "default of preset ours"
    made = plan(project, env={"DOCKGEN_ACME_PROXY": "http://v", "DOCKGEN_ACME_STRICT": "false"})
    assert made.packs["acme"]["proxy"] == "http://v"
    assert made.packs["acme"]["strict"] is False


WRONG = {
    "acme.port=x": "acme.port is a whole number, not 'x'",
    "acme.port=1.5": "acme.port is a whole number, not '1.5'",
    "acme.port=": "acme.port is a whole number, not ''",
    "acme.strict=maybe": "unknown value 'maybe' of acme.strict",
    "acme.tier=gould": "unknown value 'gould' of acme.tier",
    "acme.hosts='a": "cannot read acme.hosts as a list",
    "acme.proxy=a\nRUN evil": "acme.proxy has a line break or a control character",
    "acme.prxy=x": "unknown key 'acme.prxy'",
    "other.proxy=x": "unknown key 'other.proxy'",
}


@pytest.mark.parametrize("flag", WRONG)
def test_wrong_values_on_the_command_line(project, flag):
    pack(project / "acme", OPTIONS)
    with pytest.raises(InputError, match=WRONG[flag]) as caught:
        plan(project, str(project / "acme"), flags=(flag,))
    assert caught.value.hint or "line break" in caught.value.what
    if flag.startswith(("acme.prxy", "acme.tier")):
        assert "did you mean" in str(caught.value.hint)


def test_all_wrong_values_of_a_file_at_once(project):
    pack(project / "acme", OPTIONS)
    configured(
        project,
        "packs: ./acme\nset:\n  acme: {port: x, strict: maybe, tier: gould, prxy: 1}\napps: {a: {set: {acme.port: y}}}\n",
    )
    with pytest.raises(InputError) as caught:
        gather(project)
    assert [(m.what, m.where) for m in caught.value.mistakes] == [
        ("acme.port is a whole number, not 'x'", "dockgen.yaml:4:16"),
        ("unknown value 'maybe' of acme.strict", "dockgen.yaml:4:27"),
        ("unknown value 'gould' of acme.tier", "dockgen.yaml:4:40"),
        ("unknown key 'acme.prxy'", "dockgen.yaml:4:53"),
        ("acme.port is a whole number, not 'y'", "dockgen.yaml:5:29"),
    ]


def test_wrong_values_in_a_preset(project):
    pack(project / "acme", OPTIONS, **{"presets__ours.yaml": "dockgen: 1\nsummary: x\nset: {acme.port: x}\n"})
    configured(project, "packs: ./acme\npreset: acme/ours\n")
    with pytest.raises(InputError, match=r"acme\.port is a whole number") as caught:
        plan(project)
    assert caught.value.where == "./acme/presets/ours.yaml:3:18"


DECLARED = {
    "a: {default: x, type: number}": "default: a is a whole number",
    "a: {default: x, type: boolean}": "default: unknown value 'x' of a",
    "a: {default: x, type: choice}": "the choices of 'a'",
    "a: {default: x, choices: [x]}": "the choices of 'a'",
    "a: {default: x, type: choice, choices: [y]}": "default: unknown value 'x' of a",
    "a: {default: [x, y]}": "the default of 'a' is a list",
    "a: {type: text}": "'default' is missing",
    "a: {default: x, type: texts}": "'texts' is none of",
    "A: {default: x}": "not the name of an option: 'A'",
    "items: {default: x}": "not the name of an option: 'items'",
    "a.b: {default: x}": "not the name of an option",
    'a: {default: "x\\nRUN evil"}': "a has a line break",
    "a: {default: x, hook: run.py}": "unknown key 'hook'",
}


@pytest.mark.parametrize("option", DECLARED)
def test_what_cannot_be_declared(project, option):
    pack(project / "acme", f"{HEAD}options:\n  {option}\n")
    with pytest.raises(InputError, match=DECLARED[option]) as caught:
        gather(project, str(project / "acme"))
    assert str(caught.value.where).startswith(f"{project}/acme/pack.yaml:4:")


@pytest.mark.parametrize(
    ("name", "option", "other"),
    [("os", "upgrade", "os-upgrade"), ("allow", "eol", "allow-eol"), ("env_x", "y", "env.NAME")],
)
def test_a_variable_means_one_key(project, name, option, other):
    pack(project / "x", f"dockgen: 1\nname: {name}\noptions: {{{option}: {{default: no}}}}\n")
    with pytest.raises(InputError, match=f"the variable of the option {name}.{option} would be that of {other}"):
        gather(project, str(project / "x"))


def test_a_variable_means_one_option(project):
    pack(project / "x", "dockgen: 1\nname: a\noptions: {b_c: {default: ''}}\n")
    pack(project / "y", "dockgen: 1\nname: a_b\noptions: {c: {default: ''}}\n")
    with pytest.raises(InputError, match=r"the variable of the option a_b\.c would be that of a\.b_c: DOCKGEN_A_B_C"):
        gather(project, str(project / "x"), str(project / "y"))


@given(st.text(max_size=60))
def test_a_text_is_one_line_or_refused(text):
    from dockgen.packoptions import Kind
    from dockgen.values import is_plain

    for kind in ("text", "list", "number"):
        try:
            value = Kind(kind, (), "", "").checked("acme.x", text, "--set")
        except InputError:
            continue
        assert is_plain(value)
        typed = Kind(kind, (), "", "").value(value)
        assert isinstance(typed, {"text": str, "list": tuple, "number": int}[kind])


# All together


def test_other_files_of_a_pack_are_nothing(project, tmp_path):
    mark = tmp_path / "executed"
    evil = f"open({str(mark)!r}, 'w').close()\n"
    more = {
        name.replace("/", "__"): evil
        for name in ("__init__.py", "hooks/pre.py", "templates/evil.py", "setup.py", "copier.yml")
    }
    pack(project / "acme", **more)
    run = dockgen("init", "--yes", "--pack", project / "acme", project)
    assert run.code == 0, run.err
    assert not mark.exists()


def test_with_options_the_output_of_others_stays(project, tmp_path):
    """A pack that overrides nothing changes no byte but the digest of what went in."""
    pack(project / "acme", OPTIONS)
    plain = dockgen("generate", "-o", "-", project).out
    packed = dockgen("generate", "-o", "-", "--pack", project / "acme", project).out
    assert [a for a in packed.splitlines() if a not in plain.splitlines()] == [packed.splitlines()[1]]


def test_bounds_are_one():
    assert packs.MAX_BYTES == sources.MAX_BYTES
