"""Found without reading ten years: the newest decision of a kind, and what is not reviewed."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("decisions_by_kind", "decisions", ["walker_id", "kind", "id"])
    op.create_index("sessions_by_status", "sessions", ["walker_id", "status", "began_at", "id"])


def downgrade() -> None:
    op.drop_index("sessions_by_status")
    op.drop_index("decisions_by_kind")
