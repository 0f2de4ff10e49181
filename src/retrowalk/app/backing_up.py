"""The whole account as one file, and back; never under a session that is being walked."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from retrowalk.app import history, importing, outcomes, profile, reviewing
from retrowalk.app.house import House, open_house, settle
from retrowalk.errors import Conflict
from retrowalk.store import backup
from retrowalk.store.backup import Manifest

__all__ = ["Manifest", "check_backup", "make", "name_of", "restore"]


NEWEST = 60  # sessions and walks that are read to their last event


def name_of(now: datetime) -> str:
    """retrowalk-2026-11-21.zip."""
    return f"retrowalk-{now.astimezone():%Y-%m-%d}.zip"


def make(house: House, out: Path) -> Manifest:
    """Write everything to one file.  Unwritable if it cannot be."""
    return backup.make_backup(house.store, out, now=house.now())


def check_backup(path: Path) -> Manifest:
    """What is in a backup that could be restored.  BadBackup or MigrationNeeded if it could not."""
    return backup.check_backup(path, reads=_read_through)


def restore(house: House, path: Path) -> Path:
    """Put a backup in the place of everything; where the safety copy of before lies.

    Conflict while a session runs; BadBackup or MigrationNeeded, and nothing was changed.
    """
    if any(not one.settled.is_set() for one in house.lives.values()):
        raise Conflict("A session is being walked: finish it first, then restore.")
    before = backup.restore_backup(house.store, path, now=house.now(), reads=_read_through)
    house.lives.clear()
    settle(house)
    return before


def _read_through(folder: Path) -> None:
    """As the pages will read it: whoever wrote it, a restore must not close them."""
    with closing(open_house(folder)) as copy:
        profile.current_walker(copy)
        begun = history.sessions(copy)
        history.weekly_minutes(copy)
        for one in begun[:NEWEST]:
            reviewing.summary(copy, one.session_id)
        outcomes.overview(copy)
        importing.imports(copy)
        importing.activities(copy, most=NEWEST)
