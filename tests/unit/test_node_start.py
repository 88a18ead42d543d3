"""The production start, read through scripts."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING, read
from dockgen.stacks.node import scripts

SERVER = 'require("http").createServer().listen(process.env.PORT || 3000)'


def facts(files=None, settings=NOTHING, **manifest):
    return detect(Project.of({"package.json": json.dumps({"name": "x", **manifest}), **(files or {})}), settings)


def start(scripts, files=None, **manifest):
    found = facts({"server.js": SERVER, **(files or {})}, scripts=scripts, **manifest)
    return " ".join(found.start.value)


@pytest.mark.parametrize(
    ("table", "argv"),
    [
        ({"start": "node server.js"}, "node server.js"),
        ({"start": "node ."}, "node ."),
        ({"start": "NODE_ENV=production node server"}, "node server"),
        (
            {"start": "cross-env A=1 NODE_ENV=production node --enable-source-maps server.js"},
            "node --enable-source-maps server.js",
        ),
        ({"start": "dotenv -e .env -- node server.js"}, "node server.js"),
        ({"start": "env-cmd -f .env node server.js"}, "node server.js"),
        ({"start": "npm run serve:it", "serve:it": "node server.js"}, "node server.js"),
        ({"start": "yarn go", "go": "node server.js"}, "node server.js"),
        ({"start": "npm run build && node server.js", "build": "tsc"}, "node server.js"),
        ({"start": "npm run go -- --fast", "go": "node server.js"}, "node server.js --fast"),
        ({"start": "nodemon server.js"}, "node server.js"),
        ({"start": "node --watch server.js"}, "node server.js"),
        ({"start": "node --env-file=.env server.js"}, "node --env-file-if-exists=.env server.js"),
        ({"start": "pm2-runtime start server.js"}, "node server.js"),
        ({"start": "nodemon server.js", "start:prod": "node server.js --prod"}, "node server.js --prod"),
        ({"start": "node --inspect=0.0.0.0:9229 -r dotenv/config server.js"}, "node -r dotenv/config server.js"),
        ({"start": "./server.js"}, "node ./server.js"),
        ({"start": "exec node server.js"}, "node server.js"),
        ({"start": "fastify start -l info server.js"}, "node node_modules/fastify-cli/cli.js start -l info server.js"),
        ({"start": "some-server --port 9000"}, "node_modules/.bin/some-server --port 9000"),
        ({"start": "some-server --host localhost --daemon"}, "node_modules/.bin/some-server --host 0.0.0.0"),
        ({"start": "json-server db.json"}, "node_modules/.bin/json-server db.json --host 0.0.0.0"),
        ({"start": "run-s build go", "build": "tsc", "go": "node server.js"}, "node server.js"),
        (
            {"start": "run-p watch:css serve:*", "watch:css": "sass --watch a b", "serve:it": "node server.js"},
            "node server.js",
        ),
        (
            {"start": "npm-run-all --parallel client api", "client": "vite", "api": "nodemon server.js"},
            "node server.js",
        ),
        ({"start": 'concurrently -n a,b "npm:client" "node server.js --x"', "client": "vite"}, "node server.js --x"),
        (
            {
                "start": 'concurrently -k "npm run client" "npm run api"',
                "client": "react-scripts start",
                "api": "node server.js",
            },
            "node server.js",
        ),
        ({"start": "pm2 start npm --name app -- run go", "go": "node server.js"}, "node server.js"),
        ({"start": 'pm2 start "npm run go"', "go": "node server.js"}, "node server.js"),
        ({"start": 'nodemon --exec "node server.js"'}, "node server.js"),
        ({"start": "forever start -l x.log server.js"}, "node server.js"),
    ],
)
def test_start(table, argv):
    assert (
        start(table, dependencies={"express": "5", "fastify-cli": "7", "some-server": "1", "json-server": "1"}) == argv
    )


def test_a_start_in_another_folder():
    inner = json.dumps({"scripts": {"start": "node index.js", "go": "npm start"}})
    files = {"api/package.json": inner, "api/index.js": SERVER}
    for script in ("cd api && npm start", "npm --prefix api start", "npm run go --prefix ./api", "yarn --cwd=api go"):
        found = facts(files, scripts={"start": script, "postinstall": "cd api && npm install"})
        assert (found.start.value, found.detail.app.folder) == (("node", "index.js"), "api"), script
        assert found.detail.app.entry == "api/index.js"


def test_what_starts_beside_the_app_is_told():
    table = {"start": 'concurrently "npm:api" "npm:jobs"', "api": "node server.js", "jobs": "node jobs.js"}
    found = facts({"server.js": SERVER, "jobs.js": "setInterval(f, 9)"}, scripts=table)
    assert found.start.value == ("node", "server.js")
    assert any("`node jobs.js`" in w and "container of its own" in w for w in found.warnings)


@pytest.mark.parametrize(
    ("config", "argv"),
    [
        (
            "module.exports = { apps: [{ name: 'x', script: './server.js', args: '--prod' }] }",
            "node ./server.js --prod",
        ),
        ("module.exports = { apps: [{ script: 'npm', args: 'run go' }] }", "node server.js"),
        ("module.exports = { apps: [{ script: 'pm2 start ecosystem.config.js' }] }", "node server"),
        ("module.exports = {}", "node server"),
    ],
)
def test_processes_of_pm2(config, argv):
    files = {"ecosystem.config.js": config, "server.js": SERVER}
    table = {"start": "pm2-runtime start ecosystem.config.js --env production", "go": "node server.js"}
    assert " ".join(facts(files, scripts=table).start.value) == argv


def test_shell_scripts():
    text = '#!/bin/sh\nset -e\necho starting\nnode scripts/prepare.js\nexec node server.js "$@"\n'
    found = facts({"server.js": SERVER, "start.sh": text}, scripts={"start": "sh ./start.sh"})
    assert found.start.value[:2] == ("node", "server.js")
    control = {"server.js": SERVER, "start.sh": "if true; then node server.js; fi"}
    with pytest.raises(UndecidedError):
        facts({"start.sh": control["start.sh"]}, scripts={"start": "sh start.sh"}, settings=read(["stack=node"], {}))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("Dockerfile", 'FROM node\nCMD ["node", "services/web.js"]\n'),
        ("Dockerfile", "FROM a AS b\nCMD x\nFROM node\nCMD node services/web.js\n"),
        ("compose.yaml", "services:\n  web:\n    build: .\n    command: node services/web.js\n"),
    ],
)
def test_an_image_made_by_hand_is_the_last_hint(file, text):
    files = {file: text, "services/web.js": SERVER}
    found = facts(files, dependencies={"express": "5"}, settings=read(["stack=node"], {}))
    assert found.start.value == ("node", "services/web.js")
    assert found.start.evidence[0].path == file
    started = facts({**files, "server.js": SERVER}, scripts={"start": "node server.js"})
    assert started.start.value == ("node", "server.js")


def test_what_dockgen_wrote_is_no_hint():
    files = {
        "Dockerfile": '# dockgen 0.1.0 inputs=1 body=2\nCMD ["node", "services/web.js"]\n',
        "services/web.js": SERVER,
    }
    with pytest.raises(UndecidedError):
        facts(files, settings=read(["stack=node"], {}))


def test_a_folder_that_the_start_serves_is_a_site():
    found = facts(scripts={"start": "serve -s out", "build": "node make.js"})
    app = found.detail.app
    assert (found.kind.value, app.output, app.fallback) == ("static", ("out",), "/index.html")
    plain = facts({"site/index.html": ""}, scripts={"start": "http-server site"})
    plan = decide(plain, NOTHING)
    assert plan.build.stages == ()
    assert plan.build.copies[0].sources == ("site/",)


def test_circles_end():
    assert scripts.read("npm run a", {"a": "npm run b", "b": "npm run a"}) is None
    with pytest.raises(UndecidedError):
        facts(scripts={"start": "npm run start"})


@pytest.mark.parametrize("script", ['node "server.js', "node server.js | cat", "node $(cat file)", "a & b || c ; d"])
def test_shell_that_is_not_understood_is_no_traceback(script):
    scripts.read(script, {})


def test_typescript_is_compiled_where_a_build_does_it():
    found = facts(
        {
            "src/index.ts": "app.listen(3000)",
            "tsconfig.json": '{"compilerOptions": {"outDir": "./dist", "rootDir": "src"}}',
        },
        scripts={"start": "ts-node src/index.ts", "build": "tsc"},
        devDependencies={"typescript": "5", "ts-node": "10"},
        dependencies={"express": "5"},
    )
    assert found.start.value == ("node", "dist/index.js")
    assert found.detail.app.output == ("dist",)


def test_typescript_without_build_keeps_its_runner_and_development_dependencies():
    found = facts(
        {"src/index.ts": "app.listen(3000)"}, scripts={"start": "tsx src/index.ts"}, devDependencies={"tsx": "4"}
    )
    assert found.start.value == ("node", "node_modules/tsx/dist/cli.mjs", "src/index.ts")
    assert found.detail.app.keep_dev
    assert any("development dependencies" in w for w in found.warnings)


def test_typescript_root_without_root_dir():
    files = {
        "src/index.ts": "app.listen(1)",
        "tsconfig.json": '{"compilerOptions": {"outDir": "out"}, "include": ["src/**/*", "tools/*"]}',
    }
    found = facts(files, scripts={"start": "tsx src/index.ts"}, devDependencies={"tsx": "4", "typescript": "5"})
    assert found.start.value == ("node", "out/src/index.js")


def test_migrations_before_the_start_are_left_out_and_told():
    found = facts(
        {"server.js": SERVER},
        scripts={"start": "prisma migrate deploy && node server.js"},
        dependencies={"express": "5"},
    )
    assert found.start.value == ("node", "server.js")
    assert any("prisma migrate deploy" in w for w in found.warnings)


def test_a_step_before_the_start_is_done_at_build():
    found = facts(
        {"server.js": SERVER},
        scripts={"start": "npm run scss && node server.js", "scss": "sass a b"},
        dependencies={"express": "5"},
    )
    assert found.build.value == ("scss",)


def test_procfile():
    found = facts(
        {"server.js": SERVER, "Procfile": "web: node server.js --web\n"}, scripts={"start": "nodemon server.js"}
    )
    assert found.start.value == ("node", "server.js", "--web")
    assert found.start.evidence[0].path == "Procfile"


def test_main_is_missing_but_a_usual_file_listens():
    found = facts({"src/index.js": "app.listen(3000)"}, main="index.js", scripts={"dev": "nodemon src/index.js"})
    assert found.start.value == ("node", "src/index.js")


def test_program():
    found = facts({"cli.js": "#!/usr/bin/env node"}, bin="cli.js", scripts={"test": "ava"})
    assert (found.kind.value, found.start.value, found.port) == ("cli", ("node", "cli.js"), None)
    plan = decide(found, NOTHING)
    assert plan.runtime.entrypoint == ("node", "cli.js")
    assert plan.runtime.health is None


def test_program_that_is_built():
    files = {"src/bin.ts": "", "tsconfig.json": '{"compilerOptions": {"outDir": "lib"}}'}
    found = facts(files, bin={"x": "lib/bin.js"}, scripts={"build": "tsc"}, devDependencies={"typescript": "5"})
    assert (found.kind.value, found.build.value) == ("cli", ("build",))


def test_server_with_a_bin_is_a_server():
    found = facts(
        {"index.js": SERVER},
        bin={"x": "index.js"},
        scripts={"start": "node index start"},
        dependencies={"express": "5"},
    )
    assert (found.kind.value, found.start.value) == ("web", ("node", "index", "start"))


def test_worker():
    found = facts(
        {"bot.js": 'new (require("discord.js").Client)().login()'},
        scripts={"start": "node bot.js"},
        dependencies={"discord.js": "14"},
    )
    assert (found.kind.value, found.port) == ("worker", None)
    plan = decide(found, NOTHING)
    assert plan.runtime.health is None
    assert plan.runtime.port is None


@pytest.mark.parametrize(
    ("files", "manifest", "message"),
    [
        ({"action.yml": "runs:\n  using: node24\n  main: dist/index.js\n"}, {}, "GitHub Action"),
        ({}, {"engines": {"vscode": "^1.90.0"}, "contributes": {}}, "Visual Studio Code"),
        ({}, {"dependencies": {"react-native": "0.80"}, "scripts": {"start": "react-native start"}}, "React Native"),
        ({}, {"devDependencies": {"electron": "38"}, "scripts": {"start": "electron ."}}, "Electron"),
        ({}, {"devDependencies": {"wxt": "1"}}, "a browser extension"),
        ({}, {"dependencies": {"@raycast/api": "1"}}, "an extension of Raycast"),
        ({".meteor/release": "METEOR@3.3"}, {"scripts": {"start": "meteor run"}}, "Meteor is built by its own tool"),
        ({"redwood.toml": ""}, {"workspaces": {"packages": ["api", "web"]}}, "Redwood is built by its own tool"),
        ({"wrangler.toml": ""}, {"scripts": {"test": "vitest"}}, "made for Cloudflare Workers"),
        ({}, {"scripts": {"dev": "serverless offline start"}}, "made for serverless functions"),
        ({}, {"devDependencies": {"storybook": "9", "@storybook/react": "9"}}, "a library that shows its parts"),
        (
            {"index.js": "module.exports = {}"},
            {"main": "index.js", "scripts": {"test": "ava"}},
            "names nothing that can be run",
        ),
        ({}, {}, "names nothing that can be run"),
    ],
)
def test_what_is_no_app_is_refused(files, manifest, message):
    with pytest.raises(UndecidedError, match=message):
        facts(files, settings=read(["stack=node"], {}), **manifest)


def test_the_user_says_how_a_library_starts():
    found = facts({"lib.js": SERVER}, settings=read(["start=node lib.js", "stack=node"], {}))
    assert decide(found, read(["start=node lib.js", "stack=node"], {})).runtime.command == ("node", "lib.js")


def test_bun_runs_what_bun_starts():
    found = facts(
        {"bun.lock": "{}", "src/index.ts": "export default { port: 3000, fetch() {} }"},
        scripts={"dev": "bun run --hot src/index.ts"},
    )
    assert found.start.value == ("bun", "src/index.ts")
    assert decide(found, NOTHING).runtime.image.startswith("oven/bun:")


def test_member_of_a_workspace_that_lies_above_is_refused():
    with pytest.raises(UndecidedError, match="@x/ui can only be installed from the root"):
        facts({"server.js": SERVER}, scripts={"start": "node server.js"}, dependencies={"@x/ui": "workspace:*"})


LISTENS = 'require("http").createServer().listen(process.env.PORT || 3000)'


def test_a_program_that_listens_is_a_server():
    table = {"scripts": {"start": "node server.js"}, "bin": {"x": "./server.js"}}
    assert facts({"server.js": LISTENS}, **table).kind.value == "web"
    assert facts({"server.js": "console.log(1)"}, **table).kind.value == "cli"


def test_angular_pages_that_a_server_ships_are_not_a_site():
    manifest = {
        "scripts": {"start": "node dist/apps/api/main", "build": "nx build"},
        "dependencies": {"@angular/core": "20", "@nestjs/core": "11"},
    }
    found = facts({"apps/api/src/main.ts": "app.listen(process.env.PORT || 3333)"}, **manifest)
    assert (found.kind.value, found.framework.value, found.port.value) == ("web", "nest", 3333)
    site = {**manifest, "scripts": {"start": "ng serve", "build": "ng build"}}
    assert facts({}, **site).kind.value == "static"


def test_production_build_before_one_for_development():
    table = {"build": "npm run build:dev", "build:dev": "webpack", "build:prod": "webpack --mode production"}
    found = facts({"server.js": LISTENS}, scripts={"start": "node server.js", **table})
    assert found.build.value == ("build:prod",)


def test_compiler_that_runs_before_the_start_is_the_build():
    files = {
        "dist/main.js": "// committed",
        "src/main.ts": "",
        "tsconfig.json": '{"compilerOptions":{"outDir":"dist"}}',
    }
    table = {"prestart:prod": "tsc -p .", "start:prod": "node dist/main.js"}
    found = facts(files, scripts=table, dependencies={"@nestjs/core": "7", "typescript": "3"})
    assert found.build.value == ("tsc", "-p", ".")


def test_loader_in_the_environment_needs_its_package():
    table = {"start": 'cross-env NODE_OPTIONS="--loader=ts-node/esm" node bot.ts'}
    found = facts({"bot.ts": ""}, scripts=table, devDependencies={"ts-node": "10"})
    assert found.detail.app.keep_dev


@pytest.mark.parametrize(("files", "warns"), [({}, True), ({"config.js": ""}, False), ({"etc/config.json": ""}, True)])
def test_configuration_that_is_not_there_is_told(files, warns):
    found = facts({"stats.js": LISTENS, **files}, scripts={"start": "node stats.js config.js"})
    assert any("config.js" in w for w in found.warnings) is warns


def test_port_option_of_the_start():
    found = facts({}, scripts={"start": "some-server --port 9000"}, dependencies={"some-server": "1"})
    assert (found.port.value, found.port.evidence[0].path) == (9000, "package.json")


@pytest.mark.parametrize(
    ("file", "text"),
    [("manifest.json", '{"manifest_version": 3}'), ("manifest.json", '{"editorType": ["figma"]}')],
)
def test_extensions_of_other_programs_are_refused(file, text):
    with pytest.raises(UndecidedError, match="does not run in a container"):
        facts({file: text, "index.html": ""}, scripts={"build": "webpack"}, devDependencies={"webpack": "5"})


def test_file_that_listens_is_named_where_nothing_starts():
    with pytest.raises(UndecidedError) as error:
        facts({"express.js": LISTENS, "src/index.js": ""}, main="src/index.js")
    assert "node express.js" in error.value.hint


def test_workspace_of_libraries_and_apps():
    table = {"workspaces": ["packages/*", "apps/*"]}
    library = {
        "packages/a/package.json": '{"name":"a"}',
        "packages/__tests__/package.json": '{"scripts":{"start":"x"}}',
    }
    with pytest.raises(UndecidedError) as error:
        facts(library, **table)
    assert "libraries need no image" in error.value.hint


def test_apps_below_are_named():
    with pytest.raises(UndecidedError) as error:
        detect(Project.of({"one/package.json": "{}", "one/public/index.html": "", "a/b/c/package.json": "{}"}), NOTHING)
    assert error.value.hint == "run it in the folder of an app: one"


def test_start_meant_for_the_folder_of_the_build_loses():
    table = {"start": "node dist/apps/api/main", "start:prod": "node main"}
    assert start(table, {"apps/api/src/main.ts": SERVER}) == "node dist/apps/api/main"


def test_functions_of_a_platform_are_named():
    with pytest.raises(UndecidedError, match="Cloudflare Workers"):
        facts({"src/index.ts": "export default app"}, scripts={"dev": "wrangler dev src/index.ts"})


def test_what_there_is_only_an_example_of_is_told():
    files = {
        "server.js": LISTENS + "const c = require('./config/config.json'); x(process.env.TOKEN, process.env.A || 1)",
        ".env.example": "TOKEN=\nA=1\nUNUSED=\nPORT=3000\n",
        "config/config.example.json": "{}",
        "config/other.example.json": "{}",
    }
    told = [w for w in facts(files, scripts={"start": "node server.js"}).warnings if w.startswith("the app reads")]
    assert [w.partition(":")[0] for w in told] == [
        "the app reads TOKEN (.env.example)",
        "the app reads config/config.json, of which there is only config/config.example.json",
    ]


def test_apps_of_nx_without_a_manifest_are_named_with_the_flags_that_choose_one():
    files = {
        "nx.json": "{}",
        "apps/api/project.json": '{"name": "api", "projectType": "application"}',
        "apps/api-e2e/project.json": '{"name": "api-e2e", "projectType": "application"}',
        "libs/a/project.json": '{"name": "a", "projectType": "library"}',
        "libs/b/project.json": "{",
    }
    with pytest.raises(UndecidedError, match=r"found: api \(apps/api\)\n") as error:
        facts(files, scripts={"start": "nx serve"}, devDependencies={"nx": "22"})
    assert error.value.hint == "choose one: --set build='nx build api' --set start='node dist/apps/api/main.js'"


def test_the_one_file_that_listens_is_the_app():
    found = facts({"gateway.js": SERVER, "lib.js": ""}, scripts={"test": "x"}, dependencies={"express": "5"})
    assert found.start.value == ("node", "gateway.js")
    for more in ({"other.js": SERVER}, {}):
        files = {"demo.js": SERVER, **({"gateway.js": SERVER, **more} if more else {})}
        with pytest.raises(UndecidedError):
            facts(files, scripts={"test": "x"}, dependencies={"express": "5"}, settings=read(["stack=node"], {}))
