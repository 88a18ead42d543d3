# syntax=docker/dockerfile:1
# dockgen VERSION inputs=… body=… (to write it anew: dockgen update)

# dev is for development: docker build --target dev
FROM nginxinc/nginx-unprivileged:1.30-trixie AS dev

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
}
EOF

WORKDIR /usr/share/nginx/html

USER 101:101
EXPOSE 8080
# The files are mounted: what is saved on the host is served at once
CMD ["nginx", "-g", "daemon off;"]

# Release and distribution are named, so that neither changes unasked; security fixes still come.

# runtime is what ships: the app and what it needs to run
FROM nginxinc/nginx-unprivileged:1.30-trixie AS runtime

# What the image is. Version and revision come from whoever builds a release, not from here.
LABEL org.opencontainers.image.title=static-site \
      org.opencontainers.image.description="Harbour café" \
      org.opencontainers.image.base.name=nginxinc/nginx-unprivileged:1.30-trixie

# --link makes a layer that does not depend on those before it: a new base image reuses it.
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
}
EOF

COPY --link . /usr/share/nginx/html/

# A number, since Kubernetes cannot tell from a name that it is not root.
USER 101:101

# Above 1024, which takes no privilege. EXPOSE only says which port; `docker run -p` opens it.
EXPOSE 8080

# Asked by what the image has anyway, without curl. Kubernetes has probes of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --start-interval=2s --retries=3 \
    CMD ["perl", "-MIO::Socket::INET", "-e", "my $s = IO::Socket::INET->new('127.0.0.1:8080') or exit 1; print $s qq(GET / HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / 200 /)"]

# A JSON list: the app itself is process 1 and is told to stop, with no shell in between.
CMD ["nginx", "-g", "daemon off;"]
