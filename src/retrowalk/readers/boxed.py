"""Formats that a foreign compiled library reads: run in a box, and some of them as extras.

The box is a process of its own with a bound on memory and time: such libraries may crash on a
damaged file or cover the terminal with their panic; that must cost one file and no more.
"""

import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from retrowalk.errors import BadRecording
from retrowalk.readers import boxed_reading
from retrowalk.readers.opening import LARGEST_IN_PIECES, bad, look
from retrowalk.tables import Floats

EXTRAS = {"c3d": "ezc3d", "actigraphy": "actfast"}  # the extra of ours → the library it brings
NOTHING = subprocess.DEVNULL
LONGEST_S = 300.0
SOON_S, EACH_MIB_S = 8.0, 2.0
LARGEST_BYTES = 512 << 20  # more is read in pieces
MOST_COLUMNS = 40  # of a block


def boxed(path: Path, kind: str, what: str, *columns: int,
          largest: int = LARGEST_BYTES) -> dict[str, Any]:  # fmt: skip
    """What `boxed_reading` found in the file, as arrays; one sentence where it found nothing."""
    look(path, largest=largest)
    _ask_for(path, EXTRAS.get(kind), what)
    with tempfile.TemporaryDirectory(prefix="retrowalk-") as folder:
        out = Path(folder) / "found.npz"
        ended = _run([kind, str(path.absolute()), str(out), *map(str, columns)])
        if ended != 0 or not out.is_file():
            raise _failed(path, ended, what)
        with np.load(out, allow_pickle=False) as found_arrays:
            return dict(found_arrays)


def streamed(path: Path, kind: str, what: str, *columns: int) -> Iterator[tuple[Floats, int]]:
    """Blocks (n, k) as `boxed_reading` finds them, each with how much in it was damaged.

    What was given before a sentence is raised is as the file has it.
    """
    look(path, largest=LARGEST_IN_PIECES)
    _ask_for(path, "actfast" if kind.startswith("cwa") else None, what)
    with tempfile.TemporaryDirectory(prefix="retrowalk-") as folder:
        words = [*_words(), kind, str(path.absolute()), folder, *map(str, columns)]
        with subprocess.Popen(words, stdin=NOTHING, stdout=subprocess.PIPE, stderr=NOTHING) as box:
            try:
                while (block := _block(path, box, what)) is not None:
                    yield block
            finally:
                box.kill()


def _block(path: Path, box: subprocess.Popen[bytes], what: str) -> tuple[Floats, int] | None:
    assert box.stdout is not None
    late = threading.Timer(LONGEST_S, box.kill)
    late.start()
    try:
        head = box.stdout.read(24)
        rows, columns, complaints = struct.unpack("<3q", head) if len(head) == 24 else (-1, 0, 0)
        if rows == 0:
            return None
        size = rows * columns * 8
        fits = 0 < rows <= boxed_reading.AT_ONCE and 0 < columns <= MOST_COLUMNS
        content = box.stdout.read(size) if fits else b""
        if not fits or len(content) < size:
            box.kill() if len(head) == 24 else None
            raise _failed(path, box.wait(), what)
    finally:
        late.cancel()
    return np.frombuffer(content, dtype="<f8").reshape(rows, columns), complaints


def _ask_for(path: Path, library: str | None, what: str) -> None:
    if library is not None and find_spec(library) is None:
        extra = next(extra for extra, brought in EXTRAS.items() if brought == library)
        raise bad(path, f"this is {what}", f"{library} to be installed, which reads it",
                  f"reading it needs pip install 'retrowalk[{extra}]'")  # fmt: skip


def _failed(path: Path, ended: int, what: str) -> BadRecording:
    if ended == boxed_reading.TOO_MUCH:
        return bad(path, f"{what} needs more memory than there is", "a shorter recording",
                   "split it and measure the parts")  # fmt: skip
    found = f"this looks like {what} but is damaged"
    return bad(path, found, "a whole file", "copy or export it again")


def _run(told: list[str]) -> int:
    try:
        ended = subprocess.run([*_words(), *told], timeout=longest_s(Path(told[1])), check=False,
                               stdin=NOTHING, stdout=NOTHING, stderr=NOTHING)  # fmt: skip
    except subprocess.TimeoutExpired:
        return boxed_reading.UNREADABLE
    return ended.returncode


def longest_s(path: Path) -> float:
    """How long a library may read it: a whole file takes some 0.1 s a MiB, a lying one for ever."""
    return min(LONGEST_S, SOON_S + EACH_MIB_S * path.stat().st_size / (1 << 20))


def _words() -> list[str]:
    return [sys.executable, "-P", boxed_reading.__file__]
