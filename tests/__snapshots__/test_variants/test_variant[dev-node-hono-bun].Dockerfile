# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM oven/bun:1.4.5-slim AS prod-deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=bun.lock,target=bun.lock \
    --mount=type=cache,id=bun,target=/root/.bun/install/cache \
    bun install --frozen-lockfile --production

# dev is for development: docker build --target dev
FROM oven/bun:1.4.5-slim AS dev

ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=development \
    PORT=3000 \
    HOME=/tmp

WORKDIR /app

RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=bun.lock,target=bun.lock \
    --mount=type=cache,id=bun,target=/root/.bun/install/cache \
    bun install --frozen-lockfile \
    && chmod -R a+rwX node_modules

USER 1000:1000
EXPOSE 3000
# The source is mounted: what is saved on the host takes effect at once
CMD ["bun", "run", "--hot", "src/index.ts"]

# runtime is what ships: the app and what it needs to run
FROM oven/bun:1.4.5-slim AS runtime

LABEL org.opencontainers.image.title=gull-spotter \
      org.opencontainers.image.base.name=oven/bun:1.4.5-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["bun", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||3000,path:'/health',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["bun", "src/index.ts"]
