# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM node:22-trixie-slim AS prod-deps
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9
# pnpm takes variables only from the user's own .npmrc
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml,rw \
    --mount=type=bind,source=.npmrc,target=.npmrc,rw \
    --mount=type=secret,id=HARBOUR_TOKEN,env=HARBOUR_TOKEN,required=true \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    cp .npmrc /root/.npmrc \
    && pnpm install --frozen-lockfile --prod

# runtime is what ships: the app and what it needs to run
FROM node:22-trixie-slim AS runtime

LABEL org.opencontainers.image.title=berth-booking \
      org.opencontainers.image.base.name=node:22-trixie-slim

ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 1000:1000

EXPOSE 3000

ENTRYPOINT ["node"]
CMD ["server.js"]
