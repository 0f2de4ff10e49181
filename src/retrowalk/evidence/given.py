"""Taking figures out of a file's tables: each with its tag, and the report it was read in.

A number may stand alone, and then has the tag of its table; or be a table of its own with
`value`, and `tag`, `read`, `how` and `elsewhere` where they differ:

    mean = 1.8
    n = { value = 23, tag = "derived", how = "91 % of 68, in three arms" }
"""

import re
from dataclasses import dataclass

from retrowalk.authored import schema
from retrowalk.authored.schema import Read, Table, Unfit
from retrowalk.evidence.figure import Figure, PValue, Span, Tag

P = re.compile(r"([=<>]?) ?([01]?\.?[0-9]{1,8})")
ANY = (-1e6, 1e6)


@dataclass(frozen=True, slots=True)
class Given:
    """What a table's plain numbers inherit."""

    tag: Tag
    read: str
    how: str


def given(row: Table, reports: tuple[str, ...]) -> Given:
    """The tag of this table (it must have one) and the report its figures were read in."""
    tag = row.take("tag", read_tag, Tag.SEEN)
    read = row.take("read", report_of(reports), _first(reports), optional=True)
    return Given(tag, read, _how(row, tag))


def figure(row: Table, key: str, base: Given, bounds: tuple[float, float] = ANY) -> Figure | None:
    """The figure under this key; None where it is not there."""
    if not row.has(key):
        return None
    if isinstance(row.rest[key], dict):
        return _written_out(row.table(key), base, schema.number(*bounds))
    value = row.take(key, schema.number(*bounds), 0.0)
    return Figure(value, base.tag, base.read, base.how)


def span(row: Table, key: str, base: Given, bounds: tuple[float, float]) -> Span | None:
    """One figure, or from one to another: `[10, 30]`, or written out with its tag."""
    if isinstance(row.rest.get(key), list):
        nothing: tuple[float, ...] = (0.0,)
        both = row.take(key, schema.several(schema.number(*bounds), most=2), nothing)
        if len(both) == 2 and both[0] > both[1]:
            row.faults.add((*row.path, key), "begins above its end; please turn the two round")
        ends = [Figure(one, base.tag, base.read, base.how) for one in (both[0], both[-1])]
        return Span(ends[0], ends[1])
    raw = row.rest.get(key)
    if isinstance(raw, dict) and "value" not in raw:
        return _span_written_out(row.table(key), base, bounds)
    only = figure(row, key, base, bounds)
    return Span(only, only) if only else None


def _span_written_out(row: Table, base: Given, bounds: tuple[float, float]) -> Span | None:
    """`{ lowest = 35, highest = 45, tag = "derived", how = "…" }`."""
    tag = row.take("tag", read_tag, base.tag, optional=True)
    own = Given(tag, base.read, _how(row, tag) or base.how)
    lowest, highest = (figure(row, key, own, bounds) for key in ("lowest", "highest"))
    row.close()
    if lowest is None or highest is None or lowest.value > highest.value:
        row.faults.add(row.path, "is to have a lowest and a highest, in this order; please add it")
        return None
    return Span(lowest, highest)


def p_value(row: Table, base: Given) -> PValue | None:
    """`p = "0.033"` or `p = "<0.05"`; None where it is not there."""
    if not row.has("p"):
        return None
    nothing = ("=", -1.0)
    relation, value = row.take("p", _p, nothing)
    return PValue(relation, Figure(value, base.tag, base.read, base.how))


def read_tag(value: object) -> Tag:
    if value in ("memory", "M"):
        raise Unfit(
            f"is {value!r}, but a figure nobody has read in its source is not shipped; please read "
            "the source or leave the figure out"
        )
    return schema.one_of(Tag)(value)


def report_of(reports: tuple[str, ...]) -> Read[str]:
    def read(value: object) -> str:
        if not (isinstance(value, str) and value in reports):
            offered = ", ".join(map(repr, reports)) or "none is there yet"
            raise Unfit(f"is {schema.shown(value)}, a report of this file expected ({offered})")
        return value

    return read


def _written_out(row: Table, base: Given, number: Read[float]) -> Figure:
    tag = row.take("tag", read_tag, base.tag, optional=True)
    found = Figure(
        value=row.take("value", number, 0.0),
        tag=tag,
        read=row.take("read", schema.name, base.read, optional=True),
        how=_how(row, tag) or base.how,
        elsewhere=row.take("elsewhere", schema.several(number, most=4), (), optional=True),
    )
    row.close()
    return found


def _how(row: Table, tag: Tag) -> str:
    how = row.take("how", schema.words(most=300), "", optional=True)
    if tag is not Tag.SEEN and not how:
        want = {"derived": "the arithmetic", "doubtful": "what is doubtful"}[tag.value]
        row.faults.add(row.path, f"is tagged {tag.value!r}; please say in how {want}")
    return how


def _p(value: object) -> tuple[str, float]:
    found = P.fullmatch(value) if isinstance(value, str) else None
    if not found or not 0 <= float(found[2]) <= 1:
        raise Unfit(f"is {schema.shown(value)}, a p such as '0.033' or '<0.05' expected")
    return found[1] or "=", float(found[2])


def _first(reports: tuple[str, ...]) -> str:
    return reports[0] if reports else ""
