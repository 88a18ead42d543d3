"""What can be set from outside."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Where the app listens."""

    host: str = "127.0.0.1"
    http_port: int = 8085


settings = Settings()
