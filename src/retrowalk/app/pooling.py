"""Which rows of the studies may stand together, and what they come to.

A row is pooled only where the study's file says it may be, once for each study, a study told twice
only once.  People of different kinds, other comparisons, and arms that differ in more than the
walking stand in pools of their own: nothing is mixed that a reader would want apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from retrowalk.app.evidence import claims, studies
from retrowalk.evidence.certainty import Certainty, Risk, body_of, certainty
from retrowalk.evidence.claims import Matters
from retrowalk.evidence.effects import (
    Contrast,
    Effect,
    Sample,
    mean_difference,
    standardised_difference,
)
from retrowalk.evidence.figure import Better, Unit
from retrowalk.evidence.printed import quantile
from retrowalk.evidence.small_study import small_study
from retrowalk.evidence.study import Outcome, Pair, Study, When
from retrowalk.evidence.synthesis import LeftOut, Synthesis, leave_one_out, pool
from retrowalk.evidence.words import About, Clean, Comparator, Condition, Design, Poolable

IN_SPREADS = "standard deviations"
WORTH, OWN_ERROR = "smallest change that matters", "the test’s own error, for one person"


@dataclass(frozen=True, slots=True)
class Key:
    """What a pool is of; pools differ in at least one of these."""

    about: About
    condition: Condition
    comparator: Comparator
    clean: Clean
    children: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One study's comparison."""

    study: Study
    outcome: Outcome
    pair: Pair
    contrast: Contrast

    @property
    def key(self) -> Key:
        return Key(self.outcome.about, self.study.condition, self.pair.comparator,
                   self.pair.clean, self.study.children)  # fmt: skip

    @property
    def instrument(self) -> tuple[object, ...]:
        """What must be alike for differences to be in the same unit."""
        one = self.outcome
        return one.unit, one.scale, one.better, "" if one.scale or one.unit == "m/s" else one.name


@dataclass(frozen=True, slots=True)
class Pooled:
    """Rows in one unit, or in standard deviations (`unit` says so), and what they come to.

    In standard deviations better is always higher, whatever the tests' own scales.
    """

    key: Key
    unit: str
    better: Better
    rows: tuple[Row, ...]
    effects: tuple[Effect, ...]
    synthesis: Synthesis
    without: tuple[LeftOut, ...]

    @property
    def raw(self) -> bool:
        return self.unit != IN_SPREADS

    @property
    def reaches(self) -> tuple[float, ...]:
        """Half the 95 % interval of each study."""
        return tuple(quantile(0.95) * effect.se for effect in self.effects)

    @property
    def people(self) -> int:
        return sum(row.contrast.backward.n + row.contrast.control.n for row in self.rows)

    @property
    def matters(self) -> float | None:
        """The smallest change that matters in this unit, where a claim names one."""
        found = _matters(self)
        return found.value if found else None

    @property
    def matters_name(self) -> str:
        found = _matters(self)
        return OWN_ERROR if found and found.own_error else WORTH


def sureness(pool: Pooled) -> Certainty | None:
    """How sure this pool alone makes one; None where no change that matters is known in its unit.

    Most reports were read as summaries, which do not tell how a trial was done.
    """
    if pool.matters is None:
        return None
    return certainty(body_of(
        pool.synthesis, [_risk(row) for row in pool.rows], matters=pool.matters,
        people=pool.people, small=small_study(pool.effects),
        by_lot=all(row.study.design is not Design.NON_RANDOMISED for row in pool.rows),
    ))  # fmt: skip


def _risk(row: Row) -> Risk:
    drawn = row.study.design in {Design.RANDOMISED, Design.CROSSOVER}
    return Risk.UNCLEAR if drawn and row.pair.clean is Clean.CLEAN else Risk.HIGH


def _matters(pool: Pooled) -> Matters | None:
    for claim in claims():
        for one in claim.pools:
            same = (one.about, one.condition) == (pool.key.about, pool.key.condition)
            if same and claim.matters.value is not None and claim.matters.unit == pool.unit:
                return claim.matters
    return None


@dataclass(frozen=True, slots=True)
class Apart:
    """A result kept and shown, never pooled, and why."""

    study: Study
    outcome: Outcome
    why: str


@cache
def pools() -> tuple[Pooled, ...]:
    """Every pool the studies allow."""
    rows = sorted(_rows(), key=lambda row: _order(row.key))
    return tuple(
        made for _, same in groupby(rows, key=lambda row: _order(row.key)) for made in _made(same)
    )


def pools_of(
    about: About, *, condition: Condition | None = None, comparator: Comparator | None = None
) -> tuple[Pooled, ...]:
    return tuple(
        one for one in pools()
        if one.key.about is about
        and (condition is None or one.key.condition is condition)
        and (comparator is None or one.key.comparator is comparator)
    )  # fmt: skip


def apart(about: About, *, condition: Condition | None = None) -> tuple[Apart, ...]:
    """The results on this that are in no pool, each with the reason its file gives."""
    pooled = {(row.study.id, row.outcome.id) for one in pools() for row in one.rows}
    return tuple(
        Apart(study, outcome, _why(study, outcome))
        for study in studies()
        if condition is None or study.condition is condition
        for outcome in study.outcomes
        if outcome.about is about and (study.id, outcome.id) not in pooled
    )


def abouts() -> tuple[About, ...]:
    """What anything was measured of, in the order of `About`."""
    measured = {outcome.about for study in studies() for outcome in study.outcomes}
    return tuple(about for about in About if about in measured)


def people(about: About) -> tuple[Condition, ...]:
    """In whom it was measured."""
    found = {s.condition for s in studies() if any(o.about is about for o in s.outcomes)}
    return tuple(one for one in Condition if one in found)


def _why(study: Study, outcome: Outcome) -> str:
    if study.duplicate_of:
        return f"Told before as {study.duplicate_of}; counted once."
    if not study.counted:
        return "A plan or a registry’s entry, no result."
    return outcome.why or "No comparison with another group."


def _order(key: Key) -> tuple[int, ...]:
    return (
        tuple(About).index(key.about),
        tuple(Condition).index(key.condition),
        key.children,
        tuple(Comparator).index(key.comparator),
        tuple(Clean).index(key.clean),
    )


def _rows() -> Iterator[Row]:
    """Every comparison a file allows to be pooled and gives figures enough for."""
    for study in studies():
        for outcome in study.outcomes if study.counted else ():
            for pair in study.contrasts:
                contrast = contrast_of(outcome, pair)
                may = outcome.poolable in {Poolable.YES, Poolable.SMD_ONLY}
                if may and contrast is not None:
                    yield Row(study, outcome, pair, contrast)


def contrast_of(outcome: Outcome, pair: Pair) -> Contrast | None:
    """The two arms' figures; None where one is missing or no standard deviation."""
    samples = []
    for arm in (pair.backward, pair.against):
        group = outcome.group(arm)
        if group is None or group.n is None or group.mean is None or group.sd is None:
            return None
        samples.append(Sample(group.mean.value, sd=group.sd, n=int(group.n.value)))
    return Contrast(samples[0], control=samples[1])


def _made(same: Iterable[Row]) -> Iterator[Pooled]:
    """One pool for each unit; and all in standard deviations where that brings studies together."""
    rows = list(same)
    most = 0
    for instrument in dict.fromkeys(row.instrument for row in rows):
        alike = _once(
            row for row in rows
            if row.instrument == instrument and row.outcome.poolable is Poolable.YES
            and row.outcome.unit_is is not Unit.ABSENT
        )  # fmt: skip
        if alike:
            most = max(most, len(alike))
            yield _pooled(alike, raw=True)
    for kind in (When.FINAL, When.CHANGE):
        spread = _once(row for row in rows if row.outcome.kind is kind)
        if len(spread) > most:
            yield _pooled(spread, raw=False)


def _once(rows: Iterable[Row]) -> tuple[Row, ...]:
    """One row a study, and one study of those with perhaps the same people."""
    kept: dict[str, Row] = {}
    for row in rows:
        if row.study.id not in kept and not any(o in kept for o in row.study.overlaps):
            kept[row.study.id] = row
    return tuple(kept.values())


def _pooled(rows: tuple[Row, ...], *, raw: bool) -> Pooled:
    effects = tuple(_effect(row, raw=raw) for row in rows)
    first = rows[0].outcome
    return Pooled(
        key=rows[0].key,
        unit=_unit(first) if raw else IN_SPREADS,
        better=first.better if raw else Better.HIGHER,
        rows=rows,
        effects=effects,
        synthesis=pool(effects),
        without=leave_one_out(effects),
    )


def _unit(outcome: Outcome) -> str:
    """ "points of 10" where the scale begins at 0, else the unit alone."""
    if outcome.scale is None or outcome.scale[0] or outcome.unit != "points":
        return outcome.unit
    return f"points of {outcome.scale[1]:g}"


def _effect(row: Row, *, raw: bool) -> Effect:
    if raw:
        return mean_difference(row.contrast, study=row.study.id)
    found = standardised_difference(row.contrast, study=row.study.id)
    sign = -1.0 if row.outcome.better is Better.LOWER else 1.0
    return replace(found, estimate=sign * found.estimate)
