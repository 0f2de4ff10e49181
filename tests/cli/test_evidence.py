"""retrowalk evidence check: what is wrong in a sentence each, what is known as known."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner
from validation.evidence_clean import REVIEW, STUDY

from retrowalk.cli.evidence import app


def run(*arguments: str | Path, code: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(app, ["check", *(str(argument) for argument in arguments)])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stdout, result.stderr


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "made-up.toml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def test_what_comes_with_retrowalk_passes_with_its_doubts_shown() -> None:
    said, wrong = run()
    assert wrong == ""
    assert "weng2006, fastest-speed: unit-missing" in said
    assert "(known: The abstract prints no unit" in said
    assert "nothing new" in said.splitlines()[-1]


def test_a_good_file_of_ones_own_passes(study: Path) -> None:
    said, wrong = run(study)
    assert (said, wrong) == ("1 file checked: nothing new, 0 known doubts.\n", "")


def test_a_figure_that_can_hardly_be_ends_with_1_and_a_sentence(study: Path) -> None:
    study.write_text(STUDY.replace("mean = 0.95", "mean = 1.55"), encoding="utf-8")
    said, wrong = run(study, code=1)
    assert said == ""
    assert "made-up, speed: size-impossible: the arms differ by 0.75 m/s" in wrong
    assert "docs/evidence.md" in wrong


def test_a_file_that_is_no_study_is_told_with_its_line(study: Path, tmp_path: Path) -> None:
    study.write_text(STUDY.replace('tag = "seen"', 'tag = "memory"', 1), encoding="utf-8")
    _, wrong = run(study, tmp_path / "none.toml", code=1)
    assert "made-up.toml, line 27: people, tag is 'memory'" in wrong
    assert "none.toml cannot be read" in wrong


def test_a_study_told_before_is_found_beside_those_that_come_along(study: Path) -> None:
    study.write_text(STUDY.replace("10.1234/made.up.1", "10.1155/2021/5574966"), encoding="utf-8")
    assert "duplicate-study: chen2021 has 10.1155/2021/5574966 too" in run(study, code=1)[1]


def test_a_review_is_known_by_what_it_pools(tmp_path: Path) -> None:
    path = tmp_path / "review.toml"
    path.write_text(REVIEW.replace("highest = 0.21", "highest = 0.29"), encoding="utf-8")
    assert "made-up-review, speed: ci-asymmetric" in run(path, code=1)[1]


def test_a_program_reads_the_same_as_json(study: Path) -> None:
    study.write_text(STUDY.replace('unit = "m/s"', 'unit = ""'), encoding="utf-8")
    told = json.loads(run(study, "--json", code=1)[0])
    assert told["files"] == 1
    assert not told["clean"]
    assert {one["check"] for one in told["findings"]} >= {"unit-missing"}
    assert json.loads(run("--json")[0])["clean"]


def test_a_year_to_come_is_judged_by_the_day_given(study: Path) -> None:
    run(study, "--today", "2020-01-01")
    assert "the year 2020 has not come yet" in run(study, "--today", "2019-12-31", code=1)[1]
    run(study, "--today", "tomorrow", code=2)
