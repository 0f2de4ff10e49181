"""The outcomes of a study's file: what each arm gave, and effects as printed."""

from retrowalk.authored import schema
from retrowalk.authored.schema import Table
from retrowalk.evidence.figure import Better, Figure, Measure, Printed, Tag, Unit
from retrowalk.evidence.given import Given, figure, given, p_value
from retrowalk.evidence.study import Group, Outcome, Spread, When
from retrowalk.evidence.words import About, Direction, Poolable

SENTENCE = schema.words(most=400)
KEYS = {"sd": Spread.SD, "se": Spread.SE, "spread": Spread.UNCLEAR}
LEAST = (0, 1e6)
NONE = Figure(0.0, Tag.SEEN, "")


def outcome(row: Table, ids: tuple[str, ...]) -> Outcome:
    """One [[outcome]]; faults go where the table keeps them."""
    base = given(row, ids)
    unit = row.take("unit", unit_text, "", optional=True)
    instead = Unit.PRINTED if unit else Unit.ABSENT
    found = Outcome(
        id=row.take("id", schema.name, ""),
        name=row.take("name", schema.words(most=120), ""),
        about=row.take("about", schema.one_of(About), About.PAIN),
        unit=unit,
        unit_is=row.take("unit_is", schema.one_of(Unit), instead, optional=True),
        unit_printed=row.take("unit_printed", schema.words(most=40), "", optional=True),
        scale=_scale(row),
        better=row.take("better", schema.one_of(Better), Better.NEITHER),
        kind=row.take("kind", schema.one_of(When), When.UNCERTAIN),
        when=row.take("when", schema.words(most=80), "", optional=True),
        groups=tuple(_group(one, base) for one in row.tables("groups", most=8, optional=True)),
        printed=tuple(printed(one, base) for one in row.tables("printed", most=8, optional=True)),
        p=p_value(row, base),
        favours=row.take("favours", schema.one_of(Direction), Direction.NOT_SEEN),
        labelled=row.take("labelled", schema.flag, True, optional=True),
        poolable=row.take("poolable", schema.one_of(Poolable), Poolable.NO),
        why=row.take("why", SENTENCE, "", optional=True),
        note=row.take("note", SENTENCE, "", optional=True),
    )
    row.close()
    if found.poolable is not Poolable.YES and not found.why:
        row.faults.add(row.path, f"is poolable {found.poolable.value!r}; please say in why")
    return found


def printed(row: Table, base: Given) -> Printed:
    """One effect as a report prints it."""
    estimate = figure(row, "estimate", base)
    if estimate is None:
        row.faults.add(row.path, "lacks the key 'estimate'; please add it")
    effect = Printed(
        measure=row.take("measure", schema.one_of(Measure), Measure.UNCLEAR),
        estimate=estimate or NONE,
        lowest=figure(row, "lowest", base),
        highest=figure(row, "highest", base),
        arm=row.take("arm", schema.name, "", optional=True),
    )
    row.close()
    return effect


def _group(row: Table, base: Given) -> Group:
    spreads = [key for key in KEYS if row.has(key)]
    if len(spreads) > 1:
        both = " and ".join(spreads)
        row.faults.add(row.path, f"has {both}; please give the one the report prints")
    key = spreads[0] if spreads else "spread"
    group = Group(
        arm=row.take("arm", schema.name, ""),
        n=figure(row, "n", base, (1, 1e6)),
        mean=figure(row, "mean", base),
        spread=figure(row, key, base, LEAST),
        spread_is=KEYS[key],
    )
    row.close()
    return group


def unit_text(value: object) -> str:
    return "" if value == "" else schema.words(most=40)(value)


def _scale(row: Table) -> tuple[float, float] | None:
    if not row.has("scale"):
        return None
    nothing: tuple[float, ...] = ()
    ends = row.take("scale", schema.several(schema.number(-1000, 1000), most=2), nothing)
    if len(ends) != 2 or ends[0] >= ends[1]:
        row.faults.add((*row.path, "scale"), "is to be the lowest and the highest result there is")
        return None
    return ends[0], ends[1]
