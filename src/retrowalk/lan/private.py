"""Small files nobody else may read: written whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from retrowalk.errors import Unwritable


def write_private(file: Path, content: bytes) -> None:
    """Under another name first (0600), on the disk, then renamed.  Unwritable if it cannot be."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, name = mkstemp(dir=file.parent, prefix=".new-")
    except OSError as wrong:
        raise unwritable(file, wrong) from wrong
    try:
        with os.fdopen(number, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(file)
    except OSError as wrong:
        raise unwritable(file, wrong) from wrong
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def unwritable(file: Path, wrong: OSError) -> Unwritable:
    why = (wrong.strerror or str(wrong)).lower()
    return Unwritable(
        f"retrowalk cannot keep {file.name} in {file.parent} ({why}): free some space or give "
        "yourself permission there, or choose another data folder."
    )
