# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# frontend builds client/build, which the server needs
FROM --platform=$BUILDPLATFORM node:26-trixie-slim AS frontend

WORKDIR /app/client

RUN --mount=type=bind,source=client/package.json,target=package.json \
    --mount=type=bind,source=client/package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

COPY --link client/ ./

RUN npm run build

# prod-deps installs the production dependencies
FROM node:26-trixie-slim AS prod-deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg delete scripts.postinstall \
    && npm ci --omit=dev

# dev is for development: docker build --target dev
FROM node:26-trixie-slim AS dev

ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=development \
    PORT=4000 \
    HOME=/tmp

WORKDIR /app

RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg delete scripts.postinstall \
    && npm ci \
    && chmod -R a+rwX node_modules

COPY --link --from=frontend /app/client/build/ /app/client/build/

USER 1000:1000
EXPOSE 4000
# The source is mounted: what is saved on the host takes effect at once
CMD ["node", "--watch", "server/index.js"]

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=ledger \
      org.opencontainers.image.base.name=node:26-trixie-slim

ENV NODE_ENV=production \
    PORT=4000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link --exclude=client . ./
COPY --link --from=frontend /app/client/build/ ./client/build/

USER 1000:1000

EXPOSE 4000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||4000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["server/index.js"]
