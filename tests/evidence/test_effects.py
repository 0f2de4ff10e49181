"""One contrast in, one effect out: known figures, the promises of each formula, bad input."""

import math
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.errors import BadStudy
from retrowalk.evidence.effects import (
    Contrast,
    Correction,
    Effect,
    Measure,
    Sample,
    Variance,
    change_correlation,
    change_mean,
    change_sd,
    cohen_d,
    combined,
    log_ratio,
    mean_difference,
    ratio_of_means,
    small_sample_factor,
    standardised_difference,
)

WENG = Contrast(Sample(28.0, sd=3.3, n=13), control=Sample(25.5, sd=2.3, n=13))

means = st.floats(-100, 100)
sds = st.floats(0.01, 100)
sizes = st.integers(2, 500)
samples = st.builds(Sample, means, sd=sds, n=sizes)
contrasts = st.builds(Contrast, samples, control=samples)
scales = st.floats(0.01, 100)


def scaled(sample: Sample, by: float) -> Sample:
    return Sample(sample.mean * by, sd=sample.sd * by, n=sample.n)


def test_a_published_contrast_gives_the_figures_worked_out_elsewhere() -> None:
    plain, pooled = mean_difference(WENG, study="weng2006"), mean_difference(WENG, pooled=True)
    assert (plain.estimate, plain.se) == pytest.approx((2.5, 1.11562), rel=1e-5)
    assert (plain.measure, plain.study) == (Measure.MD, "weng2006")
    assert pooled.se == pytest.approx(plain.se)  # as many in each arm
    assert cohen_d(WENG) == pytest.approx(0.878953, rel=1e-6)
    g = standardised_difference(WENG)
    assert (g.estimate, g.se) == pytest.approx((0.851148, 0.397741), rel=1e-6)
    assert standardised_difference(WENG, variance=Variance.REVMAN_LIKE).se == pytest.approx(
        0.409607, rel=1e-6
    )
    d = standardised_difference(WENG, correction=Correction.NONE)
    assert d.estimate == cohen_d(WENG)


def test_review_manager_takes_3_94_from_the_people() -> None:
    g = standardised_difference(WENG, variance=Variance.REVMAN)
    assert g.variance == pytest.approx(26 / 169 + g.estimate**2 / (2 * (26 - 3.94)))
    assert "3.94" in g.formula


@given(contrasts)
def test_turning_the_arms_round_turns_the_sign_only(contrast: Contrast) -> None:
    turned = Contrast(contrast.control, control=contrast.backward)
    for measure in (mean_difference, standardised_difference):
        here, there = measure(contrast), measure(turned)
        assert here.estimate == pytest.approx(-there.estimate)
        assert here.variance == pytest.approx(there.variance)


@given(contrasts, scales)
def test_another_unit_scales_a_difference_and_leaves_a_standardised_one(
    contrast: Contrast, by: float
) -> None:
    other = Contrast(scaled(contrast.backward, by), control=scaled(contrast.control, by))
    assert mean_difference(other).estimate == pytest.approx(
        by * mean_difference(contrast).estimate, abs=1e-9
    )
    assert mean_difference(other).se == pytest.approx(by * mean_difference(contrast).se)
    for variance in Variance:
        here = standardised_difference(contrast, variance=variance)
        there = standardised_difference(other, variance=variance)
        assert there.estimate == pytest.approx(here.estimate)
        assert there.variance == pytest.approx(here.variance)


@given(st.integers(2, 10_000))
def test_the_corrections_shrink_and_agree_more_the_more_people(df: int) -> None:
    exact = small_sample_factor(df)
    approximate = small_sample_factor(df, Correction.APPROXIMATE)
    assert 0 < exact < 1
    assert abs(exact - approximate) < 0.04 / df**2 + 1e-12
    assert small_sample_factor(df, Correction.NONE) == 1


@given(sds, sds, st.floats(-0.99, 0.99))
def test_a_change_and_its_correlation_are_each_others_inverse(a: float, b: float, r: float) -> None:
    assert change_correlation(a, b, change_sd(a, b, correlation=r)) == pytest.approx(r, abs=1e-3)


@given(sds, sds)
def test_the_closer_the_ends_hang_together_the_less_a_change_scatters(a: float, b: float) -> None:
    loose, tight = (change_sd(a, b, correlation=r) for r in (0.1, 0.9))
    assert tight < loose
    assert change_mean(a, b) == b - a


def test_a_ratio_of_means_is_the_exponential_of_its_logarithm() -> None:
    backward, forward = Sample(15.95, sd=2.45, n=13), Sample(12.42, sd=2.29, n=13)
    assert ratio_of_means(backward, forward) == pytest.approx(1.2842, abs=5e-5)
    two = log_ratio(backward, forward, study="williford1998")
    assert math.exp(two.estimate) == pytest.approx(ratio_of_means(backward, forward))
    assert two.variance == pytest.approx((2.45 / 15.95) ** 2 / 13 + (2.29 / 12.42) ** 2 / 13)
    assert log_ratio(backward, forward, correlation=0.8).variance < two.variance


def sample(mean: float = 1.0, sd: float = 1.0, n: int = 9) -> Sample:
    return Sample(mean, sd=sd, n=n)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: sample(n=1), "at least 2 people"),
        (lambda: sample(sd=0.0), "above 0"),
        (lambda: sample(sd=-1.0), "above 0"),
        (lambda: sample(sd=math.nan), "above 0"),
        (lambda: sample(mean=math.inf), "must be a number"),
        (lambda: Effect(1.0, variance=0.0, measure=Measure.MD), "above 0"),
        (lambda: Effect(math.nan, variance=1.0, measure=Measure.MD), "must be a number"),
        (lambda: small_sample_factor(1), "at least 2"),
        (lambda: change_sd(1, 1, correlation=1), "between -1 and 1"),
        (lambda: change_sd(0, 1, correlation=0.5), "at baseline"),
        (lambda: change_sd(1, -1, correlation=0.5), "final"),
        (lambda: change_correlation(1, 1, 9), "standard error"),
        (lambda: change_mean(math.nan, 1), "must be a number"),
        (lambda: ratio_of_means(sample(-1), sample()), "above 0"),
        (lambda: log_ratio(sample(), sample(), correlation=2), "between -1 and 1"),
        (lambda: log_ratio(sample(), sample(n=8), correlation=0.5), "as many twice"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(wrong, says: str) -> None:
    with pytest.raises(BadStudy, match=says) as refused:
        wrong()
    assert str(refused.value).count(". ") == 0


@given(st.lists(means, min_size=2, max_size=9), st.lists(means, min_size=2, max_size=9))
def test_two_arms_combined_are_their_people_together(one: list[float], two: list[float]) -> None:
    one[0] += 1.0 + max(one) - min(one)  # a spread to speak of
    two[0] += 1.0 + max(two) - min(two)
    together = combined(*(Sample(fmean(arm), sd=stdev(arm), n=len(arm)) for arm in (one, two)))
    assert together.n == len(one) + len(two)
    assert together.mean == pytest.approx(fmean(one + two), abs=1e-9)
    assert together.sd == pytest.approx(stdev(one + two))
