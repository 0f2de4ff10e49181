"""Walked sessions as the engine's history sees them."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import dose_ratio, local_day
from retrowalk.live.events import StopReason
from retrowalk.live.heart_walked import HeartWalked
from retrowalk.programme.progression import LOOKED_AT_DAYS
from retrowalk.store.codec import decode
from retrowalk.store.models import DecisionRow, MorningRow, ReviewRow, SessionRow
from retrowalk.words import Dose, NextDay, Review, SessionRecord

LOOKED_AT = timedelta(days=LOOKED_AT_DAYS + 2)  # and some hours: days are local, times are not
NOTHING_WRONG = '"wrongs":[]'  # in a stored review; within a note its quotes would be escaped


def history(house: House, rows: Rows, protocol: str = "") -> tuple[SessionRecord, ...]:
    """The reviewed sessions that can still decide something, of one protocol or of all.

    Oldest first; `day` is an ordinal.
    """
    walked = SessionRow.protocol == protocol if protocol else true()
    last_at = rows.scalar(
        select(func.max(SessionRow.began_at))
        .join(ReviewRow, ReviewRow.session_id == SessionRow.id)
        .where(SessionRow.walker_id == house.walker_id, walked)
    )
    if last_at is None:
        return ()
    return _records(house, rows, walked, SessionRow.began_at >= last_at - LOOKED_AT)


def troubled(house: House, rows: Rows) -> tuple[SessionRecord, ...]:
    """Every reviewed session in which something felt wrong, oldest first."""
    return _records(house, rows, ReviewRow.body.not_like(f"%{NOTHING_WRONG}%"))


def _records(house: House, rows: Rows, *having: ColumnElement[bool]) -> tuple[SessionRecord, ...]:
    found = rows.execute(
        select(SessionRow, ReviewRow.body, DecisionRow.answer)
        .join(ReviewRow, ReviewRow.session_id == SessionRow.id)
        .outerjoin(
            DecisionRow, (DecisionRow.session_id == SessionRow.id) & (DecisionRow.kind == "heart")
        )
        .where(SessionRow.walker_id == house.walker_id, *having)
        .order_by(SessionRow.began_at)
    ).all()
    mornings = _mornings(house, rows) if found else {}
    return tuple(
        record(session, decode(review, Review), heart=heart, mornings=mornings)
        for session, review, heart in found
    )


def _mornings(house: House, rows: Rows) -> dict[date, NextDay]:
    """By the day walked; the newest said of a day counts."""
    newest = select(func.max(MorningRow.walked_on)).where(MorningRow.walker_id == house.walker_id)
    last = rows.scalar(newest)
    if last is None:
        return {}
    said = rows.scalars(
        select(MorningRow)
        .where(MorningRow.walker_id == house.walker_id, MorningRow.walked_on >= last - LOOKED_AT)
        .order_by(MorningRow.id)
    )
    return {row.walked_on: decode(row.body, NextDay) for row in said}


def record(
    session: SessionRow,
    review: Review,
    *,
    heart: str | None,
    mornings: Mapping[date, NextDay],
) -> SessionRecord:
    """`heart` is a stored HeartWalked, where one was known."""
    planned: Dose = decode(session.planned, Dose)
    delivered: Dose = decode(session.delivered, Dose)
    stopped: tuple[str, ...] = decode(session.reasons, tuple[str, ...])
    day = local_day(session.began_at or session.planned_at)
    return SessionRecord(
        day=day.toordinal(),
        stage=session.stage,
        completed_ratio=dose_ratio(delivered, planned),
        review=review,
        planned=planned,
        delivered=delivered,
        stopped=stopped,
        next_day=mornings.get(day, NextDay()),
        felt_stumble=StopReason.STUMBLED.value in stopped,
        heart_stop=StopReason.HEART.value in stopped,
        heart_above_s=0.0 if heart is None else decode(heart, HeartWalked).above_s,
    )
