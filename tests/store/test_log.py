"""Every event is on disk within a second, comes back the same, and survives a bad disk."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.waiting import until

from retrowalk.live.events import (
    BeltReported,
    Event,
    HeartHeard,
    HoldBeat,
    HoldReleased,
    Request,
    SetSpeed,
    SetUp,
    StartBelt,
    StopBelt,
    StopReason,
    StopWanted,
    Ticked,
)
from retrowalk.store.codec import decode, encode
from retrowalk.store.database import Store, open_store
from retrowalk.store.log import KINDS, EventLog, read_events, read_log
from retrowalk.store.models import PrescriptionRow, SessionRow, WalkerRow

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
times = st.floats(allow_nan=False)
entries: st.SearchStrategy[Event | Request] = st.one_of(
    st.builds(Ticked, times),
    st.builds(BeltReported, times, times),
    st.builds(HoldBeat, times),
    st.builds(HoldReleased, times),
    st.builds(StopWanted, times, st.sampled_from(StopReason)),
    st.builds(HeartHeard, times, st.integers(), st.booleans()),
    st.builds(SetUp, times, st.lists(st.text()).map(tuple), st.booleans()),
    st.builds(StartBelt),
    st.builds(SetSpeed, times),
    st.builds(StopBelt, st.sampled_from(StopReason)),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    with store.writing() as rows:
        rows.add(WalkerRow(id=1, at=NOON))
        rows.flush()
        rows.add(PrescriptionRow(id=1, walker_id=1, at=NOON, protocol="p", body="{}"))
        rows.flush()
        rows.add(
            SessionRow(
                id="s", walker_id=1, prescription_id=1, protocol="p", stage=0, status="live",
                plan="{}", planned="{}", planned_at=NOON, delivered="{}", reasons="[]", speed_up=1,
            )
        )  # fmt: skip
    yield store
    store.close()


@given(entries)
def test_an_entry_comes_back_as_it_went(entry: Event | Request) -> None:
    assert decode(encode(entry), KINDS[type(entry).__name__]) == entry
    assert decode(encode(entry, Event | Request), Event | Request) == entry


def test_a_belt_that_reports_nonsense_is_logged_as_standard_json() -> None:
    nonsense = BeltReported(1.0, float("nan"), float("nan"))
    assert encode(nonsense) == '{"at_s":1.0,"belt_mps":"nan","incline_ratio":"nan"}'
    read = decode(encode(nonsense), BeltReported)
    assert repr(read) == repr(nonsense)
    assert decode('{"at_s":1.0,"belt_mps":0.3}', BeltReported) == BeltReported(1.0, 0.3)  # of old


def test_events_come_to_the_disk_by_themselves(store: Store) -> None:
    log = EventLog(store, "s")
    log.add(0.2, Ticked(0.2))
    until(lambda: log.saved)  # within a second where nobody is busy: validation.session
    assert log.close()


def test_the_log_reads_back_in_order_events_apart_from_requests(store: Store) -> None:
    log = EventLog(store, "s")
    log.add(1.0, StopWanted(1.0, StopReason.WALKER))
    log.add(1.0, StopBelt(StopReason.WALKER))
    log.add(1.2, Ticked(1.2))
    assert log.close()
    with store.reading() as rows:
        assert [at_s for at_s, _ in read_log(rows, "s")] == [1.0, 1.0, 1.2]
        assert read_events(rows, "s") == (StopWanted(1.0, StopReason.WALKER), Ticked(1.2))


def full(store: Store, pages: int) -> None:
    with store.engine.connect() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))


def test_a_full_disk_is_said_the_events_kept_and_saved_once_there_is_room(store: Store) -> None:
    full(store, 1)
    log = EventLog(store, "s")
    for tick in range(2000):
        log.add(tick / 5, Ticked(tick / 5))
    until(lambda: log.trouble)
    assert "full" in log.trouble
    assert log.saved == 0
    assert log.behind_s > 0
    full(store, 1_000_000)
    until(lambda: not log.trouble)
    assert log.close()
    with store.reading() as rows:
        assert len(read_events(rows, "s")) == 2000


def test_closing_on_a_full_disk_says_that_something_was_lost(store: Store) -> None:
    full(store, 1)
    log = EventLog(store, "s")
    for tick in range(2000):
        log.add(tick / 5, Ticked(tick / 5))
    assert not log.close()
