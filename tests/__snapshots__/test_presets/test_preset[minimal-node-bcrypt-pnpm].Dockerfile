# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

FROM node:26-trixie-slim AS prod-deps
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=apt-cache-trixie,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,id=apt-lists-trixie,target=/var/lib/apt,sharing=locked \
    apt-get update \
    && apt-get install -y --no-install-recommends \
        g++ \
        make \
        python3 \
        python3-setuptools

RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml,rw \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    npm pkg set --json 'pnpm.onlyBuiltDependencies=["bcrypt"]' \
    && pnpm install --frozen-lockfile --prod

FROM gcr.io/distroless/nodejs26-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=harbour-keys \
      org.opencontainers.image.base.name=gcr.io/distroless/nodejs26-debian13:nonroot

ENV NODE_ENV=production \
    PORT=3000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 65532:65532

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["/nodejs/bin/node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||3000,path:'/healthz',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["/nodejs/bin/node"]
CMD ["server.js"]
