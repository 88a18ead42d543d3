# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# runtime is what ships: the app and what it needs to run
FROM python:3.14-slim-trixie AS runtime

LABEL org.opencontainers.image.title=python-script \
      org.opencontainers.image.base.name=python:3.14-slim-trixie

RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

COPY --link . /app/

USER 10001:10001

ENTRYPOINT ["python", "main.py"]
