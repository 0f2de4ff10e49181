"""A review and what it pooled, as printed; its rows are told of, never pooled again."""

from dataclasses import dataclass

from retrowalk.evidence.figure import Figure, Printed, PValue, Unit
from retrowalk.evidence.study import Doubt, Report
from retrowalk.evidence.words import About, Condition


@dataclass(frozen=True, slots=True)
class Pooled:
    """One pooled result.  `studies` and `people` of the review where `of_review` says so."""

    id: str
    name: str
    about: About
    comparison: str
    printed: Printed
    unit: str
    unit_is: Unit
    unit_printed: str  # where the review prints one that cannot be; empty otherwise
    studies: Figure | None
    people: Figure | None
    of_review: bool
    i2_pct: Figure | None
    model: str  # fixed, random; empty where the text seen does not say
    p: PValue | None
    note: str


@dataclass(frozen=True, slots=True)
class Review:
    id: str
    title: str
    authors: str
    year: int | None
    condition: Condition
    summary: str
    studies: Figure | None
    people: Figure | None
    reports: tuple[Report, ...]
    pooled: tuple[Pooled, ...]
    doubts: tuple[Doubt, ...]
