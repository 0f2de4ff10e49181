"""What people read: units, times, dates and names."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk import present
from retrowalk.live.events import StopReason
from retrowalk.units import KMH, MPH
from retrowalk.words import (
    Aid,
    AskClinician,
    Clear,
    Direction,
    Experience,
    Goal,
    Hold,
    IntervalKind,
    NotToday,
    Place,
    Progress,
    Quantity,
    Reason,
    Regress,
    Units,
)


def test_a_speed_is_shown_in_the_walkers_units():
    assert present.speed(0.8 * MPH, Units.MPH) == "0.8 mph"
    assert present.speed(0.8 * MPH) == "1.3 km/h"
    assert present.speed(0.0) == "0.0 km/h"


@given(st.decimals(0, 25, places=1), st.sampled_from(Units))
def test_a_typed_speed_comes_back_as_typed(typed, units):
    assert present.speed_number(present.speed_mps(str(typed), units), units) == f"{typed:.1f}"


def test_a_typed_decimal_comma_is_understood():
    assert present.speed_mps(" 3,5 ") == pytest.approx(3.5 * KMH)
    with pytest.raises(ValueError, match="fast"):
        present.speed_mps("fast")


def test_a_distance_grows_into_kilometres():
    assert present.distance(350.4) == "350 m"
    assert present.distance(1234) == "1.2 km"
    assert present.distance(1609.344, Units.MPH) == "1.00 mi"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (-3, "0:00"), (9.9, "0:09"), (102, "1:42"), (3723, "1:02:03")],
)
def test_the_clock_reads_like_a_watch(seconds, shown):
    assert present.clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(45, "45 s"), (60, "1 min"), (150, "2½ min"), (1680, "28 min")]
)
def test_minutes_are_short_enough_for_a_label(seconds, shown):
    assert present.minutes(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 seconds"), (1, "1 second"), (60, "1 minute"), (750, "12 minutes 30 seconds")],
)
def test_a_duration_is_said_as_people_say_it(seconds, said):
    assert present.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "now"), (3.2, "3 s old"), (130, "2 min old"), (9000, "over an hour old")],
)
def test_the_age_of_a_report_is_always_said(seconds, said):
    assert present.age(seconds) == said


def test_dates_ask_no_locale_of_the_machine():
    when = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
    assert present.day(date(2026, 11, 21)) == "Saturday 21 November 2026"
    assert present.moment(when) == "Saturday 21 November 2026 at 14:05"
    assert present.short_day(when) == "21 Nov"


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "today"), (0, "today"), (1, "tomorrow"), (3, "in 3 days")]
)
def test_what_is_due_is_said_in_days(days, said):
    assert present.in_days(days * 86400) == said


def test_every_interval_says_what_to_do():
    said = {present.doing(d, k) for d in (Direction.FORWARD, Direction.BACKWARD)
            for k in IntervalKind}  # fmt: skip
    assert said == {
        "Walk backward", "Walk forward", "Stand and rest", "Warm up, forward",
        "Warm up, backward", "Cool down, forward", "Cool down, backward",
    }  # fmt: skip


def test_verdicts_and_decisions_have_plain_names():
    why = (Reason("x", "y"),)
    assert [present.verdict(v) for v in (Clear(), AskClinician(why), NotToday(why))] == [
        "You may walk", "Ask a clinician first", "Not today",
    ]  # fmt: skip
    assert len({present.decision(d(1, why)) for d in (Progress, Hold, Regress)}) == 3


def test_every_choice_has_a_name():
    for kind in (Goal, Experience, Place, Aid, Units):
        assert all(present.name_of(value) for value in kind)


def test_a_stop_reason_reads_as_a_sentence():
    assert present.stop_reason(StopReason.WALKER) == "Stop was pressed"


def test_percent():
    assert present.percent(0.954) == "95 %"


def test_outcomes_are_told_in_the_walkers_units() -> None:
    assert present.measured(1.25, Quantity.SPEED) == "4.5 km/h (1.25 m/s)"
    assert present.measured(1.25, Quantity.SPEED, Units.MPH) == "2.8 mph (1.25 m/s)"
    assert present.measured(0.0254, Quantity.REACH, Units.MPH) == "1 in"
    assert present.measured(420, Quantity.DISTANCE) == "420 m"
    assert present.measured(1, Quantity.COUNT) == "1 time"
    assert present.measured(1.5, Quantity.COUNT) == "1.5 times"
    assert present.measured_number(-0.0001, Quantity.REACH) == "0"


@given(st.sampled_from(Quantity), st.sampled_from(Units), st.integers(-500, 500))
def test_what_was_typed_comes_back_as_it_was_typed(quantity, units, tenths) -> None:
    if quantity in {Quantity.DISTANCE, Quantity.ANGLE, Quantity.RATE}:
        tenths *= 10  # shown without decimals
    typed = f"{tenths / 10:g}"
    value = present.measured_si(typed.replace(".", ","), quantity, units)
    assert present.measured_number(value, quantity, units) == typed
