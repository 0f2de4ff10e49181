"""`retrowalk measure --out` as a person and as a script meet it."""

import subprocess
from pathlib import Path

import polars as pl
import pytest
from tests.app.cohorts import ROOT, WORN, command, write_walks
from typer.testing import CliRunner, Result

from retrowalk.app import cohort_dask
from retrowalk.app.cohort_folder import open_results
from retrowalk.cli import build

RUNNER = CliRunner()
COUNT = 3


@pytest.fixture(scope="module")
def walks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_walks(tmp_path_factory.mktemp("walks"), COUNT)[0].parent


def run(*words: str | Path) -> Result:
    return RUNNER.invoke(build("measure"), ["measure", *map(str, words), *WORN], terminal_width=100)


def test_all_measured_is_said_and_exits_with_nothing_wrong(walks: Path, tmp_path: Path) -> None:
    shown = run(walks, "--out", tmp_path)
    assert shown.exit_code == 0, shown.output
    assert "3 of 3 files measured, 0 refused." in shown.stdout
    assert "recordings.parquet" in shown.stdout
    assert shown.stderr == ""
    again = run(walks, "--out", tmp_path)
    assert "3 of 3 files measured (3 of them before), 0 refused." in again.stdout


def test_refused_files_stand_in_a_table_with_their_reasons(walks: Path, tmp_path: Path) -> None:
    bad = tmp_path / "[bold]bad.csv"
    bad.touch()
    shown = run(bad, walks / "walk*.csv", "--out", tmp_path / "out")
    assert shown.exit_code == 1
    assert "3 of 4 files measured, 1 refused." in shown.stdout
    assert "[bold]bad.csv: the file is empty" in " ".join(shown.stdout.split())
    assert "the file is empty" in (tmp_path / "out" / "refused.csv").read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        ["--workers", "2"],
        ["--scheduler", "tcp://127.0.0.1:1"],
        ["--out", "OUT", "--json"],
        ["--out", "OUT", "--together"],
        ["--out", "OUT", "--plot", "a.svg"],
        ["--out", "OUT", "--workers", "0"],
        ["--out", "OUT", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_a_wrong_call(
    wrong: list[str], walks: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shown = run(walks, *(str(out) if word == "OUT" else word for word in wrong))
    assert shown.exit_code == 2
    assert not out.exists()


def test_several_workers_without_dask_are_one_sentence(
    walks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cohort_dask, "find_spec", lambda _: None)
    shown = run(walks, "--out", tmp_path, "--workers", "2")
    assert shown.exit_code == 2
    assert shown.stderr.splitlines() == [
        "Several workers need Dask, which is not installed; expected the package distributed; "
        "run: pip install 'retrowalk[cohort]'."
    ]


def test_a_folder_in_use_is_one_sentence(walks: Path, tmp_path: Path) -> None:
    with open_results(tmp_path):
        shown = run(walks, "--out", tmp_path)
    assert shown.exit_code == 2
    assert "another retrowalk is measuring into this folder" in shown.stderr


def test_the_whole_program_measures_with_two_workers_and_is_quiet(
    walks: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    called = subprocess.run(
        command([walks], out, "--workers", "2"),
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert called.returncode == 0, called.stderr
    assert called.stderr == ""
    assert len(pl.read_parquet(out / "recordings.parquet")) == COUNT
