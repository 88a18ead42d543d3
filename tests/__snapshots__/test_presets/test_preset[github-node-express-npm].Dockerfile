# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# prod-deps installs the production dependencies
FROM node:24-trixie-slim AS prod-deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg delete scripts.prepare \
    && npm ci --omit=dev

# runtime is what ships: the app and what it needs to run
FROM node:24-trixie-slim AS runtime

LABEL org.opencontainers.image.title=harbour-api \
      org.opencontainers.image.description="Opening hours of the harbour café" \
      org.opencontainers.image.source=https://github.com/example/harbour-api \
      org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.base.name=node:24-trixie-slim

ENV NODE_ENV=production \
    PORT=4000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 1000:1000

EXPOSE 4000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||4000,path:'/healthz',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["server.js"]
