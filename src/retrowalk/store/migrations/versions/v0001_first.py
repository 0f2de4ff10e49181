"""The first tables."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _walker() -> sa.Column[int]:
    return sa.Column("walker_id", sa.Integer, sa.ForeignKey("walkers.id"), nullable=False)


def _session(*, required: bool, key: bool = False) -> sa.Column[str]:
    column = sa.ForeignKey("sessions.id")
    return sa.Column("session_id", sa.Text, column, nullable=not required, primary_key=key)


def _at(name: str = "at", *, required: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime, nullable=not required)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table("walkers", _key(), _at())
    op.create_table("profiles", _key(), _walker(), _at(), *_texts("answers", "body"))
    op.create_table("screenings", _key(), _walker(), _at(), *_texts("kind", "answers", "verdict"))
    op.create_table(
        "clearances", _key(), _walker(), _at(), *_texts("topics", "by"),
        sa.Column("on", sa.Date, nullable=False),
    )  # fmt: skip
    op.create_table("prescriptions", _key(), _walker(), _at(), *_texts("protocol", "body"))
    op.create_table(
        "sessions",
        sa.Column("id", sa.Text, primary_key=True),
        _walker(),
        sa.Column("prescription_id", sa.Integer, sa.ForeignKey("prescriptions.id"), nullable=False),
        sa.Column("stage", sa.Integer, nullable=False),
        *_texts("protocol", "status", "plan", "planned", "delivered", "reasons"),
        _at("planned_at"),
        _at("began_at", required=False),
        _at("ended_at", required=False),
        sa.Column("speed_up", sa.Double, nullable=False),
    )
    op.create_table(
        "events",
        _session(required=True, key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("at_s", sa.Double, nullable=False),
        *_texts("kind", "body"),
    )
    op.create_table("reviews", _session(required=True, key=True), _at(), *_texts("answers", "body"))
    op.create_table(
        "decisions", _key(), _walker(), _session(required=False), _at(),
        *_texts("kind", "rule", "inputs", "answer", "reasons"),
    )  # fmt: skip
    op.create_table(
        "measurements", _key(), _walker(), _session(required=False), _at(),
        *_texts("source", "rule", "body"),
    )  # fmt: skip


def downgrade() -> None:
    for table in (
        "measurements", "decisions", "reviews", "events", "sessions", "prescriptions",
        "clearances", "screenings", "profiles", "walkers",
    ):  # fmt: skip
        op.drop_table(table)
