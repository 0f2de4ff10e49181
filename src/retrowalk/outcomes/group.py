"""Whether a group changed: each before against their after, with interval and effect size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrowalk.errors import BadInput
from retrowalk.outcomes.catalogue import Outcome
from retrowalk.outcomes.change import Judged, Verdict, gain, judge

FEWEST = 3  # people; of two an interval is wider than anything worth saying


@dataclass(frozen=True, slots=True)
class Paired:
    """Of n people, the mean gain (better above 0) and the mean gain over its own spread.

    Each with its 95 % interval.  `effect` is Hedges' g of paired gains (g_z).
    """

    people: int
    mean: float
    mean_low: float
    mean_high: float
    effect: float
    effect_low: float
    effect_high: float
    p: float
    verdicts: tuple[tuple[Verdict, int], ...]  # how many persons; empty without an error


def paired(outcome: Outcome, before: Sequence[float], after: Sequence[float]) -> Paired:
    """The paired change of a clinician's group.  BadInput: too few, unequal or all the same."""
    if len(before) != len(after):
        raise BadInput(
            f"{len(before)} results before and {len(after)} after came; each person needs both."
        )
    if len(before) < FEWEST:
        raise BadInput(f"{len(before)} people came; a group's change needs at least {FEWEST}.")
    gains = np.array([gain(outcome, b, a) for b, a in zip(before, after, strict=True)])
    if not np.isfinite(gains).all():
        raise BadInput("Each result must be a number; please look at them again.")
    if np.ptp(gains) <= 1e-12 * max(1.0, float(np.abs(gains).max())):
        raise BadInput("Everybody changed by the very same amount; no interval can be given.")
    from scipy.stats import ttest_rel  # noqa: PLC0415 -- slow to load

    test = ttest_rel(gains, np.zeros_like(gains))
    interval = test.confidence_interval(0.95)
    effect, low, high = _effect(float(test.statistic), len(gains))
    return Paired(
        people=len(gains), mean=float(gains.mean()), mean_low=float(interval.low),
        mean_high=float(interval.high), effect=effect, effect_low=low, effect_high=high,
        p=float(test.pvalue), verdicts=_verdicts(outcome, before, after),
    )  # fmt: skip


def _effect(t: float, n: int) -> tuple[float, float, float]:
    """Hedges' g_z and its interval from the noncentral t distribution.

    From: Hedges 1981 (small-sample factor); Steiger and Fouladi 1997 (interval).
    """
    small = 1 - 3 / (4 * (n - 1) - 1)
    scale = small / math.sqrt(n)
    return t * scale, _noncentral(t, n, 0.975) * scale, _noncentral(t, n, 0.025) * scale


def _noncentral(t: float, n: int, at: float) -> float:
    """The noncentrality under which t lies at this place of its distribution."""
    from scipy.optimize import brentq  # noqa: PLC0415 -- slow to load
    from scipy.stats import nct  # noqa: PLC0415 -- slow to load

    def off(shift: float) -> float:
        below = float(nct.cdf(t, n - 1, shift))
        return (float(shift < t) if math.isnan(below) else below) - at  # far out scipy gives up

    reach = 10.0 + 2 * abs(t)
    return float(brentq(off, -reach, reach))


def _verdicts(
    outcome: Outcome, before: Sequence[float], after: Sequence[float]
) -> tuple[tuple[Verdict, int], ...]:
    found = [judge(outcome, b, a) for b, a in zip(before, after, strict=True)]
    said = [one.verdict for one in found if isinstance(one, Judged)]
    kinds = (Verdict.IMPROVED, Verdict.WITHIN, Verdict.WORSE)
    return tuple((kind, said.count(kind)) for kind in kinds) if said else ()
