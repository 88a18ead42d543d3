"""The database: a file, unless a server is named."""

import os

from sqlalchemy import create_engine

URL = os.environ.get("DATABASE_URL", "sqlite:///./stock.db")
engine = create_engine(URL)
