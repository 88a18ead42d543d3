# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:24-trixie-slim AS deps

WORKDIR /app
COPY --link patches patches
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm run build

# prod-deps leaves out the dependencies that only the build needed
FROM build AS prod-deps
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm prune --omit=dev --ignore-scripts

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/nodejs24-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=fog-horn \
      org.opencontainers.image.base.name=gcr.io/distroless/nodejs24-debian13:nonroot

ENV NODE_ENV=production

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link --from=build /app/dist ./dist

USER 65532:65532

ENTRYPOINT ["/nodejs/bin/node"]
CMD ["dist/worker.js"]
