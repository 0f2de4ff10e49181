"""/trial: a researcher's table in, its report out; nothing is kept.

The downloads send the table along again, hidden in the page: so that nothing has to be stored, and
no script is needed.
"""

import asyncio
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from retrowalk.errors import BadTrial
from retrowalk.web.page import attached, page
from retrowalk.words import Better

if TYPE_CHECKING:
    from retrowalk.app.trial import Options, Trial

MOST_BYTES = 400_000  # what `readers.authored` takes: some eight thousand people
FIELDS = ("outcome", "comparator", "better", "matters", "test", "follow_up")
WAYS = (("", "Not said"), (Better.LOWER.value, "Lower is better"),
        (Better.HIGHER.value, "Higher is better"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """What came through the form."""

    table: str
    name: str
    typed: dict[str, str]
    form: str  # html, json or csv to take along; empty: to be shown


async def show(request: Request) -> Response:
    return _form(request, dict.fromkeys(FIELDS, ""))


async def answer(request: Request) -> Response:
    async with request.form(max_files=1, max_fields=12) as form:
        typed = {name: str(form.get(name) or "").strip()[:200] for name in FIELDS}
        try:
            sent = await _sent(form, typed)
            made = await asyncio.to_thread(_analysed, sent)
        except BadTrial as bad:
            return _form(request, typed, problem=str(bad))
    if sent.form:
        return _taken(made, sent)
    from retrowalk.app import trial_told  # noqa: PLC0415 -- as below

    return page(request, "trial_report.html", report=trial_told.told(made), table=sent.table,
                name=sent.name, typed=typed)  # fmt: skip


async def _sent(form: FormData, typed: dict[str, str]) -> Sent:
    """The table out of the file, or of the page it was shown on."""
    from retrowalk.app import trial  # noqa: PLC0415 -- as below

    wanted, hidden, file = str(form.get("as") or ""), form.get("table"), form.get("file")
    if isinstance(hidden, str) and hidden:
        return Sent(hidden, _named(str(form.get("name") or "")), typed, wanted)
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadTrial("No file was chosen; choose the table of your trial first.")
    name = _named(file.filename)
    return Sent(trial.read_sent(await file.read(MOST_BYTES + 1), name), name, typed, wanted)


def _named(name: str) -> str:
    return Path(name.replace("\\", "/")).name[-100:] or "trial.csv"


def _analysed(sent: Sent) -> "Trial":
    # statsmodels takes seconds to load: this page pays for it, not every start
    from retrowalk.app import trial  # noqa: PLC0415

    return trial.analysed(sent.table, sent.name, _options(sent.typed))


def _options(typed: dict[str, str]) -> "Options":
    from retrowalk.app import trial  # noqa: PLC0415 -- as above

    if typed["better"] not in dict(WAYS):
        raise BadTrial("Which way is better was none of those offered; please choose again.")
    return trial.Options(
        (typed["outcome"],) if typed["outcome"] else (), comparator=typed["comparator"],
        better=Better(typed["better"]) if typed["better"] else None,
        matters=_figure(typed["matters"]), test=typed["test"], last=typed["follow_up"],
    )  # fmt: skip


def _figure(text: str) -> float:
    if not text:
        return 0.0
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise BadTrial(f"{text[:40]!r} is no size of a change; please type a number above 0.")
    return value


def _taken(made: "Trial", sent: Sent) -> Response:
    from retrowalk.app import trial, trial_told  # noqa: PLC0415 -- as above

    match sent.form:
        case "json":
            return attached(trial.as_json(made).encode(), "application/json", "trial.json")
        case "csv":
            return attached(trial.as_csv(made).encode(), "text/csv", "trial.csv")
        case _:
            whole = trial_told.as_html(trial_told.told(made))
            return attached(whole.encode(), "text/html", "trial.html")


def _form(request: Request, typed: dict[str, str], *, problem: str = "") -> Response:
    return page(request, "trial.html", status=422 if problem else 200, problem=problem,
                typed=typed, ways=WAYS, most_bytes=MOST_BYTES)  # fmt: skip
