"""Traps planted in the studies that come with retrowalk are noticed as in a made-up file."""

import re
from datetime import date
from math import sqrt

import pytest

from retrowalk.evidence.checks import check_beside
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.study import Study
from retrowalk.readers.evidence import study_texts

TEXTS = {file.name.removesuffix(".toml"): file.text for file in study_texts()}
SHIPPED = [parse_study(text, name=name) for name, text in TEXTS.items()]
TODAY = date(2026, 11, 21)
GROUP = re.compile(r"n = (\d+), mean = (-?[\d.]+), sd = ([\d.]+)")
SPREADS = ("weng2006", "yang2005", "chen2021", "elbasatiny2015")


def new(text: str) -> set[tuple[str, str]]:
    """What no doubt of the file knows of: check and row."""
    found = check_beside([parse_study(text, name="mine.toml")], [], SHIPPED, today=TODAY)
    return {(one.check, one.row) for one in found if not one.known}


def as_se(found: re.Match[str]) -> str:
    n, mean, sd = found.groups()
    return f"n = {n}, mean = {mean}, sd = {float(sd) / sqrt(int(n)):.4f}"


@pytest.mark.parametrize("id", SPREADS)
def test_every_row_whose_spreads_become_standard_errors_is_noticed(id: str) -> None:
    found = new(GROUP.sub(as_se, TEXTS[id]))
    rows = {one.id for study in SHIPPED if study.id == id for one in study.outcomes
            if one.groups and one.groups[0].spread and one.p}  # fmt: skip
    rows -= {"sway-area", "stride"}  # known to contradict itself; a figure with a sign of its own
    assert {row for check, row in found if check in ("spread-like-se", "p-disagrees")} >= rows


@pytest.mark.parametrize(("id", "p", "ten_times"), [
    ("weng2006", '"0.033"', '"0.33"'), ("weng2006", '"0.001"', '"0.01"'),
    ("weng2006", '"0.034"', '"0.0034"'), ("yang2005", '"0.032"', '"0.32"'),
    ("yang2005", '"0.006"', '"0.06"'), ("yang2005", '"0.018"', '"0.0018"'),
])  # fmt: skip
def test_a_p_ten_times_off_is_noticed(id: str, p: str, ten_times: str) -> None:
    assert "p-disagrees" in {check for check, _ in new(TEXTS[id].replace(p, ten_times))}


@pytest.mark.parametrize("study", [s for s in SHIPPED if s.counted], ids=lambda s: s.id)
def test_any_study_entered_again_under_another_id_is_noticed(study: Study) -> None:
    again = TEXTS[study.id].replace(f'id = "{study.id}"', 'id = "again"', 1)
    assert any(check.startswith("duplicate") for check, _ in new(again))


def test_a_contradiction_that_is_pooled_after_all_is_noticed() -> None:
    text = TEXTS["chen2021"].replace('favours = "backward"\npoolable = "no"',
                                     'favours = "backward"\npoolable = "yes"')  # fmt: skip
    assert ("poolable-though-doubtful", "sway-area") in new(text)
    rose = TEXTS["rose2025"].replace('poolable = "no"', 'poolable = "yes"')
    assert len([one for one in new(rose) if one[0] == "poolable-though-doubtful"]) == 9
    sways = TEXTS["elbasatiny2015"].replace('poolable = "ambiguous"', 'poolable = "yes"')
    assert len([one for one in new(sways) if one[0] == "poolable-though-doubtful"]) == 6


@pytest.mark.parametrize("id", ["yang2005", "chang2021", "soke2023", "zhang2014", "chen2021"])
def test_more_treatment_in_one_arm_cannot_be_called_clean(id: str) -> None:
    text = TEXTS[id].replace('clean = "confounded dose"', 'clean = "clean"')
    assert ("confounded-called-clean", "") in new(text)
