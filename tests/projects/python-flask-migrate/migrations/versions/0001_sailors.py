"""The first table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Sailors."""
    op.create_table("sailor", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80)))
