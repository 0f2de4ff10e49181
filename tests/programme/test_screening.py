"""Nobody walks unscreened; every reason is shown; one more yes never makes it milder."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import WELL_STANDING, WELL_TODAY

from retrowalk.errors import BadAnswers, ScreeningNeeded
from retrowalk.programme.answers import Answers, read_answers
from retrowalk.programme.screening import (
    ASK_IF_YES,
    CLEARABLE,
    NOT_TODAY_IF_YES,
    STANDING,
    TODAY,
    Clearance,
    read_clearance,
    screen,
    standing_valid,
)
from retrowalk.words import AnswerKind, AskClinician, Clear, NotToday, Verdict

ON = date(2026, 11, 21)
YES_NOS = [q.id for q in (*STANDING, *TODAY) if q.kind is AnswerKind.YES_NO]
SEVERITY = {Clear: 0, AskClinician: 1, NotToday: 2}


def judge(*clearances: Clearance, **changed: Any) -> Verdict:
    standing = {id_: changed.get(id_, value) for id_, value in WELL_STANDING.items()}
    today = {id_: changed.get(id_, value) for id_, value in WELL_TODAY.items()}
    return screen(read_answers(STANDING, standing), read_answers(TODAY, today),
                  clearances=clearances, on=ON)  # fmt: skip


def topics(verdict: Verdict) -> list[str]:
    return [reason.topic for reason in verdict.reasons]


def texts(verdict: Verdict) -> str:
    return " ".join(reason.text for reason in verdict.reasons)


def test_somebody_well_is_clear() -> None:
    assert judge() == Clear()


@pytest.mark.parametrize("topic", ASK_IF_YES)
def test_a_clinician_is_asked_about(topic: str) -> None:
    verdict = judge(**{topic: "yes"})
    assert isinstance(verdict, AskClinician)
    assert topics(verdict) == [topic]


@pytest.mark.parametrize("topic", NOT_TODAY_IF_YES)
def test_nobody_walks_today_with(topic: str) -> None:
    verdict = judge(**{topic: "yes"})
    assert isinstance(verdict, NotToday)
    assert topics(verdict) == [topic]


def test_every_yes_means_something_and_means_one_thing() -> None:
    assert sorted(YES_NOS) == sorted([*ASK_IF_YES, *NOT_TODAY_IF_YES])


def test_question_ids_are_unique_and_texts_are_plain_questions() -> None:
    questions = (*STANDING, *TODAY)
    assert len({q.id for q in questions}) == len(questions)
    for question in questions:
        assert question.required
        assert question.text.endswith("?") or question.kind is AnswerKind.CHOICE
        assert len(question.text) <= 110


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({"pain": "3"}, Clear),
        ({"pain": "5"}, Clear),
        ({"pain": "6"}, NotToday),
        ({"sleep": "short"}, Clear),
        ({"sleep": "hardly"}, NotToday),
        ({"pressure": "normal"}, Clear),
        ({"pressure": "treated"}, Clear),
        ({"pressure": "not known"}, Clear),
        ({"pressure": "high"}, AskClinician),
        ({"pressure_today": "not known"}, Clear),
        ({"pressure_today": ["159", "99"]}, Clear),
        ({"pressure_today": ["160", "70"]}, AskClinician),
        ({"pressure_today": ["140", "100"]}, AskClinician),
        ({"pressure_today": ["180", "70"]}, NotToday),
        ({"pressure_today": ["140", "110"]}, NotToday),
        ({"pressure_today": ["89", "60"]}, AskClinician),
        ({"pressure_today": ["90", "60"]}, Clear),
    ],
)
def test_numbers_and_choices_have_their_bounds(changed: Any, verdict: type[Verdict]) -> None:
    assert isinstance(judge(**changed), verdict)


def test_what_was_seen_and_is_no_obstacle_is_said() -> None:
    assert topics(judge(pain="4", pressure="treated")) == ["pressure", "pain"]
    assert topics(judge(pressure="not known")) == ["pressure"]
    assert topics(judge(pain="3")) == []


def test_all_reasons_are_shown_the_most_serious_first() -> None:
    verdict = judge(heart="yes", falls="yes", unwell="yes", pain="8")
    assert isinstance(verdict, NotToday)
    assert topics(verdict) == ["unwell", "pain", "heart", "falls"]


def test_chest_pain_today_says_to_call_for_help() -> None:
    assert "call for medical help now" in texts(judge(warning="yes"))


@settings(deadline=None)
@given(st.sets(st.sampled_from(YES_NOS)), st.sampled_from(YES_NOS),
       st.sets(st.sampled_from([topic for topic, _ in CLEARABLE])))  # fmt: skip
def test_one_more_yes_never_makes_the_verdict_milder(
    yeses: set[str], more: str, cleared: set[str]
) -> None:
    clearance = Clearance(tuple(cleared), "Dr Ada", ON)
    before = judge(clearance, **dict.fromkeys(yeses, "yes"))
    after = judge(clearance, **dict.fromkeys({*yeses, more}, "yes"))
    assert SEVERITY[type(after)] >= SEVERITY[type(before)]
    if type(after) is type(before):
        assert set(topics(before)) <= set(topics(after))


worse_choices = {"pressure": ["normal", "not known", "treated", "high"],
                 "sleep": ["well", "short", "hardly"]}  # fmt: skip


@settings(deadline=None)
@given(st.sampled_from(sorted(worse_choices)), st.data())
def test_a_worse_choice_never_makes_the_verdict_milder(id_: str, draw: st.DataObject) -> None:
    worst = worse_choices[id_]
    one, other = sorted(draw.draw(st.integers(0, len(worst) - 1)) for _ in range(2))
    milder, graver = judge(**{id_: worst[one]}), judge(**{id_: worst[other]})
    assert SEVERITY[type(graver)] >= SEVERITY[type(milder)]


@settings(deadline=None)
@given(st.integers(0, 10), st.integers(0, 10))
def test_more_pain_never_makes_the_verdict_milder(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert SEVERITY[type(judge(pain=str(more)))] >= SEVERITY[type(judge(pain=str(less)))]


def test_standing_answers_alone_are_judged_without_todays() -> None:
    standing = read_answers(STANDING, {**WELL_STANDING, "sight": "yes"})
    assert topics(screen(standing, None, on=ON)) == ["sight"]


def test_answers_with_a_gap_are_never_judged() -> None:
    standing = read_answers(STANDING, WELL_STANDING)
    with pytest.raises(ScreeningNeeded, match="1 health questions are not answered"):
        screen(Answers(standing.given[1:]), None, on=ON)
    with pytest.raises(ScreeningNeeded, match="10 health questions"):
        screen(standing, Answers(()), on=ON)


# --- what a clinician has cleared -----------------------------------------------------------


def test_a_clearance_turns_its_reasons_into_cleared_ones() -> None:
    given = Clearance(("heart", "falls"), "Dr Ada", ON - timedelta(days=30))
    verdict = judge(given, heart="yes", falls="yes")
    assert isinstance(verdict, Clear)
    assert topics(verdict) == ["heart", "falls"]
    assert texts(verdict).count("Cleared by Dr Ada on 2026-10-22.") == 2


def test_a_clearance_speaks_only_of_its_topics() -> None:
    verdict = judge(Clearance(("heart",), "Dr Ada", ON), heart="yes", falls="yes")
    assert verdict == AskClinician(judge(falls="yes").reasons)


def test_high_pressure_and_new_medicine_today_can_be_cleared() -> None:
    given = Clearance(("pressure_today", "medicine"), "Dr Ada", ON)
    assert isinstance(judge(given, pressure_today="165/85", medicine="yes"), Clear)


@pytest.mark.parametrize("topic", [*NOT_TODAY_IF_YES, "pain", "sleep"])
def test_nobody_can_clear_not_today(topic: str) -> None:
    given = Clearance((topic,), "Dr Ada", ON)
    bad = {"pain": "9", "sleep": "hardly"}.get(topic, "yes")
    assert judge(given, **{topic: bad}) == judge(**{topic: bad})
    assert isinstance(judge(given, **{topic: bad}), NotToday)


@pytest.mark.parametrize(
    ("age_days", "fault"),
    [(-1, "lies in the future"), (366, "is more than a year old"), (0, ""), (365, "")],
)
def test_a_clearance_counts_for_a_year_and_says_so_when_it_does_not(
    age_days: int, fault: str
) -> None:
    given_on = ON - timedelta(days=age_days)
    verdict = judge(Clearance(("heart",), "Dr Ada", given_on), heart="yes")
    assert isinstance(verdict, AskClinician if fault else Clear)
    assert fault in texts(verdict)
    if fault:
        with pytest.raises(BadAnswers, match=fault):
            read_clearance(["heart"], "Dr Ada", given_on, on=ON)


def test_the_newest_clearance_that_counts_is_named() -> None:
    old = Clearance(("heart",), "Dr Old", ON - timedelta(days=400))
    new = Clearance(("heart",), "Dr New", ON - timedelta(days=4))
    future = Clearance(("heart",), "Dr Who", ON + timedelta(days=4))
    assert "Cleared by Dr New" in texts(judge(new, future, old, heart="yes"))


def test_a_clearance_to_be_stored_is_checked() -> None:
    assert read_clearance(["heart", "heart"], "  Dr  Ada ", ON, on=ON) == Clearance(
        ("heart",), "Dr Ada", ON
    )
    assert read_clearance(["heart"], "x" * 80, ON, on=ON).by == "x" * 80
    with pytest.raises(BadAnswers) as refused:
        read_clearance(["alcohol"], " ", ON, on=ON)
    assert set(refused.value.problems) == {"topics", "by"}
    for topics_, by in (([], "Dr Ada"), (["heart", "alcohol"], "Dr Ada"), (["heart"], "x" * 81),
                        (["heart"], "bell\x07")):  # fmt: skip
        with pytest.raises(BadAnswers):
            read_clearance(topics_, by, ON, on=ON)


@pytest.mark.parametrize(("age_days", "valid"), [(-1, False), (0, True), (365, True), (366, False)])
def test_standing_answers_are_good_for_a_year(age_days: int, valid: bool) -> None:
    assert standing_valid(ON - timedelta(days=age_days), on=ON) is valid
