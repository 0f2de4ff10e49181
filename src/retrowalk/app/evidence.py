"""What is known: claims, the studies behind them, and what changed; read once and kept."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from typing import Protocol, TypeVar

from retrowalk.errors import Missing
from retrowalk.evidence.changes import Change, parse_changes
from retrowalk.evidence.claims import (
    Claim,
    Doubt,
    Number,
    Source,
    Sure,
    Topic,
    Verdict,
    Way,
    parse_claim,
)
from retrowalk.evidence.figure import Figure, Printed, Span, Tag
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.parsing_review import parse_review
from retrowalk.evidence.review import Pooled as Reviewed
from retrowalk.evidence.review import Review
from retrowalk.evidence.study import Dose, Harm, Outcome, Study
from retrowalk.evidence.words import (
    About,
    Clean,
    Comparator,
    Condition,
    Design,
    Direction,
    Kind,
    Poolable,
)
from retrowalk.readers import evidence as texts

__all__ = [
    "About", "Claim", "Clean", "Comparator", "Condition", "Design", "Direction", "Dose", "Doubt",
    "Figure", "Harm", "Kind", "Number", "Outcome", "Printed", "Review", "Reviewed", "Span",
    "Study", "Sure", "Tag", "Topic", "Verdict", "Way",
]  # fmt: skip

ORDER = tuple(Verdict)
MOST_NAMED = 12  # ids in a message
COMPARED = {Design.RANDOMISED, Design.CROSSOVER, Design.NOT_SAID}
MAY_POOL = {Poolable.YES, Poolable.SMD_ONLY}


class Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=Named)


@cache
def studies() -> tuple[Study, ...]:
    """Every study, newest first."""
    found = (parse_study(file.text, name=file.name) for file in texts.study_texts())
    return tuple(sorted(found, key=lambda one: (-(one.year or 0), one.id)))


@cache
def reviews() -> tuple[Review, ...]:
    """Every review, newest first."""
    found = (parse_review(file.text, name=file.name) for file in texts.review_texts())
    return tuple(sorted(found, key=lambda one: (-(one.year or 0), one.id)))


@cache
def sources() -> dict[str, Source]:
    """What a claim must know of each study and review, by id."""
    from_reviews = {one.id: _review(one) for one in reviews()}
    return from_reviews | {one.id: _source(one) for one in studies()}


@cache
def claims() -> tuple[Claim, ...]:
    """Every claim, in the order a reader should meet them: best supported first."""
    known = sources()
    found = (parse_claim(file.text, name=file.name, sources=known) for file in texts.claim_texts())
    return tuple(sorted(found, key=lambda one: (ORDER.index(one.verdict), one.title)))


def claim(claim_id: str) -> Claim:
    return _found(claim_id, claims(), "claim")


def study(study_id: str) -> Study | Review:
    """The study or the review of this id."""
    both: tuple[Study | Review, ...] = (*studies(), *reviews())
    return _found(study_id, both, "study")


def chosen(*, condition: Condition | None = None, topic: Topic | None = None) -> tuple[Claim, ...]:
    """The claims about these people and this promise; all of them where neither is asked."""
    return tuple(
        one for one in claims()
        if (condition is None or condition in one.conditions)
        and (topic is None or topic in one.topics)
    )  # fmt: skip


def behind_benefit(benefit_id: str) -> tuple[Claim, ...]:
    return tuple(one for one in claims() if benefit_id in one.benefits)


def behind_protocol(protocol_id: str) -> tuple[Claim, ...]:
    return tuple(one for one in claims() if protocol_id in one.protocols)


def about_study(study_id: str) -> tuple[Claim, ...]:
    """The claims that name it."""
    return tuple(one for one in claims() if any(s.id == study_id for s in one.studies))


def reviewed(
    about: About, condition: Condition | None = None
) -> tuple[tuple[Review, Reviewed], ...]:
    """What reviews pooled of this, as they print it."""
    return tuple(
        (review, row) for review in reviews()
        if condition in (None, review.condition) for row in review.pooled if row.about is about
    )  # fmt: skip


@cache
def changes() -> tuple[Change, ...]:
    """What changed in the studies, newest first."""
    file = texts.changes_text()
    return parse_changes(file.text, name=file.name)


def _found(asked: str, among: Iterable[N], what: str) -> N:
    """The one of this id; Missing, with those whose ids are nearest."""
    by_id = {one.id: one for one in among}
    if asked in by_id:
        return by_id[asked]
    near = [one for one in sorted(by_id) if asked and asked in one][:MOST_NAMED]
    near = near or get_close_matches(asked, by_id, n=4, cutoff=0.4) or sorted(by_id)[:MOST_NAMED]
    named = ", ".join(near)
    raise Missing(f"There is no {what} {asked[:40]!r}: did you mean one of {named}?")


def _source(one: Study) -> Source:
    return Source(
        id=one.id,
        controlled=one.design in COMPARED and bool(one.contrasts),
        both_ways=one.design is Design.ACUTE,
        poolable=any(row.poolable in MAY_POOL for row in one.outcomes),
        has_result=one.kind is Kind.RESULT,
        duplicate_of=one.duplicate_of,
    )


def _review(one: Review) -> Source:
    """Its trials were drawn by lot, mostly; its pooled figures are never pooled again."""
    return Source(one.id, controlled=True, both_ways=False, poolable=False, has_result=True)
