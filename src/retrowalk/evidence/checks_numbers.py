"""Whether the figures of two arms agree with each other, with the p and with what can be."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from retrowalk.evidence.effects import Contrast, Sample, cohen_d
from retrowalk.evidence.figure import Better, PValue
from retrowalk.evidence.findings import Finding
from retrowalk.evidence.printed import student, welch
from retrowalk.evidence.study import Group, Outcome, Spread, Study, When
from retrowalk.evidence.words import About, Design, Direction

# A raw difference between arms that no training gives.
LARGEST = {
    (About.SPEED, "m/s"): 0.5, (About.BACKWARD_SPEED, "m/s"): 0.5, (About.STRIDE, "m"): 0.5,
    (About.STRIDE, "cm"): 50.0, (About.CADENCE, "steps/min"): 40.0, (About.PAIN, "points"): 6.0,
}  # fmt: skip
# People differ by at least this; a smaller standard deviation is probably a standard error.
LEAST_SD = {
    (About.SPEED, "m/s"): 0.1, (About.BACKWARD_SPEED, "m/s"): 0.07, (About.STRIDE, "m"): 0.05,
    (About.STRIDE, "cm"): 5.0, (About.CADENCE, "steps/min"): 4.0, (About.CONFIDENCE, "%"): 10.0,
}  # fmt: skip
LARGEST_D = 3.0  # standard deviations; no training parts two groups this far
P_FACTOR = 2.0  # another test of the same figures gives another p, but hardly this far off
BASELINE_D = 0.5  # arms this far apart before the training were not alike
OXYGEN_PCT = 25.0  # a change of oxygen uptake at one speed beyond it is doubtful
TINY = 1e-9  # no report prints a spread as small, and squares of smaller ones vanish
OF_ONE_ARM = (Design.ONE_ARM, Design.ACUTE, Design.ACROSS)  # the same people, or no control


@dataclass(frozen=True, slots=True)
class Two:
    """What two arms of a contrast gave; each has a mean."""

    backward: Group
    against: Group
    difference: float  # of the means, backward less the other

    @property
    def ready(self) -> bool:
        return self.contrast() is not None

    def contrast(self, *, as_se: bool = False) -> Contrast | None:
        """The two samples, where their spreads are known; `as_se` reads them as errors."""
        samples = [_sample(group, as_se) for group in (self.backward, self.against)]
        match samples:
            case [Sample() as one, Sample() as two]:
                return Contrast(one, control=two)
            case _:
                return None


def pairs(study: Study, outcome: Outcome) -> Iterator[Two]:
    """The arms of each contrast that have a mean in this outcome."""
    for contrast in study.contrasts:
        one, two = outcome.group(contrast.backward), outcome.group(contrast.against)
        if one and two and one.mean and two.mean:
            yield Two(one, two, one.mean.value - two.mean.value)


def speaks(outcome: Outcome, pair: Two) -> Direction:
    """Which arm the figures favour."""
    sign = {Better.HIGHER: 1, Better.LOWER: -1, Better.NEITHER: 0}[outcome.better]
    better = pair.difference * sign
    if better == 0 or outcome.favours not in (Direction.BACKWARD, Direction.OTHER):
        return outcome.favours
    return Direction.BACKWARD if better > 0 else Direction.OTHER


def check_numbers(study: Study, outcome: Outcome) -> Iterator[Finding]:
    """Every arithmetical doubt about one outcome."""
    for check, text in _all(study, outcome):
        yield Finding(check, study.id, outcome.id, text)


def _all(study: Study, outcome: Outcome) -> Iterator[tuple[str, str]]:
    yield from _floor(outcome)
    yield from _oxygen(outcome)
    for pair in pairs(study, outcome):
        largest = LARGEST.get((outcome.about, outcome.unit), math.inf)
        if abs(pair.difference) > largest:
            yield (
                "size-impossible",
                (
                    f"the arms differ by {pair.difference:g} {outcome.unit}, more "
                    f"than {largest:g}; please look for another unit"
                ),
            )
        if speaks(outcome, pair) is not outcome.favours:
            yield (
                "contradictory",
                (
                    f"the words favour {outcome.favours.value!r}, the figures the "
                    "other; final or change, and which way is better?"
                ),
            )
        if study.design not in OF_ONE_ARM:
            yield from _spreads(outcome, pair)


def _floor(outcome: Outcome) -> Iterator[tuple[str, str]]:
    least = LEAST_SD.get((outcome.about, outcome.unit), 0.0)
    for group in outcome.groups:
        small = group.spread and 0 <= group.spread.value < least and group.spread_is is Spread.SD
        if small and group.spread and outcome.kind in (When.BASELINE, When.FINAL):
            yield (
                "spread-like-se",
                (
                    f"a standard deviation of {group.spread.value:g} {outcome.unit} "
                    f"is below {least:g}; people differ by more than that"
                ),
            )
            return


def _oxygen(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.about is About.OXYGEN and outcome.kind is When.CHANGE and outcome.unit == "%":
        for group in outcome.groups:
            if group.mean and abs(group.mean.value) > OXYGEN_PCT:
                yield "change-too-large", f"{group.mean.value:g} % at one speed; please look again"


def _spreads(outcome: Outcome, pair: Two) -> Iterator[tuple[str, str]]:
    contrast, as_se = pair.contrast(), pair.contrast(as_se=True)
    if contrast is None or as_se is None:
        return
    d = cohen_d(contrast)
    if outcome.kind is When.BASELINE:
        if abs(d) > BASELINE_D:
            yield "baseline-differs", f"the arms lie {abs(d):.1f} standard deviations apart before"
        return
    if abs(d) > LARGEST_D:
        yield (
            "spread-like-se",
            (
                f"the arms lie {abs(d):.1f} standard deviations apart; if the "
                "spreads are standard errors, it is less"
            ),
        )
    if outcome.p is None or agrees(outcome.p, student(contrast).p, welch(contrast).p):
        return
    found, other = student(contrast).p, student(as_se).p
    yield (
        "p-disagrees",
        f"the figures give a p of {found:.2g}, printed is {outcome.p.relation} "
        f"{outcome.p.figure.value:g}; please look at the spreads",
    )
    if outcome.p.relation == "=" and agrees(outcome.p, other):
        yield (
            "spread-like-se",
            f"read as standard errors the spreads give the p printed ({other:.2g}), as standard "
            f"deviations {found:.2g}",
        )


def agrees(printed: PValue, *found: float) -> bool:
    """Whether one of the p found could be the one printed, rounding and another test allowed."""
    value = printed.figure.value
    match printed.relation:
        case "<":
            return min(found) < value * P_FACTOR
        case ">":
            return max(found) > value / P_FACTOR
        case _:
            half = half_step(value)
            lowest, highest = (value - half) / P_FACTOR, (value + half) * P_FACTOR
            return any(lowest <= p <= highest for p in found)


def half_step(value: float) -> float:
    """Half of the last digit printed: 0.0005 for 0.033."""
    digits = f"{value:.8f}".rstrip("0").partition(".")[2]
    return float(0.5 * 10.0 ** -len(digits))


def _sample(group: Group, as_se: bool) -> Sample | None:
    sd = group.sd
    if not (sd and sd > TINY and group.mean and group.n and group.n.value >= 2):
        return None
    n = int(group.n.value)
    return Sample(group.mean.value, sd=sd * math.sqrt(n) if as_se else sd, n=n)
