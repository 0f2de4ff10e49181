"""The runner: requests reach the belt at once, and nothing is left moving."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.app.ways import (
    LIMITS,
    PAGE,
    SHORT,
    belt_of,
    hold,
    known,
    new_house,
    ready,
    reasons,
    requests,
    until,
    virtually,
    walk,
    walked_out,
)

from retrowalk.app import driving, planning, walking
from retrowalk.app.house import House, open_house
from retrowalk.app.planning import NeedsReview, SessionReady, SessionRunning
from retrowalk.app.setting_up import setup_list
from retrowalk.app.walking import Live
from retrowalk.errors import BadInput, Conflict, Missing, NotAllowed, NotFound, ScreeningNeeded
from retrowalk.live.events import SetSpeed, SetUp, StopBelt, StopReason
from retrowalk.store.log import EventLog, read_log
from retrowalk.treadmill.port import Belt, Capability, Clock, Treadmill
from retrowalk.treadmill.simulated import HOME_TREADMILL, SimulatedBelt
from retrowalk.words import Place, SessionPlan


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = known(new_house(tmp_path))
    yield house
    house.close()


def test_a_session_is_walked_to_its_end_and_written_down(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = await walked_out(house, session_id)
        assert live.frame().view.phase == "ended"
        assert reasons(live) == (StopReason.COMPLETED,)
        assert requests(live).count("StartBelt") == 2  # one for each direction
        assert belt_of(live).belt_mps == 0
        speeds = [r.belt_mps for r in belt_of(live).asked if isinstance(r, SetSpeed)]
        assert max(speeds) <= LIMITS.forward_top_mps

    virtually(house, main())
    assert planning.next_step(house) == NeedsReview(session_id)


def test_everything_asked_and_heard_is_in_the_log(house: House) -> None:
    session_id = ready(house)
    asked: list[object] = []

    async def main() -> None:
        live = await walked_out(house, session_id)
        asked.extend(belt_of(live).asked)

    virtually(house, main())
    with house.store.reading() as rows:
        log = read_log(rows, session_id)
    assert [at_s for at_s, _ in log] == sorted(at_s for at_s, _ in log)
    logged = [entry for _, entry in log if type(entry).__name__ in {"StartBelt", "SetSpeed"}]
    assert logged == [r for r in asked if not isinstance(r, StopBelt)]


@pytest.mark.parametrize("heard", [True, False])
def test_what_was_said_before_the_start_is_in_the_log(house: House, heard: bool) -> None:
    session_id = ready(house)
    lines = tuple(name for name, _ in setup_list(SHORT.place))

    async def main() -> None:
        live = walking.begin(house, session_id)
        with pytest.raises(BadInput):
            live.prepare(lines[1:], heard=heard, silent=not heard)
        live.prepare(lines, heard=heard, silent=not heard)
        live.finish()
        await live.settled.wait()

    virtually(house, main())
    with house.store.reading() as rows:
        log = [entry for _, entry in read_log(rows, session_id)]
    ((said, was_heard),) = [(one.said, one.heard) for one in log if isinstance(one, SetUp)]
    assert (said, was_heard) == (lines, heard)


def test_a_stop_is_asked_of_the_belt_before_stop_returns(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        live.stop()
        assert belt_of(live).asked[-1] == StopBelt(StopReason.WALKER)
        assert (await until(live, "waiting")).view.belt_mps == 0
        await hold(live)  # a stop of the walker's own is a pause
        await until(live, "walking")

    virtually(house, main())


def test_stops_go_on_until_the_belt_is_seen_at_rest(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        belt_of(live).faults.stops_ignored = 10
        live.stop()
        seen = await until(live, "waiting")
        assert seen.view.belt_mps == 0
        assert belt_of(live).faults.stops_ignored == 0

    virtually(house, main())


def test_a_finish_ends_it_and_another_can_be_planned(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await until(live, "waiting")
        live.finish()
        await live.settled.wait()

    virtually(house, main())
    step = planning.next_step(house)  # nothing was walked: no review, plan again
    assert isinstance(step, SessionReady)
    assert step.session_id != session_id


# --- one at a time -------------------------------------------------------------------


def test_two_sessions_at_once_are_refused(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        assert walking.begin(house, session_id) is live
        assert walking.live(house, session_id) is live
        assert planning.next_step(house) == SessionRunning(session_id)
        with pytest.raises(Conflict, match="finish that one first"):
            walking.begin(house, "another")

    virtually(house, main())


def test_a_session_that_is_over_cannot_be_begun_again(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        await walked_out(house, session_id)
        house.lives.clear()
        with pytest.raises(Conflict, match="over"):
            walking.begin(house, session_id)

    virtually(house, main())


def test_unknown_sessions_are_missing(house: House) -> None:
    async def main() -> None:
        with pytest.raises(Missing):
            walking.begin(house, "nobody's")
        with pytest.raises(Missing):
            walking.live(house, "nobody's")

    virtually(house, main())


def test_yesterdays_session_needs_todays_questions(tmp_path: Path) -> None:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    house = known(new_house(tmp_path, now=lambda: now))
    session_id = ready(house)
    now += timedelta(days=1)

    async def main() -> None:
        with pytest.raises(ScreeningNeeded):
            walking.begin(house, session_id)

    virtually(house, main())
    house.close()


# --- when things fail ----------------------------------------------------------------


def test_closing_the_program_stops_the_belt_and_waits_for_rest(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        await asyncio.sleep(5)
        assert belt_of(live).belt_mps > 0.3
        await walking.shut_down(house)
        assert belt_of(live).belt_mps == 0
        assert reasons(live) == (StopReason.SHUTDOWN,)

    virtually(house, main())
    assert planning.next_step(house) == NeedsReview(session_id)


def test_closing_waits_no_longer_than_it_may_for_a_belt_that_will_not_stop(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        belt_of(live).faults.stops_ignored = 1_000_000
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await walking.shut_down(house, within_s=15)
        assert loop.time() - began_s < 16
        asked = belt_of(live).asked
        assert asked[-1] == StopBelt(StopReason.SHUTDOWN)
        assert len([r for r in asked if isinstance(r, StopBelt)]) > 50

    virtually(house, main())


def test_a_fault_of_our_own_stops_the_belt(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        monkeypatch.setattr(driving, "cues", lambda *_: 1 / 0)
        await asyncio.sleep(1)
        assert "pull the safety key" in live.frame().notice
        await live.settled.wait()
        assert belt_of(live).belt_mps == 0

    virtually(house, main())
    assert "stopping the belt" in caplog.text
    assert planning.next_step(house) == NeedsReview(session_id, interrupted=True)


def test_a_fault_in_watching_stops_the_belt_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        monkeypatch.setattr(Live, "_watch_disk", lambda _: 1 / 0)
        await asyncio.sleep(1)
        assert belt_of(live).asked[-1] == StopBelt(StopReason.SHUTDOWN)
        await live.settled.wait()
        assert belt_of(live).belt_mps == 0

    virtually(house, main())


def test_a_disk_that_does_not_keep_up_stops_the_session(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking")
        monkeypatch.setattr(EventLog, "behind_s", walking.BEHIND_S + 1)
        await asyncio.sleep(1)
        assert reasons(live) == (StopReason.NOT_SAVED,)
        assert "does not keep up" in live.frame().notice
        await live.settled.wait()

    virtually(house, main())


def test_a_belt_that_cannot_be_opened_leaves_the_session_to_be_tried_again(
    tmp_path: Path,
) -> None:
    def no_belt(_: Clock) -> Belt:
        raise NotFound("No treadmill was found: switch it on and try again.")

    house = known(new_house(tmp_path, treadmill=Treadmill(HOME_TREADMILL, no_belt)))
    session_id = ready(house)

    async def main() -> None:
        with pytest.raises(NotFound):
            walking.begin(house, session_id)

    virtually(house, main())
    step = planning.next_step(house)
    assert isinstance(step, SessionReady)
    assert step.session_id == session_id
    house.close()


def test_touching_a_session_that_is_over_does_nothing(house: House) -> None:
    session_id = ready(house)

    async def main() -> None:
        live = await walked_out(house, session_id)
        asked = len(belt_of(live).asked)
        live.hold(PAGE)
        live.stop()
        live.finish()
        assert len(belt_of(live).asked) == asked
        assert live.frame().view.ended

    virtually(house, main())


# --- speed and time ------------------------------------------------------------------


def test_a_demonstration_hurries_only_where_nothing_waits_for_a_hand(tmp_path: Path) -> None:
    house = known(new_house(tmp_path, speed_up=60))
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await asyncio.sleep(3)
        assert live.drive.at_s == pytest.approx(3, abs=0.3)
        await hold(live)
        began_s = live.drive.at_s
        await asyncio.sleep(0.3)
        assert live.drive.at_s - began_s == pytest.approx(18, abs=3)
        await walk(live)

    virtually(house, main())
    house.close()


def test_only_the_simulated_treadmill_is_hurried(tmp_path: Path) -> None:
    real = Treadmill(Capability(0.2, 3.0, 0.03), SimulatedBelt)
    with pytest.raises(NotAllowed, match="simulated"):
        open_house(tmp_path, speed_up=60, treadmill=real)
    with pytest.raises(BadInput, match="speed-up"):
        open_house(tmp_path, speed_up=float("nan"))


def test_by_hand_no_belt_is_opened(tmp_path: Path) -> None:
    house = known(new_house(tmp_path))
    by_hand = SessionPlan(SHORT.intervals, LIMITS, SHORT.protocol, place=Place.BY_HAND)
    session_id = ready(house, by_hand)

    async def main() -> None:
        live = await walked_out(house, session_id)
        assert live.drive.belt is None
        assert reasons(live) == (StopReason.COMPLETED,)

    virtually(house, main())
    house.close()


def test_the_same_session_runs_on_the_real_clock(tmp_path: Path) -> None:
    house = known(new_house(tmp_path, speed_up=60))
    session_id = ready(house)

    async def main() -> None:
        live = walking.begin(house, session_id)
        await hold(live)
        await until(live, "walking", "waiting", page=PAGE)
        live.stop()
        live.finish()
        await asyncio.wait_for(live.settled.wait(), 120)

    asyncio.run(main())
    house.close()


@pytest.mark.slow
def test_a_full_session_is_walked_in_virtual_time(house: House) -> None:
    session_id = ready(house, None)

    async def main() -> None:
        live = await walked_out(house, session_id)
        assert live.drive.at_s > live.plan.duration_s

    virtually(house, main())
