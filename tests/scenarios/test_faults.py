"""What belts and walkers do to a session: one test each, the belt always ends at rest."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.app.ways import (
    PAGE,
    belt_of,
    hold,
    known,
    new_house,
    ready,
    reasons,
    requests,
    set_up,
    until,
)

from retrowalk.app import planning, reviewing, walking
from retrowalk.app.house import House
from retrowalk.app.planning import NeedsReview, SessionReady
from retrowalk.app.virtual import run_virtually
from retrowalk.live.cues import CueKind
from retrowalk.live.events import StopReason
from retrowalk.store.models import EventRow, SessionRow
from retrowalk.treadmill.simulated import SimulatedBelt


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = known(new_house(tmp_path))
    yield house
    house.close()


def met(house: House, fault: Callable[[SimulatedBelt], object], *, phase: str) -> StopReason:
    """The first reason a walking session stops for when the belt does this."""
    session_id = ready(house)
    met_with: list[StopReason] = []

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        fault(belt_of(live))
        await until(live, "stopping", within_s=20)
        met_with.extend(reasons(live))
        belt_of(live).faults.silent = False
        await until(live, phase, within_s=30)
        assert belt_of(live).belt_mps == 0
        starts = requests(live).count("StartBelt")
        await asyncio.sleep(20)
        assert requests(live).count("StartBelt") == starts == 1
        await walking.shut_down(house)

    run_virtually(main())
    return met_with[0]


def test_a_console_stop_is_a_pause(house: House) -> None:
    assert met(house, SimulatedBelt.press_stop, phase="waiting") is StopReason.CONSOLE


def test_what_the_console_says_is_believed_before_the_belt_rests(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        belt_of(live).press_stop()
        assert reasons(live) == (StopReason.CONSOLE,)
        assert requests(live)[-1] == "StopBelt"
        await walking.shut_down(house)

    run_virtually(main())


def test_a_pulled_key_is_a_pause(house: House) -> None:
    assert met(house, SimulatedBelt.pull_key, phase="waiting") is StopReason.CONSOLE


def test_a_belt_too_fast_ends_the_session(house: House) -> None:
    def race(belt: SimulatedBelt) -> None:
        belt.faults.overspeed_mps = 1.0

    assert met(house, race, phase="ended") is StopReason.OVERSPEED


def test_a_silent_belt_ends_the_session_once_it_is_heard_at_rest(house: House) -> None:
    def hush(belt: SimulatedBelt) -> None:
        belt.faults.silent = True

    assert met(house, hush, phase="ended") is StopReason.SILENT


def test_a_belt_that_starts_by_itself_is_stopped(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await until(live, "waiting")
        belt_of(live).press_start(0.5)
        await until(live, "stopping", within_s=10)
        assert reasons(live) == (StopReason.MOVED_UNASKED,)
        await until(live, "ended")
        assert belt_of(live).belt_mps == 0

    run_virtually(main())


def test_a_belt_that_does_not_start_is_given_up(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        belt_of(live).faults.starts_ignored = True
        await hold(live)
        await until(live, "ended", within_s=60)
        assert reasons(live) == (StopReason.NO_START,)
        assert requests(live).count("StartBelt") == 1

    run_virtually(main())


def test_a_stop_that_does_not_work_is_shouted_about(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        kinds: list[CueKind] = []

        async def listen() -> None:
            async for frame in live.frames(PAGE):
                kinds.extend(cue.kind for cue in frame.cues)

        listening = asyncio.ensure_future(listen())
        await hold(live)
        await until(live, "walking")
        belt_of(live).faults.stops_ignored = 100
        live.stop()
        await asyncio.sleep(8)
        assert "Pull the safety key" in live.frame(PAGE).view.warning
        assert CueKind.SAFETY_KEY in kinds
        await until(live, "waiting", within_s=60)
        live.finish()
        await listening

    run_virtually(main())


def test_a_belt_with_a_slow_link_still_stops_at_once(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        belt_of(live).faults.slow_link_s = 1.5
        await hold(live)
        await until(live, "walking")
        live.stop()
        assert not belt_of(live).running
        await until(live, "waiting", within_s=20)
        await walking.shut_down(house)

    run_virtually(main())


def test_a_finger_that_slips_starts_nothing(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await asyncio.sleep(2)
        set_up(live)
        for _ in range(20):
            for _ in range(5):
                live.hold(PAGE)
                await asyncio.sleep(0.25)
            live.release(PAGE)
            await asyncio.sleep(0.25)
        assert requests(live) == []
        await walking.shut_down(house)

    run_virtually(main())


def test_a_session_begun_and_never_started_needs_no_review_after_a_crash(tmp_path: Path) -> None:
    house = known(new_house(tmp_path / "crash"))
    session_id = ready(house)
    with house.store.writing() as rows:
        row = rows.get_one(SessionRow, session_id)
        row.status, row.began_at = "live", house.now()
    house.close()
    again = new_house(tmp_path / "crash")
    step = planning.next_step(again)
    assert isinstance(step, SessionReady)
    assert step.session_id != session_id
    assert reviewing.summary(again, session_id).status == "interrupted"
    again.close()


def test_a_log_that_cannot_be_read_does_not_keep_the_house_shut(tmp_path: Path) -> None:
    house = known(new_house(tmp_path / "torn"))
    session_id = ready(house)
    with house.store.writing() as rows:
        row = rows.get_one(SessionRow, session_id)
        row.status, row.began_at = "live", house.now()
        rows.add(EventRow(session_id=session_id, seq=0, at_s=0.0, kind="Ticked", body="{torn"))
    house.close()
    again = new_house(tmp_path / "torn")
    assert not isinstance(planning.next_step(again), NeedsReview)
    again.close()
