"""Who walks: at most eight answers the first plan needs."""

from dataclasses import dataclass

from sqlalchemy.orm import Session as Rows

from retrowalk.app.house import House
from retrowalk.app.keeping import newest
from retrowalk.app.screening import Answers
from retrowalk.programme.answers import read_answers
from retrowalk.programme.profile import PROFILE, read_walker
from retrowalk.store.codec import decode, encode
from retrowalk.store.models import ProfileRow
from retrowalk.words import Question, Walker


@dataclass(frozen=True, slots=True)
class NoWalker:
    """Nobody has filled in the profile yet."""


def profile_questions() -> tuple[Question, ...]:
    return PROFILE


def submit_profile(house: House, answers: Answers) -> Walker:
    """Store the profile; prescription and plan follow it at the next step.  BadAnswers."""
    walker = read_walker(answers)
    given = read_answers(PROFILE, answers)
    with house.store.writing() as rows:
        rows.add(
            ProfileRow(
                walker_id=house.walker_id,
                at=house.now(),
                answers=encode(given.plain()),
                body=encode(walker),
            )
        )
    return walker


def current_walker(house: House) -> Walker | NoWalker:
    with house.store.reading() as rows:
        return stored_walker(house, rows)


def stored_walker(house: House, rows: Rows) -> Walker | NoWalker:
    row = newest(house, rows, ProfileRow)
    if row is None:
        return NoWalker()
    walker: Walker = decode(row.body, Walker)
    return walker
