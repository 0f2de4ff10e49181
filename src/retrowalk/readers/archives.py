"""A phone logger's export: a ZIP of small tables, or the folder it was unpacked to.

Nothing is unpacked unseen: the list of entries is measured before it is read, the entries are
counted and their sizes added up and held against the archive's own, only tables are taken, each
into a file of our own naming, and no more of it than it announced.
"""

import shutil
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from retrowalk.errors import BadRecording
from retrowalk.readers.opening import LARGEST_BYTES, bad

MOST_ENTRIES = 2000
MOST_TABLES = 60
DENSEST = 50  # bytes a byte of archive may unpack to; readings of a real sensor stay below 15
FREE_BYTES = 32 << 20  # which are never worth refusing
LONGEST_LIST = 4 << 20  # bytes of the list of entries, 2000 of them with long names
END, END_64, END_SIZES = b"PK\x05\x06", b"PK\x06\x06", 1 << 16
ENDINGS = (".csv", ".txt")
NAMES = ("accelerometer.csv", "totalacceleration.csv", "gyroscope.csv", "raw data.csv")


def is_logger_folder(path: Path) -> bool:
    """Whether a folder holds a logger's tables side by side."""
    try:
        return path.is_dir() and len({p.name.lower() for p in path.iterdir()} & {*NAMES}) > 1
    except (OSError, ValueError):
        return False


def names_in(path: Path) -> set[str]:
    """The entries of a ZIP, or none where it is no whole ZIP; refuses one of too many."""
    _refuse_endless(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return {*archive.namelist()[:MOST_ENTRIES]}
    except Exception:  # whatever zipfile meets in a damaged file, there are no names in it
        return set()


def refuse_bomb(path: Path) -> None:
    """Refuse an archive that would unpack to far more than any recording does."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except Exception:  # whoever reads it says what is wrong with it
        return
    _refuse_dense(path, size)


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
    size = sum(e.file_size for e in wanted)
    _refuse_many(path, len(wanted), size, entries=len(entries))
    _refuse_dense(path, size)
    _refuse_climbers(path, [e.filename for e in entries])
    found: dict[str, Path] = {}
    for i, entry in enumerate(wanted):
        name = PurePosixPath(entry.filename.replace("\\", "/")).name
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


def _refuse_dense(path: Path, size: int) -> None:
    held = path.stat().st_size
    if size > max(FREE_BYTES, DENSEST * held):
        found = f"{held >> 10} KiB would unpack to {size >> 20} MiB"
        raise bad(path, found, "a recording, which does not pack so small", "export it again")


def _refuse_climbers(path: Path, names: list[str]) -> None:
    """A logger names its tables plainly; a way out of the folder is somebody else's idea."""
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
            raise bad(path, f"an entry would leave its folder ({name[:40]})",
                      "tables named plainly", "export it again")  # fmt: skip


def _refuse_endless(path: Path) -> None:
    """Refuse a list of entries too long to be read at all: zipfile would hold it in memory."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - END_SIZES - 200))
        tail = file.read()
    at, at_64 = tail.rfind(END), tail.rfind(END_64)
    size = struct.unpack_from("<I", tail, at + 12)[0] if 0 <= at <= len(tail) - 22 else 0
    if 0 <= at_64 <= len(tail) - 56:
        size = max(size, struct.unpack_from("<Q", tail, at_64 + 40)[0])
    if LONGEST_LIST < size <= path.stat().st_size:
        found = f"its list of entries alone takes {size >> 20} MiB"
        raise bad(path, found, f"at most {MOST_ENTRIES} entries", "export the recording again")
