"""What well-known programs in a start script are: a server to run, a development server, or a step before the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where a program has long been in node_modules. Run with `node`, so that no shell and no package manager stands before
# it. Programs that moved from one release to the next are run by their link in node_modules/.bin.
BINS: Mapping[str, str] = {
    "fastify": "node_modules/fastify-cli/cli.js",
    "http-server": "node_modules/http-server/bin/http-server",
    "next": "node_modules/next/dist/bin/next",
    "remix-serve": "node_modules/@remix-run/serve/dist/cli.js",
    "strapi": "node_modules/@strapi/strapi/bin/strapi.js",
    "ts-node": "node_modules/ts-node/dist/bin.js",
    "ts-node-esm": "node_modules/ts-node/dist/bin-esm.js",
    "tsx": "node_modules/tsx/dist/cli.mjs",
}
# The package that brings a program, where its name is another.
PACKAGES: Mapping[str, str] = {
    "fastify": "fastify-cli",
    "react-router-serve": "@react-router/serve",
    "remix-serve": "@remix-run/serve",
    "strapi": "@strapi/strapi",
    "ts-node-esm": "ts-node",
    "tsnd": "ts-node-dev",
    "nest": "@nestjs/cli",
    "ng": "@angular/cli",
    "vue-cli-service": "@vue/cli-service",
    "babel-node": "@babel/node",
}
# What servers that are programs want to be told; they read PORT as well.
ENVIRONMENT: Mapping[str, Mapping[str, str]] = {"fastify-cli": {"FASTIFY_ADDRESS": "0.0.0.0"}}
# Options by which a program goes to the background, where a container would end.
BACKGROUND = frozenset({"--daemon", "-D", "--background"})
# Options without which a program answers inside its container only, and those that say it already.
OUTWARD: Mapping[str, tuple[str, ...]] = {
    "json-server": ("--host", "0.0.0.0"),
    "prism": ("--host", "0.0.0.0"),
    "srvx": ("--host", "0.0.0.0"),
}
# Runs TypeScript (or what Babel reads) as it is; the file follows the options.
TYPESCRIPT = frozenset(
    {
        "ts-node",
        "ts-node-esm",
        "tsx",
        "esno",
        "esr",
        "babel-node",
        "swc-node",
        "ts-node-dev",
        "tsnd",
        "sucrase-node",
        "vite-node",
        "jiti",
    }
)
# Restarts on change; what it runs is the app.
WATCHERS = frozenset({"nodemon", "node-dev", "supervisor", "pm2", "pm2-runtime", "pm2-dev", "forever"})
# Serves source files for development; the production form is what `build` makes. None: always; else the sub-commands.
DEVELOPMENT: Mapping[str, frozenset[str] | None] = {
    "vite": None,
    "react-scripts": frozenset({"start"}),
    "react-app-rewired": frozenset({"start"}),
    "craco": frozenset({"start"}),
    "vue-cli-service": frozenset({"serve"}),
    "ng": frozenset({"serve"}),
    "nx": frozenset({"serve"}),
    "webpack-dev-server": None,
    "webpack": None,
    "rspack": None,
    "rsbuild": None,
    "parcel": None,
    "snowpack": None,
    "gatsby": None,
    "eleventy": None,
    "docusaurus": None,
    "vitepress": None,
    "vuepress": None,
    "hexo": None,
    "ember": None,
    "live-server": None,
    "browser-sync": None,
    "gulp": None,
    "grunt": None,
    "slidev": None,
    "rspress": None,
    "umi": None,
    "max": None,
    "expo": None,
    "react-native": None,
    "electron": None,
    "electron-forge": None,
    "electron-vite": None,
    "storybook": None,
    "start-storybook": None,
    "preact": frozenset({"watch"}),
    "polymer": None,
    "quasar": frozenset({"dev"}),
    "next": frozenset({"dev"}),
    "nuxt": frozenset({"dev", "generate"}),
    "nuxi": frozenset({"dev", "generate"}),
    "astro": frozenset({"dev", "start", "preview"}),
    "remix": frozenset({"dev", "vite:dev"}),
    "react-router": frozenset({"dev"}),
    "vinxi": frozenset({"dev"}),
    "nest": frozenset({"start"}),
    "wrangler": None,
    "vercel": None,
    "netlify": None,
    "firebase": None,
    "serverless": None,
    "sls": None,
    "func": None,
    "shopify": None,
}
# Serves a folder of files: nginx does that better.
FILE_SERVERS = frozenset(
    {"serve", "http-server", "sirv", "static-server", "superstatic", "local-web-server", "ws", "servor"}
)
# Works before the app starts and ends: never the app itself.
STEPS = frozenset(
    {
        "tsc", "tsup", "esbuild", "rollup", "swc", "babel", "rimraf", "rm", "mkdir", "cp", "cpx", "copyfiles", "shx",
        "echo",
        "prisma", "drizzle-kit", "knex", "sequelize", "typeorm", "db-migrate", "node-pg-migrate", "sass", "node-sass",
        "postcss", "tailwindcss", "eslint", "prettier", "tsc-alias", "resolve-tspaths", "test", "sleep", "wait-on",
        "patch-package", "unbuild", "ncc", "pkgroll", "tsdown", "mikro-orm", "mikro-orm-esm", "npm", "pnpm", "yarn",
        "open",
        "clear", "cls", "source", ".", "export", "set", "kill-port", "turbo", "lerna", "ncp", "chmod",
    }
)  # fmt: skip
# Steps that make what starts.
COMPILERS = frozenset({"tsc", "tsup", "tsdown", "esbuild", "rollup", "swc", "babel", "webpack", "unbuild", "pkgroll"})
MIGRATIONS = frozenset(
    {"prisma", "drizzle-kit", "knex", "sequelize", "typeorm", "db-migrate", "node-pg-migrate", "mikro-orm"}
)


def kind(argv: tuple[str, ...]) -> str:
    """What ARGV is: node, bun, typescript, watcher, development, files, parallel, shell, step or program."""
    program = argv[0].rpartition("/")[2]
    sub = next((w for w in argv[1:] if not w.startswith("-")), "")
    if program in ("node", "nodejs"):
        return "node"
    if program == "bun":
        return "bun"
    if program in ("wireit", "foreman", "nf"):
        return "parallel"
    if program in ("sh", "bash") or program.endswith(".sh"):
        return "shell"
    if program in TYPESCRIPT:
        return "typescript"
    if program in WATCHERS:
        return "watcher"
    if program in DEVELOPMENT:
        subs = DEVELOPMENT[program]
        is_dev = subs is None or sub in subs or (not sub and program in ("next", "nuxt", "nuxi", "astro"))
        return "development" if is_dev else "program"
    if program in FILE_SERVERS:
        return "files"
    return "step" if program in STEPS else "program"


def package(program: str) -> str:
    """The npm package that brings PROGRAM."""
    return PACKAGES.get(program, program)


def argv_of(program: str, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """How PROGRAM of node_modules is run without a package manager, in the foreground and for everyone to reach."""
    words = [w for w in arguments if w not in BACKGROUND]
    at = next((i for i, w in enumerate(words) if w in ("-H", "--host", "--hostname", "--address", "-h")), None)
    if at is not None and words[at + 1 : at + 2] and words[at + 1] in ("localhost", "127.0.0.1", "::1"):
        words[at + 1] = "0.0.0.0"
    outward = OUTWARD.get(program, ()) if not {"--host", "-H", "-h"} & set(words) else ()
    if program in BINS:
        return ("node", BINS[program], *words, *outward)
    return (f"node_modules/.bin/{program}", *words, *outward)
