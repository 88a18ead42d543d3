"""Help that fits a screen, what `dockgen` alone says, and what is meant by a wrong word."""

from __future__ import annotations

import click
import pytest
from dockgen import cli
from dockgen.cli import usage
from helpers import PROJECTS, dockgen, tree


def commands(group, path=()):
    """(the words that call it, the command) of every command."""
    context = click.Context(group, info_name="dockgen")
    yield path, group
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


EVERY = dict(commands(cli.group()))
LINES, COLUMNS = 24, 80


def test_every_command_is_there():
    assert {path for path in EVERY if len(path) == 1} == {(name,) for name in cli.COMMANDS}
    assert ("templates", "rebase") in EVERY


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_fits_a_screen(path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    for flag in ("-h", "--help"):
        assert cli.run([*path, flag]) == 0
        shown = capsys.readouterr().out
        assert len(shown.splitlines()) < LINES  # the prompt has the last line
        assert max(map(len, shown.splitlines())) <= COLUMNS
        assert shown.startswith(f"Usage: {' '.join(['dockgen', *path])} ")


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_all_help_has_every_option_once(path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(COLUMNS))
    assert cli.run([*path, "--help-all"]) == 0
    shown = capsys.readouterr().out
    rows = [line.split()[0].rstrip(",") for line in shown.splitlines() if line.startswith("  -")]
    firsts = [min(o.opts, key=len) for o in EVERY[path].params if isinstance(o, click.Option)]
    assert sorted(rows) == sorted(firsts)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_every_option_has_a_text_of_a_sentence(path):
    for param in EVERY[path].params:
        if isinstance(param, click.Option):
            assert param.help.endswith("."), param.opts


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_what_all_have(path):
    names = {name for param in EVERY[path].params for name in param.opts}
    assert names >= {"-h", "--help", "--help-all", "-q", "--quiet", "--color", "--debug"}


def test_tables_name_options_that_exist():
    names = {name for command in EVERY.values() for param in command.params for name in param.opts}
    assert {name for _, listed in usage.SECTIONS for name in listed} <= names
    assert set(usage.RARE) <= names


@pytest.mark.parametrize(
    ("files", "line", "following"),
    [
        ({"index.html": "x"}, "Here: test-alone-", "dockgen init"),
        ({"index.html": "x", "Dockerfile": "FROM scratch\n"}, "Here: test-alone-", "dockgen diff"),
        ({}, "Here: ", "dockgen detect"),
        ({"package.json": "{"}, "Here: ", "dockgen detect"),
    ],
)
def test_alone_says_what_is_here_and_writes_nothing(tmp_path, files, line, following):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    before = tree(tmp_path)
    run = dockgen(cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("Usage: dockgen ")
    *_, told, last = run.out.splitlines()
    assert told.startswith(line)
    assert last == f"Next: {following}"
    assert len(run.out.splitlines()) <= LINES
    assert tree(tmp_path) == before


def test_alone_after_files_were_written(tmp_path):
    (tmp_path / "index.html").touch()
    assert dockgen("generate", tmp_path).code == 0
    assert dockgen(cwd=tmp_path).out.endswith("Next: dockgen check\n")
    assert dockgen("-C", tmp_path).out.endswith(f"Next: dockgen check {tmp_path}\n")


def test_alone_names_stack_version_and_framework():
    out = dockgen(cwd=PROJECTS / "python-fastapi-uv").out
    assert "Here: parcels: python, 3.13, fastapi\nNext: dockgen init\n" in out


@pytest.mark.parametrize("args", [["-C", "none"], ["-C", "a\x1b[31m"]])
def test_alone_in_a_folder_that_is_none(tmp_path, args):
    run = dockgen(*args, cwd=tmp_path)
    assert (run.code, run.err) == (0, "")
    assert "\x1b" not in run.out


SHOP = {
    "package.json": '{"name": "shop", "private": true, "workspaces": ["apps/*"]}',
    "apps/checkout/package.json": '{"name": "checkout", "scripts": {"start": "node a.js"}}',
    "apps/admin/package.json": '{"name": "admin", "scripts": {"start": "node a.js"}}',
    ".dockgen/templates/common/adduser.j2": '{% extends "!common/adduser.j2" %}\n',
}
MISTAKES = [
    (["chekc"], "no command 'chekc'", "check"),
    (["templates", "lst"], "no command 'lst'", "list"),
    (["presets", "shwo"], "no command 'shwo'", "show"),
    (["generate", "--dryrun"], "no option --dryrun", "--dry-run"),
    (["--colour", "never"], "no option --colour", "--color"),
    (["update", "--on-conflict", "marker"], "--on-conflict: unknown value 'marker'", "markers"),
    (["check", "--format", "jsn"], "--format: unknown value 'jsn'", "json"),
    (["pin", "--with", "scopeo"], "--with: unknown value 'scopeo'", "skopeo"),
    (["detect", "--app", "chekout"], "--app chekout: no app has that name", "checkout"),
    (["detect", "--app", "apps/admn"], "--app apps/admn: no app has that name", "apps/admin"),
    (["detect", "--set", "prot=1"], "--set: unknown key 'prot'", "port"),
    (["detect", "--base", "slin"], "--set base: unknown value 'slin' of base", "slim"),
    (["detect", "--preset", "expres"], "there is no preset 'expres'", "express"),
    (["presets", "show", "fastap"], "there is no preset 'fastap'", "fastapi"),
    (["templates", "show", "node/Dockerfile.j"], "there is no template 'node/Dockerfile.j'", "node/Dockerfile.j2"),
    (["templates", "show", "node/Dockerfile.j2", "--block", "fronteds"], "node/Dockerfile.j2 has no block 'fronteds'", "frontends"),
    (["templates", "rebase", "common/aduser.j2"], "there is no override of common/aduser.j2", "common/adduser.j2"),
    (["generate", "-o", "-", "--file", "Dockerfle", "--app", "admin"], "--file Dockerfle: there is no such file", "Dockerfile"),
    (["explain", "prt", "--app", "admin"], "there is nothing called 'prt' to explain", "port"),
    (["explain", "dg1O1", "--app", "admin"], "there is nothing called 'dg1O1' to explain", "DG101"),
    (["explain", "Dokerfile:1", "--app", "admin"], "dockgen does not write Dokerfile", "Dockerfile"),
]  # fmt: skip


@pytest.fixture
def shop(tmp_path):
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("args", "what", "meant"), MISTAKES, ids=lambda given: " ".join(given) if isinstance(given, list) else None
)
def test_what_can_have_been_meant(shop, args, what, meant):
    run = dockgen(*args, cwd=shop)
    assert (run.code, run.out) == (2, "")
    lines = run.err.splitlines()
    assert lines[0].startswith(f"error: {what}")
    assert lines[-1].startswith("  hint: did you mean ")
    assert meant in lines[-1]


def test_names_that_are_like_nothing_are_answered_with_what_there_is(shop):
    assert "apps: apps/admin, apps/checkout" in dockgen("detect", "--app", "zzz", cwd=shop).err
    assert "hint: one of text, json, sarif\n" in dockgen("check", "--format", "zzz", cwd=shop).err
    assert "hint: dockgen check --help\n" in dockgen("check", "--zzz", cwd=shop).err
