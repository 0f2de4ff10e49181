"""A trial's table to its report: what is chosen for the researcher is told, the rest refused."""

import csv
import json
import re
from dataclasses import replace
from io import StringIO

import pytest
from tests.evidence.trials import as_csv, made_up

from retrowalk.app import trial, trial_told
from retrowalk.app.trial import Options, analysed
from retrowalk.errors import BadTrial
from retrowalk.evidence.trial_sheet import Measured
from retrowalk.words import Better
from retrowalk.writers.trial_html import as_html

TABLE = as_csv(made_up(2, missing=(0, 1, 2)))


def words(text: str, options: Options = Options()) -> str:
    report = trial_told.told(analysed(text, "ours.csv", options))
    return re.sub(r"<[^>]+>", " ", as_html(report))


def named(arms: tuple[str, ...]) -> str:
    return as_csv(made_up(2, people=60, arms=arms)).replace("tug", "score")


@pytest.mark.parametrize(
    ("arms", "comparator"),
    [
        (("backward", "forward"), "forward"),
        (("backward", "usual care"), "usual care"),
        (("retro", "cycling"), "cycling"),
        (("backward", "backward and control"), ""),
        (("a", "b"), ""),
        (("backward", "forward", "control"), ""),
        (("backward", "stretching", "control"), "control"),
    ],
)
def test_the_comparator_is_chosen_by_name_or_asked_for(
    arms: tuple[str, ...], comparator: str
) -> None:
    if comparator:
        found = analysed(named(arms), "ours.csv", Options())
        assert found.comparator == comparator
        assert any("chosen by its name" in note for note in found.notes)
    else:
        with pytest.raises(BadTrial, match="please name the comparator"):
            analysed(named(arms), "ours.csv", Options())
    last = arms[-1]
    assert analysed(named(arms), "ours.csv", Options(comparator=last.upper())).comparator == last


def test_a_test_of_ours_brings_its_error_and_its_better_way() -> None:
    found = analysed(TABLE, "ours.csv", Options()).found[0]
    assert found.from_catalogue is not None
    assert found.from_catalogue.id == "timed-up-and-go"
    assert found.analysis.asked.better is Better.LOWER
    assert found.analysis.asked.matters == pytest.approx(2.08, abs=0.01)
    own = analysed(TABLE, "ours.csv", Options(matters=1.5)).found[0]
    assert own.from_catalogue is None
    assert own.analysis.asked.matters == 1.5


def test_without_a_word_on_what_matters_nobody_responds_and_this_is_said() -> None:
    text = TABLE.replace("tug", "score")
    said = words(text)
    assert "What change matters was not said" in said
    assert "The next trial" not in said
    assert "lower is better" in words(text, Options(better=Better.LOWER, matters=1.0))
    higher = words(text, Options(better=Better.HIGHER, matters=1.0))
    assert "No part of the interval is better by the smallest change that matters" in higher


def test_the_verdict_says_whether_the_difference_is_sure_and_matters() -> None:
    sure = as_csv(made_up(2, effect=-6.0)).replace("tug", "score")
    said = words(sure, Options(better=Better.LOWER, matters=1.0))
    assert "does not hold “no difference”" in said
    assert "The whole interval is better by at least" in said
    unsure = words(as_csv(made_up(2, effect=0.0)), Options())
    assert "holds “no difference” too" in unsure
    one = words(sure, Options(better=Better.HIGHER, matters=30.0))
    assert "No part of the interval" in one


def test_the_report_tells_what_it_rests_on() -> None:
    said = words(TABLE)
    for part in (
        "Chance, and nothing else",
        "HC3",
        "no p-values",
        "What those without a follow-up could change: backward",
        "With any one person left out",
        "The next trial: tug",
        "40 people in 2 arms",
    ):
        assert part in said, part
    wild = re.search(r"\bnan\b|\bNone\b|\binf\b", said)
    assert wild is None, said[wild.start() - 60 : wild.end() + 20]


def test_clusters_missing_baselines_and_traits_are_told() -> None:
    sheet = made_up(2, missing=(4,))
    rows = as_csv(sheet).splitlines()
    rows[0] += ",site,sex,age"
    rows[1:] = [f"{row},{'AB'[i % 2]},{'' if i % 2 else 'fm'[i % 4 // 2]},{60 + i if i % 2 else ''}"
                for i, row in enumerate(rows[1:])]  # fmt: skip
    cells = rows[1].split(",")
    rows[1] = ",".join([*cells[:2], "", *cells[3:]])
    said = words("\n".join(rows))
    assert "The column site says that people were treated together" in said
    assert "1 without a baseline cannot be filled in" in said
    assert "0 (–)" in said
    assert "– (–), n 0" in said


def test_three_arms_and_two_outcomes_have_a_picture_each() -> None:
    sheet = made_up(2, people=60, arms=("backward", "stretching", "control"))
    one = sheet.outcomes[0]
    both = replace(sheet, outcomes=(one, Measured("pain", baseline=one.followup,
                                                  followup=one.baseline)))  # fmt: skip
    report = trial_told.told(analysed(as_csv(both), "ours.csv", Options()))
    pictures = [section.picture for section in report.sections if section.picture]
    assert len(pictures) == 2
    ids = re.findall(r'id="([^"]+)"', "".join(wide + narrow for wide, narrow in pictures))
    assert len(ids) == len(set(ids))
    with pytest.raises(BadTrial, match="what matters was said for one"):
        analysed(as_csv(both), "ours.csv", Options(matters=1.0))
    alone = analysed(as_csv(both), "ours.csv",
                     Options(("pain",), matters=1.0, better=Better.LOWER))  # fmt: skip
    assert [found.analysis.outcome for found in alone.found] == ["pain"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (Options(("mood",)), "choose one of tug"),
        (Options(test="juggling"), "no test of this name"),
        (Options(comparator="sham"), "No arm is called"),
        (Options(test="mood"), "check value and unit"),
        (Options(matters=1.0, test=""), ""),
    ],
)
def test_what_was_asked_wrongly_is_told(options: Options, said: str) -> None:
    if not said:
        options, said = replace(options, outcomes=("score",)), "whether lower or higher is better"
        with pytest.raises(BadTrial, match=said):
            analysed(TABLE.replace("tug", "score"), "ours.csv", options)
        return
    with pytest.raises(BadTrial, match=said):
        analysed(TABLE, "ours.csv", options)


def test_a_change_too_small_to_plan_for_plans_nothing() -> None:
    found = analysed(TABLE, "ours.csv", Options(better=Better.LOWER, matters=0.001))
    assert found.found[0].next_trial == ()


def test_json_and_csv_hold_every_number_and_nothing_a_reader_chokes_on() -> None:
    made = analysed(TABLE, "ours.csv", Options())
    tree = json.loads(trial.as_json(made), parse_constant=pytest.fail)
    contrast = tree["outcomes"][0]["contrasts"][0]
    assert contrast["ancova"]["robust"]["low"] < contrast["ancova"]["robust"]["estimate"]
    assert tree["outcomes"][0]["asked"]["better"] == "lower"
    assert tree["outcomes"][0]["matters_from"] == "timed-up-and-go"
    rows = list(csv.DictReader(StringIO(trial.as_csv(made))))
    assert {row["what"] for row in rows} >= {"change", "ANCOVA, HC3", "difference in responders"}
    ancova = next(row for row in rows if row["what"] == "ANCOVA, HC3")
    assert float(ancova["estimate"]) == pytest.approx(contrast["ancova"]["robust"]["estimate"],
                                                      rel=1e-5)  # fmt: skip


def test_names_from_strangers_do_no_harm() -> None:
    """Neither in a page (markup) nor in a spreadsheet (formulas)."""
    text = named(("=backward()", "<script>x</script>")).replace("score", "pain<b>")
    made = analysed(text, "<i>.csv", Options(comparator="<script>x</script>"))
    page = as_html(trial_told.told(made))
    assert "<script>x" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "'=backward()" in trial.as_csv(made)
