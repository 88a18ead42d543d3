"""The frameworks of Node, one row each: how to tell it, what it makes, how that is run, on which port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.stacks.node.framework import Framework
from dockgen.stacks.node.generators import GENERATORS, SPAS, WORKSHOPS

if TYPE_CHECKING:
    from dockgen.stacks.node.package import Package

__all__ = ["APPS", "BOTS", "GENERATORS", "META", "SERVERS", "SPAS", "WORKERS", "WORKSHOPS", "Framework"]
ANY = "0.0.0.0"


def _server(name: str, title: str, packages: str, port: int) -> Framework:
    return Framework(name=name, title=title, packages=tuple(packages.split()), kind="server", port=port)


# Frameworks that make a server or a site, as their configuration says, most specific first.
APPS = (
    Framework(name="next", title="Next.js", packages=("next",), kind="server", port=3000, output=(".next",),
              start=("node", "node_modules/next/dist/bin/next", "start"), build=("next", "build"),
              caches=(".next/cache",), writes=(".next/cache",),
              env={"HOSTNAME": ANY, "NEXT_TELEMETRY_DISABLED": "1"}, build_env={"NEXT_TELEMETRY_DISABLED": "1"},
              reads_port=True, stops=True),
    Framework(name="nuxt", title="Nuxt", packages=("nuxt", "nuxt3", "nuxt-nightly"), kind="server", port=3000,
              bundled=True, start=("node", ".output/server/index.mjs"), output=(".output",), build=("nuxt", "build"),
              reads_port=True, env={"HOST": ANY}, build_env={"NUXT_TELEMETRY_DISABLED": "1"}),
    Framework(name="tanstack-start", title="TanStack Start",
              packages=("@tanstack/react-start", "@tanstack/solid-start", "@tanstack/start"), kind="server", port=3000,
              bundled=True, start=("node", ".output/server/index.mjs"), output=(".output",), build=("vite", "build"),
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
    Framework(name="analog", title="Analog", packages=("@analogjs/platform",), kind="server", port=3000, bundled=True,
              start=("node", "dist/analog/server/index.mjs"), output=("dist/analog",), build=("vite", "build"),
              reads_port=True, env={"HOST": ANY}),
    Framework(name="angular", title="Angular", packages=("@angular/core",), kind="spa", output=("dist",),
              build=("ng", "build"), build_env={"NG_CLI_ANALYTICS": "false"}, caches=(".angular/cache",)),
    Framework(name="qwik", title="Qwik", packages=("@builder.io/qwik-city", "@qwik.dev/router"), kind="server",
              port=3000, start=("node", "server/entry.express"), output=("dist", "server"), build=("qwik", "build"),
              reads_port=True),
    Framework(name="waku", title="Waku", packages=("waku",), kind="server", port=8080,
              start=("node_modules/.bin/waku", "start"), output=("dist",), build=("waku", "build"), reads_port=True),
    Framework(name="nitro", title="Nitro", packages=("nitropack", "nitro"), kind="server", port=3000, bundled=True,
              start=("node", ".output/server/index.mjs"), output=(".output",), build=("nitro", "build"),
              reads_port=True, env={"HOST": ANY}),
)  # fmt: skip
# Frameworks that decide by themselves what runs.
META = (*APPS, *GENERATORS)
# Frameworks of servers: they name the app; its start script says how it runs.
SERVERS = (
    Framework(name="nest", title="NestJS", packages=("@nestjs/core",), kind="server", port=3000,
              start=("node", "dist/main.js"), output=("dist",), build=("nest", "build")),
    Framework(name="strapi", title="Strapi", packages=("@strapi/strapi",), kind="server", port=1337,
              start=("node", "node_modules/@strapi/strapi/bin/strapi.js", "start"), build=("strapi", "build"),
              reads_port=True, env={"HOST": ANY}, writes=(".tmp", "public/uploads"), health="/_health",
              build_env={"STRAPI_TELEMETRY_DISABLED": "true"}),
    Framework(name="adonis", title="AdonisJS", packages=("@adonisjs/core",), kind="server", port=3333,
              start=("node", "build/bin/server.js"), output=("build",), build=("node", "ace", "build"), reads_port=True,
              env={"HOST": ANY}),
    Framework(name="keystone", title="Keystone", packages=("@keystone-6/core",), kind="server", port=3000,
              start=("node_modules/.bin/keystone", "start"), build=("keystone", "build"), reads_port=True),
    Framework(name="directus", title="Directus", packages=("directus",), kind="server", port=8055, reads_port=True,
              env={"HOST": ANY}, writes=("uploads",), health="/server/ping"),
    Framework(name="medusa", title="Medusa", packages=("@medusajs/medusa",), kind="server", port=9000, reads_port=True,
              health="/health"),
    *(_server(name, title, packages, port) for name, title, packages, port in (
        ("fastify", "Fastify", "fastify", 3000),
        ("hono", "Hono", "hono", 3000),
        ("koa", "Koa", "koa", 3000),
        ("hapi", "hapi", "@hapi/hapi", 3000),
        ("elysia", "Elysia", "elysia", 3000),
        ("loopback", "LoopBack", "@loopback/core loopback", 3000),
        ("tinyhttp", "tinyhttp", "@tinyhttp/app", 3000),
        ("polka", "Polka", "polka", 3000),
        ("restify", "Restify", "restify", 8080),
    )),
    Framework(name="sails", title="Sails", packages=("sails",), kind="server", port=1337, reads_port=True),
    *(_server(name, title, packages, port) for name, title, packages, port in (
        ("feathers", "Feathers", "@feathersjs/feathers", 3030),
        ("foal", "FoalTS", "@foal/core", 3001),
        ("egg", "Egg", "egg", 7001),
        ("midway", "Midway", "@midwayjs/core", 7001),
        ("parse", "Parse Server", "parse-server", 1337),
        ("node-red", "Node-RED", "node-red", 1880),
        ("colyseus", "Colyseus", "colyseus @colyseus/core", 2567),
        ("apollo", "Apollo Server", "@apollo/server apollo-server", 4000),
        ("yoga", "GraphQL Yoga", "graphql-yoga", 4000),
        ("json-server", "JSON Server", "json-server", 3000),
        ("micro", "Micro", "micro", 3000),
        ("h3", "h3", "h3 listhen", 3000),
        ("express", "Express", "express", 3000),
        ("socket.io", "Socket.IO", "socket.io", 3000),
    )),
    Framework(name="ws", title="ws", packages=("ws",), kind="library", port=8080),
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
# SvelteKit and Astro name their platform by an adapter; only Node's can be run in a container.
PLATFORMS = ("cloudflare", "cloudflare-workers", "vercel", "netlify", "deno", "aws", "azure", "firebase")


def match(rows: tuple[Framework, ...], package: Package) -> Framework | None:
    """The first framework of ROWS that the project depends on."""
    dependencies = package.all_dependencies
    return next((row for row in rows if any(p in dependencies for p in row.packages)), None)


def uses(row: Framework, package: Package) -> bool:
    """True if the project depends on the framework of ROW."""
    return match((row,), package) is not None


def hashes_with_md4(package: Package) -> bool:
    """True if the build needs OpenSSL's legacy provider."""
    return any((package.major(name) or major) < major for name, major in HASHES)


def by_name(name: str) -> Framework | None:
    """The framework called NAME, as in the setting `framework`."""
    return next((row for rows in (META, SERVERS, SPAS, WORKERS, WORKSHOPS) for row in rows if row.name == name), None)


def dependency(framework: Framework, package: Package) -> str:
    """The dependency by which FRAMEWORK was told."""
    return next((p for p in framework.packages if p in package.all_dependencies), framework.packages[0])
