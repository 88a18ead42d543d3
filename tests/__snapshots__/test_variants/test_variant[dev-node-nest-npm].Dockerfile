# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# base is where the stages that build start
FROM node:24-trixie-slim AS base

WORKDIR /app

# deps installs all dependencies, those for the build included
FROM base AS deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm run build

# prod-deps installs the dependencies that ship
FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci --omit=dev

# dev is for development: docker build --target dev
FROM base AS dev

ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=development \
    PORT=3000 \
    HOME=/tmp

RUN --mount=type=cache,id=apt-cache-trixie,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=apt-lists-trixie,target=/var/lib/apt,sharing=locked \
    apt-get update \
    && apt-get install -y --no-install-recommends \
        procps

WORKDIR /app

RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci \
    && chmod -R a+rwX node_modules

USER 1000:1000
EXPOSE 3000
# The source is mounted: what is saved on the host takes effect at once
CMD ["nest", "start", "--watch"]

# runtime is what ships: the app and what it needs to run
FROM node:24-trixie-slim AS runtime

LABEL org.opencontainers.image.title=lighthouse \
      org.opencontainers.image.base.name=node:24-trixie-slim

ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link --from=build /app/dist ./dist

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["dist/main"]
