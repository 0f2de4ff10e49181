"""The web app: every route on one screen."""

import errno
import mimetypes
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from retrowalk.app.house import House
from retrowalk.app.lan import Lan
from retrowalk.app.walking import shut_down
from retrowalk.errors import (
    BadInput,
    Conflict,
    Missing,
    NotAllowed,
    RetrowalkError,
    ScreeningNeeded,
    TooManyTries,
    TreadmillError,
    Unwritable,
)
from retrowalk.web.gate import Gate, TooLarge, too_large
from retrowalk.web.page import STATIC, oops
from retrowalk.web.pages import (
    about,
    benefits,
    bring,
    ending,
    evidence,
    evidence_outcome,
    group,
    heart,
    history,
    home,
    measure,
    morning,
    motion,
    outcomes,
    pair,
    phone,
    profile,
    protocols,
    review,
    screening,
    shell,
    sounds,
    summary,
    take,
    today,
    trial,
    walking,
    week,
)

mimetypes.add_type("application/manifest+json", ".webmanifest")

Route = tuple[str, str, Callable[[Request], Awaitable[Response]]]
ROUTES: tuple[Route, ...] = (
    ("GET", "/", home.show),
    ("GET", "/screening", screening.show),
    ("POST", "/screening", screening.answer),
    ("GET", "/verdict", screening.verdict),
    ("POST", "/clearance", screening.clear),
    ("GET", "/profile", profile.show),
    ("POST", "/profile", profile.answer),
    ("GET", "/heart", heart.show),
    ("POST", "/heart", heart.answer),
    ("GET", "/protocols", protocols.show),
    ("POST", "/protocols", protocols.choose),
    ("POST", "/protocols/add", protocols.add),
    ("POST", "/protocols/remove", protocols.remove),
    ("GET", "/end", ending.show),
    ("POST", "/end", ending.choose),
    ("GET", "/morning", morning.show),
    ("POST", "/morning", morning.answer),
    ("GET", "/week", week.show),
    ("POST", "/week", week.mark),
    ("POST", "/week/undo/{mark_id:int}", week.undo),
    ("POST", "/week/pause", week.pause),
    ("POST", "/week/resume", week.resume),
    ("GET", "/week.ics", week.as_calendar),
    ("GET", "/today", today.show),
    ("POST", "/today", today.answer),
    ("POST", "/session/{session_id}/begin", walking.begin),
    ("GET", "/session/{session_id}", walking.show),
    ("GET", "/session/{session_id}/frames", walking.frames),
    ("GET", "/session/{session_id}/follow", walking.follow),
    ("POST", "/session/{session_id}/prepare", walking.prepare),
    ("POST", "/session/{session_id}/hold", walking.hold),
    ("POST", "/session/{session_id}/release", walking.release),
    ("POST", "/session/{session_id}/here", walking.here),
    ("POST", "/session/{session_id}/stop", walking.stop),
    ("POST", "/session/{session_id}/finish", walking.finish),
    ("POST", "/session/{session_id}/speed", walking.speed),
    ("POST", "/session/{session_id}/without-phone", motion.leave),
    ("GET", "/session/{session_id}/recording/{number:int}", summary.recording),
    ("POST", "/session/{session_id}/recording/delete", summary.delete_recording),
    ("GET", "/session/{session_id}/file.{form}", summary.file),
    ("GET", "/session/{session_id}/share.svg", summary.share),
    ("GET", "/session/{session_id}/review", review.show),
    ("POST", "/session/{session_id}/review", review.answer),
    ("GET", "/history", history.show),
    ("GET", "/export.csv", history.as_csv),
    ("GET", "/export.json", history.as_json),
    ("POST", "/delete", history.delete),
    ("GET", "/take", take.show),
    ("POST", "/take/report.pdf", take.report),
    ("GET", "/take/fhir.json", take.fhir),
    ("GET", "/take/backup.zip", take.backup),
    ("POST", "/take/restore", take.restore),
    ("GET", "/bring", bring.show),
    ("POST", "/bring", bring.take),
    ("GET", "/bring/far", bring.far),
    ("POST", "/bring/{import_id:int}/back", bring.back),
    ("GET", "/tests", outcomes.show),
    ("GET", "/tests.csv", outcomes.as_csv),
    ("GET", "/benefits", benefits.show),
    ("GET", "/evidence", evidence.show),
    ("GET", "/evidence/claim/{claim_id}", evidence.claim),
    ("GET", "/evidence/people-like-me", evidence.like_me),
    ("GET", "/evidence/outcome/{outcome}", evidence_outcome.show),
    ("GET", "/evidence/studies", evidence.studies),
    ("GET", "/evidence/study/{study_id}", evidence.study),
    ("GET", "/evidence/dose", evidence.dose),
    ("GET", "/evidence/changes", evidence.changes),
    ("GET", "/evidence/download.{form}", evidence.download),
    ("GET", "/tests/{outcome_id}", outcomes.take),
    ("POST", "/tests/{outcome_id}", outcomes.keep),
    ("GET", "/tests/{outcome_id}/results", outcomes.results),
    ("POST", "/tests/result/{test_id:int}", outcomes.take_back),
    ("GET", "/group", group.show),
    ("POST", "/group", group.answer),
    ("GET", "/measure", measure.show),
    ("POST", "/measure", measure.answer),
    ("GET", "/measure/{kept}/{number:int}", measure.closer),
    ("GET", "/trial", trial.show),
    ("POST", "/trial", trial.answer),
    ("GET", "/sounds/{name}.wav", sounds.clip),
    ("GET", "/about", about.show),
    ("GET", "/worker.js", shell.worker),
    ("GET", "/worker-session.js", shell.session_worker),
    ("GET", "/offline", shell.offline),
    ("GET", "/phone", phone.show),
    ("GET", "/phone/retrowalk.cer", phone.certificate),
    ("GET", "/phone/retrowalk.mobileconfig", phone.profile),
    ("POST", "/phone/remove", phone.remove),
    ("GET", "/pair", pair.show),
    ("POST", "/pair", pair.answer),
)
STATUS: tuple[tuple[type[Exception], int], ...] = (  # the first that fits
    (Missing, 404),
    (Conflict, 409),
    (ScreeningNeeded, 409),
    (TooManyTries, 429),
    (NotAllowed, 403),
    (BadInput, 422),
    (Unwritable, 507),
    (TreadmillError, 502),
    (RetrowalkError, 500),
)
PLAIN = {
    400: "The form could not be read; please go back and send it again.",
    404: "Nothing of this name is here; please start from the first page.",
    405: "This address only takes what its own page sends; please start from the first page.",
}


def create_app(house: House, lan: Lan | None = None) -> ASGIApp:
    """The pages of one house, for this computer or with `lan` for its home network too.

    The house is closed by whoever opened it.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await shut_down(house)  # a closing program leaves no belt moving

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.house = house
    app.state.lan = lan
    for method, path, answer in ROUTES:
        app.add_route(path, answer, methods=[method])
    app.router.routes.append(WebSocketRoute("/session/{session_id}/motion", motion.listen))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(RetrowalkError, _refused)
    app.add_exception_handler(TooLarge, _too_large)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(OSError, _disk)
    app.add_exception_handler(Exception, _broken)
    return Gate(app, lan)


async def _refused(request: Request, refusal: Exception) -> Response:
    status = next(status for kind, status in STATUS if isinstance(refusal, kind))
    return oops(request, status, _sentence(str(refusal)))


async def _too_large(request: Request, _: Exception) -> Response:
    return too_large(request)


async def _plain(request: Request, refusal: Exception) -> Response:
    status = refusal.status_code if isinstance(refusal, HTTPException) else 500
    return oops(request, status, PLAIN.get(status, "This could not be done; please try again."))


async def _disk(request: Request, failure: Exception) -> Response:
    full = isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT}
    if not full:
        raise failure
    sentence = "The disk is full, so this was not saved; free some space and send it again."
    return oops(request, 507, sentence)


async def _broken(request: Request, _: Exception) -> Response:
    sentence = (
        "retrowalk made a mistake of its own; what was saved is safe. "
        "Please go back, and report what you did if it happens again."
    )
    return oops(request, 500, sentence)


def _sentence(text: str) -> str:
    """As a page shows it: capital first, a full stop last."""
    return text[:1].upper() + text[1:].rstrip(".") + "."
