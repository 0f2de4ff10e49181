"""Whether somebody may walk today, with every reason: standing questions and today's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retrowalk.programme.answers import Answers, read_answers
from retrowalk.words import Question, Verdict

__all__ = ["CLEARABLE", "RULE", "STANDING", "TODAY", "Answers", "Clearance", "read_answers",
           "read_clearance", "screen", "standing_valid"]  # fmt: skip

RULE = "screening 1"
STANDING_DAYS = 365
STANDING: tuple[Question, ...] = ()
TODAY: tuple[Question, ...] = ()
CLEARABLE: tuple[tuple[str, str], ...] = ()  # (topic, label): what a clinician can clear


@dataclass(frozen=True, slots=True)
class Clearance:
    """A clinician's yes to some topics (ids of the questions), with a date."""

    topics: tuple[str, ...]
    by: str
    on: date


def read_clearance(topics: Sequence[str], by: str, given_on: date, *, on: date) -> Clearance:
    """A clearance fit to be stored on day `on`; raises BadAnswers (topics, by, on)."""
    raise NotImplementedError


def standing_valid(answered_on: date, *, on: date) -> bool:
    """Whether standing answers of that day still count."""
    raise NotImplementedError


def screen(
    standing: Answers,
    today: Answers | None,
    *,
    clearances: tuple[Clearance, ...] = (),
    on: date,
) -> Verdict:
    """The verdict of all questions; `today` None judges the standing ones alone."""
    raise NotImplementedError
