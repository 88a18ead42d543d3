# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# base is where the stages that build start
FROM node:26-trixie-slim AS base

WORKDIR /app
RUN --mount=type=cache,id=apt-cache-trixie,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=apt-lists-trixie,target=/var/lib/apt,sharing=locked \
    apt-get update \
    && apt-get install -y --no-install-recommends \
        g++ \
        make \
        python3 \
        python3-setuptools

# deps installs all dependencies, those for the build included
FROM base AS deps
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg set --json 'allowScripts[better-sqlite3]=true' \
    && npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm run build

# prod-deps installs the dependencies that ship
FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg set --json 'allowScripts[better-sqlite3]=true' \
    && npm ci --omit=dev

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=strapi \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=1337

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link --from=build --exclude=node_modules /app ./

# what the app writes to; the rest is root's
RUN install -d -o 1000 -g 1000 .tmp public/uploads

VOLUME ["/app/.tmp", "/app/public/uploads"]

USER 1000:1000

EXPOSE 1337

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||1337,path:'/_health',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "node_modules/@strapi/strapi/bin/strapi.js", "start"]
