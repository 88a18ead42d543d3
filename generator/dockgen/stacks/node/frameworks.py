"""The frameworks of Node, one row each: how to tell it, what it makes, how that is run, on which port."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.stacks.node.package import Package


ANY = "0.0.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One framework.

    `kind` is what its build makes: `server` (a Node process), `site` (files with a page each), `spa` (files with one
    page that routes by itself), `worker` (a process that listens on nothing), or `library` (says nothing alone).
    `start` is the production command, `output` the folders that it needs (or the site's folder); `bundled` means that
    the output needs no node_modules. `env` and `build_env` are set for running and for building.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    kind: str
    port: int | None = None
    start: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    bundled: bool = False
    build: tuple[str, ...] = ()  # the build where package.json has no `build` script
    env: Mapping[str, str] = field(default_factory=dict)
    build_env: Mapping[str, str] = field(default_factory=dict)
    caches: tuple[str, ...] = ()  # folders worth keeping between builds
    reads_port: bool = False  # listens on the environment variable PORT
    stops: bool = False  # ends at SIGTERM by itself
    note: str = ""


# Frameworks that decide by themselves what runs, most specific first.
META = (
    Framework(name="next", title="Next.js", packages=("next",), kind="server", port=3000, output=(".next",),
              start=("node", "node_modules/next/dist/bin/next", "start"), build=("next", "build"),
              caches=(".next/cache",),
              env={"HOSTNAME": ANY, "NEXT_TELEMETRY_DISABLED": "1"}, build_env={"NEXT_TELEMETRY_DISABLED": "1"},
              reads_port=True, stops=True),
    Framework(name="nuxt", title="Nuxt", packages=("nuxt", "nuxt3", "nuxt-nightly"), kind="server", port=3000,
              bundled=True,
              start=("node", ".output/server/index.mjs"), output=(".output",), build=("nuxt", "build"), reads_port=True,
              env={"HOST": ANY}, build_env={"NUXT_TELEMETRY_DISABLED": "1"}),
    Framework(name="tanstack-start", title="TanStack Start", packages=("@tanstack/react-start",
              "@tanstack/solid-start"),
              kind="server", port=3000, bundled=True, start=("node", ".output/server/index.mjs"), output=(".output",),
              reads_port=True, env={"HOST": ANY}),
    Framework(name="solid-start", title="SolidStart", packages=("@solidjs/start", "vinxi"), kind="server", port=3000,
              bundled=True, start=("node", ".output/server/index.mjs"), output=(".output",), build=("vinxi", "build"),
              reads_port=True, env={"HOST": ANY}),
    Framework(name="sveltekit", title="SvelteKit", packages=("@sveltejs/kit",), kind="server", port=3000,
              start=("node", "build/index.js"), output=("build",), build=("vite", "build"), reads_port=True, stops=True,
              env={"HOST": ANY}),
    Framework(name="react-router", title="React Router", packages=("@react-router/dev",), kind="server", port=3000,
              start=("node", "node_modules/@react-router/serve/bin.cjs", "./build/server/index.js"), output=("build",),
              build=("react-router", "build"), env={"HOST": ANY}, reads_port=True, stops=True),
    Framework(name="remix", title="Remix", packages=("@remix-run/dev", "@remix-run/serve"), kind="server", port=3000,
              start=("node", "node_modules/@remix-run/serve/dist/cli.js", "./build/server/index.js"),
              output=("build", "public/build"), build=("remix", "build"), env={"HOST": ANY}, reads_port=True,
              stops=True),
    Framework(name="astro", title="Astro", packages=("astro",), kind="site", port=4321, output=("dist",),
              build=("astro", "build"), build_env={"ASTRO_TELEMETRY_DISABLED": "1"}, caches=("node_modules/.astro",)),
    Framework(name="angular", title="Angular", packages=("@angular/core",), kind="spa", output=("dist",),
              build=("ng", "build"), build_env={"NG_CLI_ANALYTICS": "false"}, caches=(".angular/cache",)),
    Framework(name="gatsby", title="Gatsby", packages=("gatsby",), kind="site", output=("public",), build=("gatsby",
              "build"),
              build_env={"GATSBY_TELEMETRY_DISABLED": "1"}, caches=(".cache",)),
    Framework(name="docusaurus", title="Docusaurus", packages=("@docusaurus/core",), kind="site", output=("build",),
              build=("docusaurus", "build")),
    Framework(name="vitepress", title="VitePress", packages=("vitepress",), kind="site", output=(".vitepress/dist",),
              build=("vitepress", "build")),
    Framework(name="vuepress", title="VuePress", packages=("vuepress", "vuepress-vite", "vuepress-webpack"),
              kind="site", output=(".vuepress/dist",),
              build=("vuepress", "build")),
    Framework(name="eleventy", title="Eleventy", packages=("@11ty/eleventy",), kind="site", output=("_site",),
              build=("eleventy",), caches=(".cache",)),
    Framework(name="hexo", title="Hexo", packages=("hexo",), kind="site", output=("public",), build=("hexo",
              "generate")),
    Framework(name="rspress", title="Rspress", packages=("rspress", "@rspress/core"), kind="site",
              output=("doc_build",),
              build=("rspress", "build")),
    Framework(name="slidev", title="Slidev", packages=("@slidev/cli",), kind="spa", output=("dist",),
              build=("slidev", "build")),
)  # fmt: skip
# Frameworks of servers: they name the app; its start script says how it runs.
SERVERS = (
    Framework(name="nest", title="NestJS", packages=("@nestjs/core",), kind="server", port=3000,
              start=("node", "dist/main.js"), output=("dist",), build=("nest", "build")),
    Framework(name="strapi", title="Strapi", packages=("@strapi/strapi",), kind="server", port=1337,
              start=("node", "node_modules/@strapi/strapi/bin/strapi.js", "start"), output=("dist", "build"),
              reads_port=True,
              env={"HOST": ANY}),
    Framework(name="adonis", title="AdonisJS", packages=("@adonisjs/core",), kind="server", port=3333,
              start=("node", "build/bin/server.js"), output=("build",), reads_port=True, env={"HOST": ANY}),
    Framework(name="fastify", title="Fastify", packages=("fastify",), kind="server", port=3000),
    Framework(name="hono", title="Hono", packages=("hono",), kind="server", port=3000),
    Framework(name="koa", title="Koa", packages=("koa",), kind="server", port=3000),
    Framework(name="hapi", title="hapi", packages=("@hapi/hapi",), kind="server", port=3000),
    Framework(name="elysia", title="Elysia", packages=("elysia",), kind="server", port=3000),
    Framework(name="tinyhttp", title="tinyhttp", packages=("@tinyhttp/app",), kind="server", port=3000),
    Framework(name="polka", title="Polka", packages=("polka",), kind="server", port=3000),
    Framework(name="restify", title="Restify", packages=("restify",), kind="server", port=8080),
    Framework(name="sails", title="Sails", packages=("sails",), kind="server", port=1337, reads_port=True),
    Framework(name="feathers", title="Feathers", packages=("@feathersjs/feathers",), kind="server", port=3030),
    Framework(name="apollo", title="Apollo Server", packages=("@apollo/server", "apollo-server"), kind="server",
              port=4000),
    Framework(name="express", title="Express", packages=("express",), kind="server", port=3000),
    Framework(name="socket.io", title="Socket.IO", packages=("socket.io",), kind="server", port=3000),
    Framework(name="ws", title="ws", packages=("ws",), kind="library", port=8080),
)  # fmt: skip
# Build tools whose output is a single-page app.
SPAS = (
    Framework(name="create-react-app", title="Create React App", packages=("react-scripts",), kind="spa",
              output=("build",),
              build=("react-scripts", "build")),
    Framework(name="vue-cli", title="Vue CLI", packages=("@vue/cli-service",), kind="spa", output=("dist",),
              build=("vue-cli-service", "build")),
    Framework(name="vite", title="Vite", packages=("vite", "rolldown-vite"), kind="spa", output=("dist",),
              build=("vite", "build")),
    Framework(name="rsbuild", title="Rsbuild", packages=("@rsbuild/core",), kind="spa", output=("dist",),
              build=("rsbuild", "build")),
    Framework(name="parcel", title="Parcel", packages=("parcel", "parcel-bundler"), kind="spa", output=("dist",)),
    Framework(name="ember", title="Ember", packages=("ember-cli",), kind="spa", output=("dist",), build=("ember",
              "build", "--environment=production")),
    Framework(name="umi", title="Umi", packages=("umi", "@umijs/max"), kind="spa", output=("dist",), build=("umi",
              "build")),
    Framework(name="quasar", title="Quasar", packages=("@quasar/app-vite", "@quasar/app-webpack"), kind="spa",
              output=("dist/spa",), build=("quasar", "build")),
    Framework(name="preact-cli", title="Preact CLI", packages=("preact-cli",), kind="spa", output=("build",),
              build=("preact", "build")),
    Framework(name="webpack", title="webpack", packages=("webpack",), kind="spa", output=("dist",)),
)  # fmt: skip
# Processes that listen on nothing.
WORKERS = (
    Framework(name="discord.js", title="discord.js", packages=("discord.js", "eris", "oceanic.js",
              "@sapphire/framework"), kind="worker"),
    Framework(name="telegram", title="Telegram bot", packages=("telegraf", "grammy", "node-telegram-bot-api"),
              kind="worker"),
    Framework(name="slack", title="Slack bot", packages=("@slack/bolt",), kind="worker"),
    Framework(name="bullmq", title="BullMQ", packages=("bullmq", "bull", "bee-queue", "agenda"), kind="worker"),
    Framework(name="kafka", title="Kafka", packages=("kafkajs", "node-rdkafka", "amqplib"), kind="worker"),
    Framework(name="cron", title="cron", packages=("node-cron", "cron", "node-schedule", "croner"), kind="worker"),
)  # fmt: skip
# The first major version that no longer hashes with MD4, which OpenSSL 3 (Node 17 and newer) has not.
HASHES = (("react-scripts", 5), ("@vue/cli-service", 5), ("webpack", 5), ("@angular/cli", 12), ("nuxt", 3),
    ("next", 11), ("gatsby", 3), ("vuepress", 2), ("preact-cli", 4), ("laravel-mix", 6), ("razzle", 4))  # fmt: skip
# Those of them that may open a port (for a webhook, a manager of shards) or may not.
BOTS = frozenset({"discord.js", "telegram", "slack"})
# What cannot be served from a container, and what to call it.
NOT_SERVED = (
    ("electron", "an Electron desktop app"),
    ("react-native", "a React Native app"),
    ("expo", "an Expo app"),
    ("nativescript", "a NativeScript app"),
    ("@tauri-apps/cli", "a Tauri desktop app"),
    ("@capacitor/core", "a Capacitor app"),
)
# Extensions of other programs, told by a manifest: files, what they say, what to call it.
EXTENSIONS = (
    (("manifest.json", "src/manifest.json", "public/manifest.json", "extension/manifest.json"), "manifest_version",
     "a browser extension"),
    (("manifest.json",), "editorType", "a Figma plugin"),
)  # fmt: skip
# Tools of platforms that run functions rather than containers.
PLATFORM_TOOLS = (("wrangler", "Cloudflare Workers"), ("vercel", "Vercel"), ("netlify", "Netlify"),
    ("serverless", "serverless functions"), ("sls", "serverless functions"), ("sst", "serverless functions"),
    ("func", "Azure Functions"), ("firebase", "Firebase"))  # fmt: skip
# SvelteKit and Astro name their platform by an adapter; only Node's can be run in a container.
PLATFORMS = ("cloudflare", "cloudflare-workers", "vercel", "netlify", "deno", "aws", "azure", "firebase")


def match(rows: tuple[Framework, ...], package: Package) -> Framework | None:
    """The first framework of ROWS that the project depends on."""
    dependencies = package.all_dependencies
    return next((row for row in rows if any(p in dependencies for p in row.packages)), None)


def hashes_with_md4(package: Package) -> bool:
    """True if the build needs OpenSSL's legacy provider."""
    return any((package.major(name) or major) < major for name, major in HASHES)


def by_name(name: str) -> Framework | None:
    """The framework called NAME, as in the setting `framework`."""
    return next((row for rows in (META, SERVERS, SPAS, WORKERS) for row in rows if row.name == name), None)


def dependency(framework: Framework, package: Package) -> str:
    """The dependency by which FRAMEWORK was told."""
    return next((p for p in framework.packages if p in package.all_dependencies), framework.packages[0])
