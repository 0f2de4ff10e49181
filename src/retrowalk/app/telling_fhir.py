"""All sessions and tests as one FHIR bundle; demonstrations are none of them."""

from sqlalchemy import select

from retrowalk.app import outcomes
from retrowalk.app.history import SessionLine, sessions
from retrowalk.app.house import House
from retrowalk.store.models import OutcomeRow, SessionRow
from retrowalk.words import Review
from retrowalk.writers.fhir import SessionTold, TestTold, fhir_bundle


def bundle(house: House) -> bytes:
    """FHIR R4, as JSON."""
    return fhir_bundle(told_sessions(house), told_tests(house), made_at=house.now())


def told_sessions(house: House) -> tuple[SessionTold, ...]:
    """Oldest first."""
    with house.store.reading() as rows:
        asked = rows.execute(select(SessionRow.id, SessionRow.ended_at))
        ended = {row.id: row.ended_at for row in asked}
    lines = [line for line in reversed(sessions(house)) if line.speed_up == 1]
    return tuple(
        SessionTold(
            line.session_id, line.began_at, ended.get(line.session_id) or line.began_at,
            line.delivered, _said(line, "pain_during"), _said(line, "effort"),
            line.heart.mean_bpm if line.heart else None,
            line.heart.top_bpm if line.heart else None,
        )
        for line in lines
    )  # fmt: skip


def _said(line: SessionLine, scale: str) -> int | None:
    if not isinstance(line.review, Review) or scale in line.review.unanswered:
        return None
    return int(getattr(line.review, scale))


def told_tests(house: House) -> tuple[TestTold, ...]:
    """Tests that count, oldest first."""
    known = {outcome.id: outcome for outcome in outcomes.catalogue()}
    with house.store.reading() as rows:
        found = rows.scalars(
            select(OutcomeRow).where(
                OutcomeRow.walker_id == house.walker_id, OutcomeRow.undone_at.is_(None),
                OutcomeRow.value.is_not(None),
            ).order_by(OutcomeRow.on, OutcomeRow.id)
        )  # fmt: skip
        return tuple(
            TestTold(row.id, row.outcome,
                     known[row.outcome].title if row.outcome in known else row.outcome,
                     row.on, row.value or 0.0, outcomes.si_unit(row.outcome))
            for row in found
        )  # fmt: skip
