"""A part of a recording, to be drawn as if it were all of it."""

from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from retrowalk.tables import Bouts, Contacts, Gait, Recording, Sensor, Steadiness, Strides

SHORTEST_S = 0.2  # a contact fills it
FEWEST = 4  # samples that make a line
Table = TypeVar("Table", Contacts, Strides, Bouts, Steadiness)


@dataclass(frozen=True, slots=True)
class Span:
    """From one time of a recording to another."""

    from_s: float
    to_s: float

    @property
    def lasts_s(self) -> float:
        return self.to_s - self.from_s


def whole(recording: Recording) -> Span:
    """From its first sample to its last."""
    heard = [sensor.time_s for sensor in recording.sensors if len(sensor)]
    first = min((float(time_s[0]) for time_s in heard), default=0.0)
    last = max((float(time_s[-1]) for time_s in heard), default=first)
    return Span(first, max(last, first + SHORTEST_S))


def moved(span: Span, all_of: Span, *, by: float = 0.0, closer: float = 1.0) -> Span:
    """The span further on by a share of itself, or looked at so many times closer; inside."""
    lasts_s = min(max(span.lasts_s / closer, SHORTEST_S), all_of.lasts_s)
    middle = 0.5 * (span.from_s + span.to_s) + by * span.lasts_s
    first = min(max(middle - 0.5 * lasts_s, all_of.from_s), all_of.to_s - lasts_s)
    return Span(first, first + lasts_s)


def within(recording: Recording, gait: Gait, span: Span) -> tuple[Recording, Gait]:
    """Samples, contacts and strides of that time; bouts that reach beyond it are cut there."""
    contacts, strides, bouts = gait.contacts, gait.strides, gait.bouts
    inside = (bouts.end_s > span.from_s) & (bouts.start_s < span.to_s)
    middle_s = 0.5 * (strides.start_s + strides.end_s)
    shown = _chosen(bouts, inside)
    starts_s, ends_s = np.maximum(shown.start_s, span.from_s), np.minimum(shown.end_s, span.to_s)
    share = (ends_s - starts_s) / np.maximum(shown.end_s - shown.start_s, 1e-9)
    cut = replace(
        gait,
        contacts=_chosen(contacts, _between(contacts.time_s, span)),
        strides=_chosen(strides, _between(middle_s, span)),
        bouts=replace(
            shown,
            start_s=starts_s,
            end_s=ends_s,
            n_steps=np.rint(shown.n_steps * share).astype(np.int64),
        ),
        steadiness=_chosen(gait.steadiness, inside[: len(gait.steadiness)]),
        duration_s=span.lasts_s,
    )
    return replace(recording, sensors=tuple(_cut(s, span) for s in recording.sensors)), cut


def _between(time_s: NDArray[np.float64], span: Span) -> NDArray[np.bool_]:
    return (time_s >= span.from_s) & (time_s <= span.to_s)


def _cut(sensor: Sensor, span: Span) -> Sensor:
    """The samples inside; of a thinned recording at least those around it."""
    first = int(np.searchsorted(sensor.time_s, span.from_s, "left"))
    last = int(np.searchsorted(sensor.time_s, span.to_s, "right"))
    if last - first < FEWEST:
        first, last = max(0, first - 1), last + 1
    rows = slice(first, last)
    return replace(
        sensor,
        time_s=sensor.time_s[rows],
        acc_mps2=sensor.acc_mps2[rows],
        gyr_radps=sensor.gyr_radps[rows],
    )


def _chosen(table: Table, rows: NDArray[np.bool_]) -> Table:
    names = [field.name for field in fields(table)]
    if not len(table):
        return table
    return type(table)(**{name: getattr(table, name)[rows] for name in names})
