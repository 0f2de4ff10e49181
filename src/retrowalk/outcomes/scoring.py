"""From what was measured to one result: the trial that counts, a speed, a questionnaire's score."""

import re
from collections.abc import Sequence
from statistics import fmean, median

from retrowalk.errors import BadInput
from retrowalk.outcomes.catalogue import Counts, Outcome
from retrowalk.words import Better

WORST_ITEM = 4  # each answer of the KOOS is 0 to 4
SCORE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
OPEN = frozenset({"x", "-", "–", "?"})  # a question left open


def trial(outcome: Outcome, measured: float) -> float:
    """What one try counts as: over a course the time becomes a speed.  BadInput out of range."""
    value = measured
    if outcome.course_m:
        if measured <= 0:
            raise BadInput("A time above 0 was expected; please take it again.")
        value = outcome.course_m / measured
    return possible(outcome, value)


def possible(outcome: Outcome, value: float) -> float:
    """The value, if the test can give it; BadInput otherwise."""
    if not outcome.lowest <= value <= outcome.highest:
        raise BadInput("This is out of the range the test can give; please look at it again.")
    return value


def result(outcome: Outcome, trials: Sequence[float]) -> float:
    """The trial that counts, or their mean or median, as the test says."""
    match outcome.counts:
        case Counts.MEAN:
            return fmean(trials)
        case Counts.MEDIAN:
            return median(trials)
        case _:
            return min(trials) if outcome.better is Better.LOWER else max(trials)


def questionnaire(outcome: Outcome, typed: str) -> float:
    """The score 0 to 100 of answers typed one after the other, or the score itself.

    100 − mean × 100 / 4, where at least half are answered.  BadInput with what to do.
    From: KOOS Scoring 2012 (koos.nu).
    """
    parts = typed.replace(",", " ").split() if " " in typed.strip() else [typed.strip()]
    if len(parts) == 1 and SCORE.fullmatch(parts[0]):
        return trial(outcome, float(parts[0].replace(",", ".")))
    if len(parts) != outcome.items:
        raise BadInput(
            f"{outcome.items} answers were expected, or one score from 0 to 100, but "
            f"{len(parts)} came; please type x for a question left open."
        )
    answered = [_item(part) for part in parts if part.lower() not in OPEN]
    if 2 * len(answered) < outcome.items:
        raise BadInput(
            f"Only {len(answered)} of {outcome.items} questions are answered; at least half are "
            "needed for a score."
        )
    return 100 - fmean(answered) * 100 / WORST_ITEM


def _item(part: str) -> int:
    if part not in {"0", "1", "2", "3", "4"}:
        raise BadInput(
            "Each answer is a whole number from 0 to 4, or x where it was left open; please look "
            "at them again."
        )
    return int(part)
