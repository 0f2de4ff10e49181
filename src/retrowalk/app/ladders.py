"""A protocol's ladder and sources, as the choosing page shows them."""

from retrowalk.app.house import House

Rung = tuple[str, float]  # what the stage is called, seconds backward in one session
Source = tuple[str, str]  # trial, expert opinion or our own judgement; what it says


def rungs(house: House, protocol_id: str) -> tuple[Rung, ...]:
    """Every stage, from the first.  Missing if there is no protocol of that name."""
    ladder = house.offered(protocol_id).ladder
    return tuple((stage.title, stage.backward_s) for stage in ladder)  # rests are no walking


def sources(house: House, protocol_id: str) -> tuple[Source, ...]:
    """What it rests on, each with how well it supports the recipe."""
    return tuple((s.tag.value, s.text) for s in house.offered(protocol_id).sources)
