"""Interval, t and p to a standard error and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from retrowalk.errors import BadStudy
from retrowalk.evidence.effects import Contrast, Sample, mean_difference
from retrowalk.evidence.printed import (
    interval,
    p_from_interval,
    quantile,
    sd_from_difference,
    sd_from_se,
    se_from_interval,
    se_from_p,
    se_from_t,
    student,
    two_sided_p,
    welch,
)

estimates = st.floats(-100, 100).filter(lambda x: abs(x) > 1e-3)
ses = st.floats(0.01, 100)
freedoms = st.none() | st.integers(1, 1000)
levels = st.floats(0.5, 0.999)


@given(estimates, ses, levels, freedoms)
def test_an_interval_gives_back_its_standard_error(
    estimate: float, se: float, level: float, df: int | None
) -> None:
    low, high = interval(estimate, se, level=level, df=df)
    assert se_from_interval(low, high, level=level, df=df) == pytest.approx(se)


@given(estimates, st.floats(1e-30, 0.999), freedoms.filter(lambda df: df is None or df > 5))
def test_a_p_gives_a_standard_error_that_gives_the_p(
    estimate: float, p: float, df: int | None
) -> None:
    assert two_sided_p(estimate / se_from_p(estimate, p, df=df), df) == pytest.approx(p, rel=1e-6)


@given(estimates, ses, freedoms)
def test_an_interval_that_just_touches_nothing_has_its_levels_p(
    estimate: float, se: float, df: int | None
) -> None:
    reach = abs(estimate)
    assert p_from_interval(estimate, estimate - reach, estimate + reach, df=df) == pytest.approx(
        0.05
    )
    assert se_from_t(estimate, estimate / se) == pytest.approx(se)


@pytest.mark.parametrize(
    ("estimate", "low", "high", "printed"),
    [
        (6.87, 1.4, 12.33, 0.01),
        (0.11, 0.02, 0.2, 0.02),
        (0.11, 0.01, 0.21, 0.03),
        (6.61, 0.7, 12.51, 0.03),
    ],
)
def test_printed_intervals_agree_with_their_printed_p(
    estimate: float, low: float, high: float, printed: float
) -> None:
    assert round(p_from_interval(estimate, low, high), 2) == printed


def test_quantiles_are_those_of_the_tables() -> None:
    assert quantile() == pytest.approx(1.959964, abs=1e-6)
    assert quantile(0.95, 10) == pytest.approx(2.228139, abs=1e-6)


@given(
    st.builds(Sample, st.floats(-9, 9), sd=st.floats(0.1, 9), n=st.integers(2, 99)),
    st.builds(Sample, st.floats(-9, 9), sd=st.floats(0.1, 9), n=st.integers(2, 99)),
)
def test_the_two_t_tests_are_scipys(one: Sample, two: Sample) -> None:
    contrast = Contrast(one, control=two)
    for ours, equal in ((student(contrast), True), (welch(contrast), False)):
        theirs = stats.ttest_ind_from_stats(
            one.mean, one.sd, one.n, two.mean, two.sd, two.n, equal_var=equal
        )
        assert (ours.t, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-6)


@given(st.floats(0.1, 9), st.integers(2, 99), st.integers(2, 99))
def test_a_difference_gives_back_the_spread_both_arms_share(sd: float, n1: int, n2: int) -> None:
    contrast = Contrast(Sample(0, sd=sd, n=n1), control=Sample(1, sd=sd, n=n2))
    assert sd_from_difference(mean_difference(contrast).se, n1, n2) == pytest.approx(sd)
    assert sd_from_se(sd / math.sqrt(n1), n1) == pytest.approx(sd)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: se_from_interval(2, 1), "swap"),
        (lambda: se_from_interval(1, 1), "swap"),
        (lambda: se_from_interval(math.nan, 1), "lower limit"),
        (lambda: se_from_interval(1, math.inf), "upper limit"),
        (lambda: se_from_interval(0, 1, level=95), "between 0 and 1"),
        (lambda: se_from_interval(0, 1, df=0), "degrees of freedom"),
        (lambda: interval(1, 0), "above 0"),
        (lambda: se_from_p(1, 0), "between 0 and 1"),
        (lambda: se_from_p(1, 1), "between 0 and 1"),
        (lambda: se_from_p(0, 0.5), "look for an interval"),
        (lambda: se_from_t(1, 0), "look for an interval"),
        (lambda: two_sided_p(math.nan), "must be a number"),
        (lambda: two_sided_p(1, -1), "degrees of freedom"),
        (lambda: sd_from_se(1, 1), "at least 2 people"),
        (lambda: sd_from_difference(1, 1, 2), "at least 2 people"),
    ],
)
def test_what_cannot_be_printed_is_refused_in_one_sentence(wrong, says: str) -> None:
    with pytest.raises(BadStudy, match=says):
        wrong()
