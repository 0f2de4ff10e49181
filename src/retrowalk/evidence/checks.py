"""Every check of the evidence: a study or a review in, what is wrong with it out.

A finding that the file knows of (its [[doubt]]) is told as known; one that no doubt may excuse is
told until the file is changed.  `findings.CHECKS` lists them all, with their meaning.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from retrowalk.evidence.changes import Change
from retrowalk.evidence.checks_numbers import check_numbers
from retrowalk.evidence.checks_outcomes import check_outcome
from retrowalk.evidence.checks_printed import check_printed
from retrowalk.evidence.checks_review import check_rows
from retrowalk.evidence.checks_sources import check_sources
from retrowalk.evidence.checks_study import check_design
from retrowalk.evidence.checks_together import check_changes, check_together
from retrowalk.evidence.findings import Finding, judged
from retrowalk.evidence.review import Review
from retrowalk.evidence.study import Outcome, Study


def check_study(study: Study, *, today: date) -> Iterator[Finding]:
    """What is wrong with one study, before its doubts are asked."""
    yield from check_sources(study)
    yield from check_design(study, today=today)
    for outcome in study.outcomes:
        yield from check_outcome(study, outcome)
        yield from check_numbers(study, outcome)
        yield from _effects(study, outcome)


def check_review(review: Review, *, today: date) -> Iterator[Finding]:
    """What is wrong with one review, before its doubts are asked."""
    yield from check_sources(review)
    yield from check_rows(review, today=today)


def check_all(
    studies: Sequence[Study],
    reviews: Sequence[Review],
    changes: Sequence[Change],
    *,
    today: date,
) -> tuple[Finding, ...]:
    """What is wrong with all of them, each finding with the doubt that knows of it."""
    found = _each(studies, reviews, tuple(check_together(studies)), today)
    return (*found, *check_changes([*studies, *reviews], changes, today=today))


def check_beside(
    studies: Sequence[Study],
    reviews: Sequence[Review],
    shipped: Sequence[Study],
    *,
    today: date,
) -> tuple[Finding, ...]:
    """What is wrong with these, alone and beside the others that are shipped."""
    own = {study.id for study in studies}
    others = [study for study in shipped if study.id not in own]
    together = tuple(check_together([*others, *studies]))
    return _each(studies, reviews, together, today)


def _each(
    studies: Sequence[Study], reviews: Sequence[Review], together: Sequence[Finding], today: date
) -> tuple[Finding, ...]:
    """Every finding about each of these, with the doubt that knows of it."""
    found: list[Finding] = []
    for study in studies:
        shared = [one for one in together if one.study == study.id]
        found += judged(study.id, [*check_study(study, today=today), *shared], study.doubts)
    for review in reviews:
        found += judged(review.id, check_review(review, today=today), review.doubts)
    return tuple(found)


def _effects(study: Study, outcome: Outcome) -> Iterator[Finding]:
    for effect in outcome.printed:
        p = None if effect.arm else outcome.p
        for check, text in check_printed(
            effect, about=outcome.about, unit=outcome.unit, unit_printed="", p=p
        ):
            yield Finding(check, study.id, outcome.id, text)
