"""What changed in the studies, and when: the history of the data, newest first."""

from dataclasses import dataclass
from datetime import date

from retrowalk.authored import reading, schema
from retrowalk.authored.schema import Table
from retrowalk.errors import BadStudy

LONGEST_FILE = 60_000  # characters
NAMES = schema.several(schema.name, most=400)


@dataclass(frozen=True, slots=True)
class Change:
    """`studies` are the ids of the files added or changed, reviews among them."""

    on: date
    text: str
    studies: tuple[str, ...]


def parse_changes(text: str, *, name: str) -> tuple[Change, ...]:
    """The changes in this TOML text, newest first; BadStudy with line and reason otherwise."""
    with reading.parsing(text, name, BadStudy, LONGEST_FILE, one="list") as top:
        found = tuple(_change(row) for row in top.tables("change", most=1000))
        top.close()
        if [one.on for one in found] != sorted((one.on for one in found), reverse=True):
            top.faults.add(("change",), "is not in order of its dates; please put the newest first")
    return found


def _change(row: Table) -> Change:
    change = Change(
        on=row.take("on", _day, date.min),
        text=row.take("text", schema.words(most=600), ""),
        studies=row.take("studies", NAMES, ()),
    )
    row.close()
    return change


def _day(value: object) -> date:
    if type(value) is not date:
        raise schema.Unfit(f"is {schema.shown(value)}, a day such as 2026-11-21 expected")
    return value
