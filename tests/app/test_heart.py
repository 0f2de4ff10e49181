"""A strap through a whole session: shown, judged, written down, summed up, exported."""

import asyncio
import csv
import json
from collections.abc import Awaitable, Callable
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from tests.app.ways import PAGE, SHORT, hold, known, new_house, ready, reasons, set_up, until

from retrowalk.app import history, planning, reviewing, walking
from retrowalk.app.heart import current_ceiling, submit_ceiling
from retrowalk.app.house import House, open_house
from retrowalk.app.planning import SessionReady
from retrowalk.app.virtual import run_virtually
from retrowalk.app.walking import Live
from retrowalk.errors import NotAllowed
from retrowalk.live.events import HeartHeard, StopReason
from retrowalk.store.log import read_events
from retrowalk.treadmill.heart import Beat
from retrowalk.treadmill.strap import Strap, strap_named
from retrowalk.words import HeartCeiling

FORM = {"ceiling": "120", "by": "clinician", "needed": "no"}


class Worn:
    """A strap of a test: says `bpm` once a second while it is not 0."""

    def __init__(self, bpm: int = 90) -> None:
        self.bpm, self.followed, self.let_go = bpm, 0, 0

    async def follow(self, heard: Callable[[Beat], None], _: Callable[[], float]) -> None:
        self.followed += 1
        try:
            while True:
                await asyncio.sleep(1)
                if self.bpm < 0:
                    raise RuntimeError("a fault nobody thought of")
                if self.bpm:
                    heard(Beat(self.bpm))
        finally:
            self.let_go += 1

    @property
    def strap(self) -> Strap:
        return Strap("worn", self.follow)


async def cues_of(live: Live) -> list[str]:
    """All that a page sounds, to the end."""
    return [cue.text async for frame in live.frames(PAGE) for cue in frame.cues]


async def stays(live: Live, seconds: float) -> None:
    """The page is open so long."""
    for _ in range(round(seconds)):
        live.seen(PAGE)
        await asyncio.sleep(1)


def in_a_house(way: Callable[[House, Worn], Awaitable[None]]) -> Callable[[Path], None]:
    def run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        worn = Worn()
        with closing(new_house(tmp_path)) as house:
            house.strap = worn.strap
            known(house)
            run_virtually(way(house, worn))  # type: ignore[arg-type]
        assert ("not followed any more" in caplog.text) is (worn.bpm < 0)

    run.__name__ = way.__name__
    return run


def held_to(house: House, **other: str) -> str:
    """A session of today, under the ceiling of the form."""
    submit_ceiling(house, FORM | other)
    session_id = ready(house, None)
    step = planning.next_step(house)
    assert isinstance(step, SessionReady)
    assert step.plan.limits.heart_ceiling_bpm == 120
    return session_id


@in_a_house
async def test_a_heart_above_its_ceiling_slows_and_stops_the_belt_and_is_kept(house, worn):
    live = walking.begin(house, held_to(house))
    heard = asyncio.ensure_future(cues_of(live))
    await hold(live)
    await until(live, "walking")
    await stays(live, 20)
    assert live.frame().heart.heart_bpm == 90
    planned_mps = live.drive.session.asked_mps
    worn.bpm = 150
    await stays(live, 20)
    assert 0 < live.drive.session.asked_mps < planned_mps
    assert "faster than its ceiling" in live.frame().notice
    await until(live, "slowing")
    await until(live, "waiting")
    assert reasons(live) == (StopReason.HEART,)
    assert not live.frame().view.may_hold
    assert "Start waits until your heart" in live.frame().heart.hold_why
    worn.bpm = 90
    await stays(live, 6)
    assert live.frame().view.may_hold
    live.finish()
    await live.settled.wait()
    assert any("The belt goes slower" in text for text in await heard)
    assert worn.let_go == 1
    with house.store.reading() as rows:
        beats = [e for e in read_events(rows, live.session_id) if isinstance(e, HeartHeard)]
    assert len(beats) > 60
    seen = reviewing.summary(house, live.session_id)
    assert (seen.heart.top_bpm, seen.heart.ceiling_bpm) == (150, 120)
    assert 90 < seen.heart.mean_bpm < 150
    assert 30 < seen.heart.above_s < 60 < seen.heart.known_s
    [row] = csv.DictReader(StringIO(history.export_csv(house).decode()))
    assert (row["heart_top_bpm"], row["heart_ceiling_bpm"]) == ("150", "120")
    assert 0.5 < float(row["heart_above_min"]) < 1.5
    kinds = [one["kind"] for one in json.loads(history.export_json(house))["decisions"]]
    assert {"heart ceiling", "heart"} <= set(kinds)


@in_a_house
async def test_without_a_ceiling_the_heart_is_shown_kept_and_judged_by_nobody(house, worn):
    worn.bpm = 190
    live = walking.begin(house, ready(house))
    await hold(live)
    await until(live, "stopping")
    assert reasons(live) in {(), (StopReason.COMPLETED,)}
    assert live.frame().notice == ""
    live.finish()
    await live.settled.wait()
    assert reviewing.summary(house, live.session_id).heart.above_s == 0


@in_a_house
async def test_a_strap_that_breaks_in_our_own_code_leaves_the_session_walking(house, worn):
    live = walking.begin(house, held_to(house))
    await hold(live)
    await until(live, "walking")
    worn.bpm = -1
    await stays(live, 30)
    assert live.frame().view.phase == "walking"
    assert "not heard" in live.frame().notice
    live.finish()
    await live.settled.wait()


@in_a_house
async def test_where_the_heart_must_be_heard_nothing_starts_without_it(house, worn):
    worn.bpm = 0
    live = walking.begin(house, held_to(house, needed="yes"))
    set_up(live)
    await stays(live, 5)
    assert not live.frame().view.may_hold
    assert "put the strap on" in live.frame().heart.hold_why
    worn.bpm = 90
    await stays(live, 5)
    assert live.frame().view.may_hold
    live.finish()
    await live.settled.wait()


@in_a_house
async def test_a_needed_heart_without_any_strap_says_how_to_start(house, worn):
    house.strap = None
    live = walking.begin(house, held_to(house, needed="yes"))
    await stays(live, 1)
    assert "start it with --strap" in live.frame().notice
    live.finish()
    await live.settled.wait()
    assert live.frame().notice == ""
    assert worn.followed == 0


@in_a_house
async def test_no_strap_and_no_ceiling_show_no_heart(house, worn):
    house.strap = None
    live = walking.begin(house, ready(house, SHORT))
    assert live.frame().heart is None
    live.finish()
    await live.settled.wait()
    assert reviewing.summary(house, live.session_id).heart is None
    [row] = csv.DictReader(StringIO(history.export_csv(house).decode()))
    assert row["heart_mean_bpm"] == row["heart_ceiling_bpm"] == ""


@in_a_house
async def test_the_virtual_strap_is_heard_in_a_session(house, worn):
    house.strap = strap_named("virtual")
    live = walking.begin(house, ready(house, SHORT))
    await stays(live, 8)
    assert live.frame().heart.heart_bpm == 70
    live.finish()
    await live.settled.wait()


def test_the_virtual_heart_follows_a_walk_where_no_belt_is_heard(tmp_path):
    async def way():
        live = walking.begin(house, ready(house, None))
        await hold(live)
        await until(live, "walking")
        await stays(live, 25)
        assert live.frame().heart.heart_bpm > 80
        live.finish()
        await live.settled.wait()

    with closing(new_house(tmp_path)) as house:
        house.strap = strap_named("virtual")
        known(house, place="corridor")
        run_virtually(way())


def test_a_new_ceiling_plans_the_next_session_anew(tmp_path):
    with closing(new_house(tmp_path)) as house:
        known(house)
        assert current_ceiling(house) == HeartCeiling()
        held_to(house)
        submit_ceiling(house, {"needed": "no"})
        step = planning.next_step(house)
        assert isinstance(step, SessionReady)
        assert step.plan.limits.heart_ceiling_bpm is None
        assert current_ceiling(house) == HeartCeiling()


def test_a_belts_slowest_speed_is_in_the_plan(tmp_path):
    with closing(new_house(tmp_path)) as house:
        known(house)
        ready(house, None)
        step = planning.next_step(house)
        assert isinstance(step, SessionReady)
        assert step.plan.limits.least_mps == house.treadmill.capability.min_mps


def test_no_heart_is_sped_up(tmp_path):
    with pytest.raises(NotAllowed, match="leave --speed-up or --strap"):
        open_house(tmp_path, speed_up=2, strap=strap_named("virtual"))
