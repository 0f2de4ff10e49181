"""A protocol file is taken whole or refused, with file, line and reason for every fault."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.programme.cases import PROTOCOLS, TEN, TEXTS, THIRTY

from retrowalk.authored.schema import Faults
from retrowalk.errors import BadProtocol
from retrowalk.programme.protocols import (
    LONGEST_FILE,
    LONGEST_S,
    MOST_STRETCHES,
    RATIO_STEP,
    ChosenBy,
    CompanionKind,
    Protocol,
    Tag,
    _judge,
    parse_protocol,
)
from retrowalk.units import MINUTE, MPH
from retrowalk.words import BACKWARD_CEILING_MPS, Direction, IntervalKind, Place

TEXT = TEXTS["ten-by-three"]


def faults(text: str) -> list[str]:
    with pytest.raises(BadProtocol) as refused:
        parse_protocol(text, name="mine.toml")
    return str(refused.value).splitlines()


def changed(old: str, new: str, *, text: str = TEXT) -> list[str]:
    """The faults after one change, which must have been possible."""
    assert old in text
    return faults(text.replace(old, new, 1))


def line_of(part: str, *, text: str = TEXT) -> int:
    return text[: text.index(part)].count("\n") + 1


# --- the two we bring -------------------------------------------------------------------------


def test_alternating_thirty_is_seven_times_two_and_two_minutes_at_0_8_mph() -> None:
    rung = THIRTY.ladder[THIRTY.start]
    walked = [(s.direction, s.duration_s) for s in rung.stretches]
    pair = [(Direction.BACKWARD, 120.0), (Direction.FORWARD, 120.0)]
    assert walked == [*(7 * pair), (Direction.FORWARD, 120.0)]
    assert rung.stretches[-1].kind is IntervalKind.COOL_DOWN
    assert rung.duration_s == 30 * MINUTE
    assert THIRTY.backward_mps == THIRTY.forward_mps == pytest.approx(0.8 * MPH)


def test_ten_by_three_builds_to_ten_minutes_in_four_weeks_of_three_sessions() -> None:
    assert [rung.backward_s / MINUTE for rung in TEN.ladder[: TEN.weeks]] == [3, 5, 7.5, 10]
    assert (TEN.start, TEN.weeks, TEN.frequency_per_week, TEN.good_sessions) == (0, 4, 3, 3)
    kinds = [s.kind for s in TEN.ladder[0].stretches]
    walk, rest = IntervalKind.WALK, IntervalKind.REST
    assert kinds == [IntervalKind.WARM_UP, *(5 * [walk, rest]), walk, IntervalKind.COOL_DOWN]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p.id)
def test_each_says_that_it_is_an_expert_opinion_no_trial_has_tested(protocol: Protocol) -> None:
    said = [s.text for s in protocol.sources if s.tag is Tag.EXPERT]
    assert len(said) == 1
    assert "no trial of" in said[0]
    assert not [s for s in protocol.sources if s.tag is Tag.TRIAL]


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda p: p.id)
def test_each_ladder_climbs_one_thing_at_a_time(protocol: Protocol) -> None:
    for below, above in pairwise(protocol.ladder):
        longer = above.backward_s > below.backward_s
        faster = above.speed_ratio > below.speed_ratio
        assert longer != faster
    assert set(protocol.places) == set(Place)


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "ten', 'id = "Ten', "id is 'Ten-by-three', a name such as"),
        ('title = "Ten by three"', 'title = " "', "title is ' ', text of 1 to 60 letters"),
        ('title = "Ten by three"', 'title = "\\u0007"', "without control characters"),
        ('title = "Ten by three"', f'title = "{"x" * 61}"', "text of 1 to 60 letters"),
        ('title = "Ten by three"', "title = 3", "title is 3, text"),
        ('goals = ["knee"', 'goals = ["knees"', "one of 'knee', 'balance'"),
        ('"knee", "balance", "curiosity", "strength", "running"', "", "goals is 0 long"),
        ('chosen_by = "self"', 'chosen_by = "me"', "chosen_by is 'me', one of 'self', 'clinician'"),
        ('places = ["driven"', 'places = ["hill"', "one of 'driven', 'by hand', 'corridor'"),
        ("weeks = 4", "weeks = 0", "weeks is 0, a whole number from 1 to 52"),
        ("weeks = 4", "weeks = true", "weeks is True, a whole number"),
        ("weeks = 4", "weeks = 4.5", "weeks is 4.5, a whole number"),
        ("weeks = 4", "weeks = 0x" + "f" * 5000, "weeks is a number of thousands of digits"),
        ("frequency_per_week = 3", "frequency_per_week = 8", "from 1 to 7"),
        ("good_sessions = 3", "good_sessions = -1", "from 1 to 14"),
        ("start = 1", "start = 7", "start is 7, but there are only 6 stages"),
        ("start = 1", "start = 0", "start is 0, a whole number from 1 to 20"),
        ('backward = "0.8 mph"', 'backward = "2.1 mph"', "at most 3.2 km/h, 1.99 mph expected"),
        ('backward = "0.8 mph"', 'backward = "0 mph"', "above 0 and at most"),
        ('backward = "0.8 mph"', 'backward = "-1 mph"', "a speed such as"),
        ('backward = "0.8 mph"', 'backward = "nan mph"', "a speed such as"),
        ('backward = "0.8 mph"', "backward = 0.8", "backward is 0.8, a speed such as"),
        ('forward = "1.6 mph"', 'forward = "9 mph"', "the ceiling for walking forward"),
        ("share_of_comfortable = 0.5", "share_of_comfortable = 0.6", "from 0.1 to 0.5"),
        ("share_of_comfortable = 0.5", "share_of_comfortable = nan", "is nan, a number"),
        ("share_of_comfortable = 0.5", "share_of_comfortable = inf", "is inf, a number"),
        ("rails = true", 'rails = "yes"', "guardrails, rails is 'yes', true or false"),
        ("incline_percent = 0", "incline_percent = -3", "is -3: never backward on a decline"),
        ("incline_percent = 0", "incline_percent = 11", "a number from 0 to 10"),
        ("incline_percent = 0", 'incline_percent = "0"', "a number from 0 to 10"),
        ('tag = "expert opinion"', 'tag = "proven"', "source 1, tag is 'proven', one of"),
        ("times = 6", "times = 0", "stage 1, times is 0"),
        ("times = 6", "times = 101", "stage 1, times is 101"),
        ("speed_ratio = 1.1", "speed_ratio = nan", "stage 5, speed_ratio is nan"),
        ("speed_ratio = 1.1", "speed_ratio = true", "stage 5, speed_ratio is True"),
        ('time = "30 s"', 'time = "30"', "each 1, time is '30', a time such as '2 min' or '30 s'"),
        ('time = "30 s"', 'time = "1 s"', "a time from 5 s to 60 min"),
        ('time = "30 s"', 'time = "9999 min"', "a time from 5 s to 60 min"),
        ('time = "30 s"', "time = 30", "time is 30, a time such as"),
        ('walk = "backward"', 'walk = "sideways"', "one of 'forward', 'backward' expected"),
        ('walk = "backward"', 'walk = "unclear"', "one of 'forward', 'backward' expected"),
        ('rest = "30 s"', 'rest = "1 s"', "each 2, rest is '1 s'"),
        ('rest = "30 s"', 'rest = "30 s", walk = "forward"', "each 2, walk is not a key known"),
        ('rest = "30 s"', 'hop = "30 s"', "each 2, hop is not a key known here"),
        ("weeks = 4", "weeks = 4\nhum = 1", "hum is not a key known here; please remove it"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_where_it_stands(old: str, new: str, says: str) -> None:
    told = changed(old, new)
    line = line_of(old) + ("\n" in new)
    assert [t for t in told if says in t and t.startswith(f"mine.toml, line {line}: ")], told


@pytest.mark.parametrize("key", ["id", "summary", "goals", "weeks", "start", "stop_rules"])
def test_a_missing_key_is_named(key: str) -> None:
    lines = TEXT.splitlines()
    [i] = [i for i, line in enumerate(lines) if line.startswith(f"{key} =")]
    ends = next(j for j in range(i + 1, len(lines) + 1)
                if j == len(lines) or " = " in lines[j] or lines[j] == "")  # fmt: skip
    told = faults("\n".join([*lines[:i], *lines[ends:]]))
    assert told == [f"mine.toml, line 1: the file lacks the key '{key}'; please add it."]


def test_a_missing_key_of_a_stage_is_told_on_the_line_of_the_stage() -> None:
    told = changed('title = "Six half minutes: 3 minutes backward"\n', "")
    assert told == [f"mine.toml, line {line_of('[[stage]]')}: stage 1 lacks the key 'title'; "
                    "please add it."]  # fmt: skip


def test_a_missing_table_is_told_once() -> None:
    [told] = changed("[guardrails]\nrails = true\nincline_percent = 0\n", "")
    assert "lacks the key 'guardrails'" in told


@pytest.mark.parametrize("value", ["3", '"fast"', "[1]"])
def test_a_value_in_place_of_a_table_is_told(value: str) -> None:
    text = TEXT.replace("[speed]\n", "").replace('backward = "0.8 mph"\n', "")
    text = text.replace('forward = "1.6 mph"\nshare_of_comfortable = 0.5\n', "")
    told = faults(f"speed = {value}\n{text}")
    assert told == [
        f"mine.toml, line 1: speed is {value.replace(chr(34), chr(39))}, a table expected."
    ]


def test_stages_that_are_no_tables_are_told_each() -> None:
    text = TEXT[: TEXT.index("[[stage]]")]
    told = faults(f"stage = [\n 1,\n 2]\n{text}")
    assert told == ["mine.toml, line 2: stage 1 is 1, a table expected.",
                    "mine.toml, line 3: stage 2 is 2, a table expected."]  # fmt: skip


def test_every_fault_of_a_file_is_told_in_the_order_of_its_lines() -> None:
    text = TEXT.replace("weeks = 4", "weeks = 99").replace("rails = true", "rails = 1")
    told = faults(text.replace("times = 6", "times = 0"))
    assert len(told) == 3
    assert [t.split(":")[0] for t in told] == sorted(t.split(":")[0] for t in told)


def rungs(*stages: str) -> str:
    """The text with other rungs: each given by what its tables hold."""
    return TEXT[: TEXT.index("[[stage]]")] + "".join(f"[[stage]]\n{stage}\n" for stage in stages)


def rung(walk: str = "2 min", *, times: int = 1, ratio: float = 1.0, more: str = "") -> str:
    return (f'title = "A"\ntimes = {times}\nspeed_ratio = {ratio}\n{more}'
            f'each = [{{ walk = "backward", time = "{walk}" }}]')  # fmt: skip


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        ([rung("2 min"), rung("1 min")], "stage 2 asks less than the stage before it"),
        ([rung(ratio=1.1), rung(ratio=1.0)], "stage 2 asks less than the stage before it"),
        ([rung("2 min"), rung("3 min", ratio=1.1)], "stage 2 raises time and speed at once"),
        ([rung(), rung(ratio=1.2)], "raises speed_ratio by 0.20, at most 0.1"),
        ([rung("2 min"), rung("5 min")], "stage 2 more than doubles the backward time"),
        ([rung("60 min", times=3)], "stage 1 lasts 180 minutes, at most 120"),
        ([rung(more='before = [{ rest = "1 min" }]\n')], "a rest first, last or twice"),
        ([rung(more='after = [{ rest = "1 min" }]\n')], "a rest first, last or twice"),
        (['title = "A"\neach = [{ walk = "forward", time = "2 min" }]'], "no backward walking"),
        (['title = "A"\neach = []'], "stage 1, each is 0 long, a list of 1 to 20"),
        (['title = "A"'], "stage 1 lacks the key 'each'"),
        ([rung("5 s")] * 21, "stage is 21 long, a list of 1 to 20"),
    ],
)
def test_a_ladder_that_breaks_a_rule_is_refused(stages: list[str], says: str) -> None:
    assert [told for told in faults(rungs(*stages)) if says in told]


def test_two_rests_in_a_row_are_refused() -> None:
    stage = ('title = "A"\neach = [{ walk = "backward", time = "1 min" }, { rest = "1 min" }, '
             '{ rest = "1 min" }, { walk = "backward", time = "1 min" }]')  # fmt: skip
    assert "twice in a row" in faults(rungs(stage))[0]


def test_a_speed_ratio_may_not_climb_over_the_ceiling() -> None:
    fast = rungs(rung(), rung(ratio=1.1)).replace('backward = "0.8 mph"', 'backward = "3.1 km/h"')
    assert "stage 2 is faster than the ceiling" in faults(fast)[0]


def test_speeds_and_times_may_be_given_in_any_of_their_units() -> None:
    for speed, mps in (("0.36 m/s", 0.36), ("1.8 km/h", 0.5), ("0.8mph", 0.8 * MPH)):
        text = TEXT.replace('backward = "0.8 mph"', f'backward = "{speed}"')
        assert parse_protocol(text, name="").backward_mps == pytest.approx(mps)
    for minute_and_a_half in ("1.5 min", "90 s"):
        [once] = parse_protocol(rungs(rung(minute_and_a_half)), name="").ladder
        assert once.backward_s == 90


def test_no_stage_is_half_as_fast_again_as_the_start() -> None:
    assert "a number from 0.5 to 1.5 expected" in faults(rungs(rung(ratio=1.6)))[0]


def test_a_template_that_runs_away_is_refused_before_it_is_written_out() -> None:
    each = ", ".join(20 * ['{ walk = "backward", time = "60 min" }'])
    told = faults(rungs(f'title = "A"\ntimes = 100\neach = [{each}]'))
    assert any(f"makes 2000 stretches, at most {MOST_STRETCHES}" in t for t in told)


def test_a_rest_that_ends_the_repeated_part_stands_between_repetitions() -> None:
    stage = ('title = "A"\ntimes = {}\neach = [{{ walk = "backward", time = "1 min" }}, '
             '{{ rest = "1 min" }}]\n'
             'after = [{{ cool_down = "forward", time = "1 min" }}]')  # fmt: skip
    thrice = parse_protocol(rungs(stage.format(3)), name="").ladder[0]
    assert [s.kind.value for s in thrice.stretches] == [
        "walk", "rest", "walk", "rest", "walk", "cool-down"
    ]  # fmt: skip
    once = parse_protocol(rungs(stage.format(1)), name="").ladder[0]
    assert [s.kind.value for s in once.stretches] == ["walk", "rest", "cool-down"]
    assert {s.direction for s in thrice.stretches[:5]} == {Direction.BACKWARD}


# --- texts that are hardly TOML ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a = 1\nb = = 2\n", 2, "this is not TOML (Invalid value)"),
        ("a = 1\na = 2\n", 2, "Cannot overwrite"),
        ("a = 1\n\nb = [1,\n", 3, "not TOML"),
        ("a = " + 3000 * "[", 1, "nested too deeply"),
        ("a = " + 9000 * "9", 1, "not TOML"),
        ("\x00", 1, "not TOML"),
        ("", 1, "lacks the key 'id'"),
        ("x" * (LONGEST_FILE + 1), 1, f"at most {LONGEST_FILE} expected"),
    ],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, line: int, says: str) -> None:
    assert [told for told in faults(text) if f"mine.toml, line {line}: " in told and says in told]


def good_or_refused(text: str) -> None:
    try:
        protocol = parse_protocol(text, name="mine.toml")
    except BadProtocol as refused:
        told = str(refused).splitlines()
        assert told and all(t.startswith("mine.toml, line ") and t.endswith(".") for t in told)  # noqa: PT018
    else:
        assert 0 <= protocol.start < len(protocol.ladder)
        for stage in protocol.ladder:
            assert 0 < stage.backward_s <= stage.duration_s <= LONGEST_S
            assert stage.speed_ratio * protocol.backward_mps <= BACKWARD_CEILING_MPS + 1e-6
        for below, above in pairwise(protocol.ladder):
            assert above.backward_s >= below.backward_s
            assert 0 <= above.speed_ratio - below.speed_ratio <= RATIO_STEP + 1e-6


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_protocol_or_is_refused(text: str) -> None:
    good_or_refused(text)


LINES = TEXT.splitlines()
raw = st.sampled_from(["1", "-1", "nan", "inf", "1e400", "true", '"2 min"', '"0.8 mph"', "[]", "{}",
                       '"knee"', "1979-05-27", '[["x"]]', "2", "0.9", '["knee"]'])  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(LINES) - 1), raw | st.text(max_size=9)), max_size=4))
def test_a_file_with_lines_spoilt_is_a_protocol_or_is_refused(
    spoilt: list[tuple[int, str]],
) -> None:
    lines = list(LINES)
    for at, value in spoilt:
        key, equals, _ = lines[at].partition(" = ")
        lines[at] = f"{key} = {value}" if equals else value
    good_or_refused("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["5 s", "1 min", "2 min", "4 min", "60 min"]),
                          st.integers(1, 9), st.sampled_from([0.5, 0.9, 1.0, 1.1, 1.5])),
                min_size=1, max_size=4))  # fmt: skip
def test_any_ladder_taken_climbs_within_its_bounds(ladder: list[tuple[str, int, float]]) -> None:
    good_or_refused(rungs(*(rung(w, times=t, ratio=r) for w, t, r in ladder)))


def inclined(*percents: float) -> Protocol:
    """Rungs alike but for their incline."""
    rung = TEN.ladder[0]
    ladder = tuple(
        replace(rung, stretches=tuple(replace(s, incline_ratio=p / 100) for s in rung.stretches))
        for p in percents
    )
    return replace(TEN, ladder=ladder, start=0, top_incline_ratio=0.04)


@pytest.mark.parametrize(
    ("percents", "says"),
    [((0, 2, 4), ""), ((0, 3), "raises the incline by 3 percent, at most 2"),
     ((2, 0), "asks less than the stage before"), ((3, 5), "steeper than incline_percent")],
)  # fmt: skip
def test_inclines_climb_gently_within_the_guardrail(percents: tuple[float, ...], says: str) -> None:
    faults = Faults()
    _judge(inclined(*percents), faults)
    told = " ".join(str(fault) for fault in faults.found)
    assert (says in told) if says else not told


def test_a_rung_raises_the_incline_or_something_else() -> None:
    flat, steep = inclined(0, 2).ladder
    faster = replace(steep, speed_ratio=flat.speed_ratio + 0.05)
    faults = Faults()
    _judge(replace(inclined(0), ladder=(flat, faster)), faults)
    assert "raises the incline and something else at once" in str(faults.found)


def test_a_stretch_says_its_incline() -> None:
    read = parse_protocol(TEXTS["incline-strength"], name="mine.toml")
    assert read.top_incline_ratio == pytest.approx(0.08)
    assert [stage.incline_ratio for stage in read.ladder] == pytest.approx(
        [0, 0, 0, 0.02, 0.04, 0.06, 0.08]
    )


# --- all nine -------------------------------------------------------------------------------------

EVERY = tuple(parse_protocol(text, name=name) for name, text in TEXTS.items())


def test_the_nine_of_the_list_are_there_and_only_stroke_is_a_clinicians() -> None:
    assert [p.id for p in EVERY] == [
        "alternating-thirty", "daily-minutes", "incline-strength", "knee-six-weeks",
        "older-adult-balance", "return-after-a-pause", "short-bursts", "stroke-four-weeks",
        "ten-by-three",
    ]  # fmt: skip
    clinical = [p for p in EVERY if p.chosen_by is ChosenBy.CLINICIAN]
    assert [p.id for p in clinical] == ["stroke-four-weeks"]
    assert clinical[0].rails
    assert clinical[0].company


@pytest.mark.parametrize("protocol", EVERY, ids=lambda p: p.id)
def test_each_says_what_it_rests_on_when_to_stop_when_to_test_and_what_goes_with_it(
    protocol: Protocol,
) -> None:
    assert protocol.stop_rules
    assert protocol.check_weeks
    assert protocol.companions
    assert protocol.rails
    assert protocol.comfortable_ratio <= 0.5
    ours = [s.text for s in protocol.sources if s.tag is Tag.OURS]
    assert ours
    assert any("ours" in text for text in ours)
    assert not [s for s in protocol.sources if s.tag is Tag.TRIAL]  # none is a trial's very recipe


def test_the_knee_protocol_lists_the_six_exercises_of_its_trial() -> None:
    [knee] = [p for p in EVERY if p.id == "knee-six-weeks"]
    assert (knee.frequency_per_week, knee.weeks) == (3, 6)
    assert knee.ladder[-1].backward_s == 10 * MINUTE
    titles = [c.title for c in knee.companions if c.kind is CompanionKind.STRENGTH]
    assert titles == ["Straight-leg raise", "Pressing the knee down", "Squeezing a cushion",
                      "Straightening over a roll", "Half squat", "Leg press"]  # fmt: skip


def test_a_protocol_that_would_loop_for_ever_is_refused_with_a_sentence() -> None:
    assert any("walked for ever" in told for told in faults(rungs(rung(), rung())))
    never = changed("good_sessions = 3", "good_sessions = 14")
    assert any("have only 12 sessions: the first stage would be walked for ever" in t
               for t in never)  # fmt: skip


def test_time_is_not_raised_on_an_incline() -> None:
    text = TEXTS["incline-strength"]
    stages = text.split("\n[[stage]]")
    longer = stages[-1].replace("times = 5", "times = 6").replace("= 8 }", "= 6 }")
    told = faults("\n[[stage]]".join([*stages[:-1], longer]))
    assert any("raises time on an incline" in t for t in told), told


def test_check_weeks_lie_within_the_weeks_and_companions_stand_once() -> None:
    assert any("names a week after the last of 4" in t
               for t in changed("check_weeks = [4]", "check_weeks = [5]"))  # fmt: skip
    for weeks in ("[4, 2]", "[2, 2]"):
        told = changed("check_weeks = [4]", f"check_weeks = {weeks}")
        assert any("is not in order" in t for t in told)
    assert changed("check_weeks = [4]", "check_weeks = [1, 2, 4]")  # three looks are too many
    twice = changed('title = "Stretching"', 'title = "Leg strength"')
    assert any("is there twice as 'Leg strength'" in t for t in twice)
