"""A whole session uphill: by Bluetooth through unmodified bleak, and on the simulated belt."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.app.test_walking import virtually
from tests.app.ways import (
    LIMITS,
    SHORT,
    belt_of,
    hold,
    known,
    new_house,
    ready,
    reasons,
    until,
    walk,
    walked_out,
)
from tests.treadmill.airs import Air, in_the_air

from retrowalk.app import walking
from retrowalk.app.reviewing import summary
from retrowalk.live.events import Event, SetIncline, StopReason
from retrowalk.live.machine import advance
from retrowalk.live.states import Session
from retrowalk.store.log import read_log
from retrowalk.treadmill.port import Belt, Clock, Treadmill
from retrowalk.treadmill.simulated import HILLY_TREADMILL, SimulatedBelt
from retrowalk.web.shown import shown
from retrowalk.words import SessionPlan

UPHILL = SessionPlan(
    tuple(replace(i, duration_s=40, incline_ratio=0.02) for i in SHORT.intervals),
    LIMITS,
    SHORT.protocol,
)


def test_a_session_by_bluetooth_goes_uphill_level_and_replays(tmp_path: Path) -> None:
    airs: list[Air] = []

    def make_belt(_: Clock) -> Belt:
        return airs[0].belt

    house = known(new_house(tmp_path, treadmill=Treadmill(HILLY_TREADMILL, make_belt)))
    session_id = ready(house, UPHILL)

    async def main() -> None:
        airs.append(await in_the_air(can=HILLY_TREADMILL))
        live = await walked_out(house, session_id)
        assert reasons(live) == (StopReason.COMPLETED,)

    virtually(house, main())
    sent = [int.from_bytes(said[1:3], "little", signed=True) for said in airs[0].written(3)]
    assert sent == [10, 20, 0, 10, 20, 0]  # tenths of a percent: up, level, up, level
    assert airs[0].inclines
    assert min(airs[0].inclines) >= 0
    with house.store.reading() as rows:
        log = read_log(rows, session_id)
    session, due, asked = Session(), None, []
    for _, entry in log:
        if isinstance(entry, Event):
            session, due = advance(UPHILL, session, entry)
        else:
            assert entry == due
            asked += [entry.incline_ratio] if isinstance(entry, SetIncline) else []
    assert asked == [0.01, 0.02, 0.0, 0.01, 0.02, 0.0]
    assert summary(house, session_id).delivered.backward_m > 5
    house.close()


def test_a_session_on_a_belt_that_cannot_incline_asks_for_none_it_can_take(tmp_path: Path) -> None:
    flat = replace(HILLY_TREADMILL, max_incline_ratio=0.0)
    belt = Treadmill(flat, lambda clock: SimulatedBelt(clock, flat))
    house = known(new_house(tmp_path, treadmill=belt))
    session_id = ready(house, UPHILL)

    async def main() -> None:
        live = await walked_out(house, session_id)
        assert belt_of(live).incline_ratio == 0
        assert live.frame().view.incline_ratio is None

    virtually(house, main())
    house.close()


@pytest.mark.parametrize("ratio", [0.0, 0.02])
def test_a_hilly_belt_says_its_incline_on_the_page(tmp_path: Path, ratio: float) -> None:
    hilly = Treadmill(HILLY_TREADMILL, lambda clock: SimulatedBelt(clock, HILLY_TREADMILL))
    house = known(new_house(tmp_path, treadmill=hilly))
    plan = replace(
        UPHILL, intervals=tuple(replace(i, incline_ratio=ratio) for i in UPHILL.intervals)
    )
    session_id = ready(house, plan)
    seen: set[str] = set()

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "slowing")
        seen.add(shown(live.frame()).belt)
        await walk(live)

    virtually(house, main())
    assert any("2 % up" in text for text in seen) is (ratio > 0)
    house.close()
