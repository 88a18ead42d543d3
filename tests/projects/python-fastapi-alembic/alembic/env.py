"""Alembic's environment."""

from alembic import context

from stock.database import engine

with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
