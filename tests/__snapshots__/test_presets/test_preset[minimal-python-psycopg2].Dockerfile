# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

FROM python:3.13-alpine3.24 AS build

RUN apk add --no-cache \
        build-base \
        libpq-dev

WORKDIR /app

RUN python -m venv --without-pip /app/.venv
ENV PATH=/app/.venv/bin:$PATH

RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=requirements.txt,target=requirements.txt \
    pip --python /app/.venv/bin/python install -r requirements.txt gunicorn==27.0.1

FROM python:3.13-alpine3.24 AS runtime

LABEL org.opencontainers.image.title=python-psycopg2 \
      org.opencontainers.image.base.name=python:3.13-alpine3.24

RUN apk add --no-cache \
        libpq \
    && addgroup -S -g 10001 app \
    && adduser -S -D -H -u 10001 -G app -h /nonexistent -s /sbin/nologin app

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

CMD ["gunicorn", "app:app", "--bind=0.0.0.0:8000", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--access-logfile=-"]
