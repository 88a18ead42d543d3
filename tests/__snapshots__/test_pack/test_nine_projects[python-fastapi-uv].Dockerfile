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

# uv brings the package manager
FROM registry.acme.example/proxy/astral-sh/uv:0.13.9 AS uv

# build installs the dependencies into a virtual environment
FROM registry.acme.example/proxy/library/python:3.13-slim-trixie AS build

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

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_DEV=1 \
    UV_PYTHON=/usr/local/bin/python \
    UV_PYTHON_DOWNLOADS=0

# Dependencies first: they change less often than the code
RUN --mount=from=uv,source=/uv,target=/usr/local/bin/uv \
    --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    uv sync --locked --no-install-project --no-editable

# inventory-list asks the system what it consists of
FROM registry.acme.example/proxy/library/python:3.13-slim-trixie AS inventory-list
RUN mkdir /tmp/inventory \
    && dpkg-query -W > /tmp/inventory/inventory.txt

# inventory is that list in a file: docker build --target inventory --output out .
FROM scratch AS inventory
COPY --from=inventory-list /tmp/inventory/ /

# runtime is what ships: the app and what it needs to run
FROM registry.acme.example/proxy/library/python:3.13-slim-trixie AS runtime

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

LABEL org.opencontainers.image.title=parcels \
      org.opencontainers.image.description="Where is my parcel?" \
      org.opencontainers.image.source=https://github.com/example/parcels \
      org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.base.name=registry.acme.example/proxy/library/python:3.13-slim-trixie \
      com.acme.managed=true

LABEL com.acme.team=harbour

RUN groupadd --gid 20001 app \
    && useradd --uid 20001 --gid 20001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

COPY --link --from=build /app/.venv /app/.venv
COPY --link . /app/

USER 20001:20001

EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]

CMD ["uvicorn", "app.main:app", "--host=0.0.0.0", "--port=8000"]
