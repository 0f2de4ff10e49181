"""The pages at a session: who reads it, whose finger is on Start, and when nobody is left."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from retrowalk.live.cues import Cue

POLL_S = 3.0  # a page that polls or beats is gone when silent for longer
MOST_PAGES = 100  # more tokens than that are nobody's pages
WATCHER = ""  # a screen nobody has touched: its Stop button may be out of everyone's reach
KEPT_CUES = 20  # a page asleep for long need not hear them all


@dataclass(slots=True, eq=False)
class Reader:
    """One stream of frames; cues wait here until it has read them."""

    page: str
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    cues: list[Cue] = field(default_factory=list)

    def taken(self) -> tuple[Cue, ...]:
        """The cues since the last time, at most the last twenty."""
        taken = tuple(self.cues[-KEPT_CUES:])
        self.cues.clear()
        return taken


class Audience:
    """Who is there, by a clock in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.owner = ""  # the page that holds Start; only one may
        self._clock = clock
        self._readers: set[Reader] = set()
        self._seen_s: dict[str, float] = {}  # pages that poll or beat
        self._there_s = clock()  # when last a page was open, or none was needed

    def join(self, page: str) -> Reader:
        """A stream begins; while it lasts, `page` counts as open (but see `seen`)."""
        reader = Reader(page)
        self._readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        self._readers.discard(reader)

    def tell(self, cues: Sequence[Cue]) -> None:
        """Something has changed: wake every stream."""
        for reader in self._readers:
            reader.cues += cues
            reader.changed.set()

    def seen(self, page: str) -> None:
        """This page was alive just now, and is judged by that from now on."""
        self._seen_s[page] = self._clock()
        if len(self._seen_s) > MOST_PAGES:
            self._seen_s = {page: self._seen_s[page], self.owner: self._seen_s.get(self.owner, 0)}

    def elsewhere(self, page: str) -> bool:
        """Whether another page, still open, holds Start."""
        return bool(self.owner) and self.owner != page and self._open(self.owner)

    def away_s(self, *, needed: bool) -> float:
        """For how long nobody has had a Stop button, though one was needed."""
        if not needed or self._anyone():
            self._there_s = self._clock()
        return self._clock() - self._there_s

    def _anyone(self) -> bool:
        pages = {*self._seen_s, *(reader.page for reader in self._readers)} - {WATCHER}
        return any(self._open(page) for page in pages)

    def _open(self, page: str) -> bool:
        if page in self._seen_s:
            return self._clock() - self._seen_s[page] <= POLL_S
        return any(reader.page == page for reader in self._readers)
