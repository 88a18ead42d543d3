# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles orders to one static binary
FROM --platform=$BUILDPLATFORM golang:1.26-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src/orders

# Dependencies first: they are downloaded again only when these files change.
RUN --mount=type=bind,source=orders/go.mod,target=go.mod \
    --mount=type=bind,source=orders/go.sum,target=go.sum \
    --mount=type=bind,source=common/go.mod,target=../common/go.mod \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=bind,target=/src \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/orders . \
    && touch /out/.env

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=orders \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

ENV PORT=8080

WORKDIR /app

COPY --link --from=build /out/orders /usr/local/bin/orders

# The program ends without this file, which is empty: its variables come from the environment.
COPY --link --from=build /out/.env /app/.env

USER 65532:65532

EXPOSE 8080

ENTRYPOINT ["/usr/local/bin/orders"]
