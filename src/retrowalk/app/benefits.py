"""Each benefit people name, what stands for it here, and what this walker's tests say of it."""

from dataclasses import dataclass
from functools import cache

from retrowalk.app.house import House
from retrowalk.app.outcomes import Line, catalogue, overview
from retrowalk.outcomes.benefits import Benefit, parse_benefits
from retrowalk.readers.outcomes import benefit_texts


@dataclass(frozen=True, slots=True)
class Standing:
    """One benefit and the tests that stand for it."""

    benefit: Benefit
    lines: tuple[Line, ...]


@cache
def benefits() -> tuple[Benefit, ...]:
    """The benefits that come with retrowalk, in the order they are told."""
    known = {outcome.id for outcome in catalogue()}
    return tuple(
        benefit
        for file in benefit_texts()
        for benefit in parse_benefits(file.text, name=file.name, known=known)
    )


def standing(house: House) -> tuple[Standing, ...]:
    lines = {line.outcome.id: line for line in overview(house)}
    return tuple(
        Standing(benefit, tuple(lines[one] for one in benefit.outcomes)) for benefit in benefits()
    )
