"""Walking, steps and heart rates from elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("undone_at", sa.DateTime, nullable=True),
    )
    op.create_table(
        "activities",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id"), nullable=False),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("duration_s", sa.Double, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("distance_m", sa.Double, nullable=True),
        sa.Column("steps", sa.Integer, nullable=True),
        sa.Column("heart_mean_bpm", sa.Double, nullable=True),
        sa.Column("heart_top_bpm", sa.Double, nullable=True),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_table(
        "activity_days",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id"), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("steps", sa.Integer, nullable=True),
        sa.Column("heart_rest_bpm", sa.Double, nullable=True),
    )
    op.create_index("activities_by_time", "activities", ["walker_id", "began_at"])
    op.create_index("activity_days_by_day", "activity_days", ["walker_id", "on"])


def downgrade() -> None:
    for table in ("activity_days", "activities", "imports"):
        op.drop_table(table)
