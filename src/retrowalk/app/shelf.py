"""Measured recordings kept while somebody may look closer: in memory, a few, never on disk."""

from collections import OrderedDict
from secrets import token_urlsafe

from retrowalk.app.measuring import Measured
from retrowalk.errors import Missing

MOST_KEPT = 4  # uploads
MOST_SAMPLES = 20_000_000  # of all sensors together: a gigabyte


class Shelf:
    """Uploads by a name nobody can guess; the oldest makes room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Measured, ...]] = OrderedDict()

    def put(self, measured: tuple[Measured, ...]) -> str:
        """Its name, with which it can be taken for a while."""
        name = token_urlsafe(12)
        self._kept[name] = measured
        while len(self._kept) > 1 and (
            len(self._kept) > MOST_KEPT or sum(map(_samples, self._kept.values())) > MOST_SAMPLES
        ):
            self._kept.popitem(last=False)
        return name

    def take(self, name: str, number: int) -> Measured:
        """One recording of an upload.  Raises Missing when it is no longer kept."""
        measured = self._kept.get(name, ())
        if not 0 <= number < len(measured):
            raise Missing("This recording is no longer kept here, as only the last few are; "
                          "measure the file again.")  # fmt: skip
        self._kept.move_to_end(name)
        return measured[number]


def _samples(measured: tuple[Measured, ...]) -> int:
    return sum(len(sensor) for one in measured for sensor in one.recording.sensors)
