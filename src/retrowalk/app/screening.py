"""May this person walk backwards: the standing questions, and what a clinician cleared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from retrowalk.app.house import House
from retrowalk.words import Question, Verdict

Answers = Mapping[str, str | list[str]]
"""A form as it arrives: question id → text, or list of texts where several may be ticked."""


@dataclass(frozen=True, slots=True)
class Clearance:
    """A clinician's yes: to which topics, by whom, when."""

    topics: tuple[str, ...]
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ScreeningShown:
    """The latest standing screening, judged again with today's clearances."""

    verdict: Verdict
    at: datetime
    answers: Mapping[str, str | list[str]]
    clearances: tuple[Clearance, ...]


@dataclass(frozen=True, slots=True)
class NoScreening:
    """Nobody has answered the standing questions yet."""


def standing_questions() -> tuple[Question, ...]:
    """Asked once, and again when something changes."""
    raise NotImplementedError


def today_questions() -> tuple[Question, ...]:
    """Asked before each session (`planning.submit_readiness` takes the answers)."""
    raise NotImplementedError


def submit_screening(house: House, answers: Answers) -> Verdict:
    """Judge and store the standing answers.  BadAnswers on problems."""
    raise NotImplementedError


def record_clearance(house: House, *, topics: Sequence[str], by: str, on: date) -> None:
    """Store what a clinician has cleared.  BadAnswers: no topic, no name, a date ahead."""
    raise NotImplementedError


def latest(house: House) -> ScreeningShown | NoScreening:
    """The standing screening as it stands today."""
    raise NotImplementedError
