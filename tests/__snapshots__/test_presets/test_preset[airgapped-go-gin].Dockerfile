# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles orders to one static binary
FROM --platform=$BUILDPLATFORM registry.example.com/proxy/library/golang:1.27-trixie AS build

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
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/orders .

# runtime is what ships: the app and what it needs to run
FROM registry.example.com/proxy/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=orders \
      org.opencontainers.image.description="Takes orders for the bakery, and says how many loaves are left." \
      org.opencontainers.image.source=https://github.com/example/orders \
      org.opencontainers.image.base.name=registry.example.com/proxy/distroless/static-debian13:nonroot

ENV PORT=8080

COPY --link --from=build /out/orders /usr/local/bin/orders

USER 65532:65532

EXPOSE 8080

ENTRYPOINT ["/usr/local/bin/orders"]
