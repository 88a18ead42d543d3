# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM node:26-trixie-slim AS prod-deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci --omit=dev

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=discord-bot \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 1000:1000

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--env-file-if-exists=.env", "src/bot.js"]
