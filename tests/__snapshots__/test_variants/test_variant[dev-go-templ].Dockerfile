# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles board to one static binary
FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

# Dependencies first: they are downloaded again only when these files change.
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download

ARG TARGETOS
ARG TARGETARCH

# VERSION is what the program says of itself: docker build --build-arg VERSION=1.2.3
ARG VERSION=dev

# A part of the code is not in the project: templ makes it.
RUN --mount=type=bind,target=.,rw \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go run github.com/a-h/templ/cmd/templ@v0.3.977 generate \
    && GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w -X main.version=$VERSION" -o /out/board .

# dev is for development: docker build --target dev
FROM golang:1.26-trixie AS dev

RUN groupadd --gid 1000 app \
    && useradd --uid 1000 --gid 1000 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV CGO_ENABLED=0 \
    PORT=8080 \
    GOCACHE=/go/cache \
    HOME=/tmp

WORKDIR /src

RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    go mod download \
    && chmod -R a+rwX /go/pkg/mod

# For any user to write to
RUN install -d -m 777 /go/cache

USER 1000:1000
EXPOSE 8080
# The source is mounted: restart the container to compile and start what was saved on the host
CMD ["sh", "-c", "go run github.com/a-h/templ/cmd/templ@v0.3.977 generate && exec go run ."]

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=board \
      org.opencontainers.image.source=https://github.com/example/board \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

ENV PORT=8080

COPY --link --from=build /out/board /usr/local/bin/board

USER 65532:65532

EXPOSE 8080

ENTRYPOINT ["/usr/local/bin/board"]
