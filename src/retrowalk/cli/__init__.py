"""The command line: `retrowalk measure`, `plan`, `serve`, `guard`; each in a module of its own.

Only the module of the command asked for is imported, so that measuring one file does not load
the web app.
"""

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

COMMANDS = {"measure": "Measure recordings.", "plan": "See the protocols.",
            "outcomes": "See the tests, judge a group.",
            "evidence": "See the studies behind it all, check your own.",
            "trial": "Analyse your own trial, size the next.",
            "export": "Take it with you: a report, files for other programs.",
            "import": "Bring walks and steps from a watch or a phone.",
            "backup": "Keep everything in one file, and bring it back.",
            "serve": "Run the web app on this computer.",
            "guard": "Hold a treadmill's link, and stop its belt.",
            "find-treadmill": "List the treadmills that Bluetooth hears.",
            "demo-treadmill": "Play a Bluetooth treadmill, to try it all."}  # fmt: skip

MODULES = {"import": "bring"}  # a module may not be named import


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"retrowalk {version('retrowalk')}")
        except PackageNotFoundError:
            typer.echo("retrowalk (not installed)")
        raise typer.Exit


def _top(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version."),
    ] = False,
) -> None:
    """Backward walking, from the first careful step to a measured result.

    An exercise coach, not a medical device.
    """


def build(asked: str | None) -> typer.Typer:
    """The app with the command asked for, or with all of them when none is."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="markdown")
    app.callback()(_top)
    for name in [asked] if asked in COMMANDS else COMMANDS:
        word = MODULES.get(name, name.replace("-", "_"))
        module = import_module(f"retrowalk.cli.{word}")
        if isinstance(found := getattr(module, "app", None), typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, epilog=getattr(module, "EPILOG", None))(getattr(module, word))
    return app


def main() -> None:
    """The entry point of the `retrowalk` command."""
    build(next((word for word in sys.argv[1:] if not word.startswith("-")), None))(
        prog_name="retrowalk"
    )
