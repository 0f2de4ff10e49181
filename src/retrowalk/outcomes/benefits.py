"""The benefits people name for walking backward, and which outcomes stand for each."""

from collections.abc import Collection
from dataclasses import dataclass

from retrowalk.authored import reading, schema
from retrowalk.authored.schema import Table
from retrowalk.errors import BadOutcome

LONGEST_FILE = 60_000  # characters


@dataclass(frozen=True, slots=True)
class Benefit:
    """`said` completes "Articles say …"; `beside` says what the outcomes leave out."""

    id: str
    title: str
    said: str
    outcomes: tuple[str, ...]  # ids in the catalogue; empty where nothing measures it here
    beside: str


def parse_benefits(text: str, *, name: str, known: Collection[str]) -> tuple[Benefit, ...]:
    """The benefits in this TOML text; `known` are the outcomes there are.

    Raises BadOutcome with `name`, line and reason, one sentence for each fault.
    """
    with reading.parsing(text, name, BadOutcome, LONGEST_FILE, one="list") as top:
        found = tuple(_benefit(row, known) for row in top.tables("benefit", most=60))
        top.close()
    return found


def _benefit(row: Table, known: Collection[str]) -> Benefit:
    ids = schema.several(schema.name, most=12)
    benefit = Benefit(
        id=row.take("id", schema.name, ""),
        title=row.take("title", schema.words(most=60), ""),
        said=row.take("said", schema.words(most=200), ""),
        outcomes=row.take("outcomes", ids, (), optional=True),
        beside=row.take("beside", schema.words(most=300), "", optional=True),
    )
    row.close()
    for one in benefit.outcomes:
        if one not in known:
            row.faults.add((*row.path, "outcomes"), f"names {one!r}, which is no outcome")
    if not benefit.outcomes and not benefit.beside:
        row.faults.add(row.path, "has no outcomes, so beside must say that nothing measures it")
    return benefit
