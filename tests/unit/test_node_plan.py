"""What the plan makes of the facts: stages, copies, mounts."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import DockgenError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read

SERVER = "app.listen(process.env.PORT || 3000)"


def plan(files=None, settings=NOTHING, **manifest):
    texts = {"package.json": json.dumps({"name": "x", **manifest}), **(files or {})}
    return decide(detect(Project.of(texts), settings), settings)


def dockerfile(*args, **kwargs):
    return render(plan(*args, **kwargs))[0].text


def test_server_file_without_package_json():
    project = Project.of({"server.js": SERVER}, name="My App")
    made = decide(detect(project, NOTHING), NOTHING)
    assert (made.about.name, made.runtime.command, made.build.stages) == ("my-app", ("node", "server.js"), ())


def test_no_dependencies_no_install():
    text = dockerfile({"server.js": SERVER}, scripts={"start": "node server.js"}, devDependencies={"eslint": "9"})
    assert "npm" not in text
    assert "COPY --link . ./" in text


def test_tokens_of_a_private_registry_are_secrets():
    files = {"server.js": SERVER, ".npmrc": "# ${NOT_THIS}\n//npm.example.com/:_authToken=${NPM_TOKEN}\n"}
    text = dockerfile(files, scripts={"start": "node server.js"}, dependencies={"koa": "3"})
    assert "--mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN" in text
    assert "NOT_THIS" not in text
    assert "ARG" not in text


def test_next_configuration_that_imports_source_gets_the_source():
    files = {"next.config.js": 'import "./src/env.js";\nexport default {};\n', "src/env.js": ""}
    text = dockerfile(files, scripts={"build": "next build", "start": "next start"}, dependencies={"next": "16"})
    assert "--exclude=node_modules /app ./" in text


def test_next_configuration_that_needs_a_development_dependency_keeps_it():
    files = {"next.config.js": 'const withPlugin = require("plugin");\n'}
    made = plan(files, scripts={"build": "next build"}, dependencies={"next": "16"}, devDependencies={"plugin": "1"})
    assert "prod-deps" not in [s.name for s in made.build.stages]


def test_prisma_client_is_generated_once_and_ships():
    files = {
        "prisma/schema.prisma": "",
        "src/main.ts": SERVER,
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist"}}',
    }
    manifest = {
        "scripts": {"build": "tsc", "start": "node dist/main.js"},
        "dependencies": {"@prisma/client": "6"},
        "devDependencies": {"prisma": "6", "typescript": "5"},
    }
    text = dockerfile(files, **manifest)
    assert text.count("prisma generate") == 1
    assert "FROM build AS prod-deps" in text
    generated = {**manifest, "scripts": {**manifest["scripts"], "build": "prisma generate && tsc"}}
    assert "npm exec -- prisma generate" not in dockerfile(files, **generated)


def test_workspace_whose_root_is_the_app_copies_everything_before_the_install():
    files = {"server.js": SERVER, "packages/a/package.json": "{}"}
    text = dockerfile(files, scripts={"start": "node server.js"}, dependencies={"a": "*"}, workspaces=["packages/*"])
    assert text.index("COPY . .") < text.index("npm install")
    assert "type=bind" not in text


@pytest.mark.parametrize(("name", "major"), [("bcrypt", "5.1.0"), ("better-sqlite3", "12.0.0"), ("canvas", "2.11.0")])
def test_compilers_stay_in_the_build(name, major):
    text = dockerfile({"server.js": SERVER}, scripts={"start": "node server.js"}, dependencies={name: f"^{major}"})
    before, after = text.split("AS runtime")
    assert "        g++ \\\n" in before
    assert "g++" not in after


def test_new_bcrypt_needs_no_compiler():
    text = dockerfile({"server.js": SERVER}, scripts={"start": "node server.js"}, dependencies={"bcrypt": "^6.0.0"})
    assert "g++" not in text


def test_npm_12_is_allowed_to_run_what_must_run():
    text = dockerfile({"server.js": SERVER}, scripts={"start": "node server.js"}, dependencies={"better-sqlite3": "12"})
    assert "npm pkg set --json 'allowScripts[better-sqlite3]=true' \\\n    && npm install" in text


def test_folders_that_are_written_to_belong_to_the_app():
    files = {"server.js": SERVER + "\nnew Database('./data/app.db')"}
    text = dockerfile(files, scripts={"start": "node server.js"})
    assert "RUN install -d -o 1000 -g 1000 data" in text


def test_bun_installs_and_node_runs():
    made = plan({"bun.lock": "{}"}, scripts={"build": "next build", "start": "next start"}, dependencies={"next": "16"})
    assert made.build.bun_image == "oven/bun:1.4.5-slim"
    assert made.runtime.image == "node:26-trixie-slim"


def test_settings_win():
    settings = read(["start=node other.js --x", "port=9000", "health=", "build=", "apt.run=curl", "name=Y"], {})
    made = plan({"server.js": SERVER}, settings, scripts={"start": "node server.js", "build": "tsc"})
    assert made.runtime.command == ("node", "other.js", "--x")
    assert (made.runtime.port, made.runtime.health, made.about.name) == (9000, None, "y")
    assert made.runtime.apt == ("curl", "tini")
    assert [s.name for s in made.build.stages] == []


def test_sites_have_no_node_at_run_time():
    text = dockerfile({}, scripts={"build": "eleventy"}, devDependencies={"@11ty/eleventy": "3"})
    assert "node" not in text.split("AS runtime")[1].replace("/app/", "")
    assert "error_page 404 /404.html;" in text


@pytest.mark.parametrize("flag", ["kind=static", "kind=banana", "start=", "version=banana", "port=http"])
def test_settings_that_cannot_be_met_are_told(flag):
    with pytest.raises(DockgenError):
        plan({"server.js": SERVER}, read([flag], {}), scripts={"start": "node server.js"})


@pytest.mark.parametrize("flag", ["kind=web", "build="])
def test_a_site_without_what_makes_it(flag):
    with pytest.raises(DockgenError):
        plan({"index.html": ""}, read([flag], {}), scripts={"build": "vite build"}, devDependencies={"vite": "7"})


def test_guessed_port_is_not_probed():
    guess = {"server.js": "require('./x').listen(config.port)"}
    table = {"scripts": {"start": "node server.js"}, "dependencies": {"koa": "3"}}
    assert "HEALTHCHECK" not in dockerfile(guess, **table)
    assert "HEALTHCHECK" in dockerfile(guess, read(["port=3000"], {}), **table)
    assert "HEALTHCHECK" in dockerfile({"server.js": "app.listen(process.env.PORT)"}, **table)


def test_bot_that_may_open_a_port_is_not_probed():
    table = {"scripts": {"start": "node server.js"}, "dependencies": {"grammy": "1", "hono": "4"}}
    assert "HEALTHCHECK" not in dockerfile({"server.js": SERVER}, **table)


def test_fastify_of_the_command_line_listens_everywhere():
    table = {"scripts": {"start": "fastify start app.js"}, "dependencies": {"fastify": "5", "fastify-cli": "7"}}
    text = dockerfile({"app.js": "export default async () => {}"}, **table)
    assert "FASTIFY_ADDRESS=0.0.0.0" in text
    assert "PORT=3000" in text


@pytest.mark.parametrize(("node", "has"), [("22", True), ("16", False)])
def test_old_webpack_hashes_with_the_legacy_provider(node, has):
    table = {"scripts": {"start": "node server.js", "build": "webpack"}, "engines": {"node": node}}
    text = dockerfile(
        {"server.js": SERVER}, **table, devDependencies={"webpack": "^3.8.1"}, settings=read(["allow-eol=yes"], {})
    )
    assert ("--openssl-legacy-provider" in text) is has


def test_build_after_the_installation_is_made_once():
    table = {"start": "node server.js", "build": "webpack", "postinstall": "npm run build"}
    text = dockerfile({"server.js": SERVER}, scripts=table, dependencies={"koa": "3"})
    assert "npm pkg delete scripts.postinstall" in text
    assert text.count("npm run build") == 1


def test_note_on_a_loose_installation_is_said_once():
    table = {"scripts": {"start": "node dist/a.js", "build": "tsc"}, "dependencies": {"koa": "3"}}
    text = dockerfile({"a.ts": "app.listen(process.env.PORT)"}, **table)
    assert text.count("npm install") == 2
    assert text.count("# not strict") == 1


def test_builders_that_only_macos_uses_bring_no_compiler():
    lock = '# yarn lockfile v1\n\nfsevents@^1.0.0:\n  version "1.1.2"\n  dependencies:\n    node-pre-gyp "^0.6.39"\n'
    lock += '\nnode-pre-gyp@^0.6.39:\n  version "0.6.39"\n'
    other = lock.replace("fsevents", "bcrypt")
    table = {"scripts": {"start": "node server.js"}, "dependencies": {"koa": "3"}}
    assert "g++" not in dockerfile({"server.js": SERVER, "yarn.lock": lock}, **table)
    assert "g++" in dockerfile({"server.js": SERVER, "yarn.lock": other}, **table)


def test_sveltekit_for_bun_runs_on_bun():
    files = {"svelte.config.js": "import adapter from 'svelte-adapter-bun'"}
    made = plan(files, scripts={"build": "vite build"}, devDependencies={"@sveltejs/kit": "2"})
    assert made.runtime.image.startswith("oven/bun")


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("read(path.join(root({ a: 1 }),\n  'src', 'mail', 'a.hbs'))", True),
        ("read('./src/schema.graphql')", True),
        ("const entities = ['src/**/*.entity.ts']", False),
    ],
)
def test_files_that_are_read_from_the_source_ship(text, has):
    files = {"src/main.ts": f"app.listen(process.env.PORT)\n{text}", "tsconfig.json": ""}
    table = {"scripts": {"start": "node dist/main.js", "build": "tsc"}, "dependencies": {"koa": "3"}}
    assert ("--exclude=node_modules /app ./" in dockerfile(files, **table)) is has


def test_variables_that_sveltekit_compiles_in_are_secrets_of_the_build():
    text = "import { GITHUB_ID, TOKEN as T } from '$env/static/private';\nimport { PUBLIC_URL } from \"$env/static/public\""
    made = plan(
        {"src/routes/+page.server.ts": text, "svelte.config.js": "@sveltejs/adapter-node"},
        scripts={"build": "vite build"},
        devDependencies={"@sveltejs/kit": "2", "@sveltejs/adapter-node": "5"},
    )
    (secrets,) = (s.steps[-1].secrets for s in made.build.stages if s.name == "build")
    assert [(s.name, s.required) for s in secrets] == [("GITHUB_ID", False), ("TOKEN", False)]
    assert "id=GITHUB_ID,env=GITHUB_ID" in made.build_args
