# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# Runs on the platform that builds, whatever the image is for: the output is the same on all.
# Compilers, caches and development tools stay in the stages that build; they do not ship.

# build compiles app to one static binary
FROM --platform=$BUILDPLATFORM registry.example.com/proxy/library/golang:1.27-trixie AS build

# Without C the binary needs no system below it, and compiles for any platform.
ENV CGO_ENABLED=0

WORKDIR /src

ARG TARGETOS
ARG TARGETARCH

# A cache mount keeps downloads from build to build, and is in no layer of the image.
# -trimpath drops this machine's paths and -s -w debug tables: smaller, and the same each time.
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/root/.cache/go-build \
    GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/app .

# dev is for development: docker build --target dev
FROM registry.example.com/proxy/library/golang:1.27-trixie AS dev

RUN groupadd --gid 1000 app \
    && useradd --uid 1000 --gid 1000 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV CGO_ENABLED=0 \
    PORT=8080 \
    GOCACHE=/go/cache \
    HOME=/tmp

WORKDIR /src

# For any user to write to
RUN install -d -m 777 /go/cache

USER 1000:1000
EXPOSE 8080
# The source is mounted: restart the container to compile and start what was saved on the host
CMD ["go", "run", "."]

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM registry.example.com/proxy/distroless/static-debian13:nonroot AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=app \
      org.opencontainers.image.base.name=registry.example.com/proxy/distroless/static-debian13:nonroot

ENV PORT=8080

# --link makes a layer that does not depend on those before it: a new base image reuses it.
# Files are root's and the app is somebody else: who breaks into the app cannot change it.
COPY --link --from=build /out/app /usr/local/bin/app

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 65532:65532

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 8080

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
ENTRYPOINT ["/usr/local/bin/app"]
