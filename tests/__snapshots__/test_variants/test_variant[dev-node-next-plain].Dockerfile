# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# base is where the stages that build start
FROM node:26-trixie-slim AS base
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9

# deps installs all dependencies, those for the build included
FROM base AS deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile

# build builds from the source
FROM deps AS build
ENV NEXT_TELEMETRY_DISABLED=1
COPY . .
# compiled into what is served: docker build --build-arg NEXT_PUBLIC_HARBOUR=…

ARG NEXT_PUBLIC_HARBOUR

# the build only wants these to be there
RUN --mount=type=cache,id=next.next-cache,target=/app/.next/cache,sharing=locked \
    export TIDES_URL=http://localhost \
    && pnpm run build

# prod-deps installs the dependencies that ship
FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile --prod

# dev is for development: docker build --target dev
FROM base AS dev

ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=development \
    HOSTNAME=0.0.0.0 \
    NEXT_TELEMETRY_DISABLED=1 \
    HOME=/tmp

WORKDIR /app

RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile \
    && chmod -R a+rwX node_modules

USER 1000:1000
EXPOSE 3000
# The source is mounted: what is saved on the host takes effect at once
CMD ["next", "dev"]

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=next-plain \
      org.opencontainers.image.base.name=node:26-trixie-slim

ENV NODE_ENV=production \
    HOSTNAME=0.0.0.0 \
    NEXT_TELEMETRY_DISABLED=1 \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link --from=build /app/.next ./.next

# what the app writes to; the rest is root's
RUN install -d -o 1000 -g 1000 .next/cache

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["node_modules/next/dist/bin/next", "start"]
