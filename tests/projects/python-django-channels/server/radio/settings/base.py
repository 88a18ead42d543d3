"""What holds everywhere."""

from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
INSTALLED_APPS = ["daphne", "channels"]
ROOT_URLCONF = "radio.urls"
ASGI_APPLICATION = "radio.asgi.application"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
