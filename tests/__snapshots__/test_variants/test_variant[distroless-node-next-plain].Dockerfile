# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# base is where the stages that build start
FROM node:24-trixie-slim AS base
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

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/nodejs24-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=next-plain \
      org.opencontainers.image.base.name=gcr.io/distroless/nodejs24-debian13:nonroot

ENV NODE_ENV=production \
    HOSTNAME=0.0.0.0 \
    NEXT_TELEMETRY_DISABLED=1 \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link --from=build /app/.next ./.next

# The app writes here and nowhere else
COPY --link --from=prod-deps --chown=65532:65532 /mnt/ /app/.next/cache/

USER 65532:65532

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["/nodejs/bin/node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["/nodejs/bin/node"]
CMD ["node_modules/next/dist/bin/next", "start"]
