"""How built sites are served: below which path, what may be kept, what is compressed."""

from __future__ import annotations

import json

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING
from dockgen.stacks.node import serving


def plan(files, dependencies, **manifest):
    table = {"name": "x", "dependencies": dict.fromkeys(dependencies, "1"), "scripts": {"build": "make"}, **manifest}
    project = Project.of({"package.json": json.dumps(table), "index.html": "", **files})
    return decide(detect(project, NOTHING), NOTHING)


def dockerfile(files, dependencies, **manifest):
    made = plan(files, dependencies, **manifest)
    return next(a.text for a in render(made) if a.path == "Dockerfile")


@pytest.mark.parametrize(
    ("dependency", "files", "scripts", "base"),
    [
        ("vite", {"vite.config.ts": "export default { base: '/docs/' }"}, None, "/docs/"),
        ("vite", {"vite.config.ts": "export default { base: './' }"}, None, ""),
        ("vite", {"vite.config.ts": "// base: '/no/'\nexport default {}"}, None, ""),
        ("vite", {"vite.config.ts": "{ base: process.env.NODE_ENV === 'production' ? '/x/' : '/' }"}, None, "/x/"),
        ("vite", {"vite.config.ts": "({ command }) => ({ base: command === 'serve' ? '/' : '/x/' })"}, None, "/x/"),
        ("vite", {"vite.config.ts": "{ base: process.env.GITHUB_PAGES ? '/x/' : '/' }"}, None, ""),
        ("vite", {"vite.config.ts": "{ base: process.env.BASE ?? '/x', }"}, None, "/x/"),
        ("vite", {"vite.config.ts": "const base = '/x/'\nexport default { base: base }"}, None, "/x/"),
        ("vite", {"vite.config.ts": "{ base: 'https://cdn.example/x/' }"}, None, ""),
        ("vite", {}, {"build": "vite build --base=/x/"}, "/x/"),
        ("vite", {"vite.config.ts": "{ base: '/../../etc' }"}, None, ""),
        ("vite", {"vite.config.ts": "{ base: '/a;}\\nevil' }"}, None, ""),
        ("@vue/cli-service", {"vue.config.js": "{ publicPath: process.env.NODE_ENV === 'production'\n ? '/x/'\n : '/' }"},
         None, "/x/"),
        ("@docusaurus/core", {"docusaurus.config.ts": "const config = {\n  url: 'https://a.b',\n  baseUrl: '/x/',\n}"},
         None, "/x/"),
        ("vitepress", {"docs/.vitepress/config.mts": "export default { base: '/x/' }"}, None, "/x/"),
        ("astro", {"astro.config.mjs": "defineConfig({ site: 'https://a.github.io', base: 'x' })"}, None, "/x/"),
        ("gatsby", {"gatsby-config.js": "{ pathPrefix: '/x' }"}, None, ""),
        ("gatsby", {"gatsby-config.js": "{ pathPrefix: '/x' }"}, {"build": "gatsby build --prefix-paths"}, "/x/"),
        ("hexo", {"_config.yml": "url: http://a.b\nroot: /x/\n"}, None, "/x/"),
        ("@angular/core", {}, {"build": "ng build --base-href /x/"}, "/x/"),
    ],
)  # fmt: skip
def test_base(dependency, files, scripts, base):
    assert plan(files, [dependency], scripts=scripts or {"build": "make"}).build.base == base


def test_a_site_below_a_path_answers_there_and_is_found():
    text = dockerfile({"vite.config.js": "export default { base: '/shop/' }"}, ["vite"])
    assert "COPY --link --from=build /app/dist/ /usr/share/nginx/html/shop/\n" in text
    assert "location = / {\n        return 302 /shop/;\n" in text
    assert "try_files $uri $uri.html $uri/ /shop/index.html;" in text
    assert "location /shop/assets/ {" in text
    assert "GET /shop/ HTTP" in text


def test_pages_for_what_is_missing_lie_below_the_path_too():
    assert "error_page 404 /x/404.html;" in dockerfile({"astro.config.mjs": "{ base: '/x' }"}, ["astro"])


def test_nuxt_makes_the_folder_of_the_path_itself():
    files = {"nuxt.config.ts": "export default { app: { baseURL: '/x/' } }"}
    text = dockerfile(files, ["nuxt"], scripts={"build": "nuxt generate"})
    assert "COPY --link --from=build /app/.output/public/ /usr/share/nginx/html/\n" in text
    assert "return 302 /x/;" in text


@pytest.mark.parametrize(
    ("dependency", "files", "hashed"),
    [
        ("vite", {}, "/assets/"),
        ("vite", {"public/assets/logo.png": ""}, ""),
        ("vite", {"vite.config.js": "{ build: { assetsDir: 'a' } }"}, ""),
        ("react-scripts", {}, "/static/"),
        ("astro", {}, "/_astro/"),
        ("@11ty/eleventy", {}, ""),
    ],
)
def test_files_that_may_be_kept(dependency, files, hashed):
    assert plan(files, [dependency]).build.hashed == hashed


def test_compressed_copies_are_served_where_the_build_makes_them():
    assert "gzip_static on;" in dockerfile({}, ["vite"], devDependencies={"vite-plugin-compression": "0.5"})
    assert "gzip_static" not in dockerfile({}, ["vite"])


def test_a_value_that_is_unclear_is_none():
    assert serving.setting("{ base: makeBase() }", "base") is None
    assert serving.setting("{ other: 1 }", "base") is None
    assert serving.setting("{ base: mode ? '/a/' : '/b/' }", "base") is None
