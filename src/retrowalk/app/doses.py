"""Which doses of backward walking were tried, and what was found there."""

from collections.abc import Iterator
from dataclasses import dataclass

from retrowalk.app.evidence import studies
from retrowalk.evidence.study import Arm, Study
from retrowalk.evidence.words import Condition, Design, Direction, Walks
from retrowalk.pictures.dose_map import Found

COMPARED = {Design.RANDOMISED, Design.CROSSOVER, Design.NON_RANDOMISED, Design.NOT_SAID}


@dataclass(frozen=True, slots=True)
class Tried:
    """One study's backward arm; minutes are those walked backward as planned."""

    study: Study
    arm: Arm
    week_min: float
    weeks: float
    found: Found


def doses(condition: Condition | None = None) -> tuple[Tried, ...]:
    """Shortest weeks first; studies that do not tell their dose are not among them."""
    found = (one for study in studies() for one in _tried(study)
             if condition is None or study.condition is condition)  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.weeks, one.week_min, one.study.id)))


def _tried(study: Study) -> Iterator[Tried]:
    arm = next((arm for arm in study.arms if arm.walks in {Walks.BACKWARD, Walks.BOTH}), None)
    if arm is None or study.duplicate_of or study.design is Design.ACUTE:
        return
    dose = arm.dose
    if dose.session_min is None or dose.per_week is None or dose.weeks is None:
        return
    minutes = (dose.session_min.lowest.value + dose.session_min.highest.value) / 2
    per_day = dose.per_day.value if dose.per_day else 1.0
    yield Tried(
        study, arm, minutes * per_day * dose.per_week.value, dose.weeks.value, _found(study)
    )


def _found(study: Study) -> Found:
    """Without others to compare with there is nothing to be better than."""
    if not study.counted or study.design not in COMPARED:
        return Found.UNSEEN
    match study.direction:
        case Direction.BACKWARD:
            return Found.BETTER
        case Direction.OTHER:
            return Found.OTHER
        case Direction.NEITHER | Direction.MIXED:
            return Found.NEITHER
        case _:
            return Found.UNSEEN
