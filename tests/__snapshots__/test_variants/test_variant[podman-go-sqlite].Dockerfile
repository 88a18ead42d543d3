# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles notes with the C code that it links
FROM golang:1.27-trixie AS build

ENV CGO_ENABLED=1

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
FROM gcr.io/distroless/base-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=notes \
      org.opencontainers.image.source=https://github.com/example/notes \
      org.opencontainers.image.base.name=gcr.io/distroless/base-debian13:nonroot

WORKDIR /app

COPY --from=build /out/notes /usr/local/bin/notes

# Folders that the program writes to.
COPY --from=build --chown=65532:65532 /out/state/ /app/data/

VOLUME ["/app/data"]

USER 65532:65532

EXPOSE 8090

ENTRYPOINT ["/usr/local/bin/notes"]
