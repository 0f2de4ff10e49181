"""Everything that is kept, as one file, and back again.

A backup is a ZIP of two entries: `manifest.json` (what it is, how large, which checksum) and the
database itself, copied while it is open; recordings are rows of it.  Coming back, nothing is
believed: names, sizes, checksum, SQLite's own check, the step, the tables, what stands in them.
Only then are the pages of the open database replaced, in one transaction, after a backup of what
was there.
"""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from retrowalk.errors import BadBackup, MigrationNeeded, StoreError, Unwritable
from retrowalk.store.believing import check_database, check_tables, check_values
from retrowalk.store.database import FILE, Store, in_words, open_store
from retrowalk.store.migrate import HEAD

KIND, FORMAT = "retrowalk backup", 1
MANIFEST = "manifest.json"
MANIFEST_BYTES = 65_536
LARGEST_BYTES = 8 << 30  # years of a phone's recordings are below 2 GiB
DENSEST = 200  # bytes a byte of archive may unpack to; answers and events stay below 30
FREE_BYTES = 64 << 20  # which are never worth refusing
PIECE = 1 << 20
Reads = Callable[[Path], None]
AGAIN = "take the backup again, or choose another one"


def _nobody(_folder: Path) -> None:
    """Nobody reads it through: its tables and values are checked all the same."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself, believed only after it was checked."""

    made_at: datetime
    step: str
    bytes: int
    sha256: str


def make_backup(store: Store, out: Path, *, now: datetime) -> Manifest:
    """Write everything to `out`, whole or not at all.  Unwritable if it cannot be."""
    part = out.with_name(out.name + ".part")
    with _in_place(out), TemporaryDirectory(prefix=".backup-", dir=store.folder) as room:
        copy = Path(room) / FILE
        with in_words(store.folder):
            _copied(store, copy)
        told = Manifest(now, HEAD, copy.stat().st_size, _checksum(copy))
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.writestr(MANIFEST, _said(told))
                archive.write(copy, FILE)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    return told


def check_backup(path: Path, *, reads: Reads = _nobody) -> Manifest:
    """What is in a backup that could be restored.  BadBackup or MigrationNeeded if it could not."""
    with _opened(path, reads) as (_, told):
        return told


def restore_backup(store: Store, path: Path, *, now: datetime, reads: Reads = _nobody) -> Path:
    """Put a backup in the place of everything; where the safety copy of before lies.

    `reads` is given the folder of the unpacked copy and raises if it cannot make sense of it.
    BadBackup or MigrationNeeded, and nothing was changed; StoreError if the disk refuses.
    """
    with _opened(path, reads) as (ready, _):
        before = store.folder / f"before-restore-{now:%Y%m%d-%H%M%S}.zip"
        make_backup(store, before, now=now)
        with in_words(store.folder), closing(sqlite3.connect(ready)) as source:
            held = store.engine.raw_connection()
            try:
                target = held.driver_connection
                assert isinstance(target, sqlite3.Connection)
                source.backup(target)  # one transaction: a crash leaves what was there
                target.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                held.close()
            store.engine.dispose()
        return before


@contextmanager
def _in_place(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        raise Unwritable(f"{out.name} cannot be written ({wrong.strerror or wrong}): choose "
                         "another place with room for it.") from wrong  # fmt: skip


def _copied(store: Store, copy: Path) -> None:
    held = store.engine.raw_connection()
    try:
        source = held.driver_connection
        assert isinstance(source, sqlite3.Connection)
        with closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE").close()  # one file, nothing beside it
    finally:
        held.close()


def _said(told: Manifest) -> str:
    return json.dumps({
        "kind": KIND, "format": FORMAT, "made_at": told.made_at.isoformat(), "step": told.step,
        "files": {FILE: {"bytes": told.bytes, "sha256": told.sha256}},
    }, indent=1)  # fmt: skip


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(path: Path, reads: Reads) -> Iterator[tuple[Path, Manifest]]:
    """The database inside, unpacked, checked and brought up to date, in a folder that goes."""
    with TemporaryDirectory(prefix="retrowalk-") as room:
        copy = Path(room) / FILE
        told = _unpacked(path, copy)
        _believe(path, check_database, copy)
        try:
            open_store(Path(room)).close()  # knows the step, or says that it is newer
        except MigrationNeeded:
            raise
        except StoreError as wrong:
            raise _bad(path, f"its database cannot be opened ({wrong})") from None
        _believe(path, check_tables, copy)
        _believe(path, check_values, copy)
        _read_through(path, Path(room), reads)
        yield copy, told


def _believe(path: Path, check: Callable[[Path], str], copy: Path) -> None:
    if found := check(copy):
        raise _bad(path, found)


def _read_through(path: Path, room: Path, reads: Reads) -> None:
    try:
        reads(room)
    except (MemoryError, Unwritable):
        raise
    except Exception as fault:  # whatever stumbles over what somebody wrote into the rows
        what = type(fault).__name__
        raise _bad(path, f"what it holds cannot be read ({what})") from None


def _unpacked(path: Path, copy: Path) -> Manifest:
    try:
        with zipfile.ZipFile(path) as archive:
            told = _manifest(path, archive)
            _check_sizes(path, archive.getinfo(FILE), told)
            with archive.open(FILE) as packed, copy.open("wb") as out:
                _copy(path, packed, out, told)
    except (BadBackup, MigrationNeeded, MemoryError):
        raise
    except FileNotFoundError:
        raise _bad(path, "there is no such file") from None
    except OSError as wrong:
        raise _bad(path, f"it cannot be read ({wrong.strerror or 'damaged'})") from None
    except Exception as fault:  # zipfile and zlib each have their own
        raise _bad(path, f"it is no whole ZIP archive ({type(fault).__name__})") from None
    return told


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    names = sorted(entry.filename for entry in archive.infolist())
    if names != sorted((MANIFEST, FILE)):
        raise _bad(path, f"it holds {len(names)} entries that are not those of a backup")
    if archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES:
        raise _bad(path, "its manifest is too long")
    try:
        said = json.loads(archive.read(MANIFEST))
        if said["kind"] != KIND:
            raise _bad(path, "its manifest is of another program")
        if int(said["format"]) > FORMAT:
            raise _newer(path)
        file = said["files"][FILE]
        made_at = datetime.fromisoformat(said["made_at"])
        return Manifest(made_at, str(said["step"]), int(file["bytes"]), str(file["sha256"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _bad(path, "its manifest cannot be read") from None


def _check_sizes(path: Path, entry: zipfile.ZipInfo, told: Manifest) -> None:
    if entry.file_size != told.bytes:
        raise _bad(path, "its database is not as large as the manifest says")
    dense = max(FREE_BYTES, DENSEST * path.stat().st_size)
    if told.bytes > min(LARGEST_BYTES, dense):
        raise _bad(path, f"it would unpack to {told.bytes >> 20} MiB, which no backup of ours does")


def _copy(path: Path, packed: IO[bytes], out: IO[bytes], told: Manifest) -> None:
    """As many bytes as announced and not one more, with the checksum that was written down."""
    seen, digest = 0, hashlib.sha256()
    while piece := packed.read(PIECE):
        seen += len(piece)
        if seen > told.bytes:
            raise _bad(path, "it unpacks to more than it announced")
        digest.update(piece)
        out.write(piece)
    if digest.hexdigest() != told.sha256:
        raise _bad(path, "its checksum does not fit: it was changed or damaged on the way")


def _bad(path: Path, found: str) -> BadBackup:
    name = "".join(c if c.isprintable() else "?" for c in path.name)[:80]
    return BadBackup(f"{name} cannot be restored: {found}; nothing was changed; {AGAIN}.")


def _newer(path: Path) -> MigrationNeeded:
    return MigrationNeeded(
        f"{path.name[:80]} was made by a newer retrowalk: install that one, then restore it; "
        "nothing was changed."
    )
