"""Which session may begin now?  Only the one that is next, screened today."""

from retrowalk.app.house import House
from retrowalk.app.keeping import session_row
from retrowalk.app.planning import NeedsReview, SessionReady, next_step
from retrowalk.errors import Conflict, ScreeningNeeded
from retrowalk.store.models import Status
from retrowalk.words import SessionPlan


def begun(house: House, session_id: str) -> SessionPlan:
    """Write the session down as live.  Conflict or ScreeningNeeded if it is not its turn."""
    with house.store.reading() as rows:
        status = session_row(house, rows, session_id).status
    if status != Status.PLANNED.value:
        raise Conflict("This session is over: go to the first page to see what comes next.")
    match next_step(house):
        case SessionReady(session_id=ready, plan=plan) if ready == session_id:
            pass
        case NeedsReview():
            raise Conflict("Say first how the last session was; then this one can begin.")
        case _:
            raise ScreeningNeeded("Today's questions come first: answer them, then begin.")
    set_status(house, session_id, Status.LIVE)
    return plan


def set_status(house: House, session_id: str, status: Status) -> None:
    """Live from now on, or planned as before."""
    with house.store.writing() as rows:
        row = session_row(house, rows, session_id)
        row.status, row.speed_up = status.value, house.speed_up
        row.began_at = house.now() if status is Status.LIVE else None
