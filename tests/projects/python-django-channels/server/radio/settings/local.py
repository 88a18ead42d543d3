"""A developer's machine."""

from .base import *

DEBUG = True
SECRET_KEY = "only-here"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "local.sqlite3"}}
