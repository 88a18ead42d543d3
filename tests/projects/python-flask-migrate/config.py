"""Settings."""

import os
from pathlib import Path

BASE = Path(__file__).parent


class Config:
    """For every day."""

    SECRET_KEY = os.environ.get("SECRET_KEY", "only-on-board")
    SQLALCHEMY_DATABASE_URI = f"sqlite:///{BASE / 'crew.db'}"
    UPLOAD_FOLDER = BASE / "uploads"
