"""One import under way in a thread of its own: how far it is, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

from retrowalk.app.house import House
from retrowalk.app.importing import Import, bring_in
from retrowalk.errors import Conflict, RetrowalkError


@dataclass(slots=True)
class UnderWay:
    """What a page shows.  Done when there is a result or a problem."""

    name: str
    read: int = 0
    total: int = 0
    result: Import | None = None
    problem: str = ""

    @property
    def going(self) -> bool:
        return self.result is None and not self.problem

    @property
    def percent(self) -> int:
        return min(99, 100 * self.read // self.total) if self.total else 0


@dataclass(slots=True)
class Importer:
    """At most one at a time; the last one is remembered until the next."""

    last: UnderWay | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self, house: House, name: str, fill: Callable[[Path], None]) -> UnderWay:
        """Take the file by `fill` and import it in a thread.  Conflict while another goes on."""
        with self._lock:
            if self.last is not None and self.last.going:
                raise Conflict("Another file is being imported: wait until it is done.")
            now = self.last = UnderWay(name)
        room = TemporaryDirectory(prefix="retrowalk-")
        file = Path(room.name) / "import"
        try:
            fill(file)
        except BaseException:
            now.problem = "The file could not be taken; please send it again."
            room.cleanup()
            raise
        Thread(target=_run, args=(house, now, file, room), name="import", daemon=True).start()
        return now


def _run(house: House, now: UnderWay, file: Path, room: "TemporaryDirectory[str]") -> None:
    def seen(read: int, total: int) -> None:
        now.read, now.total = read, total

    try:
        now.result = bring_in(house, file, name=now.name, progress=seen)
    except RetrowalkError as wrong:
        now.problem = str(wrong)
    except Exception:
        now.problem = "retrowalk made a mistake of its own over this file; nothing was imported."
        raise
    finally:
        room.cleanup()
