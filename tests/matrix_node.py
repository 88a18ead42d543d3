"""Parts of Node projects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from matrix import Part, Row, Stack, line_in, merged

if TYPE_CHECKING:
    from collections.abc import Mapping


def _lock(name: str, text: str, manager: str = "", **more: Any) -> Part:
    return Part(files={name: text}, expect={"manager": manager, "locked": True}, **more)


NPM_LOCK = json.dumps({"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app"}}}) + "\n"
BERRY = "__metadata:\n  version: 8\n  cacheKey: 10c0\n"
NODE_MANAGERS = {
    "npm": _lock("package-lock.json", "{LOCK}", "npm"),
    "shrinkwrap": _lock("npm-shrinkwrap.json", "{LOCK}", "npm"),
    "npm-bare": Part(expect={"manager": "npm", "locked": False}),
    "pnpm9": _lock("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n", "pnpm"),
    "pnpm-pinned": Part(
        manifest={"packageManager": "pnpm@10.12.1"}, expect={"manager": "pnpm", "pinned": "pnpm@10.12.1"}
    ),
    "yarn1": _lock("yarn.lock", "# yarn lockfile v1\n\n", "yarn"),
    "berry": Part(
        files={"yarn.lock": BERRY, ".yarnrc.yml": "nodeLinker: node-modules\n"},
        manifest={"packageManager": "yarn@4.9.2"},
        expect={"manager": "yarn-berry", "pinned": "@yarnpkg/cli-dist@4.9.2"},
    ),
    "pnp": Part(files={"yarn.lock": BERRY, ".yarnrc.yml": ""}, expect={"manager": "yarn-berry"}),
    "bun": _lock("bun.lock", '{\n  "lockfileVersion": 1,\n  "workspaces": {},\n  "packages": {}\n}\n', "bun"),
}
SERVER = "require('express')().get('/health', (q, r) => r.send('ok')).listen(process.env.PORT || 3000)\n"


def _package(dependencies: str = "", development: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict(more)
    if dependencies:
        found["dependencies"] = dict.fromkeys(dependencies.split(), "^1.0.0")
    if development:
        found["devDependencies"] = dict.fromkeys(development.split(), "^1.0.0")
    return found


def _site(tool: str, build: str, **more: Any) -> Part:
    return Part(
        files={"index.html": "<div id=app></div><script type=module src=/src/main.js></script>", "src/main.js": ""}
        | more.pop("files", {}),
        manifest=_package(more.pop("has", ""), tool, scripts={"dev": "x", "build": build}),
        expect={"kind": "static", "port": 8080, **more},
    )


WEB = {"kind": "web", "port": 3000}
TSCONFIG = '{"compilerOptions": {"outDir": "dist", "rootDir": "src", "module": "commonjs"}}'
NODE_FRAMEWORKS = {
    "express": Part(
        files={"server.js": SERVER},
        manifest=_package("express", scripts={"start": "node server.js"}),
        expect={**WEB, "framework": "express", "start": "server.js"},
    ),
    "nodemon": Part(
        files={"server.js": SERVER},
        manifest=_package("express", "nodemon", scripts={"start": "nodemon server.js"}),
        expect={**WEB, "framework": "express", "start": "server.js"},
    ),
    "plain": Part(
        files={"index.js": "require('http').createServer((q, s) => s.end('x')).listen(process.env.PORT || 4000)\n"},
        manifest=_package("dotenv", main="index.js"),
        expect={"kind": "web", "port": 4000, "framework": None, "start": "index.js"},
    ),
    "fastify-ts": Part(
        files={
            "src/index.ts": "import f from 'fastify';\nf().listen({ port: 5000, host: '0.0.0.0' });\n",
            "tsconfig.json": TSCONFIG,
        },
        manifest=_package("fastify", "typescript", scripts={"build": "tsc", "start": "node dist/index.js"}),
        expect={"kind": "web", "port": 5000, "framework": "fastify", "start": "dist/index.js"},
    ),
    "tsx": Part(
        files={"src/server.ts": "import { createServer } from 'http';\ncreateServer().listen(3000);\n"},
        manifest=_package("tsx", scripts={"start": "tsx src/server.ts"}),
        expect={**WEB, "framework": None, "start": "src/server.ts"},
    ),
    "nest": Part(
        files={
            "src/main.ts": "import { NestFactory } from '@nestjs/core';\n"
            "NestFactory.create(X).then((a) => a.listen(3000));\n",
            "tsconfig.json": TSCONFIG,
            "nest-cli.json": "{}",
        },
        manifest=_package(
            "@nestjs/core", "@nestjs/cli typescript", scripts={"build": "nest build", "start": "nest start"}
        ),
        expect={**WEB, "framework": "nest", "start": "dist/main"},
    ),
    "next": Part(
        files={"app/page.jsx": "export default () => <p/>;\n"},
        manifest=_package("next react react-dom", scripts={"build": "next build", "start": "next start"}),
        expect={**WEB, "framework": "next", "start": "next"},
    ),
    "next-standalone": Part(
        files={"app/page.jsx": "", "next.config.js": "module.exports = { output: 'standalone' };\n"},
        manifest=_package("next react react-dom", scripts={"build": "next build", "start": "next start"}),
        expect={**WEB, "framework": "next", "start": "server.js"},
    ),
    "nuxt": Part(
        files={"nuxt.config.ts": "export default defineNuxtConfig({});\n", "app.vue": "<template/>"},
        manifest=_package("nuxt", scripts={"build": "nuxt build", "dev": "nuxt dev"}),
        expect={**WEB, "framework": "nuxt", "start": ".output/server/index.mjs"},
    ),
    "vite": _site("vite @vitejs/plugin-react", "vite build", has="react", framework="vite"),
    "cra": Part(
        files={"public/index.html": "<p>", "src/index.js": ""},
        manifest=_package(
            "react react-scripts", scripts={"start": "react-scripts start", "build": "react-scripts build"}
        ),
        expect={"kind": "static", "port": 8080, "framework": "create-react-app"},
    ),
    "astro": _site("astro", "astro build", framework="astro"),
    "eleventy": Part(
        files={"index.md": "# x"},
        manifest=_package("", "@11ty/eleventy", scripts={"build": "eleventy", "start": "eleventy --serve"}),
        expect={"kind": "static", "port": 8080, "framework": "eleventy"},
    ),
    "bot": Part(
        files={"bot.js": "const { Client } = require('discord.js');\nnew Client({}).login(process.env.TOKEN);\n"},
        manifest=_package("discord.js", scripts={"start": "node bot.js"}),
        expect={"kind": "worker", "port": None, "framework": "discord.js", "start": "bot.js"},
    ),
    "library": Part(
        files={"lib.js": "module.exports = (a, b) => a + b\n"},
        manifest=_package(main="lib.js"),
        expect={"refused": True},
    ),
    "cli": Part(
        files={"cli.js": "#!/usr/bin/env node\nconsole.log(process.argv)\n"},
        manifest=_package("meow", bin={"app": "cli.js"}),
        expect={"kind": "cli", "port": None, "framework": None, "start": "cli.js"},
    ),
}
NODE_VERSIONS = {
    "unsaid": Part(expect=line_in("26", "24")),
    "nvmrc": Part(files={".nvmrc": "v22\n"}, expect=line_in("22")),
    "node-version": Part(files={".node-version": "24.1.0\n"}, expect=line_in("24")),
    "tool-versions": Part(files={".tool-versions": "python 3.13\nnodejs 22.20.0\n"}, expect=line_in("22")),
    "mise": Part(files={"mise.toml": '[tools]\nnode = "24"\n'}, expect=line_in("24")),
    "volta": Part(manifest={"volta": {"node": "22.19.0"}}, expect=line_in("22")),
    "devEngines": Part(
        manifest={"devEngines": {"runtime": {"name": "node", "version": ">=24"}}}, expect=line_in("24", "26")
    ),
    "range": Part(manifest={"engines": {"node": ">=20 <25"}}, expect=line_in("22", "24")),
    "or": Part(manifest={"engines": {"node": "^20.19 || >=22.12"}}, expect=line_in("22", "24", "26")),
    "lts": Part(files={".nvmrc": "lts/*\n"}, expect=line_in("24", "26")),
    "past": Part(manifest={"engines": {"node": "18.x"}}, expect={**line_in("18"), "ended": "2025-04-30"}),
}
OLD_FILES = {
    "Dockerfile.old": "FROM node:8\nRUN npm i\n", "docs/index.md": "# docs", ".env": "SECRET=1", ".git/HEAD": "x",
    "README.md": "# app", "tests/a.test.js": "", "node_modules/x/index.js": "",
}  # fmt: skip
NODE_LAYOUTS = {
    "bare": Part(),
    "furnished": Part(files=OLD_FILES),
    "hooks": Part(
        manifest={
            "scripts": {"prepare": "husky", "postinstall": "patch-package"},
            "devDependencies": {"husky": "^9.0.0"},
            "dependencies": {"patch-package": "^8.0.0"},
        },
        files={"patches/x+1.0.0.patch": "", ".husky/pre-commit": "x"},
    ),
    "private": Part(files={".npmrc": "@acme:registry=https://npm.invalid\n//npm.invalid/:_authToken=${NPM_TOKEN}\n"}),
    "folders": Part(files={"public/robots.txt": "", "views/index.ejs": "", "config/default.json": "{}"}),
}
NODE_NATIVE = {
    "none": Part(),
    "sharp": Part(manifest={"dependencies": {"sharp": "^0.34.0"}}),
    "canvas": Part(manifest={"dependencies": {"canvas": "^2.11.0"}}),
    "prisma": Part(
        manifest={"dependencies": {"@prisma/client": "^6.0.0"}, "devDependencies": {"prisma": "^6.0.0"}},
        files={"prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'},
    ),
}


def node(_row: Row, chosen: Mapping[str, Part]) -> dict[str, str]:
    manifest = {"name": "app", "version": "1.0.0", **merged(chosen)}
    files = {"package.json": json.dumps(manifest, indent=2) + "\n"}
    for part in chosen.values():
        files |= part.files
    wanted = {key: manifest[key] for key in ("dependencies", "devDependencies") if key in manifest}
    lock = json.dumps({"name": "app", "lockfileVersion": 3, "packages": {"": {"name": "app", **wanted}}}) + "\n"
    return {path: lock if text == "{LOCK}" else text for path, text in files.items()}


STACK = Stack(
    name="node",
    dimensions={
        "framework": NODE_FRAMEWORKS,
        "manager": NODE_MANAGERS,
        "version": NODE_VERSIONS,
        "layout": NODE_LAYOUTS,
        "native": NODE_NATIVE,
    },
    compose=node,
    together=("framework", "manager", "native"),
)
