"""Frameworks: what each makes, where it puts it, how it is run."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read

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
        (["next"], {"next.config.js": "module.exports = { output: 'export', distDir: 'pages' }"}, "pages", ""),
        (["@remix-run/dev"], {"vite.config.ts": "remix({ ssr: false })"}, "build/client", "/index.html"),
        (
            ["@react-router/dev"],
            {"react-router.config.ts": "{ ssr: false, prerender: ['/'], buildDirectory: 'out' }"},
            "out/client",
            "/__spa-fallback.html",
        ),
        (
            ["@react-router/dev"],
            {"react-router.config.ts": "{ ssr: false, buildDirectory: './out' }"},
            "out/client",
            "/index.html",
        ),
        (["nuxt"], {"nuxt.config.ts": "{ ssr: false, nitro: { preset: 'static' } }"}, ".output/public", "/200.html"),
        (["@builder.io/qwik-city"], {"adapters/static/vite.config.ts": ""}, "dist", ""),
        (["expo", "react-native-web"], {"app.json": '{"expo": {"web": {"output": "single"}}}'}, "dist", "/index.html"),
        (["expo", "react-native-web"], {"app.json": '{"expo": {"web": {"output": "static"}}}'}, "dist", ""),
        (["vocs"], {}, "docs/dist", ""),
        (["rspress"], {}, "doc_build", ""),
        (["hexo"], {}, "public", ""),
        (["@stencil/core"], {}, "www", "/index.html"),
        (["umi"], {}, "dist", "/index.html"),
        (["ember-cli"], {}, "dist", "/index.html"),
        (["preact-cli"], {}, "build", "/index.html"),
        (["metalsmith"], {}, "build", ""),
        (["@elderjs/elderjs"], {}, "public", ""),
        (["parcel"], {"index.html": ""}, "dist", "/index.html"),
        (["solid-js", "vite"], {"index.html": ""}, "dist", "/index.html"),
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
        (["nitropack"], {}, {"build": "nitropack build", "start": "node .output/server/index.mjs"}, "node .output/server/index.mjs", 3000),
        (["@solidjs/start", "vinxi"], {}, {"build": "vinxi build", "start": "vinxi start"}, "node .output/server/index.mjs", 3000),
        (["@tanstack/react-start"], {"vite.config.ts": "plugins: [nitro()]"}, None, "node .output/server/index.mjs", 3000),
        (["@analogjs/platform", "@angular/core"], {}, None, "node dist/analog/server/index.mjs", 3000),
        (["waku"], {}, {"build": "waku build", "start": "waku start"}, "node_modules/.bin/waku start", 8080),
        (["@builder.io/qwik-city"], {"adapters/express/vite.config.ts": ""}, None, "node server/entry.express", 3000),
        (["next"], {"next.config.js": "{ output: 'standalone', distDir: 'out' }"}, None, "node server.js", 3000),
        (["next"], {"next.config.js": "{ output: 'standalone' }", "server.js": "app.listen(8000)"},
         {"build": "next build", "start": "NODE_ENV=production node server.js"}, "node server.js", 8000),
        (["@strapi/strapi"], {}, {"build": "strapi build", "start": "strapi start"}, "node node_modules/@strapi/strapi/bin/strapi.js start", 1337),
        (["@adonisjs/core"], {"bin/server.ts": ""}, {"build": "node ace build", "start": "node bin/server.js"}, "node build/bin/server.js", 3333),
        (["@keystone-6/core"], {}, {"build": "keystone build", "dev": "keystone dev"}, "node_modules/.bin/keystone start", 3000),
        (["directus"], {}, {"start": "directus start"}, "node_modules/.bin/directus start", 8055),
        (["@sveltejs/kit"], {"svelte.config.js": "import a from '@sveltejs/adapter-node'; a({ out: 'www' })"}, None, "node www/index.js", 3000),
        (["@nestjs/core"], {"nest-cli.json": '{"monorepo": true, "sourceRoot": "apps/api/src"}', "apps/api/src/main.ts": "app.listen(3001)"},
         {"build": "nest build", "start": "nest start"}, "node dist/apps/api/main.js", 3001),
        (["@nestjs/core"], {"nest-cli.json": '{"sourceRoot": "src", "entryFile": "boot"}', "src/boot.ts": "app.listen(3000)",
                            "tsconfig.json": '{"compilerOptions": {"outDir": "out"}}'},
         {"build": "nest build", "start": "nest start"}, "node out/boot.js", 3000),
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
        (["@remix-run/dev", "@remix-run/cloudflare"], {}),
        (["expo", "react-native-web"], {"app.json": '{"expo": {"web": {"output": "server"}}}'}),
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


@pytest.mark.parametrize(
    ("dependencies", "files", "message"),
    [
        (["@tanstack/react-start"], {"vite.config.ts": "plugins: [tanstackStart()]"}, "nothing here listens with it"),
        (["@builder.io/qwik-city"], {}, "has no adapter"),
        (
            ["astro"],
            {"astro.config.mjs": "import node from '@astrojs/node'; node({ mode: 'middleware' })"},
            "a middleware",
        ),
    ],
)
def test_what_no_server_uses_is_refused_with_what_to_do(dependencies, files, message):
    with pytest.raises(UndecidedError, match=message) as error:
        facts(files, dependencies)
    assert error.value.hint


def nuxt2(scripts, files=None):
    data = {"name": "x", "scripts": scripts, "dependencies": {"nuxt": "^2.17.0"}}
    return detect(Project.of({"package.json": json.dumps(data), **(files or {})}), NOTHING)


def test_nuxt_2_is_started_by_its_own_program():
    made = nuxt2({"build": "nuxt build", "start": "nuxt start"})
    assert made.start.value == ("node_modules/.bin/nuxt", "start")
    site = nuxt2({"build": "nuxt build", "generate": "nuxt generate"}, {"nuxt.config.js": "{ target: 'static' }"})
    assert (site.build.value, site.detail.app.output) == (("generate",), ("dist",))


def test_next_export_of_the_build_script():
    made = facts({}, ["next"], {"build": "next build && next export -o site", "start": "next start"})
    assert (made.kind.value, made.detail.app.output) == ("static", ("site",))


def test_other_presets_of_nitro_are_overruled():
    assert "ENV NITRO_PRESET=node-server" in dockerfile({"nuxt.config.ts": "{ nitro: { preset: 'vercel' } }"}, ["nuxt"])


def test_storybook_can_be_asked_for():
    settings = read(["framework=storybook"], {})
    table = {"name": "x", "devDependencies": {"storybook": "9"}, "scripts": {}}
    found = detect(Project.of({"package.json": json.dumps(table)}), settings)
    assert (found.kind.value, found.detail.app.output) == ("static", ("storybook-static",))
