# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:26-trixie-slim AS deps
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile

# build builds from the source
FROM deps AS build
COPY . .
RUN --mount=type=secret,id=SIGNAL,env=SIGNAL \
    export SIGNAL="${SIGNAL-}" \
    && pnpm run build

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=sveltekit-node \
      org.opencontainers.image.base.name=node:26-trixie-slim

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000

WORKDIR /app
COPY --link package.json ./
COPY --link --from=build /app/build ./build

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["build/index.js"]
