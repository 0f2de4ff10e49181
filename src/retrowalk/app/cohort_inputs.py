"""Which recordings a call over many means, and the name each one's tables bear.

NAME-PLACE-STATE
│    │     └ the file as it is (size, time of change), what was told of it, and the engine
│    └ where it lies, so that two files of one name are two recordings
└ for people
"""

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from glob import glob, has_magic
from hashlib import blake2b
from pathlib import Path

import retrowalk
from retrowalk.readers.archives import is_logger_folder
from retrowalk.readers.delivery import Told

# what decides the numbers
MEASURING = ("gait", "readers", "writers", "tables.py", "units.py", "words.py")
NAME_LETTERS = 40  # four bytes each at most: the whole name stays below 255
PLACE_DIGITS, STATE_DIGITS = 12, 8


def expanded(inputs: Sequence[Path], *, leave_out: Path) -> tuple[Path, ...]:
    """The files meant, each once and in order: folders hold theirs, globs what they match.

    Hidden files in folders and the folder `leave_out` (the results) are passed by.  What gives
    no file, an empty folder or a wrong name, stands for itself: measuring it says why.
    """
    found: dict[Path, Path] = {}
    for given in inputs:
        for path in tuple(_meant(given, leave_out)) or (given,):
            found.setdefault(_place(path), path)
    return tuple(found.values())


def stem_of(path: Path, told: Told) -> str:
    """The name of the recording's tables: another file, state, saying or engine, another name."""
    name = re.sub(r"[^\w.-]+", "_", printable(path.stem))[:NAME_LETTERS].strip("._-")
    place = _digest(os.fsencode(_place(path)), digits=PLACE_DIGITS)
    state = repr((_state(path), told, engine())).encode()
    return f"{name or 'recording'}-{place}-{_digest(state, digits=STATE_DIGITS)}"


def place_in(stem: str) -> str:
    """The part of the name that says where the recording lies."""
    return stem.rsplit("-", 2)[1] if stem.count("-") >= 2 else ""


@cache
def engine() -> str:
    """Version and fingerprint of all code that decides a number."""
    root = Path(retrowalk.__file__).parent
    parts = [path for name in MEASURING for path in (root / name, *(root / name).rglob("*.py"))]
    sources = b"".join(path.read_bytes() for path in sorted(parts) if path.is_file())
    return f"{retrowalk.__version__}+{_digest(sources, digits=STATE_DIGITS)}"


def printable(path: Path | str) -> str:
    """A path as text for tables: a byte that is no letter becomes �."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def _meant(given: Path, leave_out: Path) -> Iterator[Path]:
    if _is_folder(given):
        yield from _inside(given, {leave_out.resolve()})
    elif has_magic(str(given)) and not os.path.lexists(given):
        for match in sorted(glob(str(given), recursive=True)):  # noqa: PTH207 -- may be absolute
            yield from _meant(Path(match), leave_out)
    else:
        yield given


def _inside(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Files below the folder by name, links followed, each folder once."""
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        paths = [folder]  # closed to us: measuring it refuses it, so that it is listed
    for path in paths:
        if path != folder and _is_folder(path):
            yield from _inside(path, seen)
        else:
            yield path


def _is_folder(path: Path) -> bool:
    """Whether recordings lie in it: a phone logger's unpacked export is one recording itself."""
    return os.path.isdir(path) and not is_logger_folder(path)  # noqa: PTH112 -- never raises


def _place(path: Path) -> Path:
    """Where the file lies; a linked file is one of its own, a linked folder is not."""
    return path.parent.resolve() / path.name


def _state(path: Path) -> tuple[tuple[int, int], ...]:
    """Size and time of change, of a logger's folder those of its tables."""
    try:
        parts = sorted(path.iterdir()) if is_logger_folder(path) else [path]
        return tuple((part.stat().st_size, part.stat().st_mtime_ns) for part in parts)
    except OSError:
        return ((0, 0),)  # measuring says what is wrong with it


def _digest(content: bytes, *, digits: int) -> str:
    return blake2b(content, digest_size=digits // 2).hexdigest()
