"""Which column of a trial's table is which, by the names people give them.

Wide: a row is a person, with `baseline` and `follow-up`, or `pain_baseline` and `pain_followup`,
and so on for several outcomes.  Long: a row is one person at one time, with `time` and `value` and,
for several outcomes, `outcome`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrowalk.errors import BadTrial

PERSON = ("person", "participant", "subject", "patient", "person id", "participant id",
          "subject id", "patient id", "id", "pid", "record id", "code", "name")  # fmt: skip
ARM = ("arm", "group", "treatment", "allocation", "intervention", "condition", "study arm",
       "trial arm")  # fmt: skip
TIME = ("time", "timepoint", "time point", "visit", "occasion", "when", "week", "wave")
VALUE = ("value", "result", "score", "measurement", "measured")
OUTCOME = ("outcome", "test", "measure", "variable", "scale")
CLUSTER = ("cluster", "site", "centre", "center", "class", "ward", "therapist")
BEFORE = ("baseline", "before", "pre", "pretest", "pre test", "t0", "start", "base", "bl",
          "week 0", "w0")  # fmt: skip
AFTER = ("follow up", "followup", "after", "post", "posttest", "post test", "t1", "end", "final",
         "fu")  # fmt: skip
ORDER = "person, arm, baseline and follow-up"


@dataclass(frozen=True, slots=True)
class Pair:
    """One outcome's two columns in a wide table."""

    outcome: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Wide:
    person: str
    arm: str
    pairs: tuple[Pair, ...]
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Long:
    person: str
    arm: str
    time: str
    value: str
    outcome: str  # empty where the table has but one
    traits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stacked:
    """A row is a person and an outcome, with both its times."""

    person: str
    arm: str
    outcome: str
    before: str
    after: str
    traits: tuple[str, ...]


def plain(name: str) -> str:
    """A name without case, marks and double blanks: "Follow-Up " is "follow up"."""
    return re.sub(r"[\s_\-–.:/]+", " ", name.strip()).strip().casefold()


def recognise(header: Sequence[str]) -> Wide | Long | Stacked:
    """The table's shape; BadTrial says which column is lacking and what was found instead."""
    names = {plain(name): name for name in header}
    person = _asked(names, PERSON, "who it is", header)
    arm = _asked(names, ARM, "the arm", header)
    time, value = _first(names, TIME), _first(names, VALUE)
    outcome = _first(names, OUTCOME)
    if time and value:
        rest = _rest(header, (person, arm, time, value, outcome))
        return Long(person, arm, time, value, outcome, rest)
    pairs, used = _pairs(names, taken={plain(person), plain(arm)})
    if not pairs:
        raise BadTrial(
            f"No baseline and follow-up were found among the columns {_said(header)}; please name "
            "them baseline and follow-up, or pain_baseline and pain_followup for a named outcome."
        )
    if outcome and [pair.outcome for pair in pairs] == [""]:
        rest = _rest(header, (person, arm, outcome, *used))
        return Stacked(person, arm, outcome, pairs[0].before, pairs[0].after, rest)
    return Wide(person, arm, pairs, _rest(header, (person, arm, *used)))


def before_or_after(time: str) -> str:
    """ "before", "after", or neither (empty), for a word in a column of times."""
    said = plain(time)
    return "before" if said in BEFORE else "after" if said in AFTER else ""


def _asked(names: Mapping[str, str], known: Sequence[str], what: str, header: Sequence[str]) -> str:
    found = _first(names, known)
    if not found:
        raise BadTrial(
            f"No column says {what}; expected are {ORDER}, and {_said(header)} came: please name "
            f"it {known[0]!r}."
        )
    return found


def _first(names: Mapping[str, str], known: Sequence[str]) -> str:
    return next((names[name] for name in known if name in names), "")


def _rest(header: Sequence[str], used: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in header if name not in used and name.strip())


def _said(header: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:30]) for name in header[:8])
    return shown + (f" and {len(header) - 8} more" if len(header) > 8 else "")


def _pairs(
    names: Mapping[str, str], *, taken: set[str]
) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Every outcome with one column before and one after, and the columns they are made of."""
    found: dict[str, dict[str, str]] = {}
    for said, name in names.items():
        stem, when = _split(said)
        if when and said not in taken:
            sides = found.setdefault(stem, {})
            if when in sides:
                raise BadTrial(
                    f"The columns {sides[when]!r} and {name!r} both look like the {when} of one "
                    "outcome; please keep two columns for each outcome."
                )
            sides[when] = name
    whole = {stem: sides for stem, sides in found.items() if len(sides) == 2}
    pairs = tuple(Pair(_stem(sides["before"], stem), sides["before"], sides["after"])
                  for stem, sides in whole.items())  # fmt: skip
    return pairs, tuple(name for sides in whole.values() for name in sides.values())


def _split(said: str) -> tuple[str, str]:
    """What is measured and when: "tug pre" is ("tug", "before"); "age" is ("age", "")."""
    for words, when in ((BEFORE, "before"), (AFTER, "after")):
        for word in sorted(words, key=len, reverse=True):
            if said == word:
                return "", when
            if said.endswith(f" {word}"):
                return said.removesuffix(f" {word}"), when
            if said.startswith(f"{word} "):
                return said.removeprefix(f"{word} "), when
    return said, ""


def _stem(column: str, stem: str) -> str:
    """The outcome as the column writes it, capitals and all."""
    at = plain(column).find(stem) if stem else -1
    return column.strip()[at : at + len(stem)].strip(" _-") if at >= 0 else ""
