"""retrowalk outcomes list, show, check and group: plain text, one sentence for each mistake."""

from pathlib import Path

import pytest
from tests.outcomes.cases import CATALOGUE, TEXTS
from typer.testing import CliRunner

from retrowalk.cli.outcomes import app


def run(*arguments: str | Path, code: int = 0) -> str:
    """What was said: on stdout if it went well, else on stderr alone."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    if code:
        assert result.stdout == ""
    return result.stderr if code else result.stdout


def test_list_names_every_test_with_its_error_or_that_there_is_none() -> None:
    lines = run("list").splitlines()
    assert [line.split()[0] for line in lines] == sorted(
        CATALOGUE, key=[line.split()[0] for line in lines].index
    )
    assert len(lines) == len(CATALOGUE)
    told = {line.split()[0]: line for line in lines}
    assert told["timed-up-and-go"].endswith("2.1 s")
    assert told["mood"].endswith("not known")


def test_show_tells_safety_error_and_source() -> None:
    said = run("show", "timed-up-and-go")
    assert "The chair stands against a wall" in said
    assert "2 tries; the mean counts; lower is better." in said
    assert "10.1186/s12891-015-0637-8" in said
    assert "[seen]" in said
    assert "nobody has measured" in run("show", "mood")
    assert "ft: in 75 people" in run("show", "six-minute-walk", "--mph")
    assert max(len(line) for line in said.splitlines()) <= 100


def test_an_unknown_name_is_one_sentence() -> None:
    assert "no test of this name" in run("show", "juggling", code=2)


def test_check_tells_good_from_bad(tmp_path: Path) -> None:
    good = tmp_path / "mine.toml"
    good.write_text(TEXTS["knee-pain.toml"])
    assert "is a good outcome: knee-pain-left, knee-pain-right." in run("check", good)
    good.write_text(TEXTS["knee-pain.toml"].replace('tag = "seen"', 'tag = "memory"', 1))
    assert "is not shipped" in run("check", good, code=1)
    assert "cannot be read" in run("check", tmp_path / "none.toml", code=1)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "group.csv"
    rows = zip("abcdefgh", (12, 14.5, 11.2, 16, 13.1, 12.8, 15.5, 18),
               (10.5, 12, 11, 12.5, 12.9, 11.5, 13, 15.1), strict=True)  # fmt: skip
    file.write_text("person,before,after\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows))
    return file


def test_a_group_is_judged_with_intervals_and_its_limits_said(sheet: Path) -> None:
    said = run("group", sheet, "--outcome", "timed-up-and-go")
    assert "mean gain  1.8 s (95 % interval 0.8 to 2.9)" in said
    assert "4 real improvement" in said
    assert "Without a group that did not train" in said


def test_a_group_without_an_error_gets_no_verdicts(sheet: Path) -> None:
    text = sheet.read_text().replace(",18,", ",8,")
    sheet.write_text("person,before,after\na,3,5\nb,4,5\nc,5,8\nd,6,6\n")
    assert "no verdict" in run("group", sheet, "--outcome", "mood")
    assert text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("person,before\na,1\n", "lacks the column 'after'"),
        ("", "lacks the column 'person'"),
        ('person,before,after\n"' + 200_000 * "a", "is no CSV we can read"),
        ("person,before,after\na,9,quick\n", "line 2: 'quick' is no number"),
        ("person,before,after\na,9\n", "line 2: '' is no number"),
        ("person,before,after\na,9,1\nb,9,9\nc,9,8\n", "out of the range"),
        ("person,before,after\na,9,8\na,9,7\n", "line 3: 'a' stands there twice"),
        ("person,before,after\na,9,8\nb,9,7\n", "at least 3"),
    ],
)
def test_a_sheet_that_will_not_do_is_refused_with_its_line(
    sheet: Path, content: str, says: str
) -> None:
    sheet.write_text(content)
    assert says in run("group", sheet, "--outcome", "timed-up-and-go", code=1)
