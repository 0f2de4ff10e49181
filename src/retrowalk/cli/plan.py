"""retrowalk plan: the protocols, their ladders, and a check of one somebody wrote."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path

from retrowalk import present
from retrowalk.app import own_protocols, protocols
from retrowalk.app.protocols import Protocol
from retrowalk.cli.export import Folder
from retrowalk.errors import BadProtocol, RetrowalkError
from retrowalk.words import Direction, IntervalKind, Units

WIDTH = 78
BAD_FILE, BAD_CALL = 1, 2  # exit codes

ProtocolFile = Annotated[Path, typer.Argument(help="A protocol file (TOML).")]
app = typer.Typer(help="See the protocols; check, add and remove your own.", no_args_is_help=True)


@app.command("list")
def list_(*, folder: Folder = None) -> None:
    """List the protocols: those that come with retrowalk, and your own."""
    own = own_protocols.own(folder_of(folder))
    for protocol in (*protocols.packaged(), *(one.protocol for one in own.good)):
        by = f" (written by {protocol.written_by}, not from retrowalk)"
        typer.echo(f"{protocol.id:20} {protocol.title}: {protocol.frequency_per_week} times a "
                   f"week, {protocol.weeks} weeks, {len(protocol.ladder)} stages"
                   f"{by if protocol.written_by else ''}")  # fmt: skip
    for broken in own.broken:
        typer.echo(f"{broken.file} cannot be used:\n{broken.why}", err=True)


@app.command()
def add(file: ProtocolFile, *, folder: Folder = None) -> None:
    """Add a protocol somebody wrote, so that it can be chosen; checked first."""
    with _one_sentence(BAD_FILE):
        added = own_protocols.add(folder_of(folder), own_protocols.read(file))
    typer.echo(f"{added.title} was added: it can be chosen as {added.id}, written by "
               f"{added.written_by}.")  # fmt: skip


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="Its id, or the name of a file that is broken.")],
    *,
    folder: Folder = None,
) -> None:
    """Remove a protocol of your own; who follows it goes on with the copy they chose."""
    with _one_sentence(BAD_CALL):
        own_protocols.remove(folder_of(folder), name)
    typer.echo(f"{name} was removed.  Who follows it goes on with the copy they chose.")


@app.command()
def show(
    protocol: Annotated[str, typer.Argument(help="Its name, as `plan list` gives it, or a file.")],
    stage: Annotated[int, typer.Option(help="One stage in full, counted from 1.")] = 0,
    mph: Annotated[bool, typer.Option(help="Speeds in miles per hour.")] = False,
) -> None:
    """Show a protocol: its sources, its ladder, or one stage interval by interval."""
    units = Units.MPH if mph else Units.KMH
    with _one_sentence(BAD_CALL):
        asked = _read(protocol)
        if not 0 <= stage <= len(asked.ladder):
            raise RetrowalkError(f"{asked.title} has stages 1 to {len(asked.ladder)}, not {stage};"
                                 " please choose one of them.")  # fmt: skip
    for line in _stage_lines(asked, stage, units) if stage else _lines(asked, units):
        typer.echo(line)


@app.command()
def check(file: ProtocolFile) -> None:
    """Check a protocol file; every fault is told with its line."""
    with _one_sentence(BAD_FILE):
        good = protocols.read(file)
        text = own_protocols.read(file)
    typer.echo(f"{file.name} is a good protocol: {good.title}, {len(good.ladder)} stages, from "
               f"{present.minutes(good.ladder[0].backward_s)} to "
               f"{present.minutes(good.ladder[-1].backward_s)} backward.")  # fmt: skip
    try:
        own_protocols.check(text.text, name=text.name)
    except BadProtocol as bad:
        typer.echo(f"Before it can be added with retrowalk plan add {file.name}:\n{bad}")


@contextmanager
def _one_sentence(code: int) -> Iterator[None]:
    try:
        yield
    except RetrowalkError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(code) from None


def folder_of(given: Path | None) -> Path:
    """Where the house keeps everything; that of `retrowalk serve` if none is given."""
    return given or user_data_path("retrowalk")


def _read(name: str) -> Protocol:
    return protocols.read(Path(name)) if name.endswith(".toml") else protocols.find(name)


def _lines(protocol: Protocol, units: Units) -> Iterator[str]:
    yield protocol.title
    yield from _wrapped(protocol.summary)
    yield ""
    yield from _wrapped(f"For whom: {protocol.for_whom}")
    places = ", ".join(place.value for place in protocol.places)
    often = f"{protocol.frequency_per_week} times a week, {protocol.weeks} weeks"
    yield from _wrapped(f"Chosen by: {protocol.chosen_by.value}.  Where: {places}.  {often}.")
    yield from _wrapped(f"Speed: {present.speed(protocol.backward_mps, units)} backward, or "
                        f"{present.percent(protocol.comfortable_ratio)} of your comfortable "
                        f"forward speed if that is slower; "
                        f"{present.speed(protocol.forward_mps, units)} forward.")  # fmt: skip
    yield ""
    yield f"Stages (a step up after {present.count(protocol.good_sessions, 'good session')})"
    for number, rung in enumerate(protocol.ladder, start=1):
        mark = "  ← practised walkers begin here" if number == protocol.start + 1 != 1 else ""
        yield f" {number:2}  {present.minutes(rung.duration_s):>7}  {rung.title}{mark}"
    yield ""
    yield "Stop at once with"
    for rule in protocol.stop_rules:
        yield from _wrapped(rule, first=" -  ")
    yield ""
    if protocol.companions:
        yield "Beside it"
        for one in protocol.companions:
            lasts = f", {one.minutes} minutes" if one.minutes else ""
            yield from _wrapped(f"{one.title}, {one.per_week} times a week{lasts}. {one.text}",
                                first=" -  ")  # fmt: skip
        yield ""
    if protocol.check_weeks:
        weeks = " and ".join(str(week) for week in protocol.check_weeks)
        yield f"Test yourself before, and in week {weeks}."
        yield ""
    yield "Sources"
    for source in protocol.sources:
        yield from _wrapped(f"[{source.tag.value}] {source.text}", first=" -  ")
    yield ""
    yield "An exercise coach, not a medical device."


def _stage_lines(protocol: Protocol, stage: int, units: Units) -> Iterator[str]:
    rung = protocol.ladder[stage - 1]
    yield f"{protocol.title}, stage {stage} of {len(protocol.ladder)}: {rung.title}"
    yield (f"{present.duration(rung.duration_s)}, of it {present.duration(rung.backward_s)} "
           "backward; speeds are the protocol’s, yours may be slower")  # fmt: skip
    begins_s = 0.0
    for stretch in rung.stretches:
        mps = protocol.forward_mps
        if stretch.direction is Direction.BACKWARD:
            mps = protocol.backward_mps * rung.speed_ratio
        at = "" if stretch.kind is IntervalKind.REST else present.speed(mps, units)
        doing = present.doing(stretch.direction, stretch.kind)
        lasts = present.minutes(stretch.duration_s)
        yield f" {present.clock(begins_s):>6}  {doing:20} {lasts:>7}  {at}".rstrip()
        begins_s += stretch.duration_s


def _wrapped(text: str, *, first: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first))
