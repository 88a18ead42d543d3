# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build installs the dependencies into a virtual environment
FROM python:3.14-slim-trixie AS build

WORKDIR /app

# PDM has an environment of its own, which does not ship
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/pdm \
    && printf '%s\n' 'hishel<2' 'unearth<0.19' > /opt/pdm/constraints.txt \
    && /opt/pdm/bin/pip install -c /opt/pdm/constraints.txt pdm==2.29.3

ENV PDM_CHECK_UPDATE=false

# Dependencies first: they change less often than the code; compiled, for the app may not write into them
RUN --mount=type=cache,target=/root/.cache/pdm \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=pdm.lock,target=pdm.lock \
    /opt/pdm/bin/pdm install --check --prod --no-self \
    && { /app/.venv/bin/python -m compileall -qq /app/.venv/lib || true; }

COPY --link . .

RUN --mount=type=cache,target=/root/.cache/pdm \
    /opt/pdm/bin/pdm install --check --prod --no-editable \
    && { /app/.venv/bin/python -m compileall -qq /app/.venv/lib || true; }

# dev is for development: docker build --target dev
FROM python:3.14-slim-trixie AS dev

RUN groupadd --gid 1000 app \
    && useradd --uid 1000 --gid 1000 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VIRTUAL_ENV=/opt/venv \
    HOME=/tmp

WORKDIR /app

RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/pdm \
    && /opt/pdm/bin/pip install pdm==2.29.3

COPY . .
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=cache,target=/root/.cache/pdm \
    python -m venv /opt/venv \
    && /opt/pdm/bin/pdm install --check --dev \
    && chmod -R a+rwX /opt/venv

USER 1000:1000
EXPOSE 8000
# The source is mounted, and the server loads what is saved on the host anew
CMD ["uvicorn", "tide_table.web:application", "--host=0.0.0.0", "--port=8000", "--reload"]

# runtime is what ships: the app and what it needs to run
FROM python:3.14-slim-trixie AS runtime

LABEL org.opencontainers.image.title=tide-table \
      org.opencontainers.image.description="High and low water" \
      org.opencontainers.image.licenses=Apache-2.0 \
      org.opencontainers.image.base.name=python:3.14-slim-trixie

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

CMD ["uvicorn", "tide_table.web:application", "--host=0.0.0.0", "--port=8000"]
