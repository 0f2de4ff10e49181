"""Templates and answers: a page, a redirect after a POST, a sentence when it cannot be."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from retrowalk import present
from retrowalk.app.house import House
from retrowalk.app.lan import Lan
from retrowalk.app.profile import NoWalker, current_walker
from retrowalk.words import Question, Units

HERE = Path(__file__).parent
STATIC = HERE / "static"
HERE_ITSELF = {"127.0.0.1", "localhost", "::1"}  # browsers trust these without a certificate
HEADINGS = {
    403: "That may not be",
    404: "There is no such page",
    405: "That cannot be done here",
    409: "Not just now",
    413: "That is too large",
    422: "That could not be read",
    429: "Please wait a little",
    507: "Nothing could be saved",
}


def _by_group(questions: Iterable[Question]) -> Iterator[tuple[str, list[Question]]]:
    for name, asked in groupby(questions, key=lambda q: q.group):
        yield name, list(asked)


def plain(request: Request) -> bool:
    """Whether a phone asks without the certificate, and browsers keep things from the page."""
    return request.url.scheme == "http" and request.url.hostname not in HERE_ITSELF


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["present"] = present
    made.globals["plain"] = plain
    for name in ("icon", "wayside"):
        made.globals[name] = made.get_template(f"{name}.html", globals=made.globals).module
    made.filters["groupby_in_order"] = _by_group
    return made


ENVIRONMENT = _environment()


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def lan_of(request: Request) -> Lan | None:
    lan: Lan | None = request.app.state.lan
    return lan


def units_of(house: House) -> Units:
    """The walker's units; km/h before anybody has said."""
    walker = current_walker(house)
    return Units.KMH if isinstance(walker, NoWalker) else walker.units


def page(request: Request, template: str, /, *, status: int = 200, **shown: Any) -> Response:
    made = ENVIRONMENT.get_template(template)
    return HTMLResponse(made.render(request=request, **shown), status_code=status)


def see_other(path: str) -> Response:
    """After every POST: a reload must not send it again."""
    return RedirectResponse(path, status_code=303)


def attached(content: bytes, media_type: str, name: str) -> Response:
    """A file to be saved, not shown."""
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=told)


def oops(request: Request, status: int, sentence: str, *, back: str = "/") -> Response:
    """One clear sentence with the right status; as JSON for our own scripts."""
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"sentence": sentence}, status_code=status)
    heading = HEADINGS.get(status, "Something went wrong")
    back_text = "Back to today" if back == "/" else "Go back"
    return page(request, "oops.html", status=status, heading=heading, sentence=sentence,
                back=back, back_text=back_text)  # fmt: skip
