# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# frontend builds web/dist, which the server needs
FROM --platform=$BUILDPLATFORM node:26-trixie-slim AS frontend

WORKDIR /app/web

RUN --mount=type=bind,source=web/package.json,target=package.json \
    --mount=type=bind,source=web/package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

COPY --link web/ ./

RUN npm run build

# build compiles board to one static binary
FROM --platform=$BUILDPLATFORM golang:1.27-trixie AS build

ENV CGO_ENABLED=0

WORKDIR /src

COPY --link . .
COPY --link --from=frontend /app/web/dist/ web/dist/

ARG TARGETOS
ARG TARGETARCH

RUN --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/board .

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=board \
      org.opencontainers.image.source=https://github.com/example/board \
      org.opencontainers.image.base.name=gcr.io/distroless/static-debian13:nonroot

ENV BOARD_PORT=8070

COPY --link --from=build /out/board /usr/local/bin/board

USER 65532:65532

EXPOSE 8070

ENTRYPOINT ["/usr/local/bin/board"]
