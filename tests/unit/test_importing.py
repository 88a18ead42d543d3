"""What `init --import` reads in old Dockerfiles of all kinds: taken, told, better, lost; and that no text breaks it."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass, field

import pytest
from dockgen import importing, settings, work
from dockgen.errors import DockgenError, InputError
from dockgen.importing import practices, shell, starts, volumes
from dockgen.importing.losing import BUILD_SLOTS, IMAGE_SLOT
from dockgen.importing.variables import Scope, Value, assign, declare
from dockgen.project import Project
from dockgen.rules import RULES
from dockgen.sources import Request
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

FLASK = {
    "requirements.txt": "flask\ngunicorn\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
}
DJANGO = {
    "requirements.txt": "django\ngunicorn\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/settings.py": "WSGI_APPLICATION = 'shop.wsgi.application'\nROOT_URLCONF = 'shop.urls'\nSECRET_KEY = 'x'\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db'}}\n",
    "shop/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
    "shop/urls.py": "urlpatterns = []\n",
}
FASTAPI = {
    "pyproject.toml": '[project]\nname = "tides"\nversion = "1"\nrequires-python = ">=3.11"\n'
    'dependencies = ["fastapi", "uvicorn"]\n',
    "uv.lock": 'version = 1\nrequires-python = ">=3.11"\n',
    "main.py": "from fastapi import FastAPI\napp = FastAPI()\n",
}
PINNED = {**FASTAPI, ".python-version": "3.13\n"}
WORKER = {"requirements.txt": "requests\n", "main.py": "if __name__ == '__main__':\n    print('x')\n"}
EXPRESS = {
    "package.json": json.dumps(
        {"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}}
    ),
    "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {}}),
    "server.js": "const app = require('express')()\napp.listen(process.env.PORT || 3000)\n",
}
VITE = {
    "package.json": json.dumps({"name": "site", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7"}}),
    "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {}}),
    "index.html": "<script type=module src=/src/main.js></script>",
    "src/main.js": "",
}
GO = {
    "go.mod": "module example.com/relay\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n',
}
SITE = {"index.html": "<h1>Hello</h1>"}

# What dockgen itself starts in FLASK, for a port.
GUNICORN = "gunicorn app:app --bind=0.0.0.0:%d --worker-tmp-dir=/dev/shm --no-control-socket --access-logfile=-"
DJANGO_GUNICORN = GUNICORN.replace("app:app", "shop.wsgi:application") % 8000
# A file that says nothing of its own.
OURS = "FROM python:3.14-slim\nWORKDIR /app\nCOPY app.py .\nUSER 10001\nHEALTHCHECK NONE\n"


@dataclass(frozen=True, kw_only=True)
class Case:
    """An old file and what is expected of it; `better` and `lost` are parts of lines, with the line of the file."""

    files: dict[str, str]
    text: str
    wanted: dict[str, str] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)
    better: tuple[tuple[int, str], ...] = ()
    lost: tuple[tuple[int, str], ...] = ()


CASES = {
    "one stage, shell form": Case(
        files=FLASK,
        text="""FROM python:3.13
WORKDIR /usr/src/app
COPY . .
RUN pip install -r requirements.txt
EXPOSE 5000
CMD gunicorn --bind 0.0.0.0:5000 app:app
""",
        wanted={"version": "3.13", "port": "5000"},
        better=((1, "root"), (1, NO := practices.NO_PROBE), (3, "everything is copied"), (6, "by a shell")),
        lost=((2, "WORKDIR /usr/src/app; ours is /app"),),
    ),
    "ARG before FROM": Case(
        files=FLASK,
        text="""ARG PYTHON=3.12
ARG BASE=python:${PYTHON}-slim
FROM ${BASE}
ARG PORT=9000
ENV APP_PORT=${PORT}
EXPOSE $APP_PORT
USER 1234
CMD ["gunicorn", "app:app"]
""",
        wanted={"version": "3.12", "port": "9000", "env.APP_PORT": "9000", "user": "1234"},
        better=((3, NO),),
    ),
    "an ARG that only the build gives": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
ARG REVISION
ENV REVISION=$REVISION REGION=${REGION_OF:-eu}
LABEL org.opencontainers.image.revision=$REVISION team="shop floor"
USER 1234
CMD ["gunicorn", "app:app"]
""",
        wanted={"env.REGION": "eu", "label.team": "shop floor", "user": "1234"},
        better=((1, NO),),
        lost=((3, "ENV REVISION depends on what the build is given"), (4, "LABEL org.opencontainers.image.revision")),
    ),
    "an old release": Case(
        files=FLASK,
        text='FROM python:3.8-slim\nUSER 1000\nCMD ["python", "app.py"]\n',
        wanted={"user": "1000"},
        offered={"version": "3.8", "start": "python app.py"},
        better=((1, "Python 3.8 has had no security fixes"), (1, NO)),
    ),
    "a file that names the release": Case(
        files=PINNED,
        text='FROM python:3.12-slim\nUSER 10001\nHEALTHCHECK NONE\nCMD ["uvicorn", "main:app"]\n',
        offered={"version": "3.12"},
    ),
    "a range that has room for it": Case(
        files=FASTAPI,
        text='FROM python:3.12-slim\nUSER 10001\nHEALTHCHECK NONE\nCMD ["uvicorn", "main:app"]\n',
        wanted={"version": "3.12"},
    ),
    "two stages of Python": Case(
        files=FLASK,
        text="""FROM python:3.14-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libxslt1-dev && rm -rf /var/lib/apt/lists/*
COPY requirements.txt .
RUN pip install --prefix=/install -r requirements.txt
FROM python:3.14-slim
RUN apt-get update \\
    # what the reports need
    && apt-get install -y --no-install-recommends ffmpeg=7:* libxslt1.1 curl \\
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /install /usr/local
COPY . /app
USER 10001:10001
HEALTHCHECK --interval=5s CMD curl -fsS http://localhost:8000/health || exit 1
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.build": "+gcc libxslt1-dev", "apt.run": "+ffmpeg libxslt1.1", "health": "/health"},
    ),
    "headers in the image that ships": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
RUN apt-get update && apt-get install -y build-essential libpq-dev git
COPY requirements.txt .
RUN pip install -r requirements.txt
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.build": "+build-essential libpq-dev", "apt.run": "+libpq5"},
        offered={"apt.run": "+git"},
        better=((2, "lists of packages"), (2, "--no-install-recommends"), (2, "what only builds ships")),
    ),
    "packages that are removed again": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends patchelf tesseract-ocr \\
 && pip install -r requirements.txt && apt-get purge -y patchelf && rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.build": "+patchelf", "apt.run": "+tesseract-ocr"},
    ),
    "Alpine": Case(
        files=FLASK,
        text="""FROM python:3.14-alpine
RUN apk add --no-cache --virtual .build gcc musl-dev libffi-dev postgresql-dev && apk add libpq ffmpeg oddity \\
    && pip install -r requirements.txt && apk del .build
USER nobody
HEALTHCHECK CMD wget -qO- http://127.0.0.1:8000/ping || exit 1
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.build": "+gcc libffi-dev libpq-dev", "apt.run": "+ffmpeg libpq5", "health": "/ping"},
        offered={"base": "alpine"},
        better=((2, "what only builds ships"), (4, "USER nobody is a name")),
        lost=((2, "names on our system are not known: oddity"),),
    ),
    "names that Debian has no more": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
RUN apt-get update && apt-get -y install --no-install-recommends libgl1-mesa-glx libicu72 && rm -rf /var/lib/apt/lists
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.run": "+libgl1 libicu76"},
    ),
    "a source of packages of its own": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
RUN apt-get update && apt-get install -y --no-install-recommends poppler-utils && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://packages.example.com/key.asc | gpg --dearmor -o /etc/apt/keyrings/x.gpg \\
 && echo "deb [signed-by=/etc/apt/keyrings/x.gpg] https://packages.example.com stable main" > /etc/apt/sources.list.d/x.list \\
 && apt-get update && apt-get install -y --no-install-recommends msodbcsql18 && rm -rf /var/lib/apt/lists/*
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.run": "+poppler-utils"},
        offered={"apt.run": "+msodbcsql18"},
        lost=((3, "RUN curl -fsSL https://packages.example.com/key.asc"),),
    ),
    "poetry": Case(
        files={
            **FLASK,
            "pyproject.toml": '[tool.poetry]\nname = "x"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.12"\n'
            'flask = "*"\ngunicorn = "*"\n',
            "poetry.lock": '[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\n',
        },
        text="""FROM python:3.13-slim
ENV POETRY_VERSION=1.8 POETRY_HOME=/opt/poetry PYTHONUNBUFFERED=1 LOG_FORMAT=json
RUN curl -sSL https://install.python-poetry.org | python3 -
WORKDIR /code
COPY pyproject.toml poetry.lock ./
RUN poetry install --no-root --only main
COPY . .
EXPOSE 8080
USER 10001
HEALTHCHECK NONE
ENTRYPOINT ["poetry", "run", "gunicorn", "-b", ":8080", "app:app", "--timeout", "90"]
""",
        wanted={
            "version": "3.13",
            "port": "8080",
            "env.LOG_FORMAT": "json",
            "start": f"{GUNICORN % 8080} --timeout 90",
        },
        lost=((4, "WORKDIR /code"),),
    ),
    "a migration before the app": Case(
        files=DJANGO,
        text="""FROM python:3.14-slim
WORKDIR /app
COPY . .
USER 10001
HEALTHCHECK NONE
CMD python manage.py migrate --noinput && python manage.py collectstatic --noinput && gunicorn shop.wsgi -b 0.0.0.0:8000
""",
        wanted={"migrate": "start"},
        better=((6, "by a shell"),),
    ),
    "a migration that detection does not know": Case(
        files=WORKER,
        text='FROM python:3.14-slim\nUSER 10001\nCMD ["sh", "-c", "alembic upgrade head && exec python -m bot"]\n',
        offered={"start": "sh -c 'alembic upgrade head && exec python -m bot'"},
    ),
    "a migration while the image is built": Case(
        files=DJANGO,
        text='FROM python:3.14-slim\nRUN python manage.py migrate\nUSER 10001\nHEALTHCHECK NONE\nCMD ["gunicorn", "shop.wsgi"]\n',
        lost=((2, "a database does not exist while an image is built"),),
    ),
    "a server for development": Case(
        files=DJANGO,
        text="""FROM python:3.14
COPY . /app
WORKDIR /app
USER 10001
HEALTHCHECK NONE
CMD ["python", "manage.py", "runserver", "0.0.0.0:8000"]
""",
        offered={"start": "python manage.py runserver 0.0.0.0:8000"},
    ),
    "a script before the app": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
WORKDIR /app
COPY docker-entrypoint.sh /usr/local/bin/
COPY . .
USER 10001
HEALTHCHECK NONE
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["gunicorn", "app:app", "--threads", "4"]
""",
        offered={"start": "gunicorn app:app --threads 4"},
        lost=((8, "the script docker-entrypoint.sh runs before the app"),),
    ),
    "only a script": Case(
        files=FLASK,
        text='FROM python:3.14-slim\nUSER 10001\nHEALTHCHECK NONE\nCMD ["bash", "-x", "./start.sh"]\n',
        lost=((4, "the script ./start.sh runs before the app"),),
    ),
    "supervisord": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
RUN apt-get update && apt-get install --no-install-recommends -y supervisor nginx && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
COPY deploy/supervisord.conf /etc/supervisor/conf.d/app.conf
EXPOSE 80
HEALTHCHECK NONE
CMD ["/usr/bin/supervisord", "-n"]
""",
        wanted={"apt.run": "+supervisor"},
        offered={"port": "80"},
        better=((1, "root"),),
        lost=((5, "COPY deploy/supervisord.conf"), (8, "runs several programs in one container")),
    ),
    "gunicorn in a variable's shape": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
ENV PORT=8088 WORKERS=3
EXPOSE ${PORT}
USER 10001
HEALTHCHECK CMD curl -f http://0.0.0.0:${PORT:-80}/livez
CMD exec gunicorn --bind :$PORT --workers $WORKERS --threads 8 app:app
""",
        wanted={
            "port": "8088",
            "health": "/livez",
            "env.WORKERS": "3",
            "start": f"{GUNICORN % 8088} --workers 3 --threads 8",
        },
        better=((6, "by a shell"),),
    ),
    "installed by name only": Case(
        files=WORKER,
        text="""FROM python:3.14-slim
RUN pip install --no-cache-dir -r requirements.txt honcho "uvicorn[standard]>=0.30"
USER 10001
HEALTHCHECK NONE
CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]
""",
        offered={"start": "uvicorn main:app --host 0.0.0.0"},
        lost=((2, "RUN installs honcho, uvicorn by name"),),
    ),
    "secrets": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
ENV SECRET_KEY=hunter2 DATABASE_URL=postgres://app:hunter2@db/shop LOG_LEVEL=info
ARG NPM_TOKEN=abc
RUN --mount=type=secret,id=pip pip install -r requirements.txt
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"env.LOG_LEVEL": "info"},
        better=((2, "ENV SECRET_KEY looks like a secret"), (3, "ARG NPM_TOKEN looks like a secret")),
        lost=((2, "ENV DATABASE_URL"), (2, "ENV SECRET_KEY"), (4, "--mount=type=secret,id=pip")),
    ),
    "a folder below the app's": Case(
        files=WORKER,
        text='FROM python:3.14-slim\nWORKDIR /app\nCOPY . .\nWORKDIR src\nUSER 10001\nHEALTHCHECK NONE\nCMD ["python", "x.py"]\n',
        offered={"start": "python x.py"},
        lost=((4, "WORKDIR /app/src; ours is /app"),),
    ),
    "uv's own image": Case(
        files=PINNED,
        text="""FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-install-project
COPY . .
RUN uv sync --locked
USER 10001
HEALTHCHECK NONE
CMD ["uv", "run", "--no-sync", "uvicorn", "main:app", "--proxy-headers"]
""",
        wanted={"start": "uvicorn main:app --host=0.0.0.0 --port=8000 --proxy-headers"},
        offered={"version": "3.12"},
    ),
    "a program of another image": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
COPY --from=mwader/static-ffmpeg:7.1 /ffmpeg /usr/local/bin/
COPY --from=fonts / /usr/share/fonts/
ADD https://example.com/model.bin /models/
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        better=((5, "ADD https://example.com/model.bin"),),
        lost=((3, "COPY --from=mwader/static-ffmpeg:7.1"), (4, "a named context"), (5, "ADD https://example.com")),
    ),
    "volumes and a signal": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
WORKDIR /app
RUN useradd --uid 1500 --create-home runner
VOLUME ["/data", "/app/uploads", "/with space", "/usr"]
STOPSIGNAL SIGINT
USER runner
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={
            "user": "1500",
            "extra.before_user": "RUN install -d -o 1500 -g 1500 /data /app/uploads\nVOLUME /data\nVOLUME /app/uploads",
        },
        better=((6, "USER runner is a name"),),
        lost=((4, "VOLUME /with space"), (4, "VOLUME /usr"), (5, "STOPSIGNAL SIGINT; ours is SIGTERM")),
    ),
    "stages for development and tests": Case(
        files=FLASK,
        text="""FROM python:3.14-slim AS base
ENV SHOP=blue
FROM base AS production
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
FROM base AS test
RUN pip install pytest && pytest
FROM base AS dev
ENV FLASK_DEBUG=1
CMD ["flask", "run", "--debug"]
""",
        wanted={"env.SHOP": "blue"},
        lost=((7, "the stage test"), (9, "the stage dev")),
    ),
    "ONBUILD and LABEL": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
MAINTAINER Ada Example <ada@example.com>
LABEL "com.example.vendor"='ACME & Sons' version="1.0"
ONBUILD COPY . /app
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={
            "label.org.opencontainers.image.authors": "Ada Example <ada@example.com>",
            "label.com.example.vendor": "ACME & Sons",
            "label.version": "1.0",
        },
        lost=((4, "ONBUILD COPY . /app"),),
    ),
    "tini and a heredoc": Case(
        files=FLASK,
        text="""# syntax=docker/dockerfile:1
FROM python:3.14-slim
RUN <<EOF
set -e
apt-get update
apt-get install -y --no-install-recommends tini pandoc
rm -rf /var/lib/apt/lists/*
EOF
USER 10001
HEALTHCHECK NONE
ENTRYPOINT ["/usr/bin/tini", "-g", "--", "gunicorn"]
CMD ["app:app"]
""",
        wanted={"apt.run": "+pandoc"},
        offered={"init": "tini"},
    ),
    "a backtick escapes": Case(
        files=FLASK,
        text="""# escape=`
FROM python:3.14-slim
ENV PATHS="C:\\data" `
    MODE=fast
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"env.MODE": "fast", "env.PATHS": "C:\\data"},
    ),
    "Express": Case(
        files=EXPRESS,
        text="""FROM node:22-alpine
WORKDIR /usr/src/app
COPY package*.json ./
RUN npm install --production
COPY . .
ENV NODE_ENV=production
ENV GREETING hello there
EXPOSE 8080
USER node
HEALTHCHECK CMD node -e "require('http').get({port: 8080, path: '/healthz'}, r => process.exit(r.statusCode - 200))"
CMD ["npm", "start"]
""",
        wanted={"version": "22", "health": "/healthz", "env.GREETING": "hello there"},
        offered={"port": "8080", "start": "npm start", "base": "alpine"},
        better=((9, "USER node is a name"),),
        lost=((2, "WORKDIR /usr/src/app"),),
    ),
    "Node in three stages": Case(
        files=EXPRESS,
        text="""FROM node:24-slim AS base
FROM base AS deps
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
FROM base
RUN apt-get update && apt-get install -y --no-install-recommends graphicsmagick dumb-init && rm -rf /var/lib/apt/lists/*
COPY --from=deps /node_modules ./node_modules
COPY . .
USER 1000
HEALTHCHECK NONE
CMD ["dumb-init", "node", "server.js"]
""",
        wanted={"version": "24", "apt.build": "+g++ make", "apt.run": "+graphicsmagick"},
    ),
    "pm2": Case(
        files=EXPRESS,
        text="""FROM node:20
RUN npm install -g pm2@5
COPY . .
RUN npm ci
USER 1000
HEALTHCHECK NONE
CMD ["pm2-runtime", "server.js", "-i", "max"]
""",
        offered={"version": "20", "start": "pm2-runtime server.js -i max"},
        better=((1, "Node 20 has had no security fixes"), (3, "everything is copied")),
        lost=((2, "RUN installs pm2 by name"),),
    ),
    "a front-end behind nginx": Case(
        files=VITE,
        text="""FROM node:24 AS build
WORKDIR /app
COPY package*.json ./
RUN npm ci
COPY . .
RUN npm run build
FROM nginx:1.27-alpine
COPY --from=build /app/dist /usr/share/nginx/html
COPY nginx.conf /etc/nginx/conf.d/default.conf
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]
""",
        wanted={"version": "24"},
        offered={"port": "80"},
        better=((7, "root"), (7, NO)),
    ),
    "a script of a build with a name of its own": Case(
        files=VITE,
        text="""FROM node:26 AS build
COPY . .
RUN npm ci && npm run build:staging
FROM nginx:1.27
USER 101
HEALTHCHECK NONE
COPY --from=build /dist /usr/share/nginx/html
""",
        offered={"build": "npm run build:staging"},
        better=((2, "everything is copied"),),
    ),
    "a site and a server of its own": Case(
        files=SITE,
        text='FROM python:3.13-slim\nCOPY . /srv\nWORKDIR /srv\nUSER 10001\nHEALTHCHECK NONE\nCMD ["python", "-m", "http.server"]\n',
        lost=((6, "a server of its own: python -m http.server"),),
    ),
    "Go from scratch": Case(
        files=GO,
        text="""FROM golang:1.26-alpine AS build
RUN apk add --no-cache git ca-certificates tzdata make
WORKDIR /src
COPY go.mod ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -o /relay .
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /relay /relay
COPY config.yaml /etc/relay/config.yaml
COPY rules/ /rules/
ENV RELAY_MODE=strict
EXPOSE 9090
USER 65532
ENTRYPOINT ["/relay", "-config", "/etc/relay/config.yaml"]
""",
        wanted={"env.RELAY_MODE": "strict"},
        offered={"port": "9090", "start": "/usr/local/bin/relay -config /etc/relay/config.yaml"},
        lost=((11, "COPY config.yaml: a file beside the program"), (12, "COPY rules/: a file beside the program")),
    ),
    "Go on distroless": Case(
        files=GO,
        text="""FROM golang:1.25 AS build
WORKDIR /src
COPY . .
RUN go build -ldflags "-s -w" -o /out/relay ./...
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/relay /
EXPOSE 8080
HEALTHCHECK CMD ["/relay", "check", "--fast"]
ENTRYPOINT ["/relay"]
CMD ["serve", "--quiet"]
""",
        wanted={"start": "/usr/local/bin/relay serve --quiet", "health": "/usr/local/bin/relay check --fast"},
        offered={"version": "1.25"},
        better=((1, "Go 1.25 has had no security fixes"),),
    ),
    "Go with make and tests": Case(
        files=GO,
        text="""FROM golang:1.26 AS build
COPY . .
RUN go test ./... && make build
FROM alpine:3.24
COPY --from=build /go/bin/relay /usr/local/bin/relay
USER 1000
HEALTHCHECK CMD wget -q --spider http://localhost:8080/healthz
CMD ["relay"]
""",
        wanted={"user": "1000"},
        lost=((3, "RUN go test ./... and 1 more"), (7, "nothing in our image can ask")),
    ),
    "CUDA": Case(
        files=WORKER,
        text="""FROM nvidia/cuda:12.4.0-runtime-ubuntu22.04
RUN apt-get update && apt-get install -y python3 python3-pip libsndfile1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN pip3 install -r requirements.txt
CMD ["python3", "main.py"]
""",
        wanted={"apt.run": "+libsndfile1"},
        lost=((1, "nvidia/cuda:12.4.0-runtime-ubuntu22.04"),),
        better=((1, "root"), (2, "--no-install-recommends"), (4, "everything is copied")),
    ),
    "BOM and CRLF": Case(
        files=FLASK,
        text='\ufeffFROM python:3.13-slim\r\nENV A=1 \\\r\n  B=2\r\nUSER 10001\r\nHEALTHCHECK NONE\r\nCMD ["gunicorn", "app:app"]\r\n',
        wanted={"version": "3.13", "env.A": "1", "env.B": "2"},
    ),
    "an image of the company": Case(
        files=FLASK,
        text="""FROM registry.example.com:5000/base/python:3.13.4-slim-bookworm@sha256:%s AS build
FROM build
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
"""
        % ("a" * 64),
        wanted={"version": "3.13"},
    ),
    "options of node": Case(
        files=EXPRESS,
        text='FROM node:26\nUSER 1000\nHEALTHCHECK NONE\nCMD ["node", "--max-http-header-size=65536", "server.js"]\n',
        offered={"start": "node --max-http-header-size=65536 server.js"},
    ),
    "the Procfile beside it": Case(
        files={**FLASK, "Procfile": "web: gunicorn app:app --threads 2\n"},
        text="FROM python:3.14\nUSER 10001\nHEALTHCHECK NONE\nCMD gunicorn app:app --threads 2 --timeout 5\n",
        offered={"start": f"{GUNICORN % 8000} --threads 2 --timeout 5"},
        better=((4, "by a shell"),),
    ),
    "several ports": Case(
        files=FLASK,
        text='FROM python:3.14-slim\nEXPOSE 9000 9001/tcp 53/udp\nUSER 10001\nHEALTHCHECK NONE\nCMD ["gunicorn", "app:app"]\n',
        offered={"port": "9000"},
    ),
    "a script that waits, migrates and starts what it is given": Case(
        files={
            **DJANGO,
            "docker/entrypoint.sh": "#!/bin/sh\nset -e\nuntil nc -z db 5432; do\n  sleep 1\ndone\n"
            "python manage.py migrate --noinput\npython manage.py collectstatic --noinput\n"
            'if [ "$SEED" ]; then\n  python manage.py seed\nfi\nexec "$@"\n',
        },
        text=f"{OURS}COPY docker/entrypoint.sh /usr/local/bin/\nENTRYPOINT ['entrypoint.sh']\n".replace("'", '"')
        + 'CMD ["gunicorn", "shop.wsgi:application", "--threads", "4"]\n',
        wanted={"migrate": "start", "start": f"{DJANGO_GUNICORN} --threads 4"},
        lost=((3, "waits for another service: nc -z db 5432"), (9, "runs python manage.py seed, under a condition")),
    ),
    "a script with the start in it": Case(
        files={
            **FLASK,
            "boot.sh": '#!/bin/bash\n: "${PORT:=9000}"\nexport THREADS=${THREADS:-3}\nexport API_TOKEN=abc\n'
            'exec gunicorn --bind "0.0.0.0:$PORT" --threads $THREADS app:app\n',
        },
        text=f'{OURS}ENTRYPOINT ["./boot.sh"]\n',
        wanted={"port": "9000", "env.THREADS": "3", "start": f"{GUNICORN % 9000} --threads 3"},
        lost=((4, "export API_TOKEN looks like a secret"),),
    ),
    "a script that does more": Case(
        files={**WORKER, "run.sh": "#!/bin/sh\npython prepare.py\nexec python main.py --all\n"},
        text=f'{OURS}CMD ["sh", "run.sh"]\n',
        wanted={"start": "python main.py --all"},
        lost=((2, "runs python prepare.py"),),
    ),
    "a script that goes several ways": Case(
        files={
            **FLASK,
            "entrypoint.sh": '#!/bin/bash\ncase "$1" in\n  web) exec gunicorn app:app ;;\n  *) exec "$@" ;;\nesac\n',
        },
        text=f'{OURS}ENTRYPOINT ["/app/entrypoint.sh"]\nCMD ["web"]\n',
        offered={"start": "bash entrypoint.sh web"},
        lost=((7, "the script /app/entrypoint.sh runs before the app"), (3, "gunicorn app:app, under a condition")),
    ),
    "a script that the Dockerfile writes": Case(
        files=FLASK,
        text=f"{OURS}COPY --chmod=755 <<'END' /entrypoint.sh\n#!/bin/sh\nflask seed\nexec \"$@\"\nEND\n"
        'ENTRYPOINT ["/entrypoint.sh"]\nCMD ["gunicorn", "app:app"]\n',
        lost=((8, "runs flask seed"),),
    ),
    "a script before a program of Go": Case(
        files={**GO, "entrypoint.sh": '#!/bin/sh\nload_secrets DSN\nexec "$@"\n'},
        text="FROM golang:1.26 AS build\nRUN go build -o /relay .\nFROM debian:trixie-slim\n"
        "COPY --from=build /relay /relay\nCOPY entrypoint.sh /\nUSER 65532\nHEALTHCHECK NONE\n"
        'ENTRYPOINT ["/entrypoint.sh", "/relay"]\n',
        lost=((2, "runs load_secrets DSN"),),
    ),
    "packages under a condition and after a comment in a shell": Case(
        files=FLASK,
        text="""FROM python:3.14-slim
ARG PROFILE=
RUN apt-get update && apt-get install -y --no-install-recommends libpq5 `# the driver needs them` jq \\
 && if [ "$PROFILE" ]; then apt-get install -y --no-install-recommends heaptrack; fi \\
 && rm -rf /var/lib/apt/lists/*
RUN <<END
curl -fsSL https://packages.example.com/x.list > /etc/apt/sources.list.d/x.list
apt-get update && apt-get install -y --no-install-recommends msodbcsql18 && rm -rf /var/lib/apt/lists/*
END
USER 10001
HEALTHCHECK NONE
CMD ["gunicorn", "app:app"]
""",
        wanted={"apt.run": "+jq libpq5"},
        offered={"apt.run": "+heaptrack msodbcsql18"},
        lost=((6, "RUN curl -fsSL https://packages.example.com/x.list"),),
    ),
    "variables of the old image": Case(
        files=FLASK,
        text=f"{OURS}ENV PYTHONPATH=/install PLAYWRIGHT_BROWSERS_PATH=/opt/x CHROME_BIN=/usr/bin/chromium-browser\n"
        'LABEL org.opencontainers.image.title=Shop\nCMD ["gunicorn", "app:app"]\n',
        wanted={"env.CHROME_BIN": "/usr/bin/chromium"},
        offered={"env.PYTHONPATH": "/install", "label.org.opencontainers.image.title": "Shop"},
    ),
    "an environment in the folder of the app": Case(
        files=FLASK,
        text=f'{OURS}CMD ["/app/bin/python", "/app/bin/gunicorn", "--threads", "2", "app:app"]\n',
        wanted={"start": f"{GUNICORN % 8000} --threads 2"},
    ),
    "logs to the standard output, as ours": Case(
        files=FLASK,
        text=f'{OURS}CMD ["gunicorn", "--access-logfile", "-", "--error-logfile", "-", "--threads", "2", "app:app"]\n',
        wanted={"start": f"{GUNICORN % 8000} --threads 2"},
    ),
    "options that name files of the old image": Case(
        files=FLASK,
        text=f'{OURS}CMD ["gunicorn", "--config", "/etc/gunicorn.py", "app:app"]\n',
        offered={"start": f"{GUNICORN % 8000} --config /etc/gunicorn.py"},
    ),
    "a health check of what listens on no port": Case(
        files=WORKER,
        text="FROM python:3.14-slim\nWORKDIR /app\nUSER 10001\nHEALTHCHECK CMD curl -f http://localhost:8080/health\n"
        'CMD ["python", "main.py"]\n',
        lost=((4, "HEALTHCHECK asks for /health: nothing was found that listens"),),
    ),
    "a last stage that only hands something out": Case(
        files=FLASK,
        text=f'{OURS.replace("slim", "slim AS release", 1)}ENV CURRENCY=EUR\nCMD ["gunicorn", "app:app"]\n'
        "FROM debian:trixie-slim AS upload\nRUN apt-get update && apt-get install -y rsync\n",
        wanted={"env.CURRENCY": "EUR"},
        lost=((8, "the stage upload"),),
    ),
    "a port by a variable of its own": Case(
        files={
            **GO,
            "main.go": 'package main\n\nimport (\n\t"net/http"\n\t"os"\n)\n\nfunc main() {\n\tport := os.Getenv("RELAY_PORT")\n'
            '\tif port == "" {\n\t\tport = "8081"\n\t}\n\thttp.ListenAndServe(":"+port, nil)\n}\n',
        },
        text="FROM golang:1.26 AS build\nRUN go build -o /relay .\nFROM scratch\nCOPY --from=build /relay /relay\n"
        'ENV RELAY_PORT=5230\nUSER 65532\nHEALTHCHECK NONE\nENTRYPOINT ["/relay"]\n',
        wanted={"port": "5230"},
    ),
    "lines that end, environments and folders of packages": Case(
        files=EXPRESS,
        text="FROM node:26-slim\nCOPY package*.json /tmp/app/\nRUN cd /tmp/app && npm ci\nWORKDIR /app\n"
        "RUN cp -a /tmp/app/node_modules /app\nRUN sed -i 's/\\r$//' server.js && . ./settings\n"
        'USER 1000\nHEALTHCHECK NONE\nCMD ["node", "server.js"]\n',
    ),
}


def found(files):
    return work.imagine(Project.of(files, name="shop"), Request())


def compared(case):
    old = importing.read(case.text, "Dockerfile")
    script = next((place for place in importing.places(old) if place in case.files), "")
    old = importing.opened(old, script, case.files[script]) if script else old
    return importing.compare(old, found(case.files))


@pytest.mark.parametrize("name", CASES)
def test_an_old_file(name):
    case = CASES[name]
    comparison = compared(case)
    assert {p.key: p.value for p in comparison.wanted} == case.wanted
    assert {p.key: p.value for p in comparison.offered} == case.offered
    for told, expected in ((comparison.findings, case.better), (comparison.lost, case.lost)):
        assert len(told) == len(expected), [(n.line, n.what) for n in told]
        for line, words in expected:
            assert any(n.line == line and words in n.what for n in told), [(n.line, n.what) for n in told]


@pytest.mark.parametrize("name", CASES)
def test_what_is_wanted_builds_a_plan(name):
    case = CASES[name]
    flags = importing.requested((), compared(case))
    made, files = work.rendered(work.imagine(Project.of(case.files, name="shop"), Request(flags=flags)))
    plan = made.plan
    assert not made.broken
    assert all(
        f"VOLUME {v}" in files[0].text for v in ("/data", "/app/uploads") if v in case.wanted.get(volumes.SLOT, "")
    )
    assert {c.key for c in plan.choices if c.source == "--set"} >= {"port"} & case.wanted.keys()
    again = importing.compare(
        importing.read(case.text, "Dockerfile"), work.imagine(Project.of(case.files), Request(flags=flags))
    )
    assert not {p.key for p in again.wanted} & {"version", "port", "start", "health", "user", "migrate"}


@pytest.mark.parametrize("name", CASES)
def test_each_finding_says_why_and_each_loss_a_way(name):
    comparison = compared(CASES[name])
    assert all(n.why and n.link.startswith("https://") for n in comparison.findings)
    assert all(n.way for n in comparison.lost)


def test_lines_are_evidence():
    comparison = compared(CASES["Alpine"])
    assert {p.key: p.where for p in comparison.proposals}["health"] == "Dockerfile:5"


def test_what_the_user_said_stays():
    case = CASES["one stage, shell form"]
    old = importing.read(case.text, "Dockerfile")
    asked = work.imagine(Project.of(case.files), Request(flags=("port=7000", "python=3.14")))
    comparison = importing.compare(old, asked)
    assert not {"port", "version"} & {p.key for p in comparison.wanted}
    assert {"port", "version"} <= {p.key for p in comparison.offered}


def test_keys_that_are_given_are_not_requested():
    comparison = compared(CASES["ARG before FROM"])
    assert importing.requested({"port", "user"}, comparison) == ("version=3.12", "env.APP_PORT=9000")


def test_detection_that_read_this_very_file_is_no_second_witness():
    files = {**FLASK, "Dockerfile": "FROM python:3.13-slim\nEXPOSE 7700\nCMD gunicorn app:app -b :7700\n"}
    old = importing.read(files["Dockerfile"], "Dockerfile")
    beside = found(files)
    assert {c.key: c.reason for c in beside.plan.choices}["port"].startswith("Dockerfile:")
    comparison = importing.compare(old, beside)
    assert {"version": "3.13", "port": "7700"}.items() <= {p.key: p.value for p in comparison.wanted}.items()


def test_without_anything_found_it_says_what_detection_should_be_told():
    old = importing.read(
        CASES["CUDA"].text.replace("nvidia/cuda:12.4.0-runtime-ubuntu22.04", "python:3.13"), "Dockerfile"
    )
    comparison = importing.compare(old, None)
    assert importing.requested((), comparison)[:3] == ("stack=python", "version=3.13", "start=python main.py")


def test_text_has_sections_and_data_is_complete():
    comparison = compared(CASES["Alpine"])
    lines = importing.text(comparison)
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "Taken from Dockerfile", "Not taken", "Better in ours", "Not carried over",
    ]  # fmt: skip
    data = json.loads(json.dumps(importing.to_data(comparison)))
    assert data["schema"] == 1
    assert len(data["proposals"]) == len(comparison.proposals)
    assert data["lost"][0]["where"] == "Dockerfile:2"
    assert importing.text(importing.Comparison(path="Dockerfile", proposals=(), findings=(), lost=())) == [
        "Dockerfile says nothing that is not known here"
    ]


def test_a_long_section_is_cut_in_text():
    env = "".join(f"ENV V{n}=x\n" for n in range(30))
    case = Case(files=FLASK, text=f'FROM python:3.14-slim\n{env}USER 10001\nCMD ["gunicorn", "app:app"]\n')
    assert any(line.startswith("  and 18 more") for line in importing.text(compared(case)))


NO_DOCKERFILES = {
    "nothing": ("", 1, "there is no FROM"),
    "a script": ("#!/bin/sh\necho hello\n", 2, "'ECHO' is no instruction"),
    "a page": ("<html>\n</html>\n", 1, "no instruction"),
    "RUN first": ("RUN a\nFROM x\n", 1, "RUN comes before the first FROM"),
    "a backslash that is missing": ("FROM a:1\nRUN a\n  && b\n", 3, "'&&' is no instruction"),
}


@pytest.mark.parametrize(("text", "line", "what"), NO_DOCKERFILES.values(), ids=NO_DOCKERFILES)
def test_no_dockerfile(text, line, what):
    with pytest.raises(InputError) as error:
        importing.read(text, "docker/Dockerfile")
    assert error.value.where == f"docker/Dockerfile:{line}"
    assert what in error.value.what


@pytest.mark.parametrize("text", ["FROM a\n" + "#" * 300_000, "FROM a\n" + "RUN b\n" * 2000, "FROM a\n\0"])
def test_what_is_too_much_is_refused(text):
    with pytest.raises(InputError):
        importing.read(text, "Dockerfile")


HOSTILE = {
    "a line break in a value": 'FROM python:3.14\nENV A="x\\\ny" B=ok\n',
    "instructions in a label": "FROM python:3.14\nLABEL a='b\\nRUN evil'\n",
    "variables that double": "FROM python:3.14\nENV A=xxxxxxxxxx\n" + "ENV A=$A$A$A$A\n" * 60,
    "braces in braces": "FROM python:3.14\nENV A=" + "${B:-" * 5000 + "\n",
    "quotes without an end": "FROM python:3.14\nENV A=\"x B='y\nRUN echo \"oops\nCMD gunicorn 'app:app\n",
    "a heredoc without an end": "FROM python:3.14\nRUN <<EOF\napt-get install -y git\n",
    "a list of no words": "FROM python:3.14\nCMD [1, {}]\nENTRYPOINT []\nVOLUME []\nEXPOSE [] -1 99999 \uff10\n",
    "deep lists": "FROM python:3.14\nCMD " + "[" * 50_000 + "\n",
    "stages in a circle": "FROM a AS a\nFROM a AS a\nCOPY --from=a / /\nCOPY --from=99999999999999999999 / /\n",
    "options only": "FROM --platform=x\nCOPY --from=\nADD\nUSER\nWORKDIR\nRUN\nLABEL\nARG\nHEALTHCHECK\nSTOPSIGNAL\n",
    "control characters": "FROM python:3.14\nENV A=\u202eevil B=\x1b[2J\nUSER \x07\nWORKDIR /\x08\nCMD \x1b\n",
    "a long command": "FROM python:3.14\nCMD " + "a && " * 10_000 + "b\n",
    "many words": "FROM python:3.14\nENV " + " ".join(f"A{n}=${{A{n - 1}:-x}}" for n in range(5000)) + "\n",
    "many packages": "FROM python:3.14\nRUN apt-get install " + "a-b-c " * 8_000 + "\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file(text):
    sound(text)


def sound(text):
    """TEXT is read or refused; and what is proposed can be set, and can be told."""
    try:
        old = importing.read(text, "Dockerfile")
    except InputError:
        return
    for beside in (ONE, None):
        comparison = importing.compare(old, beside)
        for proposal in comparison.proposals:
            key = settings.named(proposal.key, "--set")
            assert settings.checked(key, proposal.value, "--set") == proposal.value
        settings.read(importing.requested((), comparison), {})
        assert all("\n" not in line and line.isprintable() for line in importing.text(comparison)), text
        json.dumps(importing.to_data(comparison))


ONE = found(FLASK)
WORDS = st.sampled_from([
    "FROM", "python:3.13-slim", "AS", "build", "RUN", "apt-get install -y", "gcc", "libpq-dev", "&&", "\\\n", "ENV", "A=1", "$A",
    "${A:-b}", "COPY", "--from=build", ".", "/app", "CMD", "[", '"gunicorn"', ",", '"app:app"', "]", "\n", "'", '"', "<<EOF",
    "EOF", "EXPOSE", "8000", "USER", "1000", "HEALTHCHECK CMD", "curl http://localhost:$A/x", "LABEL", "a=b", "ARG", "A",
    "ENTRYPOINT", "sh -c", "alembic upgrade head", "# escape=`", "apk add", "ONBUILD", "VOLUME", "/data", "WORKDIR", "\r",
])  # fmt: skip


@limits(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    sound(text)


@limits(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=60))
def test_any_file_is_read_or_refused(words):
    sound("FROM python:3.13\n" + " ".join(words))


def test_variables():
    scope = Scope()
    declare(scope, 'A=1 B="x y" C')
    assert assign(scope, "D=$A-${B:-q} E='$A' F=\\$A G=${Z:-${A}} H=${A:+yes} I=${Z}") == [
        ("D", Value("1-x y")), ("E", Value("$A")), ("F", Value("$A")), ("G", Value("1")), ("H", Value("yes")), ("I", Value("")),
    ]  # fmt: skip
    assert not scope.expand("x$C").is_known
    assert not scope.expand("$TARGETARCH").is_known
    assert not scope.expand("${A#x}").is_known
    assert assign(scope, "OLD some words $A") == [("OLD", Value("some words 1"))]


STARTS = {
    "gunicorn app:app": ["gunicorn", "app:app"],
    "exec /opt/venv/bin/gunicorn app:app": ["gunicorn", "app:app"],
    "cd /app && exec python3.11 main.py": ["python", "main.py"],
    "uv run --no-sync --with x uvicorn a:b": ["uvicorn", "a:b"],
    "A=1 node x.js": ["env", "A=1", "node", "x.js"],
    "gosu app node x.js": ["node", "x.js"],
    "sh -c 'exec node x.js'": ["node", "x.js"],
}


@pytest.mark.parametrize("text", STARTS)
def test_a_start_without_what_is_around_it(text):
    old = importing.read(f"FROM x:1\nCMD {text}\n", "Dockerfile")
    assert old.start is not None
    assert list(old.start.argv) == STARTS[text]


SCRIPTS = {
    "gunicorn -b :${PORT} app:app": "exec gunicorn -b :${PORT} app:app",
    "a && b $HOSTNAME": "a && exec b $HOSTNAME",
    "nginx & node x.js": "nginx & node x.js",
    "a | b": "a | b",
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_only_a_shell_can_run(text):
    old = importing.read(f"FROM x:1\nCMD {text}\n", "Dockerfile")
    assert old.start is not None
    assert old.start.script == SCRIPTS[text]


@pytest.mark.parametrize(
    ("start", "port"),
    [
        ("gunicorn -b 0.0.0.0:5000 app:app", "5000"), ("uvicorn a:b --port=8001", "8001"), ("serve -l 3000", "3000"),
        ("python manage.py runserver 0.0.0.0:8000", "8000"), ("gunicorn -w 16 app:app", ""), ("celery -b 2024.1", ""),
    ],
)  # fmt: skip
def test_the_port_in_a_start(start, port):
    old = importing.read(f"FROM x:1\nCMD {json.dumps(shlex.split(start))}\n", "Dockerfile")
    assert old.start is not None
    assert starts.port(old.start) == port


def test_a_shell_is_split():
    assert [c.argv for c in shell.commands("a 'b c' >/dev/null 2>&1 &&\n if x; then exec y; fi # z\n# no\nA=1 z || w")] == [
        ("a", "b c"), ("if", "x"), ("y",), ("fi", "#", "z"), ("z",), ("w",),
    ]  # fmt: skip


@pytest.mark.parametrize("slot", [*BUILD_SLOTS.items(), ("python", IMAGE_SLOT), ("python", "after_user")])
def test_the_slots_that_are_named_are_there(slot):
    stack, name = slot
    files = {"python": FLASK, "node": EXPRESS, "go": GO, "static": {**SITE, "mkdocs.yml": "site_name: x\n"}}[stack]
    plan = work.imagine(Project.of(files, name="shop"), Request(flags=(f"extra.{name}=RUN true",)))
    assert any("RUN true" in artifact.text for artifact in work.render(plan))


def test_each_practice_that_is_named_exists():
    assert set(practices._GUARDS.values()) - {""} <= {rule.name for rule in RULES}


def test_errors_of_reading_are_the_users():
    assert issubclass(InputError, DockgenError)
