"""Taking a test: who may, what was typed, checked and kept; a mistaken entry taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from retrowalk import present
from retrowalk.app.house import House
from retrowalk.app.keeping import local_day, newest
from retrowalk.app.outcomes import find
from retrowalk.app.profile import NoWalker, stored_walker
from retrowalk.app.records import troubled
from retrowalk.app.screening import TODAY_KIND, NoScreening, standing
from retrowalk.errors import BadAnswers, BadInput, Missing, NotAllowed, ScreeningNeeded
from retrowalk.outcomes import scoring
from retrowalk.outcomes.catalogue import Outcome, Way
from retrowalk.outcomes.change import RULE
from retrowalk.programme.incident import SERIOUS, incidents
from retrowalk.store.codec import decode, encode
from retrowalk.store.models import OutcomeRow, ScreeningRow
from retrowalk.words import AskClinician, Clear, NotToday, Quantity, Units, Verdict, Wrong

__all__ = ["BY", "SERIOUS_STOPS", "WHY", "NoScreening", "broken_off", "may_test", "record",
           "take_back"]  # fmt: skip

BY = {"me": "I measured it myself", "helper": "Someone with me measured it",
      "clinician": "A clinician measured it"}  # fmt: skip
OTHER = "other"
WHY = {wrong.name.lower(): wrong.value for wrong in Wrong if wrong is not Wrong.TOO_FAST} | {
    OTHER: "Something else came up"
}
SERIOUS_STOPS = frozenset(wrong.name.lower() for wrong in SERIOUS)
EARLIEST = date(2000, 1, 1)
ABROAD = timedelta(days=1)  # a phone east of this computer is a day ahead of it
LONGEST = 200  # letters of one field
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Test:
    """One form, read: what was measured, when, by whom, and whether it was broken off."""

    __test__ = False  # pytest takes classes of this name for its own
    on: date
    by: str
    trials: tuple[float, ...]
    stopped: str


def may_test(house: House, outcome: Outcome) -> Verdict | NoScreening:
    """Whether this walker may be asked for what the test asks of the body today."""
    if not outcome.body:
        return Clear()
    with house.store.reading() as rows:
        shown = standing(house, rows)
        if isinstance(shown, NoScreening) or not isinstance(shown.verdict, Clear):
            return shown if isinstance(shown, NoScreening) else shown.verdict
        happened = incidents(
            troubled(house, rows), tests=broken_off(house, rows), clearances=shown.clearances
        )
        return AskClinician(happened) if happened else _today(house, rows)


def _today(house: House, rows: Rows) -> Verdict:
    """What today's questions said, if they were answered today."""
    row = newest(house, rows, ScreeningRow, kind=TODAY_KIND)
    if row is None or local_day(row.at) != house.today:
        return Clear()
    verdict: Verdict = decode(row.verdict, Verdict)
    return verdict if isinstance(verdict, NotToday) else Clear()


def broken_off(house: House, rows: Rows) -> tuple[tuple[int, Wrong], ...]:
    """Tests broken off because something went wrong: (day, what)."""
    found = rows.scalars(
        select(OutcomeRow)
        .where(OutcomeRow.walker_id == house.walker_id, OutcomeRow.undone_at.is_(None))
        .where(OutcomeRow.stopped.in_(SERIOUS_STOPS))
        .order_by(OutcomeRow.on)
    )
    return tuple((row.on.toordinal(), Wrong[row.stopped.upper()]) for row in found)


def record(house: House, outcome_id: str, typed: Typed) -> int:
    """Keep a test, whole or broken off; answers with its number.

    BadAnswers with a sentence for each field; ScreeningNeeded or NotAllowed where the health
    questions stand in the way.
    """
    outcome = find(outcome_id)
    _allowed(house, outcome)
    with house.store.reading() as rows:
        walker = stored_walker(house, rows)
    units = Units.KMH if isinstance(walker, NoWalker) else walker.units
    test = _read(outcome, typed, units, house.today)
    whole = not test.stopped
    row = OutcomeRow(
        walker_id=house.walker_id, outcome=outcome.id, on=test.on, at=house.now(), by=test.by,
        trials=encode(list(test.trials)), stopped=test.stopped, rule=RULE,
        value=scoring.result(outcome, test.trials) if whole else None,
    )  # fmt: skip
    with house.store.writing() as rows:
        rows.add(row)
        rows.flush()
        return row.id


def take_back(house: House, test_id: int, *, back: bool = True) -> str:
    """Take a mistaken entry back, or bring it in again; answers with the outcome's id.

    The row stays.  Missing if there is no such test; NotAllowed for one broken off by something
    serious, which a clinician's yes clears instead.
    """
    with house.store.writing() as rows:
        row = rows.get(OutcomeRow, test_id)
        if row is None or row.walker_id != house.walker_id:
            raise Missing("There is no such test: go to the tests to see those there are.")
        if back and row.stopped in SERIOUS_STOPS:
            raise NotAllowed(
                "A test that ended with something serious stays on record: ask a clinician, and "
                "write down their yes with your health questions."
            )
        row.undone_at = house.now() if back else None
        return row.outcome


def _allowed(house: House, outcome: Outcome) -> None:
    match may_test(house, outcome):
        case Clear():
            return
        case NoScreening():
            raise ScreeningNeeded(
                "The health questions come first: please answer them, then take the test."
            )
        case unsafe:
            why = " ".join(reason.text for reason in unsafe.reasons)
            raise NotAllowed(f"This test may not be taken now. {why}")


def _read(outcome: Outcome, typed: Typed, units: Units, today: date) -> Test:
    """Every field checked; BadAnswers with one sentence for each that will not do."""
    problems: dict[str, str] = {}
    stopping = bool(typed.get("stopped"))
    stopped = typed.get("why", "") if stopping else ""
    if stopping and stopped not in WHY:
        problems["why"] = "Please choose why you stopped; it is kept with the test."
    by = typed.get("by", "me")
    if by not in BY:
        problems["by"] = "Please choose who measured."
    if outcome.body and not stopping and typed.get("ready") != "yes":
        problems["ready"] = "Please read the safety words above, and tick that all of it is so."
    on = _day(typed.get("on", ""), today, problems)
    trials = _trials(outcome, typed, units, problems, whole=not stopping)
    if problems:
        raise BadAnswers(problems)
    return Test(on, by, trials, stopped)


def _day(text: str, today: date, problems: dict[str, str]) -> date:
    try:
        on = date.fromisoformat(text.strip()) if text.strip() else today
    except ValueError:
        problems["on"] = "This is no day we can read; please give it as 2026-11-21."
        return today
    if on > today + ABROAD:
        problems["on"] = "This day is still to come; please give the day the test was taken."
    elif on < EARLIEST:
        problems["on"] = f"This day is too long ago; please give one from {EARLIEST.year} on."
    return on


def _trials(
    outcome: Outcome, typed: Typed, units: Units, problems: dict[str, str], *, whole: bool
) -> tuple[float, ...]:
    found = []
    for i in range(1, outcome.trials + 1):
        name = f"trial-{i}"
        text = typed.get(name, "").strip()[:LONGEST]
        if not text:
            if whole:
                problems[name] = "This try is missing; please take it, or stop the test below."
            continue
        try:
            found.append(_trial(outcome, text, units))
        except BadInput as bad:
            problems[name] = _ranged(outcome, str(bad), units)
        except ValueError:
            problems[name] = "This is not a number we can read; please give one such as 9.5."
    return tuple(found)


def _trial(outcome: Outcome, text: str, units: Units) -> float:
    if outcome.way is Way.ITEMS:
        return scoring.questionnaire(outcome, text)
    typed_in = Quantity.TIME if outcome.course_m else outcome.quantity
    value = scoring.trial(outcome, present.measured_si(text, typed_in, units))
    if outcome.quantity in {Quantity.COUNT, Quantity.RATE} and value != int(value):
        raise BadInput("A whole number was expected; please look at it again.")
    if outcome.way is Way.ASKED and value != int(value):
        raise BadInput("This is between two steps; please choose one of them.")
    return value


def _ranged(outcome: Outcome, sentence: str, units: Units) -> str:
    if "out of the range" not in sentence:
        return sentence
    ends = [outcome.lowest, outcome.highest]
    quantity = outcome.quantity
    if outcome.course_m:
        ends, quantity = [outcome.course_m / end for end in reversed(ends)], Quantity.TIME
    low, high = (present.measured(end, quantity, units) for end in ends)
    return f"This cannot be; please give a number from {low} to {high}."
