"""One session as a file for other programs: FIT and TCX.  No place was recorded, so no GPX."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from retrowalk.app.house import House
from retrowalk.app.keeping import session_row
from retrowalk.app.reviewing import Summary, summary
from retrowalk.errors import Conflict, NotAllowed
from retrowalk.live.dose import LONGEST_GAP_S, TrackPoint
from retrowalk.words import Direction, Place
from retrowalk.writers.fit import fit_content
from retrowalk.writers.tcx import tcx_content
from retrowalk.writers.walked import Moment, Walked

FORMATS = {
    "fit": (fit_content, "application/vnd.ant.fit"),
    "tcx": (tcx_content, "application/vnd.garmin.tcx+xml"),
}
SPAN_S = 86_400  # a session past a day is a clock gone wrong


def session_file(house: House, session_id: str, form: str) -> tuple[bytes, str, str]:
    """Content, media type and name of a session's file.

    Missing if there is no such session; Conflict if nothing was walked in it; NotAllowed of a
    demonstration, which would stand among real walks elsewhere.
    """
    make, media_type = FORMATS[form]
    walked = walked_session(house, session_id)
    name = f"retrowalk-{walked.began_at.astimezone():%Y-%m-%d-%H%M}.{form}"
    return make(walked), media_type, name


def walked_session(house: House, session_id: str) -> Walked:
    """The session second by second, from its first step to its last."""
    seen = summary(house, session_id)
    if seen.speed_up != 1:
        raise NotAllowed("This was a demonstration that nobody walked: there is no file of it.")
    with house.store.reading() as rows:
        began_at = session_row(house, rows, session_id).began_at
    moments = _trimmed(_moments(seen.track))
    if began_at is None or not moments:
        raise Conflict("Nothing was walked in this session, so there is no file of it.")
    return Walked(began_at.replace(microsecond=0), seen.title, _on_a_belt(seen), moments)


def _on_a_belt(seen: Summary) -> bool:
    return seen.plan.place is not Place.CORRIDOR


def _moments(track: Sequence[TrackPoint]) -> list[Moment]:
    """Each whole second as the track stood then.  Distance is counted as the dose counts it."""
    found: list[Moment] = []
    walked_m = 0.0
    for here, there in pairwise(track):
        gap_s = there.at_s - here.at_s
        known = gap_s <= LONGEST_GAP_S
        way = here.direction if known else Direction.UNCLEAR
        mps = here.belt_mps if way is not Direction.UNCLEAR else 0.0
        first = found[-1].at_s + 1 if found else int(here.at_s)
        for at_s in range(first, min(int(there.at_s) + 1, SPAN_S)):
            part_m = mps * min(max(at_s - here.at_s, 0.0), gap_s)
            found.append(Moment(at_s, mps, walked_m + part_m, way, here.heart_bpm))
        walked_m += mps * gap_s
    if found:  # the last second holds all that was walked
        last = found[-1]
        found[-1] = Moment(last.at_s, last.belt_mps, walked_m, last.direction, last.heart_bpm)
    return found


def _trimmed(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """From the first step to the second after the last one."""
    walking = [i for i, m in enumerate(moments) if m.direction is not Direction.UNCLEAR]
    if not walking:
        return ()
    first, *others = moments[walking[0] : walking[-1] + 2]
    return replace(first, distance_m=0.0), *others  # what its second held goes to its lap
