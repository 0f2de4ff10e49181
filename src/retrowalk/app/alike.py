"""Whether a stretch of time has been met before; quick however many there are.

Stretches are kept by their size, each size sorted.  Of one size few can lie beside each other
without being alike, so each question looks at few, also where a file means harm.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from math import frexp

ALIKE_RATIO = 0.5  # of the shorter one: so much in common and it is the same walk
Span = tuple[float, float]  # beginning and end, seconds


class Spans:
    """Stretches of time, each longer than nothing."""

    def __init__(self, there: Iterable[Span] = ()) -> None:
        self._by_size: dict[int, list[Span]] = {}
        for span in there:
            self._by_size.setdefault(_size(span), []).append(span)
        for one in self._by_size.values():
            one.sort()

    def add(self, span: Span) -> None:
        insort(self._by_size.setdefault(_size(span), []), span)

    def has_alike(self, span: Span) -> bool:
        """Whether one of them has half of the shorter one in common with this."""
        return any(_met(span, there, 2.0**size) for size, there in self._by_size.items())


def _size(span: Span) -> int:
    """The power of two its length stays below."""
    return frexp(span[1] - span[0])[1]


def _met(span: Span, there: list[Span], longest_s: float) -> bool:
    i = bisect_left(there, (span[1], 0.0))
    while i > 0 and there[i - 1][0] > span[0] - longest_s:
        i -= 1
        both = min(span[1], there[i][1]) - max(span[0], there[i][0])
        if both > ALIKE_RATIO * min(span[1] - span[0], there[i][1] - there[i][0]):
            return True
    return False
