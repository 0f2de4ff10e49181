"""Who walks: at most eight answers the first plan needs."""

from dataclasses import dataclass

from retrowalk.app.house import House
from retrowalk.app.screening import Answers
from retrowalk.words import Question, Walker


@dataclass(frozen=True, slots=True)
class NoWalker:
    """Nobody has filled in the profile yet."""


def profile_questions() -> tuple[Question, ...]:
    raise NotImplementedError


def submit_profile(house: House, answers: Answers) -> Walker:
    """Store the profile; a session planned before it is planned anew.  BadAnswers."""
    raise NotImplementedError


def current_walker(house: House) -> Walker | NoWalker:
    raise NotImplementedError
