"""The heart's ceiling is the walker's or their clinician's, and never made up."""

from typing import Any

import pytest

from retrowalk.errors import BadAnswers
from retrowalk.programme.heart import read_ceiling, with_ceiling
from retrowalk.words import Direction, HeartCeiling, Interval, Limits, SessionPlan

FORM = {"ceiling": "120", "by": "clinician", "needed": "no"}


def test_the_form_makes_the_ceiling() -> None:
    assert read_ceiling(FORM) == HeartCeiling(120, needed=False, by="clinician")
    assert read_ceiling(FORM | {"needed": "yes", "by": "myself"}) == HeartCeiling(
        120, needed=True, by="myself"
    )


def test_left_empty_there_is_none() -> None:
    assert read_ceiling({"needed": "no"}) == HeartCeiling()
    assert read_ceiling({"ceiling": "", "needed": "no"}) == HeartCeiling()


def test_part_of_a_beat_counts_toward_lower() -> None:
    assert read_ceiling(FORM | {"ceiling": "119,9"}).bpm == 119


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"ceiling": "49"}, "ceiling", "a number from 50 to 220"),
        ({"ceiling": "221"}, "ceiling", "a number from 50 to 220"),
        ({"ceiling": "-1"}, "ceiling", "a number from 50 to 220"),
        ({"ceiling": "fast"}, "ceiling", "not a number"),
        ({"ceiling": "1e3"}, "ceiling", "not a number"),
        ({"by": ""}, "by", "whose it is"),
        ({"by": "my horse"}, "by", "choose from"),
        ({"needed": ""}, "needed", "not answered"),
        ({"ceiling": "", "needed": "yes"}, "ceiling", "give the number, or choose no"),
    ],
)
def test_what_makes_no_ceiling_is_refused_at_its_field(given: Any, field: str, says: str) -> None:
    with pytest.raises(BadAnswers, match=says) as refused:
        read_ceiling(FORM | given)
    assert list(refused.value.problems) == [field]


def test_a_plan_is_walked_under_it_and_otherwise_the_same() -> None:
    plan = SessionPlan((Interval(Direction.BACKWARD, 60, 0.3),), Limits(0.4, 0.5))
    held = with_ceiling(plan, HeartCeiling(120, needed=True))
    assert (held.limits.heart_ceiling_bpm, held.limits.heart_needed) == (120, True)
    assert with_ceiling(held, HeartCeiling()) == plan
