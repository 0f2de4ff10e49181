"""The disk fills while somebody walks: the belt stops, nothing said or walked is lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from tests.app.ways import (
    belt_of,
    form,
    hold,
    known,
    new_house,
    ready,
    reasons,
    requests,
    until,
)

from retrowalk.app import planning, reviewing, walking
from retrowalk.app.house import House
from retrowalk.app.planning import NeedsReview, SessionRunning
from retrowalk.errors import Unwritable
from retrowalk.live.events import StopReason
from retrowalk.store.log import read_events
from retrowalk.store.models import ReviewRow

ROOM = 1_000_000  # pages


@dataclass(slots=True)
class Disk:
    """A disk with so much room; SQLite itself refuses, as on a full file system."""

    pages: int = ROOM


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def house(tmp_path: Path, disk: Disk) -> Iterator[House]:
    house = known(new_house(tmp_path, speed_up=60))

    def limit(connection: DBAPIConnection, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {disk.pages}")
        cursor.close()

    event.listen(house.store.engine, "checkout", limit)
    yield house
    disk.pages = ROOM
    house.close()


def test_a_disk_full_mid_session_stops_the_belt_and_keeps_every_event(
    house: House, disk: Disk
) -> None:
    session_id = ready(house, None)
    logged = 0

    async def main() -> None:
        nonlocal logged
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        disk.pages = 1
        await until(live, "stopping", "ended", within_s=10)
        assert reasons(live) == (StopReason.NOT_SAVED,)
        assert requests(live)[-1] == "StopBelt"
        frame = await until(live, "ended", within_s=10)
        assert belt_of(live).belt_mps == 0
        assert "is full: free some space" in frame.notice
        assert not live.settled.is_set()
        assert planning.next_step(house) == SessionRunning(session_id)
        disk.pages = ROOM
        await asyncio.wait_for(live.settled.wait(), 120)
        logged = live._log.saved

    asyncio.run(main())
    with house.store.reading() as rows:
        events = read_events(rows, session_id)
    assert 0 < len(events) <= logged
    shown = reviewing.summary(house, session_id)
    assert shown.status == "done"
    assert [why for _, why in shown.stops] == [StopReason.NOT_SAVED]
    assert planning.next_step(house) == NeedsReview(session_id)


def test_a_program_closed_on_a_full_disk_leaves_the_session_to_be_found_interrupted(
    house: House, disk: Disk
) -> None:
    session_id = ready(house, None)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        await asyncio.sleep(1)
        disk.pages = 1
        await until(live, "ended", within_s=15)
        await walking.shut_down(house, within_s=3)
        assert belt_of(live).belt_mps == 0

    asyncio.run(main())
    disk.pages = ROOM
    house.close()
    again = new_house(house.folder)
    assert planning.next_step(again) == NeedsReview(session_id, interrupted=True)
    again.close()


def test_a_form_on_a_full_disk_is_refused_in_a_sentence_and_can_be_sent_again(
    house: House, disk: Disk
) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        await asyncio.sleep(0.5)
        live.finish()
        await asyncio.wait_for(live.settled.wait(), 120)

    asyncio.run(main())
    answers = form(reviewing.review_questions(), note="x" * 1000)
    disk.pages = 1

    def use_up_the_last_pages() -> None:
        for _ in range(20):
            reviewing.submit_review(house, session_id, answers)
            with house.store.writing() as rows:
                rows.delete(rows.get_one(ReviewRow, session_id))

    with pytest.raises(Unwritable, match="full"):
        use_up_the_last_pages()
    disk.pages = ROOM
    with house.store.reading() as rows:
        assert rows.get(ReviewRow, session_id) is None
    reviewing.submit_review(house, session_id, answers)
