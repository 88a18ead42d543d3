# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# Compilers, caches and development tools stay in the stages that build; they do not ship.

# build installs the dependencies into a virtual environment
FROM python:3.14-slim-trixie AS build

WORKDIR /app

# One folder has all that is installed: one COPY takes it along, as both stages have one Python.
RUN python -m venv --without-pip /app/.venv
ENV PATH=/app/.venv/bin:$PATH

# A cache mount keeps downloads from build to build, and is in no layer of the image.
# Only manifests are mounted: this step runs again when they change, not when the code does.
# A secret is there for this step and in no layer; ARG and ENV would show it in the history.
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=requirements.txt,target=requirements.txt \
    --mount=type=secret,id=INDEX_USER,env=INDEX_USER,required=true \
    --mount=type=secret,id=INDEX_TOKEN,env=INDEX_TOKEN,required=true \
    pip --python /app/.venv/bin/python install -r requirements.txt

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM python:3.14-slim-trixie AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=python-private-index \
      org.opencontainers.image.base.name=python:3.14-slim-trixie

# No home, no shell, and a number that stays the same, so that owners of volumes stay right.
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid 10001 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

# Logs appear as they are written. Bytecode comes from the build; none is written at run time.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /app

# --link makes a layer that does not depend on those before it: a new base image reuses it.
# Files are root's and the app is somebody else: who breaks into the app cannot change it.
COPY --link --from=build /app/.venv /app/.venv
COPY --link . /app/

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 10001:10001

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 8000

# Asked by what the image has anyway, without curl. Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3).close()"]

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
CMD ["uvicorn", "main:app", "--host=0.0.0.0", "--port=8000"]
