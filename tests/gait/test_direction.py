"""Evidence of strides among their neighbours: certainty is lent, doubt is kept."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.gait.direction import FORGET_S, LOOK_AHEAD, decide, probabilities
from retrowalk.tables import directions
from retrowalk.words import Direction

FORWARD, BACKWARD, UNCLEAR = Direction.FORWARD, Direction.BACKWARD, Direction.UNCLEAR
EVIDENCE = st.lists(st.floats(-5, 5), min_size=1, max_size=40)


def told(*evidence: float, gap_s: float = 0.6) -> tuple[Direction, ...]:
    values = np.array(evidence)
    return directions(decide(values, gap_s * np.arange(len(values)))[0])


def test_no_evidence_is_unclear() -> None:
    assert told(0, 0, 0) == (UNCLEAR,) * 3


def test_weak_evidence_adds_up_over_strides() -> None:
    assert told(1.5) == (UNCLEAR,)
    assert set(told(*[1.5] * 8)) == {BACKWARD}


def test_neighbours_carry_a_stride_that_says_nothing() -> None:
    assert told(-5, -5, 0, -5, -5) == (FORWARD,) * 5


def test_one_stride_against_its_neighbours_is_not_believed_but_kept_unclear() -> None:
    assert told(-5, -5, -5, 4, -5, -5, -5)[3] is UNCLEAR


def test_a_change_of_direction_is_told_within_two_strides() -> None:
    seen = told(*[-5.0] * 8, *[5.0] * 8)
    assert seen[:8] == (FORWARD,) * 8
    assert seen[8:] == (BACKWARD,) * 8


def test_a_pause_forgets() -> None:
    evidence = np.array([-5.0] * 6 + [1.0])
    times = np.array([0.6 * i for i in range(6)] + [3.0 + FORGET_S + 0.1])
    assert probabilities(evidence, times)[-1] > 0.7


@given(EVIDENCE)
def test_the_other_direction_is_the_other_answer(evidence: list[float]) -> None:
    values, times = np.array(evidence), 0.6 * np.arange(len(evidence))
    assert np.allclose(probabilities(values, times), 1 - probabilities(-values, times))


@given(EVIDENCE, st.integers(0, 40))
def test_what_comes_later_than_two_strides_changes_nothing(evidence: list[float], at: int) -> None:
    values, times = np.array(evidence), 0.6 * np.arange(len(evidence))
    at = min(at, len(values) - 1)
    seen = values[: at + LOOK_AHEAD + 1]
    whole = probabilities(values, times)[at]
    assert np.isclose(probabilities(seen, times[: len(seen)])[at], whole)


@given(EVIDENCE, st.integers(0, 39), st.floats(0, 5))
def test_more_evidence_for_backward_never_makes_it_less_likely(
    evidence: list[float], at: int, more: float
) -> None:
    values, times = np.array(evidence), 0.6 * np.arange(len(evidence))
    raised = values.copy()
    raised[at % len(values)] += more
    assert np.all(probabilities(raised, times) >= probabilities(values, times) - 1e-12)
