"""The end of a protocol's weeks: what was walked, what the tests say, and how to go on."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.course import Course, course
from retrowalk.app.house import House
from retrowalk.app.keeping import ENDING, decided, stopped_on
from retrowalk.app.outcomes import Line, overview
from retrowalk.app.prescribing import begin_course
from retrowalk.errors import BadInput, Conflict
from retrowalk.programme.prescribe import GENTLE_PER_WEEK
from retrowalk.programme.protocols import ChosenBy
from retrowalk.store.codec import decode
from retrowalk.store.models import SessionRow
from retrowalk.words import Dose, Reason

__all__ = ["GENTLY", "REPEAT", "STOP", "Ending", "choose", "ending"]

RULE = "ending 1"
REPEAT, GENTLY, STOP = "repeat", "gently", "stop"
SAID = {
    REPEAT: "The walker chose to walk the same weeks again.",
    GENTLY: "The walker chose to go on gently, without a new step.",
    STOP: "The walker chose to stop.",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """A programme whose weeks are over, and whose walker has not said yet how to go on."""

    title: str
    weeks: int
    ended: date
    sessions: int
    backward_s: float
    tested: tuple[Line, ...]  # outcomes with a first test; `last_check` holds the verdict
    gently_per_week: int
    by_clinician: bool  # only a clinician may choose this protocol again


def ending(house: House) -> Ending | None:
    """None while the weeks run, and once the walker has chosen."""
    with house.store.reading() as rows:
        now = _over(house, rows)
        if now is None or now.ends is None:
            return None
        asked = select(SessionRow.delivered).where(
            SessionRow.prescription_id.in_(now.rows), SessionRow.began_at.is_not(None)
        )
        doses: list[Dose] = [decode(text, Dose) for text in rows.scalars(asked)]
    protocol = house.protocol(now.protocol)
    return Ending(
        title=protocol.title,
        weeks=now.prescription.weeks,
        ended=now.ends,
        sessions=len(doses),
        backward_s=sum(dose.backward_s for dose in doses),
        tested=tuple(line for line in overview(house) if line.last_check is not None),
        gently_per_week=min(GENTLE_PER_WEEK, now.prescription.per_week),
        by_clinician=protocol.chosen_by is ChosenBy.CLINICIAN,
    )


def choose(house: House, choice: str, *, by: str = "") -> None:
    """Repeat, go on gently, or stop.  Another protocol is chosen where all are.

    BadInput for another word; Conflict while the weeks run; what `begin_course` raises.
    """
    if choice not in SAID:
        raise BadInput(f"{choice[:20]!r} is no way to go on: choose repeat, gently or stop.")
    with house.store.reading() as rows:
        now = _over(house, rows)
    if now is None:
        raise Conflict("There is nothing to choose now: go to the first page to see what is next.")
    if choice != STOP:
        begin_course(house, house.protocol(now.protocol), by=by, gently=choice == GENTLY)
    with house.store.writing() as rows:
        inputs = {"prescription": now.rows[0], "protocol": now.protocol, "ends": now.ends}
        decided(house, rows, ENDING, rule=RULE, inputs=inputs, answer=choice,
                reasons=(Reason(ENDING, SAID[choice]),))  # fmt: skip


def _over(house: House, rows: Rows) -> Course | None:
    """The programme, if its weeks are over and nothing was chosen."""
    now = course(house, rows)
    if now is None or not now.over(house.today) or not house.knows(now.protocol):
        return None
    return None if stopped_on(house, rows) is not None else now
