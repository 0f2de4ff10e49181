"""The door every file comes through: looked at before it is read, never read whole unseen."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from retrowalk.errors import BadRecording

T = TypeVar("T")

LARGEST_BYTES = 1 << 30  # 1 GiB: more does not fit a small machine
LARGEST_IN_PIECES = 16 << 30  # a month as text: for memory alone there would be no limit
HEAD_BYTES = 1 << 16  # what detection may look at


def shown(path: Path) -> str:
    """The file's own name, printable, for messages: never the folder it lies in."""
    name = "".join(c if c.isprintable() else "?" for c in path.name) or "?"
    return name if len(name) <= 80 else name[:77] + "…"


def bad(path: Path, found: str, expected: str, then: str) -> BadRecording:
    """The one sentence: which file, what was found, what was expected, what to do."""
    said = f"{shown(path)}: {found}; expected {expected}; {then}."
    return BadRecording("".join(c if c.isprintable() else " " for c in said))


def look(path: Path, *, largest: int = LARGEST_BYTES) -> bytes:
    """The first 64 KiB of a file that is there, is a file, may be read and is not too large."""
    status = _asked(path, path.stat)
    if stat.S_ISDIR(status.st_mode):
        raise bad(path, "this is a folder", "a recording", "name the files inside it")
    if not stat.S_ISREG(status.st_mode):
        raise bad(path, "this is a device or a pipe", "a recording", "save it to a file first")
    if status.st_size > largest:
        raise _too_large(path, status.st_size, largest)
    if status.st_size == 0:
        raise bad(path, "the file is empty", "a recording", "export or copy it again")

    def head() -> bytes:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)

    return _asked(path, head)


def _asked(path: Path, question: Callable[[], T]) -> T:
    """What the system answers, or its refusal as one sentence."""
    try:
        return question()
    except FileNotFoundError:
        raise bad(path, "there is no such file", "a recording", "check the name") from None
    except PermissionError:
        what = "change its permissions or copy it to a folder of yours"
        raise bad(path, "the file may not be read", "one you may read", what) from None
    except (OSError, ValueError) as fault:
        why = os.strerror(fault.errno) if isinstance(fault, OSError) and fault.errno else "bad name"
        raise bad(path, f"cannot be opened ({why})", "a readable file", "copy it again") from None


def text_head(path: Path, head: bytes) -> str:
    """The first lines as text; refuses what is not text."""
    if b"\x00" in head or _control_share(head) > 0.02:
        what = "a text recording (CSV, BVH, ipol) or a .mat file"
        raise bad(path, "this is binary and of no kind known here", what, "export it as CSV")
    return head.decode("utf-8-sig", errors="replace")


def _control_share(head: bytes) -> float:
    odd = sum(1 for byte in head[:4096] if byte < 32 and byte not in (9, 10, 12, 13))
    return odd / max(len(head[:4096]), 1)


def _too_large(path: Path, size: int, largest: int) -> BadRecording:
    found = f"the file is {_size(size)}"
    split = "split it, for example with: split -C 500M --additional-suffix=.csv FILE part-"
    keep = "and put the header line on top of each part"
    return bad(path, found, f"at most {_size(largest)}", f"{split} {keep}")


def _size(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MiB"
