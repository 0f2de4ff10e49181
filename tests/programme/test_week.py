"""Where sessions, rest and companions stand, and that the walker's word is obeyed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programme.cases import TEN, TEXTS

from retrowalk.programme.protocols import parse_protocol
from retrowalk.programme.week import (
    BACKWARD,
    Day,
    Did,
    Mark,
    Walked,
    after_weeks,
    lay_out,
    rest_days,
)

MONDAY = date(2026, 11, 16)
EVERY = [parse_protocol(text, name=name) for name, text in TEXTS.items()]


def on(day: int) -> date:
    return MONDAY + timedelta(days=day)


def week(*walked: Walked, today: int = 0, marks: tuple[Mark, ...] = ()) -> tuple[Day, ...]:
    return lay_out(TEN, monday=MONDAY, today=on(today), walked=walked, marks=marks, minutes=13)


def backward(days: tuple[Day, ...]) -> list[int]:
    """The days a session stands on and is neither moved away nor skipped."""
    return [i for i, day in enumerate(days) for e in day.entries
            if e.activity == BACKWARD and e.did in {None, Did.DONE}]  # fmt: skip


def test_a_new_week_has_its_sessions_every_other_day() -> None:
    assert backward(week()) == [0, 2, 4]
    assert [e.minutes for e in week()[0].entries if e.activity == BACKWARD] == [13]


def test_days_of_a_pause_do_not_count_among_the_weeks() -> None:
    assert after_weeks(4, MONDAY) == on(28)
    assert after_weeks(4, MONDAY, pauses=[(on(7), on(17))]) == on(38)
    assert after_weeks(4, MONDAY, pauses=[(on(28), on(40))]) == on(28)  # the weeks were over
    assert after_weeks(4, MONDAY, pauses=[(on(-9), on(-2))]) == on(28)  # before it began
    assert after_weeks(4, MONDAY, pauses=[(on(30), on(33)), (on(7), on(17))]) == on(41)
    assert after_weeks(1, MONDAY, pauses=[(on(-3), on(2))]) == on(9)


@pytest.mark.parametrize(
    ("sore", "days", "next_"), [(-1, 2, 2), (3, 2, 2), (4, 3, 3), (6, 3, 3), (7, 5, 5), (10, 5, 5)]
)
def test_sore_legs_rest_longer(sore: int, days: int, next_: int) -> None:
    assert rest_days(TEN, sore) == days
    placed = week(Walked(on(0), sore), today=1)
    assert backward(placed)[:2] == [0, next_]
    assert "Rest" in placed[1].rest
    assert ("sore" in placed[1].rest) is (sore >= 4)
    assert placed[next_].rest == ""


def test_what_was_walked_stays_and_counts() -> None:
    placed = week(Walked(on(1)), Walked(on(3)), today=4)
    assert backward(placed) == [1, 3, 5]
    assert [e.did for e in placed[1].entries if e.activity == BACKWARD] == [Did.DONE]


def test_a_session_moved_stands_on_its_new_day_and_none_is_lost() -> None:
    placed = week(marks=(Mark(on(0), BACKWARD, Did.MOVED, to=on(1)),))
    assert 0 not in backward(placed)
    assert 1 in backward(placed)
    assert len(backward(placed)) == 3
    beyond = week(marks=(Mark(on(4), BACKWARD, Did.MOVED, to=on(9)),))
    assert 4 not in backward(beyond)


def test_what_is_skipped_or_done_says_so_with_its_reason() -> None:
    companion = TEN.companions[0].title
    placed = week(marks=(Mark(on(0), companion, Did.DONE),
                         Mark(on(6), companion, Did.SKIPPED, reason="Visitors")))  # fmt: skip
    [first] = [e for e in placed[0].entries if e.activity == companion]
    assert first.did is Did.DONE
    [last] = [e for e in placed[6].entries if e.activity == companion]
    assert (last.did, last.reason) == (Did.SKIPPED, "Visitors")
    moved = week(marks=(Mark(on(0), companion, Did.MOVED, to=on(1)),))
    assert companion in [e.activity for e in moved[1].entries]


def test_a_mark_of_something_no_longer_in_the_plan_is_passed_over() -> None:
    assert week(marks=(Mark(on(0), "Hopping", Did.MOVED, to=on(1)),)) == week()


def test_a_week_ahead_goes_on_in_step_and_a_past_one_holds_what_was_walked() -> None:
    ahead = lay_out(TEN, monday=on(7), today=on(3), walked=(Walked(on(2)),))
    assert backward(ahead) == [2, 4, 6]  # after Wednesday, Friday and Sunday of this one
    before = lay_out(TEN, monday=on(-7), today=on(3), walked=(Walked(on(-5)), Walked(on(2))))
    assert backward(before) == [2]


@given(st.sampled_from(EVERY), st.integers(0, 6), st.lists(st.integers(-20, 6), max_size=6),
       st.integers(-1, 10))  # fmt: skip
def test_never_more_sessions_to_come_than_asked_and_each_after_its_rest(
    protocol: object, today: int, walked: list[int], sore: int
) -> None:
    assert isinstance(protocol, type(TEN))
    done = tuple(Walked(on(day), sore) for day in sorted({d for d in walked if d <= today}))
    placed = lay_out(protocol, monday=MONDAY, today=on(today), walked=done)
    days = backward(placed)
    every = sorted({*(w.on for w in done), *(on(day) for day in days)})
    for day in (on(day) for day in days if on(day) > on(today)):
        assert sum(0 <= (day - other).days < 7 for other in every) <= protocol.frequency_per_week
    last = max((w.on for w in done), default=None)
    for day in days:
        if last is not None and on(day) > last:
            assert (on(day) - last).days >= rest_days(protocol, sore)
    for companion in protocol.companions:
        assert sum(e.activity == companion.title for d in placed for e in d.entries) == (
            companion.per_week
        )


def test_a_companion_moved_onto_its_own_day_is_there_once() -> None:
    companion = replace(TEN.companions[0], per_week=7)
    often = replace(TEN, companions=(companion,))
    placed = lay_out(often, monday=MONDAY, today=MONDAY, walked=(),
                     marks=(Mark(on(0), companion.title, Did.MOVED, to=on(1)),))  # fmt: skip
    assert [e.activity for e in placed[1].entries].count(companion.title) == 1
