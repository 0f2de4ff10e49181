"""More pain, effort or wrongs never give more dose; then one test per rule."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import (
    GOOD,
    PRESCRIBED,
    PROTOCOLS,
    SETTLED,
    TEN,
    TEXTS,
    THIRTY,
    WALKER,
    walked,
)

from retrowalk.programme.findings import DONE_HALF, DONE_MOST, WRONGS
from retrowalk.programme.prescribe import prescribe
from retrowalk.programme.progression import ASK, AWAY_DAYS, LOOKED_AT_DAYS, RULE, Today, decide
from retrowalk.programme.protocols import EASED, RATIO_STEP, Protocol, Stretch, parse_protocol
from retrowalk.words import (
    Clear,
    Decision,
    Direction,
    Hold,
    IntervalKind,
    NextDay,
    Progress,
    Reason,
    Refer,
    Regress,
    Review,
    SessionRecord,
    Wrong,
)

WEEK = (0, 2, 4)  # Monday, Wednesday, Friday
scale = st.integers(0, 10)
reviews = st.builds(Review, scale, scale, scale, scale,
                    st.frozensets(st.sampled_from(Wrong), max_size=2),
                    unanswered=st.frozensets(st.just("effort")))  # fmt: skip
mild = st.builds(Review, st.integers(0, 3), st.integers(0, 4), st.integers(0, 4),
                 st.integers(0, 7), st.frozensets(st.sampled_from(Wrong), max_size=1))  # fmt: skip
mornings = st.just(SETTLED) | st.builds(NextDay, st.integers(-1, 10), st.integers(-1, 10))
sessions = st.builds(SessionRecord, st.integers(0, 40), st.integers(-2, 9),
                     st.floats(0, 1) | st.just(1.0), st.just(GOOD) | mild | reviews,
                     next_day=mornings, felt_stumble=st.sampled_from([False, False, True]),
                     heart_above_s=st.just(0.0) | st.floats(0, 100))  # fmt: skip
histories = st.lists(sessions, max_size=8).map(tuple)
steady = st.builds(
    lambda gaps, stage, reviews: tuple(
        SessionRecord(sum(gaps[: i + 1]), stage, 1.0, review, next_day=SETTLED)
        for i, review in enumerate(reviews)
    ),
    st.lists(st.integers(0, 4), min_size=6, max_size=6),
    st.integers(-1, 5),
    st.lists(st.just(GOOD) | mild, min_size=1, max_size=6),
)


def next_(history: tuple[SessionRecord, ...], protocol: Protocol = TEN, **on: int) -> Decision:
    return decide(history, protocol, PRESCRIBED[protocol.id], **on)


def after(*, stage: int = 1, done: float = 1.0, before: tuple[int, ...] = WEEK[:2],
          **reviewed: Any) -> Decision:  # fmt: skip
    """The answer to one session that ends a good week but for what is given."""
    review = replace(GOOD, **reviewed)
    return next_((*walked(*before, stage=stage), *walked(4, stage=stage, review=review, done=done)))


def topics(decision: Decision) -> list[str]:
    return [reason.topic for reason in decision.reasons]


def texts(decision: Decision) -> str:
    return " ".join(reason.text for reason in decision.reasons)


# --- promises over arbitrary histories ------------------------------------------------------------


def morning_worse(after: NextDay, pain: int, sore: int) -> NextDay:
    """What was not said stays so."""
    return NextDay(*(was + more if was >= 0 else was
                     for was, more in ((after.pain, pain), (after.sore, sore))))  # fmt: skip


@st.composite
def worsened(draw: st.DrawFn, history: tuple[SessionRecord, ...]) -> tuple[SessionRecord, ...]:
    """The same history, some sessions of it worse; never better in anything."""
    worse = []
    for session in history:
        review, more = session.review, st.integers(0, 4)
        all_pain, during, after_, effort = (draw(more) for _ in range(4))
        wrongs = draw(st.frozensets(st.sampled_from(Wrong), max_size=1))
        unanswered = draw(st.frozensets(st.just("effort"), max_size=1))
        worse.append(replace(
            session,
            completed_ratio=session.completed_ratio * draw(st.sampled_from([1.0, 0.9, 0.7, 0.4])),
            review=Review(
                review.pain_before + all_pain,
                review.pain_during + all_pain + during,
                review.pain_after + all_pain + after_,
                review.effort + effort,
                review.wrongs | wrongs,
                unanswered=review.unanswered | unanswered,
            ),
            next_day=morning_worse(session.next_day, all_pain + draw(more), draw(more)),
            felt_stumble=session.felt_stumble or draw(st.booleans()),
            heart_above_s=session.heart_above_s + draw(st.sampled_from([0.0, 0.0, 6.0, 60.0])),
        ))  # fmt: skip
    return tuple(worse)


@settings(max_examples=400, deadline=None)
@given(histories | steady, st.integers(0, 80), st.sampled_from(PROTOCOLS), st.data())
def test_more_pain_effort_or_wrongs_never_give_more_dose(
    history: tuple[SessionRecord, ...], day: int, protocol: Protocol, draw: st.DataObject
) -> None:
    worse = draw.draw(worsened(history))
    assert next_(worse, protocol, on_day=day).stage <= next_(history, protocol, on_day=day).stage


@settings(deadline=None)
@given(histories | steady, st.integers(0, 80), st.integers(0, 80), st.sampled_from(PROTOCOLS))
def test_longer_away_never_gives_more_dose(
    history: tuple[SessionRecord, ...], one: int, other: int, protocol: Protocol
) -> None:
    sooner, later = sorted((one, other))
    assert (
        next_(history, protocol, on_day=later).stage
        <= next_(history, protocol, on_day=sooner).stage
    )


@settings(max_examples=300, deadline=None)
@given(histories | steady, st.integers(0, 80), st.sampled_from(PROTOCOLS))
def test_every_decision_is_on_the_ladder_with_reasons_and_replays(
    history: tuple[SessionRecord, ...], day: int, protocol: Protocol
) -> None:
    decision = next_(history, protocol, on_day=day)
    assert EASED <= decision.stage < len(protocol.ladder)
    assert decision.reasons
    assert all(reason.topic and reason.text.endswith(".") for reason in decision.reasons)
    assert decision == next_(history, protocol, on_day=day)
    last = sorted(history, key=lambda session: session.day)[-1:]
    if last and 0 <= last[0].stage < len(protocol.ladder):
        rungs = decision.stage - last[0].stage
        match decision:
            case Progress():
                assert rungs == 1
            case Hold():
                assert rungs == 0
            case Regress():
                assert rungs < 0 or ("away" in topics(decision) and last[0].stage == 0)
            case Refer():
                assert rungs < 0 or decision.stage == EASED
                assert ASK in decision.reasons


@settings(max_examples=300, deadline=None)
@given(histories | steady, st.integers(0, 80), st.sampled_from(PROTOCOLS))
def test_after_the_weeks_nothing_rises_and_all_else_stays(
    history: tuple[SessionRecord, ...], day: int, protocol: Protocol
) -> None:
    ask, why = PRESCRIBED[protocol.id], "The weeks are over."
    running = decide(history, protocol, ask, on_day=day)
    over = decide(history, protocol, ask, on_day=day, kept=why)
    match running:
        case Progress(stage):
            assert over == Hold(stage - 1, (Reason("kept", why),))
        case _:
            assert (type(over), over.stage) == (type(running), running.stage)


@settings(deadline=None)
@given(steady, st.sampled_from(["pain_during", "effort", "everything"]))
def test_a_missing_answer_never_progresses(history: tuple[SessionRecord, ...], scale_: str) -> None:
    last = history[-1]
    unsure = replace(last, review=replace(last.review, unanswered=frozenset({scale_})))
    assert not isinstance(next_((*history[:-1], unsure)), Progress)


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.sampled_from(PROTOCOLS))
def test_the_over_eager_climb_a_tenth_of_speed_a_week_at_most(
    gaps: list[int], protocol: Protocol
) -> None:
    """Whoever obeys the answers, walks as often as they like and finds all of it easy."""
    history: tuple[SessionRecord, ...] = ()
    day = 0
    for gap in gaps:
        day += gap
        stage = next_(history, protocol, on_day=day).stage
        history = (*history, SessionRecord(day, stage, 1.0, GOOD, next_day=SETTLED))
    ratio = [protocol.ladder[session.stage].speed_ratio for session in history]
    for i, session in enumerate(history):
        week = [r for r, s in zip(ratio[:i], history, strict=False) if session.day - s.day < 7]
        assert ratio[i] - min(week, default=ratio[i]) <= RATIO_STEP + 1e-9
        climbed = {s.stage for s in history[: i + 1] if session.day - s.day < 5}
        assert len(climbed) <= 2


# --- steps up ------------------------------------------------------------------------------------


def test_a_new_protocol_begins_where_it_was_prescribed() -> None:
    decision = next_((), THIRTY)
    assert (decision.stage, topics(decision)) == (PRESCRIBED[THIRTY.id].stage, ["first"])
    assert isinstance(decision, Hold)
    gone = decide((), TEN, replace(PRESCRIBED[TEN.id], stage=99))
    assert gone.stage == len(TEN.ladder) - 1


def test_a_good_week_is_one_step_up_and_says_what_is_raised() -> None:
    decision = next_(walked(*WEEK))
    assert decision == Progress(1, decision.reasons)
    assert texts(decision) == (
        "3 sessions went well: little pain, easy effort, all walked. The next step is a little "
        "longer: Five single minutes: 5 minutes backward."
    )


def test_two_good_sessions_are_not_yet_a_week() -> None:
    decision = next_(walked(0, 4))
    assert (type(decision), topics(decision)) == (Hold, ["good sessions"])
    assert "2 of 3 good sessions" in texts(decision)


def test_two_sessions_on_a_day_count_once() -> None:
    assert topics(next_(walked(0, 4, 4))) == ["good sessions"]


def test_three_sessions_in_a_hurry_are_not_a_week() -> None:
    decision = next_(walked(0, 1, 3))
    assert (type(decision), topics(decision)) == (Hold, ["a week"])
    assert "at least 5 days, and today is day 4" in texts(decision)


def test_a_raised_speed_waits_its_whole_week() -> None:
    assert topics(next_(walked(0, 2, 4, stage=3))) == ["a week"]
    assert topics(next_(walked(0, 2, 5, stage=3))) == ["a week"]
    faster = next_(walked(0, 3, 6, stage=3))
    assert isinstance(faster, Progress)
    assert "a little faster" in texts(faster)


def test_walking_more_often_than_asked_waits_for_rest() -> None:
    decision = next_(walked(0, 1, 3, 5))
    assert (type(decision), topics(decision)) == (Hold, ["too often"])
    assert "You walked 4 times in 7 days, and 3 are asked" in texts(decision)
    assert isinstance(next_(walked(0, 2, 4, 7)), Progress)


def test_only_the_unbroken_run_on_this_rung_counts() -> None:
    stumbled = replace(GOOD, wrongs=frozenset({Wrong.STUMBLE}))
    broken = (*walked(0, 2), *walked(4, review=stumbled), *walked(7, 9))
    assert topics(next_(broken)) == ["good sessions"]
    other_rung = (*walked(0, 2, 4, stage=0), *walked(7, 9, stage=1))
    assert topics(next_(other_rung)) == ["good sessions"]
    long_ago = (*walked(0, 2), *walked(2 + AWAY_DAYS, stage=0))
    assert topics(next_(long_ago)) == ["good sessions"]
    nearly = (*walked(0, 2), *walked(1 + AWAY_DAYS, stage=0))
    assert topics(next_(nearly)) == ["missed"]


def test_the_order_in_which_history_is_given_does_not_matter() -> None:
    assert next_(walked(4, 0, 2)) == next_(walked(*WEEK))


def test_the_top_of_the_ladder_is_kept() -> None:
    decision = next_(walked(*WEEK, stage=len(TEN.ladder) - 1))
    assert (decision.stage, topics(decision)) == (len(TEN.ladder) - 1, ["top"])
    beyond = next_(walked(*WEEK, stage=99))
    assert (beyond.stage, topics(beyond)) == (len(TEN.ladder) - 1, ["top"])


def test_a_session_of_no_rung_does_not_progress() -> None:
    decision = next_(walked(*WEEK, stage=-2))
    assert (decision.stage, topics(decision)) == (EASED, ["ladder"])


def test_no_step_up_is_faster_than_the_prescription_allows() -> None:
    capped = replace(PRESCRIBED[TEN.id], backward_top_mps=PRESCRIBED[TEN.id].backward_mps)
    decision = decide(walked(0, 3, 6, stage=3), TEN, capped)
    assert (type(decision), topics(decision)) == (Hold, ["ceiling"])


def test_a_protocol_may_ask_for_one_good_session() -> None:
    quick = replace(TEN, good_sessions=1)
    decision = decide(walked(0), quick, PRESCRIBED[TEN.id])
    assert isinstance(decision, Progress)
    assert decision.reasons[0].text == "The session went well."


def test_a_rung_that_only_sets_the_same_time_out_differently_is_called_that() -> None:
    same = replace(TEN, ladder=(TEN.ladder[0], replace(TEN.ladder[0], title="Otherwise")))
    walk = Stretch(IntervalKind.WALK, Direction.BACKWARD, 180.0)
    same = replace(same, ladder=(same.ladder[0], replace(same.ladder[1], stretches=(walk,))))
    assert "the same time, set out differently: Otherwise." in texts(
        decide(walked(0, 3, 6), same, PRESCRIBED[TEN.id])
    )


# --- one test per finding ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reviewed", "answer"),
    [
        ({"pain_before": 3, "pain_during": 3, "pain_after": 3}, Progress),
        ({"pain_before": 4, "pain_during": 0, "pain_after": 0}, Hold),
        ({"pain_before": 4, "pain_during": 4, "pain_after": 3}, Hold),
        ({"pain_before": 5, "pain_during": 3, "pain_after": 5}, Hold),
        ({"pain_before": 6, "pain_during": 0, "pain_after": 0}, Regress),
        ({"pain_before": 5, "pain_during": 6, "pain_after": 5}, Regress),
        ({"pain_before": 5, "pain_during": 5, "pain_after": 6}, Regress),
        ({"pain_before": 1, "pain_during": 2, "pain_after": 2}, Progress),
        ({"pain_before": 1, "pain_during": 3, "pain_after": 1}, Hold),
        ({"pain_before": 1, "pain_during": 1, "pain_after": 3}, Hold),
        ({"effort": 6}, Progress),
        ({"effort": 7}, Hold),
        ({"effort": 8}, Hold),
        ({"effort": 9}, Regress),
        ({"effort": -1}, Hold),
        ({"pain_before": -1, "pain_during": 0}, Hold),
    ],
)
def test_pain_and_effort_have_their_bounds(reviewed: Any, answer: type[Decision]) -> None:
    decision = after(**reviewed)
    assert isinstance(decision, answer)
    assert decision.stage == {Progress: 2, Hold: 1, Regress: 0}[answer]


@pytest.mark.parametrize(
    ("done", "answer"),
    [(DONE_MOST, Progress), (0.79, Hold), (DONE_HALF, Hold), (0.49, Regress), (0.0, Regress),
     (nan, Hold), (inf, Progress), (-inf, Regress)],
)  # fmt: skip
def test_what_was_left_out_counts(done: float, answer: type[Decision]) -> None:
    decision = after(done=done)
    assert isinstance(decision, answer)
    if answer is not Progress:
        assert topics(decision) == ["completion"]


def test_the_part_walked_is_said_where_it_is_known() -> None:
    assert "You walked 40% of the planned backward time." in texts(after(done=0.4))
    assert "You walked an unknown part" in texts(after(done=nan))


@pytest.mark.parametrize(
    ("wrong", "answer", "asks"),
    [
        (Wrong.FALL, Refer, True),
        (Wrong.DIZZY, Refer, True),
        (Wrong.KNEE_GAVE, Refer, True),
        (Wrong.SHARP_PAIN, Refer, True),
        (Wrong.BREATHLESS, Regress, False),
        (Wrong.STUMBLE, Hold, False),
        (Wrong.FEAR, Hold, False),
        (Wrong.TOO_FAST, Hold, False),
    ],
)
def test_what_felt_wrong_holds_or_steps_back_and_may_ask(
    wrong: Wrong, answer: type[Decision], asks: bool
) -> None:
    decision = after(wrongs=frozenset({wrong}))
    assert isinstance(decision, answer)
    assert topics(decision)[0] == wrong.name.lower()
    assert (ASK in decision.reasons) is asks


def test_everything_that_can_feel_wrong_has_its_rule() -> None:
    assert set(WRONGS) == set(Wrong)


def test_a_second_stumble_in_three_sessions_steps_back() -> None:
    stumbled = replace(GOOD, wrongs=frozenset({Wrong.STUMBLE}))

    def stumbles(*days: int) -> Decision:
        return next_(tuple(SessionRecord(day, 1, 1.0, stumbled if day in days else GOOD,
                                         next_day=SETTLED) for day in (0, 2, 4, 7)))  # fmt: skip

    assert isinstance(stumbles(7), Hold)
    assert isinstance(stumbles(0, 7), Hold)
    assert isinstance(stumbles(2, 7), Regress)
    assert isinstance(stumbles(4, 7), Regress)
    assert isinstance(stumbles(2, 4), Hold)
    assert "2 of your last 3 sessions" in texts(stumbles(4, 7))


def test_the_gravest_reason_comes_first_and_none_is_kept_back() -> None:
    decision = after(effort=7, pain_after=8, wrongs=frozenset({Wrong.FALL, Wrong.FEAR}))
    assert topics(decision) == ["fall", "pain", "pain rise", "effort", "fear", "clinician"]


def test_below_the_lowest_rung_is_half_of_it_and_below_that_a_clinician() -> None:
    decision = after(stage=0, effort=10)
    assert isinstance(decision, Regress)
    assert (decision.stage, topics(decision)) == (EASED, ["effort", "lowest"])
    again = after(stage=EASED, effort=10)
    assert isinstance(again, Refer)
    assert (again.stage, topics(again)) == (EASED, ["effort", "lowest", "clinician"])
    assert TEN.rung(EASED).backward_s == TEN.ladder[0].backward_s / 2
    up = next_(walked(*WEEK, stage=EASED))
    assert isinstance(up, Progress)
    assert up.stage == 0


def test_time_away_alone_leads_to_the_lowest_rung_and_no_lower() -> None:
    assert next_(walked(0, stage=0), on_day=30).stage == 0
    assert next_(walked(0, stage=EASED), on_day=30).stage == EASED


# --- the morning after, the heart, today --------------------------------------------------------


def with_last(**changed: Any) -> Decision:
    """The answer to a good week on stage 1 whose last session is changed, asked the next day."""
    *before, last = walked(*WEEK, stage=1)
    return next_((*before, replace(last, **changed)), on_day=5)


@pytest.mark.parametrize(
    ("pain", "sore", "answer", "topic"),
    [
        (1, 1, Progress, "good sessions"),
        (2, 3, Progress, "good sessions"),
        (3, 0, Hold, "morning pain"),
        (4, 0, Hold, "morning pain"),
        (5, 0, Hold, "morning pain"),
        (6, 0, Regress, "morning pain"),
        (1, 4, Hold, "sore"),
        (1, 6, Hold, "sore"),
        (1, 7, Regress, "sore"),
        (-1, 1, Hold, "morning"),
        (1, -1, Hold, "morning"),
    ],
)
def test_the_morning_after_has_its_bounds(
    pain: int, sore: int, answer: type[Decision], topic: str
) -> None:
    decision = with_last(next_day=NextDay(pain, sore))
    assert isinstance(decision, answer)
    assert topics(decision)[0] == topic


@pytest.mark.parametrize(
    ("pain", "answer"), [(0, Hold), (3, Hold), (4, Regress), (5, Regress), (6, Regress)]
)
def test_amber_pain_must_settle_within_a_day(pain: int, answer: type[Decision]) -> None:
    amber = replace(GOOD, pain_before=4, pain_during=4, pain_after=4)
    decision = with_last(review=amber, next_day=NextDay(pain, 0))
    assert isinstance(decision, answer)
    if answer is Regress:
        assert topics(decision)[0] == "morning pain"


def test_a_morning_is_missed_only_once_it_has_come() -> None:
    *before, last = walked(*WEEK, stage=1)
    fresh = (*before, replace(last, next_day=NextDay()))
    assert isinstance(next_(fresh, on_day=4), Progress)
    assert topics(next_(fresh, on_day=5)) == ["morning"]
    earlier = (before[0], replace(before[1], next_day=NextDay()), last)
    assert topics(next_(earlier)) == ["good sessions"]


@pytest.mark.parametrize(
    ("above_s", "stopped", "answer"),
    [(0.0, False, Progress), (4.9, False, Progress), (5.0, False, Hold), (59.9, False, Hold),
     (60.0, False, Regress), (0.0, True, Regress), (nan, False, Hold)],
)  # fmt: skip
def test_a_heart_above_its_ceiling_holds_and_for_long_steps_back(
    above_s: float, stopped: bool, answer: type[Decision]
) -> None:
    decision = with_last(heart_above_s=above_s, heart_stop=stopped)
    assert isinstance(decision, answer)
    assert (topics(decision)[0] == "heart") is (answer is not Progress)


def test_a_stumble_the_phone_felt_counts_as_one_ticked_and_once() -> None:
    assert topics(with_last(felt_stumble=True)) == ["stumble"]
    ticked = replace(GOOD, wrongs=frozenset({Wrong.STUMBLE}))
    assert topics(with_last(felt_stumble=True, review=ticked)) == ["stumble"]
    first, second, last = walked(*WEEK, stage=1)
    twice = (first, replace(second, felt_stumble=True), replace(last, felt_stumble=True))
    assert isinstance(next_(twice), Regress)


@pytest.mark.parametrize(
    ("today", "answer", "topic"),
    [
        (Today(3), Progress, "good sessions"),
        (Today(4), Hold, "today"),
        (Today(6), Regress, "today"),
        (Today(slept=False), Hold, "sleep"),
    ],
)
def test_how_one_is_today_only_keeps_a_step_waiting(
    today: Today, answer: type[Decision], topic: str
) -> None:
    decision = decide(walked(*WEEK, stage=1), TEN, PRESCRIBED[TEN.id], today=today)
    assert isinstance(decision, answer)
    assert topics(decision)[0] == topic


def test_missed_sessions_repeat_the_week_until_it_goes_well() -> None:
    assert isinstance(next_(walked(0, 6, 13, stage=1)), Progress)
    missed = next_(walked(0, 7, 14, stage=1))
    assert (type(missed), topics(missed)) == (Hold, ["missed"])
    assert "3 sessions took 15 days, where 3 a week are asked" in texts(missed)


@given(histories | steady)
def test_what_is_older_than_twelve_weeks_decides_nothing(
    history: tuple[SessionRecord, ...],
) -> None:
    if history:
        last = max(session.day for session in history)
        old = walked(last - LOOKED_AT_DAYS - 1, last - 4000, stage=1)
        assert next_((*old, *history)) == next_(history)


@pytest.mark.parametrize(
    ("away_days", "stage"), [(0, 5), (13, 5), (14, 4), (27, 4), (28, 3), (1000, 0)]
)
def test_each_fortnight_away_is_a_step_back(away_days: int, stage: int) -> None:
    decision = next_(walked(0, stage=5), on_day=away_days)
    assert decision.stage == stage
    assert ("away" in topics(decision)) is (stage < 5)


def test_time_away_and_a_bad_last_session_step_back_once_not_twice() -> None:
    bad = walked(0, stage=5, review=replace(GOOD, effort=9))
    assert next_(bad, on_day=14).stage == 4
    assert topics(next_(bad, on_day=14)) == ["effort", "away"]


def test_a_day_before_the_last_session_counts_as_its_own_day() -> None:
    assert next_(walked(10, 12, 14), on_day=3) == next_(walked(10, 12, 14))


def test_the_rule_has_a_version() -> None:
    assert RULE == "progression 3"


def test_a_steeper_step_waits_its_whole_week_and_is_called_that() -> None:
    hill = parse_protocol(TEXTS["incline-strength"], name="")
    ask = prescribe(WALKER, hill, verdict=Clear())
    assert topics(decide(walked(*WEEK, stage=2), hill, ask)) == ["a week"]
    steeper = decide(walked(0, 3, 6, stage=2), hill, ask)
    assert isinstance(steeper, Progress)
    assert "The next step is a little steeper: 15 minutes backward, 2 % uphill." in texts(steeper)
