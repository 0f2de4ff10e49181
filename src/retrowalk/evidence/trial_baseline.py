"""What the arms were like before the trial: the table every report begins with, without p-values.

A p-value there would ask whether chance made differences that chance did make (CONSORT 2010, 15).
"""

import math
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np

from retrowalk.evidence.trial import order
from retrowalk.evidence.trial_sheet import Sheet, Trait

MOST_WORDS = 6  # kinds of answers a row is made of: more are names or notes
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Average:
    """Of `known` people of one arm; NaN where too few are known."""

    mean: float
    _: KW_ONLY
    sd: float
    known: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many of those known."""

    count: int
    _: KW_ONLY
    known: int


@dataclass(frozen=True, slots=True)
class Row:
    """One thing people brought with them, for each arm in the order of the report."""

    name: str
    _: KW_ONLY
    cells: tuple[Average | Share, ...]


def baseline_rows(sheet: Sheet, comparator: str) -> tuple[Row, ...]:
    """Everybody allotted: the outcomes before the trial, then age, sex and whatever is there."""
    arms = order(sheet, comparator)
    rows = [Row(f"{one.name} at baseline", cells=_averages(sheet, one.baseline, arms))
            for one in sheet.outcomes]  # fmt: skip
    for trait in sheet.traits:
        rows += _rows(sheet, trait, arms)
    return tuple(rows[:MOST_ROWS])


def _rows(sheet: Sheet, trait: Trait, arms: Sequence[str]) -> list[Row]:
    if trait.figures:
        return [Row(trait.name, cells=_averages(sheet, trait.figures, arms))]
    kinds = sorted({word for word in trait.words if word})
    if len(kinds) > MOST_WORDS:
        return []
    return [Row(f"{trait.name}: {kind}", cells=_shares(sheet, trait.words, kind, arms))
            for kind in kinds]  # fmt: skip


def _averages(
    sheet: Sheet, figures: Sequence[float], arms: Sequence[str]
) -> tuple[Average | Share, ...]:
    found = []
    for name in arms:
        here = np.array([f for f, arm in zip(figures, sheet.arms, strict=True) if arm == name])
        known = here[~np.isnan(here)]
        mean = float(known.mean()) if len(known) else math.nan
        sd = float(known.std(ddof=1)) if len(known) > 1 else math.nan
        found.append(Average(mean, sd=sd, known=len(known)))
    return tuple(found)


def _shares(
    sheet: Sheet, words: Sequence[str], kind: str, arms: Sequence[str]
) -> tuple[Average | Share, ...]:
    told = [[w for w, arm in zip(words, sheet.arms, strict=True) if w and arm == name]
            for name in arms]  # fmt: skip
    return tuple(Share(here.count(kind), known=len(here)) for here in told)
