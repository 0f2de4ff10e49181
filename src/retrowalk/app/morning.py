"""The morning after a session: did the pain settle, and are the legs sore?"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import local_day, newest
from retrowalk.app.screening import Answers
from retrowalk.errors import Conflict
from retrowalk.programme.answers import read_answers
from retrowalk.programme.questions import MORNING
from retrowalk.store.codec import encode
from retrowalk.store.models import MorningRow, ReviewRow, SessionRow
from retrowalk.words import NextDay, Question

REMEMBERED = timedelta(days=14)  # later than that a rung down is due anyway


def morning_questions() -> tuple[Question, ...]:
    return MORNING


def unasked(house: House) -> date | None:
    """The day walked last whose morning after has come and not been asked about."""
    with house.store.reading() as rows:
        return unasked_day(house, rows)


def unasked_day(house: House, rows: Rows) -> date | None:
    began_at = rows.scalar(
        select(SessionRow.began_at)
        .join(ReviewRow, ReviewRow.session_id == SessionRow.id)
        .where(SessionRow.walker_id == house.walker_id, SessionRow.began_at.is_not(None))
        .order_by(SessionRow.began_at.desc())
        .limit(1)
    )
    if began_at is None:
        return None
    walked_on, said = local_day(began_at), newest(house, rows, MorningRow)
    told = said is not None and said.walked_on >= walked_on
    soon = walked_on < house.today <= walked_on + REMEMBERED
    return walked_on if soon and not told else None


def submit_morning(house: House, answers: Answers) -> NextDay:
    """Store it.  A scale may be left open: kept as such.  BadAnswers; Conflict if not asked."""
    given = read_answers(MORNING, answers)
    said = NextDay(
        *(round(given.number(name)) if name in given else -1 for name in ("pain", "sore"))
    )
    with house.store.writing() as rows:
        walked_on = unasked_day(house, rows)
        if walked_on is None:
            raise Conflict("That has been answered already: go to the first page to see what is "
                           "next.")  # fmt: skip
        rows.add(MorningRow(walker_id=house.walker_id, at=house.now(), walked_on=walked_on,
                            answers=encode(given.plain()), body=encode(said)))  # fmt: skip
    return said
