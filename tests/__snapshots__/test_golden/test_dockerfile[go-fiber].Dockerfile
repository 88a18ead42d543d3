# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles relay to one static binary
FROM --platform=$BUILDPLATFORM golang:1.27-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

# Dependencies first: they are downloaded again only when these files change.
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/relay .

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=relay \
      org.opencontainers.image.source=https://github.com/example/relay \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

COPY --link --from=build /out/relay /usr/local/bin/relay

USER 65532:65532

EXPOSE 3000

ENTRYPOINT ["/usr/local/bin/relay"]
