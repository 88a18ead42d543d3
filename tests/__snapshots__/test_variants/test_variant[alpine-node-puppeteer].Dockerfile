# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM node:26-alpine3.24 AS prod-deps
ENV YARN_CACHE_FOLDER=/root/.cache/yarn \
    PUPPETEER_SKIP_DOWNLOAD=true
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global --force yarn@1.22.22
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=yarn.lock,target=yarn.lock \
    --mount=type=cache,id=yarn,target=/root/.cache/yarn,sharing=locked \
    yarn install --frozen-lockfile --non-interactive --ignore-engines --production

# runtime is what ships: the app and what it needs to run
FROM node:26-alpine3.24 AS runtime

LABEL org.opencontainers.image.title=page-press \
      org.opencontainers.image.description="Prints a page of HTML as PDF" \
      org.opencontainers.image.base.name=node:26-alpine3.24

RUN apk add --no-cache \
        chromium \
        font-liberation \
        tini

ENV NODE_ENV=production \
    PUPPETEER_EXECUTABLE_PATH=/usr/bin/chromium \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||3000,path:'/healthz',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

# tini ends the processes that a browser leaves behind; with the app as PID 1 they would pile up
ENTRYPOINT ["/sbin/tini", "--"]
CMD ["node", "index.js"]
