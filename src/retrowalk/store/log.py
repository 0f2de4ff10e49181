"""The event log of one session: added to without waiting, on disk within a second.

A thread of its own writes what has gathered four times a second.  When the disk refuses,
events stay in memory, `trouble` says so in one sentence, and writing is tried again.
"""

from threading import Condition, Thread
from time import monotonic
from typing import get_args

from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Rows

from retrowalk.errors import StoreError
from retrowalk.live.events import Event, Request
from retrowalk.store.codec import decode, encode
from retrowalk.store.database import Store
from retrowalk.store.models import EventRow

GATHER_S = 0.25  # with a slow commit of half a second still under the promised second
RETRY_S = 0.5

Entry = Event | Request


class EventLog:
    """Appends to one session.  `add` may be called from one thread; `close` ends the writer."""

    def __init__(self, store: Store, session_id: str) -> None:
        self._store = store
        self._session_id = session_id
        self._waiting: list[tuple[int, float, float, Entry]] = []  # seq, added, at_s, entry
        self._changed = Condition()
        self._hurry = False
        self._closing = False
        self._failures = 0
        self._seq = 0
        self._saved = 0
        self._trouble = ""
        self._writer = Thread(target=self._write_on, name=f"log {session_id}", daemon=True)
        self._writer.start()

    def add(self, at_s: float, entry: Entry) -> None:
        """Keep this; never waits for the disk."""
        with self._changed:
            self._waiting.append((self._seq, monotonic(), at_s, entry))
            self._seq += 1
            self._changed.notify()

    @property
    def trouble(self) -> str:
        """Why the last writing failed, or empty."""
        return self._trouble

    @property
    def saved(self) -> int:
        """How many events are on the disk."""
        return self._saved

    @property
    def behind_s(self) -> float:
        """How long the oldest unsaved event has waited."""
        with self._changed:
            return monotonic() - self._waiting[0][1] if self._waiting else 0.0

    def flush(self, *, within_s: float = 5.0) -> bool:
        """Write what is left now; False if it could not be saved (it will be tried again)."""
        with self._changed:
            failures = self._failures
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._all_saved or self._failures > failures, within_s)
            self._hurry = False
            return self._all_saved

    def close(self, *, within_s: float = 5.0) -> bool:
        """Write what is left and stop writing; False if something could not be saved."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._writer.join(within_s)
        return self._all_saved

    @property
    def _all_saved(self) -> bool:
        return self._saved == self._seq

    def _write_on(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._closing)
                if not self._waiting:
                    return
                gather_s = RETRY_S if self._trouble else GATHER_S
                self._changed.wait_for(lambda: self._closing or self._hurry, gather_s)
                last_try = self._closing
                batch = list(self._waiting)
            self._write(batch)
            if last_try and self._trouble:
                return

    def _write(self, batch: list[tuple[int, float, float, Entry]]) -> None:
        rows = [
            {
                "session_id": self._session_id,
                "seq": seq,
                "at_s": at_s,
                "kind": type(entry).__name__,
                "body": encode(entry),
            }
            for seq, _, at_s, entry in batch
        ]
        try:
            with self._store.writing() as store:
                store.execute(insert(EventRow), rows)
        except StoreError as wrong:
            with self._changed:
                self._trouble = str(wrong)
                self._failures += 1
                self._changed.notify_all()
            return
        with self._changed:
            del self._waiting[: len(batch)]
            self._saved += len(batch)
            self._trouble = ""
            self._changed.notify_all()


KINDS = {kind.__name__: kind for kind in (*get_args(Event), *get_args(Request))}


def read_log(rows: Rows, session_id: str) -> tuple[tuple[float, Entry], ...]:
    """(at_s, what happened or was asked), in order, as far as saved."""
    found = rows.scalars(
        select(EventRow).where(EventRow.session_id == session_id).order_by(EventRow.seq)
    )
    return tuple((row.at_s, decode(row.body, KINDS[row.kind])) for row in found)


def read_events(rows: Rows, session_id: str) -> tuple[Event, ...]:
    """Only what happened: what `live.dose.delivered` replays."""
    return tuple(entry for _, entry in read_log(rows, session_id) if isinstance(entry, Event))
