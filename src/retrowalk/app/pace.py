"""How fast this walker is backward, as tests have shown."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.programme.prescribe import careful
from retrowalk.store.models import OutcomeRow
from retrowalk.words import Verdict

THREE_M, TEN_M = "backward-walk-3m", "walk-10m-backward"  # in the catalogue of tests
COURSE_M = 3.0


def carefully(house: House, rows: Rows, verdict: Verdict) -> Verdict:
    """The verdict, with what the newest backward walks add to it."""
    return careful(verdict, backward_mps=tuple(_tested_mps(house, rows)))


def _tested_mps(house: House, rows: Rows) -> Iterator[float]:
    for outcome in (THREE_M, TEN_M):
        value = rows.scalar(
            select(OutcomeRow.value)
            .where(OutcomeRow.walker_id == house.walker_id, OutcomeRow.outcome == outcome)
            .where(OutcomeRow.value.is_not(None), OutcomeRow.undone_at.is_(None))
            .order_by(OutcomeRow.on.desc(), OutcomeRow.id.desc())
            .limit(1)
        )
        if value:
            yield COURSE_M / value if outcome == THREE_M else value
