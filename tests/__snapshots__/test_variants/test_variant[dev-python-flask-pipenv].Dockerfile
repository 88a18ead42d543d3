# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build installs the dependencies into a virtual environment
FROM python:3.12-slim-trixie AS build

WORKDIR /app

# Pipenv has an environment of its own, which does not ship
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/pipenv \
    && /opt/pipenv/bin/pip install pipenv==2026.10.3

ENV PIPENV_PYTHON=/usr/local/bin/python \
    PIPENV_VENV_IN_PROJECT=1 \
    VIRTUALENV_NO_PIP=true

RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=cache,target=/root/.cache/pipenv \
    --mount=type=bind,source=Pipfile,target=Pipfile \
    --mount=type=bind,source=Pipfile.lock,target=Pipfile.lock \
    /opt/pipenv/bin/pipenv sync

# dev is for development: docker build --target dev
FROM python:3.12-slim-trixie AS dev

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
    python -m venv /opt/pipenv \
    && /opt/pipenv/bin/pip install pipenv==2026.10.3

RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=cache,target=/root/.cache/pipenv \
    --mount=type=bind,source=Pipfile,target=Pipfile \
    --mount=type=bind,source=Pipfile.lock,target=Pipfile.lock \
    python -m venv /opt/venv \
    && /opt/pipenv/bin/pipenv sync --dev \
    && chmod -R a+rwX /opt/venv

USER 1000:1000
EXPOSE 8000
# The source is mounted, and the server loads what is saved on the host anew
CMD ["flask", "--app=ferry.app:create_app", "run", "--debug", "--host=0.0.0.0", "--port=8000"]

# runtime is what ships: the app and what it needs to run
FROM python:3.12-slim-trixie AS runtime

LABEL org.opencontainers.image.title=python-flask-pipenv \
      org.opencontainers.image.base.name=python:3.12-slim-trixie

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

# the signal at which the app cleans up and ends; it does not at SIGTERM
STOPSIGNAL SIGINT

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]

CMD ["waitress-serve", "--listen=0.0.0.0:8000", "--call", "ferry.app:create_app"]
