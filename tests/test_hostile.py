"""Hostile projects: one clear error or a safe file, a documented exit code, nothing half-written, never a traceback."""

from __future__ import annotations

import json
import os
import re

import pytest
from dockgen import cli
from helpers import dockgen, instructions, tree

# What the project tries to smuggle in; it may stand in a quoted label, nowhere else.
EVIL = "RUN evil"
BREAKOUTS = [
    f"x\n{EVIL}",
    f"x\r\n{EVIL}",
    f"x\\\n{EVIL}",
    f"x\u2028{EVIL}",
    f"x\x85{EVIL}",
    f'x" \\\n {EVIL}',
    f"x'; {EVIL} #",
    f"$({EVIL})",
    f"`{EVIL}`",
    "${PATH} $HOME evil",
    f"EOF\n{EVIL}",
    f"{{{{ '{EVIL}' }}}} {{% raw %}}",
    f"\x1b[2J{EVIL}",
    "\ud800evil",
    "evil" * 100_000,
]
SHELL_TRICKS = [
    "; evil",
    " && evil",
    " | evil",
    " & evil",
    " $(evil)",
    " `evil`",
    " > /evil",
    f"\n{EVIL}",
    " \\\n evil",
    " 'evil",
    ' "evil',
    " ${evil}",
    " <(evil)",
    " # evil",
    " !evil",
    " \x00evil",
    " \ud800evil",
]
INSTRUCTIONS = {
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "RUN",
    "STOPSIGNAL",
    "USER",
    "WORKDIR",
}
SHELLS = {"sh", "bash", "/bin/sh", "/bin/bash", "env", "/usr/bin/env", "npm", "npx"}
# A message may have lines of its own, indented; place and hint come last, once each.
ONE_ERROR = re.compile(r"error: \S.*\n(  (?!at |hint: )\S.*\n)*(  at \S.*\n)?(  hint: \S.*\n)?")
MANIFESTS = (
    "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "tsconfig.json", ".nvmrc", "requirements.txt",
    "pyproject.toml", "uv.lock", "poetry.lock", "Pipfile", "Pipfile.lock", "setup.py", "setup.cfg", ".python-version",
    "runtime.txt", "Procfile", "main.py", "app.py", "manage.py", "go.mod", "go.sum", "go.work", "main.go", "index.html",
    "index.js", "server.js", "LICENSE", ".yarnrc.yml", "pnpm-workspace.yaml", "next.config.js", "vite.config.ts",
)  # fmt: skip
BINARY = b"\x7fELF\x02\x01\x00\xff\xfe\x00 RUN evil\n\x00" * 50

EXPRESS = json.dumps({"name": "a", "dependencies": {"express": "^5.1.0"}, "scripts": {"start": "node server.js"}})
NODE = {
    "package.json": EXPRESS,
    "server.js": "require('express')().listen(process.env.PORT || 3000)\n",
}
PYTHON = {
    "requirements.txt": "flask==3.1.3\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
}
PYPROJECT = {
    "pyproject.toml": '[project]\nname = "a"\nversion = "1"\ndescription = "d"\ndependencies = ["flask"]\n',
    "app.py": PYTHON["app.py"],
}
GO = {
    "go.mod": "module example.com/a\n\ngo 1.27\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}
STATIC = {"index.html": "<title>a</title>"}
HARMLESS = {"node": NODE, "python": PYTHON, "pyproject": PYPROJECT, "go": GO, "static": STATIC}


def make(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return folder


@pytest.fixture
def attempt(tmp_path, capsys):
    """Run `dockgen init --yes` on FILES; check what holds for any project; return exit code, Dockerfile and stderr."""

    def run(files, *, name="app", args=(), quoted=False):
        folder = make(tmp_path / name, files)
        before = tree(folder)
        code = cli.run(["init", "--yes", *args, str(folder)])
        err = capsys.readouterr().err
        assert code in {0, 2, 3, 4}, err
        assert "Traceback" not in err
        if code:
            assert tree(folder) == before, "something was written in spite of an error"
            assert ONE_ERROR.fullmatch(err.partition("error: ")[1] + err.partition("error: ")[2]), err
            return code, "", err
        made = {path: text for path, text in tree(folder).items() if before.get(path) != text}
        assert made.keys() - {"dockgen.yaml"} == {"Dockerfile", ".dockerignore"}
        text = made["Dockerfile"].decode()
        check_safe(text, quoted=quoted)
        assert EVIL not in made[".dockerignore"].decode()
        return code, text, err

    return run


def check_safe(text, *, quoted=False):
    """No instruction that the project wrote, and none of its text where Docker or a shell would act on it.

    If QUOTED, a shell may see it inside quotes: the user may build with any command, as one command.
    """
    for name, rest in instructions(text):
        assert name in INSTRUCTIONS, f"{name} {rest}"
        if name in {"CMD", "ENTRYPOINT"}:
            argv = json.loads(rest)
            assert argv[0] not in SHELLS
            assert not any("\n" in word for word in argv)
        elif name != "LABEL":
            assert "evil" not in rest or (quoted and not re.search(r"[;&|`$<>(]", bare(rest))), f"{name} {rest}"
    assert not [line for line in text.splitlines() if line.strip().startswith(EVIL)]


def bare(shell):
    """What stands outside of quotes in a shell command, mounts and all `&&` of ours left out."""
    return re.sub(r"'[^']*'|--mount=\S+|&& ", "", shell)


def shape(text):
    return [name for name, _ in instructions(text)]


@pytest.mark.parametrize("stack", HARMLESS)
def test_the_harmless_twins_work(attempt, stack):
    code, text, _ = attempt(HARMLESS[stack])
    assert code == 0
    assert shape(text).count("FROM") >= 1


@pytest.mark.parametrize("breakout", BREAKOUTS, ids=range(len(BREAKOUTS)))
@pytest.mark.parametrize("field", ["name", "description", "license", "version", "homepage", "repository"])
def test_text_of_a_package_json(attempt, field, breakout):
    _, harmless, _ = attempt(NODE, name="twin")
    code, text, _ = attempt(NODE | {"package.json": json.dumps(json.loads(EXPRESS) | {field: breakout})})
    assert code in {0, 2}
    assert not text or shape(text) == shape(harmless)


@pytest.mark.parametrize("breakout", BREAKOUTS, ids=range(len(BREAKOUTS)))
@pytest.mark.parametrize("field", ["name", "description", "version", "license"])
def test_text_of_a_pyproject(attempt, field, breakout):
    _, harmless, _ = attempt(PYPROJECT, name="twin")
    escaped = "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in breakout)
    fields = {"name": "a", "version": "1", "description": "d"} | {field: escaped}
    lines = [f'{key} = "{value}"' for key, value in fields.items()]
    manifest = "\n".join(["[project]", *lines, 'dependencies = ["flask"]', ""])
    code, text, _ = attempt(PYPROJECT | {"pyproject.toml": manifest})
    assert code in {0, 2}
    assert not text or shape(text) == shape(harmless)


@pytest.mark.parametrize("breakout", BREAKOUTS, ids=range(len(BREAKOUTS)))
def test_text_of_a_page(attempt, breakout):
    _, harmless, _ = attempt(STATIC, name="twin")
    code, text, _ = attempt({"index.html": f"<title>{breakout}</title>".replace("\ud800", "")})
    assert code in {0, 3}  # braces may be the page of a generator, which is refused
    assert not text or shape(text) == shape(harmless)


@pytest.mark.parametrize("stack", HARMLESS)
@pytest.mark.parametrize(
    "name", ["a\nRUN evil", 'a" RUN evil', "$(evil)", "-evil", "a b", "é", "\x1b[31mevil", "`evil`"]
)
def test_name_of_the_folder(attempt, stack, name):
    _, harmless, _ = attempt(HARMLESS[stack], name="twin")
    code, text, _ = attempt(HARMLESS[stack], name=name)
    assert code == 0
    assert shape(text) == shape(harmless)


@pytest.mark.parametrize("trick", SHELL_TRICKS, ids=range(len(SHELL_TRICKS)))
@pytest.mark.parametrize("script", ["start", "build", "start:prod"])
def test_shell_tricks_in_scripts(attempt, script, trick):
    scripts = {"start": "node server.js"} | {script: f"node server.js{trick}"}
    attempt(NODE | {"package.json": json.dumps(json.loads(EXPRESS) | {"scripts": scripts})})


@pytest.mark.parametrize("trick", SHELL_TRICKS, ids=range(len(SHELL_TRICKS)))
def test_shell_tricks_in_a_procfile(attempt, trick):
    attempt(PYTHON | {"Procfile": f"web: gunicorn app:app{trick}\n"})


@pytest.mark.parametrize("trick", SHELL_TRICKS, ids=range(len(SHELL_TRICKS)))
@pytest.mark.parametrize("key", ["start", "build", "name", "version", "port", "health", "apt.build", "apt.run", "main"])
@pytest.mark.parametrize("stack", ["node", "static"])
def test_tricks_in_settings(attempt, stack, key, trick):
    if "\x00" in trick:
        return
    attempt(HARMLESS[stack], args=("--set", f"{key}=a{trick}"), quoted=key == "build")


@pytest.mark.parametrize("trick", [*BREAKOUTS, *SHELL_TRICKS], ids=range(len(BREAKOUTS) + len(SHELL_TRICKS)))
def test_tricks_among_candidates(attempt, trick):
    """Candidates that nobody chose are named in an error of the usual shape."""
    scripts = {"start:api": f"node api.js {trick}", "start:web": f"node web.js{trick}", f"start:{trick}": "node a.js"}
    code, _, err = attempt(NODE | {"package.json": json.dumps({"scripts": scripts}), "api.js": "", "web.js": ""})
    assert code in {0, 2, 3}, err
    code, _, err = attempt(
        {"requirements.txt": "flask\n", "a.py": PYTHON["app.py"], "b.py": f"# {trick}\n{PYTHON['app.py']}"}
    )
    assert code in {0, 2, 3}


@pytest.mark.parametrize(
    "path", ["$(evil)/main.go", "cmd/evil\tx/main.go", "cmd/`evil`/main.go", "cmd/a b;evil/main.go"]
)
def test_folders_of_commands(attempt, path):
    attempt({"go.mod": GO["go.mod"], path: GO["main.go"]})


@pytest.mark.parametrize(
    "gomod",
    [
        f"module example.com/x\ngo 1.27\ntoolchain go1.27.1\\\n{EVIL}\n",
        'module "example.com/$(evil)"\ngo 1.27\n',
        "module example.com/a\ngo 1.27; evil\n",
        "module example.com/a\ngo 999999999999.9\n",
        "module\n",
        "go\n",
        "",
        "require (\n" * 10_000,
    ],
)
def test_go_mod(attempt, gomod):
    attempt(GO | {"go.mod": gomod})


@pytest.mark.parametrize(
    "line",
    [
        "flask; evil", "$(evil)", "-r ../../etc/passwd", "-r requirements.txt", "--index-url https://evil.invalid/$(x)",
        "-e git+https://evil.invalid/x", "flask==\x00", f"flask\\\n{EVIL}", "é" * 10_000,
    ],
)  # fmt: skip
def test_requirements(attempt, line):
    attempt(PYTHON | {"requirements.txt": f"flask\n{line}\n"})


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".python-version", f"3.14\n{EVIL}\n"),
        (".python-version", "$(evil)"),
        (".python-version", "9" * 100_000),
        ("runtime.txt", "python-3.14; evil"),
        ("app.py", "def broken(:\n"),
        ("app.py", "(" * 100_000),
        ("app.py", "x = " + "-" * 100_000 + "1\n"),
        ("app.py", "# coding: evil\n"),
        ("app.py", b"\xff\xfe\x00"),
    ],
    ids=range(9),
)
def test_other_python_files(attempt, file, text):
    attempt(PYTHON | {file: text})


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".nvmrc", f"26\n{EVIL}\n"),
        (".nvmrc", "lts/$(evil)"),
        (".nvmrc", "v" * 100_000),
        (".node-version", "999999999999999999999"),
        (".npmrc", f"//evil.invalid/:_authToken=x\n{EVIL}\n"),
        ("package-lock.json", "[]"),
        ("package-lock.json", "{" * 100_000),
        ("pnpm-lock.yaml", f"lockfileVersion: '{EVIL}'\n"),
        ("yarn.lock", EVIL),
        (".yarnrc.yml", "yarnPath: /evil/$(evil).cjs\n"),
        ("tsconfig.json", "{ // evil"),
    ],
    ids=range(11),
)
def test_other_node_files(attempt, file, text):
    attempt(NODE | {file: text})


FIELDS = (
    "name", "version", "description", "license", "repository", "homepage", "author", "main", "module", "type", "bin",
    "engines", "scripts", "dependencies", "devDependencies", "optionalDependencies", "packageManager", "devEngines",
    "workspaces", "exports", "files", "volta", "browserslist", "prisma", "allowScripts", "trustedDependencies",
)  # fmt: skip
WRONG = (None, 1, -1.5, True, "", "evil\nRUN evil", [], [1, [2]], {}, {"a": {"b": [1]}}, {"node": 1, "start": [1]})


@pytest.mark.parametrize("field", FIELDS)
def test_wrong_types_in_a_package_json(attempt, field):
    for number, wrong in enumerate(WRONG):
        manifest = json.loads(EXPRESS) | {field: wrong}
        code, _, err = attempt(NODE | {"package.json": json.dumps(manifest)}, name=f"n{number}")
        assert code in {0, 2, 3}, (wrong, err)


@pytest.mark.parametrize(
    "inner", ["node", "start", "build", "express", "typescript", "runtime", "packages", "url", "type"]
)
def test_wrong_types_deeper_in_a_package_json(attempt, inner):
    for number, wrong in enumerate(WRONG):
        extra = {field: {inner: wrong} for field in FIELDS if field not in {"name", "version"}}
        attempt(NODE | {"package.json": json.dumps(json.loads(EXPRESS) | extra)}, name=f"n{number}")


@pytest.mark.parametrize(
    "toml",
    [
        "project = 1", "[project]\nname = 1\nversion = []", "[project]\ndependencies = 1",
        "[project]\ndependencies = [1]",
        "[project]\nrequires-python = 3.14", "[project]\nrequires-python = '>=evil'", "[project]\nscripts = 1",
        "[project.scripts]\na = 1", "[project.scripts]\na = 'evil; x'", "[project]\nlicense = {file = 1}",
        "[project]\nurls = []", "tool = 1", "[tool]\npoetry = 1\nuv = 1\npdm = 1", "[tool.poetry]\ndependencies = 1",
        "[tool.poetry.dependencies]\npython = 1", "[tool.poetry.dependencies]\npython = {version = []}",
        "[tool.poetry]\nscripts = [1]", "build-system = 1", "[build-system]\nrequires = 1\nbuild-backend = []",
        "[tool.uv]\nsources = 1\ndev-dependencies = 1", "dependency-groups = 1", "[dependency-groups]\ndev = 1",
        "[tool.setuptools]\npackages = 1", "[[project]]\nname = 'a'",
    ],
)  # fmt: skip
def test_wrong_types_in_a_pyproject(attempt, toml):
    code, _, _ = attempt(PYPROJECT | {"pyproject.toml": toml})
    assert code in {0, 2, 3}


@pytest.mark.parametrize(
    "text", ["{", "[1, 2]", "null", '"x"', "{}", "", "\x00", "{'a': 1}", '{"a": ' + "9" * 5000 + "}"]
)
def test_package_json_that_is_none(attempt, text):
    code, _, err = attempt({"package.json": text, "server.js": ""})
    assert code in {2, 3}
    assert "package.json" in err


def test_package_json_of_50_mb(attempt):
    code, _, err = attempt({"package.json": '{"name": "' + "x" * 50_000_000 + '"}'})
    assert code == 2
    assert "larger than" in err


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_binary_files_with_the_names_of_manifests(attempt, manifest):
    code, _, _ = attempt({manifest: BINARY}, name="alone")
    assert code in ({0} if manifest == "index.html" else {2, 3})
    for stack, files in HARMLESS.items():
        attempt(files | {manifest: BINARY}, name=stack)


@pytest.mark.parametrize("stack", HARMLESS)
def test_symlink_loops(tmp_path, capsys, stack):
    folder = make(tmp_path / "app", HARMLESS[stack])
    (folder / "loop").symlink_to("loop")
    (folder / "up").symlink_to("..")
    (folder / "a").mkdir()
    (folder / "a" / "back").symlink_to("../a")
    assert cli.run(["init", "--yes", str(folder)]) == 0


@pytest.mark.parametrize("manifest", ["package.json", "pyproject.toml", "go.mod", "index.html", "requirements.txt"])
def test_manifests_that_point_out_of_the_project(tmp_path, capsys, manifest):
    (tmp_path / "secret").write_text("root:x:evil")
    folder = make(tmp_path / "app", {})
    (folder / manifest).symlink_to("../secret")
    assert cli.run(["init", "--yes", str(folder)]) == 3
    assert "evil" not in capsys.readouterr().err


@pytest.mark.parametrize("stack", HARMLESS)
def test_a_folder_that_cannot_be_read_is_named(tmp_path, stack):
    folder = make(tmp_path / "app", HARMLESS[stack] | {"locked/x.txt": ""})
    (folder / "locked").chmod(0)
    run = dockgen("init", "--yes", folder, unprivileged=True)
    (folder / "locked").chmod(0o755)
    assert run.code == 0
    assert "warning: locked: not read (Permission denied)\n" in run.err


def test_a_project_that_cannot_be_read(tmp_path):
    folder = make(tmp_path / "app", STATIC)
    folder.chmod(0)
    run = dockgen("init", "--yes", folder, unprivileged=True)
    folder.chmod(0o755)
    assert run.code == 2
    assert ONE_ERROR.fullmatch(run.err)


@pytest.mark.parametrize("manifest", ["package.json", "pyproject.toml", "go.mod"])
def test_a_manifest_that_cannot_be_read(tmp_path, manifest):
    files = next(files for files in HARMLESS.values() if manifest in files)
    folder = make(tmp_path / "app", files)
    (folder / manifest).chmod(0)
    run = dockgen("init", "--yes", folder, unprivileged=True)
    assert run.code == 2
    assert ONE_ERROR.fullmatch(run.err)
    assert f"at {manifest}" in run.err


@pytest.mark.parametrize("stack", HARMLESS)
def test_a_target_that_cannot_be_written(tmp_path, stack):
    folder = make(tmp_path / "app", HARMLESS[stack])
    before = tree(folder)
    folder.chmod(0o555)
    run = dockgen("init", "--yes", folder, unprivileged=True)
    folder.chmod(0o755)
    assert run.code == 4
    assert re.search(r"error: cannot write: Permission denied; nothing was changed\n  at \S+\n", run.err)
    assert tree(folder) == before


@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
def test_outputs_that_are_symlinks_or_folders(tmp_path, capsys, name):
    folder = make(tmp_path / "app", STATIC)
    (tmp_path / "precious").write_text("x")
    (folder / name).symlink_to("../precious")
    assert cli.run(["init", "--yes", "--force", str(folder)]) == 4
    assert (tmp_path / "precious").read_text() == "x"
    (folder / name).unlink()
    (folder / name).mkdir()
    assert cli.run(["init", "--yes", "--force", str(folder)]) == 4
    assert {p.name for p in folder.iterdir()} == {"index.html", name}


def test_a_pipe_in_place_of_a_manifest(tmp_path, capsys):
    folder = make(tmp_path / "app", STATIC)
    os.mkfifo(folder / "package.json")
    assert cli.run(["init", "--yes", str(folder)]) == 0
