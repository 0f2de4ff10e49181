"""Claims say no more than their studies bear, and a file that does is refused with its line."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.errors import BadStudy
from retrowalk.evidence.claims import (
    SURE,
    Cited,
    Claim,
    Doubt,
    Kind,
    Lowered,
    Source,
    Sure,
    Verdict,
    Way,
    dishonest,
    parse_claim,
)
from retrowalk.readers.evidence import claim_texts

TEXT = next(file.text for file in claim_texts() if file.name == "hip-flexors.toml")
TRIAL = Source("trial", controlled=True, both_ways=False, poolable=True, has_result=True)
SOURCES = {
    one.id: one
    for one in (
        TRIAL,
        replace(TRIAL, id="bare", poolable=False),
        replace(TRIAL, id="alone", controlled=False, poolable=False),
        replace(TRIAL, id="plan", has_result=False),
        replace(TRIAL, id="again", duplicate_of="trial"),
        replace(TRIAL, id="walk", controlled=False, poolable=False, both_ways=True),
    )
}


def read(text: str) -> Claim:
    return parse_claim(text, name="mine.toml", sources=SOURCES)


def refused(text: str) -> str:
    with pytest.raises(BadStudy) as bad:
        read(text)
    return str(bad.value)


def claim(verdict: Verdict, *cited: tuple[str, Way], steps: int = 2, kind: Kind = Kind.TRAINING):
    """A claim with these studies, its certainty lowered by so many steps."""
    return replace(
        read(TEXT), verdict=verdict, kind=kind, sure=SURE[min(steps, 3)],
        lowered=(Lowered(Doubt.BIAS, steps, "why"),) if steps else (),
        studies=tuple(Cited(id_, way, "found") for id_, way in cited),
    )  # fmt: skip


def wrong(one: Claim) -> list[str]:
    return [what for _, what in dishonest(one, SOURCES)]


def test_supported_needs_a_controlled_study_whose_figures_may_be_pooled() -> None:
    assert not wrong(claim(Verdict.SUPPORTED, ("trial", Way.FOR)))
    for id_ in ("bare", "alone", "walk"):
        assert wrong(claim(Verdict.SUPPORTED, (id_, Way.FOR)))
    assert wrong(claim(Verdict.SUPPORTED, ("trial", Way.BESIDE)))
    assert wrong(claim(Verdict.SUPPORTED, ("trial", Way.FOR), steps=3))


def test_of_one_walk_both_ways_in_the_same_people_is_enough() -> None:
    assert not wrong(claim(Verdict.SUPPORTED, ("walk", Way.FOR), kind=Kind.ONE_WALK))
    assert wrong(claim(Verdict.SUPPORTED, ("alone", Way.FOR), kind=Kind.ONE_WALK))


def test_likely_needs_a_controlled_study_and_some_certainty() -> None:
    assert not wrong(claim(Verdict.LIKELY, ("bare", Way.FOR)))
    assert wrong(claim(Verdict.LIKELY, ("alone", Way.FOR)))
    assert wrong(claim(Verdict.LIKELY, ("bare", Way.FOR), steps=3))


def test_mixed_needs_both_sides() -> None:
    assert not wrong(claim(Verdict.MIXED, ("alone", Way.FOR), ("bare", Way.AGAINST)))
    assert wrong(claim(Verdict.MIXED, ("alone", Way.FOR)))
    assert wrong(claim(Verdict.MIXED, ("alone", Way.AGAINST)))


def test_not_shown_hides_no_controlled_study() -> None:
    assert not wrong(claim(Verdict.UNSUPPORTED, ("alone", Way.FOR)))
    assert wrong(claim(Verdict.UNSUPPORTED, ("bare", Way.FOR)))
    assert not wrong(claim(Verdict.UNSUPPORTED, ("bare", Way.FOR), steps=3))


def test_contradicted_needs_something_against_and_nothing_controlled_for() -> None:
    assert not wrong(claim(Verdict.CONTRADICTED, ("alone", Way.AGAINST)))
    assert wrong(claim(Verdict.CONTRADICTED))
    assert wrong(claim(Verdict.CONTRADICTED, ("bare", Way.FOR), ("bare", Way.AGAINST)))


def test_where_a_study_speaks_for_it_it_is_more_than_an_experts_opinion() -> None:
    assert not wrong(claim(Verdict.EXPERT, ("trial", Way.BESIDE)))
    assert wrong(claim(Verdict.EXPERT, ("alone", Way.FOR)))


@pytest.mark.parametrize("way", [Way.FOR, Way.AGAINST])
def test_a_plan_and_a_second_telling_count_for_nothing(way: Way) -> None:
    for id_, said in (("plan", "no result yet"), ("again", "repeats 'trial'"), ("who", "no study")):
        found = wrong(claim(Verdict.UNSUPPORTED, (id_, way), steps=3))
        assert any(said in what for what in found), (id_, found)


def test_what_has_a_result_is_awaited_no_more() -> None:
    assert not wrong(claim(Verdict.UNSUPPORTED, ("plan", Way.AWAITED), steps=3))
    assert wrong(claim(Verdict.UNSUPPORTED, ("trial", Way.AWAITED), steps=3))


@given(st.sampled_from(list(Sure)), st.lists(st.integers(1, 3), max_size=4))
def test_certainty_is_high_less_each_step_that_has_a_reason(sure: Sure, steps: list[int]) -> None:
    made = replace(
        claim(Verdict.UNSUPPORTED), sure=sure,
        lowered=tuple(Lowered(Doubt.BIAS, one, "why") for one in steps),
    )  # fmt: skip
    assert bool(wrong(made)) is (sure is not SURE[min(sum(steps), 3)])


def test_every_fault_is_told_with_its_line() -> None:
    said = refused(TEXT.replace('kind = "training"', 'kind = "dancing"') + "\nodd = 1\n")
    assert "mine.toml, line 3: kind is 'dancing'" in said
    assert "is not a key known here" in said
    assert "this is not TOML" in refused("id = ")
    assert "lacks the key 'answer'" in refused(re.sub(r"(?m)^answer = .*$", "", TEXT))


def test_a_figure_from_memory_is_not_shipped() -> None:
    number = '[[number]]\ntext = "x"\nunit = "m"\nvalue = 2\nstudy = "trial"\ntag = "{}"\n'
    assert read(TEXT + number.format("seen")).numbers[0].value == 2
    assert "not shipped" in refused(TEXT + number.format("memory"))


def test_an_interval_has_two_ends_and_its_value_inside() -> None:
    number = '[[number]]\ntext = "x"\nunit = "m"\nvalue = 2\nstudy = "trial"\ntag = "seen"\n'
    assert "one end of an interval" in refused(TEXT + number + "low = 1\n")
    assert "outside its own interval" in refused(TEXT + number + "low = 3\nhigh = 4\n")


def test_a_change_that_matters_has_a_source() -> None:
    less = TEXT.replace("[matters]", "[matters]\nvalue = 2.0")
    assert "its unit and its source" in refused(less)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_sentences(text: str) -> None:
    try:
        read(text)
    except BadStudy as bad:
        told = str(bad)
    else:
        told = "mine.toml, line 1"
    assert told.startswith("mine.toml, line ")
