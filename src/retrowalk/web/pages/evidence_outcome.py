"""/evidence/outcome/…: one thing measured, and every pool the studies allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from retrowalk import present
from retrowalk.app import evidence, pooling
from retrowalk.app.evidence import About, Comparator, Condition
from retrowalk.app.pooling import Pooled
from retrowalk.errors import Missing
from retrowalk.pictures.forest import Line, Together, figure, forest_picture
from retrowalk.web import evidence_words as said
from retrowalk.web.evidence_asked import asked, common
from retrowalk.web.page import page

NARROW, WIDE = 360, 860


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pool as a page shows it: a heading, the picture in two widths, the table's rows."""

    pool: Pooled
    heading: str
    pictures: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    together: str  # empty for one study
    more: tuple[str, ...]  # for those who reckon


async def show(request: Request) -> Response:
    about = _about(str(request.path_params["outcome"]))
    condition = asked(request, "for", Condition)
    comparator = asked(request, "against", Comparator)
    return page(
        request, "evidence_outcome.html", **common(), about=about, condition=condition,
        comparator=comparator, drawn=drawn(about, condition, comparator),
        apart=pooling.apart(about, condition=condition),
        reviews=_reviewed(about, condition), abouts=pooling.abouts(),
        conditions=pooling.people(about), comparators=tuple(Comparator),
    )  # fmt: skip


def _about(slug: str) -> About:
    for one in pooling.abouts():
        if said.slug(one) == slug:
            return one
    raise Missing(f"Nothing called {slug[:40]!r} was measured in these studies: please choose "
                  "from the list of what was measured.")  # fmt: skip


def drawn(
    about: About, condition: Condition | None = None, comparator: Comparator | None = None
) -> tuple[Drawn, ...]:
    found = pooling.pools_of(about, condition=condition, comparator=comparator)
    return tuple(draw_pool(one, f"forest{i}") for i, one in enumerate(found))


def effects_by_study() -> dict[str, list[str]]:
    """The differences that may be pooled, in words, by their study."""
    found: dict[str, list[str]] = {}
    for pool in pooling.pools():
        for row, effect, reach in zip(pool.rows, pool.effects, pool.reaches, strict=True):
            one = effect.estimate
            found.setdefault(row.study.id, []).append(
                f"{said.upper(said.measured(pool.key.about))}: "
                f"{figure(one, one - reach, one + reach)} {pool.unit}."
            )
    return found


def draw_pool(pool: Pooled, prefix: str = "forest") -> Drawn:
    words = f"{said.measured(pool.key.about)}, {said.PEOPLE[pool.key.condition]}"
    lines = [
        Line(said.short(row.study), effect.estimate, effect.estimate - reach,
             effect.estimate + reach, weight)
        for row, effect, reach, weight in zip(
            pool.rows, pool.effects, pool.reaches, pool.synthesis.weights, strict=True)
    ]  # fmt: skip
    title = words[:1].upper() + words[1:]
    return Drawn(
        pool=pool,
        heading=f"{title}: against {said.AGAINST[pool.key.comparator]}",
        pictures=tuple(
            forest_picture(lines, _together(pool), title=title, unit=pool.unit,
                           better=pool.better.value, width=width, matters=pool.matters,
                           matters_name=pool.matters_name, prefix=f"{prefix}w{width}")
            for width in (WIDE, NARROW)
        ),
        rows=tuple(
            {"study": row.study, "name": said.named(row.study), "n": row.contrast.backward.n
             + row.contrast.control.n, "outcome": row.outcome, "weight": line.weight,
             "shown": figure(line.estimate, line.low, line.high)}
            for row, line in zip(pool.rows, lines, strict=True)
        ),
        together="" if len(lines) < 2 else
        figure(pool.synthesis.estimate, *pool.synthesis.ci),
        more=tuple(_more(pool)),
    )  # fmt: skip


def _more(pool: Pooled) -> Iterator[str]:
    """How it was reckoned, how sure it alone makes one, how much it hangs on any one study."""
    one, sure = pool.synthesis, pooling.sureness(pool)
    if sure is not None:
        yield f"Certainty of this picture alone: {sure.word.label}."
        yield from (f"{said.upper(down.question)}: {down.reason}" for down in sure.downgrades)
    yield f"Of each study: {pool.effects[0].formula}; its interval holds 1.96 standard errors."
    if one.k > 1:
        yield (f"Random effects ({one.method.value.upper()}), Hartung and Knapp’s interval; "
               f"p {one.p:.2g}.")  # fmt: skip
        yield f"How much studies differ: τ² {one.tau2:.3g}, Q {one.q:.3g}" + (
            f", I² {present.percent(one.i2)}." if one.i2 is not None else "."
        )
    if one.prediction is not None:
        yield f"A further study may lie from {one.prediction[0]:.2f} to {one.prediction[1]:.2f}."
    for left in pool.without:
        yield f"Without {left.study}: {figure(left.estimate, *left.ci)}."


def _reviewed(about: About, condition: Condition | None) -> list[dict[str, str]]:
    return [
        {"id": review.id, "name": said.named(review), "whom": f"{said.upper(row.name)} "
         f"({said.people(review.condition)}): {row.comparison[:1].lower()}{row.comparison[1:]}",
         "shown": said.effect(row.printed, row.unit)}
        for review, row in evidence.reviewed(about, condition)
    ]  # fmt: skip


def _together(pool: Pooled) -> Together | None:
    """One study is no pool."""
    one = pool.synthesis
    return Together(one.estimate, *one.ci, one.prediction) if one.k > 1 else None
