# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM node:26-trixie-slim AS prod-deps
ENV YARN_CACHE_FOLDER=/root/.cache/yarn
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global --force yarn@1.22.22
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=yarn.lock,target=yarn.lock \
    --mount=type=cache,id=yarn,target=/root/.cache/yarn,sharing=locked \
    yarn install --frozen-lockfile --non-interactive --ignore-engines --production

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=ferry-times \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    DEBUG="ferry:*" \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--enable-source-maps", "./bin/www"]
