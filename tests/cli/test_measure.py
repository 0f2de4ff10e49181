"""`retrowalk measure` as a person and as a script meet it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.readers import made
from typer.testing import CliRunner, Result

from retrowalk.cli import build

RUNNER = CliRunner()


def run(*words: str | Path) -> Result:
    return RUNNER.invoke(build("measure"), ["measure", *map(str, words)], terminal_width=100)


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Path]:
    return made.written(tmp_path)


def test_every_layout_prints_its_table_and_what_it_assumed(good: dict[str, Path]) -> None:
    for path in good.values():
        shown = run(path)
        assert shown.exit_code == 0, shown.output
        assert path.name in shown.stdout
        for word in ("backward", "forward", "unclear", "strides", "assumed"):
            assert word in shown.stdout


def test_json_is_one_document_and_stdout_is_pure(good: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    shown = run(good["feet.csv"], tmp_path / "empty.csv", good["data.mat"], "--json")
    told = json.loads(shown.stdout)
    assert [one["name"] for one in told["recordings"]] == [
        "feet.csv", "data.mat · Test5 Trial1", "data.mat · Test5 Trial2",
    ]  # fmt: skip
    assert told["refused"][0].startswith("empty.csv: the file is empty")
    assert "empty.csv" in shown.stderr
    assert shown.exit_code == 1


def test_one_bad_file_never_stops_the_others(good: dict[str, Path], tmp_path: Path) -> None:
    shown = run(tmp_path / "missing.csv", tmp_path, good["xio.csv"])
    assert shown.exit_code == 1
    assert "xio.csv" in shown.stdout
    assert [line.split(":")[0] for line in shown.stderr.splitlines()] == [
        "missing.csv",
        tmp_path.name,
    ]


def test_placement_mounting_and_rate_are_heeded(good: dict[str, Path]) -> None:
    shown = run(good["phone.csv"], "--placement", "left-shank", "--mounting", "known", "--json")
    assert json.loads(shown.stdout)["recordings"][0]["sensors"][0] == {
        "placement": "left shank", "mounting": "known", "samples": 600,
    }  # fmt: skip
    shown = run(good["feet.csv"], "--rate", "100", "--json")
    assert json.loads(shown.stdout)["recordings"][0]["duration_s"] == pytest.approx(6, abs=0.05)


@pytest.mark.parametrize("wrong", [["--placement", "nose"], ["--rate", "-5"], ["--wrong"], []])
def test_a_wrong_call_exits_with_two(good: dict[str, Path], wrong: list[str]) -> None:
    assert run(*([good["phone.csv"]] if wrong else []), *wrong).exit_code == 2


def test_plot_writes_a_picture_and_numbers_several(good: dict[str, Path], tmp_path: Path) -> None:
    assert run(good["xio.csv"], "--plot", tmp_path / "one.svg").exit_code == 0
    assert (tmp_path / "one.svg").read_text().startswith("<svg")
    run(good["data.mat"], "--plot", tmp_path / "two.svg")
    assert (tmp_path / "two-1.svg").exists()
    assert (tmp_path / "two-2.svg").exists()


def test_a_picture_that_cannot_be_written_is_a_sentence(
    good: dict[str, Path], tmp_path: Path
) -> None:
    shown = run(good["xio.csv"], "--plot", tmp_path / "nowhere" / "one.svg")
    assert shown.exit_code == 2
    assert "cannot be written" in shown.stderr


def test_files_of_one_clock_are_measured_together(good: dict[str, Path]) -> None:
    shown = run(good["walk_lf.txt"], good["walk_lb.txt"], "--together", "--json")
    (one,) = json.loads(shown.stdout)["recordings"]
    assert one["name"] == "walk_lf.txt + walk_lb.txt"
    assert [s["placement"] for s in one["sensors"]] == ["left foot", "lower back"]
    assert run(good["walk_lf.txt"], good["data.mat"], "--together").exit_code == 1


def test_help_shows_examples_and_exit_codes() -> None:
    shown = run("--help")
    assert "Examples" in shown.stdout
    assert "Exit codes" in shown.stdout


def test_a_name_with_markup_is_printed_as_it_is(good: dict[str, Path], tmp_path: Path) -> None:
    odd = good["xio.csv"].rename(tmp_path / "[bold]walk[red].csv")
    assert "[bold]walk[red].csv" in run(odd).stdout


def test_the_program_says_its_version_and_its_commands() -> None:
    shown = RUNNER.invoke(build(None), ["--help"])
    assert shown.exit_code == 0
    for command in ("measure", "plan", "serve"):
        assert command in shown.stdout
    assert RUNNER.invoke(build("measure"), ["--version"]).stdout.startswith("retrowalk ")


def test_the_whole_program_runs_as_a_module(good: dict[str, Path]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "retrowalk", "measure", str(good["clip.bvh"]), "--json"],
        capture_output=True, text=True, timeout=300, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["recordings"][0]["derived"] is True
    assert done.stderr == ""
