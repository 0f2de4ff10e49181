"""What a printed interval, t or p says about a standard error, and back again.

`df` is None for the normal distribution (z); else Student's t.  *Handbook* is the Cochrane Handbook
for Systematic Reviews of Interventions, version 6.  scipy is loaded only where t is asked for.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from retrowalk.errors import BadStudy
from retrowalk.evidence.effects import Contrast, finite, positive

NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class TTest:
    """A comparison of two means: t, its degrees of freedom, the two-sided p."""

    t: float
    df: float
    p: float


def quantile(level: float = 0.95, df: float | None = None) -> float:
    """How many standard errors an interval of this level reaches to each side."""
    _fraction("level", level)
    return _beyond(1 - level, df)


def _beyond(p: float, df: float | None) -> float:
    """The z or t whose two-sided p this is; told from p's own end, so that tiny ones stay exact."""
    if df is None:
        return -NORMAL.inv_cdf(p / 2)
    from scipy.special import stdtrit  # noqa: PLC0415 -- slow to load

    positive("number of degrees of freedom", df)
    return -float(stdtrit(df, p / 2))


def two_sided_p(statistic: float, df: float | None = None) -> float:
    """How often chance alone is as far from 0: 2 (1 - Φ(|z|)), or of t."""
    finite("test statistic", statistic)
    if df is None:
        return math.erfc(abs(statistic) / math.sqrt(2))
    from scipy.special import stdtr  # noqa: PLC0415 -- slow to load

    positive("number of degrees of freedom", df)
    return 2 * float(stdtr(df, -abs(statistic)))


def chance_of(q: float, df: int) -> float:
    """How often chance alone gives a Q as large or larger: the upper tail of χ²."""
    from scipy.special import chdtrc  # noqa: PLC0415 -- slow to load

    return float(chdtrc(df, q))


def interval(
    estimate: float, se: float, *, level: float = 0.95, df: float | None = None
) -> tuple[float, float]:
    """estimate ± quantile × se.  From: Handbook 6.3.1, read the other way round."""
    finite("estimate", estimate)
    positive("standard error", se)
    reach = quantile(level, df) * se
    return estimate - reach, estimate + reach


def se_from_interval(
    low: float, high: float, *, level: float = 0.95, df: float | None = None
) -> float:
    """(high - low) / (2 quantile): 3.92 for 95 % of z.  From: Handbook 6.3.1, and 6.5.2.2 for t."""
    finite("lower limit", low)
    finite("upper limit", high)
    if not low < high:
        raise BadStudy(
            f"An interval from {low:g} to {high:g} came; it must rise: please swap them."
        )
    return (high - low) / (2 * quantile(level, df))


def se_from_t(estimate: float, t: float) -> float:
    """|estimate / t|.  From: Handbook 6.3.1 and 6.5.2.3."""
    finite("estimate", estimate)
    finite("test statistic", t)
    if t == 0 or estimate == 0:
        raise BadStudy(
            f"An estimate of {estimate:g} with a t of {t:g} came; 0 tells nothing of the spread: "
            "please look for an interval."
        )
    return abs(estimate / t)


def se_from_p(estimate: float, p: float, *, df: float | None = None) -> float:
    """|estimate| / (the z or t whose two-sided p this is).  From: Handbook 6.3.1 and 6.5.2.3.

    p must be printed exactly: "p < 0.05" tells only that the standard error is smaller than this.
    """
    _fraction("p", p)
    return se_from_t(estimate, _beyond(p, df))


def p_from_interval(
    estimate: float, low: float, high: float, *, level: float = 0.95, df: float | None = None
) -> float:
    """The p an interval implies: CI → SE → z or t → p.

    From: Altman and Bland 2011 (BMJ 343:d2304); Handbook 6.3.1.
    """
    finite("estimate", estimate)
    return two_sided_p(estimate / se_from_interval(low, high, level=level, df=df), df)


def sd_from_se(se: float, n: int) -> float:
    """One arm's standard deviation: se √n.  From: Handbook 6.5.2.2."""
    positive("standard error", se)
    if n < 2:
        raise BadStudy(f"An arm of {n} came; a spread needs at least 2 people.")
    return se * math.sqrt(n)


def sd_from_difference(se: float, n1: int, n2: int) -> float:
    """The standard deviation two arms share, from their difference's se: se / √(1/n1 + 1/n2).

    From: Handbook 6.5.2.3.
    """
    positive("standard error", se)
    if min(n1, n2) < 2:
        raise BadStudy(f"Arms of {n1} and {n2} came; a spread needs at least 2 people each.")
    return se / math.sqrt(1 / n1 + 1 / n2)


def student(contrast: Contrast) -> TTest:
    """Student's t of two means, one spread for both: (m1 - m2) / (pooled sd √(1/n1 + 1/n2)).

    From: Student 1908; Handbook 6.5.2.3.
    """
    one, two = contrast.backward, contrast.control
    t = (one.mean - two.mean) / (contrast.pooled_sd * math.sqrt(1 / one.n + 1 / two.n))
    return TTest(t, contrast.df, two_sided_p(t, contrast.df))


def welch(contrast: Contrast) -> TTest:
    """Welch's t of two means, each with its own spread; degrees of freedom after Satterthwaite.

    (m1 - m2) / √(v1 + v2), v = sd²/n; (v1 + v2)² / (v1²/(n1-1) + v2²/(n2-1)).  From: Welch 1947.
    """
    arms = (contrast.backward, contrast.control)
    v1, v2 = (arm.sd**2 / arm.n for arm in arms)
    df = (v1 + v2) ** 2 / (v1**2 / (arms[0].n - 1) + v2**2 / (arms[1].n - 1))
    t = (arms[0].mean - arms[1].mean) / math.sqrt(v1 + v2)
    return TTest(t, df, two_sided_p(t, df))


def _fraction(what: str, value: float) -> None:
    if not 0 < value < 1:
        raise BadStudy(f"A {what} of {value:g} came; it lies between 0 and 1, neither included.")
