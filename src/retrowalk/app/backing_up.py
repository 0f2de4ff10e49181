"""The whole account as one file, and back; never under a session that is being walked."""

from datetime import datetime
from pathlib import Path

from retrowalk.app.house import House, settle
from retrowalk.errors import Conflict
from retrowalk.store import backup
from retrowalk.store.backup import Manifest, check_backup

__all__ = ["Manifest", "check_backup", "make", "name_of", "restore"]


def name_of(now: datetime) -> str:
    """retrowalk-2026-11-21.zip."""
    return f"retrowalk-{now.astimezone():%Y-%m-%d}.zip"


def make(house: House, out: Path) -> Manifest:
    """Write everything to one file.  Unwritable if it cannot be."""
    return backup.make_backup(house.store, out, now=house.now())


def restore(house: House, path: Path) -> Path:
    """Put a backup in the place of everything; where the safety copy of before lies.

    Conflict while a session runs; BadBackup or MigrationNeeded, and nothing was changed.
    """
    if any(not one.settled.is_set() for one in house.lives.values()):
        raise Conflict("A session is being walked: finish it first, then restore.")
    before = backup.restore_backup(house.store, path, now=house.now())
    house.lives.clear()
    settle(house)
    return before
