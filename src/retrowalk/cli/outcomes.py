"""retrowalk outcomes: the tests there are, a check of one somebody wrote, a group's change."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from retrowalk import present
from retrowalk.app import grouping, outcomes
from retrowalk.app.outcomes import Outcome
from retrowalk.errors import RetrowalkError
from retrowalk.words import Units

WIDTH = 78
BAD_FILE, BAD_CALL = 1, 2  # exit codes

app = typer.Typer(help="See the tests, check your own, judge a group.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """List the tests, each with what a change must exceed to be more than its error."""
    for outcome in outcomes.catalogue():
        error = outcome.error
        size = present.measured_brief(error.mdc, outcome.quantity) if error else "not known"
        typer.echo(f"{outcome.id:24} {outcome.title:32} {size}")


@app.command()
def show(
    outcome: Annotated[str, typer.Argument(help="Its name, as `outcomes list` gives it.")],
    mph: Annotated[bool, typer.Option(help="Miles, feet and inches.")] = False,
) -> None:
    """Show one test: how it is taken, what its error is, in whom it was measured."""
    with _one_sentence(BAD_CALL):
        asked = outcomes.find(outcome)
    for line in _lines(asked, Units.MPH if mph else Units.KMH):
        typer.echo(line)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="An outcome file (TOML).")]) -> None:
    """Check an outcome file; every fault is told with its line."""
    with _one_sentence(BAD_FILE):
        good = outcomes.read(file)
    names = ", ".join(one.id for one in good)
    typer.echo(f"{file.name} is a good outcome: {names}.")


@app.command()
def group(
    file: Annotated[Path, typer.Argument(help="A CSV of person, before, after: one person a row.")],
    outcome: Annotated[str, typer.Option(help="Its name, as `outcomes list` gives it.")],
    mph: Annotated[bool, typer.Option(help="The file is in miles, feet and inches.")] = False,
) -> None:
    """Judge a group: the mean change and the effect size, each with its 95 % interval."""
    with _one_sentence(BAD_FILE):
        lines = grouping.judged(file, outcome, units=Units.MPH if mph else Units.KMH)
    for line in lines:
        typer.echo(line)


@contextmanager
def _one_sentence(code: int) -> Iterator[None]:
    try:
        yield
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(code) from None


def _lines(outcome: Outcome, units: Units) -> Iterator[str]:
    yield outcome.title
    yield from _wrapped(outcome.summary)
    for heading, lines in (("What you need", outcome.equipment),
                           ("Before you begin", outcome.safety),
                           ("How it goes", outcome.steps)):  # fmt: skip
        if lines:
            yield ""
            yield heading
            for line in lines:
                yield from _wrapped(line, first=" -  ")
    tries = present.count(outcome.trials, "try").replace("trys", "tries")
    yield ""
    yield f"{tries}; the {outcome.counts.value} counts; {outcome.better.value} is better."
    yield ""
    yield "Its own error"
    for error in outcome.errors:
        size = present.measured(error.mdc, outcome.quantity, units)
        cited = error.cited
        where = f", doi {cited.doi}" if cited.doi else ""
        yield from _wrapped(f"{size}: in {cited.population}. {cited.source}{where} "
                            f"[{cited.tag.value}]", first=" -  ")  # fmt: skip
    if outcome.no_error:
        yield from _wrapped(outcome.no_error, first=" -  ")


def _wrapped(text: str, *, first: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
