"""A clinician's group from a spreadsheet: who changed, and the group as a whole, in lines."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from retrowalk import present
from retrowalk.app.outcomes import find
from retrowalk.errors import BadInput
from retrowalk.outcomes import scoring
from retrowalk.outcomes.catalogue import Outcome
from retrowalk.outcomes.group import Paired, paired
from retrowalk.readers.authored import text_of
from retrowalk.words import Units

COLUMNS = ("person", "before", "after")
MOST_PEOPLE = 10_000


def judged(path: Path, outcome_id: str, *, units: Units = Units.KMH) -> tuple[str, ...]:
    """The group's change in lines to read; BadInput with the row that will not do."""
    outcome = find(outcome_id)
    before, after = _columns(outcome, path, units)
    return tuple(_told(outcome, paired(outcome, before, after), units))


def _columns(outcome: Outcome, path: Path, units: Units) -> tuple[list[float], list[float]]:
    text = text_of(path, one="group", refused=BadInput).text
    rows, names = _rows(path, text)
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise BadInput(
            f"{path.name} lacks the column {lacking[0]!r}; please give {', '.join(COLUMNS)}."
        )
    before: list[float] = []
    after: list[float] = []
    people: set[str] = set()
    for number, row in enumerate(rows, start=2):
        person = row["person"] or ""
        if person in people or len(people) >= MOST_PEOPLE:
            raise BadInput(
                f"{path.name}, line {number}: {person[:40]!r} stands there twice, or there are "
                f"more than {MOST_PEOPLE} people; please give each one row."
            )
        people.add(person)
        before.append(_result(outcome, row["before"], units, f"{path.name}, line {number}"))
        after.append(_result(outcome, row["after"], units, f"{path.name}, line {number}"))
    return before, after


def _rows(path: Path, text: str) -> tuple[list[dict[str, str | None]], list[str]]:
    reader = csv.DictReader(StringIO(text))
    try:
        return list(reader), list(reader.fieldnames or [])
    except csv.Error as error:
        raise BadInput(
            f"{path.name} is no CSV we can read ({error}); please save it anew."
        ) from None


def _result(outcome: Outcome, text: str | None, units: Units, where: str) -> float:
    """A result as a page shows it (a speed is typed as a speed)."""
    try:
        value = present.measured_si(text or "", outcome.quantity, units)
    except ValueError:
        raise BadInput(f"{where}: {(text or '')[:40]!r} is no number; please look at it.") from None
    return scoring.possible(outcome, value)


def _told(outcome: Outcome, found: Paired, units: Units) -> Iterator[str]:
    unit = present.measured_unit(outcome.quantity, units)
    mean, low, high = (present.measured_number(value, outcome.quantity, units)
                       for value in (found.mean, found.mean_low, found.mean_high))  # fmt: skip
    yield f"{outcome.title}, {present.count(found.people, 'person')}"
    yield f"mean gain  {mean} {unit} (95 % interval {low} to {high}), above 0 is better"
    yield (f"effect     {found.effect:.2f} (95 % interval {found.effect_low:.2f} to "
           f"{found.effect_high:.2f}), Hedges' g of paired gains")  # fmt: skip
    yield f"p          {found.p:.3g}, paired t test"
    if found.verdicts:
        yield "each alone " + ", ".join(f"{count} {kind.value}" for kind, count in found.verdicts)
    else:
        yield f"each alone  no verdict: {outcome.no_error}"
    yield "Without a group that did not train, nothing here shows that the training did it."
