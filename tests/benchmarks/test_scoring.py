"""The scoring is the referee of every engine, ours included: it is held to plain cases."""

import numpy as np
import pytest
from benchmarks.recordings import Bout, Foot
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import scoring

STEPS_S = np.arange(1.0, 6.0, 0.5)
BOUT = Bout(1.0, 5.5, 1.2, STEPS_S)
FOOT = Foot(np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0]), np.array([1.2, 1.3, 1.4]))

moments = st.lists(st.floats(0, 10, allow_nan=False), max_size=12).map(
    lambda found: np.array(sorted(found))
)


def test_an_engine_that_says_what_the_reference_says_is_right() -> None:
    score = scoring.contacts_in_bouts(STEPS_S, (BOUT,), 0.1)
    assert (score.f1, score.median_off_ms) == (1.0, 0.0)


def test_a_silent_engine_finds_nothing_and_errs_by_nothing() -> None:
    score = scoring.contacts_in_bouts(np.empty(0), (BOUT,), 0.5)
    assert (score.f1, score.recall) == (0.0, 0.0)
    assert np.isnan(score.median_off_ms)


def test_contacts_outside_bouts_are_nobodys_fault() -> None:
    lost = np.concatenate([STEPS_S, [20.0, 21.0]])
    assert scoring.contacts_in_bouts(lost, (BOUT,), 0.1).extra == 0


def test_a_contact_too_many_inside_a_bout_is_extra() -> None:
    score = scoring.contacts_in_bouts(np.append(STEPS_S, 3.25), (BOUT,), 0.1)
    assert (score.found, score.missed, score.extra) == (10, 0, 1)


def test_a_delay_is_told_with_its_sign() -> None:
    score = scoring.contacts_in_bouts(STEPS_S + 0.06, (BOUT,), 0.1)
    np.testing.assert_allclose(score.error_s, 0.06)


@given(moments, moments, st.floats(0.01, 1.0))
def test_no_contact_is_used_twice(found: scoring.Floats, truth: scoring.Floats, s: float) -> None:
    pairs = scoring.paired(found, truth, s)
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
    assert np.all(np.abs(found[pairs[:, 0]] - truth[pairs[:, 1]]) <= s + 1e-9)


@given(moments, moments, st.floats(0.01, 1.0))
def test_a_wider_tolerance_never_finds_less(
    found: scoring.Floats, truth: scoring.Floats, s: float
) -> None:
    assert len(scoring.paired(found, truth, s)) <= len(scoring.paired(found, truth, 2 * s))


def test_speed_is_the_mean_of_strides_inside_the_reference_bout() -> None:
    start_s = np.array([1.0, 2.0, 3.0, 9.0])
    strides = scoring.Timed(start_s, start_s + 1.0, np.array([1.0, 1.2, np.nan, 9.0]))
    assert scoring.speed_in_bouts(strides, (BOUT,)) == pytest.approx([1.1])


@pytest.mark.parametrize(("start_s", "end_s", "is_same"), [(1.0, 5.5, True), (1.0, 12.0, False)])
def test_bouts_match_when_each_covers_half_of_the_other(
    start_s: float, end_s: float, is_same: bool
) -> None:
    own = scoring.Timed(np.array([start_s]), np.array([end_s]), np.array([1.0]))
    assert np.isfinite(scoring.speed_of_matched_bouts(own, (BOUT,))[0]) == is_same


def test_strides_are_matched_by_both_ends() -> None:
    score = scoring.strides_of_foot(
        FOOT.pre_ic_s + 0.05, FOOT.ic_s + 0.05, FOOT.length_m - 0.02, FOOT
    )
    assert (score.found, score.both_contacts, score.extra) == (3, 3, 0)
    assert score.ic_bias_ms == pytest.approx(50)
    assert score.length_mae_cm == pytest.approx(2)


def test_a_stride_cut_in_two_has_its_contacts_but_is_not_found() -> None:
    start_s, end_s = np.array([1.0, 2.0, 2.5, 3.0]), np.array([2.0, 2.5, 3.0, 4.0])
    score = scoring.strides_of_foot(start_s, end_s, np.full(4, 1.3), FOOT)
    assert (score.found, score.both_contacts, score.extra) == (2, 3, 2)
    assert np.isnan(score.length_error_m[1])


def test_a_stride_about_the_same_moment_but_of_another_length_is_not_found() -> None:
    score = scoring.strides_of_foot(FOOT.pre_ic_s - 0.3, FOOT.ic_s + 0.3, FOOT.length_m, FOOT)
    assert (score.found, score.extra) == (0, 3)
