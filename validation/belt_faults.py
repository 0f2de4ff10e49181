"""One drawn session on a machine with drawn quirks, met by drawn faults, in virtual time.

draw ──▶ machine on the air ◀── faults
             ▲ wire, belt          │
walker ─▶ session ─▶ driver     judge: `belt_judge`
"""

import asyncio
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from tests.treadmill.airs import CENTRAL

from retrowalk.app.driving import Drive
from retrowalk.app.virtual import run_virtually
from retrowalk.errors import LinkLost, Uncertain
from retrowalk.live.cues import CueKind
from retrowalk.live.events import HoldBeat, HoldReleased, StopReason, StopWanted
from retrowalk.treadmill.bluetooth import BluetoothBelt, connect
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.port import Capability
from retrowalk.treadmill.simulated import HOME_TREADMILL
from retrowalk.treadmill.virtual import REVERT_MPS, Quirks
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on
from retrowalk.units import KMH
from retrowalk.words import Direction, Interval, Limits, SessionPlan
from validation.belt_judge import Hold, Judge, Telling

LOOK_S, LASTS_S, BEAT_S = 0.05, 55.0, 0.25
FAULTS = ("drop", "stop", "key", "console", "starts", "faster", "second", "silent", "stops lost",
          "late", "busy", "mute", "clock", "garbage")  # fmt: skip
REASONS = (StopReason.WALKER, StopReason.PAGE_LOST, StopReason.NOT_SAVED, StopReason.STUMBLED,
           StopReason.PHONE_LOST, StopReason.SHUTDOWN)  # fmt: skip
DROPPED_AT = ("join", 0x00, 0x07, 0x02, 0x08)  # protocol steps: the link, and each request
CHANGES: tuple[dict[str, object], ...] = (
    {}, {"start_toggles": True}, {"takes_mph": True}, {"mute": True}, {"bare_errors": True},
    {"answer_s": 1.5}, {"write_s": 1.5}, {"busy_while_answering": True}, {"busy_writes": 2},
    {"deaf_in_spin_up": True}, {"drops_in_spin_up": True}, {"reverts": True},
    {"only_speeds_up": True}, {"no_pause": True}, {"paused_speed": True}, {"split_records": True},
    {"reserved_bits": True}, {"zeroes_after_key": True}, {"nonsense_first": 3}, {"silent": True},
    {"wants_pairing": True}, {"refuses_control": True}, {"stops_lost": 3},
    {"starts_itself_s": 4.0},
)  # fmt: skip
MACHINES = (HOME_TREADMILL, Capability(0.5 * KMH, 16 * KMH, 0.1 * KMH),
            Capability(0.96 * KMH, 12 * KMH, 0.32 * KMH), Capability(1.0 * KMH, 1.3 * KMH, 0.1 * KMH))  # fmt: skip  # noqa: E501
CEILINGS = ((0.4, 0.5), (0.28, 0.3), (0.89, 1.2))  # backward and forward, m/s


class Quiet:
    """A log nobody reads."""

    def add(self, at_s: float, entry: object, /) -> None: ...


class Meddled(Telling):
    """Drops the link at the nth request of a kind."""

    __slots__ = ("drop_at", "drop_in")
    drop_at: object
    drop_in: int

    def written(self, payload: bytes, who: object) -> int:
        if payload[0] == self.drop_at:
            self.drop_in -= 1
            if self.drop_in == 0:
                self.clock.call_later(0.0, self.drop)
        return super().written(payload, who)


@dataclass
class Trial:
    """What was drawn for one session, and what was seen to be wrong."""

    name: str
    dice: Random
    can: Capability
    plan: SessionPlan
    quirks: Quirks = field(default_factory=Quirks)
    faults: list[tuple[float, str]] = field(default_factory=list)
    drop_at: tuple[object, int] = (None, 0)
    wrong: list[tuple[str, float, str]] = field(default_factory=list)
    starts: int = 0
    unconfirmed: int = 0
    tried: bool = True
    _jump_s: float = 0.0

    # --- the session -----------------------------------------------------------------

    async def run(self) -> None:
        link, loop = LocalLink(), asyncio.get_running_loop()
        machine = Meddled(loop, self.can, self.quirks)
        machine.drop_at, machine.drop_in = self.drop_at
        on_air = OnAir(machine, device_on(link, TREADMILL_ADDRESS))
        await on_air.begin()
        self._drop_on_joining(on_air)
        central = device_on(link, CENTRAL)
        await central.power_on()
        try:
            known_mph = self.quirks.takes_mph and self.dice.random() < 0.5
            belt = await connect(TREADMILL_ADDRESS, backend=radio(central)[0], takes_mph=known_mph)
        except LinkLost:
            self.tried = False
            if machine.belt.running or any(said[0] == 0x07 for _, said in machine.wire):
                self.wrong.append(("holds", 0.0, "Start while connecting"))
            return
        drive = Drive(self.plan, make_belt=lambda _: belt, log=Quiet(),
                      wall=lambda: loop.time() + self._jump_s)  # fmt: skip
        limits = self.plan.limits
        judge = Judge(machine, lambda: self._top_mps(drive), limits.stray_mps,
                      self._top_ratio(), self._by_itself())  # fmt: skip
        doing = [asyncio.create_task(self._walk(drive, judge)),
                 asyncio.create_task(self._meddle(drive, machine, on_air, judge))]  # fmt: skip
        await self._watch(drive, on_air, judge)
        for task in doing:
            task.cancel()
        await self._part(belt, judge, on_air)
        self.wrong, self.starts, self.unconfirmed = judge.wrong, judge.starts, judge.unconfirmed

    def _top_mps(self, drive: Drive) -> float:
        top_mps = self.plan.limits.top_mps(self.plan.intervals[drive.session.interval_i].direction)
        return min(top_mps, self.can.max_mps)

    def _top_ratio(self) -> float:
        """The steepest this plan, its ceiling and this machine allow."""
        asked = max(interval.incline_ratio for interval in self.plan.intervals)
        return min(asked, self.plan.limits.top_incline_ratio, self.can.max_incline_ratio)

    def _by_itself(self) -> bool:
        """Whether the belt may run, or run fast, without anybody's asking."""
        own = {fault for _, fault in self.faults} & {"starts", "faster"}
        reverts = self.quirks.reverts and self.plan.limits.backward_top_mps < REVERT_MPS
        return bool(own) or reverts or self.quirks.starts_itself_s is not None

    def _drop_on_joining(self, on_air: OnAir) -> None:
        if self.drop_at[0] == "join":
            after_s = self.dice.uniform(0, 0.6)
            loop = asyncio.get_running_loop()
            on_air.device.on("connection", lambda _: loop.call_later(after_s, on_air.drop))

    async def _part(self, belt: BluetoothBelt, judge: Judge, on_air: OnAir) -> None:
        """Leave as the app does; what is left moving must have been said."""
        try:
            await belt.close()
        except Uncertain:
            return
        still_ours = on_air.connections and self.quirks.starts_itself_s is None
        if judge.machine.belt.belt_mps > 0 and still_ours:
            judge.blame("shouts", 0.0, "closed as sure, and the belt moves")

    async def _watch(self, drive: Drive, on_air: OnAir, judge: Judge) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + LASTS_S
        while not drive.over and loop.time() < until_s:
            drive.catch_up()
            if any(cue.kind is CueKind.SAFETY_KEY for cue in drive.cues):
                judge.shouted(loop.time())
            drive.cues.clear()
            judge.look(loop.time(), up=bool(on_air.connections))
            await asyncio.sleep(LOOK_S)

    # --- the walker ------------------------------------------------------------------

    async def _walk(self, drive: Drive, judge: Judge) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(0.5, 4))
            if drive.session.waits_for_hand:
                await self._hold(drive, judge, self.dice.choice((1.0, 1.7, 2.6, 2.6, 2.6, 2.6)))

    async def _hold(self, drive: Drive, judge: Judge, for_s: float) -> None:
        loop = asyncio.get_running_loop()
        broken_s = self.dice.uniform(0.5, 2) if self.dice.random() < 0.1 else for_s + 1
        hold, began_s = Hold(loop.time(), loop.time()), loop.time()
        judge.holds.append(hold)
        while loop.time() - began_s < for_s:
            drive.catch_up()
            hold.last_s = loop.time()
            drive.take(HoldBeat(drive.at_s))
            await asyncio.sleep(BEAT_S)
            if loop.time() - began_s > broken_s:
                broken_s = for_s + 1
                await asyncio.sleep(self.dice.uniform(0.6, 1))
                hold = Hold(loop.time(), loop.time())
                judge.holds.append(hold)
        drive.catch_up()
        drive.take(HoldReleased(drive.at_s))

    # --- the faults ------------------------------------------------------------------

    async def _meddle(self, drive: Drive, machine: Telling, on_air: OnAir, judge: Judge) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for at_s, fault in self.faults:
            await asyncio.sleep(max(0.0, began_s + at_s - loop.time()))
            drive.catch_up()
            judge.look(loop.time(), up=bool(on_air.connections))
            self._people_and_links(fault, drive, machine, on_air, judge)
            await self._machine(fault, machine, judge)

    def _people_and_links(
        self, fault: str, drive: Drive, machine: Telling, on_air: OnAir, judge: Judge
    ) -> None:
        now_s = asyncio.get_running_loop().time()
        match fault:
            case "stop":
                judge.interrupted(now_s)
                judge.due(now_s, 0.05)
                drive.take(StopWanted(drive.at_s, self.dice.choice(REASONS)))
            case "drop":
                judge.due(now_s, 0.05)
                on_air.drop()
            case "second":
                machine.written(b"\x00", "another app")
                if machine.controlled_by == "another app":  # not where it is busy, or refuses
                    judge.due(now_s, 0.5)
            case "clock":
                self._jump_s += self.dice.choice((1.0, 4.0, 30.0, 3600.0))
            case "garbage":
                tell = self.dice.choice((machine.notify, machine.indicate, machine.announce))
                tell(self.dice.randbytes(self.dice.randint(0, 20)))

    async def _machine(self, fault: str, machine: Telling, judge: Judge) -> None:
        now_s = asyncio.get_running_loop().time()
        match fault:
            case "key":
                judge.interrupted(now_s)
                machine.pull_key()
                await asyncio.sleep(self.dice.uniform(0.2, 6))
                machine.put_key_back()
            case "console":
                judge.interrupted(now_s)
                machine.press_stop()
            case "starts" | "faster" if (fault == "faster") == machine.belt.running:
                judge.started_itself(now_s)
                machine.press_start(self.dice.uniform(2.2, 6) * KMH)
            case "silent":
                machine.quirks.silent = True
            case "stops lost":
                machine.quirks.stops_lost = self.dice.randint(1, 40)
            case "late":
                machine.quirks.write_s = machine.quirks.answer_s = 1.5
            case "busy":
                machine.quirks.busy_writes = self.dice.randint(1, 5)
            case "mute":
                machine.quirks.mute = True


def draw(seed: int, number: int) -> Trial:
    """The trial of this number: the same one every time."""
    dice = Random(f"{seed}:{number}")
    changes: dict[str, object] = {}
    for one in dice.choices(CHANGES, k=dice.choice((0, 1, 1, 2, 2, 3))):
        changes |= one
    mph = "takes_mph" in changes  # the slowest of such a machine is only known by trying it
    backward_mps, forward_mps = dice.choice(CEILINGS[::2] if mph else CEILINGS)
    can = HOME_TREADMILL if mph else dice.choice(MACHINES)
    wish = dice.choice((0.9, 1.0, 1.5))  # a plan that asks for too much gets no more
    can = replace(can, max_incline_ratio=dice.choice((0.0, 0.12, 0.02)))
    rise = dice.choice((0.0, 0.02, 0.15))
    plan = SessionPlan(
        (Interval(Direction.BACKWARD, 9, wish * backward_mps, incline_ratio=rise),
         Interval(Direction.FORWARD, 6, wish * forward_mps)),
        Limits(min(backward_mps, can.max_mps), min(forward_mps, can.max_mps)),
    )  # fmt: skip
    trial = Trial(f"--seed {seed} --first {number} --count 1", dice, can, plan)
    trial.quirks = replace(trial.quirks, **changes)  # type: ignore[arg-type]
    times = (dice.uniform(0, 40) for _ in count())
    trial.faults = sorted(
        (next(times), dice.choice(FAULTS)) for _ in range(dice.choice((1, 1, 2, 3)))
    )
    if dice.random() < 0.2:
        trial.drop_at = (dice.choice(DROPPED_AT), dice.randint(1, 3))
    return trial


def tried(seed: int, number: int) -> Trial:
    trial = draw(seed, number)
    run_virtually(trial.run())
    return trial
