"""retrowalk plan list, show and check: plain text, one sentence for each mistake."""

from pathlib import Path

import pytest
from tests.programme.cases import TEXTS
from typer.testing import CliRunner

from retrowalk.cli.plan import app
from retrowalk.readers.protocols import packaged_texts

TEXT = {file.name: file.text for file in packaged_texts()}["ten-by-three.toml"]


def run(*arguments: str | Path, code: int = 0) -> str:
    """What was said: on stdout if it went well, else on stderr alone."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    if code:
        assert result.stdout == ""
    return result.stderr if code else result.stdout


def test_list_names_every_protocol() -> None:
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines] == list(TEXTS)
    assert "3 times a week, 4 weeks" in lines[-1]


def test_show_tells_the_ladder_and_that_it_is_an_opinion() -> None:
    said = run("show", "alternating-thirty")
    assert "Half an hour of easy walking" in said
    assert "  3   30 min  The full thirty" in said
    assert "← practised walkers begin here" in said
    assert "[expert opinion] Holland" in said
    assert "not a medical device" in said
    assert max(len(line) for line in said.splitlines()) <= 100


def test_show_a_stage_tells_every_interval() -> None:
    said = run("show", "alternating-thirty", "--stage", "3", "--mph").splitlines()
    assert said[2] == "   0:00  Walk backward          2 min  0.8 mph"
    assert said[-1] == "  28:00  Cool down, forward     2 min  0.8 mph"
    assert len(said) == 2 + 15


def test_a_rest_has_no_speed_and_a_faster_stage_a_faster_one() -> None:
    said = run("show", "ten-by-three", "--stage", "6")
    assert "Stand and rest         1 min\n" in said
    assert "Walk backward          2 min  1.5 km/h" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["show", "nope"],
            "there is no protocol of the name 'nope'; there are: alternating-thirty",
        ),
        (["show", "ten-by-three", "--stage", "7"], "Ten by three has stages 1 to 6, not 7"),
        (["show", "ten-by-three", "--stage", "-1"], "has stages 1 to 6, not -1"),
        (["show", "absent.toml"], "absent.toml cannot be read (no such file or directory)"),
    ],
)
def test_a_mistaken_call_is_told_in_one_sentence(arguments: list[str], says: str) -> None:
    said = run(*arguments, code=2)
    assert says in said
    assert said.count("\n") == 1


def test_check_praises_a_good_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT)
    assert run("check", file).startswith(
        "mine.toml is a good protocol: Ten by three, 6 stages, from 3 min to 10 min backward.\n"
        "Before it can be added"
    )
    assert "Ten by three, stage 1 of 6" in run("show", file, "--stage", "1")


def test_check_tells_every_fault_with_file_line_and_reason(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace("weeks = 4", "weeks = 400").replace("times = 6", "times = six"))
    [one] = run("check", file, code=1).splitlines()
    assert one.startswith("mine.toml, line ")
    assert "this is not TOML" in one
    file.write_text(TEXT.replace("weeks = 4", "weeks = 400").replace("times = 6", "times = 600"))
    first, second = run("check", file, code=1).splitlines()
    at = TEXT[: TEXT.index("weeks = 4")].count("\n") + 1
    assert first == f"mine.toml, line {at}: weeks is 400, a whole number from 1 to 52 expected."
    assert "stage 1, times is 600" in second


def test_check_refuses_what_is_no_file(tmp_path: Path) -> None:
    assert "is not a file" in run("check", tmp_path, code=1)
    assert "cannot be read" in run("check", tmp_path / "absent.toml", code=1)


def test_one_of_ones_own_is_checked_added_listed_and_removed(tmp_path: Path) -> None:
    folder, file = tmp_path / "house", tmp_path / "mine.toml"
    file.write_text(TEXT.replace('id = "ten-by-three"', 'id = "mine"', 1))
    assert "written_by is not there" in run("check", file)
    assert "written_by is not there" in run("add", file, "--folder", folder, code=1)
    file.write_text('written_by = "Dr Ruiz"\n' + file.read_text())
    assert "Before it can be added" not in run("check", file)
    assert "can be chosen as mine, written by Dr Ruiz" in run("add", file, "--folder", folder)
    assert "mine already" in run("add", file, "--folder", folder, code=1)
    listed = run("list", "--folder", folder)
    assert "(written by Dr Ruiz, not from retrowalk)" in listed
    assert "goes on with the copy" in run("remove", "mine", "--folder", folder)
    assert "Dr Ruiz" not in run("list", "--folder", folder)
    assert "no protocol of your own" in run("remove", "mine", "--folder", folder, code=2)


def test_a_broken_file_of_the_folder_is_named_beside_the_list(tmp_path: Path) -> None:
    (tmp_path / "protocols").mkdir()
    (tmp_path / "protocols" / "half.toml").write_text("id = ")
    result = CliRunner().invoke(app, ["list", "--folder", str(tmp_path)])
    assert result.exit_code == 0
    assert "half.toml cannot be used" in result.stderr
