# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles atlas to one static binary
FROM --platform=$BUILDPLATFORM golang:1.27-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/atlas .

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=atlas \
      org.opencontainers.image.source=https://github.com/example/atlas \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

COPY --link --from=build /out/atlas /usr/local/bin/atlas

USER 65532:65532

EXPOSE 8060

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["/usr/local/bin/atlas", "healthcheck"]

ENTRYPOINT ["/usr/local/bin/atlas"]
