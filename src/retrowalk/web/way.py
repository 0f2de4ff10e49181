"""Where one is on the way to a session: five steps, the present one marked."""

from retrowalk.app.planning import (
    Finished,
    MachineUnfit,
    MayNotWalk,
    NeedsMorning,
    NeedsProfile,
    NeedsProtocol,
    NeedsReadiness,
    NeedsReview,
    NeedsScreening,
    NextStep,
    Paused,
    SessionReady,
    SessionRunning,
)

STEPS = ("Your health", "About you", "Protocol", "Today", "Walk")
HEALTH, YOU, PROTOCOL, TODAY, WALK = range(5)
Way = tuple[tuple[str, str], ...]


def way(here: int) -> Way:
    """(name, done | now | later) for each step."""
    return tuple(
        (name, "done" if i < here else "now" if i == here else "later")
        for i, name in enumerate(STEPS)
    )


def place_of(step: NextStep) -> int:
    match step:
        case NeedsScreening() | MayNotWalk():
            return HEALTH
        case NeedsProfile() | MachineUnfit():
            return YOU
        case NeedsProtocol() | Finished():
            return PROTOCOL
        case Paused() | NeedsMorning() | NeedsReadiness():
            return TODAY
        case SessionReady() | SessionRunning() | NeedsReview():
            return WALK
