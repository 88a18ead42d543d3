# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# base is where the stages that build start
FROM node:26-trixie-slim AS base
ENV YARN_GLOBAL_FOLDER=/root/.cache/yarn/berry \
    YARN_ENABLE_TELEMETRY=0
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global --force @yarnpkg/cli-dist@4.18.1

# deps installs all dependencies, those for the build included
FROM base AS deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=yarn.lock,target=yarn.lock \
    --mount=type=bind,source=.yarnrc.yml,target=.yarnrc.yml \
    --mount=type=cache,id=yarn-berry,target=/root/.cache/yarn,sharing=locked \
    yarn install --immutable

# build builds from the source
FROM deps AS build
ENV NEXT_TELEMETRY_DISABLED=1
COPY . .
RUN --mount=type=cache,id=next.next-cache,target=/app/.next/cache,sharing=locked \
    yarn run build

# prod-deps installs the dependencies that ship
FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=yarn.lock,target=yarn.lock \
    --mount=type=bind,source=.yarnrc.yml,target=.yarnrc.yml \
    --mount=type=cache,id=yarn-berry,target=/root/.cache/yarn,sharing=locked \
    yarn workspaces focus --all --production

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=sailing-club \
      org.opencontainers.image.base.name=node:26-trixie-slim

ENV NODE_ENV=production \
    HOSTNAME=0.0.0.0 \
    NEXT_TELEMETRY_DISABLED=1

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json next.config.js ./
COPY --link --from=build /app/.next ./.next

# what the app writes to; the rest is root's
RUN install -d -o 1000 -g 1000 .next/cache

USER 1000:1000

EXPOSE 3100

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(3100,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["node_modules/next/dist/bin/next", "start", "-p", "3100"]
