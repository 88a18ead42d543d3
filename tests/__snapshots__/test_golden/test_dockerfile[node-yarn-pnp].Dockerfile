# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM node:26-trixie-slim AS prod-deps
ENV YARN_GLOBAL_FOLDER=/root/.cache/yarn/berry \
    YARN_ENABLE_TELEMETRY=0
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global --force @yarnpkg/cli-dist@4.18.1
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=yarn.lock,target=yarn.lock \
    --mount=type=bind,source=.yarnrc.yml,target=.yarnrc.yml \
    --mount=type=cache,id=yarn-berry,target=/root/.cache/yarn,sharing=locked \
    YARN_ENABLE_GLOBAL_CACHE=false yarn workspaces focus --all --production \
    && rm -rf .yarn/install-state.gz .yarn/releases

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=buoy \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/.pnp.* ./
COPY --link --from=prod-deps /app/.yarn ./.yarn
COPY --link . ./

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "--require", "./.pnp.cjs", "index.js"]
