# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# base is where the stages that build start
FROM node:26-trixie-slim AS base
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9

# deps installs all dependencies, those for the build included
FROM base AS deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile

# build builds from the source
FROM deps AS build
ENV ASTRO_TELEMETRY_DISABLED=1
COPY . .
RUN --mount=type=cache,id=astronode_modules-.astro,target=/app/node_modules/.astro,sharing=locked \
    pnpm run build

# prod-deps installs the dependencies that ship
FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile --prod

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=astro-ssr \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    ASTRO_TELEMETRY_DISABLED=1 \
    PORT=4321

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link --from=build /app/dist ./dist

USER 1000:1000

EXPOSE 4321

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||4321,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "./dist/server/entry.mjs"]
