"""Whether an effect differs between kinds of people, or of comparison."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrowalk.errors import BadStudy
from retrowalk.evidence.effects import Effect
from retrowalk.evidence.printed import chance_of
from retrowalk.evidence.synthesis import Method, Synthesis, pool


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Each group's synthesis, and whether they differ: Q between, with its p.

    `q_within` adds up the groups' own Q.  Of one group nothing differs: `p` is None.
    """

    groups: tuple[tuple[str, Synthesis], ...]
    q_within: float
    q_between: float
    df: int
    p: float | None
    notes: tuple[str, ...]


def subgroups(
    effects: Sequence[Effect],
    names: Sequence[str],
    method: Method | str = Method.REML,
    *,
    hartung_knapp: bool = True,
) -> Subgroups:
    """Each group's synthesis, τ² of its own, in the order they first come.

    Q between: Σ (m - M)²/se², m the groups' estimates, se their plain standard errors, M their
    weighted mean; χ² with one less than the groups' number.  A FIXED Q is Q within + Q between.
    From: Borenstein and others 2009, chapter 19; Handbook 10.11.3.1.
    """
    if len(effects) != len(names):
        raise BadStudy(f"{len(effects)} effects and {len(names)} groups came; name one for each.")
    pool(effects, Method.FIXED)  # refuses what may not be pooled, across groups too
    found = tuple(
        (group, pool([e for e, name in zip(effects, names, strict=True) if name == group],
                     method, hartung_knapp=hartung_knapp))
        for group in dict.fromkeys(names)
    )  # fmt: skip
    weights = [1 / one.se_plain**2 for _, one in found]
    mean = sum(w * one.estimate for w, (_, one) in zip(weights, found, strict=True)) / sum(weights)
    between = sum(
        w * (one.estimate - mean) ** 2 for w, (_, one) in zip(weights, found, strict=True)
    )
    df = len(found) - 1
    return Subgroups(
        groups=found, q_within=sum(one.q for _, one in found), q_between=between, df=df,
        p=chance_of(between, df) if df else None, notes=_notes(found),
    )  # fmt: skip


def _notes(found: tuple[tuple[str, Synthesis], ...]) -> tuple[str, ...]:
    if len(found) == 1:
        return ("One group only: there is nothing to compare it with.",)
    alone = [group for group, one in found if one.k == 1]
    said = "Groups were compared across studies, not by lot: a difference may have other causes."
    if not alone:
        return (said,)
    return (said, f"Only one study each in: {', '.join(alone)}.")
