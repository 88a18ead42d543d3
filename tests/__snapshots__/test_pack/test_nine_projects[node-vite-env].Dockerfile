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

# deps installs all dependencies, those for the build included
FROM --platform=$BUILDPLATFORM registry.acme.example/proxy/library/node:26-trixie-slim AS deps
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

ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.34.9
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile

# build builds from the source
FROM deps AS build
COPY . .
# compiled into what is served: docker build --build-arg VITE_STATION=…

ARG VITE_STATION

RUN --mount=type=secret,id=VITE_CHART_TOKEN,env=VITE_CHART_TOKEN \
    pnpm run build

# inventory-list asks the system what it consists of
FROM registry.acme.example/proxy/nginxinc/nginx-unprivileged:1.30-trixie AS inventory-list
RUN mkdir /tmp/inventory \
    && dpkg-query -W > /tmp/inventory/inventory.txt

# inventory is that list in a file: docker build --target inventory --output out .
FROM scratch AS inventory
COPY --from=inventory-list /tmp/inventory/ /

# runtime is what ships: the app and what it needs to run
FROM registry.acme.example/proxy/nginxinc/nginx-unprivileged:1.30-trixie AS runtime

# While it builds, and no longer
ARG http_proxy=http://proxy.acme.example:3128
ARG https_proxy=http://proxy.acme.example:3128
ARG HTTP_PROXY=http://proxy.acme.example:3128
ARG HTTPS_PROXY=http://proxy.acme.example:3128
ARG no_proxy=localhost,127.0.0.1,.acme.example
ARG NO_PROXY=localhost,127.0.0.1,.acme.example

USER 0:0

# By hand, since the smallest images of Debian have no program for it
COPY --link --from=acme-ca /acme.crt /usr/local/share/ca-certificates/acme.crt
RUN mkdir -p /etc/ssl/certs \
    && cat /usr/local/share/ca-certificates/acme.crt >> /etc/ssl/certs/ca-certificates.crt

ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
    REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt \
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt

LABEL org.opencontainers.image.title=vite-env \
      org.opencontainers.image.base.name=registry.acme.example/proxy/nginxinc/nginx-unprivileged:1.30-trixie \
      com.acme.managed=true

LABEL com.acme.team=harbour

COPY --link --chmod=644 <<"EOF" /etc/nginx/conf.d/default.conf
server {
    listen 8080;
    root /usr/share/nginx/html;
    server_tokens off;
    absolute_redirect off;
    gzip on;
    gzip_vary on;
    gzip_min_length 1024;
    gzip_types text/css text/plain text/javascript application/javascript application/json application/xml image/svg+xml;
    add_header X-Content-Type-Options nosniff always;

    # All that nginx writes goes to /tmp, so that the rest may be read-only.
    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;

    # The site was built to live below this path.
    location = / {
        return 302 /weather/;
    }

    location / {
        # Browsers ask again, and are told that nothing changed if so.
        expires -1;
        try_files $uri $uri.html $uri/ /weather/index.html;
    }

    # A file whose content changes gets another name, so these may be kept.
    location /weather/assets/ {
        expires max;
        try_files $uri =404;
    }

    # Dot files are nobody's business, except those that are meant to be found.
    location ~ /\.(?!well-known/) {
        return 404;
    }
}
EOF

COPY --link --from=build /app/dist/ /usr/share/nginx/html/weather/

USER 20001:20001

EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["perl", "-MIO::Socket::INET", "-e", "my $s = IO::Socket::INET->new('127.0.0.1:8080') or exit 1; print $s qq(GET /weather/ HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / 200 /)"]

CMD ["nginx", "-g", "daemon off;"]
