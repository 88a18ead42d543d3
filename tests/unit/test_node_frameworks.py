"""Frameworks: what each makes, where it puts it, how it is run."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.render import render
from dockgen.settings import NOTHING

BUILD = {"build": "make it", "start": "vite"}


def facts(files=None, dependencies=(), scripts=None, **manifest):
    data = {
        "name": "x",
        "scripts": BUILD if scripts is None else scripts,
        "dependencies": dict.fromkeys(dependencies, "^1.0.0"),
        **manifest,
    }
    return detect(Project.of({"package.json": json.dumps(data), **(files or {})}), NOTHING)


def dockerfile(*args, **kwargs):
    return render(decide(facts(*args, **kwargs), NOTHING))[0].text


@pytest.mark.parametrize(
    ("dependencies", "files", "output", "fallback"),
    [
        (["vite"], {"index.html": ""}, "dist", "/index.html"),
        (
            ["vite"],
            {"index.html": "", "vite.config.ts": "export default { build: { outDir: './www' } }"},
            "www",
            "/index.html",
        ),
        (
            ["vite"],
            {
                "web/index.html": "",
                "vite.config.ts": "export default {\n  root: 'web',\n  build: { outDir: '../out' } }",
            },
            "out",
            "/index.html",
        ),
        (["react-scripts"], {}, "build", "/index.html"),
        (
            ["@vue/cli-service"],
            {"vue.config.js": "module.exports = { outputDir: 'public_html' }"},
            "public_html",
            "/index.html",
        ),
        (["astro"], {"astro.config.mjs": "export default defineConfig({ outDir: './site' })"}, "site", ""),
        (["@11ty/eleventy"], {}, "_site", ""),
        (["@11ty/eleventy"], {".eleventy.js": "return { dir: { input: 'a', output: 'b' } }"}, "b", ""),
        (["gatsby"], {}, "public", ""),
        (["@docusaurus/core"], {}, "build", ""),
        (["vitepress"], {"docs/.vitepress/config.mts": "", "docs/index.md": ""}, "docs/.vitepress/dist", ""),
        (["next"], {"next.config.js": "module.exports = { output: 'export' }"}, "out", ""),
        (
            ["@sveltejs/kit", "@sveltejs/adapter-static"],
            {"svelte.config.js": "adapter({ fallback: '200.html' }) // @sveltejs/adapter-static"},
            "build",
            "/200.html",
        ),
        (
            ["@react-router/dev"],
            {"react-router.config.ts": "export default { ssr: false }"},
            "build/client",
            "/index.html",
        ),
    ],
)
def test_sites(dependencies, files, output, fallback):
    found = facts(files, dependencies)
    app = found.detail.app
    assert (found.kind.value, app.output[0], app.fallback) == ("static", output, fallback)


@pytest.mark.parametrize(
    ("builder", "path", "output"),
    [
        ("@angular/build:application", None, "dist/shop/browser"),
        ("@angular/build:application", {"base": "out", "browser": ""}, "out"),
        ("@angular-devkit/build-angular:browser", "dist/shop", "dist/shop"),
    ],
)
def test_angular(builder, path, output):
    options = {"outputPath": path} if path else {}
    config = {
        "projects": {
            "shop": {"projectType": "application", "architect": {"build": {"builder": builder, "options": options}}}
        }
    }
    found = facts({"angular.json": json.dumps(config)}, ["@angular/core"])
    assert found.detail.app.output == (output,)


@pytest.mark.parametrize(
    ("dependencies", "files", "scripts", "start", "port"),
    [
        (["next"], {}, {"build": "next build", "start": "next start"}, "node node_modules/next/dist/bin/next start", 3000),
        (["next"], {}, {"build": "next build", "start": "next start -p 4000"}, "node node_modules/next/dist/bin/next start -p 4000", 4000),
        (["next"], {}, {"build": "next build", "start": "next dev", "serve": "next start"}, "node node_modules/next/dist/bin/next start", 3000),
        (["next"], {"next.config.ts": "export default { output: 'standalone' }"}, None, "node server.js", 3000),
        (["nuxt"], {}, None, "node .output/server/index.mjs", 3000),
        (["@sveltejs/kit", "@sveltejs/adapter-node"], {"svelte.config.js": "import a from '@sveltejs/adapter-node'"}, None, "node build/index.js", 3000),
        (["@react-router/dev", "@react-router/serve"], {}, None, "node node_modules/@react-router/serve/bin.cjs ./build/server/index.js", 3000),
        (["@remix-run/dev", "@remix-run/serve"], {}, {"build": "remix build", "start": "remix-serve ./build/index.js"},
         "node node_modules/@remix-run/serve/dist/cli.js ./build/index.js", 3000),
        (["astro", "@astrojs/node"], {"astro.config.mjs": "import node from '@astrojs/node'"}, None, "node ./dist/server/entry.mjs", 4321),
        (["@nestjs/core"], {"src/main.ts": "NestFactory.create(A); app.listen(3000)"}, {"build": "nest build", "start": "nest start"}, "node dist/main.js", 3000),
    ],
)  # fmt: skip
def test_servers(dependencies, files, scripts, start, port):
    found = facts(files, dependencies, scripts)
    assert (found.kind.value, " ".join(found.start.value), found.port.value) == ("web", start, port)


@pytest.mark.parametrize(
    ("dependencies", "files"),
    [
        (["@sveltejs/kit"], {"svelte.config.js": "import a from '@sveltejs/adapter-vercel'"}),
        (["astro"], {"astro.config.mjs": "import cf from '@astrojs/cloudflare'\nexport default { output: 'server' }"}),
    ],
)
def test_other_platforms_are_refused(dependencies, files):
    with pytest.raises(UndecidedError, match="no container can run"):
        facts(files, dependencies)


def test_sveltekit_adapter_auto_is_made_to_choose_node():
    assert "ENV GCP_BUILDPACKS=true" in dockerfile({"svelte.config.js": "@sveltejs/adapter-auto"}, ["@sveltejs/kit"])


def test_old_webpack_gets_old_openssl():
    text = dockerfile({}, (), BUILD, devDependencies={"react-scripts": "3.0.1"})
    assert "ENV NODE_OPTIONS=--openssl-legacy-provider" in text
    assert "legacy-provider" not in dockerfile({}, (), BUILD, devDependencies={"react-scripts": "5.0.1"})


def test_standalone_copies_what_next_says():
    text = dockerfile({"next.config.js": "module.exports = { output: 'standalone' }", "public/a.txt": ""}, ["next"])
    for line in (".next/standalone ./", ".next/static ./.next/static", "public ./public"):
        assert f"COPY --link --from=build /app/{line}\n" in text
    assert "HOSTNAME=0.0.0.0" in text


def test_no_public_folder_no_copy():
    assert "public" not in dockerfile({"next.config.js": "module.exports = { output: 'standalone' }"}, ["next"])


def test_documentation_tool_beside_a_server_is_not_the_app():
    found = facts(
        {"server.js": "app.listen(80)"}, ["express"], {"start": "node server.js"}, devDependencies={"vitepress": "1"}
    )
    assert found.framework.value == "express"


def test_server_with_a_vite_front_end_is_a_server_with_a_build():
    found = facts({"server/index.js": "app.listen(3001)", "index.html": ""}, ["express"],
                  {"start": "node server/index.js", "build": "vite build"}, devDependencies={"vite": "7"})  # fmt: skip
    plan = decide(found, NOTHING)
    assert (plan.kind, found.build.value) == ("web", ("build",))
    assert [c.exclude for c in plan.build.copies if c.stage == "build"] == [("node_modules",)]
