# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

FROM golang:1.27-trixie AS build

ENV CGO_ENABLED=1

WORKDIR /src

RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/notes . \
    && mkdir /out/state

FROM gcr.io/distroless/base-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=notes \
      org.opencontainers.image.source=https://github.com/example/notes \
      org.opencontainers.image.base.name=gcr.io/distroless/base-debian13:nonroot

WORKDIR /app

COPY --link --from=build /out/notes /usr/local/bin/notes

COPY --link --from=build --chown=65532:65532 /out/state/ /app/data/

VOLUME ["/app/data"]

USER 65532:65532

EXPOSE 8090

ENTRYPOINT ["/usr/local/bin/notes"]
