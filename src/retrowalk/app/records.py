"""Walked sessions as the engine's history sees them."""

from sqlalchemy import select, true
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import dose_ratio, local_day
from retrowalk.store.codec import decode
from retrowalk.store.models import ReviewRow, SessionRow
from retrowalk.words import Dose, Review, SessionRecord


def history(house: House, rows: Rows, protocol: str = "") -> tuple[SessionRecord, ...]:
    """The reviewed sessions of one protocol, or of all, oldest first.  `day` is an ordinal."""
    found = rows.execute(
        select(SessionRow, ReviewRow)
        .join(ReviewRow, ReviewRow.session_id == SessionRow.id)
        .where(SessionRow.walker_id == house.walker_id)
        .where(SessionRow.protocol == protocol if protocol else true())
        .order_by(SessionRow.began_at)
    )
    return tuple(record(session, decode(review.body, Review)) for session, review in found)


def record(session: SessionRow, review: Review) -> SessionRecord:
    planned: Dose = decode(session.planned, Dose)
    delivered: Dose = decode(session.delivered, Dose)
    began_at = session.began_at or session.planned_at
    return SessionRecord(
        day=local_day(began_at).toordinal(),
        stage=session.stage,
        completed_ratio=dose_ratio(delivered, planned),
        review=review,
        planned=planned,
        delivered=delivered,
        stopped=decode(session.reasons, tuple[str, ...]),
    )
