"""Corners of taking along and bringing back: no heart, a clinician's yes missing, a full disk."""

from datetime import timedelta
from time import sleep

import pytest
from tests.app.walked import NOON, SORE, a_house, log, put_sessions, put_test
from tests.app.ways import form
from tests.store.test_backup import with_database

from retrowalk.app import backing_up, exporting, import_under_way, reporting, screening
from retrowalk.app.import_under_way import Importer
from retrowalk.errors import BadBackup, Unwritable
from retrowalk.live.events import HeartHeard
from retrowalk.store import backup, believing
from retrowalk.writers.pdf_weeks import weeks_drawing


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house")
    yield opened
    opened.close()


def test_a_session_without_a_strap_has_no_heart_in_its_files(house) -> None:
    events = [one for one in log() if not isinstance(one, HeartHeard)]
    (one,) = put_sessions(house, [NOON], events=events)
    assert all(m.heart_bpm is None for m in exporting.walked_session(house, one).moments)
    tcx = exporting.session_file(house, one, "tcx")[0]
    assert b"HeartRate" not in tcx
    assert len(exporting.session_file(house, one, "fit")[0]) > 500


def test_a_report_says_why_a_clinician_is_to_be_asked_and_counts_what_it_leaves_out(house) -> None:
    asked = form(screening.standing_questions()) | {"heart": "yes"}
    screening.submit_screening(house, asked)
    stops = tuple(f"reason {i}" for i in range(7))
    put_sessions(house, [NOON], stops=stops)
    put_sessions(house, [NOON - timedelta(days=2)], review=SORE)
    put_sessions(house, [NOON - timedelta(days=59)])
    put_test(house, "mood", NOON.date() - timedelta(days=60), 5.0)
    put_test(house, "mood", NOON.date(), 7.0)
    made = reporting.report_of(house)
    said = dict(made.facts)["Screening"]
    assert ": " in said
    assert "And 2 other reasons." in made.stops
    assert [line.verdict for line in made.outcomes] == ["no verdict: its error is not known"]
    assert made.next_step.startswith("Stay at this step")


def test_a_fault_of_ours_in_an_import_is_said_and_told(house, monkeypatch) -> None:
    def falls(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    told = []
    monkeypatch.setattr(import_under_way, "bring_in", falls)
    monkeypatch.setattr("threading.excepthook", told.append)
    now = Importer().begin(house, "a.fit", lambda file: file.write_text("x"))
    while now.going:
        sleep(0.02)
    assert "a mistake of its own" in now.problem
    while not told:
        sleep(0.02)
    assert told[0].exc_type is ZeroDivisionError


VALUES = (
    "UPDATE sessions SET began_at = 'yesterday'", "UPDATE sessions SET speed_up = 'fast'",
    "UPDATE sessions SET plan = 'nonsense'", "UPDATE sessions SET began_at = '0001-01-01 00:00:00'",
    "UPDATE outcomes SET \"on\" = '2026-13-45'", "UPDATE recordings SET content = 'text'",
    "UPDATE events SET seq = 'one' WHERE seq = 0", "UPDATE events SET kind = x'ff'",
)  # fmt: skip


@pytest.fixture
def kept(house, tmp_path):
    (one,) = put_sessions(house, [NOON], events=log(), review=SORE)
    put_test(house, "mood", NOON.date(), 5.0)
    with house.store.writing() as rows:
        rows.add(backup_recording(house, one))
    backing_up.make(house, tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


def backup_recording(house, session_id):
    from retrowalk.store.models import RecordingRow  # noqa: PLC0415

    return RecordingRow(walker_id=house.walker_id, session_id=session_id, at=NOON, body="{}",
                        content=b"abc")  # fmt: skip


@pytest.mark.parametrize("order", VALUES)
def test_values_no_retrowalk_wrote_are_not_believed(house, kept, order) -> None:
    with pytest.raises(BadBackup, match="holds what no retrowalk wrote"):
        backing_up.restore(house, with_database(kept, order))


@pytest.mark.parametrize("order", [
    "UPDATE sessions SET delivered = '7'", "UPDATE profiles SET body = '{}'",
    "UPDATE reviews SET body = '7'", "UPDATE events SET body = '{\"kind\": \"Dance\"}'",
])  # fmt: skip
def test_what_the_pages_could_not_read_is_refused_before_anything_changes(
    house, kept, order
) -> None:
    with pytest.raises(BadBackup, match="what it holds cannot be read"):
        backing_up.restore(house, with_database(kept, order))
    with pytest.raises(BadBackup, match="cannot be read"):
        backing_up.check_backup(with_database(kept, order))
    assert not list(house.folder.glob("before-restore-*"))


def test_a_full_disk_while_looking_is_no_fault_of_the_backup(house, kept, monkeypatch) -> None:
    def full(_folder: object) -> None:
        raise Unwritable("no room")

    monkeypatch.setattr(backing_up, "open_house", full)
    with pytest.raises(Unwritable):
        backing_up.check_backup(kept)
    assert backup.check_backup(kept).bytes > 0, "unread, it is believed by its tables and values"


def test_every_column_of_ours_is_asked_for(kept, tmp_path) -> None:
    asked = {column: believing._right(column) for table in believing.Base.metadata.sorted_tables
             for column in table.columns}  # fmt: skip
    assert all(asked.values())
    bodies = {column.name for column, said in asked.items() if "json_valid" in said}
    assert bodies == believing.JSON


def test_weeks_without_walking_have_no_bar() -> None:
    shapes = [type(one).__name__ for one in weeks_drawing([("a", 0.0)], width=100).contents]
    assert "Rect" not in shapes
