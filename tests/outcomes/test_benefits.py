"""Each benefit the articles name stands beside its tests, or it is said that none does."""

import re

import pytest
from tests.outcomes.cases import CATALOGUE

from retrowalk.app.benefits import benefits
from retrowalk.errors import BadOutcome
from retrowalk.outcomes.benefits import parse_benefits
from retrowalk.readers.outcomes import benefit_texts

TEXT = benefit_texts()[0].text


def faults(text: str) -> str:
    with pytest.raises(BadOutcome) as refused:
        parse_benefits(text, name="mine.toml", known=CATALOGUE)
    return str(refused.value)


def test_all_twenty_of_issue_5_are_there_once() -> None:
    names = ("knee-pain", "knee-mobility", "quadriceps", "glutes", "hip-flexors", "hamstrings",
             "feet", "lower-back", "balance", "proprioception", "coordination", "gait", "running",
             "downhill", "jumping", "stamina", "heart", "weight", "mood", "cognition")  # fmt: skip
    assert [one.id for one in benefits()] == list(names)


def test_where_no_test_stands_for_it_that_is_said() -> None:
    for one in benefits():
        assert one.outcomes or "Nothing here measures" in one.beside
        assert set(one.outcomes) <= set(CATALOGUE)


def test_it_repeats_what_is_said_and_claims_nothing() -> None:
    assert all(one.said.startswith("that ") for one in benefits())
    assert not re.search(r"\b(proven|proves|proof|trial|study|evidence)\b", TEXT.lower())


def test_a_fault_is_told_with_its_line() -> None:
    said = faults(TEXT.replace('"mood"]', '"juggling"]'))
    assert "names 'juggling', which is no outcome" in said
    assert said.startswith("mine.toml, line ")
    assert "nothing measures it" in faults(TEXT.replace('outcomes = ["mood"]', ""))
    assert "lacks the key 'benefit'" in faults("")
