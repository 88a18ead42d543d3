"""Package managers, their versions, and lock files that do not fit."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read

BERRY = "__metadata:\n  version: 10\n\n"
OLD_BERRY = '__metadata:\n  version: 6\n\n"koa@npm:^3.0.0":\n  version: 3.0.0\n'
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
        ({"yarn.lock": "__metadata:\n  version: 8\n"}, {}, "yarn-berry", "4.13.0"),
        ({"yarn.lock": "__metadata:\n  version: 6\n  cacheKey: 8\n"}, {}, "yarn-berry", "3.8.7"),
        ({"yarn.lock": BERRY}, {"packageManager": "yarn@3.6.1"}, "yarn-berry", "3.6.1"),
        ({"yarn.lock": BERRY}, {"engines": {"yarn": ">=1.22"}}, "yarn-berry", "4.18.1"),
        ({}, {"packageManager": "pnpm@9"}, "pnpm", "9.15.9"),
        ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, {"engines": {"pnpm": "^9.0.0"}}, "pnpm", "9.15.9"),
        ({"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, {"engines": {"pnpm": ">=11"}}, "pnpm", "11.28.11"),
        ({"bun.lock": "{}", ".bun-version": "1.2.4\n"}, {}, "bun", "1.2.4"),
        ({"README.md": "Then run `pnpm install`.\n"}, {}, "pnpm", "10.34.9"),
        ({"README.md": "npm install, or yarn install\n"}, {}, "npm", ""),
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


NPM = '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"koa": "%s"}}, "node_modules/koa": {"version": "%s"}}}'
PNPM = "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      koa:\n        specifier: %s\n        version: 3.0.1\n"
BUN = (
    '{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {%s,}}}, "packages": {"koa": ["koa@%s", "", {}, ""],}}'
)


@pytest.mark.parametrize(
    ("lock", "text", "stale"),
    [
        ("yarn.lock", YARN + '"koa@^3.0.0", koa@^3.1.0:\n', ""),
        ("yarn.lock", YARN + "koa@^2.0.0:\n", "it does not have koa for ^3.0.0"),
        ("yarn.lock", BERRY + '"x@workspace:.":\n  version: 0.0.0-use.local\n  dependencies:\n    koa: "npm:^3.0.0"\n', ""),
        ("yarn.lock", BERRY + '"x@workspace:.":\n  dependencies:\n    koa: "npm:^2.0.0"\n',
         "it has koa for ^2.0.0, package.json asks for ^3.0.0"),
        ("yarn.lock", BERRY + '"x@workspace:.":\n  dependencies:\n    koa: ^3.0.0\n    ms: ^2.0.0\n',
         "it has ms, which package.json does not"),
        ("package-lock.json", NPM % ("^3.0.0", "3.0.1"), ""),
        ("package-lock.json", NPM % ("^3.0.1", "3.0.1"), ""),  # npm takes it, as the version fits
        ("package-lock.json", NPM % ("^2.0.0", "2.16.0"), "it has koa 2.16.0, package.json asks for ^3.0.0"),
        ("package-lock.json", '{"lockfileVersion": 2, "packages": {}}', "it does not have koa"),
        ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"koa": {"version": "3.0.0"}}}', ""),
        ("pnpm-lock.yaml", PNPM % "^3.0.0", ""),
        ("pnpm-lock.yaml", PNPM % "^3.0.1", "it has koa for ^3.0.1, package.json asks for ^3.0.0"),
        ("pnpm-lock.yaml", PNPM % "^3.0.0" + "      ms:\n        specifier: ^2.1.0\n        version: 2.1.3\n",
         "it has ms, which package.json does not"),
        ("pnpm-lock.yaml", "lockfileVersion: 5.4\nspecifiers:\n  koa: ^3.0.0\ndependencies:\n  koa: 3.0.1\n", ""),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "it does not have koa"),
        ("bun.lock", BUN % ('"koa": "^3.0.0"', "3.0.1"), ""),
        ("bun.lock", BUN % ('"koa": "^3.0.0", "ms": "2.1.3"', "3.0.1"), "it has ms, which package.json does not"),
    ],
)  # fmt: skip
def test_stale_locks(lock, text, stale):
    assert manager({lock: text}, dependencies={"koa": "^3.0.0", "own": "file:./own"}).stale.partition(";")[0] == stale


def test_a_range_that_is_overridden_is_not_looked_for():
    lock = {"pnpm-lock.yaml": PNPM % "3.0.1"}
    manifest = {"dependencies": {"koa": "^3.0.0", "own": "file:./own"}}
    assert manager(lock, **manifest).stale
    written = {"pnpm-lock.yaml": "overrides:\n  koa@3: 3.0.1\n\n" + PNPM % "3.0.1"}
    assert not manager(written, **manifest, pnpm={"overrides": {"koa@3": "3.0.1"}}).stale
    assert not manager({**written, "pnpm-workspace.yaml": "overrides:\n  koa@3: 3.0.1\n"}, **manifest).stale


@pytest.mark.parametrize(
    ("pin", "lock", "text", "stale"),
    [
        ("yarn@4.18.1", "yarn.lock", "__metadata:\n  version: 8\n", "its format 8 is not that of yarn 4.18.1"),
        ("yarn@4.5.0", "yarn.lock", "__metadata:\n  version: 8\n", ""),
        ("yarn@3.6.4", "yarn.lock", "__metadata:\n  version: 6\n", ""),
        ("pnpm@8.15.9", "pnpm-lock.yaml", "lockfileVersion: '9.0'\n", "its format 9.0 is not that of pnpm 8.15.9"),
        ("pnpm@12.21.0", "pnpm-lock.yaml", "lockfileVersion: '9.0'\n", ""),
        ("pnpm@9.15.9", "pnpm-lock.yaml", "lockfileVersion: '6.0'\n", ""),
    ],
)
def test_a_lock_of_another_format_is_not_installed_strictly(pin, lock, text, stale):
    assert manager({lock: text}, packageManager=pin).stale == stale


def test_of_several_locks_the_stale_one_loses_and_is_told():
    files = {"pnpm-lock.yaml": PNPM % "^2.0.0", "package-lock.json": NPM % ("^3.0.0", "3.0.1")}
    found = manager(files, dependencies={"koa": "^3.0.0"})
    assert (found.name.value, found.stale) == ("npm", "")
    assert any("several lock files" in w for w in found.warnings)


def test_no_lock_file_is_said_in_the_dockerfile():
    text = dockerfile(dependencies={"koa": "^3.0.0"})
    assert "# not strict: without a lock file" in text
    assert "npm install --omit=dev" in text
    assert "npm ci" not in text


def test_a_committed_yarn_is_used_and_none_installed():
    files = {
        "yarn.lock": OLD_BERRY.replace("version: 6", "version: 8"),
        ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.5.0.cjs\n",
        ".yarn/releases/yarn-4.5.0.cjs": "",
    }
    text = dockerfile(files, dependencies={"koa": "^3.0.0"})
    assert "COPY --link .yarn .yarn" in text
    assert "node .yarn/releases/yarn-4.5.0.cjs workspaces focus --all --production" in text
    assert "npm install --global" not in text


def test_what_yarn_leaves_behind_is_not_asked_for():
    files = {
        "yarn.lock": BERRY,
        ".yarnrc.yml": "nodeLinker: pnp\n",
        ".yarn/install-state.gz": "",
        ".yarn/cache/a.zip": "",
    }
    assert "COPY --link .yarn .yarn" not in dockerfile(files, dependencies={"koa": "^3.0.0"})
    patched = {**files, ".yarn/patches/koa.patch": ""}
    assert "COPY --link .yarn .yarn" in dockerfile(patched, dependencies={"koa": "^3.0.0"})


def test_yarn_3_installs_production_dependencies_alone_only_with_its_plugin():
    files = {"yarn.lock": OLD_BERRY, ".yarnrc.yml": "nodeLinker: node-modules\n"}
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


NINE = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}
SQLITE = {"dependencies": {"better-sqlite3": "^12.0.0"}}
LET = """npm pkg set --json 'pnpm.onlyBuiltDependencies=["better-sqlite3"]'"""


def warned(files, **manifest):
    facts = detect(project(files, **manifest), NOTHING)
    return [w for w in decide(facts, NOTHING).warnings if "does not run install scripts" in w]


def test_pnpm_10_is_allowed_to_build_what_must_be_built():
    assert f"{LET} \\\n    && pnpm install" in dockerfile(NINE, **SQLITE)
    assert LET not in dockerfile(
        {**NINE, "pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - better-sqlite3\n"}, **SQLITE
    )
    assert LET not in dockerfile(NINE, packageManager="pnpm@9.15.9", **SQLITE)


@pytest.mark.parametrize(
    ("files", "manifest"),
    [
        ({"pnpm-workspace.yaml": "onlyBuiltDependencies:\n  - esbuild\n"}, {}),
        ({"pnpm-workspace.yaml": "allowBuilds:\n  esbuild: true\n"}, {}),
        ({}, {"pnpm": {"onlyBuiltDependencies": []}}),
    ],
)
def test_a_list_of_scripts_that_may_run_is_respected_and_what_it_lacks_is_told(files, manifest):
    assert LET not in dockerfile({**NINE, **files}, **SQLITE, **manifest)
    assert warned({**NINE, **files}, **SQLITE, **manifest)


@pytest.mark.parametrize(
    ("files", "manifest"),
    [
        ({"pnpm-workspace.yaml": "allowBuilds:\n  better-sqlite3: false\n"}, {}),
        ({"pnpm-workspace.yaml": "ignoredBuiltDependencies:\n  - better-sqlite3\n"}, {}),
        ({"pnpm-workspace.yaml": "allowBuilds:\n  '@a/b': true\n  better-sqlite3@12.2.0: true\n"}, {}),
    ],
)
def test_what_the_project_has_decided_is_neither_changed_nor_told(files, manifest):
    assert LET not in dockerfile({**NINE, **files}, **SQLITE, **manifest)
    assert not warned({**NINE, **files}, **SQLITE, **manifest)


def test_npm_gets_the_flag_that_a_lock_file_was_made_with():
    entries = {
        "": {"dependencies": {"a": "1.0.0", "react": "18.2.0"}},
        "node_modules/a": {"version": "1.0.0", "peerDependencies": {"react": "^16.9.0 || ^17.0.0"}},
        "node_modules/react": {"version": "18.2.0"},
    }
    lock = {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": entries})}
    wanted = {"dependencies": {"a": "1.0.0", "react": "18.2.0"}}
    assert "npm ci --omit=dev --legacy-peer-deps" in dockerfile(lock, **wanted)
    assert "# the lock file was made with legacy-peer-deps: see a (peer react)" in dockerfile(lock, **wanted)
    assert "--legacy" not in dockerfile({**lock, ".npmrc": "legacy-peer-deps=true\n"}, **wanted)
    entries["node_modules/a"]["peerDependenciesMeta"] = {"react": {"optional": True}}
    lock = {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": entries})}
    assert "--legacy" not in dockerfile(lock, **wanted)


def test_pnpm_gets_the_token_as_the_users_own_setting():
    files = {**NINE, ".npmrc": "//npm.example/:_authToken=${NPM_TOKEN}\n"}
    text = dockerfile(files, dependencies={"own": "file:./own"})
    assert "--mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN" in text
    assert "cp .npmrc /root/.npmrc \\\n    && pnpm install" in text
    facts = detect(project(files, dependencies={"own": "file:./own"}), NOTHING)
    assert decide(facts, NOTHING).build_args == ("--secret", "id=NPM_TOKEN,env=NPM_TOKEN")


def test_a_token_in_a_file_is_told():
    facts = detect(project({".npmrc": "//npm.example/:_authToken=npm_abc\n"}), NOTHING)
    assert any(".npmrc holds a token" in w for w in facts.warnings)


def test_dependencies_in_the_project_are_there_before_the_installation_and_in_the_image():
    files = {"own/package.json": '{"name": "own"}', "vendor/x.tgz": "", "libs/deep/index.js": "", "tsconfig.json": "{}"}
    text = dockerfile(
        files,
        dependencies={"own": "file:./own", "deep": "link:libs/deep", "up": "file:../up"},
        devDependencies={"typescript": "^5.0.0"},
        scripts={"build": "tsc --outDir dist", "start": "node dist/server.js"},
    )
    assert "COPY --link own own" in text
    assert "COPY --link libs/deep libs/deep" in text
    assert "COPY --link own ./own" in text
    assert "../up" not in text


def test_ignored_install_scripts_are_made_up_for_by_name():
    lock = {"package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"bcrypt": "^5.1.0"}}}}'}
    text = dockerfile({**lock, ".npmrc": "ignore-scripts=true\n"}, dependencies={"bcrypt": "^5.1.0"})
    assert "npm ci --omit=dev \\\n    && npm rebuild --ignore-scripts=false bcrypt" in text


def test_bun_runs_no_git_hooks_and_builds_what_it_does_not_trust():
    scripts = {"start": "bun server.js", "prepare": "husky"}
    text = dockerfile({"bun.lock": "{}"}, dependencies={"node-opus": "^0.3.0", "bcrypt": "^5.0.0"}, scripts=scripts)
    assert "bun pm pkg delete scripts.prepare" in text
    assert "bun pm trust node-opus" in text
    listed = dockerfile(
        {"bun.lock": "{}"}, dependencies={"node-opus": "^0.3.0"}, scripts=scripts, trustedDependencies=[]
    )
    assert "bun pm trust" not in listed


def test_zero_installs_keep_their_cache():
    files = {"yarn.lock": BERRY, ".yarn/cache/koa.zip": "", ".yarnrc.yml": "enableGlobalCache: false\n"}

    def ignored(**more):
        plan = decide(detect(project({**files, **more}, packageManager="yarn@4.18.1"), NOTHING), NOTHING)
        return ".yarn/cache" in [p for group in plan.ignore for p in group.patterns]

    assert not ignored()
    assert ignored(**{".gitignore": ".yarn/cache\n"})
    assert ignored(**{".yarnrc.yml": "nodeLinker: pnp\n"})


def test_npm_12_may_fetch_from_git_and_from_addresses():
    text = dockerfile(dependencies={"a": "github:x/a", "b": "https://example.org/b.tgz"})
    assert "NPM_CONFIG_ALLOW_GIT=all" in text
    assert "NPM_CONFIG_ALLOW_REMOTE=all" in text
    assert "ALLOW_GIT" not in dockerfile({".nvmrc": "22"}, dependencies={"a": "github:x/a"})


def test_what_a_lock_file_names_by_ssh_is_fetched_without_a_key():
    entry = {"version": "1.0.0", "resolved": "git+ssh://git@github.com/x/a.git#0123456789abcdef"}
    packages = {"": {"dependencies": {"a": "github:x/a"}}, "node_modules/a": entry}
    text = dockerfile(
        {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": packages})},
        dependencies={"a": "github:x/a"},
    )
    assert "git config --global url.https://github.com/.insteadOf ssh://git@github.com/" in text
    assert "ENV GIT" not in text
    assert "        git\n" in text


def test_engine_strict_gets_the_npm_that_is_asked_for():
    files = {".npmrc": "engine-strict=true\n"}
    assert manager(files, engines={"npm": "^10"}).version.value == "10.9.9"
    assert "npm install --global npm@10.9.9" in dockerfile(files, engines={"npm": "^10"}, dependencies={"koa": "3"})
    assert manager({}, engines={"npm": "^10"}).version.value == ""


def test_overrides_that_the_lock_file_does_not_know_are_told():
    lock = {"pnpm-lock.yaml": "overrides:\n  ms@2: 2.1.3\n\n" + PNPM % "^3.0.0"}
    lock["pnpm-lock.yaml"] = "lockfileVersion: '9.0'\n\n" + lock["pnpm-lock.yaml"].replace(
        "lockfileVersion: '9.0'\n", ""
    )
    wanted = {"dependencies": {"koa": "^3.0.0"}}
    assert manager(lock, **wanted, pnpm={"overrides": {"ms@2": "2.1.3"}}).stale == ""
    assert manager({**lock, "pnpm-workspace.yaml": "overrides:\n  'ms@2': 2.1.3\n"}, **wanted).stale == ""
    assert manager(lock, **wanted).stale == "it was written with an override of ms@2, which is gone"
    new = manager({"pnpm-lock.yaml": PNPM % "^3.0.0"}, **wanted, pnpm={"overrides": {"ms@2": "2.1.3"}})
    assert new.stale == "it was written without the override of ms@2"


def test_yarn_gets_its_variables_in_every_step():
    files = {
        "yarn.lock": YARN + "koa@^3.0.0:\ntypescript@^5.0.0:\n",
        ".npmrc": "//npm.example/:_authToken=${NPM_TOKEN}\n",
        "tsconfig.json": "{}",
    }
    text = dockerfile(
        files,
        dependencies={"koa": "^3.0.0"},
        devDependencies={"typescript": "^5.0.0"},
        scripts={"build": "tsc --outDir dist", "start": "node dist/server.js"},
    )
    step = text[text.index("AS build") : text.index("yarn run build")]
    assert "--mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN" in step


def test_an_addon_of_the_project_itself_is_built_from_the_whole_source():
    text = dockerfile({"binding.gyp": "{}", "addon.cc": ""}, dependencies={"koa": "3"})
    assert "        g++ \\\n" in text
    assert text.index("COPY . .") < text.index("npm install")


def test_patches_are_there_before_the_installation():
    files = {
        **NINE,
        ".patches/koa.patch": "",
        "pnpm-workspace.yaml": "patchedDependencies:\n  koa@3.0.0: .patches/koa.patch\n",
    }
    assert "COPY --link .patches .patches" in dockerfile(files, dependencies={"own": "file:./own"})
    assert "COPY --link fixes fixes" in dockerfile(
        {"bun.lock": "{}", "fixes/koa.patch": ""},
        dependencies={"koa": "3"},
        patchedDependencies={"koa": "fixes/koa.patch"},
    )


def test_the_offline_mirror_of_yarn_1_is_there_before_the_installation():
    files = {"yarn.lock": YARN + "koa@^3.0.0:\n", ".yarnrc": 'yarn-offline-mirror "./mirror"\n', "mirror/koa.tgz": ""}
    assert "COPY --link mirror mirror" in dockerfile(files, dependencies={"koa": "^3.0.0"})


def test_pnpm_gets_the_settings_that_a_lock_file_was_made_with():
    settings = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: false\n  excludeLinksFromLockfile: false\n\n"
    lock = {"pnpm-lock.yaml": settings + (PNPM % "^3.0.0").replace("lockfileVersion: '9.0'\n", "")}
    wanted = {"dependencies": {"koa": "^3.0.0"}}
    assert "pnpm install --frozen-lockfile --prod --config.auto-install-peers=false" in dockerfile(lock, **wanted)
    assert "--config" not in dockerfile({**lock, ".npmrc": "auto-install-peers=false\n"}, **wanted)
    assert "--config" not in dockerfile({**lock, "pnpm-workspace.yaml": "autoInstallPeers: false\n"}, **wanted)


@pytest.mark.parametrize(("manifest", "is_told"), [({}, False), ({"dependencies": {"koa": "^3"}}, True)])
def test_lock_file_is_missed_only_where_there_is_something_to_lock(manifest, is_told):
    warnings = detect(project(**manifest), NOTHING).warnings
    assert any("there is no lock file" in w for w in warnings) is is_told
