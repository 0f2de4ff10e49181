"""The trial that counts, and the KOOS from numbers a person brings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.outcomes.cases import CATALOGUE, CHAIR, KOOS, UP_AND_GO

from retrowalk.errors import BadInput
from retrowalk.outcomes.catalogue import Counts, Way
from retrowalk.outcomes.scoring import questionnaire, result, trial

FORWARD = CATALOGUE["walk-10m-forward"]
ONE_LEG = CATALOGUE["single-leg-stance-left"]
QUESTIONNAIRES = [one for one in CATALOGUE.values() if one.way is Way.ITEMS]


def test_best_is_the_longest_stand_and_mean_the_middle_of_two_walks() -> None:
    assert result(ONE_LEG, [4.0, 9.5, 7.0]) == 9.5
    assert result(UP_AND_GO, [9.0, 10.0]) == 9.5


def test_best_of_a_time_is_the_shortest_and_a_median_the_middle() -> None:
    from dataclasses import replace  # noqa: PLC0415

    assert result(replace(UP_AND_GO, counts=Counts.BEST), [9.0, 10.0]) == 9.0
    assert result(replace(UP_AND_GO, counts=Counts.MEDIAN), [9.0, 10.0, 30.0]) == 10.0


def test_a_time_over_ten_metres_becomes_a_speed() -> None:
    assert trial(FORWARD, 8.0) == pytest.approx(1.25)
    with pytest.raises(BadInput, match="above 0"):
        trial(FORWARD, 0.0)


@pytest.mark.parametrize(("measured", "of"), [(-1, CHAIR), (61, CHAIR), (2, UP_AND_GO)])
def test_what_cannot_be_is_refused(measured: float, of) -> None:
    with pytest.raises(BadInput, match="out of the range"):
        trial(of, measured)


@pytest.mark.parametrize(
    ("typed", "score"),
    [
        ("0 0 0 0 0 0 0 0 0", 100.0),
        ("4 4 4 4 4 4 4 4 4", 0.0),
        ("1 1 1 1 1 1 1 1 1", 75.0),
        ("1,2,3,x, - ,0,2,?,1".replace(",", " "), 100 - 9 / 6 * 25),
        ("2 2 2 2 2 x x x x", 50.0),
        ("83.5", 83.5),
        ("83,5", 83.5),
        (" 100 ", 100.0),
    ],
)
def test_the_koos_formula(typed: str, score: float) -> None:
    assert questionnaire(KOOS, typed) == pytest.approx(score)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1 2 3", "9 answers were expected"),
        ("2 2 2 2 x x x x x", "Only 4 of 9"),
        ("2 2 2 2 5 2 2 2 2", "from 0 to 4"),
        ("101", "out of the range"),
        ("", "9 answers were expected"),
        ("good", "9 answers were expected"),
    ],
)
def test_what_is_no_koos_is_refused_with_a_sentence(typed: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        questionnaire(KOOS, typed)


@given(st.sampled_from(QUESTIONNAIRES), st.data())
def test_any_answers_give_0_to_100_and_one_worse_answer_never_more(of, data) -> None:
    items = data.draw(st.lists(st.integers(0, 3), min_size=of.items, max_size=of.items))
    score = questionnaire(of, " ".join(map(str, items)))
    assert 0 <= score <= 100
    worse = [*items]
    worse[data.draw(st.integers(0, of.items - 1))] += 1
    assert questionnaire(of, " ".join(map(str, worse))) < score
