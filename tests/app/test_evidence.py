"""What is shipped: claims, their studies, pools, people like me, and the files to take along."""

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrowalk.app import doses, evidence, evidence_files, people_like, pooling
from retrowalk.app.benefits import benefits
from retrowalk.app.evidence import (
    About,
    Claim,
    Clean,
    Condition,
    Number,
    Review,
    Study,
    Verdict,
    Way,
)
from retrowalk.app.protocols import packaged
from retrowalk.errors import BadAnswers, Missing

SAYINGS = {"hundred-steps", "twenty-stroke", "four-weeks", "no-need-to-last", "suits-older",
           "treadmill-safe", "two-and-two"}  # fmt: skip


def test_every_claim_that_articles_make_is_answered() -> None:
    ids = {one.id for one in evidence.claims()}
    assert len(ids) == len(evidence.claims()) >= 24
    assert ids >= SAYINGS
    answered = {benefit for one in evidence.claims() for benefit in one.benefits}
    assert {one.id for one in benefits()} == answered


def test_each_protocol_has_a_claim_behind_it_but_for_none() -> None:
    known = {one.id for one in packaged()}
    named = {protocol for one in evidence.claims() for protocol in one.protocols}
    assert named == known


def test_each_claim_names_for_and_against_a_doubt_and_what_would_change_it() -> None:
    for one in evidence.claims():
        assert one.change_mind
        assert one.for_whom
        assert one.matters.text
        assert one.question.endswith("?")
        if one.verdict in {Verdict.SUPPORTED, Verdict.LIKELY, Verdict.MIXED}:
            assert one.cited(Way.FOR), one.id
        assert all(evidence.study(cited.id) for cited in one.studies)


def test_no_claim_promises_or_prescribes() -> None:
    for one in evidence.claims():
        text = f"{one.answer} {one.said} {one.title}".lower()
        assert not re.search(r"\b(cure|cures|guarantee\w*|proven|proves|miracle)\b", text), one.id
        assert not re.search(r"\byou will\b", one.answer.lower()), one.id


def test_the_articles_mistakes_are_told_as_mistakes() -> None:
    verdicts = {one.id: one.verdict for one in evidence.claims()}
    assert verdicts["hundred-steps"] is Verdict.CONTRADICTED
    assert verdicts["twenty-stroke"] is Verdict.UNSUPPORTED
    assert {verdicts[one] for one in ("four-weeks", "two-and-two")} == {Verdict.EXPERT}
    for one in ("cognition", "hip-flexors", "mood", "falls", "treadmill-safe"):
        assert verdicts[one] is Verdict.UNSUPPORTED
    assert verdicts["proprioception"] is Verdict.MIXED
    assert "16" in evidence.claim("twenty-stroke").answer


@pytest.mark.parametrize(
    ("claim", "number"),
    [(c, n) for c in evidence.claims() for n in c.numbers],
    ids=lambda one: getattr(one, "id", getattr(one, "study", "")),
)
def test_each_figure_stands_in_its_study_or_follows_from_it(claim: Claim, number: Number) -> None:
    found = evidence.study(number.study)
    told = list(_review_figures(found) if isinstance(found, Review) else _study_figures(found))
    near = [
        one for one in told if abs(abs(one[0]) - abs(number.value)) <= 0.006 * abs(number.value)
    ]
    assert near, (claim.id, number.value, told)
    if number.low is not None and number.high is not None:
        ends = sorted((abs(number.low), abs(number.high)))
        assert any(len(one) == 3 and sorted(map(abs, one[1:])) == pytest.approx(ends, abs=0.006)
                   for one in near), (claim.id, near)  # fmt: skip


def _review_figures(review: Review) -> Iterator[tuple[float, ...]]:
    for row in review.pooled:
        one = row.printed
        ends = () if one.lowest is None or one.highest is None else (one.lowest.value,
                                                                     one.highest.value)  # fmt: skip
        yield (one.estimate.value, *ends)


def _study_figures(study: Study) -> Iterator[tuple[float, ...]]:
    """Everything told, differences and ratios of what was told, and how many people."""
    for outcome in study.outcomes:
        yield from ((one.estimate.value,) for one in outcome.printed)
        means = [group.mean.value for group in outcome.groups if group.mean]
        yield from ((mean,) for mean in means)
        for one, two in itertools.permutations(means, 2):
            yield from ((one - two,), (one / two,), (100 * (one / two - 1),))
    for pool in pooling.pools():
        for row, effect, reach in zip(pool.rows, pool.effects, pool.reaches, strict=True):
            if row.study.id == study.id:
                yield effect.estimate, effect.estimate - reach, effect.estimate + reach
    if study.people.n:
        yield (study.people.n.value,)


def test_unknown_names_come_with_the_nearest() -> None:
    with pytest.raises(Missing, match="knee-pain"):
        evidence.claim("kneepain")
    with pytest.raises(Missing, match="weng2006"):
        evidence.study("weng")


@given(st.sampled_from([None, *Condition]))
def test_claims_are_chosen_by_whom_they_are_about(condition: Condition | None) -> None:
    found = evidence.chosen(condition=condition)
    assert all(condition is None or condition in one.conditions for one in found)
    assert set(found) <= set(evidence.claims())


def test_only_rows_that_may_be_pooled_are_and_each_study_once() -> None:
    assert pooling.pools()
    for pool in pooling.pools():
        ids = [row.study.id for row in pool.rows]
        assert len(ids) == len(set(ids))
        for row in pool.rows:
            assert row.study.counted
            assert row.outcome.poolable.value in {"yes", "smd only"}
            assert pool.unit == pooling.IN_SPREADS or row.outcome.poolable.value == "yes"
            assert (row.pair.clean, row.study.condition) == (pool.key.clean, pool.key.condition)
            assert row.pair.comparator is pool.key.comparator


def test_confounded_arms_stand_in_pools_of_their_own() -> None:
    speed = pooling.pools_of(About.SPEED, condition=Condition.STROKE)
    assert {one.key.clean for one in speed} == {Clean.CLEAN, Clean.CONFOUNDED}
    assert all(len({row.pair.clean for row in one.rows}) == 1 for one in speed)


def test_the_known_pools_have_their_known_figures() -> None:
    (pain,) = pooling.pools_of(About.PAIN, condition=Condition.KNEE_OA)
    assert pain.unit == "points of 10"
    assert pain.matters == 2.0
    assert pain.synthesis.estimate == pytest.approx(-0.69)
    assert pain.synthesis.ci == pytest.approx((-1.21236, -0.167636), abs=1e-4)
    (berg,) = pooling.pools_of(About.BALANCE, condition=Condition.STROKE)
    assert berg.synthesis.estimate == pytest.approx(4.1)
    assert berg.matters_name == pooling.OWN_ERROR
    sure = pooling.sureness(pain)
    assert sure is not None
    assert sure.word.label == "very low"


def test_what_is_kept_apart_says_why() -> None:
    for about in pooling.abouts():
        for one in pooling.apart(about):
            assert one.why
    told = {one.study.id for one in pooling.apart(About.BALANCE)}
    assert "elbasatiny2015" in told  # six numbers without labels
    assert "weng2006" not in told


def test_a_dose_is_told_only_where_a_study_tells_it_whole() -> None:
    tried = doses.doses()
    assert len(tried) > 10
    assert len({one.study.id for one in tried}) == len(tried)
    found = {one.study.id: (one.week_min, one.weeks) for one in tried}
    assert found["weng2006"] == (150, 3)
    assert "parikh2022" not in found
    assert all(one.study.condition is Condition.STROKE for one in doses.doses(Condition.STROKE))


def test_where_nobody_was_studied_that_is_the_answer() -> None:
    found = people_like.people_like("thin-bones", 80)
    assert "found nobody" in found.sentences[0]
    assert found.ask_first
    assert (found.claims, found.near, found.others) == ((), (), ())


def test_somebody_well_and_old_is_told_of_older_adults() -> None:
    found = people_like.people_like(Condition.HEALTHY, 72)
    assert {one.id for one in found.claims} >= {"balance-older"}
    assert not found.ask_first
    assert any(one.condition is Condition.OLDER for one in (*found.near, *found.others))


def test_ages_far_from_the_studies_are_said_to_be_far() -> None:
    found = people_like.people_like(Condition.KNEE_OA, 90)
    assert "None of them says that its people were of about 90" in " ".join(found.sentences)
    near = people_like.people_like(Condition.KNEE_OA, 58)
    assert "alghadir2019" in {one.id for one in near.near}


def test_children_are_sent_to_their_physiotherapist() -> None:
    found = people_like.people_like(Condition.CEREBRAL_PALSY, 9)
    assert "grown-ups" in " ".join(found.sentences)
    assert found.ask_first
    assert not found.claims


@given(st.sampled_from([*Condition, *people_like.UNSTUDIED]), st.integers(-5, 200))
def test_any_age_is_answered_or_refused_in_a_sentence(condition, age: int) -> None:
    if not people_like.YOUNGEST <= age <= people_like.OLDEST:
        with pytest.raises(BadAnswers, match=f"{age} came"):
            people_like.people_like(condition, age)
        return
    found = people_like.people_like(condition, age)
    assert found.sentences
    assert {one.id for one in found.near}.isdisjoint(one.id for one in found.others)


def test_the_table_has_every_row_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(evidence_files.as_csv())))
    assert {row["study"] for row in rows} == {s.id for s in evidence.studies() if s.outcomes}
    weng = next(r for r in rows if (r["study"], r["outcome"]) == ("weng2006", "balance"))
    assert (weng["mean_backward"], weng["spread_other"], weng["poolable"]) == ("51.4", "3.7", "yes")
    assert not [c for row in rows for c in row.values() if c[:1] in "=@"]


def test_the_whole_is_read_back_as_json() -> None:
    whole = json.loads(evidence_files.as_json())
    assert len(whole["studies"]) == len(evidence.studies())
    assert len(whole["claims"]) == len(evidence.claims())
    assert '"memory"' not in evidence_files.as_json()


def test_references_have_one_key_each() -> None:
    text = evidence_files.as_bibtex()
    keys = re.findall(r"^@\w+\{([^,]+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) > 60
    assert text.count("{") == text.count("}")
