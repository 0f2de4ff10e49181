"""/evidence: every claim with its verdict; one claim; the studies; what was tried; what changed."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from retrowalk.app import doses, evidence, people_like, pooling
from retrowalk.app.benefits import benefits
from retrowalk.app.evidence import Claim, Condition, Number, Review, Topic, Way
from retrowalk.errors import BadAnswers, Missing
from retrowalk.pictures.dose_map import Spot, dose_picture
from retrowalk.web import evidence_words as said
from retrowalk.web.evidence_asked import asked, common
from retrowalk.web.page import attached, house_of, page
from retrowalk.web.pages.evidence_outcome import drawn, effects_by_study

NARROW, WIDE = 360, 860


async def show(request: Request) -> Response:
    condition = asked(request, "for", Condition)
    topic = asked(request, "about", Topic)
    found = evidence.chosen(condition=condition, topic=topic)
    return page(
        request, "evidence.html", **common(), groups=_grouped(found, topic), count=len(found),
        condition=condition, topic=topic, conditions=_claimed(),
    )  # fmt: skip


def _grouped(found: Iterable[Claim], topic: Topic | None) -> list[tuple[Topic, list[Claim]]]:
    """Each claim once, under the first thing it promises; under the one asked for, if any."""
    groups: dict[Topic, list[Claim]] = {}
    for one in found:
        groups.setdefault(topic or one.topics[0], []).append(one)
    return [(one, groups[one]) for one in Topic if one in groups]


async def claim(request: Request) -> Response:
    found = evidence.claim(str(request.path_params["claim_id"]))
    house = house_of(request)
    titles = {one.id: one.title for one in benefits()}
    return page(
        request, "evidence_claim.html", **common(), claim=found, held=_held(found),
        ways=[(way, found.cited(way)) for way in Way if found.cited(way)],
        pools=[one for pool in found.pools for one in drawn(pool.about, pool.condition,
                                                             pool.comparator)],
        benefits=[(one, titles[one]) for one in found.benefits],
        protocols=[house.protocol(one) for one in found.protocols],
    )  # fmt: skip


def _held(found: Claim) -> dict[str, str]:
    """Each figure in the unit of the smallest change that matters, held against it."""
    least = found.matters.value
    if least is None:
        return {}
    name = pooling.OWN_ERROR if found.matters.own_error else f"the {pooling.WORTH}"
    return {one.text: _against(one, least, name)
            for one in found.numbers if one.unit == found.matters.unit}  # fmt: skip


def _against(one: Number, least: float, name: str) -> str:
    if abs(one.value) >= least:
        return f"as large as {name}, or larger"
    if one.low is not None and one.high is not None and max(abs(one.low), abs(one.high)) >= least:
        return f"smaller than {name}, though it may be as large"
    return f"smaller than {name}"


async def like_me(request: Request) -> Response:
    given = request.query_params.get("for", "")
    typed = request.query_params.get("age", "").strip()
    condition = asked(request, "for", Condition, but=tuple(people_like.UNSTUDIED))
    found, problem = None, ""
    try:
        age = _age(typed)
        if given:
            found = people_like.people_like(condition or given, age)
    except BadAnswers as bad:
        problem = str(bad)
    return page(
        request, "evidence_like_me.html", status=422 if problem else 200, **common(), found=found,
        problem=problem, given=given, typed=typed, unstudied=people_like.UNSTUDIED,
    )  # fmt: skip


def _age(typed: str) -> int | None:
    if not typed:
        return None
    if not typed.isascii() or not typed.isdigit() or len(typed) > 3:
        raise BadAnswers({"age": f"“{typed[:20]}” came as an age, and whole years were expected: "
                                 "please look at it again."})  # fmt: skip
    return int(typed)


async def studies(request: Request) -> Response:
    condition = asked(request, "for", Condition)
    found = [one for one in evidence.studies() if condition in (None, one.condition)]
    return page(request, "evidence_studies.html", **common(), found=found, condition=condition,
                conditions=_studied())  # fmt: skip


async def study(request: Request) -> Response:
    found = evidence.study(str(request.path_params["study_id"]))
    template = "evidence_review.html" if isinstance(found, Review) else "evidence_study.html"
    return page(request, template, **common(), study=found, claims=evidence.about_study(found.id))


async def dose(request: Request) -> Response:
    condition = asked(request, "for", Condition)
    tried = doses.doses(condition)
    spots = [Spot(said.named(one.study), one.week_min, one.weeks, one.found) for one in tried]
    pictures = tuple(dose_picture(spots, width=w, prefix=f"dose{w}") for w in (WIDE, NARROW))
    return page(request, "evidence_dose.html", **common(), tried=tried, pictures=pictures,
                effects=effects_by_study(), condition=condition, conditions=_studied())  # fmt: skip


async def changes(request: Request) -> Response:
    return page(request, "evidence_changes.html", **common())


async def download(request: Request) -> Response:
    from retrowalk.app import evidence_files  # noqa: PLC0415 -- only for those who ask

    match request.path_params["form"]:
        case "csv":
            content, kind = evidence_files.as_csv(), "text/csv; charset=utf-8"
        case "json":
            content, kind = evidence_files.as_json(), "application/json"
        case "bib":
            content, kind = evidence_files.as_bibtex(), "application/x-bibtex; charset=utf-8"
        case _:
            raise Missing("Studies can be taken as csv, json or bib: please choose one of them.")
    return attached(content.encode(), kind, f"retrowalk-evidence.{request.path_params['form']}")


def _claimed() -> list[Condition]:
    """Whom any claim is about."""
    there = {one for claim in evidence.claims() for one in claim.conditions}
    return [one for one in Condition if one in there]


def _studied() -> list[Condition]:
    there = {one.condition for one in evidence.studies()}
    return [one for one in Condition if one in there]
