"""A backup comes back as it was, and whatever is no whole backup changes nothing."""

import hashlib
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from tests.app.walked import NOON, SORE, a_house, daily, log, put_sessions, put_test

from retrowalk.app import backing_up, history
from retrowalk.app.house import House, open_house
from retrowalk.errors import BadBackup, Conflict, MigrationNeeded
from retrowalk.store import backup as backups
from retrowalk.store.models import RecordingRow

DB = "retrowalk.sqlite3"


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house")
    (first,) = put_sessions(opened, [NOON], events=log(), review=SORE)
    put_test(opened, "mood", NOON.date(), 5.0)
    with opened.store.writing() as rows:
        rows.add(RecordingRow(walker_id=opened.walker_id, session_id=first, at=NOON, body="{}",
                              content=bytes(range(256)) * 40))  # fmt: skip
    yield opened
    opened.close()


@pytest.fixture
def kept(house, tmp_path) -> Path:
    out = tmp_path / "kept.zip"
    backing_up.make(house, out)
    return out


def everything(house: House) -> dict:
    return {name: rows for name, rows in json.loads(history.export_json(house)).items()
            if name != "retrowalk"}  # fmt: skip


def repacked(path: Path, **entries: bytes | None) -> Path:
    """The same archive with entries replaced, added or (None) left out."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held |= {name.replace("__", "."): content for name, content in entries.items()}
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            if content is not None:
                archive.writestr(name, content)
    return out


def with_database(path: Path, *orders: str, **said: object) -> Path:
    """The same archive, its database changed, its manifest honest about it."""
    with zipfile.ZipFile(path) as archive:
        file = path.with_name("work.sqlite3")
        file.write_bytes(archive.read(DB))
        told = json.loads(archive.read("manifest.json"))
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for order in orders:
            database.execute(order)
    content = file.read_bytes()
    told["files"][DB] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return repacked(path, manifest__json=json.dumps(told | said).encode(),
                    retrowalk__sqlite3=content)  # fmt: skip


def test_everything_comes_back_into_another_house(house, kept, tmp_path) -> None:
    before = everything(house)
    other = open_house(tmp_path / "other")
    safety = backing_up.restore(other, kept)
    assert everything(other) == before
    with other.store.reading() as rows:
        assert rows.query(RecordingRow).one().content == bytes(range(256)) * 40
    assert other.walker_id == house.walker_id
    put_sessions(other, daily(2))  # it goes on being written to
    other.close()
    again = open_house(tmp_path / "other")
    assert history.begun(again) == 3
    again.close()
    assert backing_up.check_backup(safety).step == backups.HEAD


def test_what_was_there_is_kept_and_can_itself_be_restored(house, kept) -> None:
    put_sessions(house, daily(3))
    later = everything(house)
    safety = backing_up.restore(house, kept)
    assert history.begun(house) == 1
    backing_up.restore(house, safety)
    assert everything(house) == later


def test_deleting_everything_deletes_what_a_restore_kept(house, kept) -> None:
    safety = backing_up.restore(house, kept)
    assert safety.exists()
    history.delete_everything(house)
    assert not list(house.folder.glob("*.zip"))


def test_a_backup_is_read_by_zip_and_sqlite_alone(kept) -> None:
    with zipfile.ZipFile(kept) as archive:
        assert sorted(archive.namelist()) == ["manifest.json", DB]
        assert archive.testzip() is None
        content = archive.read(DB)
        told = json.loads(archive.read("manifest.json"))
    assert told["files"][DB]["sha256"] == hashlib.sha256(content).hexdigest()
    file = kept.with_name("read.sqlite3")
    file.write_bytes(content)
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("SELECT count(*) FROM sessions").fetchone() == (1,)


def refused(house: House, path: Path, *, kind: type[Exception] = BadBackup) -> str:
    """The sentence; nothing was changed and no safety copy was needed."""
    before = everything(house)
    with pytest.raises(kind) as caught:
        backing_up.restore(house, path)
    assert everything(house) == before
    assert not list(house.folder.glob("before-*"))
    said = str(caught.value)
    assert "nothing was changed" in said
    assert said.endswith(".")
    return said


def test_a_truncated_backup_is_refused_wherever_it_ends(house, kept) -> None:
    whole = kept.read_bytes()
    cut = kept.with_name("cut.zip")
    for share in (0, 0.01, 0.3, 0.6, 0.9, 0.999):
        cut.write_bytes(whole[: int(len(whole) * share)])
        refused(house, cut)


def test_a_byte_changed_anywhere_is_refused(house, kept) -> None:
    whole = bytearray(kept.read_bytes())
    changed = kept.with_name("changed.zip")
    with zipfile.ZipFile(kept) as archive:
        begins = archive.getinfo(DB).header_offset + 100
    for at in range(begins, begins + 3000, 500):
        whole[at] ^= 0xFF
        changed.write_bytes(whole)
        whole[at] ^= 0xFF
        refused(house, changed)


def test_other_entries_and_ways_out_of_the_folder_are_refused(house, kept) -> None:
    assert "entries" in refused(house, repacked(kept, **{"../../evil": b"x"}))
    assert "entries" in refused(house, repacked(kept, **{"/etc/evil": b"x"}))
    assert "entries" in refused(house, repacked(kept, retrowalk__sqlite3=None))
    assert "entries" in refused(house, repacked(kept, extra=b"x"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(house, kept) -> None:
    zeros = bytes(96 << 20)
    told = {"kind": "retrowalk backup", "format": 1, "made_at": NOON.isoformat(), "step": "0001",
            "files": {DB: {"bytes": len(zeros), "sha256": "0"}}}  # fmt: skip
    bomb = repacked(kept, manifest__json=json.dumps(told).encode(), retrowalk__sqlite3=zeros)
    assert bomb.stat().st_size < 1 << 20
    assert "unpack to 96 MiB" in refused(house, bomb)


def test_a_manifest_that_lies_or_is_none_is_refused(house, kept) -> None:
    for content in (b"", b"[]", b"{}", b"\xff", b"[" * 60_000, b'{"kind": "retrowalk backup"}',
                    b'{"kind": "another", "format": 1}', b" " * 70_000):  # fmt: skip
        refused(house, repacked(kept, manifest__json=content))
    assert "checksum" in refused(house, repacked(kept, retrowalk__sqlite3=_flipped(kept)))


def _flipped(kept: Path) -> bytes:
    with zipfile.ZipFile(kept) as archive:
        content = bytearray(archive.read(DB))
    content[-1] ^= 1
    return bytes(content)


def test_a_newer_backup_says_so(house, kept) -> None:
    newer = with_database(kept, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer retrowalk" in refused(house, newer, kind=MigrationNeeded)
    assert "newer retrowalk" in refused(house, with_database(kept, format=2), kind=MigrationNeeded)


def test_a_database_that_is_not_ours_or_does_things_by_itself_is_refused(house, kept) -> None:
    evil = "CREATE TRIGGER evil AFTER INSERT ON walkers BEGIN DELETE FROM sessions; END"
    assert "more than tables" in refused(house, with_database(kept, evil))
    assert "tables" in refused(house, with_database(kept, "CREATE VIEW evil AS SELECT 1"))
    assert "tables" in refused(house, with_database(kept, "CREATE TABLE evil (a)"))
    assert "tables" in refused(house, with_database(kept, "ALTER TABLE reviews DROP COLUMN body"))
    assert "not one of" in refused(house, with_database(kept, "DROP TABLE alembic_version"))


def test_an_older_backup_is_brought_up_to_date(tmp_path, kept) -> None:
    """As an earlier retrowalk left it: what later steps add is made anew."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    from retrowalk.store.migrate import STEPS  # noqa: PLC0415

    file = tmp_path / "older.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(STEPS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql("INSERT INTO walkers VALUES (7, '2026-01-01 00:00:00')")
    engine.dispose()
    content = file.read_bytes()
    told = {"kind": "retrowalk backup", "format": 1, "made_at": NOON.isoformat(), "step": "0002",
            "files": {DB: {"bytes": len(content),
                           "sha256": hashlib.sha256(content).hexdigest()}}}  # fmt: skip
    older = repacked(kept, manifest__json=json.dumps(told).encode(), retrowalk__sqlite3=content)
    other = open_house(tmp_path / "other")
    backing_up.restore(other, older)
    assert other.walker_id == 7
    put_test(other, "mood", NOON.date(), 5.0)
    other.close()


def test_nothing_is_restored_under_a_live_session(house, kept) -> None:
    class Walking:
        class settled:  # noqa: N801
            is_set = staticmethod(lambda: False)

    house.lives["x"] = Walking()
    with pytest.raises(Conflict, match="being walked"):
        backing_up.restore(house, kept)
    house.lives.clear()


def test_a_backup_of_a_day_is_named_by_it() -> None:
    assert backing_up.name_of(NOON + timedelta(0)).startswith("retrowalk-2026-11-2")


def test_a_file_that_is_not_there_is_refused(house, tmp_path) -> None:
    assert "no such file" in refused(house, tmp_path / "none.zip")
