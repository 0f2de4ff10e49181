"""retrowalk trial: read in a terminal, by programs, and refused in one sentence."""

import json
from pathlib import Path

import pytest
from tests.evidence.trials import as_csv, made_up
from typer.testing import CliRunner

from retrowalk.cli.trial import app


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.stderr if code else result.stdout


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "ours.csv"
    file.write_text(as_csv(made_up(2, missing=(0, 1))))
    return file


def test_a_trial_is_analysed_in_words_and_tables(table: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    said = run("analyse", table, "--report", report)
    assert "compared at the same baseline" in " ".join(said.split())
    assert "Hedges’ g" in said
    assert "<svg" in report.read_text()
    assert "http" not in report.read_text().replace("http://www.w3.org", "")


def test_a_trial_is_analysed_for_programs(table: Path) -> None:
    tree = json.loads(run("analyse", table, "--json", "--matters", "1.5", "--better", "lower"))
    assert tree["outcomes"][0]["contrasts"][0]["responders"]["arm"][1] == 19


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--comparator", "sham"), "No arm is called"),
        (("--outcome", "pain"), "choose one of tug"),
        (("--report", "/nowhere/at/all.html"), "cannot be written"),
    ],
)
def test_a_mistake_is_one_sentence(table: Path, arguments: tuple[str, ...], said: str) -> None:
    told = run("analyse", table, *arguments, code=1)
    assert said in told
    assert told.count("\n") == 1
    assert "cannot be read" in run("analyse", table.with_name("none.csv"), code=1)


def test_a_size_is_told_with_what_it_rests_on() -> None:
    said = run("size", "--difference", "0.5", "--sd", "1", "--by", "followup", "--dropout", "0.2")
    assert "160 people: 80 in the arm, 80 in the comparator; 64 and 64" in said
    assert "Supposed" in said
    classes = run("size", "--difference", "1", "--sd", "2", "--cluster", "8", "--icc", "0.05")
    assert "classes" in classes
    assert "standard deviation of 0" in run("size", "--difference", "1", "--sd", "0", code=2)


def test_lists_are_made_and_made_again(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    said = run("randomise", file, "--arm", "a", "--arm", "b", "--people", "12", "--seed", "5")
    assert "sealed" in said
    assert "% of the time" in said
    run("randomise", tmp_path / "two.csv", "--again", tmp_path / "list-recipe.json")
    assert (tmp_path / "two-sealed.csv").read_text() == (tmp_path / "list-sealed.csv").read_text()
    assert "never written over" in run("randomise", file, "--arm", "a", "--arm", "b", code=2)
    assert "2 to 8 arms" in run("randomise", tmp_path / "x.csv", code=2)


def test_people_are_allotted_from_the_command_line(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    said = run("minimise", log, "--arm", "a", "--arm", "b", "--factor", "sex=f,m", "--people", "8")
    assert f"retrowalk trial next {log} PERSON sex=f" in said
    assert run("next", log, "P1", "sex=f").startswith("P1: ")
    assert "has an arm already" in run("next", log, "P1", "sex=f", code=2)
