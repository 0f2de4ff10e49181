"""Formats that a foreign compiled library reads: run in a box, and some of them as extras.

The box is a process of its own with a bound on memory and time: such libraries may crash on a
damaged file or cover the terminal with their panic; that must cost one file and no more.
"""

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from retrowalk.readers import boxed_reading
from retrowalk.readers.opening import bad, look

EXTRAS = {"c3d": "ezc3d", "actigraphy": "actfast"}  # the extra of ours → the library it brings
NOTHING = subprocess.DEVNULL
LONGEST_S = 300.0
LARGEST_BYTES = 512 << 20  # a week of an AX6 at 100 a second


def boxed(path: Path, kind: str, what: str, *columns: int) -> dict[str, Any]:
    """What `boxed_reading` found in the file, as arrays; one sentence where it found nothing."""
    look(path, largest=LARGEST_BYTES)
    if kind in EXTRAS and find_spec(EXTRAS[kind]) is None:
        raise bad(path, f"this is {what}", f"{EXTRAS[kind]} to be installed, which reads it",
                  f"reading it needs pip install 'retrowalk[{kind}]'")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="retrowalk-") as folder:
        out = Path(folder) / "found.npz"
        ended = _run([kind, str(path.absolute()), str(out), *map(str, columns)])
        if ended == boxed_reading.TOO_MUCH:
            raise bad(path, f"{what} needs more memory than there is", "a shorter recording",
                      "split it and measure the parts")  # fmt: skip
        if ended != 0 or not out.is_file():
            found = f"this looks like {what} but is damaged"
            raise bad(path, found, "a whole file", "copy or export it again")
        with np.load(out, allow_pickle=False) as found_arrays:
            return dict(found_arrays)


def _run(told: list[str]) -> int:
    words = [sys.executable, "-P", boxed_reading.__file__, *told]
    try:
        ended = subprocess.run(words, timeout=LONGEST_S, check=False, stdin=NOTHING,
                               stdout=NOTHING, stderr=NOTHING)  # fmt: skip
    except subprocess.TimeoutExpired:
        return boxed_reading.UNREADABLE
    return ended.returncode
