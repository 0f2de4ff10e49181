"""Contacts on derived signals beside the same clip's own movement: backward and forward.

    python -m validation.contacts

What is measured comes from the signals a worn sensor would have read; what it is held to comes
from where heel and toes were (validation/kinematic.py).
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from retrowalk.gait.pipeline import measure
from retrowalk.tables import KIND_CODE, SIDE_CODE, Floats, Gait
from retrowalk.units import DEGREE
from retrowalk.words import ContactKind, Placement, Side
from validation import recordings as known
from validation.kinematic import FEET, steps
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation.contacts"
WORN = {
    "feet": tuple(FEET.values()),
    "shanks": (Placement.LEFT_SHANK, Placement.RIGHT_SHANK),
    "back": (Placement.LOWER_BACK,),
}
NEAR_S = 0.25  # less than half a step: what lies farther is another contact
EDGE_S = 1.0  # the first and last strides of a clip are not whole
LIMIT_S = 0.03
INITIAL, FINAL = ContactKind.INITIAL, ContactKind.FINAL


@dataclass(frozen=True, slots=True)
class Scored:
    """Found minus true of every pair, and how many contacts there were to find."""

    error_s: Floats
    wanted: int

    @property
    def off_s(self) -> float:
        return float(np.median(np.abs(self.error_s))) if len(self.error_s) else float("nan")

    @property
    def late_s(self) -> float:
        return float(np.median(self.error_s)) if len(self.error_s) else float("nan")


def promises() -> Iterator[Promise]:
    if known.folder() is None:
        print("gait.contacts_*: no recordings at RETROWALK_DATA, nothing measured",
              file=sys.stderr)  # fmt: skip
        return
    for worn in WORN:
        yield from _together(worn)
    for backward, way in ((True, "backward"), (False, "forward")):
        for name in ("cmu", "bandai"):
            for worn in WORN:
                yield from _rows(name, worn, backward=backward, way=way)
    yield from _by_height()


def _together(worn: str) -> Iterator[Promise]:
    """Every backward clip of both sets: the promise; the rows set by set tell where it is thin."""
    for kind in (INITIAL,) if worn == "back" else (INITIAL, FINAL):
        sets = [scored(name, worn, kind, backward=True) for name in ("cmu", "bandai")]
        seen = Scored(np.concatenate([one.error_s for one in sets]), sum(s.wanted for s in sets))
        where = f"gait.contacts_backward.{worn}_{kind.value.split()[0]}"
        yield at_most(where, seen.off_s, LIMIT_S, "s", COMMAND)
        print(f"{where}: {len(seen.error_s)} of {seen.wanted} found", file=sys.stderr)


def _by_height() -> Iterator[Promise]:
    """The same feet held to another rule: how much of the error is the rule's."""
    for name in ("cmu", "bandai"):
        for kind in (INITIAL, FINAL):
            seen = scored(name, "feet", kind, backward=True, rule="height")
            where = f"gait.contacts_backward_by_height.{name}_feet_{kind.value.split()[0]}"
            yield at_most(where, seen.off_s, LIMIT_S, "s", COMMAND)


def _rows(name: str, worn: str, *, backward: bool, way: str) -> Iterator[Promise]:
    found, wanted = 0, 0
    for kind in (INITIAL,) if worn == "back" else (INITIAL, FINAL):
        seen = scored(name, worn, kind, backward=backward)
        where = f"gait.contacts_{way}.{name}_{worn}"
        yield at_most(f"{where}_{kind.value.split()[0]}", seen.off_s, LIMIT_S, "s", COMMAND)
        found, wanted = found + len(seen.error_s), wanted + seen.wanted
        print(f"{where} {kind.value}: {1000 * seen.late_s:+.0f} ms late", file=sys.stderr)
    share = 100.0 * found / wanted if wanted else float("nan")
    yield at_least(f"{where}_found", share, 90, "%", COMMAND)


def scored(
    name: str, worn: str, kind: ContactKind, *, backward: bool, rule: str = "speed"
) -> Scored:
    """Every clip of a set that goes this way."""
    data = known.folder()
    assert data is not None
    errors, wanted = [], 0
    gaits = measured(name, worn, backward=backward)
    for path, gait in zip(known.clips(data, name, backward=backward), gaits, strict=True):
        each = [(side, steps(path, side, rule)) for side in FEET]
        true = {side: own.initial_s if kind is INITIAL else own.final_s for side, own in each}
        lasts_s = each[0][1].lasts_s
        groups = [tuple(FEET)] if worn == "back" else [(side,) for side in FEET]
        for sides in groups:
            landed = np.sort(np.concatenate([true[side] for side in sides]))
            inside = landed[(landed > EDGE_S) & (landed < lasts_s - EDGE_S)]
            times = _times(gait, kind, None if len(sides) > 1 else sides[0])
            wanted += len(inside)
            errors.append(_paired(times, inside))
    return Scored(np.concatenate(errors), wanted)


@cache
def measured(name: str, worn: str, *, backward: bool) -> list[Gait]:
    data = known.folder()
    assert data is not None
    rng = np.random.default_rng(20261121)
    return [
        measure(known.derived(path, *WORN[worn], rng=rng, tilt_rad=20 * DEGREE))
        for path in known.clips(data, name, backward=backward)
    ]


def _times(gait: Gait, kind: ContactKind, side: Side | None) -> Floats:
    mask = gait.contacts.kind == KIND_CODE[kind]
    if side is not None:
        mask &= gait.contacts.side == SIDE_CODE[side]
    times: Floats = gait.contacts.time_s[mask]
    return times


def _paired(found: Floats, true: Floats) -> Floats:
    """Found minus true, nearest pairs first, each used once."""
    gaps = np.abs(found[:, None] - true[None, :])
    errors: list[float] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for i, j in sorted(np.argwhere(gaps <= NEAR_S).tolist(), key=lambda pair: gaps[*pair]):
        if i not in used[0] and j not in used[1]:
            errors.append(float(found[i] - true[j]))
            used[0].add(i)
            used[1].add(j)
    return np.array(errors)


if __name__ == "__main__":
    for promise in promises():
        print(promise.line(), flush=True)
