# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build installs the dependencies into a virtual environment
FROM python:3.14-slim-trixie AS build

WORKDIR /app

# Poetry has an environment of its own, which does not ship
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/poetry \
    && /opt/poetry/bin/pip install poetry==2.5.1 poetry-plugin-export==1.10.1

RUN python -m venv --without-pip /app/.venv
ENV PATH=/app/.venv/bin:$PATH

# Poetry reads its lock, pip installs exactly that
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=poetry.lock,target=poetry.lock \
    /opt/poetry/bin/poetry export --only main --output /tmp/requirements.txt \
    && pip --python /app/.venv/bin/python install -r /tmp/requirements.txt

COPY --link . .

# Static files are collected here; the settings only have to be importable
RUN SECRET_KEY=only-for-the-build /app/.venv/bin/python manage.py collectstatic --noinput

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
    python -m venv /opt/poetry \
    && /opt/poetry/bin/pip install poetry==2.5.1 poetry-plugin-export==1.10.1

RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=poetry.lock,target=poetry.lock \
    python -m venv /opt/venv \
    && /opt/poetry/bin/poetry export --with main --with dev --output /tmp/requirements.txt \
    && pip install -r /tmp/requirements.txt \
    && rm /tmp/requirements.txt \
    && chmod -R a+rwX /opt/venv

USER 1000:1000
EXPOSE 8000
# The source is mounted, and the server loads what is saved on the host anew
CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]

# runtime is what ships: the app and what it needs to run
FROM python:3.14-slim-trixie AS runtime

LABEL org.opencontainers.image.title=library \
      org.opencontainers.image.description="Books and who has them" \
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
COPY --link --from=build /app/staticfiles /app/staticfiles

USER 10001:10001

EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]

CMD ["gunicorn", "library.wsgi:application", "--bind=0.0.0.0:8000", "--worker-tmp-dir=/dev/shm", "--access-logfile=-"]
