"""What an outcome's tests say, in sentences for a page."""

from dataclasses import dataclass

from retrowalk import present
from retrowalk.app.outcomes import (
    Ahead,
    Change,
    Check,
    Judged,
    Outcome,
    Slope,
    TooLittle,
    Unjudged,
    Verdict,
)
from retrowalk.words import Quantity, Units

KINDS = {Verdict.IMPROVED: "yes", Verdict.WORSE: "no"}  # as the verdicts of the screening
WORDS = {
    Verdict.IMPROVED: "This is more than the test’s own error can make of no change at all.",
    Verdict.WITHIN: "So much difference comes by itself: from the day, the hand on the clock, "
    "the shoes. It may be a change, and it may be none.",
    Verdict.WORSE: "This is more than the test’s own error can make. Take it easier, and if it "
    "stays so, ask your clinician.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict as a page shows it; `kind` is its colour."""

    kind: str
    heading: str
    sentences: tuple[str, ...]


def told(outcome: Outcome, found: Change, units: Units) -> Told:
    match found:
        case TooLittle(reason):
            return Told("ask", _first_large(found.verdict.value), (reason,))
        case Unjudged(baseline, now, gain, reason):
            figures = _figures(outcome, baseline, now, gain, units)
            return Told("ask", "No verdict", (figures, reason))
        case Judged(baseline, now, gain, band, verdict, no_room):
            sentences = [_figures(outcome, baseline, now, gain, units)]
            sentences.append(f"The test’s own error is {_size(outcome, band, units)}.")
            sentences.append(WORDS[verdict])
            if no_room and verdict is Verdict.WITHIN:
                sentences.append(
                    "Your first tests were so good that this test cannot show a real gain."
                )
            return Told(KINDS.get(verdict, "ask"), _first_large(verdict.value), tuple(sentences))


def check(one: Check) -> str:
    """The verdict at a check point, in a word or two."""
    match one.found:
        case Ahead():
            return "still to come"
        case Unjudged():
            return "no verdict"
        case TooLittle() | Judged():
            return one.found.verdict.value


def short(found: Change) -> str:
    """For a list: the verdict's words."""
    return "no verdict" if isinstance(found, Unjudged) else found.verdict.value


def slope(outcome: Outcome, found: Slope | TooLittle, units: Units) -> str:
    """The trend in a sentence."""
    if isinstance(found, TooLittle):
        return found.reason
    way = "better" if found.per_week >= 0 else "worse"
    size = _size(outcome, abs(found.per_week), units)
    low, high = (_signed(outcome, end, units) for end in (found.low, found.high))
    sure = "" if found.low > 0 or found.high < 0 else " No change at all is among them."
    return (
        f"Over {found.tests} tests it got {way} by about {size} a week; between {low} and {high} "
        f"better would fit the tests too.{sure}"
    )


def _figures(outcome: Outcome, before: float, now: float, gain: float, units: Units) -> str:
    first, later = (present.measured(v, outcome.quantity, units) for v in (before, now))
    size = _size(outcome, abs(gain), units)
    if present.measured_number(abs(gain), outcome.quantity, units) == "0":
        return f"Your first tests: {first}. Now: {later}. That is the same."
    way = "better" if gain > 0 else "worse"
    return f"Your first tests: {first}. Now: {later}. That is {size} {way}."


def _size(outcome: Outcome, value: float, units: Units) -> str:
    return present.measured(value, outcome.quantity, units)


def _signed(outcome: Outcome, value: float, units: Units) -> str:
    number = present.measured_number(value, outcome.quantity, units)
    return number if outcome.quantity is Quantity.SPEED else number.replace("-", "−")


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
