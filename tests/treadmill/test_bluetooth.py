"""The belt by Bluetooth on a virtual machine, through unmodified bleak: one test per pitfall."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps

import pytest
from tests.treadmill.airs import SECOND, STOP, Air, in_the_air, virtually

from retrowalk.errors import LinkLost, Uncertain
from retrowalk.live.events import SetIncline, SetSpeed, StartBelt, StopReason
from retrowalk.treadmill.bluetooth import connect, find
from retrowalk.treadmill.bumble_bleak import radio
from retrowalk.treadmill.ftms import CONTROL_POINT, set_speed
from retrowalk.treadmill.port import Capability
from retrowalk.treadmill.simulated import HILLY_TREADMILL
from retrowalk.treadmill.virtual import Quirks, VirtualTreadmill
from retrowalk.treadmill.virtual_radio import TREADMILL_ADDRESS, LocalLink, OnAir, device_on
from retrowalk.units import KMH, MPH

MIN = 0.5 * KMH


def in_virtual_time(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(test)
    def run(**given: object) -> None:
        virtually(lambda: test(**given))

    return run


async def stops(air: Air, within_s: float = 10.0) -> None:
    await air.ask(STOP, within_s)
    assert air.moving_mps == 0


@in_virtual_time
async def test_it_asks_for_control_once_starts_once_and_stops() -> None:
    air = await in_the_air()
    await air.walk()
    assert air.moving_mps == pytest.approx(2.1 * KMH)
    await stops(air)
    assert len(air.written(0)) == len(air.written(7)) == 1


@pytest.mark.parametrize("pending", [{"answer_s": 1.5}, {"write_s": 1.5}], ids=str)
@in_virtual_time
async def test_a_stop_is_on_the_wire_at_once_behind_a_slow_write(
    pending: dict[str, float],
) -> None:
    air = await in_the_air(Quirks(**pending))  # type: ignore[arg-type]
    await air.walk()
    air.belt.ask(SetSpeed(0.9))
    await asyncio.sleep(0.3)
    asked_s = air.now_s
    await air.ask(STOP, 12)
    written_s = next(at for at, said in air.machine.wire if said == b"\x08\x01")
    assert written_s - asked_s <= 0.010
    assert air.moving_mps == 0


@in_virtual_time
async def test_start_that_toggles_is_never_sent_to_a_moving_belt() -> None:
    air = await in_the_air(Quirks(start_toggles=True))
    await air.walk()
    await air.ask(StartBelt(), 5)
    assert air.moving_mps > 0.5
    assert len(air.written(7)) == 1
    air.machine.press_stop()
    await asyncio.sleep(5)
    air.machine.press_start(0.4)
    await asyncio.sleep(5)
    await air.ask(StartBelt(), 5)
    assert len(air.written(7)) == 1


@in_virtual_time
async def test_a_start_lost_on_the_way_is_not_repeated() -> None:
    air = await in_the_air()
    air.machine.quirks.busy_writes = 1
    await air.ask(StartBelt(), 12)
    assert len(air.written(7)) == 1
    assert air.moving_mps == 0


@in_virtual_time
async def test_a_machine_that_takes_miles_is_found_out_at_its_slowest_and_stopped() -> None:
    air = await in_the_air(Quirks(takes_mph=True))
    await air.ask(StartBelt())
    await air.ask(SetSpeed(0.8), 20)
    assert StopReason.OVERSPEED in air.troubles
    assert air.written(2) == [set_speed(MIN)]
    assert max(air.speeds) <= 0.5 * MPH
    assert air.moving_mps == 0


@in_virtual_time
async def test_a_machine_known_to_take_miles_runs_the_speed_asked() -> None:
    slow = Capability(0.3 * KMH, 12 * KMH, 0.1 * KMH)
    air = await in_the_air(Quirks(takes_mph=True), slow, takes_mph=True)
    air.machine.capability = Capability(0.1 * KMH, 12 * KMH, 0.1 * KMH)
    await air.walk(1.6 * KMH)
    assert air.moving_mps == pytest.approx(1.5 * KMH, abs=0.11 * KMH)
    assert air.troubles == []


@in_virtual_time
async def test_a_mute_console_is_judged_by_its_telemetry() -> None:
    air = await in_the_air(Quirks(mute=True))
    await air.walk()
    assert air.moving_mps == pytest.approx(2.1 * KMH)
    await stops(air)


@in_virtual_time
async def test_bare_one_byte_errors_are_understood() -> None:
    air = await in_the_air(Quirks(bare_errors=True))
    await air.walk()
    await stops(air)
    await stops(air)  # a Stop of what stands is refused in one byte


@in_virtual_time
async def test_late_answers_are_waited_for() -> None:
    air = await in_the_air(Quirks(answer_s=1.5, busy_while_answering=True))
    await air.walk()
    assert air.moving_mps == pytest.approx(2.1 * KMH)
    await stops(air)


@in_virtual_time
async def test_no_speed_is_sent_to_a_motor_that_spins_up() -> None:
    air = await in_the_air(Quirks(deaf_in_spin_up=True))
    await air.ask(StartBelt())
    await air.ask(SetSpeed(0.6), 1.9)
    assert air.written(2) == []
    await asyncio.sleep(14)
    assert air.moving_mps == pytest.approx(2.1 * KMH)


@in_virtual_time
async def test_a_link_dropped_in_spin_up_is_told_and_not_made_again() -> None:
    air = await in_the_air(Quirks(drops_in_spin_up=True))
    await air.ask(StartBelt(), 20)
    assert air.troubles == [StopReason.LINK_LOST]
    assert not air.belt.drives
    assert air.on_air.connections == []
    await air.ask(StartBelt(), 5)
    assert len(air.written(7)) == 1


@in_virtual_time
async def test_a_console_that_reverts_is_not_fought() -> None:
    air = await in_the_air(Quirks(reverts=True))
    await air.walk(0.6)
    await asyncio.sleep(20)
    assert air.written(2).count(set_speed(2.1 * KMH)) == 1
    assert air.speeds[-1] == pytest.approx(1.0 * KMH)


@in_virtual_time
async def test_a_machine_that_only_speeds_up_is_reported_as_it_runs_and_stops() -> None:
    air = await in_the_air(Quirks(only_speeds_up=True))
    await air.walk(0.6)
    await air.ask(SetSpeed(0.3), 10)
    assert air.speeds[-1] == pytest.approx(2.1 * KMH)
    await stops(air)


@in_virtual_time
async def test_pause_is_never_sent() -> None:
    air = await in_the_air(Quirks(no_pause=True))
    await air.walk()
    await stops(air)
    assert set(air.written(8)) == {b"\x08\x01"}


@pytest.mark.parametrize(
    ("least", "step", "asked", "sent"),
    [(0.5, 0.1, 0.8 * MPH / KMH, 1.2), (0.96, 0.32, 1.61, 1.60), (1.6, 0.1, 1.0, 1.6)],
)
@in_virtual_time
async def test_speeds_are_rounded_to_the_machines_step_toward_slower(
    least: float, step: float, asked: float, sent: float
) -> None:
    air = await in_the_air(can=Capability(least * KMH, 12 * KMH, step * KMH))
    await air.walk(asked * KMH)
    assert air.written(2)[-1] == set_speed(sent * KMH)
    assert air.moving_mps == pytest.approx(sent * KMH)


@in_virtual_time
async def test_a_machine_that_reboots_and_runs_on_is_left_alone() -> None:
    air = await in_the_air(Quirks(starts_itself_s=5))
    await air.walk()
    air.on_air.drop()
    await asyncio.sleep(1)
    wire = len(air.machine.wire)
    await asyncio.sleep(30)
    assert air.moving_mps > 0.5
    assert air.troubles == [StopReason.LINK_LOST]
    assert len(air.machine.wire) == wire


@in_virtual_time
async def test_speed_told_while_paused_is_no_proof_of_rest() -> None:
    air = await in_the_air(Quirks(paused_speed=True))
    await air.walk()
    await air.ask(STOP, 10)
    before = len(air.written(8))
    await asyncio.sleep(10)
    assert len(air.written(8)) >= before + 10
    with pytest.raises(Uncertain, match="safety key"):
        await air.belt.close()


@pytest.mark.parametrize("quirk", ["split_records", "reserved_bits"])
@in_virtual_time
async def test_odd_records_are_read(quirk: str) -> None:
    air = await in_the_air(Quirks(**{quirk: True}))  # type: ignore[arg-type]
    await air.walk()
    assert air.speeds[-1] == pytest.approx(2.1 * KMH)
    await stops(air)


@pytest.mark.parametrize("zeroes", [False, True])
@in_virtual_time
async def test_a_pulled_key_is_told_and_zeroes_are_believed(zeroes: bool) -> None:
    air = await in_the_air(Quirks(zeroes_after_key=zeroes))
    await air.walk()
    air.machine.pull_key()
    await asyncio.sleep(5)
    assert air.troubles == [StopReason.CONSOLE]
    assert air.speeds[-1] == 0


@in_virtual_time
async def test_nonsense_at_the_beginning_starts_nothing() -> None:
    air = await in_the_air(Quirks(nonsense_first=10), settled_s=0)
    await air.ask(StartBelt(), 20)
    assert air.written(7) == []


@in_virtual_time
async def test_a_busy_machine_gets_its_speed_and_its_stop_again() -> None:
    air = await in_the_air()
    await air.ask(StartBelt(), 14)
    air.machine.quirks.busy_writes = 2
    await air.ask(SetSpeed(0.6), 8)
    assert air.moving_mps == pytest.approx(2.1 * KMH)
    air.machine.quirks.busy_writes = 3
    await stops(air)


@in_virtual_time
async def test_control_is_asked_for_again_only_while_connecting_to_a_busy_machine() -> None:
    air = await in_the_air(Quirks(busy_writes=2))
    assert len(air.written(0)) == 3
    await air.walk()
    assert air.moving_mps > 0.5


@in_virtual_time
async def test_a_second_app_that_takes_control_keeps_it() -> None:
    air = await in_the_air()
    await air.walk()
    air.machine._take("another app")
    await asyncio.sleep(1)
    assert air.troubles == [StopReason.CONTROL_LOST]
    wire = len(air.machine.wire)
    await air.ask(SetSpeed(0.9), 2)
    await air.ask(StartBelt(), 2)
    assert len(air.machine.wire) == wire
    await air.ask(STOP, 2)
    assert air.written(8)
    assert len(air.written(0)) == 1


@in_virtual_time
async def test_stops_that_get_lost_are_asked_again_until_rest() -> None:
    air = await in_the_air(Quirks(stops_lost=4))
    await air.walk()
    await stops(air)


@in_virtual_time
async def test_a_stop_lost_while_the_motor_spins_up_is_asked_till_it_would_run() -> None:
    air = await in_the_air(Quirks(stops_lost=6))
    await air.ask(StartBelt(), 0.3)
    await air.ask(STOP, 20)
    assert air.moving_mps == 0


@pytest.mark.parametrize("only", [Quirks(reports_only=True), Quirks(refuses_control=True)], ids=str)
@in_virtual_time
async def test_a_machine_that_only_reports_is_only_read(only: Quirks) -> None:
    air = await in_the_air(only)
    assert not air.belt.drives
    await air.walk()
    assert air.written(7) == air.written(2) == []
    air.machine.press_start(0.4)
    await asyncio.sleep(5)
    assert air.speeds[-1] == pytest.approx(0.4, abs=0.03)


@in_virtual_time
async def test_it_pairs_where_a_machine_wants_it() -> None:
    air = await in_the_air(Quirks(wants_pairing=True))
    await air.walk()
    assert air.moving_mps > 0.5


@in_virtual_time
async def test_closing_leaves_a_belt_at_rest() -> None:
    air = await in_the_air()
    await air.walk(2.0)
    heard = len(air.heard)
    await air.belt.close()
    assert len(air.heard) == heard
    assert air.moving_mps == 0
    assert air.on_air.connections == []


@in_virtual_time
async def test_a_machine_that_is_not_there_is_said_in_a_sentence() -> None:
    central = device_on(LocalLink(), SECOND)
    await central.power_on()
    with pytest.raises(LinkLost, match="switch it on"):
        await connect(TREADMILL_ADDRESS, backend=radio(central)[0])


@pytest.mark.parametrize(
    ("service_data", "says_service", "likely"),
    [
        (b"\x26\x18\x01\x01\x00", True, True),
        (b"\x26\x18\x01\x00\x01", False, True),  # swapped
        (b"\x26\x18\x01", False, True),  # one byte
        (None, True, True),
        (None, False, False),  # a manual pick
        (b"\x26\x18\x01\x20\x00", True, None),  # a bicycle
    ],
)
@in_virtual_time
async def test_odd_advertisements_are_found(
    service_data: bytes | None, says_service: bool, likely: bool | None
) -> None:
    link = LocalLink()
    machine = VirtualTreadmill(asyncio.get_running_loop())
    on_air = OnAir(machine, device_on(link, TREADMILL_ADDRESS), service_data=service_data,
                   says_service=says_service)  # fmt: skip
    await on_air.begin()
    central = device_on(link, SECOND)
    await central.power_on()
    found = await find(3, radio(central)[1])
    assert [one.likely for one in found] == ([] if likely is None else [likely])


@in_virtual_time
async def test_all_speeds_are_right_on_the_wire() -> None:
    air = await in_the_air(can=Capability(0.01 * KMH, 25 * KMH, 0.01 * KMH))
    for steps in range(2501):
        await air.belt.client.write_gatt_char(
            CONTROL_POINT, set_speed(steps / 100 * KMH), response=True
        )
    sent = [int.from_bytes(said[1:], "little") for said in air.written(2)]
    assert sent == list(range(2501))


def test_a_stop_asked_in_the_moment_of_a_slow_speed_does_not_wait_behind_it() -> None:
    async def way() -> None:
        air = await in_the_air(Quirks())
        await air.walk()
        air.machine.quirks.write_s = 1.5
        air.belt.ask(SetSpeed(0.3))
        asked_s = air.now_s
        air.belt.ask(STOP)
        await asyncio.sleep(0.01)
        stops = [at_s for at_s, said in air.machine.wire if said[0] == 0x08]
        assert [at_s - asked_s <= 0.01 for at_s in stops[:1]] == [True]

    virtually(way)


@in_virtual_time
async def test_an_incline_is_set_where_the_machine_says_it_can_and_is_level_at_the_end() -> None:
    air = await in_the_air(can=HILLY_TREADMILL)
    assert air.belt.capability.max_incline_ratio == pytest.approx(0.12)
    await air.walk()
    await air.ask(SetIncline(0.034), 30)
    assert air.written(3) == [b"\x03\x1e\x00"]  # 3 %, rounded toward flatter
    assert air.inclines[-1] == pytest.approx(0.03)
    await stops(air)
    await air.belt.close()
    assert air.written(3) == [b"\x03\x1e\x00", b"\x03\x00\x00"]
    stopped_s = max(at for at, said in air.machine.wire if said == b"\x08\x01")
    assert stopped_s < air.machine.wire[-1][0] or air.machine.wire[-1][1][0] == 8


@in_virtual_time
async def test_closing_levels_an_inclined_belt_first() -> None:
    air = await in_the_air(can=HILLY_TREADMILL)
    await air.walk()
    await air.ask(SetIncline(0.05), 20)
    await air.belt.close()
    assert air.written(3)[-1] == b"\x03\x00\x00"
    assert air.moving_mps == 0


@pytest.mark.parametrize(
    ("features", "told"),
    [
        (bytes(8), b"\x00\x00\x78\x00\x05\x00"),  # does not claim it
        (b"\x05\x00\x00\x00\x03\x00\x00\x00", b"\x00\x00\x78"),  # no range
        (b"\x05\x00", b"\x00\x00\x78\x00\x05\x00"),  # no features
        (b"\x05\x00\x00\x00\x03\x00\x00\x00", b"\x0a\x00\x78\x00\x05\x00"),  # never level
    ],
)
@in_virtual_time
async def test_an_incline_is_not_asked_where_claim_and_range_do_not_agree(
    features: bytes, told: bytes
) -> None:
    air = await in_the_air(can=HILLY_TREADMILL, features=features, incline_range=told)
    assert air.belt.capability.max_incline_ratio == 0
    await air.walk()
    await air.ask(SetIncline(0.03), 20)
    assert air.written(3) == []


@in_virtual_time
async def test_a_machine_without_incline_is_never_asked_for_one() -> None:
    air = await in_the_air()
    await air.walk()
    await air.ask(SetIncline(0.03), 20)
    assert air.written(3) == []
    assert air.inclines == []


@in_virtual_time
async def test_no_speed_comes_after_a_stop_from_behind_a_slow_write() -> None:
    air = await in_the_air(Quirks(write_s=1.5))
    await air.walk()
    for mps in (0.5, 0.4, 0.3):  # a ramp; each is asked while the one before is being written
        await air.ask(SetSpeed(mps), 0.3)
    await stops(air)
    stop_i = next(i for i, (_, said) in enumerate(air.machine.wire) if said == b"\x08\x01")
    assert [said[0] for _, said in air.machine.wire[stop_i:]].count(2) == 0


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.05, 0.1, 0.3])
@in_virtual_time
async def test_a_link_that_drops_while_it_is_made_is_said_in_a_sentence(after_s: float) -> None:
    link, loop = LocalLink(), asyncio.get_running_loop()
    machine = VirtualTreadmill(loop, quirks=Quirks(answer_s=0.5))
    on_air = OnAir(machine, device_on(link, TREADMILL_ADDRESS))
    await on_air.begin()
    on_air.device.on("connection", lambda _: loop.call_later(after_s, on_air.drop))
    central = device_on(link, SECOND)
    await central.power_on()
    with pytest.raises(LinkLost, match="the treadmill"):
        await asyncio.wait_for(connect(TREADMILL_ADDRESS, backend=radio(central)[0]), 60)
    assert all(said[0] != 7 for _, said in machine.wire)
