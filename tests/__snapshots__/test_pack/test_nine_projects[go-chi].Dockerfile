# syntax=registry.acme.example/proxy/docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# acme-ca has the certificate that Acme's own services and its proxy show
FROM scratch AS acme-ca
COPY <<"EOF" /acme.crt
-----BEGIN CERTIFICATE-----
MIIBtjCCAV2gAwIBAgIUWiKHNGHMbAxnz/xBMm1nPi7bxGYwCgYIKoZIzj0EAwIw
KDENMAsGA1UECgwEQWNtZTEXMBUGA1UEAwwOQWNtZSBUZXN0IFJvb3QwIBcNMjYx
MTI4MDMyNzQyWhgPMjEyNjExMDQwMzI3NDJaMCgxDTALBgNVBAoMBEFjbWUxFzAV
BgNVBAMMDkFjbWUgVGVzdCBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
OObnNizbYh/J6D0CTonl5BbFSGKqYl+/cP1pfhREMPRESBOA4baEzAzyRzKyuxex
x99Vjc0SWDgDnJzPPE73yqNjMGEwHQYDVR0OBBYEFFRfid39AjxKgYXV/13Oy8le
RRImMB8GA1UdIwQYMBaAFFRfid39AjxKgYXV/13Oy8leRRImMA8GA1UdEwEB/wQF
MAMBAf8wDgYDVR0PAQH/BAQDAgEGMAoGCCqGSM49BAMCA0cAMEQCIFM3DUgq+sN+
vWTRWRWvU7aPWmqNsndZ6IxSyK/xGsiVAiBEv8/lw/m/Ui6qtkrTAJYiEdtUhAb9
IpYfoabLjlqiPQ==
-----END CERTIFICATE-----
EOF

# build compiles ledger to one static binary
FROM --platform=$BUILDPLATFORM registry.acme.example/proxy/library/golang:1.27-trixie AS build

# While it builds, and no longer
ARG http_proxy=http://proxy.acme.example:3128
ARG https_proxy=http://proxy.acme.example:3128
ARG HTTP_PROXY=http://proxy.acme.example:3128
ARG HTTPS_PROXY=http://proxy.acme.example:3128
ARG no_proxy=localhost,127.0.0.1,.acme.example
ARG NO_PROXY=localhost,127.0.0.1,.acme.example

# By hand, since the smallest images of Debian have no program for it
COPY --link --from=acme-ca /acme.crt /usr/local/share/ca-certificates/acme.crt
RUN mkdir -p /etc/ssl/certs \
    && cat /usr/local/share/ca-certificates/acme.crt >> /etc/ssl/certs/ca-certificates.crt

ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
    REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt \
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt

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
    go build -trimpath -buildvcs=false -ldflags="-s -w" -o /out/ledger ./cmd/server

# runtime is what ships: the app and what it needs to run
FROM registry.acme.example/proxy/distroless/static-debian13:nonroot AS runtime

LABEL org.opencontainers.image.title=ledger \
      org.opencontainers.image.source=https://github.com/example/ledger \
      org.opencontainers.image.base.name=registry.acme.example/proxy/distroless/static-debian13:nonroot \
      com.acme.managed=true

LABEL com.acme.team=harbour

ENV LEDGER_PORT=8085 \
    LEDGER_HOST=0.0.0.0

COPY --link --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt

WORKDIR /app

# Files that the program opens when it runs.
COPY --link migrations/ /app/migrations/

COPY --link --from=build /out/ledger /usr/local/bin/ledger

USER 20001:20001

EXPOSE 8085

ENTRYPOINT ["/usr/local/bin/ledger"]
