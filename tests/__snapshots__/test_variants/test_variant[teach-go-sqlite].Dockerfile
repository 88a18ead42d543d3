# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# Compilers, caches and development tools stay in the stages that build; they do not ship.

# build compiles notes with the C code that it links
FROM golang:1.27-trixie AS build

ENV CGO_ENABLED=1

WORKDIR /src

# A cache mount keeps downloads from build to build, and is in no layer of the image.
# Only manifests are mounted: this step runs again when they change, not when the code does.
# Exactly what the lock file says is installed, or the build fails.

# Dependencies first: they are downloaded again only when these files change.
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,source=go.sum,target=go.sum \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download

# -trimpath drops this machine's paths and -s -w debug tables: smaller, and the same each time.
RUN --mount=type=bind,target=. \
    --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/notes . \
    && mkdir /out/state

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM gcr.io/distroless/base-debian13:nonroot AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=notes \
      org.opencontainers.image.source=https://github.com/example/notes \
      org.opencontainers.image.base.name=gcr.io/distroless/base-debian13:nonroot

WORKDIR /app

# --link makes a layer that does not depend on those before it: a new base image reuses it.
# Files are root's and the app is somebody else: who breaks into the app cannot change it.
COPY --link --from=build /out/notes /usr/local/bin/notes

# Only what the app has to write belongs to it.

# Folders that the program writes to.
COPY --link --from=build --chown=65532:65532 /out/state/ /app/data/

# What the app keeps here outlives the container; the rest of its file system may be read-only.
VOLUME ["/app/data"]

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 65532:65532

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 8090

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
ENTRYPOINT ["/usr/local/bin/notes"]
