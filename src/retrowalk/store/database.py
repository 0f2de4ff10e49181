"""One SQLite file in one folder: opened, brought up to date, read and written.

Write-ahead log, every commit on the disk before it returns; one program per folder.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session as Rows
from sqlalchemy.pool import ConnectionPoolEntry

from retrowalk.errors import Conflict, StoreError, Unwritable
from retrowalk.store.migrate import upgrade
from retrowalk.store.models import Base

FILE = "retrowalk.sqlite3"
LOCK = "retrowalk.lock"
BUSY_S = 5.0  # longest we wait for another writer; ours hold the lock for milliseconds


class Store:
    """The open database.  `reading` and `writing` give sessions of the rows in `models`."""

    def __init__(self, folder: Path, engine: Engine, lock: sqlite3.Connection) -> None:
        self.folder = folder
        self.engine = engine
        self._lock = lock

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """Rows as they stood at the first question."""
        with in_words(self.folder), Rows(self.engine) as rows:
            yield rows

    @contextmanager
    def writing(self) -> Iterator[Rows]:
        """All of the block is stored when it ends, or nothing.  Unwritable if the disk refuses."""
        with (
            in_words(self.folder),
            self.engine.connect() as connection,
            Rows(connection.execution_options(writes=True), expire_on_commit=False) as rows,
            rows.begin(),
        ):
            yield rows

    def wipe(self) -> None:
        """Delete every row, and what deleted rows leave behind in the files."""
        with self.writing() as rows:
            for table in reversed(Base.metadata.sorted_tables):
                rows.execute(table.delete())
        with in_words(self.folder):
            raw = self.engine.raw_connection()
            try:
                for order in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    raw.cursor().execute(order).close()  # secure_delete overwrote the rows
            finally:
                raw.close()

    def close(self) -> None:
        self.engine.dispose()
        self._lock.close()


def open_store(folder: Path) -> Store:
    """Open (or make) the folder's database and bring it up to date.

    Unwritable: no permission, full disk.  Conflict: another retrowalk has it open.
    MigrationNeeded: written by a newer retrowalk.  StoreError: damaged, or not ours.
    """
    with in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(folder)
        engine = _engine(folder / FILE)
        try:
            with engine.connect() as connection:
                _upgrade(connection.execution_options(writes=True))
        except BaseException:
            engine.dispose()
            lock.close()
            raise
    return Store(folder, engine, lock)


def _upgrade(connection: Connection) -> None:
    with connection.begin():
        upgrade(connection)


def _locked(folder: Path) -> sqlite3.Connection:
    """Held while open, by the system, so that it ends with the program however that dies."""
    lock = sqlite3.connect(folder / LOCK, timeout=0.2, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE").close()
    except sqlite3.Error as wrong:
        lock.close()
        if "locked" not in str(wrong):
            raise
        raise Conflict(
            f"Another retrowalk is using the folder {folder}: go on in that one, "
            "or close it and start again."
        ) from wrong
    return lock


def _engine(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": BUSY_S, "isolation_level": None},  # we say BEGIN ourselves
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A reader that turns writer may find it is too late; writers say so at once.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn what the disk says into one sentence of ours."""
    try:
        yield
    except DBAPIError as wrong:
        raise sentence(folder, wrong.orig or wrong) from wrong
    except (sqlite3.Error, OSError) as wrong:
        raise sentence(folder, wrong) from wrong


def sentence(folder: Path, wrong: BaseException) -> StoreError:
    """What went wrong with the disk, and what to do."""
    said = str(wrong).lower()
    if "full" in said or "no space" in said:
        return Unwritable(
            f"The disk that holds {folder} is full: free some space and try again; "
            "what was saved before is safe."
        )
    if "locked" in said or "busy" in said:
        return StoreError(f"Another program keeps {folder / FILE} locked: close it and try again.")
    if "malformed" in said or "not a database" in said:
        return StoreError(
            f"{folder / FILE} is damaged or is not a retrowalk database: move it to another "
            "place and start again; nothing in it was changed."
        )
    return Unwritable(
        f"retrowalk cannot write in {folder} ({wrong}): give yourself permission there, "
        "or choose another data folder."
    )
