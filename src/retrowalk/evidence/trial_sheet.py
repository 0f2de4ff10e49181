"""A trial's table as text, read: who was in which arm, and what was measured before and after.

Everything taken for granted while reading is told in `notes`; what cannot be right is refused with
the line it stands in.
"""

import csv
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from difflib import SequenceMatcher

from retrowalk.errors import BadTrial
from retrowalk.evidence import trial_cells, trial_columns
from retrowalk.evidence.trial_cells import Cell
from retrowalk.evidence.trial_columns import CLUSTER, Long, Stacked, Wide, plain

SEPARATORS = (";", "\t", ",")
MOST_PEOPLE = 10_000
MOST_COLUMNS = 60
MOST_ARMS = 8
ALIKE = 0.8  # of two spellings: "bakward", "backward" are 0.93, "forward", "backward" 0.53
RARE = 2  # people in an arm that may be a slip of the pen
ONLY = "result"  # an outcome that the table gives no name


@dataclass(frozen=True, slots=True)
class Measured:
    """One outcome, a number a person in the order of the sheet's people; NaN: not measured."""

    name: str
    _: KW_ONLY
    baseline: tuple[float, ...]
    followup: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Trait:
    """What people brought with them: age, sex.  Numbers (NaN: not known) or words (empty)."""

    name: str
    _: KW_ONLY
    figures: tuple[float, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    people: tuple[str, ...]
    _: KW_ONLY
    arms: tuple[str, ...]  # of each person
    outcomes: tuple[Measured, ...]
    traits: tuple[Trait, ...]
    clusters: str  # the column that says who was treated together; empty where none does
    notes: tuple[str, ...]

    @property
    def arm_names(self) -> tuple[str, ...]:
        """In the order they first appear."""
        return tuple(dict.fromkeys(self.arms))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The table cut into cells, by column."""

    columns: Mapping[str, tuple[Cell, ...]]
    lines: tuple[int, ...]


def read_sheet(text: str, *, last: str = "") -> Sheet:
    """The table in this text.  `last` names the time that counts as follow-up in a long table.

    Raises BadTrial with one sentence.
    """
    rows, notes = _cut(text)
    shape = trial_columns.recognise(tuple(rows.columns))
    match shape:
        case Wide():
            sheet = _wide(rows, shape)
        case Stacked():
            sheet = _stacked(rows, shape)
        case _:
            sheet = _long(rows, shape, last)
    return _judged(replace(sheet, notes=(*notes, *sheet.notes)))


def _cut(text: str) -> tuple[_Rows, list[str]]:
    lines = text.lstrip("\ufeff").splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise BadTrial(
            "The file is empty; a table with a line of names and a line a person is expected."
        )
    separator = max(SEPARATORS, key=lines[first].count)
    try:
        cut = list(csv.reader(lines[first:], delimiter=separator))
    except csv.Error as error:
        raise BadTrial(f"The table cannot be read as CSV ({error}); please save it anew.") from None
    header = [name.strip() for name in cut[0]]
    if not 3 <= len(header) <= MOST_COLUMNS:
        raise BadTrial(
            f"The first line has {len(header)} columns; between 3 and {MOST_COLUMNS} are expected, "
            "with commas, semicolons or tabs between them: is it a CSV table?"
        )
    body = [(first + 1 + i, row) for i, row in enumerate(cut) if i and any(c.strip() for c in row)]
    if not body:
        raise BadTrial("Below the names of the columns stands nobody; a line a person is expected.")
    for line, row in body:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            raise BadTrial(
                f"Line {line} has {len(row)} cells under {len(header)} names; a number with a "
                "decimal comma needs semicolons between the columns: please save it so."
            )
    columns = {
        name: tuple(Cell(row[i].strip() if i < len(row) else "", line=line) for line, row in body)
        for i, name in reversed(list(enumerate(header)))
        if name or any(i < len(row) and row[i].strip() for _, row in body)
    }
    ordered = {name: columns[name] for name in dict.fromkeys(header) if name in columns}
    _judge_names(header, ordered)
    commas = [name for name, cells in ordered.items()
              if trial_cells.numeric(cells) and trial_cells.has_decimal_commas(cells)]  # fmt: skip
    said = [f"Decimal commas were read as such in {', '.join(commas)}."] if commas else []
    return _Rows(ordered, tuple(line for line, _ in body)), said


def _judge_names(header: Sequence[str], columns: Mapping[str, object]) -> None:
    twice = [name for name, count in Counter(map(plain, header)).items() if count > 1 and name]
    if twice:
        raise BadTrial(
            f"The column {twice[0]!r} stands there twice; please give each a name of its own."
        )
    if "" in columns:
        raise BadTrial("A column has no name; please name it in the first line.")


def _wide(rows: _Rows, shape: Wide) -> Sheet:
    people = _people(rows, shape.person)
    outcomes = tuple(
        Measured(
            pair.outcome or ONLY,
            baseline=trial_cells.numbers(rows.columns[pair.before], column=pair.before),
            followup=trial_cells.numbers(rows.columns[pair.after], column=pair.after),
        )
        for pair in shape.pairs
    )
    told = "; ".join(f"{pair.before} and {pair.after}" for pair in shape.pairs)
    return _sheet(rows, people, range(len(people)), shape, outcomes,
                  f"Read as one row a person, with baseline and follow-up in {told}.")  # fmt: skip


def _people(rows: _Rows, person: str) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    for cell in rows.columns[person]:
        if not cell.text:
            raise BadTrial(f"Line {cell.line} names no person; please give each row one.")
        if cell.text in seen:
            raise BadTrial(
                f"Line {cell.line}: {cell.text[:40]!r} stood in line {seen[cell.text]} already; "
                "please keep one row a person, or a column time where rows are times."
            )
        seen[cell.text] = cell.line
    return tuple(seen)


def _stacked(rows: _Rows, shape: Stacked) -> Sheet:
    sides = {"before": rows.columns[shape.before], "after": rows.columns[shape.after]}
    values = {when: trial_cells.numbers(cells, column=cells_name)
              for (when, cells), cells_name in zip(sides.items(), (shape.before, shape.after),
                                                   strict=True)}  # fmt: skip
    kept = _Kept(rows, shape.person, shape.outcome)
    for i in range(len(rows.lines)):
        for when in ("before", "after"):
            kept.put(i, when, values[when][i])
    return _sheet(rows, kept.people, kept.first_rows, shape, kept.outcomes(),
                  "Read as one row a person and an outcome.")  # fmt: skip


def _long(rows: _Rows, shape: Long, last: str) -> Sheet:
    times = _times(rows.columns[shape.time], last)
    values = trial_cells.numbers(rows.columns[shape.value], column=shape.value)
    kept = _Kept(rows, shape.person, shape.outcome)
    for i, cell in enumerate(rows.columns[shape.time]):
        if when := times.get(plain(cell.text)):
            kept.put(i, when, values[i])
    sides = {when: time for time, when in times.items() if when}
    told = (f"Read as one row a person and a time: baseline is {sides['before']!r}, follow-up is "
            f"{sides['after']!r}.")  # fmt: skip
    left = [time for time, when in times.items() if not when]
    return _sheet(rows, kept.people, kept.first_rows, shape, kept.outcomes(), told,
                  *([f"The times {', '.join(left)} were left out."] if left else []))  # fmt: skip


def _times(cells: Sequence[Cell], last: str) -> dict[str, str]:
    """What each time in the column is: before, after, or neither (empty)."""
    seen = list(dict.fromkeys(plain(cell.text) for cell in cells))
    found = {time: trial_columns.before_or_after(time) for time in seen}
    if trial_cells.numeric(cells):  # weeks: the earliest is the baseline
        ordered = sorted(seen, key=lambda time: float(time.replace(",", ".")))
        found = dict.fromkeys(seen, "") | {ordered[0]: "before"}
        if len(ordered) == 2:
            found[ordered[1]] = "after"
    if last:
        found = {time: "" if when == "after" else when for time, when in found.items()}
        found = found | {plain(last): "after"} if plain(last) in found else found
    befores, afters = ([t for t, w in found.items() if w == way] for way in ("before", "after"))
    if len(befores) != 1 or len(afters) != 1:
        raise BadTrial(
            f"Baseline and follow-up could not be told apart among the times "
            f"{', '.join(map(repr, seen[:8]))}; please call one baseline, and say which is the "
            "follow-up."
        )
    return found


class _Kept:
    """Values of a long table, gathered by person and outcome."""

    def __init__(self, rows: _Rows, person: str, outcome: str) -> None:
        self._names = rows.columns[person]
        self._outcomes = rows.columns[outcome] if outcome else ()
        self._values: dict[tuple[str, str, str], tuple[float, int]] = {}
        for cell in self._names:
            if not cell.text:
                raise BadTrial(f"Line {cell.line} names no person; please give each row one.")
        first: dict[str, int] = {}
        for i, cell in enumerate(self._names):
            first.setdefault(cell.text, i)
        self.people, self.first_rows = tuple(first), tuple(first.values())

    def put(self, row: int, when: str, value: float) -> None:
        outcome = (self._outcomes[row].text if self._outcomes else "") or ONLY
        key, line = (self._names[row].text, outcome, when), self._names[row].line
        if key in self._values:
            raise BadTrial(
                f"Line {line}: {key[0][:40]!r} already has a {outcome} {when} in line "
                f"{self._values[key][1]}; please keep one."
            )
        self._values[key] = value, line

    def outcomes(self) -> tuple[Measured, ...]:
        names = dict.fromkeys(outcome for _, outcome, _ in self._values)
        return tuple(
            Measured(name, baseline=self._side(name, "before"), followup=self._side(name, "after"))
            for name in names
        )

    def _side(self, outcome: str, when: str) -> tuple[float, ...]:
        nothing = (math.nan, 0)
        return tuple(self._values.get((p, outcome, when), nothing)[0] for p in self.people)


def _sheet(
    rows: _Rows,
    people: tuple[str, ...],
    picked: Iterable[int],
    shape: Wide | Long | Stacked,
    outcomes: tuple[Measured, ...],
    *notes: str,
) -> Sheet:
    at = tuple(picked)
    arms, said = _arms(rows, shape.person, shape.arm)
    clusters = next((name for name in shape.traits if plain(name) in CLUSTER), "")
    traits = tuple(_trait(name, [rows.columns[name][i] for i in at])
                   for name in shape.traits if name != clusters)  # fmt: skip
    return Sheet(people, arms=tuple(arms[i] for i in at), outcomes=outcomes, traits=traits,
                 clusters=clusters, notes=(*notes, *said))  # fmt: skip


def _trait(name: str, cells: Sequence[Cell]) -> Trait:
    if trial_cells.numeric(cells):
        return Trait(name, figures=trial_cells.numbers(cells, column=name))
    return Trait(name, words=tuple("" if cell.empty else cell.text for cell in cells))


def _arms(rows: _Rows, person: str, arm: str) -> tuple[list[str], list[str]]:
    """Each row's arm, spellings that differ by case and marks made one; and what was made one."""
    first: dict[str, str] = {}
    merged: dict[str, set[str]] = {}
    of_person: dict[str, str] = {}
    found: list[str] = []
    for who, cell in zip(rows.columns[person], rows.columns[arm], strict=True):
        if cell.empty:
            raise BadTrial(
                f"Line {cell.line}: {who.text[:40]!r} has no arm; please give the arm each person "
                "was allotted to, whether or not they finished."
            )
        name = first.setdefault(plain(cell.text), cell.text)
        if of_person.setdefault(who.text, name) != name:
            raise BadTrial(
                f"Line {cell.line}: {who.text[:40]!r} is in the arm {name[:40]!r} here and in "
                f"{of_person[who.text][:40]!r} above; a person has one arm, the one allotted."
            )
        if name != cell.text:
            merged.setdefault(name, set()).add(cell.text)
        found.append(name)
    return found, [f"{', '.join(sorted(others))} was read as the arm {name}."
                   for name, others in merged.items()]  # fmt: skip


def _judged(sheet: Sheet) -> Sheet:
    if len(sheet.people) > MOST_PEOPLE:
        raise BadTrial(
            f"{len(sheet.people)} people came; at most {MOST_PEOPLE} are taken: is it one trial?"
        )
    sizes = Counter(sheet.arms)
    for rare, few in sizes.items():
        for other, many in sizes.items():
            if few <= RARE < many and _slip(plain(rare), plain(other)):
                raise BadTrial(
                    f"The arm {rare!r} has {few} of {len(sheet.people)} people and looks like "
                    f"{other!r} misspelled; please correct it in the table."
                )
    if len(sizes) < 2:
        raise BadTrial(
            f"Everybody is in one arm, {sheet.arms[0][:40]!r}; a trial compares at least two. For "
            "one group's change use `retrowalk outcomes group`."
        )
    if len(sizes) > MOST_ARMS:
        raise BadTrial(
            f"{len(sizes)} arms came, at most {MOST_ARMS} are taken; please check that the column "
            "of arms is the right one."
        )
    return sheet


def _slip(one: str, other: str) -> bool:
    """Whether two names look like one word misspelled; "arm 1" and "arm 2" do not."""
    words, others = one.split(), other.split()
    if len(words) == len(others):
        differing = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
        if all(len(a) < 3 or len(b) < 3 or a.isdigit() for a, b in differing):
            return False
    return SequenceMatcher(None, one, other).ratio() >= ALIKE
