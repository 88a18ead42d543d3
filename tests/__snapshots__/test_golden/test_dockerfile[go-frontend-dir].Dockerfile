# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# frontend builds web/dist, which the server needs
FROM --platform=$BUILDPLATFORM node:26-trixie-slim AS frontend

ENV YARN_CACHE_FOLDER=/root/.cache/yarn
WORKDIR /app/web
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global --force yarn@1.22.22

RUN --mount=type=bind,source=web/package.json,target=package.json \
    --mount=type=bind,source=web/yarn.lock,target=yarn.lock \
    --mount=type=cache,id=yarn,target=/root/.cache/yarn,sharing=locked \
    yarn install --frozen-lockfile --non-interactive --ignore-engines

COPY --link web/ ./

RUN yarn run build

# build compiles lamps to one static binary
FROM --platform=$BUILDPLATFORM golang:1.27-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/lamps .

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=lamps \
      org.opencontainers.image.source=https://github.com/example/lamps \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

ENV PORT=8085

WORKDIR /app

# Files that the program opens when it runs.
COPY --link --from=frontend /app/web/dist/ /app/web/dist/

COPY --link --from=build /out/lamps /usr/local/bin/lamps

USER 65532:65532

EXPOSE 8085

ENTRYPOINT ["/usr/local/bin/lamps"]
