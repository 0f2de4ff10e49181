"""What measuring promises, on recordings of other people: direction and contacts.

python -m validation.measure [direction|reversed|derived|contacts …]

Needs the folder RETROWALK_DATA; without it nothing is measured, and that is said.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace

import numpy as np

from retrowalk.gait.pipeline import measure
from retrowalk.tables import DIRECTION_CODE, KIND_CODE, SIDE_CODE, Floats, Gait, Recording
from retrowalk.units import DEGREE
from retrowalk.words import ContactKind, Direction, Placement, Side
from validation import recordings as known
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.measure"
TILT_RAD = 20 * DEGREE
FEET = (Placement.LEFT_FOOT, Placement.RIGHT_FOOT)
SHANKS = (Placement.LEFT_SHANK, Placement.RIGHT_SHANK)
BACK = (Placement.LOWER_BACK,)
WORN = {"feet": FEET, "shanks": SHANKS, "back": BACK}
NEAR_S = 0.1  # a contact found within this of the reference is the same one
STEP_S = 0.5  # Mobilise-D's tolerance for the lower back


def promises() -> Iterable[Promise]:
    """Everything below, or nothing where the recordings are not there."""
    if known.folder() is None:
        print("measure.*: no recordings at RETROWALK_DATA, nothing measured", file=sys.stderr)
        return
    for part in MEASURES.values():
        yield from part()


def direction() -> Iterator[Promise]:
    """Real people walking forward: how many strides are called backward."""
    data = known.folder()
    assert data is not None
    trials = known.ipol_trials(data)
    yield _called("ipol_feet", [measure(known.ipol(data, t, "lf", "rf")) for t in trials])
    yield _called("ipol_back", [measure(known.ipol(data, t, "lb")) for t in trials])
    yield _called("mobgap_back", [measure(recording) for recording, _ in known.mobgap(data)])
    yield _called("gaitmap_feet", [measure(known.gaitmap(data))])
    walks = [known.first(data / "xio" / f"{name}_walk.csv") for name in ("short", "long")]
    yield _called("xio_foot", [measure(_at(walk, Placement.RIGHT_FOOT)) for walk in walks])


def reversed_() -> Iterator[Promise]:
    """The same feet played backward in time: how many strides are called backward."""
    data = known.folder()
    assert data is not None
    feet = (known.ipol(data, trial, "lf", "rf") for trial in known.ipol_trials(data))
    gaits = [measure(known.reversed_in_time(recording)) for recording in feet]
    share = _percent(gaits, Direction.BACKWARD)
    yield at_least("measure.reversed.ipol_feet", share, 98, "%", f"{COMMAND} reversed")
    gaits = [measure(known.reversed_in_time(known.gaitmap(data)))]
    share = _percent(gaits, Direction.BACKWARD)
    yield at_least("measure.reversed.gaitmap_feet", share, 98, "%", f"{COMMAND} reversed")


def derived() -> Iterator[Promise]:
    """Signals derived from motion capture, straps askew by up to 20 degrees, with noise."""
    for name in ("cmu", "bandai"):
        for worn, placements in WORN.items():
            gaits = _derived(name, placements, backward=False)
            yield _called(f"{name}_{worn}", gaits, command="derived")
            share = _percent(_derived(name, placements, backward=True), Direction.BACKWARD)
            yield at_least(f"measure.backward.{name}_{worn}", share, 80, "%", f"{COMMAND} derived")


def contacts() -> Iterator[Promise]:
    """Contacts beside hand-checked swings, markers and instrumented shoes."""
    data = known.folder()
    assert data is not None
    command = f"{COMMAND} contacts"
    for kind, column in ((ContactKind.FINAL, 0), (ContactKind.INITIAL, 1)):
        f1, middle_s = _ipol_contacts(kind, column)
        name = kind.value.split()[0]
        yield at_least(f"measure.contacts.ipol_{name}_f1", f1, 0.95, "", command)
        yield at_most(f"measure.contacts.ipol_{name}_bias", abs(middle_s), 0.03, "s", command)
    found, reference, bias_s = _gaitmap_contacts()
    yield at_least("measure.contacts.gaitmap_found", found, reference, "strides", command)
    yield at_most("measure.contacts.gaitmap_initial_bias", abs(bias_s), 0.02, "s", command)
    f1, late_s = _indip_contacts()
    yield at_least("measure.contacts.mobgap_f1", f1, 0.8, "", command)
    yield at_most("measure.contacts.mobgap_error", late_s, 0.06, "s", command)


MEASURES: dict[str, Callable[[], Iterator[Promise]]] = {
    "direction": direction,
    "reversed": reversed_,
    "derived": derived,
    "contacts": contacts,
}


def _at(recording: Recording, placement: Placement) -> Recording:
    """The same, worn there: the file does not say."""
    sensors = tuple(replace(sensor, placement=placement) for sensor in recording.sensors)
    return replace(recording, sensors=sensors)


def _derived(name: str, placements: tuple[Placement, ...], *, backward: bool) -> list[Gait]:
    data = known.folder()
    assert data is not None
    rng = np.random.default_rng(20261121)
    return [
        measure(known.derived(path, *placements, rng=rng, tilt_rad=TILT_RAD))
        for path in known.clips(data, name, backward=backward)
    ]


def _called(name: str, gaits: list[Gait], command: str = "direction") -> Promise:
    share = _percent(gaits, Direction.BACKWARD)
    return at_most(f"measure.forward.{name}", share, 5, "%", f"{COMMAND} {command}")


def _percent(gaits: list[Gait], way: Direction) -> float:
    """Of all strides measured, those called this way; without strides nothing is promised."""
    codes = np.concatenate([gait.strides.direction for gait in gaits])
    return 100.0 * float(np.mean(codes == DIRECTION_CODE[way])) if len(codes) else float("nan")


def _times(gait: Gait, kind: ContactKind, side: Side | None = None) -> Floats:
    mask = gait.contacts.kind == KIND_CODE[kind]
    if side is not None:
        mask &= gait.contacts.side == SIDE_CODE[side]
    times: Floats = gait.contacts.time_s[mask]
    return times


def matched(found: Floats, reference: Floats, within_s: float) -> Floats:
    """Found minus reference of each pair, nearest pairs first, each used once."""
    gaps = np.abs(found[:, None] - reference[None, :])
    errors = []
    used_i: set[int] = set()
    used_j: set[int] = set()
    for i, j in sorted(np.argwhere(gaps <= within_s).tolist(), key=lambda pair: gaps[*pair]):
        if i not in used_i and j not in used_j:
            errors.append(found[i] - reference[j])
            used_i.add(i)
            used_j.add(j)
    return np.array(errors)


def _ipol_contacts(kind: ContactKind, column: int) -> tuple[float, float]:
    data = known.folder()
    assert data is not None
    errors, found, wanted = [], 0, 0
    for trial in known.ipol_trials(data):
        gait = measure(known.ipol(data, trial, "lf", "rf"))
        for foot, side in (("lf", Side.LEFT), ("rf", Side.RIGHT)):
            swings = known.ipol_swings(data, trial)[foot]
            times = _times(gait, kind, side)
            inside = (times > swings[0, 0] - 0.2) & (times < swings[-1, 1] + 0.2)
            errors.append(matched(times[inside], swings[:, column], NEAR_S))
            found, wanted = found + int(inside.sum()), wanted + len(swings)
    every = np.concatenate(errors)
    return 2 * len(every) / (found + wanted), float(np.median(every))


def _gaitmap_contacts() -> tuple[int, int, float]:
    """Reference strides with both ends found, how many there are, and how late landings are."""
    data = known.folder()
    assert data is not None
    gait = measure(known.gaitmap(data))
    errors, found, wanted = [], 0, 0
    for foot, side in (("left", Side.LEFT), ("right", Side.RIGHT)):
        reference = known.gaitmap_events(data)[foot]
        landed, left = (_times(gait, k, side) for k in (ContactKind.INITIAL, ContactKind.FINAL))
        errors.append(matched(landed, reference["ic"], NEAR_S))
        wanted += len(reference["tc"])
        found += min(len(matched(left, reference["tc"], NEAR_S)), len(errors[-1]) - 1)
    return found, wanted, float(np.median(np.concatenate(errors)))


def _indip_contacts() -> tuple[float, float]:
    """F1 within INDIP's bouts, and the median size of the error."""
    data = known.folder()
    assert data is not None
    errors, found, wanted = [], 0, 0
    for recording, bouts in known.mobgap(data):
        times = _times(measure(recording), ContactKind.INITIAL)
        inside = np.zeros(len(times), dtype=bool)
        for start_s, end_s, _ in bouts:
            inside |= (times >= start_s) & (times <= end_s)
        landed = np.concatenate([contacts for _, _, contacts in bouts] or [np.empty(0)])
        errors.append(matched(times[inside], landed, STEP_S))
        found, wanted = found + int(inside.sum()), wanted + len(landed)
    every = np.concatenate(errors)
    return 2 * len(every) / (found + wanted), float(np.median(np.abs(every)))


def main(chosen: list[str]) -> list[dict[str, object]]:
    """Measure the chosen parts (all of them when none is named), printing a line for each."""
    if known.folder() is None:
        print("no recordings at RETROWALK_DATA (see docs/accuracy.md): nothing measured")
        return []
    rows = []
    for name in chosen or list(MEASURES):
        for promise in MEASURES[name]():
            print(promise.line(), flush=True)
            rows.append(asdict(promise))
    return rows


if __name__ == "__main__":
    main(sys.argv[1:])
