# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:26-trixie-slim AS deps

WORKDIR /app
RUN --mount=type=cache,id=apt-cache-trixie,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=apt-lists-trixie,target=/var/lib/apt,sharing=locked \
    apt-get update \
    && apt-get install -y --no-install-recommends \
        openssl

RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm exec -- prisma generate \
    && npm run build

# dev is for development: docker build --target dev
FROM node:26-trixie-slim AS dev

ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=development \
    DATABASE_URL=file:/app/data/app.db \
    PORT=3000 \
    HOME=/tmp

RUN --mount=type=cache,id=apt-cache-trixie,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=apt-lists-trixie,target=/var/lib/apt,sharing=locked \
    apt-get update \
    && apt-get install -y --no-install-recommends \
        openssl \
        procps

WORKDIR /app

COPY . .
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm ci \
    && npm exec -- prisma generate \
    && chmod -R a+rwX node_modules

# For any user to write to
RUN install -d -m 777 /app/data

USER 1000:1000
EXPOSE 3000
# The source is mounted: what is saved on the host takes effect at once
CMD ["nest", "start", "--watch"]

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=nest-prisma \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        openssl \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    DATABASE_URL=file:/app/data/app.db \
    PORT=3000

WORKDIR /app
COPY --link --from=build /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link prisma ./prisma
COPY --link --from=build /app/dist ./dist

# what the app writes to; the rest is root's
RUN install -d -o 1000 -g 1000 data

VOLUME ["/app/data"]

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

CMD ["sh", "-c", "node_modules/.bin/prisma db push --skip-generate && exec node dist/main.js"]
