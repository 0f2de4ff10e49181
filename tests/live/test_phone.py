"""When a phone warns, and when it stops the belt."""

from dataclasses import replace

import pytest
from tests.live.walks import CORRIDOR, PLAN, Walk

from retrowalk.live.cues import CueKind
from retrowalk.live.events import PLANNED, RESUMABLE, StopReason, StopWanted
from retrowalk.live.phone import (
    LOST_S,
    STANDS_S,
    WALKED_S,
    WARN_S,
    Felt,
    Phone,
    answered,
    feel,
    phone_cues,
    phone_warning,
    stop_wanted,
)
from retrowalk.live.states import (
    Countdown,
    Ended,
    Resting,
    Session,
    Slowing,
    Starting,
    Stopping,
    Waiting,
    Walking,
)
from retrowalk.live.view import view
from retrowalk.words import Place

MOVING = (Starting, Walking, Slowing)
STILL = (Waiting, Resting, Stopping, Ended)
LOST = Phone(safety=True, felt=Felt(silent_s=LOST_S))
STANDING = Phone(safety=False, felt=Felt(still_s=STANDS_S), stepped_on=True)
STUMBLED = Phone(safety=False, felt=Felt(stumbles=1))


def during(phase: type, plan=PLAN) -> Session:
    return Walk(plan).until(phase).session


def walking(plan=PLAN) -> Session:
    """Walking, on a belt heard to move."""
    return replace(during(Walking, plan), heard_mps=0.4)


@pytest.mark.parametrize("phase", MOVING)
def test_a_stumble_stops_a_moving_belt_once(phase):
    session = during(phase)
    assert stop_wanted(PLAN, session, STUMBLED) is StopReason.STUMBLED
    assert stop_wanted(PLAN, session, answered(STUMBLED)) is None
    again = feel(answered(STUMBLED), session, Felt(stumbles=2))
    assert stop_wanted(PLAN, session, again) is StopReason.STUMBLED


@pytest.mark.parametrize("phase", [*STILL, Countdown])
@pytest.mark.parametrize("phone", [STUMBLED, STANDING])
def test_nothing_felt_on_a_belt_at_rest_stops_it(phase, phone):
    assert stop_wanted(PLAN, during(phase), phone) is None


@pytest.mark.parametrize("phase", [*MOVING, Countdown])
def test_a_lost_safety_link_stops_the_belt_and_keeps_it_from_starting(phase):
    session = during(phase)
    assert stop_wanted(PLAN, session, LOST) is StopReason.PHONE_LOST
    assert stop_wanted(PLAN, session, replace(LOST, safety=False)) is None
    nearly = replace(LOST, felt=Felt(silent_s=LOST_S - 0.1))
    assert stop_wanted(PLAN, session, nearly) is None


@pytest.mark.parametrize("phase", STILL)
def test_a_lost_phone_stops_nothing_that_rests(phase):
    assert stop_wanted(PLAN, during(phase), LOST) is None


def test_standing_on_a_moving_belt_stops_it():
    assert stop_wanted(PLAN, walking(), STANDING) is StopReason.STANDING
    shorter = replace(STANDING, felt=Felt(still_s=STANDS_S - 0.25))
    assert stop_wanted(PLAN, walking(), shorter) is None
    assert stop_wanted(PLAN, replace(walking(), heard_mps=0.0), STANDING) is None


def test_standing_stops_a_belt_set_by_hand_and_never_a_walk_on_a_floor():
    by_hand = replace(PLAN, place=Place.BY_HAND)
    assert stop_wanted(by_hand, during(Walking, by_hand), STANDING) is StopReason.STANDING
    assert stop_wanted(CORRIDOR, during(Walking, CORRIDOR), STANDING) is None


def test_who_waits_on_the_rails_has_not_stepped_on_yet():
    phone = feel(Phone(safety=False), walking(), Felt(still_s=9.0))
    assert stop_wanted(PLAN, walking(), phone) is None
    phone = feel(phone, walking(), Felt(moves_s=WALKED_S))
    phone = feel(phone, walking(), Felt(still_s=STANDS_S))
    assert stop_wanted(PLAN, walking(), phone) is StopReason.STANDING
    phone = feel(phone, during(Waiting), Felt(still_s=STANDS_S))
    assert not phone.stepped_on


def test_a_lost_phone_is_said_once_and_only_while_the_belt_moves():
    there, gone = Phone(safety=True), Phone(safety=True, felt=Felt(silent_s=WARN_S))
    (cue,) = phone_cues(there, gone, walking())
    assert cue.kind is CueKind.WARN
    assert "The belt stops without it" in cue.text
    assert phone_cues(gone, gone, walking()) == ()
    assert phone_cues(there, there, walking()) == ()
    assert phone_cues(there, gone, during(Waiting)) == ()


def test_the_page_says_what_a_lost_phone_means():
    gone = Phone(safety=False, felt=Felt(silent_s=WARN_S))
    assert "goes on without it" in phone_warning(gone, walking())
    assert phone_warning(Phone(safety=False), walking()) == ""
    assert phone_warning(gone, during(Ended)) == ""


@pytest.mark.parametrize(
    "reason", [StopReason.STUMBLED, StopReason.STANDING, StopReason.PHONE_LOST]
)
def test_what_a_phone_stops_is_a_pause_with_its_reason(reason):
    assert reason in RESUMABLE
    assert reason not in PLANNED
    walk = Walk().until(Walking)
    walk.send(StopWanted(walk.session.now_s, reason))
    walk.until(Waiting)
    seen = view(PLAN, walk.session)
    assert reason.value in seen.warning
    assert walk.session.reasons[-1] is reason
