"""One drawn session on a machine with drawn quirks, met by drawn faults, in virtual time.

What is judged is the machine's own: the bytes on its wire, the speed of its belt, and what the
campaign itself did (its walker's holds, its faults).  The driver is not asked how it went.
"""

import asyncio
from dataclasses import dataclass, field, replace
from random import Random

from tests.treadmill.airs import CENTRAL

from retrowalk.app.driving import Drive
from retrowalk.app.virtual import run_virtually
from retrowalk.errors import LinkLost, Uncertain
from retrowalk.live.cues import CueKind
from retrowalk.live.events import HoldBeat, HoldReleased, StopReason, StopWanted
from retrowalk.treadmill.bluetooth import BluetoothBelt, connect
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.virtual import Quirks, VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on
from retrowalk.words import Direction, Interval, Limits, SessionPlan

PLAN = SessionPlan(
    (Interval(Direction.BACKWARD, 14, 0.35), Interval(Direction.FORWARD, 10, 0.45)),
    Limits(backward_top_mps=0.4, forward_top_mps=0.5),
)
LOOK_S, LASTS_S, HOLD_S = 0.05, 75.0, 2.0
FAULTS = ("drop", "stop", "page", "key", "console", "second", "silent", "stops lost", "late",
          "busy", "mute")  # fmt: skip
CHANGES: tuple[dict[str, object], ...] = (
    {}, {"start_toggles": True}, {"takes_mph": True}, {"mute": True}, {"bare_errors": True},
    {"answer_s": 1.5}, {"write_s": 1.5}, {"busy_while_answering": True}, {"busy_writes": 2},
    {"deaf_in_spin_up": True}, {"drops_in_spin_up": True}, {"reverts": True},
    {"only_speeds_up": True}, {"no_pause": True}, {"paused_speed": True}, {"split_records": True},
    {"reserved_bits": True}, {"zeroes_after_key": True}, {"nonsense_first": 3}, {"silent": True},
    {"wants_pairing": True}, {"refuses_control": True}, {"stops_lost": 3},
    {"starts_itself_s": 4.0},
)  # fmt: skip
ASKED_BY_S = {"stop": 0.05, "page": 0.05, "second": 0.5, "silent": 6.5}
AGAIN_S = 2.0  # a belt still moving is asked again within this
SHOUTED_BY_S = 6.5  # five seconds unseen, a tick, and the report that was on its way


class Quiet:
    """A log nobody reads."""

    def add(self, at_s: float, entry: object, /) -> None: ...


@dataclass
class Trial:
    """What was done to one session, and what was seen to be wrong."""

    name: str
    dice: Random
    quirks: Quirks = field(default_factory=Quirks)
    faults: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[tuple[str, float, str]] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)  # when each reached two seconds
    shouts: int = 0
    due_s: float | None = None  # since when a stop is called for
    within_s: float = 0.0
    moving_since_s: float | None = None  # with a stop called for
    wire_read: int = 0
    starts: int = 0
    recovered_s: float | None = None
    tried: bool = True
    unconfirmed: int = 0
    _shout_due: bool = False

    def blame(self, bar: str, at_s: float, why: str) -> None:
        if not any(known == bar for known, _, _ in self.wrong):
            self.wrong.append((bar, round(at_s, 2), why))

    # --- the session -----------------------------------------------------------------

    async def run(self) -> None:
        link, loop = LocalLink(), asyncio.get_running_loop()
        machine = VirtualTreadmill(loop, quirks=self.quirks)
        on_air = OnAir(machine, device_on(link, TREADMILL_ADDRESS))
        await on_air.begin()
        central = device_on(link, CENTRAL)
        await central.power_on()
        try:
            known_mph = self.quirks.takes_mph and self.dice.random() < 0.5
            belt = await connect(TREADMILL_ADDRESS, backend=radio(central)[0], takes_mph=known_mph)
        except LinkLost:
            self.tried = False
            return
        drive = Drive(PLAN, make_belt=lambda _: belt, log=Quiet(), wall=loop.time)
        doing = [asyncio.create_task(self._walk(drive)),
                 asyncio.create_task(self._meddle(drive, machine, on_air))]  # fmt: skip
        await self._watch(drive, machine, on_air)
        for task in doing:
            task.cancel()
        await self._part(belt, machine, on_air)

    async def _part(self, belt: BluetoothBelt, machine: VirtualTreadmill, on_air: OnAir) -> None:
        try:
            await belt.close()
        except Uncertain:
            return
        if machine.belt.belt_mps > 0 and on_air.connections:
            self.blame("shouts", 0.0, "closed as sure, and the belt moves")

    async def _watch(self, drive: Drive, machine: VirtualTreadmill, on_air: OnAir) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + LASTS_S
        while not drive.over and loop.time() < until_s:
            drive.catch_up()
            self.shouts += sum(cue.kind is CueKind.SAFETY_KEY for cue in drive.cues)
            drive.cues.clear()
            self._judge(loop.time(), drive, machine, bool(on_air.connections))
            await asyncio.sleep(LOOK_S)

    # --- the walker ------------------------------------------------------------------

    async def _walk(self, drive: Drive) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(0.5, 4))
            if drive.session.waits_for_hand:
                await self._hold(drive, self.dice.choice((1.0, 1.7, 2.6, 2.6, 2.6, 2.6)))

    async def _hold(self, drive: Drive, for_s: float) -> None:
        loop = asyncio.get_running_loop()
        began_s, reached = loop.time(), False
        while loop.time() - began_s < for_s:
            drive.catch_up()
            drive.take(HoldBeat(drive.at_s))
            if loop.time() - began_s >= HOLD_S and not reached:
                reached = True
                self.holds.append(loop.time())
                self.recovered_s = None
            await asyncio.sleep(0.25)
        drive.take(HoldReleased(drive.at_s))

    # --- the faults ------------------------------------------------------------------

    async def _meddle(self, drive: Drive, machine: VirtualTreadmill, on_air: OnAir) -> None:
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for at_s, fault in self.faults:
            await asyncio.sleep(max(0.0, began_s + at_s - loop.time()))
            drive.catch_up()
            await self._do(fault, drive, machine, on_air)

    async def _do(self, fault: str, drive: Drive, machine: VirtualTreadmill, on_air: OnAir) -> None:
        now_s = asyncio.get_running_loop().time()
        refused = fault == "second" and machine.quirks.refuses_control  # nothing was taken
        if fault in ASKED_BY_S and not refused and machine.belt.belt_mps > 0 and self.due_s is None:
            self.due_s, self.within_s = now_s, ASKED_BY_S[fault]
        match fault:
            case "drop":
                on_air.drop()
            case "stop":
                drive.take(StopWanted(drive.at_s, StopReason.WALKER))
            case "page":
                drive.take(StopWanted(drive.at_s, StopReason.PAGE_LOST))
            case "key":
                machine.pull_key()
                await asyncio.sleep(self.dice.uniform(2, 6))
                machine.put_key_back()
                self.recovered_s = now_s
            case "console":
                machine.press_stop()
            case "second":
                machine.written(b"\x00", "another app")
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

    # --- the judge -------------------------------------------------------------------

    def _judge(self, now_s: float, drive: Drive, machine: VirtualTreadmill, up: bool) -> None:
        top_mps = PLAN.limits.top_mps(PLAN.intervals[drive.session.interval_i].direction)
        moving = machine.belt.belt_mps > 0
        self._judge_wire(machine, top_mps)
        ours = self.quirks.starts_itself_s is None
        if ours and machine.belt.belt_mps > top_mps + 1e-6:
            self.blame("speeds", now_s, f"belt at {machine.belt.belt_mps:.3f} m/s")
        if self.recovered_s is not None and ours and machine.belt.running:
            self.blame("recovery", now_s, "the belt runs after the key was put back")
        self._judge_stop(now_s, machine, moving, up)

    def _judge_wire(self, machine: VirtualTreadmill, top_mps: float) -> None:
        per = 0.01 / 3.6 * (1.609344 if self.quirks.takes_mph else 1.0)
        for at_s, said in machine.wire[self.wire_read :]:
            if said[0] == 0x07:
                self.starts += 1
                if self.starts > len(self.holds):
                    self.blame("holds", at_s, "Start without a hold")
            if said[0] == 0x02:
                mps = int.from_bytes(said[1:3], "little") * per
                if mps > top_mps + 1e-6:
                    self.blame("speeds", at_s, f"{mps:.3f} m/s on the wire")
        self.wire_read = len(machine.wire)

    def _judge_stop(self, now_s: float, machine: VirtualTreadmill, moving: bool, up: bool) -> None:
        if self.due_s is None:
            return
        if not moving:
            self.due_s = self.moving_since_s = None
            return
        stops = [at_s for at_s, said in machine.wire if said[0] == 0x08 and at_s >= self.due_s]
        late_s = now_s - self.due_s - self.within_s
        if up and late_s > 0 and not stops:
            self.blame("stops", now_s, "moving, reachable and not asked to stop")
        if up and stops and now_s - stops[-1] > AGAIN_S:
            self.blame("stops", now_s, "moving, reachable and not asked again")
        if late_s > SHOUTED_BY_S and not self._shout_due:
            self._shout_due = True
            self.unconfirmed += 1
            if not self.shouts:
                self.blame("shouts", now_s, "not seen at rest and not told")


def draw(seed: int, number: int) -> Trial:
    """The trial of this number: the same one every time."""
    dice = Random(f"{seed}:{number}")
    changes: dict[str, object] = {}
    for one in dice.choices(CHANGES, k=dice.choice((0, 1, 1, 2, 2, 3))):
        changes |= one
    trial = Trial(f"--seed {seed} --first {number} --count 1", dice)
    trial.quirks = replace(trial.quirks, **changes)  # type: ignore[arg-type]
    count = dice.choice((1, 1, 2, 2, 3))
    trial.faults = sorted((dice.uniform(0, 50), dice.choice(FAULTS)) for _ in range(count))
    return trial


def tried(seed: int, number: int) -> Trial:
    trial = draw(seed, number)
    run_virtually(trial.run())
    return trial
