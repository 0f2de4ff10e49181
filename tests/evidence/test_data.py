"""The studies that come with retrowalk: read, cited, tagged, and clean but for known doubts."""

import re
from datetime import date
from itertools import pairwise

import pytest

from retrowalk.app.evidence_checking import check_shipped
from retrowalk.evidence.changes import parse_changes
from retrowalk.evidence.checks_sources import figures
from retrowalk.evidence.figure import Measure, Tag
from retrowalk.evidence.parsing import parse_study
from retrowalk.evidence.parsing_review import parse_review
from retrowalk.evidence.words import Condition, Direction, Kind, Poolable, Walks
from retrowalk.readers.evidence import changes_text, review_texts, study_texts

STUDIES = {one.id: one for one in (parse_study(f.text, name=f.name) for f in study_texts())}
REVIEWS = {one.id: one for one in (parse_review(f.text, name=f.name) for f in review_texts())}
TODAY = date(2026, 11, 21)


def test_check_finds_nothing_that_the_files_do_not_know() -> None:
    checked = check_shipped(today=TODAY)
    assert checked.clean, [one.line() for one in checked.new]
    assert len({one.check for one in checked.findings}) >= 15  # known, and shown


def test_fifty_five_studies_and_more_can_be_found_by_somebody_else() -> None:
    cited = [one for one in STUDIES.values() if any(report.cited for report in one.reports)]
    assert len(cited) >= 55


def test_every_figure_has_a_tag_and_a_report_of_its_own_file() -> None:
    for study in (*STUDIES.values(), *REVIEWS.values()):
        for figure in figures(study):
            assert isinstance(figure.tag, Tag)
            assert figure.read in {report.id for report in study.reports}, study.id
            assert figure.tag is Tag.SEEN or figure.how, study.id


def test_plans_and_registers_are_no_result_and_count_for_nothing() -> None:
    plans = [one for one in STUDIES.values() if one.kind is not Kind.RESULT]
    assert {"michaelsen2014", "nct02688777", "almutairi2023", "train-bw"} <= {p.id for p in plans}
    assert not any(one.counted for one in plans)


def test_what_is_told_twice_counts_once() -> None:
    assert STUDIES["parikh2022"].duplicate_of == "anandh2023"
    assert STUDIES["adesola2009"].duplicate_of == "flynn1994"
    assert not STUDIES["parikh2022"].counted
    assert STUDIES["anandh2023"].counted


def test_the_trial_that_speaks_against_walking_backward_says_so() -> None:
    assert STUDIES["kim2017"].direction is Direction.OTHER


def test_a_trial_whose_arms_both_walk_backward_has_no_contrast() -> None:
    moon = STUDIES["moon2022"]
    assert {arm.walks for arm in moon.arms} == {Walks.BACKWARD}
    assert not moon.contrasts


def test_only_rows_with_sure_figures_may_be_pooled() -> None:
    may = sorted(
        f"{study.id} {one.id}"
        for study in STUDIES.values()
        for one in study.outcomes
        if one.poolable is Poolable.YES
    )
    assert may == ["chen2021 pain", "chen2021 womac", "weng2006 balance", "weng2006 leg-movement",
                   "yang2005 stride"]  # fmt: skip


def test_what_wang_2018_prints_as_metres_a_second_is_not_read_as_such() -> None:
    rows = REVIEWS["wang2018"].pooled
    assert {row.printed.measure for row in rows} == {Measure.UNCLEAR}
    assert {row.unit for row in rows} == {""}


def test_the_knee_and_stroke_have_studies_and_children_are_told_apart() -> None:
    knees = [s for s in STUDIES.values() if s.condition is Condition.KNEE_OA and s.counted]
    assert len(knees) >= 8
    for condition in (Condition.CEREBRAL_PALSY, Condition.DOWN, Condition.ARTHRITIS_CHILD):
        assert all(s.children for s in STUDIES.values() if s.condition is condition)


@pytest.mark.parametrize("words", ["harm", "summary"])
def test_words_promise_nothing(words: str) -> None:
    """No cure, no proof, and no safety but as the authors' word."""
    for study in STUDIES.values():
        text = study.adverse.text if words == "harm" else f"{study.title} {study.summary}"
        assert not re.search(r"\b(cures?|heals?|prove[ns]?|guarantee)\b", text, re.IGNORECASE)


def test_the_history_is_dated_newest_first_and_names_every_file() -> None:
    changes = parse_changes(changes_text().text, name="CHANGES.toml")
    assert all(one.on >= two.on for one, two in pairwise(changes))
    assert {name for one in changes for name in one.studies} == {*STUDIES, *REVIEWS}
