"""retrowalk export, import and backup: files made, read, and one sentence for each mistake."""

from pathlib import Path

import pytest
from tests.app.walked import NOON, SORE, a_house, log, put_sessions
from typer.testing import CliRunner
from validation.health_export import write_export

from retrowalk.cli import build


def run(*arguments: str | Path, code: int = 0) -> str:
    """What was said: on stdout if it went well, else on stderr alone, in one sentence."""
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(build(words[0]), words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    if code:
        assert result.stdout == ""
        assert result.stderr.strip().endswith(".")
        assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr if code else result.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    house = a_house(tmp_path / "kept")
    put_sessions(house, [NOON], review=SORE)
    house.close()
    return tmp_path / "kept"


def test_a_report_and_tables_are_written_where_asked(folder, tmp_path) -> None:
    for kind, begins in (
        ("report", b"%PDF-"),
        ("csv", b"began_at,"),
        ("json", b"{"),
        ("fhir", b"{"),
    ):
        out = tmp_path / f"out.{kind}"
        assert "was written" in run("export", kind, out, "--folder", folder)
        assert out.read_bytes().startswith(begins)


def test_a_file_that_is_there_is_kept_until_said_otherwise(folder, tmp_path) -> None:
    out = tmp_path / "report.pdf"
    out.write_text("mine")
    said = run("export", "report", out, "--folder", folder, code=2)
    assert "--overwrite" in said
    assert out.read_text() == "mine"
    run("export", "report", out, "--folder", folder, "--overwrite")
    assert out.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("place", ["missing/report.pdf", ".", "a" * 300])
def test_a_place_that_cannot_be_written_is_one_sentence(folder, tmp_path, place) -> None:
    run("export", "report", tmp_path / place, "--folder", folder, code=2)


def test_a_folder_with_nothing_in_it_is_not_made_into_a_house(tmp_path) -> None:
    said = run("export", "csv", tmp_path / "a.csv", "--folder", tmp_path / "none", code=2)
    assert "Nothing is kept in" in said
    assert not (tmp_path / "none").exists()


def test_a_backup_is_made_checked_and_restored(folder, tmp_path) -> None:
    kept, other = tmp_path / "kept.zip", tmp_path / "other"
    assert "was written" in run("backup", "make", kept, "--folder", folder)
    assert "good backup of" in run("backup", "check", kept)
    assert "is back" in run("backup", "restore", kept, "--yes", "--folder", other)
    run("export", "json", tmp_path / "a.json", "--folder", other)
    assert "a note" in (tmp_path / "a.json").read_text()


def test_what_is_no_backup_is_refused_in_one_sentence(folder, tmp_path) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"PK nonsense")
    assert "cannot be restored" in run("backup", "check", bad, code=2)
    assert "cannot be restored" in run("backup", "restore", bad, "--folder", folder, code=2)
    assert "no such file" in run("backup", "check", tmp_path / "none.zip", code=2)
    assert "there already" in run("backup", "make", bad, "--folder", folder, code=2)
    assert "written" in run("backup", "make", tmp_path / "a" / "b.zip", "--folder", folder, code=2)


def test_one_session_is_written_for_another_program(tmp_path) -> None:
    house = a_house(tmp_path / "kept")
    put_sessions(house, [NOON], events=log())
    house.close()
    for form, begins in (("fit", b".FIT"), ("tcx", b"<?xml")):
        out = tmp_path / f"one.{form}"
        run("export", "session", out, "--folder", tmp_path / "kept")
        assert begins in out.read_bytes()[:12]
    said = run("export", "session", tmp_path / "a.gpx", "--folder", tmp_path / "kept", code=2)
    assert ".fit or .tcx" in said
    said = run("export", "session", tmp_path / "a.fit", "--folder", tmp_path / "kept",
               "--which", "9", code=2)  # fmt: skip
    assert "There are 1 sessions" in said


def test_files_are_imported_listed_and_taken_back(folder, tmp_path) -> None:
    write_export(tmp_path / "export.xml", days=2)
    assert "2 new walks" in run("import", "file", tmp_path / "export.xml", "--folder", folder)
    assert "export.xml" in run("import", "list", "--folder", folder)
    assert "taken back" in run("import", "back", "1", "--folder", folder)
    assert "(taken back)" in run("import", "list", "--folder", folder)
    assert "no such import" in run("import", "back", "7", "--folder", folder, code=2)
    (tmp_path / "bad.fit").write_text("nonsense")
    assert "not imported" in run("import", "file", tmp_path / "bad.fit", "--folder", folder, code=2)
