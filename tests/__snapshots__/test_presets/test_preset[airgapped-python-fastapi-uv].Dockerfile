# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# uv brings the package manager
FROM registry.example.com/proxy/astral-sh/uv:0.13.9 AS uv

# build installs the dependencies into a virtual environment
FROM registry.example.com/proxy/library/python:3.13-slim-trixie AS build

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

# runtime is what ships: the app and what it needs to run
FROM registry.example.com/proxy/library/python:3.13-slim-trixie AS runtime

LABEL org.opencontainers.image.title=parcels \
      org.opencontainers.image.description="Where is my parcel?" \
      org.opencontainers.image.source=https://github.com/example/parcels \
      org.opencontainers.image.licenses=MIT \
      org.opencontainers.image.base.name=registry.example.com/proxy/library/python:3.13-slim-trixie

RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

COPY --link --from=build /app/.venv /app/.venv
COPY --link . /app/

USER 10001:10001

EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]

CMD ["uvicorn", "app.main:app", "--host=0.0.0.0", "--port=8000"]
