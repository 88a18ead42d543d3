# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build compiles go-gopath to one static binary
FROM --platform=$BUILDPLATFORM golang:1.27-trixie AS build

ENV CGO_ENABLED=0 \
    GO111MODULE=off

WORKDIR /go/src/app

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/go-gopath .

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=go-gopath \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

COPY --link --from=build /out/go-gopath /usr/local/bin/go-gopath

USER 65532:65532

ENTRYPOINT ["/usr/local/bin/go-gopath"]
