"""Power cut, kill -9, out of memory: what was walked is there, and no belt starts by itself."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.scenarios.crash import kill_at

from retrowalk.app.planning import NeedsReview, SessionReady

KILLS = 6  # here; `python -m validation.session` does twenty
LATEST_S = 6.0
LOST_S = 5.0  # a second is promised and measured there; a busy machine is no fault here


@pytest.mark.slow
def test_killed_at_any_instant_a_session_shows_as_interrupted_and_keeps_what_was_walked(
    tmp_path: Path,
) -> None:
    instants = [random.Random(2).uniform(0, LATEST_S) for _ in range(KILLS)]
    folders = [tmp_path / str(kill) for kill in range(KILLS)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(kill_at, folders, instants))
    for after in found:
        assert after.status == "interrupted"
        assert after.lost_s <= LOST_S, after
        assert after.whole
        assert after.belts_opened == 0
        match after.next_step:
            case NeedsReview(session_id, interrupted=True):
                assert session_id == after.session_id
            case SessionReady(session_id):  # nothing was walked yet: planned again
                assert session_id != after.session_id
            case other:
                pytest.fail(f"{other} after a crash")
