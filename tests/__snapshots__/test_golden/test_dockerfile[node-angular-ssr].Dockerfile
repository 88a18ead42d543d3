# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:26-trixie-slim AS deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
ENV NG_CLI_ANALYTICS=false
COPY . .
RUN --mount=type=cache,id=angular.angular-cache,target=/app/.angular/cache,sharing=locked \
    npm run build

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=angular-ssr \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    PORT=4000

WORKDIR /app
COPY --link package.json ./
COPY --link --from=build /app/dist/chandler ./dist/chandler

USER 1000:1000

EXPOSE 4000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||4000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "dist/chandler/server/server.mjs"]
