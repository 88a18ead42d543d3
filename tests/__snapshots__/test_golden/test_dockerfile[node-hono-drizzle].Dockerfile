# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:24-trixie-slim AS deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm run build

# runtime is what ships: the app and what it needs to run
FROM node:24-trixie-slim AS runtime

LABEL org.opencontainers.image.title=hono-drizzle \
      org.opencontainers.image.description="Keeps count of what was caught" \
      org.opencontainers.image.base.name=node:24-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    DB_FILE=file:/app/data/catch.db \
    PORT=3000

WORKDIR /app
COPY --link --from=build /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link migrations ./migrations
COPY --link drizzle.config.ts ./drizzle.config.ts
COPY --link src/settings.ts ./src/settings.ts
COPY --link --from=build /app/dist ./dist

# what the app writes to; the rest is root's
RUN install -d -o 1000 -g 1000 data

VOLUME ["/app/data"]

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["sh", "-c", "node_modules/.bin/drizzle-kit migrate && exec node dist/index.js"]
