"""The morning after, the week, and indices that keep ten years quick."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "mornings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("walked_on", sa.Date, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "marks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("activity", sa.Text, nullable=False),
        sa.Column("did", sa.Text, nullable=False),
        sa.Column("to", sa.Date, nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("undone_at", sa.DateTime, nullable=True),
    )
    op.create_index("decisions_of_session", "decisions", ["session_id", "kind"])
    op.create_index("sessions_by_time", "sessions", ["walker_id", "began_at"])
    op.create_index("marks_by_day", "marks", ["walker_id", "on"])


def downgrade() -> None:
    op.drop_index("marks_by_day", "marks")
    op.drop_index("sessions_by_time", "sessions")
    op.drop_index("decisions_of_session", "decisions")
    op.drop_table("marks")
    op.drop_table("mornings")
