"""Package managers, their versions, and lock files that do not fit."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.render import render
from dockgen.settings import NOTHING, read

BERRY = "__metadata:\n  version: 8\n"
YARN = "# yarn lockfile v1\n"


def project(files=None, **manifest):
    manifest = {"name": "x", "scripts": {"start": "node server.js"}, **manifest}
    return Project.of({"package.json": json.dumps(manifest), "server.js": "", **(files or {})})


def manager(files=None, settings=NOTHING, **manifest):
    return detect(project(files, **manifest), settings).detail.manager


def dockerfile(files=None, **manifest):
    return render(decide(detect(project(files, **manifest), NOTHING), NOTHING))[0].text


@pytest.mark.parametrize(
    ("files", "manifest", "name", "version"),
    [
        ({}, {}, "npm", ""),
        ({"package-lock.json": "{}"}, {}, "npm", ""),
        ({"npm-shrinkwrap.json": "{}"}, {}, "npm", ""),
        ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, {}, "pnpm", "10.34.9"),
        ({"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, {}, "pnpm", "8.15.9"),
        ({"pnpm-lock.yaml": "lockfileVersion: 5.4\n"}, {}, "pnpm", "7.33.7"),
        ({"pnpm-lock.yaml": "lockfileVersion: 5.3\n"}, {}, "pnpm", "6.35.1"),
        ({"yarn.lock": YARN}, {}, "yarn", "1.22.22"),
        ({"yarn.lock": BERRY}, {}, "yarn-berry", "4.18.1"),
        ({"yarn.lock": BERRY}, {"packageManager": "yarn@3.6.1"}, "yarn-berry", "3.6.1"),
        ({"bun.lock": "{}"}, {}, "bun", "1.4.5"),
        ({"yarn.lock": YARN}, {"packageManager": "pnpm@9.15.0+sha512.abc"}, "pnpm", "9.15.0"),
        ({}, {"devEngines": {"packageManager": {"name": "pnpm", "version": "10.1.0"}}}, "pnpm", "10.1.0"),
        ({}, {"volta": {"node": "22.1.0", "yarn": "1.22.19"}}, "yarn", "1.22.19"),
        ({".yarnrc.yml": "nodeLinker: pnp\n"}, {}, "yarn-berry", "4.18.1"),
        ({"pnpm-lock.yaml": ""}, {}, "npm", ""),
        ({}, {"engines": {"pnpm": ">=9"}}, "pnpm", "10.34.9"),
    ],
)
def test_detect(files, manifest, name, version):
    found = manager(files, **manifest)
    assert (found.name.value, found.version.value) == (name, version)


def test_the_users_choice_wins_and_a_wrong_one_is_refused():
    assert manager({"yarn.lock": YARN}, read(["manager=pnpm"], {})).name.value == "pnpm"
    with pytest.raises(InputError, match="unknown package manager"):
        manager({}, read(["manager=pip"], {}))


def test_of_two_lock_files_the_one_that_fits():
    files = {
        "yarn.lock": YARN + "koa@^1.0.0:\n",
        "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"koa": "^3.0.0"}}}}',
    }
    found = manager(files, dependencies={"koa": "^3.0.0"})
    assert (found.name.value, found.stale) == ("npm", "")
    assert any("several lock files" in w for w in found.warnings)


@pytest.mark.parametrize(
    ("lock", "text", "stale"),
    [
        ("yarn.lock", YARN + '"koa@^3.0.0", koa@^3.1.0:\n', ""),
        ("yarn.lock", YARN + "koa@^2.0.0:\n", "koa"),
        ("yarn.lock", BERRY + '"koa@npm:^3.0.0":\n', ""),
        ("package-lock.json", '{"lockfileVersion": 2, "packages": {"": {"dependencies": {"koa": "^3.0.0"}}}}', ""),
        ("package-lock.json", '{"lockfileVersion": 2, "packages": {}}', "koa"),
        ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"koa": {"version": "3.0.0"}}}', ""),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      koa:\n", ""),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "koa"),
    ],
)
def test_stale_locks(lock, text, stale):
    assert manager({lock: text}, dependencies={"koa": "^3.0.0", "own": "file:./own"}).stale == stale


def test_no_lock_file_is_said_in_the_dockerfile():
    text = dockerfile(dependencies={"koa": "^3.0.0"})
    assert "# not strict: without a lock file" in text
    assert "npm install --omit=dev" in text
    assert "npm ci" not in text


def test_a_committed_yarn_is_used_and_none_installed():
    files = {
        "yarn.lock": BERRY + '"koa@npm:^3.0.0":\n',
        ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.5.0.cjs\n",
        ".yarn/releases/yarn-4.5.0.cjs": "",
    }
    text = dockerfile(files, dependencies={"koa": "^3.0.0"})
    assert "COPY --link .yarn .yarn" in text
    assert "node .yarn/releases/yarn-4.5.0.cjs workspaces focus --all --production" in text
    assert "npm install --global" not in text


def test_yarn_3_installs_production_dependencies_alone_only_with_its_plugin():
    files = {"yarn.lock": BERRY + '"koa@npm:^3.0.0":\n', ".yarnrc.yml": "nodeLinker: node-modules\n"}
    manifest = {"dependencies": {"koa": "^3.0.0"}, "packageManager": "yarn@3.6.1"}
    assert "yarn install --immutable" in dockerfile(files, **manifest)
    plugin = {".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs": ""}
    assert "yarn workspaces focus --all --production" in dockerfile({**files, **plugin}, **manifest)


def test_yarn_path_cannot_leave_the_project():
    found = manager({"yarn.lock": BERRY, ".yarnrc.yml": "yarnPath: ../../evil.cjs\n"})
    assert found.release == ""


def test_git_hooks_are_not_installed():
    lock = {"package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"koa": "^3.0.0"}}}}'}
    text = dockerfile(
        lock, dependencies={"koa": "^3.0.0"}, scripts={"start": "node server.js", "prepare": "husky install"}
    )
    assert "npm pkg delete scripts.prepare \\\n    && npm ci --omit=dev" in text


def test_install_scripts_that_work_keep_what_they_need():
    text = dockerfile(
        {"patches/koa+3.0.0.patch": "", "package-lock.json": "{}"},
        dependencies={"koa": "^3.0.0", "patch-package": "^8.0.0"},
        scripts={"start": "node server.js", "postinstall": "patch-package"},
    )
    assert "COPY --link patches patches" in text
    assert text.index("COPY --link patches patches") < text.index("npm install")


def test_pnpm_is_told_to_need_an_allow_list():
    facts = detect(
        project({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, dependencies={"better-sqlite3": "^12.0.0"}), NOTHING
    )
    assert any("does not run install scripts of better-sqlite3" in w for w in decide(facts, NOTHING).warnings)
    allowed = project(
        {
            "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
            "pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - better-sqlite3\n",
        },
        dependencies={"better-sqlite3": "^12.0.0"},
    )
    assert not any("does not run install scripts" in w for w in decide(detect(allowed, NOTHING), NOTHING).warnings)
