"""The pages at a session: who may hold, who counts as there, and what each is told."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.app.ways import (
    PAGE,
    hold,
    known,
    new_house,
    ready,
    reasons,
    set_up,
    until,
    virtually,
    walk,
)

from retrowalk.app import audience, walking
from retrowalk.app.house import House
from retrowalk.app.setting_up import setup_list
from retrowalk.errors import BadInput, Conflict
from retrowalk.live.cues import CueKind
from retrowalk.live.events import StopReason


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = known(new_house(tmp_path))
    yield house
    house.close()


def test_a_second_page_may_watch_and_stop_but_not_hold(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live, "one")
        with pytest.raises(Conflict, match="another open page"):
            live.hold("two")
        assert live.frame("two").elsewhere
        assert not live.frame("one").elsewhere
        live.release("two")  # touches nothing
        await until(live, "walking", page="one")
        live.stop()
        assert reasons(live) == (StopReason.WALKER,)

    virtually(house, main())


def test_the_second_page_may_hold_once_the_first_has_gone(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await until(live, "waiting")
        set_up(live)
        live.hold("one")
        await asyncio.sleep(audience.POLL_S + 1)
        await hold(live, "two")
        await until(live, "walking", page="two")

    virtually(house, main())


def test_nothing_can_be_held_before_the_set_up_is_said(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await asyncio.sleep(2)  # until the belt is heard
        lines = [name for name, _ in setup_list(live.plan.place)]
        for said, heard in ((lines, False), (lines[1:], True), ([], True)):
            with pytest.raises(BadInput):
                live.prepare(said, heard=heard, silent=False)
            with pytest.raises(Conflict, match="set-up list comes first"):
                live.hold(PAGE)
        live.prepare(lines, heard=False, silent=True)
        live.hold(PAGE)
        assert live.frame(PAGE).view.phase == "holding"

    virtually(house, main())


def test_a_screen_nobody_touched_does_not_count_as_a_page(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        watching = asyncio.ensure_future(_read_all(live, audience.WATCHER))
        await hold(live)
        await until(live, "walking")
        await asyncio.sleep(audience.POLL_S + walking.PAGE_LOST_S + 1)
        assert reasons(live)[:1] == (StopReason.PAGE_LOST,)
        live.finish()
        await watching

    virtually(house, main())


async def _read_all(live: walking.Live, page: str) -> None:
    async for _ in live.frames(page):
        pass


def test_a_page_without_a_name_cannot_hold(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        with pytest.raises(BadInput, match="load it again"):
            walking.begin(house, session_id).hold("")

    virtually(house, main())


def test_no_page_for_ten_seconds_stops_a_moving_belt(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        await asyncio.sleep(walking.PAGE_LOST_S)
        assert live.frame().view.phase == "walking"  # not yet: phones blink
        await asyncio.sleep(5)
        assert reasons(live) == (StopReason.PAGE_LOST,)
        await asyncio.sleep(10)
        assert live.frame().view.phase == "waiting"

    virtually(house, main())


def test_an_open_stream_keeps_the_session_until_its_page_stops_beating(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)

        async def watch() -> None:
            async for _ in live.frames("phone"):
                pass

        watching = asyncio.ensure_future(watch())
        await hold(live, "phone")
        await until(live, "walking", page="phone")
        await asyncio.sleep(audience.POLL_S + walking.PAGE_LOST_S + 1)
        assert reasons(live) == (StopReason.PAGE_LOST,)  # the stream alone proves nothing
        live.finish()
        await watching

    virtually(house, main())


def test_frames_bring_every_cue_once_and_end_with_the_session(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        kinds: list[CueKind] = []
        seqs: list[int] = []

        async def watch() -> None:
            async for frame in live.frames("second screen"):
                kinds.extend(cue.kind for cue in frame.cues)
                seqs.append(frame.seq)
                await asyncio.sleep(1)  # a slow reader

        watching = asyncio.ensure_future(watch())
        await walk(live)
        await watching
        for kind in (CueKind.BACK, CueKind.TURN, CueKind.FORWARD, CueKind.END):
            assert kinds.count(kind) == 1, kind
        assert seqs == sorted(set(seqs))

    virtually(house, main())
