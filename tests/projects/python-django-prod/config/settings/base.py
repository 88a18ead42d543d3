SECRET_KEY = "not a secret: sessions are off"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "config.urls"
