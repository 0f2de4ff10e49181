"""A group's paired change against figures worked out elsewhere, and bad groups refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.outcomes.cases import CHAIR, MOOD, UP_AND_GO

from retrowalk.errors import BadInput
from retrowalk.outcomes.change import Verdict
from retrowalk.outcomes.group import paired

BEFORE = [12.0, 14.5, 11.2, 16.0, 13.1, 12.8, 15.5, 18.0]
AFTER = [10.5, 12.0, 11.0, 12.5, 12.9, 11.5, 13.0, 15.1]


def test_mean_interval_and_p_are_the_paired_t_tests() -> None:
    found = paired(UP_AND_GO, BEFORE, AFTER)
    t = stats.ttest_rel(BEFORE, AFTER)
    low, high = t.confidence_interval()
    assert (found.mean, found.p) == pytest.approx((np.mean(BEFORE) - np.mean(AFTER), t.pvalue))
    assert (found.mean_low, found.mean_high) == pytest.approx((low, high))
    assert found.people == 8


def test_the_effect_is_hedges_g_and_its_interval_covers_it() -> None:
    found = paired(UP_AND_GO, BEFORE, AFTER)
    gains = np.subtract(BEFORE, AFTER)
    plain = gains.mean() / gains.std(ddof=1)
    assert found.effect == pytest.approx(plain * (1 - 3 / (4 * 7 - 1)))
    assert found.effect_low < found.effect < found.effect_high
    # the interval's ends are where the seen t would be at the edge of what is likely
    t, scale = plain * math.sqrt(8), (1 - 3 / 27) / math.sqrt(8)
    assert stats.nct.cdf(t, 7, found.effect_low / scale) == pytest.approx(0.975, abs=1e-6)
    assert stats.nct.cdf(t, 7, found.effect_high / scale) == pytest.approx(0.025, abs=1e-6)


def test_each_person_is_judged_too_and_nobody_without_an_error() -> None:
    found = paired(UP_AND_GO, BEFORE, AFTER)
    assert dict(found.verdicts) == {Verdict.IMPROVED: 4, Verdict.WITHIN: 4, Verdict.WORSE: 0}
    assert paired(MOOD, [3, 4, 5, 6], [5, 5, 7, 6]).verdicts == ()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([1, 2], [1], "each person needs both"),
        ([1, 2], [2, 4], "at least 3"),
        ([1, 2, 3], [2, 3, 4], "the very same amount"),
        ([1, 2, math.nan], [2, 3, 9], "must be a number"),
    ],
)
def test_a_group_that_says_nothing_is_refused(before, after, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        paired(CHAIR, before, after)


NUMBERS = st.floats(-50, 50).map(lambda x: round(x, 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=25))
def test_any_group_gets_an_interval_around_its_mean_or_a_sentence(pairs) -> None:
    before, after = zip(*pairs, strict=True)
    try:
        found = paired(CHAIR, before, after)
    except BadInput:
        return
    assert found.mean_low <= found.mean <= found.mean_high
    assert found.effect_low <= found.effect <= found.effect_high
    assert sum(count for _, count in found.verdicts) == found.people
