"""Protocols somebody wrote, as they were when a walker chose them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "protocols",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("protocol", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("protocols")
