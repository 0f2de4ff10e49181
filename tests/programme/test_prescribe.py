"""Who is offered what, at which speed, and who is not: with reasons, and never unscreened."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import PRESCRIBED, PROTOCOLS, TEN, TEXTS, THIRTY, WALKER

from retrowalk.errors import NotAllowed, ScreeningNeeded
from retrowalk.programme.prescribe import (
    OLD_YEARS,
    Suggestion,
    careful,
    cautions,
    gently_on,
    hindrances,
    prescribe,
    start_stage,
    suggest,
)
from retrowalk.programme.protocols import ChosenBy, parse_protocol
from retrowalk.units import KMH
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    FORWARD_CEILING_MPS,
    Aid,
    AskClinician,
    Clear,
    Experience,
    Goal,
    NotToday,
    Place,
    Reason,
    Units,
    Walker,
)

FALLEN = Clear((Reason("falls", "You have fallen. Cleared by Dr Ada on 2026-10-22."),))

walkers = st.builds(
    Walker,
    goal=st.sampled_from(Goal),
    age_years=st.integers(16, 110),
    comfortable_forward_mps=st.floats(0.8 * KMH, 9 * KMH),
    experience=st.sampled_from(Experience),
    place=st.sampled_from(Place),
    rails=st.booleans(),
    units=st.sampled_from(Units),
    aid=st.sampled_from(Aid),
)


def first(verdict: Clear = Clear(), **changed: Any) -> Suggestion:
    return suggest(replace(WALKER, **changed), PROTOCOLS, verdict=verdict)[0]


def topics(reasons: tuple[Reason, ...]) -> list[str]:
    return [reason.topic for reason in reasons]


# --- what is suggested --------------------------------------------------------------------------


def test_a_sore_knee_new_to_it_begins_with_ten_by_three() -> None:
    suggestion = first(goal=Goal.KNEE, experience=Experience.NEVER)
    assert suggestion.protocol is TEN
    assert suggestion.reasons[0].text == (
        "It begins with 3 minutes backward in a session of 9½ minutes."
    )
    assert suggestion.reasons[1].text.startswith("Walking backwards is new to you")
    assert topics(suggestion.reasons) == ["start", "gently", "goal"]


def test_a_practised_walker_after_balance_is_offered_alternating_thirty() -> None:
    suggestion = first()
    assert suggestion.protocol is THIRTY
    assert topics(suggestion.reasons) == ["start", "goal"]
    assert "14 minutes backward" in suggestion.reasons[0].text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"age_years": OLD_YEARS}, "suits your age"),
        ({"aid": Aid.STICK}, "careful beginning"),
        ({"comfortable_forward_mps": 2.0 * KMH}, "careful beginning"),
    ],
)
def test_the_gentlest_start_comes_first_for_who_needs_it(changed: Any, why: str) -> None:
    suggestion = first(goal=Goal.STRENGTH, **changed)
    assert suggestion.protocol is TEN
    assert why in suggestion.reasons[1].text


def test_somebody_who_has_fallen_begins_gently_though_cleared() -> None:
    assert first(FALLEN).protocol is TEN
    assert topics(first(FALLEN).cautions) == ["company", "rails"]
    assert "have somebody near" in first(FALLEN).cautions[0].text


def test_among_equals_the_protocol_made_for_the_goal_comes_first() -> None:
    assert first(goal=Goal.KNEE).protocol is TEN
    assert first(goal=Goal.RUNNING).protocol is THIRTY
    other = replace(TEN, goals=(Goal.KNEE,))
    assert suggest(WALKER, [other, THIRTY])[0].protocol is THIRTY
    assert suggest(replace(WALKER, goal=Goal.KNEE), [other, THIRTY])[0].protocol is other


def test_what_is_not_allowed_comes_last_and_says_why() -> None:
    clinical = replace(TEN, chosen_by=ChosenBy.CLINICIAN, goals=(Goal.BALANCE,))
    ranked = suggest(WALKER, [clinical, THIRTY])
    assert [s.allowed for s in ranked] == [True, False]
    assert topics(ranked[1].reasons) == ["chosen by"]
    assert ranked[1].cautions == ()


@settings(deadline=None)
@given(walkers)
def test_every_protocol_is_listed_once_and_with_reasons(walker: Walker) -> None:
    ranked = suggest(walker, PROTOCOLS)
    assert {s.protocol.id for s in ranked} == {p.id for p in PROTOCOLS}
    assert all(s.reasons and all(r.text for r in s.reasons) for s in ranked)
    assert [s.allowed for s in ranked] == sorted((s.allowed for s in ranked), reverse=True)


# --- who may not ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "verdict", "hindering"),
    [
        ({}, Clear(), []),
        ({"rails": False}, Clear(), ["rails"]),
        ({"rails": False, "place": Place.BY_HAND}, Clear(), ["rails"]),
        ({"rails": False, "place": Place.CORRIDOR}, Clear(), []),
        ({"rails": False, "place": Place.CORRIDOR}, FALLEN, ["rails"]),
        ({"rails": False, "place": Place.CORRIDOR, "aid": Aid.STICK}, Clear(), ["rails"]),
        ({"rails": True, "place": Place.CORRIDOR, "aid": Aid.FRAME}, Clear(), []),
        ({"aid": Aid.FRAME}, Clear(), ["aid"]),
        ({"aid": Aid.FRAME, "place": Place.BY_HAND, "rails": False}, Clear(), ["aid", "rails"]),
        ({"aid": Aid.STICK}, Clear(), []),
        ({"comfortable_forward_mps": 0.59, "rails": False, "place": Place.CORRIDOR}, Clear(),
         ["rails"]),
    ],
)  # fmt: skip
def test_rails_frames_and_falls_restrict(changed: Any, verdict: Clear, hindering: Any) -> None:
    assert topics(hindrances(replace(WALKER, **changed), THIRTY, verdict=verdict)) == hindering


def test_old_and_slow_mean_what_the_docs_say() -> None:
    assert OLD_YEARS == 75
    no_rails = replace(WALKER, rails=False, place=Place.CORRIDOR)
    assert not hindrances(replace(no_rails, comfortable_forward_mps=0.62), THIRTY)


def test_only_a_protocols_foremost_goals_are_called_its_own() -> None:
    for goal, said in ((Goal.KNEE, True), (Goal.BALANCE, True), (Goal.CURIOSITY, False)):
        [suggestion] = suggest(replace(WALKER, goal=goal), [TEN])
        assert ("goal" in topics(suggestion.reasons)) is said


def test_a_protocol_is_only_for_its_places() -> None:
    indoors = replace(TEN, places=(Place.CORRIDOR,))
    assert topics(hindrances(WALKER, indoors)) == ["place"]


def test_a_protocol_that_needs_no_rails_asks_for_none() -> None:
    easy = replace(TEN, rails=False)
    assert hindrances(replace(WALKER, rails=False), easy) == ()
    assert topics(cautions(WALKER, easy)) == []
    assert topics(hindrances(replace(WALKER, rails=False, aid=Aid.STICK), easy)) == ["rails"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ["rails"]),
        ({"experience": Experience.NEVER}, ["company", "rails"]),
        ({"age_years": OLD_YEARS}, ["company", "rails"]),
        ({"aid": Aid.STICK}, ["company", "rails"]),
        ({"place": Place.CORRIDOR}, ["place"]),
    ],
)
def test_what_to_arrange_is_said(changed: Any, said: list[str]) -> None:
    assert topics(cautions(replace(WALKER, **changed), THIRTY)) == said


# --- the prescription -----------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [AskClinician((Reason("heart", "Your heart."),)),
                                     NotToday((Reason("heart", "Your heart."),))])  # fmt: skip
def test_nobody_is_prescribed_anything_unscreened(verdict: Any) -> None:
    with pytest.raises(ScreeningNeeded, match=r"Your heart\."):
        prescribe(WALKER, TEN, verdict=verdict)


def test_what_is_not_allowed_is_not_prescribed() -> None:
    with pytest.raises(NotAllowed, match="Ten by three is not for you now: It needs a treadmill"):
        prescribe(replace(WALKER, rails=False), TEN, verdict=Clear())


@pytest.mark.parametrize(
    ("comfortable_kmh", "protocol_kmh", "speed_kmh", "why"),
    [
        (4.0, 1.2, 1.2, "the speed this protocol names"),
        (2.0, 1.2, 1.0, "50% of your comfortable speed"),
        (9.0, 5.0, 3.2, "as fast as anyone may go"),
    ],
)
def test_backward_begins_at_the_least_of_three_and_says_which(
    comfortable_kmh: float, protocol_kmh: float, speed_kmh: float, why: str
) -> None:
    walker = replace(WALKER, comfortable_forward_mps=comfortable_kmh * KMH)
    protocol = replace(TEN, backward_mps=protocol_kmh * KMH)
    prescription = prescribe(walker, protocol, verdict=Clear())
    assert prescription.backward_mps == pytest.approx(speed_kmh * KMH)
    assert (
        prescription.reasons[0].text
        == f"Backward you begin at {speed_kmh} km/h: "
        + (prescription.reasons[0].text.split(": ", 1)[1])
    )
    assert why in prescription.reasons[0].text


def test_speeds_are_said_in_the_walkers_units_and_finely_below_one() -> None:
    said = prescribe(replace(WALKER, units=Units.MPH), TEN, verdict=Clear()).reasons[0].text
    assert "at 0.80 mph" in said


@settings(deadline=None)
@given(walkers, st.sampled_from(PROTOCOLS), st.sampled_from([Clear(), FALLEN]))
def test_no_prescription_leaves_its_ceilings(walker: Walker, protocol: Any, verdict: Clear) -> None:
    if hindrances(walker, protocol, verdict=verdict):
        return
    given_ = prescribe(walker, protocol, verdict=verdict)
    assert 0 < given_.backward_mps <= min(protocol.backward_mps, BACKWARD_CEILING_MPS)
    assert given_.backward_mps <= walker.comfortable_forward_mps / 2
    assert given_.backward_mps <= given_.backward_top_mps <= BACKWARD_CEILING_MPS
    assert given_.forward_top_mps == given_.forward_mps <= FORWARD_CEILING_MPS
    assert given_.forward_mps <= walker.comfortable_forward_mps
    assert 0 <= given_.stage <= protocol.start
    assert given_.reasons
    assert (given_.per_week, given_.weeks) == (protocol.frequency_per_week, protocol.weeks)


def test_the_ceiling_leaves_room_for_the_ladders_own_climb_and_no_more() -> None:
    given_ = prescribe(WALKER, TEN, verdict=Clear())
    assert given_.backward_top_mps == pytest.approx(1.2 * given_.backward_mps)


def test_what_a_clinician_cleared_stays_among_the_reasons() -> None:
    assert FALLEN.reasons[0] in prescribe(WALKER, TEN, verdict=FALLEN).reasons


def test_a_newcomer_begins_on_the_lowest_rung_a_practised_walker_on_the_recipe() -> None:
    assert start_stage(WALKER, THIRTY) == THIRTY.start == 2
    assert start_stage(replace(WALKER, experience=Experience.NEVER), THIRTY) == 0
    assert prescribe(WALKER, THIRTY, verdict=Clear()).stage == 2
    assert prescribe(WALKER, THIRTY, verdict=FALLEN).stage == 0


@pytest.mark.parametrize(("mps", "slow"), [((), False), ((0.6,), False), ((0.59,), True),
                                           ((0.9, 0.5), True)])  # fmt: skip
def test_a_slow_backward_walk_means_rails_and_company_only(
    mps: tuple[float, ...], slow: bool
) -> None:
    verdict = careful(Clear(), backward_mps=mps)
    assert isinstance(verdict, Clear)
    bare = replace(WALKER, place=Place.CORRIDOR, rails=False)
    assert ("rails" in topics(hindrances(bare, TEN, verdict=verdict))) is slow
    said = [r.text for r in cautions(WALKER, TEN, verdict=verdict)]
    assert ("Hold the rails all the way, and have somebody near." in said) is slow
    assert start_stage(WALKER, THIRTY, verdict=verdict) == (0 if slow else THIRTY.start)


def test_a_verdict_that_is_no_yes_stays_as_it_is() -> None:
    no = NotToday((Reason("pain", "Too much."),))
    assert careful(no, backward_mps=(0.1,)) is no


def test_only_a_named_clinician_opens_a_clinicians_protocol() -> None:
    stroke = parse_protocol(TEXTS["stroke-four-weeks"], name="")
    with pytest.raises(NotAllowed, match="Only a clinician may choose"):
        prescribe(WALKER, stroke, verdict=Clear())
    prescription = prescribe(WALKER, stroke, verdict=Clear(), by="Dr Ortiz")
    assert prescription.by == "Dr Ortiz"
    assert "Prescribed by Dr Ortiz." in [r.text for r in prescription.reasons]


def test_a_corridor_may_ask_for_a_handrail_and_company() -> None:
    balance = parse_protocol(TEXTS["older-adult-balance"], name="")
    hall = replace(WALKER, place=Place.CORRIDOR)
    assert not hindrances(hall, balance)
    assert topics(hindrances(replace(hall, rails=False), balance)) == ["rails"]
    assert "company" in topics(cautions(hall, balance))


def test_going_on_gently_is_at_most_two_a_week_and_says_so() -> None:
    for per_week, gently in ((7, 2), (3, 2), (1, 1)):
        kept = gently_on(replace(PRESCRIBED[TEN.id], per_week=per_week))
        assert (kept.per_week, kept.keeps) == (gently, True)
        assert kept.backward_top_mps == PRESCRIBED[TEN.id].backward_top_mps
        assert kept.reasons[-1].topic == "keeps"
