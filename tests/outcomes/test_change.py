"""Real change is told from the test's own error, and nothing is said where nothing is known."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.outcomes.cases import CATALOGUE, CHAIR, MEASURED, MOOD, PAIN, UP_AND_GO

from retrowalk.outcomes.catalogue import Outcome
from retrowalk.outcomes.change import (
    Ahead,
    Judged,
    Point,
    Slope,
    TooLittle,
    Unjudged,
    Verdict,
    change,
    checks,
    first_tests,
    gain,
    judge,
    needed,
    trend,
)
from retrowalk.words import Better

FOUR_AND_SIX = ((4, 28), (6, 42))
OUTCOMES = st.sampled_from(MEASURED)


def points(*pairs: tuple[int, float]) -> tuple[Point, ...]:
    return tuple(Point(day, value) for day, value in pairs)


def verdict(outcome: Outcome, *pairs: tuple[int, float]) -> Verdict:
    found = change(outcome, points(*pairs))
    assert not isinstance(found, Unjudged)
    return found.verdict


def test_less_pain_by_two_points_is_real_and_by_one_is_not() -> None:
    assert verdict(PAIN, (0, 6), (28, 4)) is Verdict.IMPROVED
    assert verdict(PAIN, (0, 6), (28, 5)) is Verdict.WITHIN
    assert verdict(PAIN, (0, 6), (28, 8)) is Verdict.WORSE


def test_more_stands_are_better() -> None:
    assert verdict(CHAIR, (0, 10), (28, 13)) is Verdict.IMPROVED
    assert verdict(CHAIR, (0, 10), (28, 12)) is Verdict.WITHIN


def test_exactly_the_error_is_within_it() -> None:
    error = UP_AND_GO.error
    assert error is not None
    found = judge(UP_AND_GO, 12.0, 12.0 - error.mdc)
    assert isinstance(found, Judged)
    assert found.verdict is Verdict.WITHIN


def test_one_test_or_none_is_too_little_to_tell() -> None:
    assert verdict(PAIN) is Verdict.TOO_LITTLE
    assert verdict(PAIN, (0, 6)) is Verdict.TOO_LITTLE
    assert verdict(PAIN, (0, 6), (3, 5), (9, 1)) is Verdict.TOO_LITTLE  # all first tests


def test_the_words_are_these_four() -> None:
    assert [one.value for one in Verdict] == [
        "real improvement", "within the test’s error", "real worsening", "too little to tell",
    ]  # fmt: skip


def test_the_baseline_is_the_median_of_the_first_three_within_two_weeks() -> None:
    first = first_tests(points((0, 9), (2, 10), (5, 30), (6, 11)))
    assert [p.value for p in first] == [9, 10, 30]
    assert [p.day for p in first_tests(points((0, 9), (20, 8)))] == [0]
    found = change(UP_AND_GO, points((0, 9), (2, 10), (5, 30), (40, 10)))
    assert isinstance(found, Judged)
    assert found.baseline == 10


def test_one_lucky_test_of_a_week_does_not_make_an_improvement() -> None:
    assert verdict(UP_AND_GO, (0, 12), (40, 12), (41, 12.2), (42, 9)) is Verdict.WITHIN


def test_tests_of_weeks_ago_are_not_now() -> None:
    assert verdict(UP_AND_GO, (0, 12), (20, 12), (60, 9)) is Verdict.IMPROVED


def test_without_a_measured_error_no_verdict_is_given_and_it_says_why() -> None:
    found = change(MOOD, points((0, 3), (28, 9)))
    assert isinstance(found, Unjudged)
    assert (found.baseline, found.now, found.gain) == (3, 9, 6)
    assert "nobody has measured" in found.reason


def test_where_the_baseline_leaves_no_room_it_is_said() -> None:
    found = judge(PAIN, 1, 0)
    assert isinstance(found, Judged)
    assert found.no_room
    assert found.verdict is Verdict.WITHIN
    roomy = judge(CHAIR, 10, 10)
    assert isinstance(roomy, Judged)
    assert not roomy.no_room


def test_check_points_stand_where_the_programme_asks_for_them() -> None:
    tests = points((-3, 12), (0, 12.2), (27, 9.5))
    four, six = checks(UP_AND_GO, tests, on=FOUR_AND_SIX, today=30)
    assert (four.week, four.day, six.week, six.day) == (4, 28, 6, 42)
    assert isinstance(four.found, Judged)
    assert four.found.verdict is Verdict.IMPROVED
    assert six.found == Ahead()


def test_a_check_point_stays_open_until_ten_days_after() -> None:
    for today, open_still in ((28, True), (38, True), (39, False)):
        four, _ = checks(UP_AND_GO, points((0, 12)), on=FOUR_AND_SIX, today=today)
        assert (four.found == Ahead()) is open_still


def test_a_check_point_missed_is_too_little_to_tell() -> None:
    four, six = checks(UP_AND_GO, points((0, 12), (20, 9)), on=FOUR_AND_SIX, today=60)
    assert isinstance(four.found, TooLittle)
    assert isinstance(six.found, TooLittle)
    (four, _) = checks(UP_AND_GO, (), on=FOUR_AND_SIX, today=60)
    assert isinstance(four.found, TooLittle)


def test_who_looks_twice_is_asked_for_a_larger_difference() -> None:
    error = UP_AND_GO.error
    assert error is not None
    assert needed(UP_AND_GO, error) == needed(UP_AND_GO, error, looks=0) == error.mdc
    bands = [needed(UP_AND_GO, error, looks=looks) / error.mdc for looks in (1, 2, 3, 4)]
    assert bands == sorted(bands)
    assert bands[1] == pytest.approx(2.2414 / 1.96, rel=0.01)
    (once,) = checks(CHAIR, points((0, 10), (28, 13)), on=((4, 28),), today=60)
    twice, _ = checks(CHAIR, points((0, 10), (28, 13)), on=FOUR_AND_SIX, today=60)
    assert isinstance(once.found, Judged)
    assert isinstance(twice.found, Judged)
    assert (once.found.verdict, twice.found.verdict) == (Verdict.IMPROVED, Verdict.WITHIN)


@given(OUTCOMES, st.floats(0, 1), st.floats(0, 1), st.integers(1, 4))
def test_looking_more_often_never_turns_no_change_into_a_real_one(
    outcome: Outcome, before: float, after: float, looks: int
) -> None:
    span = outcome.highest - outcome.lowest
    tests = points((0, outcome.lowest + before * span), (30, outcome.lowest + after * span))
    fewer, more = change(outcome, tests, looks=looks), change(outcome, tests, looks=looks + 1)
    assert isinstance(fewer, Judged)
    assert isinstance(more, Judged)
    assert more.verdict in {fewer.verdict, Verdict.WITHIN}


def test_a_trend_needs_five_tests_over_three_weeks() -> None:
    assert isinstance(trend(CHAIR, points((0, 9), (7, 9), (14, 9), (21, 9))), TooLittle)
    assert isinstance(trend(CHAIR, points(*((d, 9) for d in range(5)))), TooLittle)


def test_the_trend_is_per_week_and_better_is_above_0() -> None:
    falling = points(*((7 * week, 12.0 - 0.5 * week) for week in range(7)))
    slope = trend(UP_AND_GO, falling)
    assert isinstance(slope, Slope)
    assert slope.per_week == pytest.approx(0.5)
    assert slope.low <= slope.per_week <= slope.high
    rising = trend(CHAIR, points(*((7 * week, 8.0 + week) for week in range(6))))
    assert isinstance(rising, Slope)
    assert rising.per_week == pytest.approx(1)


def test_the_trends_interval_mirrors_with_the_direction_of_better() -> None:
    times = points(*((7 * week, 12.0 - 0.4 * week + 0.9 * (week % 3)) for week in range(8)))
    down = trend(UP_AND_GO, times)
    up = trend(replace(UP_AND_GO, better=Better.HIGHER), times)
    assert isinstance(down, Slope)
    assert isinstance(up, Slope)
    assert down.low < down.per_week < down.high
    assert (up.low, up.high) == pytest.approx((-down.high, -down.low))


def test_one_odd_test_does_not_bend_the_trend() -> None:
    tests = [(7 * week, 12.0 - 0.5 * week) for week in range(9)]
    tests[4] = (28, 55.0)
    slope = trend(UP_AND_GO, points(*tests))
    assert isinstance(slope, Slope)
    assert slope.per_week == pytest.approx(0.5, abs=0.1)


# --- properties -------------------------------------------------------------------------------


@given(OUTCOMES, st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_better_and_worse_mirror_each_other(outcome, before, after) -> None:
    found, back = judge(outcome, before, after), judge(outcome, after, before)
    assert isinstance(found, Judged)
    assert isinstance(back, Judged)
    mirror = {Verdict.IMPROVED: Verdict.WORSE, Verdict.WORSE: Verdict.IMPROVED,
              Verdict.WITHIN: Verdict.WITHIN}  # fmt: skip
    assert back.verdict is mirror[found.verdict]
    other = Better.LOWER if outcome.better is Better.HIGHER else Better.HIGHER
    turned = judge(replace(outcome, better=other), before, after)
    assert isinstance(turned, Judged)
    assert turned.verdict is mirror[found.verdict]


@given(OUTCOMES, st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_a_better_result_never_makes_a_worse_verdict(outcome, before, after, more) -> None:
    order = [Verdict.WORSE, Verdict.WITHIN, Verdict.IMPROVED]
    better = after - more if outcome.better is Better.LOWER else after + more
    first, second = judge(outcome, before, after), judge(outcome, before, better)
    assert isinstance(first, Judged)
    assert isinstance(second, Judged)
    assert order.index(first.verdict) <= order.index(second.verdict)
    assert gain(outcome, after, better) == pytest.approx(more, abs=1e-9)


TESTS = st.lists(st.tuples(st.integers(0, 80), st.floats(0, 60)), max_size=12)


@given(st.sampled_from(sorted(CATALOGUE)), TESTS, st.randoms())
def test_the_order_tests_are_written_down_in_does_not_matter(name, pairs, random) -> None:
    assume(len({day for day, _ in pairs}) == len(pairs))  # of one day, the order is the day's
    shuffled = random.sample(pairs, len(pairs))
    outcome = CATALOGUE[name]
    assert change(outcome, points(*pairs)) == change(outcome, points(*shuffled))
    assert trend(outcome, points(*pairs)) == trend(outcome, points(*shuffled))


@given(OUTCOMES, TESTS, st.integers(-400, 400))
def test_the_calendar_may_be_moved(outcome, pairs, days) -> None:
    moved = points(*((day + days, value) for day, value in pairs))
    assert change(outcome, points(*pairs)) == change(outcome, moved)


@given(OUTCOMES, TESTS)
def test_a_real_change_is_always_larger_than_the_error(outcome, pairs) -> None:
    found = change(outcome, points(*pairs))
    assert not isinstance(found, Unjudged)
    if found.verdict in {Verdict.IMPROVED, Verdict.WORSE}:
        assert isinstance(found, Judged)
        assert outcome.error is not None
        assert abs(found.gain) > outcome.error.mdc
