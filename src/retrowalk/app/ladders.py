"""A protocol's ladder as a picture needs it."""

from retrowalk.app.house import House
from retrowalk.words import Direction

Rung = tuple[str, float]  # what the stage is called, seconds backward in one session


def rungs(house: House, protocol_id: str) -> tuple[Rung, ...]:
    """Every stage, from the first.  Missing if there is no protocol of that name."""
    return tuple(
        (stage.title, sum(s.duration_s for s in stage.stretches
                          if s.direction is Direction.BACKWARD))
        for stage in house.protocol(protocol_id).ladder
    )  # fmt: skip
