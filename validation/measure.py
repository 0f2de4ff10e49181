"""What measuring promises, on recordings of other people: direction and contacts.

python -m validation.measure [direction|reversed|derived|contacts|bars …]

Needs the folder RETROWALK_DATA; without it nothing is measured, and that is said.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from functools import cache

import numpy as np
from scipy.optimize import linear_sum_assignment

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
BEST_PEER_F1 = 0.890  # mobgap's Ionescu + Shin, scored alike: python -m benchmarks
STEP_S = 0.5  # Mobilise-D's tolerance for the lower back

Bout = tuple[float, float, Floats]  # start, end and landings of a reference, in seconds


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
    for name in ("ipol_feet", "ipol_back", "mobgap_back"):
        yield _called(name, _forward(name))
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


def bars() -> Iterator[Promise]:
    """What the gait engine was asked to reach: of strides decided how many are right, and more."""
    data = known.folder()
    assert data is not None
    command = f"{COMMAND} bars"
    for name in ("cmu", "bandai"):
        for worn, placements in WORN.items():
            right, decided = _decided(name, placements)
            least_right, least_decided = (97.0, 70.0) if worn == "back" else (99.5, 97.0)
            where = f"gait.direction.{name}_{worn}"
            yield at_least(f"{where}_right", right, least_right, "%", command)
            yield at_least(f"{where}_decided", decided, least_decided, "%", command)
    for name, most in (("ipol_feet", 0.3), ("ipol_back", 1.0), ("mobgap_back", 1.0)):
        share = _percent(_forward(name), Direction.BACKWARD)
        yield at_most(f"gait.forward.{name}", share, most, "%", command)
    for kind, column in ((ContactKind.FINAL, 0), (ContactKind.INITIAL, 1)):
        f1, _ = _ipol_contacts(kind, column)
        yield at_least(f"gait.contacts.ipol_{kind.value.split()[0]}", f1, 0.97, "F1", command)
    f1, late_s = _back_contacts(
        (_times(gait, ContactKind.INITIAL), bouts)
        for gait, (_, bouts) in zip(_forward("mobgap_back"), known.mobgap(data), strict=True)
    )
    yield at_least("gait.contacts.mobgap_back", f1, BEST_PEER_F1 + 0.03, "F1", command)
    yield at_most("gait.contacts.mobgap_back_error", late_s, 0.06, "s", command)
    f1, late_s = _back_contacts(
        (_times(gait, ContactKind.INITIAL), [_walked(known.ipol_swings(data, trial))])
        for gait, trial in zip(_forward("ipol_back"), known.ipol_trials(data), strict=True)
    )
    yield at_least("gait.contacts.ipol_back", f1, 0.95, "F1", command)
    yield at_most("gait.contacts.ipol_back_error", late_s, 0.06, "s", command)


MEASURES: dict[str, Callable[[], Iterator[Promise]]] = {
    "direction": direction,
    "reversed": reversed_,
    "derived": derived,
    "contacts": contacts,
    "bars": bars,
}


@cache
def _forward(name: str) -> list[Gait]:
    """What is measured of a set of real people walking forward."""
    data = known.folder()
    assert data is not None
    if name == "mobgap_back":
        return [measure(recording) for recording, _ in known.mobgap(data)]
    places = {"ipol_feet": ("lf", "rf"), "ipol_back": ("lb",)}[name]
    return [measure(known.ipol(data, trial, *places)) for trial in known.ipol_trials(data)]


def _at(recording: Recording, placement: Placement) -> Recording:
    """The same, worn there: the file does not say."""
    sensors = tuple(replace(sensor, placement=placement) for sensor in recording.sensors)
    return replace(recording, sensors=sensors)


@cache
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


def _decided(name: str, placements: tuple[Placement, ...]) -> tuple[float, float]:
    """Percent right of the strides that were decided, and percent decided."""
    right, every, unclear = 0, 0, 0
    for backward, way in ((False, Direction.FORWARD), (True, Direction.BACKWARD)):
        gaits = _derived(name, placements, backward=backward)
        codes = np.concatenate([gait.strides.direction for gait in gaits])
        right += int(np.count_nonzero(codes == DIRECTION_CODE[way]))
        unclear += int(np.count_nonzero(codes == DIRECTION_CODE[Direction.UNCLEAR]))
        every += len(codes)
    return 100.0 * right / (every - unclear), 100.0 * (every - unclear) / every


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
    for trial, gait in zip(known.ipol_trials(data), _forward("ipol_feet"), strict=True):
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
    for gait, (_, bouts) in zip(_forward("mobgap_back"), known.mobgap(data), strict=True):
        times = _times(gait, ContactKind.INITIAL)
        inside = np.zeros(len(times), dtype=bool)
        for start_s, end_s, _ in bouts:
            inside |= (times >= start_s) & (times <= end_s)
        landed = np.concatenate([contacts for _, _, contacts in bouts] or [np.empty(0)])
        errors.append(matched(times[inside], landed, STEP_S))
        found, wanted = found + int(inside.sum()), wanted + len(landed)
    every = np.concatenate(errors)
    return 2 * len(every) / (found + wanted), float(np.median(np.abs(every)))


def _walked(swings: dict[str, Floats]) -> Bout:
    """Two feet's hand-checked swings as one bout of landings."""
    landed = np.unique(np.concatenate([foot[:, 1] for foot in swings.values()]))
    return float(landed[0]), float(landed[-1]), landed


def _back_contacts(trials: Iterable[tuple[Floats, list[Bout]]]) -> tuple[float, float]:
    """F1 at STEP_S and the median size of the error, scored as the benchmark scores the peers.

    Contacts before or after a bout may pair with its own; unpaired ones count only inside.
    """
    errors, wrong = [], 0
    for times, bouts in trials:
        landed = np.unique(np.concatenate([own for _, _, own in bouts] or [np.empty(0)]))
        gaps = np.abs(times[:, None] - landed[None, :])
        far = STEP_S * (len(times) + len(landed) + 1)
        i, j = linear_sum_assignment(np.where(gaps <= STEP_S, gaps, far))
        i, j = i[gaps[i, j] <= STEP_S], j[gaps[i, j] <= STEP_S]
        left = np.delete(times, i)
        extra = sum(int(np.sum((left >= start) & (left <= end))) for start, end, _ in bouts)
        errors.append(times[i] - landed[j])
        wrong += len(landed) - len(j) + extra
    every = np.concatenate(errors)
    return 2 * len(every) / (2 * len(every) + wrong), float(np.median(np.abs(every)))


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
