"""retrowalk trial: what a trial found, how large the next must be, and who gets which arm."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from retrowalk.errors import RetrowalkError
from retrowalk.words import Better

BAD_FILE, BAD_CALL = 1, 2  # exit codes
NARROWEST = 100  # columns, where the terminal says nothing
NONE: list[Any] = []

app = typer.Typer(
    help="Analyse your own trial, size the next, allot its arms.", no_args_is_help=True
)

Way = Enum("Way", {b.name: b.value for b in Better})  # type: ignore[misc]
How = Enum("How", {"ANCOVA": "ancova", "CHANGE": "change", "FOLLOWUP": "followup"})


@app.command()
def analyse(
    file: Annotated[Path, typer.Argument(help="A CSV with person, arm, baseline, follow-up.")],
    *,
    outcome: Annotated[list[str], typer.Option(help="Only this one; may be repeated.")] = NONE,
    comparator: Annotated[str, typer.Option(help="The arm the others are held against.")] = "",
    better: Annotated[Way | None, typer.Option(help="Which way is better.")] = None,
    matters: Annotated[float, typer.Option(help="The smallest change that matters.", min=0)] = 0.0,
    test: Annotated[str, typer.Option(help="Its name in `retrowalk outcomes list`.")] = "",
    follow_up: Annotated[str, typer.Option(help="In a long table: the time that counts.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Every number, for other programs.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
) -> None:
    """Analyse a trial: changes, ANCOVA, effect sizes, responders, those missing.

    One row a person (pain_baseline, pain_followup …) or one row a person and a time (time, value).
    """
    from retrowalk.app import trial, trial_told  # noqa: PLC0415 -- other commands need no numpy
    from retrowalk.writers.trial_html import as_html  # noqa: PLC0415 -- as above

    options = trial.Options(
        tuple(outcome),
        comparator=comparator,
        better=Better(better.value) if better else None,
        matters=matters,
        test=test,
        last=follow_up,
    )
    with _one_sentence(BAD_FILE):
        found = trial.analysed(trial.read(file), file.name, options)
        told = trial_told.told(found)
        if report is not None:
            _write(report, as_html(told))
    if json:
        sys.stdout.write(trial.as_json(found))
        return
    console = Console(width=None if sys.stdout.isatty() else NARROWEST)
    console.print(f"[bold]{escape(told.title)}[/]")
    console.print(escape(told.lead))
    for section in told.sections:
        console.print()
        console.print(f"[bold]{escape(section.title)}[/]")
        for line in section.lines:
            console.print(escape(line))
        for table in section.tables:
            console.print(_table(table.caption, table.head, table.rows))
        for note in section.notes:
            console.print(Padding(f"- {escape(note)}", (0, 0, 0, 1)))


@app.command()
def size(
    *,
    difference: Annotated[float, typer.Option(help="The smallest difference worth finding.")],
    sd: Annotated[float, typer.Option(help="Standard deviation within an arm, at one time.")],
    correlation: Annotated[float, typer.Option(help="Of baseline and follow-up.")] = 0.5,
    by: Annotated[How, typer.Option(help="What is compared.")] = How.ANCOVA,
    power: Annotated[float, typer.Option(help="The chance to find it.")] = 0.8,
    alpha: Annotated[float, typer.Option(help="Of the two-sided test.")] = 0.05,
    ratio: Annotated[float, typer.Option(help="Comparators for each in the arm.")] = 1.0,
    dropout: Annotated[float, typer.Option(help="The share without a follow-up, as 0.15.")] = 0.0,
    cluster: Annotated[float, typer.Option(help="People treated together, as in a class.")] = 1.0,
    icc: Annotated[float, typer.Option(help="How alike people of one class are.")] = 0.0,
) -> None:
    """Size the next trial of two arms, and say what was supposed."""
    from retrowalk.app import trial_told  # noqa: PLC0415 -- as above
    from retrowalk.app.trial import Comparing, Design  # noqa: PLC0415 -- as above
    from retrowalk.app.trial import size as sized  # noqa: PLC0415 -- as above

    with _one_sentence(BAD_CALL):
        found = sized(
            Design(
                difference,
                sd=sd,
                correlation=correlation,
                comparing=Comparing(by.value),
                power=power,
                alpha=alpha,
                ratio=ratio,
                dropout=dropout,
                cluster=cluster,
                icc=icc,
            )
        )
    typer.echo(
        f"{found.people} people: {found.taken_in[0]} in the arm, {found.taken_in[1]} in the "
        f"comparator; {found.measured[0]} and {found.measured[1]} of them measured twice."
    )
    if cluster > 1:
        typer.echo(f"These are {found.clusters[0]} and {found.clusters[1]} classes.")
    typer.echo(
        f"Power {100 * found.power:.1f} %. Were the standard deviation a quarter larger, "
        f"{sum(found.if_sd_larger)} people would be needed."
    )
    for line in trial_told.supposed(found):
        typer.echo(f"- {line}")


@app.command()
def randomise(
    file: Annotated[Path, typer.Argument(help="The list for those who take people in, a CSV.")],
    *,
    arm: Annotated[list[str], typer.Option(help="An arm; twice or more.")] = NONE,
    people: Annotated[int, typer.Option(help="People in each stratum, at least.")] = 60,
    block: Annotated[list[int], typer.Option(help="A block's size; may be repeated.")] = NONE,
    ratio: Annotated[list[int], typer.Option(help="Shares, one an arm, in their order.")] = NONE,
    stratum: Annotated[list[str], typer.Option(help="As in site=A,B; may be repeated.")] = NONE,
    seed: Annotated[int | None, typer.Option(help="For a list to be had again.")] = None,
    again: Annotated[Path | None, typer.Option(help="A recipe: make its list again.")] = None,
) -> None:
    """Make a list of arms by permuted blocks, sealed in a file of its own.

    FILE holds numbers only. FILE-sealed.csv holds the arms and FILE-recipe.json the seed: both
    belong to somebody who takes nobody in.
    """
    from retrowalk.app import randomising  # noqa: PLC0415 -- as above

    with _one_sentence(BAD_CALL):
        blocks = (
            randomising.blocks_of(again)
            if again
            else randomising.Blocks(
                tuple(arm),
                people=people,
                seed=randomising.any_seed() if seed is None else seed,
                strata=randomising.pairs(stratum, "stratum"),
                sizes=tuple(block),
                ratio=tuple(ratio),
            )
        )
        made = randomising.write_blocks(file, blocks)
    seen = made.foreseen
    typer.echo(f"{made.places} numbers are in {made.open}.")
    typer.echo(
        f"Their arms are sealed in {made.sealed}, and seed and settings in {made.recipe}: "
        "give both to somebody who takes nobody in, and keep them out of sight."
    )
    typer.echo(
        f"Who writes along and always guesses the arm that is behind is right "
        f"{_pct(seen.guessed)} of the time (blind: {_pct(seen.blind)}); who also knew each "
        f"block's size would be sure of {_pct(seen.certain)}. Blinding those who take "
        "people in, and more and larger block sizes, make this less."
    )


@app.command()
def minimise(
    file: Annotated[Path, typer.Argument(help="The sealed log to begin, a CSV.")],
    *,
    arm: Annotated[list[str], typer.Option(help="An arm; twice or more.")],
    factor: Annotated[list[str], typer.Option(help="As in sex=f,m; may be repeated.")],
    preferred: Annotated[float, typer.Option(help="How often balance decides.")] = 0.8,
    people: Annotated[int, typer.Option(help="To be expected, to tell how even it gets.")] = 60,
    seed: Annotated[int | None, typer.Option(help="For a list to be had again.")] = None,
) -> None:
    """Begin to allot person by person, keeping the arms alike (Pocock and Simon)."""
    from retrowalk.app import randomising  # noqa: PLC0415 -- as above

    with _one_sentence(BAD_CALL):
        rule = randomising.Minimisation(
            tuple(arm),
            factors=randomising.pairs(factor, "factor"),
            preferred=preferred,
            seed=randomising.any_seed() if seed is None else seed,
        )
        recipe, found = randomising.begin_minimising(file, rule, people=people)
    typer.echo(
        f"Begun in {file}, with seed and settings in {recipe}: both belong to somebody who "
        "takes nobody in."
    )
    typer.echo(
        f"With {people} people the arms differ by {found.largest:.1f} within a level, on "
        f"average; who knew everybody so far would guess {_pct(found.foreseen.guessed)} "
        f"right (blind: {_pct(found.foreseen.blind)})."
    )
    typer.echo(
        f"Next: retrowalk trial next {file} PERSON "
        + " ".join(f"{name}={levels[0]}" for name, levels in rule.factors)
    )


@app.command("next")
def next_(
    file: Annotated[Path, typer.Argument(help="The log `trial minimise` began.")],
    person: Annotated[str, typer.Argument(help="The next person's code.")],
    levels: Annotated[list[str], typer.Argument(help="As in sex=f age=70+.")],
) -> None:
    """Allot the next person, and write it into the log."""
    from retrowalk.app import randomising  # noqa: PLC0415 -- as above

    with _one_sentence(BAD_CALL):
        given = {name: one[0] for name, one in randomising.pairs(levels, "level")}
        choice = randomising.next_person(file, person, given)
    typer.echo(f"{person}: {choice.arm}")


def _table(caption: str, head: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Table:
    table = Table(title=escape(caption), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, name in enumerate(head):
        table.add_column(escape(name), justify="right" if place else "left")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        why = (error.strerror or "the disk gave no reason").lower()
        raise RetrowalkError(f"{path} cannot be written ({why}); please choose another.") from None


def _pct(share: float) -> str:
    return f"{100 * share:.0f} %"


@contextmanager
def _one_sentence(code: int) -> Iterator[None]:
    try:
        yield
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(code) from None
