"""The settings: only the harbour's own names are answered, and only over HTTPS."""

import os

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = [".harbour.example", "localhost"]
ROOT_URLCONF = "harbour.urls"
WSGI_APPLICATION = "harbour.wsgi.application"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = os.environ.get("HTTPS", "") == "yes"
