# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs all dependencies, those for the build included
FROM --platform=$BUILDPLATFORM registry.example.com/proxy/library/node:26-trixie-slim AS deps

WORKDIR /app
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=package-lock.json,target=package-lock.json \
    --mount=type=cache,id=npm,target=/root/.npm \
    npm ci

# build builds from the source
FROM deps AS build
COPY . .
RUN npm run build

# runtime is what ships: the app and what it needs to run
FROM registry.example.com/proxy/nginxinc/nginx-unprivileged:1.30-trixie AS runtime

LABEL org.opencontainers.image.title=deck-planner \
      org.opencontainers.image.base.name=registry.example.com/proxy/nginxinc/nginx-unprivileged:1.30-trixie

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
        try_files $uri $uri.html $uri/ /index.html;
    }

    # A file whose content changes gets another name, so these may be kept.
    location /assets/ {
        expires max;
        try_files $uri =404;
    }

    # Dot files are nobody's business, except those that are meant to be found.
    location ~ /\.(?!well-known/) {
        return 404;
    }
}
EOF

COPY --link --from=build /app/build/ /usr/share/nginx/html/

USER 101:101

EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["perl", "-MIO::Socket::INET", "-e", "my $s = IO::Socket::INET->new('127.0.0.1:8080') or exit 1; print $s qq(GET / HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / 200 /)"]

CMD ["nginx", "-g", "daemon off;"]
