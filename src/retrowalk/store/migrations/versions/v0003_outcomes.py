"""Results of tests."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("trials", sa.Text, nullable=False),
        sa.Column("value", sa.Double, nullable=True),
        sa.Column("stopped", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("undone_at", sa.DateTime, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("outcomes")
