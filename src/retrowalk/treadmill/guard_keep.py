"""The guard's own folder: its socket, and what must outlive it.

guard/  0700       only its user enters
  guard.sock 0600  where it is asked
  guard.lock       held while a guard runs here: there is one
  guard.state      there while a belt may be moving because of us; names the treadmill
"""

import logging
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from retrowalk.errors import Conflict, NotAllowed, NotFound, Unwritable

SOCKET, LOCK, STATE = "guard.sock", "guard.lock", "guard.state"
LONGEST_PATH = 100  # bytes; the narrowest system takes 103
NO_SOCKETS = (
    "The guard needs Unix sockets, which this system does not have: "
    "use the simulated treadmill here, or set the treadmill by hand."
)
logger = logging.getLogger(__name__)


def unix_only(locks: ModuleType | None) -> ModuleType:
    """The module that locks files, where there is one.  NotFound elsewhere."""
    if locks is None:
        raise NotFound(NO_SOCKETS)
    return locks


def unix_locks() -> ModuleType | None:
    """`fcntl`, which every system with Unix sockets has that Python uses."""
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows, where the rest must import
    except ImportError:
        return None
    return fcntl


@dataclass(frozen=True, slots=True)
class Keep:
    """The folder of a guard for `treadmill`."""

    folder: Path
    treadmill: str

    @property
    def socket(self) -> Path:
        return self.folder / SOCKET

    @property
    def _state(self) -> Path:
        return self.folder / STATE

    def claim(self) -> int:
        """Make the folder ours alone; the open lock, to be kept while the guard lives.

        Unwritable, NotAllowed (somebody else's folder, another treadmill left open) or
        Conflict (another guard).
        """
        locks = unix_only(unix_locks())
        _short(self.socket)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _ours(self.folder)
            lock = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as wrong:
            raise _unwritable(self.folder, wrong) from wrong
        try:
            locks.flock(lock, locks.LOCK_EX | locks.LOCK_NB)
            self._same_treadmill()
        except OSError:
            os.close(lock)
            raise Conflict(f"Another guard runs in {self.folder}: use that one, or choose another "
                           "folder with --folder.") from None  # fmt: skip
        except NotAllowed:
            os.close(lock)
            raise
        return lock

    def _same_treadmill(self) -> None:
        left = self.left_open()
        if left and left != self.treadmill:
            raise NotAllowed(
                f"A guard died here while it drove {left}, and {self.treadmill} was given now: see "
                f"that the first one stands still, then remove {self._state} and start again."
            )

    def left_open(self) -> str:
        """The treadmill whose guard died while it may have been moving; "" for none."""
        try:
            return self._state.read_text("utf-8", "replace")[:100].strip() or self.treadmill
        except FileNotFoundError:
            return ""
        except OSError:
            return self.treadmill  # it is there: to stop a standing belt harms nobody

    def mark(self) -> None:
        """From here on the belt may move.  Unwritable where that cannot be kept."""
        written = self._state.with_suffix(".new")
        try:
            with written.open("w", encoding="utf-8") as state:
                state.write(self.treadmill)
                state.flush()
                os.fsync(state.fileno())
            written.replace(self._state)
        except OSError as wrong:
            raise _unwritable(self.folder, wrong) from wrong

    def clear(self) -> None:
        """The belt was seen at rest, and nobody drives it."""
        try:
            self._state.unlink(missing_ok=True)
        except OSError as wrong:
            logger.warning("%s cannot be removed (%s): the next guard will begin with a stop",
                           self._state, wrong.strerror)  # fmt: skip

    def tidy(self) -> None:
        """Take the socket away: nobody listens there any more."""
        with suppress(OSError):
            self.socket.unlink()


def _short(path: Path) -> None:
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise NotAllowed(f"The folder {path.parent} has too long a name for a socket in it: choose "
                         "one nearer to the root with --folder.")  # fmt: skip


def _ours(folder: Path) -> None:
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid():
        raise NotAllowed(f"The folder {folder} belongs to somebody else, or is only a link to one: "
                         "choose another with --folder.")  # fmt: skip
    folder.chmod(0o700)


def _unwritable(folder: Path, wrong: OSError) -> Unwritable:
    why = (wrong.strerror or str(wrong)).lower()
    return Unwritable(f"The guard cannot write to {folder} ({why}), and without that no belt is "
                      "started: free some space or choose another folder.")  # fmt: skip
