# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build installs the dependencies into a virtual environment
FROM python:3.14-slim-trixie AS build

WORKDIR /app

RUN python -m venv --without-pip /app/.venv
ENV PATH=/app/.venv/bin:$PATH

RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=requirements.txt,target=requirements.txt \
    pip --python /app/.venv/bin/python install -r requirements.txt

# runtime is what ships: the app and what it needs to run
FROM python:3.14-slim-trixie AS runtime

LABEL org.opencontainers.image.title=python-job \
      org.opencontainers.image.base.name=python:3.14-slim-trixie

RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        tini \
    && rm -rf /var/lib/apt/lists/*

RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

# The app writes here and nowhere else: mount volumes to keep what it writes
RUN install -d -o 10001 -g 10001 /app/reports

COPY --link --from=build /app/.venv /app/.venv
COPY --link . /app/

VOLUME ["/app/reports"]

USER 10001:10001

# tini passes SIGTERM on: as PID 1 the app would ignore it, and nothing in its code handles it
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["python", "report.py"]
