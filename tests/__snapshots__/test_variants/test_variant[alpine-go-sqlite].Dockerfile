# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles notes with the C code that it links
FROM golang:1.27-alpine3.24 AS build

ENV CGO_ENABLED=1

RUN apk add --no-cache \
        build-base

WORKDIR /src

# Dependencies first: they are downloaded again only when these files change.
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/notes . \
    && mkdir /out/state

# runtime is what ships: the app and what it needs to run
FROM alpine:3.24 AS runtime

LABEL org.opencontainers.image.title=notes \
      org.opencontainers.image.source=https://github.com/example/notes \
      org.opencontainers.image.base.name=alpine:3.24

RUN apk add --no-cache \
        ca-certificates \
        tzdata \
    && addgroup -S -g 10001 app \
    && adduser -S -D -H -u 10001 -G app -h /nonexistent -s /sbin/nologin app

WORKDIR /app

COPY --link --from=build /out/notes /usr/local/bin/notes

# Folders that the program writes to.
COPY --link --from=build --chown=10001:10001 /out/state/ /app/data/

VOLUME ["/app/data"]

USER 10001:10001

EXPOSE 8090

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["nc", "-z", "-w", "4", "127.0.0.1", "8090"]

ENTRYPOINT ["/usr/local/bin/notes"]
