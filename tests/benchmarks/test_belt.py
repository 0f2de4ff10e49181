"""The belt's table says what was seen, and why something was not."""

from pathlib import Path

from benchmarks.belt import lines, whole, write_readme

STOP = {"byte_ms": 1450.8, "ended": "SUCCESS", "returned_ms": 2952.3, "rest_s": 3.44}
SEEN = {
    "speeds": {"wrong": 266, "of": 2501},
    "idle": {**STOP, "byte_ms": 1.06},
    "slow": STOP,
    "slow_two": {**STOP, "byte_ms": None, "rest_s": None},
    "slow_answer": {"failed": "TimeoutError:"},
    "key": {"shown_kmh": 2.0, "belt_kmh": 0.0},
    "versions": {"theirs": "1.0"},
}
ABSENT = {"failed": "not installed: needs Python 3.12, none found here"}


def test_each_scene_is_said_as_it_was_seen() -> None:
    said = {what: cell for what, cell, _ in lines({"theirs": SEEN, "absent": ABSENT})}
    assert said["wrong speeds on the wire"] == "266 of 2501"
    assert said["stop byte on an idle link, ms"] == "1.1"
    assert said["stop byte behind two of them, ms"] == "never"
    assert said["belt at rest behind two of them, s"] == "not within 10 s"
    assert said["stop() behind a 1.5 s write said"] == "SUCCESS, 2.95 s"
    assert said["stop byte behind a 1.5 s answer, ms"] == "failed: TimeoutError:"
    assert said["km/h shown 5 s after the key"] == "2.0"


def test_a_library_that_is_not_there_gets_its_reason_and_no_number() -> None:
    found = {"theirs": SEEN, "absent": ABSENT}
    assert {cell for _, _, cell in lines(found)} == {"–"}
    assert "absent: not installed: needs Python 3.12, none found here." in whole(found, "here")


def test_the_table_goes_between_its_own_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "README.md"
    page.write_text("<!-- results -->ours<!-- /results -->\n<!-- belt -->old<!-- /belt -->\nend\n")
    write_readme(page, "new")
    assert page.read_text() == (
        "<!-- results -->ours<!-- /results -->\n<!-- belt -->\n\nnew\n\n<!-- /belt -->\nend\n"
    )
