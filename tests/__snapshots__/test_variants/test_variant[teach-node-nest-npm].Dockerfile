# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# Compilers, caches and development tools stay in the stages that build; they do not ship.

# base is where the stages that build start
FROM node:24-trixie-slim AS base

WORKDIR /app

# deps installs all dependencies, those for the build included
FROM base AS deps

# A cache mount keeps downloads from build to build, and is in no layer of the image.
# Only manifests are mounted: this step runs again when they change, not when the code does.
# Exactly what the lock file says is installed, or the build fails.
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm run build

# prod-deps installs the dependencies that ship
FROM base AS prod-deps
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci --omit=dev

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM node:24-trixie-slim AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=lighthouse \
      org.opencontainers.image.base.name=node:24-trixie-slim

# Frameworks leave out what only developers need. Not set where the build still needs it.
ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app

# --link makes a layer that does not depend on those before it: a new base image reuses it.
# Files are root's and the app is somebody else: who breaks into the app cannot change it.
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link package.json ./
COPY --link --from=build /app/dist ./dist

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 1000:1000

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 3000

# Asked by what the image has anyway, without curl. Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
ENTRYPOINT ["node"]
CMD ["dist/main"]
