"""A phone logger's export: a ZIP of small tables, or the folder it was unpacked to.

Nothing is unpacked unseen: the entries are counted and their sizes added up first, only tables
are taken, each into a file of our own naming, and no more of it than it announced.
"""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from retrowalk.errors import BadRecording
from retrowalk.readers.opening import LARGEST_BYTES, bad

MOST_ENTRIES = 2000
MOST_TABLES = 60
ENDINGS = (".csv", ".txt")
NAMES = ("accelerometer.csv", "totalacceleration.csv", "gyroscope.csv", "raw data.csv")


def is_logger_folder(path: Path) -> bool:
    """Whether a folder holds a logger's tables side by side."""
    try:
        return path.is_dir() and len({p.name.lower() for p in path.iterdir()} & {*NAMES}) > 1
    except (OSError, ValueError):
        return False


def names_in(path: Path) -> set[str]:
    """The entries of a ZIP, or none where it is no whole ZIP."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {*archive.namelist()[:MOST_ENTRIES]}
    except Exception:  # whatever zipfile meets in a damaged file, there are no names in it
        return set()


@contextmanager
def tables_of(path: Path) -> Iterator[dict[str, Path]]:
    """The tables inside, by their own name in lower case, as files to be read."""
    if path.is_dir():
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS and p.is_file())
        _refuse_many(path, len(inside), sum(p.stat().st_size for p in inside))
        yield {p.name.lower(): p for p in inside}
        return
    with TemporaryDirectory(prefix="retrowalk-") as folder:
        yield _unpacked(path, Path(folder))


def _unpacked(path: Path, folder: Path) -> dict[str, Path]:
    try:
        with zipfile.ZipFile(path) as archive:
            return _tables(path, archive, folder)
    except (BadRecording, MemoryError, OSError):
        raise
    except Exception as fault:  # zipfile, zlib, bz2 and lzma each have their own
        raise bad(path, f"the ZIP archive cannot be unpacked ({type(fault).__name__})",
                  "a whole archive without a password", "export it again") from None  # fmt: skip


def _tables(path: Path, archive: zipfile.ZipFile, folder: Path) -> dict[str, Path]:
    entries = archive.infolist()
    wanted = [e for e in entries if PurePosixPath(e.filename).suffix.lower() in ENDINGS
              and not e.filename.startswith("__MACOSX")]  # fmt: skip
    _refuse_many(path, len(wanted), sum(e.file_size for e in wanted), entries=len(entries))
    found: dict[str, Path] = {}
    for i, entry in enumerate(wanted):
        name = PurePosixPath(entry.filename).name
        place = folder / str(i)
        place.mkdir()
        kept = place / f"{_tame(path.name)[:30]} · {_tame(name)[:30]}"
        with archive.open(entry) as packed, kept.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
        found.setdefault(name.lower(), kept)
    return found


def _tame(name: str) -> str:
    """A name no file system and no terminal dislikes."""
    return "".join(c if c.isalnum() or c in " .-_" else "_" for c in name)


def _refuse_many(path: Path, tables: int, size: int, *, entries: int = 0) -> None:
    if entries > MOST_ENTRIES or tables > MOST_TABLES or size > LARGEST_BYTES:
        found = f"it holds {tables} tables of {size >> 20} MiB among {entries} entries"
        most = f"at most {MOST_TABLES} tables of {LARGEST_BYTES >> 20} MiB together"
        raise bad(path, found, most, "take out the recording's tables and measure them alone")
    if tables == 0:
        raise bad(path, "no table is inside", "a logger's CSV tables", "unpack it and look inside")
