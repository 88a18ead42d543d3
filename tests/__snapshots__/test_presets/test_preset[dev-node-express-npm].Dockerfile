# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# Compilers, caches and development tools stay in the stages that build; they do not ship.

# prod-deps installs the production dependencies
FROM node:24-trixie-slim AS prod-deps

WORKDIR /app

# A cache mount keeps downloads from build to build, and is in no layer of the image.
# Only manifests are mounted: this step runs again when they change, not when the code does.
# Exactly what the lock file says is installed, or the build fails.
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg delete scripts.prepare \
    && npm ci --omit=dev

# dev is for development: docker build --target dev
FROM node:24-trixie-slim AS dev

ENV PATH=/app/node_modules/.bin:$PATH \
    NODE_ENV=development \
    PORT=4000 \
    HOME=/tmp

WORKDIR /app

RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg delete scripts.prepare \
    && npm ci \
    && chmod -R a+rwX node_modules

USER 1000:1000
EXPOSE 4000
# The source is mounted: what is saved on the host takes effect at once
CMD ["nodemon", "server.js"]

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM node:24-trixie-slim AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=harbour-api \
      org.opencontainers.image.description="Opening hours of the harbour café" \
      org.opencontainers.image.source=https://github.com/example/harbour-api \
      org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.base.name=node:24-trixie-slim

# Frameworks leave out what only developers need. Not set where the build still needs it.
ENV NODE_ENV=production \
    PORT=4000

WORKDIR /app

# --link makes a layer that does not depend on those before it: a new base image reuses it.
# Files are root's and the app is somebody else: who breaks into the app cannot change it.
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 1000:1000

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 4000

# Asked by what the image has anyway, without curl. Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||4000,path:'/healthz',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
ENTRYPOINT ["node"]
CMD ["server.js"]
