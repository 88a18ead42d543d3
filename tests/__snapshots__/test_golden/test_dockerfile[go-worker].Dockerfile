# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles sweeper to one static binary
FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/sweeper ./cmd/sweeper

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=sweeper \
      org.opencontainers.image.source=https://github.com/example/sweeper \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

COPY --link --from=build /out/sweeper /usr/local/bin/sweeper

USER 65532:65532

ENTRYPOINT ["/usr/local/bin/sweeper"]
