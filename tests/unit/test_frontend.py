"""Front-ends that a server serves: where builds write to, who needs that, and the stage that makes it."""

from __future__ import annotations

import json
import time

import pytest
from dockgen import gitignore, pipeline
from dockgen.errors import InputError
from dockgen.project import Project
from dockgen.settings import NOTHING, Setting, Settings
from dockgen.stacks import workspaces
from dockgen.stacks.node import outputs, package

VITE = {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "^7.0.0"}}
FLASK = {"requirements.txt": "flask==3.1.3\ngunicorn==23.0.0\n"}
EXPRESS = {
    "package.json": json.dumps(
        {"scripts": {"start": "node server.js"}, "dependencies": {"express": "^5.1.0"}, "name": "shop"}
    ),
    "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"dependencies": {"express": "^5.1.0"}}}}',
}


def plan_of(files, **given):
    settings = Settings({k: Setting(v, "--set", f"--set {k}") for k, v in given.items()})
    texts = {path: text if isinstance(text, str) else json.dumps(text) for path, text in files.items()}
    return pipeline.decide(pipeline.detect(Project.of(texts), settings), settings)


def made(plan):
    return [m.path for stage in plan.build.frontends for m in stage.made]


def written(scripts, files=None, names=None, **more):
    project = Project.of({"package.json": json.dumps({"scripts": scripts, **more}), **(files or {})})
    manifest = package.read(project)
    found = outputs.of(project, manifest, names or outputs.builds(manifest)[0])
    return [(o.path, o.sure) for o in found]


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("tailwindcss -i src/in.css -o ../static/site.css --minify", "../static/site.css"),
        ("npx @tailwindcss/cli -i in.css --output=static/site.css", "static/site.css"),
        ("vite build --outDir=../server/public --emptyOutDir", "../server/public"),
        ("NODE_ENV=production esbuild a.js --bundle --outfile=static/a.js", "static/a.js"),
        ("sass scss/a.scss:static/a.css", "static/a.css"),
        ("sass scss/a.scss static/a.css", "static/a.css"),
        ("parcel build src/index.html --dist-dir ../app/static", "../app/static"),
        ("cross-env BUILD_PATH=../web react-scripts build", "../web"),
        ("cd theme && postcss -o static/a.css in.css", "theme/static/a.css"),
        ("webpack --output-path static/bundles", "static/bundles"),
    ],
)
def test_options_say_where_a_build_writes(script, path):
    assert (path, True) in written({"build": script})


@pytest.mark.parametrize(
    ("file", "text", "path"),
    [
        ("vite.config.ts", "export default { build: { outDir: '../static/app' } }", "../static/app"),
        ("vite.config.js", 'build: { outDir: path.resolve(__dirname, "..", "shop", "static") },', "../shop/static"),
        ("vite.config.mjs", 'root: "src",\nbuild: {\n  outDir: "../static",\n}', "static"),
        ("vite.config.mjs", 'root: "src",\nbuild: {\n  outDir: path.resolve("./static"),\n}', "static"),
        ("vite.config.js", "build: { outDir: `${__dirname}/../static/app` }", "../static/app"),
        (
            "webpack.config.js",
            'const base = path.join(__dirname, "client");\nmodule.exports = { output: { path: path.join(base, "dist") } }',
            "client/dist",
        ),
        ("rollup.config.mjs", 'export default { output: { file: "shop/static/bundle.js" } }', "shop/static/bundle.js"),
        ("vue.config.js", 'module.exports = { outputDir: "../static" }', "../static"),
        ("gulpfile.js", 'src("a.scss").pipe(sass()).pipe(dest("shop/static/css"))', "shop/static/css"),
        ("webpack.mix.js", 'let mix = require("laravel-mix");\nmix.js("src/a.js", "static/js");', "static/js"),
        ("build.mjs", 'await esbuild.build({ outdir: "static/dist" })', "static/dist"),
    ],
)
def test_configuration_says_where_a_build_writes(file, text, path):
    program = {"rollup": "rollup -c", "webpack.mix": "mix --production", "webpack": "webpack", "gulpfile": "gulp",
               "vue": "vue-cli-service build", "build": "node build.mjs"}.get(file.rpartition(".")[0].removesuffix(".config"), "vite build")  # fmt: skip
    assert (path, True) in written({"build": program}, {file: text})


@pytest.mark.parametrize(
    ("dependency", "script", "path"),
    [
        ("vite", "vite build", "dist"),
        ("react-scripts", "react-scripts build", "build"),
        ("vite", "tsc && vite build", "dist"),
        ("nuxt", "nuxt generate", ".output/public"),
    ],
)
def test_tools_have_habits(dependency, script, path):
    assert (path, False) in written({"build": script}, devDependencies={dependency: "1", "vitepress": "1"})


def test_comments_and_other_settings_are_no_outputs():
    text = 'import path from "node:path"; const p = require("path");\n// output: { path: "old" }\nexport default { server: { file: "a" } }'
    assert written({"build": "vite build"}, {"vite.config.js": text}, devDependencies={"vite": "7"}) == [
        ("dist", False)
    ]


def test_scripts_that_run_scripts():
    scripts = {"build": "run-p build:*", "build:js": "esbuild a.js --outfile=static/a.js", "build:css": "npm run css",
               "css": "sass a.scss static/a.css"}  # fmt: skip
    assert {p for p, _ in written(scripts)} == {"static/a.js", "static/a.css"}
    del scripts["build"]
    found = written({**scripts, "build:watch": "sass --watch a.scss static/w.css"})
    assert {p for p, _ in found} == {"static/a.js", "static/a.css"}


@pytest.mark.parametrize(
    "scripts",
    [{"lint": "eslint ."}, {"test": "vitest run"}, {"build": "docker compose build"}, {"build:watch": "vite"}],
)
def test_tools_of_developers_build_nothing(scripts):
    assert outputs.builds(package.read(Project.of({"package.json": json.dumps({"scripts": scripts})}))) == []


@pytest.mark.parametrize(
    ("lines", "path", "verdict"),
    [
        ("dist/", "web/dist", True),
        ("/dist/", "web/dist", False),
        ("web/dist/*\n!web/dist/.gitkeep", "web/dist", True),
        ("*.css\n!static/kept.css", "static/kept.css", False),
        ("*.css", "static/site.css", True),
        ("# dist", "dist", False),
    ],
)
def test_what_git_leaves_out(lines, path, verdict):
    assert gitignore.leaves_out(Project.of({".gitignore": lines}), path) is verdict


def test_what_git_leaves_out_below():
    assert gitignore.leaves_out(Project.of({"web/.gitignore": "/dist"}), "web/dist")


@pytest.mark.parametrize(
    "code",
    [
        'app = Flask(__name__, static_folder="../frontend/dist", static_url_path="/")',
        'DIST = os.path.join(os.path.dirname(__file__), "..", "frontend", "dist")\napp = Flask(__name__)',
        'HERE = Path(__file__).parent.parent\napp = Flask(__name__, static_folder=str(HERE / "frontend" / "dist"))',
        'app = Flask(__name__, static_folder=f"{ROOT}/frontend/dist")',
        'app = Flask(__name__)\n\ndef index():\n    return send_from_directory("/app/frontend/dist", "index.html")',
        'app = Flask(__name__)\n\ndef index():\n    return send_file("frontend/dist/index.html")',
    ],
)
def test_a_front_end_that_python_serves(code):
    plan = plan_of({**FLASK, "shop/app.py": f"from flask import Flask\n{code}\n", "frontend/package.json": VITE})
    assert made(plan) == ["frontend/dist"]
    assert plan.build.left_out == ("frontend",)
    assert not [w for w in plan.warnings if "front-end" in w]


def test_a_front_end_that_nothing_serves():
    plan = plan_of({**FLASK, "app.py": "from flask import Flask\napp = Flask(__name__)", "frontend/package.json": VITE})
    assert made(plan) == []
    assert any("frontend/ is a front-end" in w and "`dockgen init frontend`" in w for w in plan.warnings)


def test_a_front_end_that_is_committed():
    app = 'from flask import Flask\napp = Flask(__name__, static_folder="frontend/dist")'
    built = {f"frontend/dist/{n}": "" for n in ("index.html", "a.js", "a.css")}
    plan = plan_of({**FLASK, "app.py": app, "frontend/package.json": VITE, **built})
    assert (made(plan), plan.warnings) == ([], ())
    assert made(plan_of({**FLASK, "app.py": app, "frontend/package.json": VITE, **built, ".gitignore": "dist"}))


def test_static_files_among_the_code():
    flask = {**FLASK, "shop/__init__.py": "from flask import Flask\napp = Flask(__name__)"}
    css = {"scripts": {"build": "tailwindcss -i in.css -o shop/static/site.css"}}
    plan = plan_of({**flask, "package.json": css})
    assert made(plan) == ["shop/static/site.css"]
    assert [s.source for s in plan.build.frontends] == ["."]
    assert made(plan_of({**flask, "package.json": css, "shop/static/site.css": "body {}"})) == []
    elsewhere = {"scripts": {"build": "tailwindcss -i in.css -o out/site.css"}}
    assert made(plan_of({**flask, "package.json": elsewhere})) == []


def test_a_theme_that_scans_the_templates_of_the_whole_project():
    theme = {"scripts": {"build": "tailwindcss -i src/styles.css -o ../static/css/dist/styles.css"}}
    files = {
        **FLASK,
        "app.py": "from flask import Flask\napp = Flask(__name__)",
        "theme/static_src/package.json": theme,
        "theme/static_src/src/styles.css": '@import "tailwindcss";\n@source "../../../templates/**/*.html";\n',
    }
    (stage,) = plan_of(files).build.frontends
    assert (stage.workdir, stage.source, stage.target) == ("/app/theme/static_src", ".", "/app/")
    (alone,) = plan_of({**files, "theme/static_src/src/styles.css": '@import "tailwindcss";'}).build.frontends
    assert (alone.source, alone.target) == ("theme/static_src", "./")


def test_the_toolchain_is_that_of_the_node_stack():
    app = 'from flask import Flask\napp = Flask(__name__, static_folder="frontend/dist")'
    web = {**VITE, "packageManager": "yarn@4.9.1", "engines": {"node": "22.x"}}
    (stage,) = plan_of({**FLASK, "app.py": app, "frontend/package.json": web}).build.frontends
    assert stage.image == "node:22-trixie-slim"
    assert stage.setup.commands == ("npm install --global --force @yarnpkg/cli-dist@4.9.1",)
    assert (stage.install.folder, stage.build.commands) == ("frontend/", ("yarn run build",))
    (stage,) = plan_of({**FLASK, "app.py": app, "frontend/package.json": VITE, ".nvmrc": "24"}).build.frontends
    assert stage.image == "node:24-trixie-slim"


def test_a_front_end_in_a_workspace_is_installed_from_its_root():
    app = 'from flask import Flask\napp = Flask(__name__, static_folder="frontend/dist")'
    root = {"name": "root", "private": True, "workspaces": ["frontend"]}
    lock = {"lockfileVersion": 3, "packages": {"": {"name": "root", "workspaces": ["frontend"]}}}
    web = {"frontend/package.json": {**VITE, "name": "web"}}
    (stage,) = plan_of({**FLASK, "app.py": app, "package.json": root, "package-lock.json": lock, **web}).build.frontends
    assert (stage.workdir, stage.source, stage.install.folder) == ("/app", ".", "")
    assert {"package.json", "package-lock.json", "frontend/package.json"} <= set(stage.install.mounts)
    assert stage.build.commands == ("npm run build --workspace=frontend",)


SERVER = """const path = require("path");
const app = require("express")();
app.use(express.static(path.join(__dirname, "client", "dist")));
app.listen(process.env.PORT || 3000);
"""


def test_a_client_that_a_node_server_sends_out():
    plan = plan_of({**EXPRESS, "server.js": SERVER, "client/package.json": VITE})
    assert made(plan) == ["client/dist"]
    copies = [(c.stage, c.sources, c.exclude) for c in plan.build.copies]
    assert ("", (".",), ("client",)) in copies
    assert ("frontend", ("/app/client/dist/",), ()) in copies
    assert made(plan_of({**EXPRESS, "server.js": "app.listen(3000)", "client/package.json": VITE})) == []


@pytest.mark.parametrize(
    ("build", "left"),
    [
        ("cd client && npm install && npm run build", None),
        ("npm install && npm install --prefix client && npm run build --prefix client", None),
        ("npm run build:client && npm run build:server", ("build:server",)),
        ("tsc && yarn --cwd client build", ("tsc",)),
        ("tsc", ("build",)),
    ],
)
def test_what_is_left_of_the_build_of_a_server(build, left):
    manifest = json.loads(EXPRESS["package.json"])
    manifest["scripts"] |= {"build": build, "build:client": "cd client && npm run build", "build:server": "tsc -p ."}
    files = {**EXPRESS, "package.json": manifest, "server.js": SERVER, "client/package.json": VITE}
    facts = pipeline.detect(
        Project.of({p: t if isinstance(t, str) else json.dumps(t) for p, t in files.items()}), NOTHING
    )
    assert (facts.build.value if facts.build else None) == left


def test_install_scripts_that_only_serve_the_client_are_left_out():
    manifest = json.loads(EXPRESS["package.json"])
    manifest["scripts"]["postinstall"] = "cd client && npm install"
    files = {**EXPRESS, "package.json": manifest, "server.js": SERVER, "client/package.json": VITE}
    texts = {p: t if isinstance(t, str) else json.dumps(t) for p, t in files.items()}
    assert pipeline.detect(Project.of(texts), NOTHING).detail.lifecycle.drop == ("postinstall",)


@pytest.mark.parametrize("text", ["{", "[1]", '{"scripts": {"build": 3}}', '{"scripts": {"build": "vite \\u0000"}}'])
def test_a_hostile_front_end_is_no_traceback(text):
    app = 'from flask import Flask\napp = Flask(__name__, static_folder="frontend/dist")'
    assert made(plan_of({**FLASK, "app.py": app, "frontend/package.json": text})) == []


def test_hostile_paths_reach_no_instruction():
    app = 'from flask import Flask\napp = Flask(__name__, static_folder="frontend/di st")'
    web = {"scripts": {"build": "vite build --outDir='di st'"}}
    assert made(plan_of({**FLASK, "app.py": app, "frontend/package.json": web})) == []
    up = {"scripts": {"build": "vite build --outDir=../../etc/static"}}
    assert made(plan_of({**FLASK, "app.py": app, "frontend/package.json": up})) == []


@pytest.mark.parametrize("value", ["none", ""])
def test_no_stage_is_made_where_none_is_wanted(value):
    files = {**EXPRESS, "server.js": SERVER, "client/package.json": VITE}
    assert made(plan_of(files, frontend=value)) == []
    assert made(plan_of(files, frontend="auto")) == ["client/dist"]
    app = {**FLASK, "app.py": 'from flask import Flask\napp = Flask(__name__, static_folder="client/dist")'}
    assert made(plan_of({**app, "client/package.json": VITE}, frontend=value)) == []
    with pytest.raises(InputError, match="auto or none"):
        plan_of(files, frontend="client")


def test_the_front_end_of_another_app_beside_it():
    files = {
        **FLASK,
        "app.py": "from flask import Flask\napp = Flask(__name__)",
        "admin/requirements.txt": "flask",
        "admin/site/serve.py": 'from flask import Flask\nsite = Flask(__name__, static_folder="../dist")',
        "admin/package.json": VITE,
    }
    assert made(plan_of(files)) == []
    del files["admin/requirements.txt"]
    assert made(plan_of(files)) == ["admin/dist"]


def test_only_the_parts_that_the_server_needs_are_built():
    flask = {**FLASK, "shop/__init__.py": "from flask import Flask\napp = Flask(__name__)"}
    scripts = {
        "build:css": "sass in.scss shop/static/site.css",
        "build:icons": "node icons.js",
        "build:docker": "node tag.js docker build .",
    }
    (stage,) = plan_of({**flask, "package.json": {"scripts": scripts}}).build.frontends
    assert stage.build.commands == ("npm run build:css",)


def test_a_server_whose_own_package_builds_its_pages():
    manifest = json.loads(EXPRESS["package.json"])
    manifest["scripts"]["build:client"] = "vite build --outDir public/app"
    page = 'app.use(express.static("public/app")); app.listen(3000)'
    plan = plan_of({**EXPRESS, "package.json": manifest, "server.js": page})
    assert (plan.build.frontends, [s.name for s in plan.build.stages][:2]) == ((), ["base", "deps"])
    assert any("npm run build:client" in step.commands for stage in plan.build.stages for step in stage.steps)
    plain = plan_of({**EXPRESS, "package.json": manifest, "server.js": "app.listen(3000)"})
    assert [s.name for s in plain.build.stages] == ["prod-deps"]


@pytest.mark.parametrize(
    "settings",
    [
        'STATICFILES_FINDERS = ["npm.finders.NpmFinder"]',
        'STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / "node_modules"]',
    ],
)
def test_packages_that_django_sends_out_themselves(settings):
    wsgi = "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()"
    files = {
        "manage.py": "import django",
        "requirements.txt": "django==5.2\ngunicorn==23.0.0\nwhitenoise==6.11\n",
        "site/wsgi.py": wsgi,
        "site/settings.py": f"{settings}\n",
        "package.json": {"dependencies": {"alpinejs": "^3.0.0"}},
    }
    plan = plan_of(files)
    (stage,) = plan.build.frontends
    assert (made(plan), stage.build.commands) == (["node_modules"], ())
    assert stage.install.commands == ("npm install --omit=dev --no-audit --no-fund",)
    assert [m.path for m in plan.build.shipped] == ["/app/node_modules"]
    collected = f'{settings}\nSTATIC_ROOT = BASE_DIR / "collected"\nSTORAGE = "whitenoise"\n'
    assert plan_of({**files, "site/settings.py": collected}).build.shipped == ()
    ignoring = 'IGNORED = ["node_modules"]'
    assert made(plan_of({**files, "site/settings.py": ignoring})) == []


@pytest.mark.parametrize(
    ("code", "out", "inside"),
    [
        ("", "../backend/app/pages", "/app/app/pages"),
        ('\nDIST = Path(__file__).parents[2] / "frontend" / "dist"', "dist", "/frontend/dist"),
    ],
)
def test_a_front_end_beside_a_member_of_a_workspace(code, out, inside):
    files = {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend"]\n',
        "uv.lock": 'version = 1\nrequires-python = ">=3.12"\n',
        "backend/pyproject.toml": '[project]\nname = "app"\nversion = "1"\ndependencies = ["fastapi", "uvicorn"]\n',
        "backend/app/main.py": f"from pathlib import Path\nfrom fastapi import FastAPI\napp = FastAPI(){code}\n",
        "frontend/package.json": json.dumps({**VITE, "scripts": {"build": f"vite build --outDir={out}"}}),
    }
    root = Project.of(files)
    member = root.within("backend", workspaces.of(root, "backend"))
    plan = pipeline.decide(pipeline.detect(member, NOTHING), NOTHING)
    assert [m.path for m in plan.build.shipped] == [inside]


def test_hostile_scripts_and_names_take_no_time():
    scripts = {f"build:{i}": "run-p build:* && vite build" for i in range(40)}
    config = "\n".join(f"const a{i + 1} = join(a{i}, a{i}, a{i}, a{i});" for i in range(300))
    vite = "const a0 = 'x';\n" + config + "\nbuild: { outDir: join(a300, a300) }"
    code = "\n".join(f"a{i + 1} = f'{{a{i}}}{{a{i}}}{{a{i}}}{{a{i}}}/dist'" for i in range(60))
    files = {
        **FLASK,
        "app.py": f"from flask import Flask\na0 = 'x'\n{code}\napp = Flask(__name__, static_folder='web/dist')",
        "web/package.json": {"scripts": {**scripts, "build": "run-p *"}, "devDependencies": {"vite": "7"}},
        "web/vite.config.js": vite,
    }
    start = time.perf_counter()
    plan_of(files)
    assert time.perf_counter() - start < 5
