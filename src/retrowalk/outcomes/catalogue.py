"""An outcome: one thing measured again and again, as a value, read from its TOML text.

What a change must exceed to be more than the test's own error is written with the people it
was measured in and its source, or it is written that nobody was found who measured it.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum

from retrowalk.authored import reading, schema
from retrowalk.authored.schema import Faults, Table
from retrowalk.errors import BadOutcome
from retrowalk.words import Better, Quantity

LONGEST_FILE = 60_000  # characters; the longest of ours is a tenth of it
Z_95 = 1.959964  # of a normal distribution: 95 % lie within
Z = {90: 1.644854, 95: Z_95}
ROUNDED = 0.1  # a printed SEM and MDC may disagree by rounding, this far
SIDES = ("left", "right")


class Reading(Enum):
    """How well a figure was read.  One from memory is never shipped."""

    SEEN = "seen"  # in the source named
    DERIVED = "derived"  # by arithmetic from figures seen
    DOUBTFUL = "doubtful"  # seen, but ambiguous


class Way(Enum):
    """How a test is taken on its page."""

    STOPWATCH = "stopwatch"  # started and stopped; a time
    COUNTDOWN = "countdown"  # a fixed time runs; a number is typed
    ASKED = "asked"  # a scale from one word to another
    TYPED = "typed"  # a number read off somewhere
    ITEMS = "items"  # answers 0 to 4 of a questionnaire the person brings


class Counts(Enum):
    """Which of several trials is the result."""

    BEST = "best"
    MEAN = "mean"
    MEDIAN = "median"


class Group(Enum):
    """Under which heading an outcome stands."""

    KNEE = "knee"
    BALANCE = "balance"
    WALKING = "walking"
    LEGS = "legs"
    STAMINA = "stamina"
    FEELING = "feeling"
    QUESTIONNAIRE = "questionnaire"


@dataclass(frozen=True, slots=True)
class Cited:
    """In whom, by whom, and how well it was read."""

    population: str
    source: str
    doi: str  # empty where none was seen
    tag: Reading


@dataclass(frozen=True, slots=True)
class Spread:
    """The test's own error in one population, in SI.

    `sem`: what one result scatters by; `mdc`: what two must differ by, to be more than that.
    """

    sem: float
    mdc: float  # at 95 %, whatever the source printed
    icc: float  # 0 where the source gives none
    cited: Cited


@dataclass(frozen=True, slots=True)
class Norm:
    """What was found in some people; never a cut-off on its own."""

    text: str
    cited: Cited


@dataclass(frozen=True, slots=True)
class Below:
    """A row of a table by age and sex: fewer than this is below average in that table."""

    sex: str
    from_years: int
    to_years: int
    fewer_than: float


@dataclass(frozen=True, slots=True)
class BelowTable:
    """A published table by age and sex."""

    rows: tuple[Below, ...]
    cited: Cited


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    title: str
    summary: str
    group: Group
    quantity: Quantity
    better: Better
    lowest: float  # a result below or above cannot be
    highest: float
    step: float  # how finely it is read
    way: Way
    time_s: float  # of a countdown; 0 otherwise
    course_m: float  # walked in the time measured, where the result is a speed; 0 otherwise
    items: int  # of a questionnaire; 0 otherwise
    ends: tuple[str, ...]  # the words at the two ends of a scale
    trials: int
    counts: Counts
    body: bool  # asks the body, so the health questions come first
    equipment: tuple[str, ...]
    safety: tuple[str, ...]
    steps: tuple[str, ...]
    errors: tuple[Spread, ...]
    no_error: str  # why there is none
    norms: tuple[Norm, ...]
    matters: tuple[Norm, ...]  # what people called a change worth having
    below: tuple[BelowTable, ...]

    @property
    def error(self) -> Spread | None:
        """The one that decides: the largest, for a false "better" costs more than a missed one."""
        return max(self.errors, key=lambda error: error.mdc, default=None)


def parse_outcomes(text: str, *, name: str) -> tuple[Outcome, ...]:
    """The outcome in this TOML text, one for each side where it has sides.

    Raises BadOutcome with `name`, line and reason, one sentence for each fault.
    """
    with reading.parsing(text, name, BadOutcome, LONGEST_FILE, one="outcome") as top:
        sides = top.take("sides", schema.flag, False, optional=True)
        outcome = _outcome(top)
        if not top.faults.found:
            _judge(outcome, top.faults)
    return tuple(_side(outcome, side) for side in SIDES) if sides else (outcome,)


def _side(outcome: Outcome, side: str) -> Outcome:
    return replace(outcome, id=f"{outcome.id}-{side}", title=f"{outcome.title}, {side}")


def _outcome(top: Table) -> Outcome:
    quantity = top.take("quantity", schema.one_of(Quantity), Quantity.POINTS)
    figure = _figure(quantity)
    outcome = Outcome(
        id=top.take("id", schema.name, ""),
        title=top.take("title", schema.words(most=60), ""),
        summary=top.take("summary", schema.words(most=400), ""),
        group=top.take("group", schema.one_of(Group), Group.FEELING),
        quantity=quantity,
        better=top.take("better", schema.one_of(Better), Better.LOWER),
        lowest=top.take("lowest", figure, 0.0),
        highest=top.take("highest", figure, 0.0),
        step=top.take("step", figure, 1.0),
        way=top.take("way", schema.one_of(Way), Way.TYPED),
        time_s=top.take("time", schema.time_s(5, 1800), 0.0, optional=True),
        course_m=top.take("course_m", schema.number(1, 100), 0.0, optional=True),
        items=top.take("items", schema.count(1, 60), 0, optional=True),
        ends=top.take("ends", schema.several(schema.words(most=60), most=2), (), optional=True),
        trials=top.take("trials", schema.count(1, 5), 1),
        counts=top.take("counts", schema.one_of(Counts), Counts.MEAN),
        body=top.take("body", schema.flag, True, optional=True),
        equipment=top.take("equipment", SENTENCES, (), optional=True),
        safety=top.take("safety", SENTENCES, (), optional=True),
        steps=top.take("steps", SENTENCES, ()),
        errors=tuple(_spread(row, figure) for row in top.tables("error", most=6, optional=True)),
        no_error=top.take("no_error", schema.words(most=400), "", optional=True),
        norms=tuple(_norm(row) for row in top.tables("norm", most=12, optional=True)),
        matters=tuple(_norm(row) for row in top.tables("matters", most=6, optional=True)),
        below=tuple(_table(row) for row in top.tables("below", most=2, optional=True)),
    )
    top.close()
    return outcome


SENTENCES = schema.several(schema.words(most=300), most=12)


def _figure(quantity: Quantity) -> schema.Read[float]:
    """A number in the file's own unit, as SI."""
    read = schema.number(-1000, 10_000)
    return lambda value: read(value) * quantity.si


def _cited(row: Table) -> Cited:
    return Cited(
        population=row.take("population", schema.words(most=300), ""),
        source=row.take("source", schema.words(most=300), ""),
        doi=row.take("doi", schema.words(most=80), "", optional=True),
        tag=row.take("tag", _tag, Reading.SEEN),
    )


def _tag(value: object) -> Reading:
    if value == "memory":
        raise schema.Unfit("is 'memory', but a figure nobody has read in its source is not shipped")
    return schema.one_of(Reading)(value)


def _spread(row: Table, figure: schema.Read[float]) -> Spread:
    """SEM, MDC or both as printed; the one that is missing follows from the other."""
    sem = row.take("sem", figure, 0.0, optional=True)
    mdc = row.take("mdc", figure, 0.0, optional=True)
    z = Z[row.take("confidence", _confidence, 95, optional=True)]
    icc = row.take("icc", schema.number(0, 1), 0.0, optional=True)
    cited = _cited(row)
    row.close()
    if sem <= 0 and mdc <= 0:
        row.faults.add(row.path, "has neither sem nor mdc above 0, at least one of them expected")
    if sem > 0 and mdc > 0 and abs(z * math.sqrt(2) * sem / mdc - 1) > ROUNDED:
        row.faults.add(row.path, "has an mdc that its sem does not give (1.96 × √2 × sem at 95 %)")
    sem = mdc / (z * math.sqrt(2)) if mdc > 0 else sem
    return Spread(sem, Z_95 * math.sqrt(2) * sem, icc, cited)


def _confidence(value: object) -> int:
    read = schema.count(90, 95)(value)
    if read not in Z:
        raise schema.Unfit(f"is {read}, 90 or 95 expected")
    return read


def _norm(row: Table) -> Norm:
    norm = Norm(row.take("text", schema.words(most=400), ""), _cited(row))
    row.close()
    return norm


def _table(row: Table) -> BelowTable:
    table = BelowTable(tuple(_below(one) for one in row.tables("row", most=40)), _cited(row))
    row.close()
    return table


def _below(row: Table) -> Below:
    below = Below(
        sex=row.take("sex", schema.words(most=10), ""),
        from_years=row.take("from", schema.count(18, 120), 18),
        to_years=row.take("to", schema.count(18, 120), 120),
        fewer_than=row.take("fewer_than", schema.number(0, 100), 0.0),
    )
    row.close()
    return below


def _judge(outcome: Outcome, faults: Faults) -> None:
    """The rules that bind several keys together."""
    for path, wrong, text in (
        ("highest", outcome.highest <= outcome.lowest, "is not above lowest"),
        ("step", outcome.step <= 0, "is not above 0"),
        ("safety", outcome.body and not outcome.safety,
         "is empty, but a test that asks the body begins with how to do it safely"),
        ("time", (outcome.way is Way.COUNTDOWN) != (outcome.time_s > 0),
         "belongs to a countdown and to nothing else"),
        ("course_m", outcome.course_m > 0 and outcome.quantity is not Quantity.SPEED,
         "is given, but the result is no speed"),
        ("items", (outcome.way is Way.ITEMS) != (outcome.items > 0),
         "belongs to a questionnaire and to nothing else"),
        ("ends", (outcome.way is Way.ASKED) != (len(outcome.ends) == 2),
         "are the two words at the ends of a scale, and belong to nothing else"),
        ("no_error", bool(outcome.errors) == bool(outcome.no_error),
         "is to be said exactly where there is no [[error]]"),
    ):  # fmt: skip
        if wrong:
            faults.add((path,), text)
