"""How large a difference is, and how surely: one contrast in, one effect with its variance out.

Positive always means: higher in the backward arm.  Whether that is better, the outcome says.
Sources: *Handbook* is the Cochrane Handbook for Systematic Reviews of Interventions, version 6;
*Borenstein* is Borenstein, Hedges, Higgins and Rothstein, Introduction to Meta-Analysis, 2009.
"""

import math
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum

from retrowalk.errors import BadStudy


class Measure(StrEnum):
    """What an effect is counted in; effects of different measures are never pooled."""

    MD = "md"  # mean difference, in the outcome's own unit
    SMD = "smd"  # standardised: in standard deviations
    LOG_RATIO = "log_ratio"  # natural logarithm of a ratio of means


class Correction(StrEnum):
    """How a standardised difference is freed of its small-sample bias."""

    EXACT = "exact"
    APPROXIMATE = "approximate"
    NONE = "none"


class Variance(StrEnum):
    """Whose formula gives the variance of a standardised difference; `_smd_variance` has them."""

    BORENSTEIN = "borenstein"
    REVMAN_LIKE = "revman_like"
    REVMAN = "revman"


@dataclass(frozen=True, slots=True)
class Sample:
    """One arm's mean and standard deviation (not standard error), and how many people gave them."""

    mean: float
    _: KW_ONLY
    sd: float
    n: int

    def __post_init__(self) -> None:
        finite("mean", self.mean)
        positive("standard deviation", self.sd)
        if self.n < 2:
            raise BadStudy(f"An arm of {self.n} came; a spread needs at least 2 people.")


def combined(one: Sample, other: Sample) -> Sample:
    """Two arms as if they had been one: of a trial with two doses, so that nobody counts twice.

    n1 + n2; (n1 m1 + n2 m2)/N; sd² = ((n1-1) sd1² + (n2-1) sd2² + n1 n2 (m1 - m2)²/N) / (N - 1).
    From: Handbook 6.5.2.10, table 6.5.a.
    """
    n = one.n + other.n
    squares = sum((arm.n - 1) * arm.sd**2 for arm in (one, other))
    squares += one.n * other.n / n * (one.mean - other.mean) ** 2
    mean = (one.n * one.mean + other.n * other.mean) / n
    return Sample(mean, sd=math.sqrt(squares / (n - 1)), n=n)


@dataclass(frozen=True, slots=True)
class Contrast:
    """The arm that walked backward beside the arm it is compared with."""

    backward: Sample
    _: KW_ONLY
    control: Sample

    @property
    def df(self) -> int:
        """Degrees of freedom of the two arms together: n1 + n2 - 2."""
        return self.backward.n + self.control.n - 2

    @property
    def pooled_sd(self) -> float:
        """sqrt(((n1-1) sd1² + (n2-1) sd2²) / (n1+n2-2)).  From: Borenstein, formula 4.19."""
        arms = (self.backward, self.control)
        return math.sqrt(sum((arm.n - 1) * arm.sd**2 for arm in arms) / self.df)


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate, its variance, and the formula both came from.

    `size_variance` is the part of a standardised difference's variance that the numbers of people
    alone give, N/(n1 n2); NaN where it is not known.  The small-study check asks for it.
    """

    estimate: float
    _: KW_ONLY
    variance: float
    measure: Measure
    formula: str = ""
    study: str = ""
    size_variance: float = math.nan

    def __post_init__(self) -> None:
        finite("estimate", self.estimate)
        positive("variance", self.variance)

    @property
    def se(self) -> float:
        return math.sqrt(self.variance)


def finite(what: str, value: float) -> None:
    """BadStudy unless it is a number at all."""
    if not math.isfinite(value):
        raise BadStudy(f"A {what} of {value} came; it must be a number: please look at the source.")


def positive(what: str, value: float) -> None:
    """BadStudy unless it is a number above 0."""
    if not (math.isfinite(value) and value > 0):
        raise BadStudy(
            f"A {what} of {value:g} came; it must be above 0: please look at the source."
        )


def mean_difference(contrast: Contrast, *, pooled: bool = False, study: str = "") -> Effect:
    """The difference of the means, in the outcome's own unit.

    mean1 - mean2; variance sd1²/n1 + sd2²/n2, or, `pooled`, sd² (1/n1 + 1/n2) with the pooled sd.
    From: Borenstein, chapter 4 (both); Handbook 6.5.1.1 (unpooled, as RevMan's).
    """
    one, two = contrast.backward, contrast.control
    if pooled:
        formula = "pooled sd² (1/n1 + 1/n2)"
        variance = contrast.pooled_sd**2 * (1 / one.n + 1 / two.n)
    else:
        formula = "sd1²/n1 + sd2²/n2"
        variance = one.sd**2 / one.n + two.sd**2 / two.n
    return Effect(one.mean - two.mean, variance=variance, measure=Measure.MD, formula=formula,
                  study=study)  # fmt: skip


def cohen_d(contrast: Contrast) -> float:
    """The difference in pooled standard deviations.

    (mean1 - mean2) / pooled sd.  From: Cohen 1988; Borenstein, formula 4.18; Handbook 6.5.1.2.
    """
    return (contrast.backward.mean - contrast.control.mean) / contrast.pooled_sd


def small_sample_factor(df: int, correction: Correction = Correction.EXACT) -> float:
    """What d is multiplied with to be free of bias: J.

    Exact: Γ(m/2) / (√(m/2) Γ((m-1)/2)), m = degrees of freedom; approximate: 1 - 3/(4m - 1).
    From: Hedges 1981 (J Educ Stat 6:107); approximate also Borenstein, formula 4.22.
    """
    if df < 2:
        raise BadStudy(f"{df} degrees of freedom came; the correction needs at least 2.")
    match correction:
        case Correction.EXACT:
            return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
        case Correction.APPROXIMATE:
            return 1 - 3 / (4 * df - 1)
        case _:
            return 1.0


def standardised_difference(
    contrast: Contrast,
    *,
    correction: Correction = Correction.EXACT,
    variance: Variance = Variance.BORENSTEIN,
    study: str = "",
) -> Effect:
    """The difference in standard deviations: Hedges' g, or Cohen's d without correction.

    J d; its variance as `variance` names it.  From: Hedges 1981; Borenstein, chapter 4; Handbook
    6.5.1.2.
    """
    d, j = cohen_d(contrast), small_sample_factor(contrast.df, correction)
    sizes = (contrast.backward.n, contrast.control.n)
    formula, found = _smd_variance(d, j, sizes, variance)
    return Effect(j * d, variance=found, measure=Measure.SMD, formula=formula, study=study,
                  size_variance=sum(sizes) / math.prod(sizes))  # fmt: skip


def _smd_variance(d: float, j: float, sizes: tuple[int, int], of: Variance) -> tuple[str, float]:
    """The variance of g = J d, and its formula; N = n1 + n2.

    Borenstein:  J² (N/(n1 n2) + d²/(2N)), formulas 4.20 and 4.24.
    RevMan-like: N/(n1 n2) + g²/(2N): as above with g in d's place and nothing shrunk by J²
                 (Hedges and Olkin 1985, large samples); what the reference's column is.
    RevMan:      N/(n1 n2) + g²/(2(N - 3.94)): Deeks and Higgins 2010, Statistical algorithms in
                 Review Manager 5, section 3.
    """
    total, base = sum(sizes), sum(sizes) / math.prod(sizes)
    match of:
        case Variance.BORENSTEIN:
            return "J² (N/(n1 n2) + d²/(2N))", j**2 * (base + d**2 / (2 * total))
        case Variance.REVMAN_LIKE:
            return "N/(n1 n2) + g²/(2N)", base + (j * d) ** 2 / (2 * total)
        case _:
            return "N/(n1 n2) + g²/(2(N - 3.94))", base + (j * d) ** 2 / (2 * (total - 3.94))


def change_mean(baseline: float, final: float) -> float:
    """What changed: final - baseline.  From: Handbook 6.5.2.8."""
    finite("baseline mean", baseline)
    finite("final mean", final)
    return final - baseline


def change_sd(baseline_sd: float, final_sd: float, *, correlation: float) -> float:
    """The standard deviation of each person's change, where only the two ends' were printed.

    sqrt(sd0² + sd1² - 2 r sd0 sd1).  From: Handbook 6.5.2.8, step 2.  The correlation is
    a guess unless another trial printed it: try more than one.
    """
    _ends(baseline_sd, final_sd)
    if not -1 < correlation < 1:
        raise BadStudy(f"A correlation of {correlation:g} came; it lies between -1 and 1.")
    return math.sqrt(baseline_sd**2 + final_sd**2 - 2 * correlation * baseline_sd * final_sd)


def change_correlation(baseline_sd: float, final_sd: float, change_sd: float) -> float:
    """The correlation of the ends in a trial that printed all three standard deviations.

    (sd0² + sd1² - sdchange²) / (2 sd0 sd1).  From: Handbook 6.5.2.8, step 1.
    """
    _ends(baseline_sd, final_sd)
    positive("standard deviation of the change", change_sd)
    found = (baseline_sd**2 + final_sd**2 - change_sd**2) / (2 * baseline_sd * final_sd)
    if not -1 <= found <= 1:
        raise BadStudy(
            f"Standard deviations {baseline_sd:g}, {final_sd:g} and of the change {change_sd:g} "
            "came; no correlation gives these three: one of them may be a standard error."
        )
    return found


def _ends(baseline_sd: float, final_sd: float) -> None:
    positive("standard deviation at baseline", baseline_sd)
    positive("final standard deviation", final_sd)


def ratio_of_means(after: Sample, before: Sample) -> float:
    """How many times as much: mean1 / mean2.  From: Handbook 6.5.1.3 (ratio of means)."""
    positive("mean", after.mean)
    positive("mean", before.mean)
    return after.mean / before.mean


def log_ratio(
    after: Sample, before: Sample, *, correlation: float = 0.0, study: str = ""
) -> Effect:
    """The natural logarithm of a ratio of means: of two arms, or of the same people twice.

    ln(m1/m2); variance sd1²/(n1 m1²) + sd2²/(n2 m2²) - 2 r sd1 sd2 / (√(n1 n2) m1 m2), r = 0 for
    two arms.  From: Hedges, Gurevitch and Curtis 1999 (Ecology 80:1150); the last term for the
    same people: Lajeunesse 2011 (Ecology 92:2049).
    """
    if not -1 < correlation < 1:
        raise BadStudy(f"A correlation of {correlation:g} came; it lies between -1 and 1.")
    if correlation and after.n != before.n:
        raise BadStudy(f"{after.n} and {before.n} people came; the same people are as many twice.")
    ratio = ratio_of_means(after, before)
    one, two = (arm.sd / (math.sqrt(arm.n) * arm.mean) for arm in (after, before))
    return Effect(math.log(ratio), variance=one**2 + two**2 - 2 * correlation * one * two,
                  measure=Measure.LOG_RATIO, formula="sd1²/(n1 m1²) + sd2²/(n2 m2²) - 2 r …",
                  study=study)  # fmt: skip
