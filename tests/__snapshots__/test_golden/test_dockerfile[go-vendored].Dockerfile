# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles hello to one static binary
FROM --platform=$BUILDPLATFORM golang:1.27-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

ARG TARGETOS
ARG TARGETARCH

# The dependencies are in vendor/; nothing is downloaded.
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -mod=vendor -ldflags="-s -w" -o /out/hello .

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=hello \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

ENV LISTEN_ADDR=0.0.0.0:4000

COPY --link --from=build /out/hello /usr/local/bin/hello

USER 65532:65532

EXPOSE 4000

ENTRYPOINT ["/usr/local/bin/hello"]
