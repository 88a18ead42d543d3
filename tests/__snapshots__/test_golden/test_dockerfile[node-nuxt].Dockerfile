# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:26-trixie-slim AS deps
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml,rw \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    npm pkg delete scripts.postinstall \
    && pnpm install --frozen-lockfile

# build builds from the source
FROM deps AS build
ENV NUXT_TELEMETRY_DISABLED=1
ENV NITRO_PRESET=node-server
COPY . .
RUN pnpm run build

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=nuxt \
      org.opencontainers.image.base.name=node:26-trixie-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000

WORKDIR /app
COPY --link package.json ./
COPY --link --from=build /app/.output ./.output

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||3000,path:'/api/health',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", ".output/server/index.mjs"]
