# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# Compilers, caches and development tools stay in the stages that build; they do not ship.

# prod-deps installs the production dependencies
FROM node:22-trixie-slim AS prod-deps
ENV PNPM_HOME=/pnpm
WORKDIR /app

# A cache mount keeps downloads from build to build, and is in no layer of the image.
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9

# Only manifests are mounted: this step runs again when they change, not when the code does.
# A secret is there for this step and in no layer; ARG and ENV would show it in the history.
# Exactly what the lock file says is installed, or the build fails.

# pnpm takes variables only from the user's own .npmrc
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml,rw \
    --mount=type=bind,source=.npmrc,target=.npmrc,rw \
    --mount=type=secret,id=HARBOUR_TOKEN,env=HARBOUR_TOKEN,required=true \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    cp .npmrc /root/.npmrc \
    && pnpm install --frozen-lockfile --prod

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM node:22-trixie-slim AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=berth-booking \
      org.opencontainers.image.base.name=node:22-trixie-slim

# Frameworks leave out what only developers need. Not set where the build still needs it.
ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app

# --link makes a layer that does not depend on those before it: a new base image reuses it.
# Files are root's and the app is somebody else: who breaks into the app cannot change it.
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 1000:1000

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 3000

# Asked by what the image has anyway, without curl. Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('net').connect(process.env.PORT||3000,'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"]

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
ENTRYPOINT ["node"]
CMD ["server.js"]
