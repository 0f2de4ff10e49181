"""A clinician's group: who changed, and the group as a whole.  Nothing of it is kept.

It comes as one spreadsheet of person, before, after, or as the table of tests of each walker.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from retrowalk import present
from retrowalk.app.history import harmless
from retrowalk.app.outcomes import find
from retrowalk.errors import BadInput
from retrowalk.outcomes import scoring
from retrowalk.outcomes.catalogue import Outcome
from retrowalk.outcomes.change import Point, TooLittle, change, gain
from retrowalk.outcomes.group import Paired, paired
from retrowalk.readers.authored import text_of
from retrowalk.words import Units

COLUMNS = ("person", "before", "after")
OWN_COLUMNS = ("on", "outcome", "value", "broken_off", "taken_back")  # of a walker's tests.csv
LONGEST_NAME = 40
ALONE = "Without a group that did not train, nothing here shows that the training did it."
Row = dict[str, str | None]
MOST_PEOPLE = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """One of the group, in SI; `gain` above 0 is better."""

    name: str
    before: float
    after: float
    gain: float


@dataclass(frozen=True, slots=True)
class Group:
    outcome: Outcome
    people: tuple[Person, ...]
    change: Paired
    left_out: tuple[str, ...]  # who had too few tests, in sentences


def judged(path: Path, outcome_id: str, *, units: Units = Units.KMH) -> tuple[str, ...]:
    """The group's change in lines to read; BadInput with the row that will not do."""
    found = brought([(path.name, path)], outcome_id, units=units)
    people = present.count(found.change.people, "person")
    return (f"{found.outcome.title}, {people}", *_lines(found, units), ALONE)


def brought(
    files: Sequence[tuple[str, Path]], outcome_id: str, *, units: Units = Units.KMH
) -> Group:
    """One table of a group, or each walker's own tests; each with the name it goes by.

    BadInput with the file and the line that will not do.
    """
    outcome = find(outcome_id)
    people: dict[str, Person] = {}
    left_out: list[str] = []
    for name, path in files:
        text = text_of(path, one="group", refused=BadInput).text
        rows, names = _rows(name, text)
        if set(OWN_COLUMNS) <= set(names):
            own = _walker(outcome, name, rows)
            if isinstance(own, Person):
                _once(people, own, name)
            else:
                left_out.append(f"{Path(name).stem[:LONGEST_NAME]}: {own.reason}")
        else:
            for where, one in _people(outcome, name, rows, names, units):
                _once(people, one, where)
    found = paired(outcome, [one.before for one in people.values()],
                   [one.after for one in people.values()])  # fmt: skip
    return Group(outcome, tuple(people.values()), found, tuple(left_out))


def as_csv(found: Group, units: Units) -> bytes:
    """The group for a spreadsheet, in the units shown."""
    quantity = found.outcome.quantity
    page = StringIO()
    writer = csv.writer(page)
    writer.writerow((*COLUMNS, "gain (above 0 is better)"))
    for one in found.people:
        figures = (present.measured_number(value, quantity, units)
                   for value in (one.before, one.after, one.gain))  # fmt: skip
        writer.writerow((harmless(one.name), *figures))
    return page.getvalue().encode()


def _once(people: dict[str, Person], one: Person, where: str) -> None:
    if one.name in people or len(people) >= MOST_PEOPLE:
        raise BadInput(
            f"{where}: {one.name!r} stands there twice, or there are more than {MOST_PEOPLE} "
            "people; please give each one row or one file."
        )
    people[one.name] = one


def _walker(outcome: Outcome, name: str, rows: Sequence[Row]) -> Person | TooLittle:
    """The first tests against those of the newest week, as the walker's own page has them."""
    points = []
    for number, row in enumerate(rows, start=2):
        if row["outcome"] != outcome.id or row["broken_off"] or row["taken_back"]:
            continue
        try:
            on, value = date.fromisoformat(row["on"] or ""), float(row["value"] or "")
        except ValueError:
            raise BadInput(f"{name}, line {number}: the day or the result cannot be read; export "
                           "the tests again.") from None  # fmt: skip
        points.append(Point(on.toordinal(), scoring.possible(outcome, value)))
    found = change(outcome, points)
    if isinstance(found, TooLittle):
        return found
    gained = gain(outcome, found.baseline, found.now)
    return Person(Path(name).stem[:LONGEST_NAME], found.baseline, found.now, gained)


def _people(
    outcome: Outcome, name: str, rows: Sequence[Row], names: Sequence[str], units: Units
) -> Iterator[tuple[str, Person]]:
    lacking = [column for column in COLUMNS if column not in names]
    if lacking:
        raise BadInput(
            f"{name} lacks the column {lacking[0]!r}; please give {', '.join(COLUMNS)}, or the "
            "table of tests each walker takes along."
        )
    for number, row in enumerate(rows, start=2):
        where = f"{name}, line {number}"
        before, after = (_result(outcome, row[column], units, where) for column in COLUMNS[1:])
        person = (row["person"] or "")[:LONGEST_NAME]
        yield where, Person(person, before, after, gain(outcome, before, after))


def _rows(name: str, text: str) -> tuple[list[Row], list[str]]:
    reader = csv.DictReader(StringIO(text))
    try:
        return list(reader), list(reader.fieldnames or [])
    except csv.Error as error:
        raise BadInput(f"{name} is no CSV we can read ({error}); please save it anew.") from None


def _result(outcome: Outcome, text: str | None, units: Units, where: str) -> float:
    """A result as a page shows it (a speed is typed as a speed)."""
    try:
        value = present.measured_si(text or "", outcome.quantity, units)
    except ValueError:
        raise BadInput(f"{where}: {(text or '')[:40]!r} is no number; please look at it.") from None
    return scoring.possible(outcome, value)


def told(group: Group, units: Units) -> tuple[tuple[str, str], ...]:
    """What may be said of the group as a whole, each with what it is about."""
    return tuple(_told(group.outcome, group.change, units))


def _lines(group: Group, units: Units) -> Iterator[str]:
    return (f"{about:<10} {said}" for about, said in told(group, units))


def _told(outcome: Outcome, found: Paired, units: Units) -> Iterator[tuple[str, str]]:
    unit = present.measured_unit(outcome.quantity, units)
    mean, low, high = (present.measured_number(value, outcome.quantity, units)
                       for value in (found.mean, found.mean_low, found.mean_high))  # fmt: skip
    yield "mean gain", f"{mean} {unit} (95 % interval {low} to {high}), above 0 is better"
    yield "effect", (f"{found.effect:.2f} (95 % interval {found.effect_low:.2f} to "
                     f"{found.effect_high:.2f}), Hedges' g of paired gains")  # fmt: skip
    yield "p", f"{found.p:.3g}, paired t test"
    if found.verdicts:
        yield "each alone", ", ".join(f"{count} {kind.value}" for kind, count in found.verdicts)
    else:
        yield "each alone", f"no verdict: {outcome.no_error}"
