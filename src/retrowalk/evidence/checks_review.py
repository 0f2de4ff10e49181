"""Whether what a review pooled can be, as it is printed."""

from collections.abc import Iterator
from datetime import date

from retrowalk.evidence.checks_printed import INTERVALS, check_printed
from retrowalk.evidence.figure import Unit
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.review import Pooled, Review


def check_rows(review: Review, *, today: date) -> Iterator[Finding]:
    """Everything about a review and its rows."""
    if review.year and review.year > today.year:
        yield Finding("date-in-future", review.id, "", f"the year {review.year} has not come yet")
    for row in review.pooled:
        for check, text in (*_printed(row), *_row(review, row)):
            yield Finding(check, review.id, row.id, text)


def _printed(row: Pooled) -> Iterator[tuple[str, str]]:
    return check_printed(
        row.printed, about=row.about, unit=row.unit, unit_printed=row.unit_printed, p=row.p
    )


def _row(review: Review, row: Pooled) -> Iterator[tuple[str, str]]:
    if row.printed.measure in INTERVALS and None in (row.printed.lowest, row.printed.highest):
        yield "no-interval", "an estimate stands without its interval"
    if row.unit_printed and row.unit_printed != row.unit:
        yield "unit-wrong", f"{row.unit_printed!r} is printed, which the figure cannot be"
    if row.unit_is is Unit.INFERRED and row.unit:
        yield "unit-inferred", f"the unit {row.unit!r} is inferred, not printed"
    if row.studies and review.studies and row.studies.value > review.studies.value:
        yield (
            "n-does-not-add",
            f"{row.studies.value:g} studies here, {review.studies.value:g} in all",
        )
    if row.people and review.people and row.people.value > review.people.value:
        yield "n-does-not-add", f"{row.people.value:g} people here, {review.people.value:g} in all"
