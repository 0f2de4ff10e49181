"""How fast this walker's heart may beat: kept, and read back."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import decided
from retrowalk.app.screening import Answers
from retrowalk.programme.answers import read_answers
from retrowalk.programme.heart import CEILING, RULE, read_ceiling
from retrowalk.store.codec import decode
from retrowalk.store.models import DecisionRow
from retrowalk.words import HeartCeiling, Question

KIND = "heart ceiling"
NO_CEILING = HeartCeiling()
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CeilingShown:
    """The ceiling that counts, and since when; before anybody gave one there is none."""

    ceiling: HeartCeiling = NO_CEILING
    at: datetime = NEVER


def ceiling_questions() -> tuple[Question, ...]:
    return CEILING


def submit_ceiling(house: House, answers: Answers) -> HeartCeiling:
    """Store it; the next session is planned under it.  BadAnswers."""
    ceiling = read_ceiling(answers)
    inputs = {"answers": read_answers(CEILING, answers).plain()}
    with house.store.writing() as rows:
        decided(house, rows, KIND, rule=RULE, inputs=inputs, answer=ceiling)
    return ceiling


def current_ceiling(house: House) -> HeartCeiling:
    with house.store.reading() as rows:
        return stored_ceiling(house, rows).ceiling


def stored_ceiling(house: House, rows: Rows) -> CeilingShown:
    """`current_ceiling`, within a reading under way."""
    row = rows.scalars(
        select(DecisionRow)
        .where(DecisionRow.walker_id == house.walker_id, DecisionRow.kind == KIND)
        .order_by(DecisionRow.id.desc())
    ).first()
    return CeilingShown() if row is None else CeilingShown(decode(row.answer, HeartCeiling), row.at)
