# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM node:26-trixie-slim AS deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
ENV NEXT_TELEMETRY_DISABLED=1
COPY . .
RUN --mount=type=cache,id=next.next-cache,target=/app/.next/cache,sharing=locked \
    npm run build

# runtime is what ships: the app and what it needs to run
FROM node:26-trixie-slim AS runtime

LABEL org.opencontainers.image.title=pier-shop \
      org.opencontainers.image.description="Postcards, ice cream and tide tables, sold at the end of the pier." \
      org.opencontainers.image.base.name=node:26-trixie-slim

ENV NODE_ENV=production \
    HOSTNAME=0.0.0.0 \
    NEXT_TELEMETRY_DISABLED=1 \
    PORT=3000

WORKDIR /app
COPY --link --from=build /app/.next/standalone ./
COPY --link --from=build /app/.next/static ./.next/static
COPY --link --from=build /app/public ./public

# what the app writes to; the rest is root's
RUN install -d -o 1000 -g 1000 .next/cache

USER 1000:1000

EXPOSE 3000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||3000,path:'/api/health',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["server.js"]
