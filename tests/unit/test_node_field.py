"""What real Node projects showed: starts through reloaders, schemas of variables, files beside package.json, Nx."""

from __future__ import annotations

import json

import pytest
from dockgen import apps
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING

LISTENS = "require('http').createServer().listen(process.env.PORT || 3000)\n"


def project(files, **manifest):
    return Project.of({"package.json": json.dumps({"name": "x", **manifest}), **files})


def plan(files, **manifest):
    return decide(detect(project(files, **manifest), NOTHING), NOTHING)


def start(script, development, **files):
    facts = detect(
        project({"src/index.ts": LISTENS, **files}, scripts={"start": script}, devDependencies=development), NOTHING
    )
    return " ".join(facts.start.value)


def test_a_source_file_that_ends_in_tsx_is_no_loader():
    facts = detect(
        project({"src/index.tsx": LISTENS, "bun.lock": "{}"}, scripts={"dev": "bun run --watch src/index.tsx"}), NOTHING
    )
    assert facts.start.value == ("bun", "src/index.tsx")
    assert not facts.detail.app.keep_dev


@pytest.mark.parametrize(
    ("script", "development", "argv"),
    [
        ("ts-node-dev --respawn --transpile-only src/index.ts", {"ts-node-dev": "2", "tsx": "4"},
         "node node_modules/tsx/dist/cli.mjs src/index.ts"),
        ("npx ts-node-dev --respawn --transpile-only src/index.ts", {"ts-node-dev": "2", "ts-node": "10"},
         "node node_modules/ts-node/dist/bin.js --transpile-only src/index.ts"),
        ("ts-node-dev --respawn --exit-child --ignore-watch node_modules -- src/index.ts", {"ts-node-dev": "2"},
         "node_modules/.bin/ts-node-dev -- src/index.ts"),
        ("tsx watch --clear-screen=false --ignore ./data src/index.ts", {"tsx": "4"},
         "node node_modules/tsx/dist/cli.mjs src/index.ts"),
    ],
)  # fmt: skip
def test_what_reloads_typescript_is_started_once_with_what_is_installed(script, development, argv):
    assert start(script, development) == argv


def test_sources_that_typeorm_loads_by_name_are_started_as_they_are():
    development = {"typescript": "5", "ts-node": "10"}
    files = {"tsconfig.json": '{"compilerOptions": {"outDir": "build", "rootDir": "src"}}', "src/index.ts": LISTENS}
    manifest = {"scripts": {"start": "ts-node src/index.ts"}, "devDependencies": development}
    assert detect(project(files, **manifest), NOTHING).start.value == ("node", "build/index.js")
    config = '{"entities": ["src/entity/**/*.*"]}'
    found = detect(project({**files, "ormconfig.json": config}, dependencies={"typeorm": "0.2"}, **manifest), NOTHING)
    assert found.start.value == ("node", "node_modules/ts-node/dist/bin.js", "src/index.ts")


@pytest.mark.parametrize(
    ("code", "is_whole"),
    [
        ("fs.readFileSync(path.join(__dirname, '..', 'schema.graphql'))", True),
        ("fs.readFileSync('./schema.graphql')", True),
        ("readFile(join(process.cwd(), 'schema.graphql'))", True),
        ("fs.readFileSync('other.graphql')", False),
        ("fs.readFileSync('package.json')", False),
    ],
)
def test_files_at_the_top_that_the_app_opens_are_in_the_image(code, is_whole):
    files = {
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}',
        "src/index.ts": f"{LISTENS}{code}\n",
        "schema.graphql": "",
    }
    scripts = {"build": "tsc", "start": "node dist/index.js"}
    made = plan(files, scripts=scripts, devDependencies={"typescript": "5"}, dependencies={"express": "5"})
    text = render(made)[0].text
    assert ("COPY --link --from=build /app/dist ./dist" not in text) is is_whole


@pytest.mark.parametrize(
    ("code", "args"),
    [
        (("const s = Joi.object({\n  KEY: Joi.string().required().description('a (b)'),\n  LEVEL: Joi.string(),\n"
         "  N: Joi.number()\n    .default(1),\n});\ns.validate(process.env);\n"), ("KEY=change-me-before-this-serves",)),
        (("ConfigModule.forRoot({\n  validationSchema: Joi.object({\n    MODE: Joi.string().valid('a', 'b').required(),\n"
         "  }),\n});\n"), ("MODE=a",)),
        ("const s = Joi.object({\n  KEY: Joi.string().required(),\n});\ns.validate(request.body);\n", ()),
        ("const env = cleanEnv(process.env, {\n  MONGO_URL: str(),\n  AGE: num({ default: 3 }),\n  TOP: num({ devDefault: testOnly(5) }),\n  SIZE: num(),\n});\n",
         ("MONGO_URL=mongodb://localhost:27017/build", "SIZE=1", "TOP=1")),
    ],
)  # fmt: skip
def test_variables_that_a_schema_demands(code, args):
    files = {"index.js": f"{LISTENS}const Joi = require('joi')\n{code}"}
    made = plan(files, scripts={"start": "node index.js"}, dependencies={"express": "5"})
    assert made.run_args[1::2] == args


@pytest.mark.parametrize(
    ("schema", "is_told"),
    [
        ("LIMIT: z.coerce\n    .number()\n    .default(20),", False),
        ("LIMIT: z.string().optional(),", False),
        ("LIMIT: num({ default: 20 }),", False),
        ("LIMIT: 'x',", True),
    ],
)
def test_variables_with_a_default_in_a_schema_are_not_told(schema, is_told):
    files = {
        "index.js": f"{LISTENS}import {{ env }} from './env'\nlimit(env.LIMIT)\n",
        "env.js": f"const table = {{\n  {schema}\n}}\n",
        ".env.example": "LIMIT=1\n",
    }
    made = plan(files, scripts={"start": "node index.js"}, dependencies={"express": "5"})
    assert any("reads LIMIT" in w for w in made.warnings) is is_told


def test_what_the_packages_of_the_build_are_for():
    made = plan(
        {"index.js": LISTENS}, scripts={"start": "node index.js"}, dependencies={"bcrypt": "5", "simple-git": "3"}
    )
    assert next(c for c in made.choices if c.key == "apt.build").reason == "needed by bcrypt"


@pytest.mark.parametrize(("noted", "is_by_name"), [({}, True), ({"hasInstallScript": True}, False)])
def test_a_lock_file_that_notes_no_install_scripts(noted, is_by_name):
    root = {"dependencies": {"bcrypt": "5.0.1"}}
    entry = {"version": "5.0.1", "dependencies": {}, **noted}
    lock = {"lockfileVersion": 2, "packages": {"": root, "node_modules/bcrypt": entry}}
    files = {"index.js": LISTENS, "package-lock.json": json.dumps(lock)}
    text = render(plan(files, scripts={"start": "node index.js"}, **root))[0].text
    assert (
        "npm ci --omit=dev --ignore-scripts \\\n    && npm rebuild --ignore-scripts=false bcrypt\n" in text
    ) is is_by_name
    assert ("--ignore-scripts" in text) is is_by_name


def test_an_example_that_hides_its_value_is_not_shown():
    files = {
        "index.js": LISTENS + "if (!process.env.DB_URL) { throw 1 }\n",
        ".env.example": "DB_URL=postgresql://***\n",
    }
    made = plan(files, scripts={"start": "node index.js"}, dependencies={"express": "5"})
    assert made.run_args == ("-e", "DB_URL=postgresql://build:build@localhost:5432/build")


@pytest.mark.parametrize(
    ("manifest", "is_app"),
    [
        ({"main": "index.js", "scripts": {"start:prod": "node app.js"}}, True),
        ({"main": "index.js", "scripts": {"start:prod": "node app.js"}, "exports": "./app.js"}, True),
        ({"main": "index.js"}, True),  # as `npm init` writes it, where there is no such file
        ({"main": "app.js"}, False),
        ({"main": "lib/index.js"}, False),
    ],
)
def test_what_makes_a_package_one_that_others_import(manifest, is_app):
    files = {"api/package.json": json.dumps({"name": "api", **manifest}), "api/app.js": LISTENS}
    assert [a.path for a in apps.find(Project.of(files), NOTHING)] == (["api"] if is_app else [])


def test_a_theme_of_nuxt_with_its_app_in_a_folder():
    made = plan({}, scripts={"build": "nuxi build .demo"}, devDependencies={"nuxt": "^4.0.0"})
    text = render(made)[0].text
    assert "COPY --link --from=build /app/.demo/.output ./.demo/.output\n" in text
    assert 'CMD ["node", ".demo/.output/server/index.mjs"]' in text


SHOP = {"projectType": "application", "name": "shop", "targets": {"build": {"executor": "@nx/angular:application"}}}
SHOP["targets"]["build"]["options"] = {"outputPath": {"base": "dist/apps/shop", "browser": ""}}  # type: ignore[index]
NX = {"nx.json": "{}", "apps/shop/project.json": json.dumps(SHOP)}
ANGULAR = {"@angular/core": "^21.0.0"}


def test_the_root_of_nx_is_no_app_where_nothing_says_which_of_them_is_built():
    with pytest.raises(UndecidedError, match=r"Nx workspace, and nothing says which of its apps is meant\n.*shop"):
        detect(project(NX, scripts={"build": "nx build"}, dependencies=ANGULAR), NOTHING)


@pytest.mark.parametrize(
    ("nx", "build"), [('{"defaultProject": "shop"}', "nx build"), ("{}", "nx build shop"), ("{}", "nx run shop:build")]
)
def test_where_nx_leaves_the_pages_of_an_app(nx, build):
    facts = detect(project({**NX, "nx.json": nx}, scripts={"build": build}, dependencies=ANGULAR), NOTHING)
    assert facts.detail.app.output == ("dist/apps/shop",)
