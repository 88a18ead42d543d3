# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# deps installs what apps/site and its packages need, those for the build included
FROM --platform=$BUILDPLATFORM node:26-trixie-slim AS deps
ENV PNPM_HOME=/pnpm
WORKDIR /app
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm install --global pnpm@10.20.0
RUN --mount=type=bind,source=package.json,target=package.json \
    --mount=type=bind,source=pnpm-lock.yaml,target=pnpm-lock.yaml \
    --mount=type=bind,source=pnpm-workspace.yaml,target=pnpm-workspace.yaml \
    --mount=type=bind,source=apps/site/package.json,target=apps/site/package.json \
    --mount=type=bind,source=packages/ui/package.json,target=packages/ui/package.json \
    --mount=type=cache,id=pnpm,target=/pnpm/store \
    pnpm install --frozen-lockfile --filter "site..."

# build builds the packages that the app uses, then the app
FROM deps AS build
ENV TURBO_TELEMETRY_DISABLED=1
COPY . .
RUN pnpm exec turbo run build --filter=site

# runtime is what ships: the app and what it needs to run
FROM nginxinc/nginx-unprivileged:1.30-trixie AS runtime

LABEL org.opencontainers.image.title=site \
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

COPY --link --from=build /app/apps/site/dist/ /usr/share/nginx/html/

USER 101:101

EXPOSE 8080

HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["perl", "-MIO::Socket::INET", "-e", "my $s = IO::Socket::INET->new('127.0.0.1:8080') or exit 1; print $s qq(GET / HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / 200 /)"]

CMD ["nginx", "-g", "daemon off;"]
