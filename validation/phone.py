"""What a phone as a sensor promises: few false stops, soon, and nothing out of order.

    python -m validation.phone

Stumbles are simulated ones, put into simulated and real walks: no recording of a real stumble is
here.  Real forward walks are those of RETROWALK_DATA, straight or round a turn, overground.
"""

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from retrowalk.gait.alarm import STANDS_S, Alarm
from retrowalk.gait.packets import Order, Packet
from retrowalk.gait.simulate import Spell, simulate
from retrowalk.gait.simulate_stumble import with_stumble
from retrowalk.tables import Sensor
from retrowalk.units import HOUR
from retrowalk.words import Direction, Placement
from validation import recordings as known
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.phone"
WORN = (Placement.RIGHT_THIGH, Placement.LOWER_BACK)
BELT = ((0.2, 2.0), (0.36, 1.6), (0.6, 1.4), (0.85, 1.25))  # m/s and s; backward ends at 0.89
SEEDS, STEPS, PIECE = 6, 100, 18
LIVE_S = 0.3  # a packet's own length: what is in it is heard at its end
LOST_RATIO = 0.2
Spans = list[tuple[float, float]]


def promises() -> Iterator[Promise]:
    yield from _simulated()
    yield from _real()
    yield _delivery()


def _simulated() -> Iterator[Promise]:
    rng = np.random.default_rng(20261121)
    walked_s, false, found, tried = 0.0, 0, 0, 0
    stumble_s: list[float] = []
    stand_s: list[float] = []
    for worn in WORN:
        for way in (Direction.FORWARD, Direction.BACKWARD):
            for speed_mps, stride_s in BELT:
                for _ in range(SEEDS):
                    spell = Spell(way, STEPS, speed_mps, stride_s, rng.uniform(0, 0.1))
                    made = simulate([spell], [worn], rng, rate_hz=60.0, tilt_rad=0.3)
                    sensor, landed = made.recording.sensors[0], made.contacts.time_s
                    span = [(float(landed[0]) + 1.0, float(landed[-1]))]
                    false += sum(_false(sensor, span))
                    walked_s += span[0][1] - span[0][0]
                    at_s = span[0][0] + rng.uniform(6.0, 20.0)
                    heard = _stumbles(with_stumble(sensor, at_s, rng))
                    near = [said for begun, said in heard if abs(begun - at_s) < 1.0]
                    tried, found = tried + 1, found + bool(near)
                    stumble_s += [near[0] - at_s] if near else []
                    stand_s.append(_stands_after(_stood_on(sensor, rng)) - float(landed[-1]))
    yield at_most("belt.phone_false_stops.simulated", false * HOUR / walked_s, 1, "per h", COMMAND)
    yield at_least("belt.phone_stumbles_felt.simulated", 100 * found / tried, 90, "%", COMMAND)
    late_s = float(np.percentile(stumble_s, 95))
    yield at_most("belt.phone_stumble_delay", late_s, 1.5, "s p95", COMMAND)
    yield at_most("belt.phone_stand_delay", float(np.percentile(stand_s, 95)), 4, "s p95", COMMAND)


def _real() -> Iterator[Promise]:
    data = known.folder()
    if data is None:
        print("belt.phone_*.real: no recordings at RETROWALK_DATA", file=sys.stderr)
        return
    rng = np.random.default_rng(20261121)
    walked_s, stumbles, stands, found, tried = 0.0, 0, 0, 0, 0
    for sensor, spans in _walks(data):
        false = _false(sensor, spans)
        stumbles, stands = stumbles + false[0], stands + false[1]
        walked_s += sum(b - a for a, b in spans)
        for a, b in spans:
            if b - a > 8.0:
                at_s = a + 4.5 + rng.uniform(0, b - a - 7.0)
                heard = _stumbles(with_stumble(sensor, at_s, rng))
                tried, found = tried + 1, found + any(abs(t - at_s) < 1.0 for t, _ in heard)
    hours = walked_s / HOUR
    yield at_least("belt.phone_real_walking", hours, 0.4, "h", COMMAND)
    yield at_most("belt.phone_false_stands.real", stands / hours, 1, "per h", COMMAND)
    yield at_most("belt.phone_false_stumbles.real", stumbles / hours, 1, "per h", COMMAND)
    yield at_least("belt.phone_stumbles_felt.real_walks", 100 * found / tried, 90, "%", COMMAND)


def _walks(data: Path) -> Iterator[tuple[Sensor, Spans]]:
    """Lower backs and when their feet truly moved, pauses of 0.6 s and more left out."""
    for trial in known.ipol_trials(data):
        moved = np.concatenate(list(known.ipol_swings(data, trial).values()))
        spans: Spans = []
        for begin, end in sorted(map(tuple, moved.tolist())):
            if spans and begin - spans[-1][1] < 0.6:
                spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
            else:
                spans.append((begin, end))
        yield known.ipol(data, trial, "lb").sensors[0], spans
    for recording, bouts in known.mobgap(data):
        yield recording.sensors[0], [(a, b) for a, b, _ in bouts]


def _heard(sensor: Sensor) -> Iterator[tuple[float, Alarm, tuple[float, ...]]]:
    """After each packet: its end, the alarm, and the stumbles it brought."""
    alarm = Alarm()
    for begin in range(0, len(sensor), PIECE):
        rows = slice(begin, begin + PIECE)
        new = alarm.hear(sensor.time_s[rows], sensor.acc_mps2[rows], sensor.gyr_radps[rows])
        yield float(sensor.time_s[rows][-1]), alarm, new


def _stumbles(sensor: Sensor) -> list[tuple[float, float]]:
    """When each began, and when it was said."""
    return [(begun_s, at_s) for at_s, _, new in _heard(sensor) for begun_s in new]


def _false(sensor: Sensor, spans: Spans) -> tuple[int, int]:
    """Stumbles and stands said of these spans of walking, in which there was none."""
    stumbles = stands = 0
    stood = False
    for at_s, alarm, new in _heard(sensor):
        stumbles += sum(any(a <= begun <= b for a, b in spans) for begun in new)
        wrong = alarm.stands and any(a + STANDS_S < at_s <= b for a, b in spans)
        stands, stood = stands + (wrong and not stood), wrong
    return stumbles, stands


def _stood_on(sensor: Sensor, rng: np.random.Generator) -> Sensor:
    """The same, who then stands for three seconds more than the simulator lets them."""
    more = np.arange(1, 181) / 60.0
    noise = rng.normal(0, 0.05, (len(more), 3))
    return Sensor(
        np.append(sensor.time_s, sensor.time_s[-1] + more),
        np.concatenate([sensor.acc_mps2, sensor.acc_mps2[-30:].mean(axis=0) + noise]),
        np.concatenate([sensor.gyr_radps, 0.2 * noise]),
    )


def _stands_after(sensor: Sensor) -> float:
    middle = float(sensor.time_s[-1]) / 2
    return next((at for at, alarm, _ in _heard(sensor) if at > middle and alarm.stands), np.inf)


def _delivery() -> Promise:
    """Of 300 deliveries with a fifth lost and the rest shuffled, how many come out right."""
    rng, right = np.random.default_rng(1), 0
    for _ in range(300):
        kept = np.flatnonzero(rng.uniform(size=120) >= LOST_RATIO)
        late = kept[np.argsort(kept + rng.uniform(0, 8.0, len(kept)))]
        order, none = Order(), np.zeros((5, 3))
        sent = (Packet(n, n * LIVE_S + np.arange(5) / 60, none, none) for n in late.tolist())
        live = [one for packet in sent for one in order.take(packet)]
        live += order.rest()
        rising = all(a.ends_s < b.begins_s for a, b in pairwise(live))
        right += rising and [one.number for one in order.all()] == kept.tolist()
    return at_least("belt.phone_delivery", right, 300, "of 300", COMMAND)


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
