"""The tables.  Rows are facts with a date; nothing is changed but a session's own state.

Bodies are JSON text made by `codec`; times are aware UTC datetimes.
"""

from datetime import UTC, date, datetime
from enum import Enum

from sqlalchemy import (
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def _inward(_type: "Utc", value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG001
    return value and value.astimezone(UTC).replace(tzinfo=None)


def _outward(_type: "Utc", value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG001
    return value and value.replace(tzinfo=UTC)


class Utc(TypeDecorator[datetime]):
    """SQLite forgets zones: UTC goes in, aware UTC comes out."""

    impl = DateTime
    cache_ok = True
    process_bind_param = _inward
    process_result_value = _outward


class Base(DeclarativeBase):
    type_annotation_map = {datetime: Utc, str: Text}  # noqa: RUF012


class Status(Enum):
    PLANNED = "planned"
    LIVE = "live"
    DONE = "done"
    INTERRUPTED = "interrupted"  # the program died while it was live


class WalkerRow(Base):
    """A person.  There is one for now; every other row says whose it is."""

    __tablename__ = "walkers"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class ProfileRow(Base):
    """The walker's own answers; the newest counts."""

    __tablename__ = "profiles"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    answers: Mapped[str]
    body: Mapped[str]  # a Walker


class ScreeningRow(Base):
    """Answers as given and the verdict then; `kind` is standing or today."""

    __tablename__ = "screenings"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    answers: Mapped[str]
    verdict: Mapped[str]


class ClearanceRow(Base):
    __tablename__ = "clearances"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    topics: Mapped[str]
    by: Mapped[str]
    on: Mapped[date]


class PrescriptionRow(Base):
    """A protocol chosen; the newest counts."""

    __tablename__ = "prescriptions"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    protocol: Mapped[str]
    body: Mapped[str]


class ProtocolRow(Base):
    """A protocol not from retrowalk, as it was when the walker chose it; the newest counts."""

    __tablename__ = "protocols"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    protocol: Mapped[str]
    text: Mapped[str]  # the file's


class SessionRow(Base):
    """One session; `id` is never used again, so an old page cannot drive a new one."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    prescription_id: Mapped[int] = mapped_column(ForeignKey("prescriptions.id"))
    protocol: Mapped[str]
    stage: Mapped[int]
    status: Mapped[str]
    plan: Mapped[str]
    planned: Mapped[str]  # a Dose
    planned_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    delivered: Mapped[str]  # a Dose
    reasons: Mapped[str]  # stop reasons, in order
    speed_up: Mapped[float]  # other than 1: a demonstration


class EventRow(Base):
    """What happened and what was asked, as it passed."""

    __tablename__ = "events"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at_s: Mapped[float]
    kind: Mapped[str]
    body: Mapped[str]


class ReviewRow(Base):
    __tablename__ = "reviews"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    at: Mapped[datetime]
    answers: Mapped[str]
    body: Mapped[str]  # a Review


class DecisionRow(Base):
    """One arrow of the house: what went in, what came out, why, by which rule."""

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id"))
    at: Mapped[datetime]
    kind: Mapped[str]  # screening, readiness, prescription, plan, dose, progression
    rule: Mapped[str]
    inputs: Mapped[str]
    answer: Mapped[str]
    reasons: Mapped[str]


class MorningRow(Base):
    """How the walker was the morning after a day of walking; the newest of a day counts."""

    __tablename__ = "mornings"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    walked_on: Mapped[date]
    answers: Mapped[str]
    body: Mapped[str]  # a NextDay


class MarkRow(Base):
    """What the walker did with a day of the week: ticked off, moved, skipped, paused."""

    __tablename__ = "marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    on: Mapped[date]
    activity: Mapped[str]  # backward, or a companion's id; plan where it is paused
    did: Mapped[str]  # done, moved, skipped, paused, resumed
    to: Mapped[date | None]  # where it was moved
    reason: Mapped[str]
    undone_at: Mapped[datetime | None]


class MeasurementRow(Base):
    __tablename__ = "measurements"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    session_id: Mapped[str | None] = mapped_column(ForeignKey("sessions.id"))
    at: Mapped[datetime]
    source: Mapped[str]
    rule: Mapped[str]
    body: Mapped[str]


class OutcomeRow(Base):
    """One test taken, whole or broken off.  A mistaken entry is taken back, not deleted."""

    __tablename__ = "outcomes"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    outcome: Mapped[str]  # its id in the catalogue
    on: Mapped[date]  # the walker's own calendar day, wherever that was
    at: Mapped[datetime]  # when it was written down
    by: Mapped[str]  # who measured: me, helper, clinician
    trials: Mapped[str]  # in SI, in the order taken
    value: Mapped[float | None]  # what counts; none of a test broken off
    stopped: Mapped[str]  # why it was broken off; empty otherwise
    rule: Mapped[str]
    undone_at: Mapped[datetime | None]


class RecordingRow(Base):
    """What a phone sent during a session; it goes when the session goes."""

    __tablename__ = "recordings"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    at: Mapped[datetime]
    body: Mapped[str]  # where it was worn, how much was lost, what was measured
    content: Mapped[bytes] = mapped_column(LargeBinary)  # Parquet, in body axes where known


class ImportRow(Base):
    """One file brought from elsewhere; taken back, what it brought is gone and this row stays."""

    __tablename__ = "imports"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    at: Mapped[datetime]
    name: Mapped[str]
    form: Mapped[str]
    sha256: Mapped[str]
    body: Mapped[str]  # what came of it, counted
    undone_at: Mapped[datetime | None]


class ActivityRow(Base):
    """Ordinary walking or other exercise from elsewhere; never a backward dose."""

    __tablename__ = "activities"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    began_at: Mapped[datetime]
    duration_s: Mapped[float]
    kind: Mapped[str]
    distance_m: Mapped[float | None]
    steps: Mapped[int | None]
    heart_mean_bpm: Mapped[float | None]
    heart_top_bpm: Mapped[float | None]
    source: Mapped[str]


class DayRow(Base):
    """What was counted all day elsewhere; of several imports of a day the larger counts."""

    __tablename__ = "activity_days"
    id: Mapped[int] = mapped_column(primary_key=True)
    walker_id: Mapped[int] = mapped_column(ForeignKey("walkers.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    on: Mapped[date]
    steps: Mapped[int | None]
    heart_rest_bpm: Mapped[float | None]


Index("decisions_of_session", DecisionRow.session_id, DecisionRow.kind)
Index("sessions_by_time", SessionRow.walker_id, SessionRow.began_at)
Index("decisions_by_kind", DecisionRow.walker_id, DecisionRow.kind, DecisionRow.id)
Index(
    "sessions_by_status",
    SessionRow.walker_id,
    SessionRow.status,
    SessionRow.began_at,
    SessionRow.id,
)
Index("marks_by_day", MarkRow.walker_id, MarkRow.on)
Index("activities_by_time", ActivityRow.walker_id, ActivityRow.began_at)
Index("activity_days_by_day", DayRow.walker_id, DayRow.on)
