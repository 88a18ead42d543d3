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

# prod-deps installs the production dependencies
FROM registry.acme.example/proxy/library/node:24-trixie-slim AS prod-deps
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

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json,rw \
    --mount=type=bind,source=package-lock.json,target=package-lock.json,rw \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm pkg delete scripts.prepare \
    && npm ci --omit=dev

# inventory-list asks the system what it consists of
FROM registry.acme.example/proxy/library/node:24-trixie-slim AS inventory-list
RUN mkdir /tmp/inventory \
    && dpkg-query -W > /tmp/inventory/inventory.txt

# inventory is that list in a file: docker build --target inventory --output out .
FROM scratch AS inventory
COPY --from=inventory-list /tmp/inventory/ /

# runtime is what ships: the app and what it needs to run
FROM registry.acme.example/proxy/library/node:24-trixie-slim AS runtime

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

LABEL org.opencontainers.image.title=harbour-api \
      org.opencontainers.image.description="Opening hours of the harbour café" \
      org.opencontainers.image.source=https://github.com/example/harbour-api \
      org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.base.name=registry.acme.example/proxy/library/node:24-trixie-slim \
      com.acme.managed=true

LABEL com.acme.team=harbour

RUN groupadd --gid 20001 app \
    && useradd --uid 20001 --gid 20001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV NODE_ENV=production \
    PORT=4000

WORKDIR /app
COPY --link --from=prod-deps /app/node_modules ./node_modules
COPY --link . ./

USER 20001:20001

EXPOSE 4000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["node", "-e", "require('http').get({host:'127.0.0.1',port:process.env.PORT||4000,path:'/healthz',timeout:4000},r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"]

ENTRYPOINT ["node"]
CMD ["server.js"]
