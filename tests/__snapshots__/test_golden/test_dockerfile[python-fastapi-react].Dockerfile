# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# bun brings the package manager
FROM --platform=$BUILDPLATFORM oven/bun:1.4.5-slim AS bun

# frontend builds src/tides/page, which the server needs
FROM --platform=$BUILDPLATFORM node:26-trixie-slim AS frontend

WORKDIR /app/client
COPY --link --from=bun /usr/local/bin/bun /usr/local/bin/bunx /usr/local/bin/

RUN --mount=type=bind,source=client/package.json,target=package.json \
    --mount=type=bind,source=client/bun.lock,target=bun.lock \
    --mount=type=cache,id=bun,target=/root/.bun/install/cache \
    bun install --frozen-lockfile

COPY --link client/ ./

RUN bun run build

# uv brings the package manager
FROM ghcr.io/astral-sh/uv:0.13.9 AS uv

# build installs the dependencies into a virtual environment
FROM python:3.14-slim-trixie AS build

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

COPY --link --exclude=client . .
COPY --link --from=frontend /app/src/tides/page/ src/tides/page/

RUN --mount=from=uv,source=/uv,target=/usr/local/bin/uv \
    --mount=type=cache,target=/root/.cache/uv \
    uv sync --locked --no-editable

# runtime is what ships: the app and what it needs to run
FROM python:3.14-slim-trixie AS runtime

LABEL org.opencontainers.image.title=tides \
      org.opencontainers.image.description="High and low water" \
      org.opencontainers.image.base.name=python:3.14-slim-trixie

RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

COPY --link --from=build /app/.venv /app/.venv
COPY --link --exclude=client . /app/
COPY --link --from=frontend /app/src/tides/page/ /app/src/tides/page/

USER 10001:10001

EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]

CMD ["uvicorn", "tides.main:app", "--host=0.0.0.0", "--port=8000"]
