"""The house at run time: one folder, its store, the protocols, and the sessions now live."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrowalk.app.walking import Live


def utc_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class House:
    """What every use case needs.  Made by `open_house`; closed once, at the end."""

    folder: Path
    now: Callable[[], datetime] = utc_clock
    speed_up: float = 1.0
    lives: "dict[str, Live]" = field(default_factory=dict)

    def close(self) -> None:
        """Let go of the folder.  While sessions may be live, await `walking.shut_down` first."""
        raise NotImplementedError


def open_house(
    folder: Path, *, speed_up: float = 1.0, now: Callable[[], datetime] = utc_clock
) -> House:
    """Open (or make) the data folder.

    Sessions found live become interrupted; no belt is ever started here.  Unwritable,
    MigrationNeeded, Conflict (another retrowalk uses the folder) or StoreError, each
    with what to do.
    """
    raise NotImplementedError
