"""The folder opens, is brought up to date, and refuses in one sentence when the world does."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from retrowalk.errors import Conflict, MigrationNeeded, StoreError, Unwritable
from retrowalk.store import migrate
from retrowalk.store.codec import decode
from retrowalk.store.database import FILE, Store, open_store
from retrowalk.store.models import Base, WalkerRow
from retrowalk.words import SessionPlan

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def execute(file: Path, *orders: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        return [row for order in orders for row in connection.execute(order).fetchall()]
    finally:
        connection.close()


def test_what_is_written_is_there_after_opening_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.writing() as rows:
        rows.add(WalkerRow(at=NOON.astimezone(timezone(timedelta(hours=5)))))
    store.close()
    store = open_store(tmp_path)
    with store.reading() as rows:
        assert rows.scalars(select(WalkerRow.at)).all() == [NOON]
    store.close()


def test_a_block_that_fails_writes_nothing(store: Store) -> None:
    def half() -> None:
        with store.writing() as rows:
            rows.add(WalkerRow(at=NOON))
            rows.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with store.reading() as rows:
        assert rows.scalars(select(WalkerRow)).all() == []


def test_commits_are_on_the_disk_before_they_return(store: Store) -> None:
    with store.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_the_steps_lead_to_the_tables_of_the_models(store: Store) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_the_head_is_the_newest_step() -> None:
    assert ScriptDirectory(str(migrate.STEPS)).get_current_head() == migrate.HEAD


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    execute(tmp_path / FILE, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(MigrationNeeded, match="newer retrowalk"):
        open_store(tmp_path)


def test_a_second_program_is_told_to_use_the_first(store: Store) -> None:
    with pytest.raises(Conflict, match="Another retrowalk"):
        open_store(store.folder)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(Unwritable, match="choose another data folder"):
        open_store(tmp_path / "taken")


def test_garbage_in_the_files_place_is_refused_and_kept(tmp_path: Path) -> None:
    garbage = b"not sqlite at all " * 100
    (tmp_path / FILE).write_bytes(garbage)
    with pytest.raises(StoreError, match="damaged"):
        open_store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == garbage


def test_a_strangers_database_is_refused(tmp_path: Path) -> None:
    execute(tmp_path / FILE, "CREATE TABLE recipes (id)")
    with pytest.raises(StoreError, match="recipes"):
        open_store(tmp_path)


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.close()
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(StoreError, match="damaged"):
        open_store(tmp_path)


def test_a_full_disk_is_said_and_what_was_there_stays(store: Store) -> None:
    with store.writing() as rows:
        rows.add(WalkerRow(at=NOON))
    with store.engine.connect() as connection:  # the pool hands this connection out again
        connection.execute(text("PRAGMA max_page_count = 1"))

    def fill() -> None:
        with store.writing() as rows:
            rows.add_all(WalkerRow(at=NOON) for _ in range(10_000))

    with pytest.raises(Unwritable, match="full"):
        fill()
    with store.reading() as rows:
        assert len(rows.scalars(select(WalkerRow)).all()) == 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 256 kB."""
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("no mount here")
    place = tmp_path / "disk"
    place.mkdir()
    tried = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=256k", "none", str(place)],
        check=False,
        capture_output=True,
    )
    if tried.returncode:
        pytest.skip("may not mount a small file system here (needs root)")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_really_full_disk_is_said_when_opening(small_disk: Path) -> None:
    with suppress(OSError), (small_disk / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 4096)
    with pytest.raises(Unwritable):
        open_store(small_disk)
    (small_disk / "ballast").unlink()
    open_store(small_disk).close()


def test_a_disk_that_fills_while_open_loses_nothing_saved(small_disk: Path) -> None:
    store = open_store(small_disk)
    saved = 0

    def fill() -> None:
        nonlocal saved
        while True:
            with store.writing() as rows:
                rows.add_all(WalkerRow(at=NOON) for _ in range(100))
            saved += 100

    with pytest.raises(Unwritable, match="full"):
        fill()
    with store.reading() as rows:
        assert len(rows.scalars(select(WalkerRow)).all()) == saved
    store.close()


def test_a_read_only_disk_is_said(small_disk: Path) -> None:
    open_store(small_disk).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(Unwritable, match="give yourself permission"):
        open_store(small_disk)


def test_wiping_leaves_no_trace_in_any_file(tmp_path: Path) -> None:
    from retrowalk.store.models import MeasurementRow  # noqa: PLC0415

    store = open_store(tmp_path)
    with store.writing() as rows:
        rows.add(WalkerRow(id=1, at=NOON))
        rows.flush()
        rows.add(MeasurementRow(walker_id=1, at=NOON, source="SECRET" * 400, rule="", body=""))
    assert any(b"SECRET" in file.read_bytes() for file in tmp_path.iterdir())
    store.wipe()
    assert not any(b"SECRET" in file.read_bytes() for file in tmp_path.iterdir())
    store.close()


def test_a_database_another_program_keeps_locked_is_said(
    store: Store,
) -> None:
    with store.engine.connect() as connection:  # the pool hands this connection out again
        connection.execute(text("PRAGMA busy_timeout = 50"))
    stranger = sqlite3.connect(store.folder / FILE, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE").close()

    def write() -> None:
        with store.writing() as rows:
            rows.add(WalkerRow(at=NOON))

    with pytest.raises(StoreError, match="locked"):
        write()
    stranger.close()
    write()


def test_a_row_that_is_no_such_value_is_said() -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        decode('{"plan": 3}', SessionPlan)
