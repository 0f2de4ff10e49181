"""Contacts of one or two feet, or steps of a trunk, put together to strides."""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from retrowalk.gait.back import Steps
from retrowalk.gait.limb import Swings
from retrowalk.tables import KIND_CODE, SIDE_CODE, Codes, Contacts, Floats, Strides
from retrowalk.words import ContactKind, Side

STRIDE_S = (0.5, 3.0)  # 240 to 40 steps a minute
STEP_S = (0.25, 1.5)
SHUFFLE_M = 0.08  # a foot that moved less was set down where it stood


Table = TypeVar("Table", Contacts, Strides)


@dataclass(frozen=True, slots=True)
class Walk:
    """Contacts, strides, and what speaks for backward (log-odds) in order of time.

    Evidence comes from every swing or step, also from those that complete no stride;
    `evidence_i` is the row of `evidence` each stride goes by.
    """

    contacts: Contacts = field(default_factory=Contacts)
    strides: Strides = field(default_factory=Strides)
    evidence: Floats = field(default_factory=lambda: np.empty(0))
    evidence_s: Floats = field(default_factory=lambda: np.empty(0))
    evidence_i: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    both_feet: bool = False  # every step is seen, not every second


def of_swings(swings: Swings, evidence: Floats, side: Side) -> Walk:
    """One foot's strides: from the landing before each swing to the landing after it."""
    moved = np.hypot(swings.along_m, swings.across_m) > SHUFFLE_M
    final, initial, evidence = swings.final_s[moved], swings.initial_s[moved], evidence[moved]
    contacts = _contacts(initial, final, side)
    if len(initial) < 2:
        return Walk(contacts=contacts, evidence=evidence, evidence_s=initial)
    start, end = initial[:-1], initial[1:]
    lasts = end - start
    good = (lasts >= STRIDE_S[0]) & (lasts <= STRIDE_S[1]) & (final[1:] > start)
    length = np.hypot(swings.along_m, swings.across_m)[moved][1:]
    n = int(np.count_nonzero(good))
    strides = Strides(
        start_s=start[good],
        end_s=end[good],
        side=np.full(n, SIDE_CODE[side], dtype=np.int8),
        direction=np.zeros(n, dtype=np.int8),
        backward_probability=np.full(n, 0.5),
        stance_s=(final[1:] - start)[good],
        length_m=length[good],
        speed_mps=(length / lasts)[good],
        bout_i=np.full(n, -1, dtype=np.int64),
    )
    return Walk(contacts, strides, evidence, initial, np.flatnonzero(good) + 1)


def of_steps(steps: Steps, evidence: Floats, pace_mps: Floats | None = None) -> Walk:
    """A trunk's strides: from each step to the second after it, left and right overlapping.

    `pace_mps` is the speed around each step; a stride takes that of its middle.
    """
    time_s = steps.time_s
    none = np.empty(0)
    contacts = _contacts(time_s, none, Side.UNKNOWN)
    if len(time_s) < 3:
        return Walk(contacts, evidence=evidence, evidence_s=time_s, both_feet=True)
    step_s = np.diff(time_s)
    even = (step_s >= STEP_S[0]) & (step_s <= STEP_S[1])
    good = even[:-1] & even[1:]
    n = int(np.count_nonzero(good))
    middle = np.flatnonzero(good) + 1
    strides = Strides(
        start_s=time_s[:-2][good],
        end_s=time_s[2:][good],
        side=np.zeros(n, dtype=np.int8),
        direction=np.zeros(n, dtype=np.int8),
        backward_probability=np.full(n, 0.5),
        stance_s=np.full(n, np.nan),
        length_m=np.full(n, np.nan),
        speed_mps=np.full(n, np.nan) if pace_mps is None else pace_mps[middle],
        bout_i=np.full(n, -1, dtype=np.int64),
    )
    return Walk(contacts, strides, evidence, time_s, middle, both_feet=True)


def joined(walks: tuple[Walk, ...]) -> Walk:
    """Stretches of one recording, or its two feet, in one order of time."""
    if len(walks) == 1:
        return walks[0]
    if not walks:
        return Walk()
    contacts = _stacked(Contacts, tuple(walk.contacts for walk in walks), "time_s")
    strides = _stacked(Strides, tuple(walk.strides for walk in walks), "start_s")
    seen_s = np.concatenate([walk.evidence_s for walk in walks])
    order = np.argsort(seen_s, kind="stable")
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    before = np.cumsum([0, *(len(walk.evidence) for walk in walks[:-1])])
    rows = np.concatenate([w.evidence_i + n for w, n in zip(walks, before, strict=True)])
    by_start = np.argsort(np.concatenate([w.strides.start_s for w in walks]), kind="stable")
    seen = {int(side) for walk in walks for side in walk.contacts.side}
    both = all(w.both_feet for w in walks) or {1, -1} <= seen
    return Walk(
        contacts=contacts,
        strides=strides,
        evidence=np.concatenate([walk.evidence for walk in walks])[order],
        evidence_s=seen_s[order],
        evidence_i=place[rows[by_start]],
        both_feet=both,
    )


def _stacked(kind: type[Table], tables: tuple[Table, ...], by: str) -> Table:
    order = np.argsort(np.concatenate([getattr(t, by) for t in tables]), kind="stable")
    columns = kind.__dataclass_fields__
    return kind(**{c: np.concatenate([getattr(t, c) for t in tables])[order] for c in columns})


def _contacts(initial: Floats, final: Floats, side: Side) -> Contacts:
    time_s = np.concatenate([initial, final])
    order = np.argsort(time_s, kind="stable")
    kind = np.concatenate(
        [
            np.full(len(initial), KIND_CODE[ContactKind.INITIAL], dtype=np.int8),
            np.full(len(final), KIND_CODE[ContactKind.FINAL], dtype=np.int8),
        ]
    )
    sides: Codes = np.full(len(time_s), SIDE_CODE[side], dtype=np.int8)
    return Contacts(time_s=time_s[order], kind=kind[order], side=sides)
