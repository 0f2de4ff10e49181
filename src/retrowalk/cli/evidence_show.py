"""retrowalk evidence claim, study, pool, forest: what is known, in a terminal."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from retrowalk.app import evidence, evidence_files, pooling
from retrowalk.app.evidence import About, Claim, Comparator, Condition, Review, Study, Topic, Way
from retrowalk.app.pooling import Pooled
from retrowalk.cli.export import write_file
from retrowalk.errors import Missing, RetrowalkError
from retrowalk.pictures.forest import figure
from retrowalk.web import evidence_words as said
from retrowalk.web.pages import evidence_outcome

E = TypeVar("E", bound=Enum)
BAD_CALL = 2  # exit code
WIDEST = 110  # letters a line, where nobody has said how wide the terminal is

AsJson = Annotated[bool, typer.Option("--json", help="For a program to read.")]
For = Annotated[str, typer.Option("--for", help="In whom: stroke, knee-osteoarthritis, …")]
Outcome = Annotated[str, typer.Argument(help="What was measured: pain, balance, walking-speed, …")]
Against = Annotated[str, typer.Option(help="forward-walking, usual-care, other-exercise, …")]


def claim(
    claim_id: Annotated[str, typer.Argument(help="Its id; without one, all are listed.")] = "",
    *,
    people: For = "",
    about: Annotated[str, typer.Option(help="What it promises: pain, balance, safety, …")] = "",
    as_json: AsJson = False,
) -> None:
    """Answer a claim: verdict, certainty, figures, studies for and against.

    Example: retrowalk evidence claim knee-pain
    """
    with _one_sentence():
        if claim_id:
            one = evidence.claim(claim_id)
            _json(one) if as_json else _tell_claim(one)
            return
        found = evidence.chosen(condition=_word(Condition, people, "condition"),
                                topic=_word(Topic, about, "topic"))  # fmt: skip
        _json(found) if as_json else _list_claims(found)


def study(
    study_id: Annotated[str, typer.Argument(help="Its id; without one, all are listed.")] = "",
    *,
    people: For = "",
    as_json: AsJson = False,
) -> None:
    """Show a study or review: in whom, what was measured, what is doubted.

    Example: retrowalk evidence study weng2006
    """
    with _one_sentence():
        if study_id:
            one = evidence.study(study_id)
            _json(one) if as_json else _tell_study(one)
            return
        condition = _word(Condition, people, "condition")
        found = [s for s in evidence.studies() if condition in (None, s.condition)]
        _json(found) if as_json else _list_studies(found)


def pool(
    outcome: Outcome, *, people: For = "", against: Against = "", as_json: AsJson = False
) -> None:
    """Pool what may be pooled: one line a pool, its studies below it.

    People of different kinds, other comparisons and unequal doses are never mixed.
    Example: retrowalk evidence pool balance --for stroke
    """
    with _one_sentence():
        found = _pools(outcome, people, against)
        if as_json:
            _json(found)
            return
        for one in found:
            _tell_pool(one)


def forest(
    outcome: Outcome,
    *,
    out: Annotated[Path, typer.Option(help="The SVG file to write; one that is there is kept.")],
    people: For = "",
    against: Against = "",
    which: Annotated[int, typer.Option(help="Which pool, where there are several.", min=0)] = 0,
    narrow: Annotated[bool, typer.Option(help="For a phone.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite")] = False,
) -> None:
    """Draw a forest plot of one pool as an SVG file.

    Example: retrowalk evidence forest pain --for knee-osteoarthritis --out pain.svg
    """
    with _one_sentence():
        found = _pools(outcome, people, against)
        if (not which and len(found) > 1) or which > len(found):
            listed = "; ".join(f"{i} {_title(one)}" for i, one in enumerate(found, start=1))
            raise Missing(f"There are {len(found)} pools: choose one with --which ({listed}).")
        drawn = evidence_outcome.draw_pool(found[max(which, 1) - 1])
        write_file(out, drawn.pictures[1 if narrow else 0].encode(), overwrite=overwrite)
    typer.echo(f"{out} was written.")


def _pools(outcome: str, people: str, against: str) -> tuple[Pooled, ...]:
    about = _word(About, outcome, "outcome", among=pooling.abouts())
    if about is None:
        raise Missing("Name what was measured: " + _listed(pooling.abouts()) + ".")
    found = pooling.pools_of(about, condition=_word(Condition, people, "condition"),
                             comparator=_word(Comparator, against, "comparison"))  # fmt: skip
    if not found:
        drawn = dict.fromkeys(said.slug(one.key.about) for one in pooling.pools())
        raise Missing(f"No study prints all that is needed to pool {outcome} here: there are "
                      f"pools of {', '.join(drawn)}.")  # fmt: skip
    return found


def _word(kind: type[E], asked: str, what: str, among: Iterable[E] = ()) -> E | None:
    """The one meant; Missing with the nearest names there are."""
    if not asked:
        return None
    by_name = {said.slug(one): one for one in (among or kind)}
    name = asked.strip().lower().replace(" ", "-")
    if name in by_name:
        return by_name[name]
    near = [one for one in by_name if name in one]
    near = near or get_close_matches(name, by_name, n=4, cutoff=0.4) or list(by_name)
    raise Missing(f"There is no {what} {asked[:40]!r}: did you mean one of {', '.join(near)}?")


def _listed(words: Iterable[Enum]) -> str:
    return ", ".join(said.slug(one) for one in words)


def _json(value: object) -> None:
    typer.echo(json.dumps(evidence_files.plain(value), ensure_ascii=False, indent=1))


def _list_claims(found: Iterable[Claim]) -> None:
    table = Table("claim", "question", "verdict", "certainty")
    for one in found:
        table.add_row(one.id, one.question, said.VERDICTS[one.verdict][1], one.sure.value)
    _console().print(table)


def _tell_claim(one: Claim) -> None:
    console = _console()
    console.print(one.question, style="bold", markup=False)
    console.print(f"People say: {one.said}", markup=False)
    console.print(f"\n{said.VERDICTS[one.verdict][1]}. Certainty: {one.sure.value}.",
                  style="bold", markup=False)  # fmt: skip
    console.print(one.answer, markup=False)
    table = Table("figure", "of what", "from", "read")
    for number in one.numbers:
        table.add_row(said.number(number), number.text, number.study, number.tag.letter)
    if one.numbers:
        console.print(table)
    console.print(f"Worth having: {one.matters.text}", markup=False)
    for low in one.lowered:
        console.print(f" -  {said.DOUBT[low.doubt]}: {low.why}", markup=False)
    for way in Way:
        for cited in one.cited(way):
            console.print(f"{way.value:>8}  {cited.id}: {cited.found}", markup=False)
    console.print(f"What would change our mind: {one.change_mind}", markup=False)
    if one.care:
        console.print(f"Take care: {one.care}", markup=False)


def _list_studies(found: Iterable[Study]) -> None:
    table = Table("study", "what", "in whom", "found")
    for one in found:
        table.add_row(one.id, one.title, said.people(one.condition), said.status(one))
    _console().print(table)


def _tell_study(one: Study | Review) -> None:
    console = _console()
    console.print(f"{said.named(one)}: {one.title}", style="bold", markup=False)
    console.print(one.summary, markup=False)
    if isinstance(one, Review):
        for row in one.pooled:
            shown = said.effect(row.printed, row.unit)
            console.print(f" -  {row.name}: {shown}, {row.comparison}", markup=False)
    else:
        console.print(f"{said.status(one)}. {said.people_of(one)}", markup=False)
        table = Table("measured", "found", "pooled", "why not")
        for outcome in one.outcomes:
            table.add_row(outcome.name, said.FAVOURS[outcome.favours], outcome.poolable.value,
                          outcome.why)  # fmt: skip
        console.print(table)
    for doubt in one.doubts:
        console.print(f"Doubt: {doubt.text}", markup=False)
    for report in one.reports:
        where = report.doi or report.pmid or report.registry or report.url or report.journal
        console.print(f"{report.type.value}: {where} ({report.read.value})", markup=False)


def _title(one: Pooled) -> str:
    key = one.key
    return (f"{said.measured(key.about)}, {said.people(key.condition)}, against "
            f"{said.against(key.comparator)}, {key.clean.value}, in {one.unit}")  # fmt: skip


def _tell_pool(one: Pooled) -> None:
    table = Table("study", "people", "difference", "weight", title=_title(one))
    for row, effect, reach, weight in zip(one.rows, one.effects, one.reaches,
                                          one.synthesis.weights, strict=True):  # fmt: skip
        mean = effect.estimate
        people = row.contrast.backward.n + row.contrast.control.n
        shown = figure(mean, mean - reach, mean + reach)
        table.add_row(row.study.id, str(people), shown, f"{weight:.0%}")
    if one.synthesis.k > 1:
        together = figure(one.synthesis.estimate, *one.synthesis.ci)
        table.add_row("all together", str(one.people), together, "100%")
    console = _console()
    console.print(table)
    for note in one.synthesis.notes:
        console.print(note, markup=False)


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=WIDEST)


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CALL) from None
