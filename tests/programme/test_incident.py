"""No next session after something serious, until a clinician has said yes to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.programme.incident import SERIOUS, incidents
from retrowalk.programme.screening import INCIDENT, Clearance
from retrowalk.words import Review, SessionRecord, Wrong

DAY = date(2026, 11, 20)


def walked(*wrongs: Wrong, on: date = DAY) -> SessionRecord:
    return SessionRecord(on.toordinal(), 0, 1.0, Review(1, 1, 1, 3, frozenset(wrongs)))


def yes(on: date, *topics: str) -> Clearance:
    return Clearance(topics or (INCIDENT,), "Dr Ortiz", on)


def test_falls_dizziness_giving_way_and_sharp_pain_are_serious() -> None:
    assert {Wrong.FALL, Wrong.DIZZY, Wrong.KNEE_GAVE, Wrong.SHARP_PAIN} == SERIOUS


@pytest.mark.parametrize("wrong", sorted(SERIOUS, key=str))
def test_each_asks_for_a_clinician_and_names_the_day(wrong: Wrong) -> None:
    (reason,) = incidents([walked(wrong)])
    assert "2026-11-20" in reason.text


def test_a_good_session_after_it_does_not_clear_it() -> None:
    assert incidents([walked(Wrong.FALL), walked(on=DAY + timedelta(3))])


def test_a_stumble_or_fear_asks_for_nobody() -> None:
    assert incidents([walked(Wrong.STUMBLE, Wrong.FEAR, Wrong.TOO_FAST)]) == ()


@pytest.mark.parametrize(("days", "stands"), [(-1, True), (0, False), (5, False)])
def test_a_clearance_counts_from_that_day_on(days: int, stands: bool) -> None:
    cleared = yes(DAY + timedelta(days))
    assert bool(incidents([walked(Wrong.FALL)], clearances=[cleared])) is stands


def test_a_clearance_of_something_else_clears_nothing() -> None:
    assert incidents([walked(Wrong.FALL)], clearances=[yes(DAY, "falls")])


@given(st.lists(st.sampled_from(Wrong)), st.sampled_from(Wrong))
def test_one_more_wrong_never_clears(wrongs: list[Wrong], more: Wrong) -> None:
    fewer = incidents([walked(*wrongs)])
    assert set(fewer) <= set(incidents([walked(*wrongs, more)]))
