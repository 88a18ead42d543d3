"""Generators of sites and build tools of single-page apps, one row each: what tells them, and what they make."""

from __future__ import annotations

from typing import Any

from dockgen.stacks.node.framework import Framework


def _site(name: str, title: str, packages: str, output: str, build: str, **more: Any) -> Framework:
    """A page for each path: what is not there is answered with 404."""
    return Framework(name=name, title=title, packages=tuple(packages.split()), kind="site", output=(output,),
                     build=tuple(build.split()), **more)  # fmt: skip


def _spa(name: str, title: str, packages: str, output: str, build: str, **more: Any) -> Framework:
    """One page for all paths, which it routes by itself."""
    return Framework(name=name, title=title, packages=tuple(packages.split()), kind="spa", output=(output,),
                     build=tuple(build.split()), **more)  # fmt: skip


# Generators of sites.
GENERATORS = (
    _site("gatsby", "Gatsby", "gatsby", "public", "gatsby build",
          build_env={"GATSBY_TELEMETRY_DISABLED": "1"}, caches=(".cache",)),
    _site("docusaurus", "Docusaurus", "@docusaurus/core", "build", "docusaurus build"),
    _site("vocs", "Vocs", "vocs", "docs/dist", "vocs build"),
    _site("vitepress", "VitePress", "vitepress", ".vitepress/dist", "vitepress build"),
    _site("vuepress", "VuePress", "vuepress vuepress-vite vuepress-webpack", ".vuepress/dist", "vuepress build"),
    _site("eleventy", "Eleventy", "@11ty/eleventy", "_site", "eleventy", caches=(".cache",)),
    _site("hexo", "Hexo", "hexo", "public", "hexo generate"),
    _site("rspress", "Rspress", "rspress @rspress/core", "doc_build", "rspress build"),
    _site("elder", "Elder.js", "@elderjs/elderjs", "public", "elderjs build"),
    _site("gridsome", "Gridsome", "gridsome", "dist", "gridsome build"),
    _site("antora", "Antora", "antora @antora/cli", "build/site", "antora antora-playbook.yml"),
    _site("honkit", "HonKit", "honkit", "_book", "honkit build"),
    _site("markbind", "MarkBind", "markbind-cli", "_site", "markbind build"),
    _site("metalsmith", "Metalsmith", "metalsmith", "build", ""),
    _spa("slidev", "Slidev", "@slidev/cli", "dist", "slidev build"),
)  # fmt: skip
# Build tools whose output is a single-page app.
SPAS = (
    _spa("create-react-app", "Create React App", "react-scripts", "build", "react-scripts build"),
    _spa("vue-cli", "Vue CLI", "@vue/cli-service", "dist", "vue-cli-service build"),
    _spa("expo", "Expo", "expo", "dist", "expo export --platform web", build_env={"EXPO_NO_TELEMETRY": "1"}),
    _spa("quasar", "Quasar", "@quasar/app-vite @quasar/app-webpack", "dist/spa", "quasar build"),
    _spa("ember", "Ember", "ember-cli", "dist", "ember build --environment=production"),
    _spa("umi", "UmiJS", "umi @umijs/max", "dist", "umi build"),
    _spa("stencil", "Stencil", "@stencil/core", "www", "stencil build --prod"),
    _spa("preact-cli", "Preact CLI", "preact-cli", "build", "preact build"),
    _spa("farm", "Farm", "@farmfe/core", "dist", "farm build"),
    _spa("vite", "Vite", "vite rolldown-vite", "dist", "vite build"),
    _spa("rsbuild", "Rsbuild", "@rsbuild/core", "dist", "rsbuild build"),
    _spa("snowpack", "Snowpack", "snowpack", "build", "snowpack build"),
    _spa("parcel", "Parcel", "parcel parcel-bundler", "dist", ""),
    _spa("brunch", "Brunch", "brunch", "public", "brunch build --production"),
    _spa("rspack", "Rspack", "@rspack/core", "dist", "rspack build"),
    _spa("webpack", "webpack", "webpack", "dist", ""),
    _spa("gulp", "gulp", "gulp", "dist", ""),
)  # fmt: skip
# What documents the parts of a library: never the app by itself, but it can be asked for.
WORKSHOPS = (
    _site("storybook", "Storybook", "storybook @storybook/react @storybook/vue3 @storybook/html @storybook/angular",
          "storybook-static", "storybook build", build_env={"STORYBOOK_DISABLE_TELEMETRY": "1"}),
)  # fmt: skip
