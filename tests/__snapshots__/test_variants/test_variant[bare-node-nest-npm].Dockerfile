# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

FROM node:24-trixie-slim AS base

WORKDIR /app

FROM base AS deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

FROM deps AS build
COPY . .
RUN npm run build

FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci --omit=dev

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
