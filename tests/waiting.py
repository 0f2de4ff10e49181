"""Waiting for what another thread or process does: as long as a busy machine needs."""

import time
from collections.abc import Callable
from typing import Any

LONGEST_S = 300


def until(true: Callable[[], Any]) -> Any:
    """What it gives once that is true; AssertionError if it never is."""
    end_s = time.monotonic() + LONGEST_S
    while not (found := true()):
        assert time.monotonic() < end_s, "it did not come true in time"
        time.sleep(0.02)
    return found
