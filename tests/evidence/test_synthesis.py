"""Several studies together: what must hold whatever they say, and what is said of a few."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.cases import drawn, effect, effects_of, sets, unhurried

from retrowalk.errors import BadStudy
from retrowalk.evidence import between
from retrowalk.evidence.effects import Effect, Measure
from retrowalk.evidence.synthesis import Method, Prediction, leave_one_out, pool

methods = st.sampled_from(list(Method))
RANDOM = (Method.DL, Method.PM, Method.REML)


@unhurried
@given(sets(1), methods, st.booleans())
def test_the_estimate_lies_among_the_studies_and_the_weights_add_up(
    studies: tuple[Effect, ...], method: Method, adjusted: bool
) -> None:
    found = pool(studies, method, hartung_knapp=adjusted)
    low, high = min(e.estimate for e in studies), max(e.estimate for e in studies)
    assert low - 1e-9 <= found.estimate <= high + 1e-9
    assert sum(found.weights) == pytest.approx(1)
    assert found.ci[0] <= found.estimate <= found.ci[1]
    assert found.tau2 >= 0
    assert 0 <= found.p <= 1
    assert found.k == len(studies) == len(found.weights) == len(found.studies)


@unhurried
@given(sets(), methods, st.randoms())
def test_the_order_of_studies_does_not_matter(
    studies: tuple[Effect, ...], method: Method, rng
) -> None:
    mixed = list(studies)
    rng.shuffle(mixed)
    here, there = pool(studies, method), pool(mixed, method)
    assert there.estimate == pytest.approx(here.estimate, abs=1e-6)
    assert there.tau2 == pytest.approx(here.tau2, rel=1e-6, abs=1e-9)


@unhurried
@given(sets(), methods, st.floats(1e-3, 1e3), st.floats(-50, 50))
def test_another_unit_and_another_zero_change_the_numbers_alike(
    studies: tuple[Effect, ...], method: Method, by: float, shift: float
) -> None:
    other = [
        replace(e, estimate=by * (e.estimate + shift), variance=by**2 * e.variance) for e in studies
    ]
    here, there = pool(studies, method), pool(other, method)
    close = by * max(1.0, abs(shift)) * 1e-6
    assert there.estimate == pytest.approx(by * (here.estimate + shift), abs=close)
    assert there.tau2 == pytest.approx(by**2 * here.tau2, rel=1e-5, abs=by**2 * 1e-9)
    assert there.se_plain == pytest.approx(by * here.se_plain, rel=1e-5)
    assert there.q == pytest.approx(here.q, rel=1e-6, abs=1e-9)


@unhurried
@given(sets())
def test_the_same_studies_again_tighten_a_fixed_synthesis(studies: tuple[Effect, ...]) -> None:
    again = tuple(replace(e, study=f"again {e.study}") for e in studies)
    once, twice = pool(studies, Method.FIXED), pool(studies + again, Method.FIXED)
    assert twice.se == pytest.approx(once.se / math.sqrt(2))
    assert twice.estimate == pytest.approx(once.estimate)


@unhurried
@given(sets(3))
def test_with_no_difference_between_studies_all_methods_are_the_fixed_one(
    studies: tuple[Effect, ...],
) -> None:
    alike = [replace(e, estimate=0.7) for e in studies]
    fixed = pool(alike, Method.FIXED)
    for method in RANDOM:
        found = pool(alike, method)
        assert found.tau2 == 0
        assert found.ci[0] < 0.7 < found.ci[1]
        assert found.se == pytest.approx(fixed.se)
        assert "agree to the last digit" in found.notes[0]
    assert fixed.i2 == 0


@unhurried
@given(sets())
def test_reml_is_where_its_likelihood_is_highest(studies: tuple[Effect, ...]) -> None:
    y = np.array([e.estimate for e in studies])
    v = np.array([e.variance for e in studies])
    tau2 = between.reml(y, v)
    best = between.restricted_likelihood(y, v, tau2)
    others = np.concatenate(
        [[0.0], np.geomspace(1e-6, 100, 400), float(tau2) * np.array([0.99, 1.01])]
    )
    assert (between.restricted_likelihood(y, v, others) <= best + 1e-9).all()
    assert between.restricted_slope(y, v, np.array(max(np.ptp(y) ** 2, 1e-6))) <= 1e-12


@unhurried
@given(sets())
def test_the_slope_is_that_of_the_likelihood(studies: tuple[Effect, ...]) -> None:
    y = np.array([e.estimate for e in studies])
    v = np.array([e.variance for e in studies])
    ends = between.restricted_likelihood(y, v, np.array([0.3 - 1e-5, 0.3 + 1e-5]))
    slope = float(between.restricted_slope(y, v, np.array(0.3)))
    assert slope == pytest.approx((ends[1] - ends[0]) / 2e-5, rel=1e-4, abs=1e-4)


@unhurried
@given(sets())
def test_paule_and_mandels_q_is_what_chance_gives(studies: tuple[Effect, ...]) -> None:
    y = np.array([e.estimate for e in studies])
    v = np.array([e.variance for e in studies])
    tau2 = between.paule_mandel(y, v)
    level = float(between.q(y, v, tau2))
    assert level == pytest.approx(len(y) - 1) if tau2 > 0 else level <= len(y) - 1 + 1e-9


@unhurried
@given(sets(), st.sampled_from(RANDOM))
def test_the_adhoc_variant_is_never_narrower_than_the_plain_interval(
    studies: tuple[Effect, ...], method: Method
) -> None:
    plain = pool(studies, method, hartung_knapp=False)
    wide = pool(studies, method, never_narrower=True)
    assert wide.se >= plain.se - 1e-12
    assert wide.ci[1] - wide.ci[0] >= (plain.ci[1] - plain.ci[0]) * (1 - 1e-9)
    assert wide.se_plain == plain.se == plain.se_plain


@unhurried
@given(sets(3), st.sampled_from(RANDOM))
def test_a_new_study_is_less_sure_than_the_mean(
    studies: tuple[Effect, ...], method: Method
) -> None:
    plain = pool(studies, method, hartung_knapp=False)
    adjusted = pool(studies, method, prediction=Prediction.HKSJ)
    for found in (plain, adjusted):
        assert found.prediction is not None
        assert found.prediction[0] <= found.ci[0] + 1e-9
        assert found.prediction[1] >= found.ci[1] - 1e-9


@unhurried
@given(sets(3), methods)
def test_leaving_one_out_is_pooling_the_others(studies: tuple[Effect, ...], method: Method) -> None:
    for i, left in enumerate(leave_one_out(studies, method)):
        others = pool([e for e in studies if e.study != left.study], method)
        assert left.study == f"s{i}"
        assert left.estimate == pytest.approx(others.estimate, abs=1e-6)
        assert left.ci == pytest.approx(others.ci, rel=1e-5, abs=1e-6)
        assert left.p == pytest.approx(others.p, abs=1e-5)
        assert left.tau2 == pytest.approx(others.tau2, rel=1e-5, abs=1e-9)


def test_tau2_lies_where_q_is_neither_unlikely_high_nor_low() -> None:
    from scipy import stats  # noqa: PLC0415

    studies = drawn(12, 1.5, 5)
    y = np.array([e.estimate for e in studies])
    v = np.array([e.variance for e in studies])
    low, high = pool(studies).tau2_ci or (math.nan, math.nan)
    assert 0 < low < pool(studies).tau2 < high
    for end, at in ((low, 0.975), (high, 0.025)):
        assert float(between.q(y, v, np.array(end))) == pytest.approx(stats.chi2.ppf(at, 11))


def test_one_study_is_given_back_with_words() -> None:
    found = pool([effect(0.5, 0.04, "alghadir2019")])
    assert (found.estimate, found.se, found.weights) == (0.5, pytest.approx(0.2), (1.0,))
    assert (found.q_p, found.i2, found.h2, found.tau2_ci, found.prediction) == (None,) * 5
    assert found.notes == ("One study only: how much studies differ cannot be known from it.",)
    assert leave_one_out([effect(0.5, 0.04)]) == ()


def test_two_studies_are_pooled_very_widely_with_words() -> None:
    found = pool(effects_of([0.2, 0.9], [0.04, 0.06]))
    assert found.ci[1] - found.ci[0] > 8
    assert found.prediction is None
    assert found.notes[0].startswith("Two studies only")
    assert pool(effects_of([0.2, 0.9], [0.04, 0.06]), prediction=Prediction.HKSJ).prediction
    assert len(leave_one_out(effects_of([0.2, 0.9], [0.04, 0.06]))) == 2


def test_an_interval_that_luck_made_narrow_is_told() -> None:
    found = pool(effects_of([0.5, 0.5001, 0.4999], [0.04, 0.05, 0.06]))
    assert "may be too narrow" in found.notes[0]
    careful = pool(effects_of([0.5, 0.5001, 0.4999], [0.04, 0.05, 0.06]), never_narrower=True)
    assert careful.notes == ()


def test_a_study_that_outweighs_all_others_is_named() -> None:
    found = pool(effects_of([0.5, 0.2, 0.8], [1e-8, 4.0, 9.0]), Method.FIXED)
    assert found.notes == ("s0 carries 100% of the weight: this is nearly that study alone.",)
    nameless = [effect(0.5, 1e-8), effect(0.2, 4.0)]
    assert "Study 1 carries" in pool(nameless, Method.FIXED).notes[-1]


@pytest.mark.parametrize("ratio", [1e6, 1e12, 1e15])
@pytest.mark.parametrize("method", Method)
def test_very_unequal_studies_still_give_numbers(ratio: float, method: Method) -> None:
    found = pool(effects_of([0.5, 2.0, -1.0, 0.1], [1 / ratio, 1.0, 2.0, 1.0]), method)
    assert all(map(math.isfinite, (found.estimate, found.se, found.p, found.tau2, *found.ci)))


@pytest.mark.parametrize(
    ("studies", "says"),
    [
        ([], "at least one study"),
        ([effect(1, 1, "rose2018"), effect(2, 1, "rose2018")], "rose2018 came more than once"),
        (
            [effect(1, 1), Effect(1.0, variance=1.0, measure=Measure.SMD)],
            "one measure at a time",
        ),
        ([effect(1, 1e-9), effect(1, 1e9)], "another unit"),
    ],
)
def test_what_may_not_be_pooled_is_refused(studies: list[Effect], says: str) -> None:
    for together in (pool, leave_one_out):
        with pytest.raises(BadStudy, match=says):
            together(studies)


def test_a_fixed_synthesis_has_neither_adjustment_nor_prediction() -> None:
    found = pool(drawn(6, 0.5, 1), "fixed")
    assert (found.hartung_knapp, found.prediction, found.tau2) == (False, None, 0.0)


def test_importing_it_loads_neither_scipy_nor_statsmodels() -> None:
    code = (
        "import sys, retrowalk.evidence.synthesis, retrowalk.evidence.small_study;"
        "print([name for name in ('scipy', 'statsmodels', 'pandas') if name in sys.modules])"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
