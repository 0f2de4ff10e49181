"""Claims answered in full, and how long the slowest evidence page takes on the server."""

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from retrowalk.app import evidence, pooling
from retrowalk.app.evidence import Claim, Way
from retrowalk.app.house import open_house
from retrowalk.web.app import create_app
from retrowalk.web.evidence_words import slug
from validation.promise import Promise, at_least, at_most

COMMAND = "python -m validation --only evidence_pages"
FEWEST_CLAIMS, SLOWEST_MS = 24, 200


def promises() -> Iterator[Promise]:
    whole = sum(_whole(one) for one in evidence.claims())
    yield at_least("evidence.claims", whole, FEWEST_CLAIMS, "answered in full", COMMAND)
    took_s = dict(_times(_paths()))
    slowest = max(took_s, key=lambda path: took_s[path])
    print(f"{len(took_s)} pages, slowest {slowest}")
    yield at_most("evidence.page_time", 1000 * took_s[slowest], SLOWEST_MS, "ms of processor",
                  COMMAND)  # fmt: skip


def _whole(claim: Claim) -> bool:
    """Verdict, certainty with its reasons, what is for or against or that nobody looked, and what
    would change our mind."""
    steps = sum(one.steps for one in claim.lowered)
    looked = any(claim.cited(way) for way in Way) or any(
        one.doubt.value == "no study" for one in claim.lowered
    )
    return bool(claim.verdict and steps and looked and claim.change_mind and claim.matters.text)


def _paths() -> Iterator[str]:
    yield from ("/evidence", "/evidence?for=stroke&about=balance", "/evidence/people-like-me",
                "/evidence/people-like-me?for=healthy&age=70", "/evidence/studies",
                "/evidence/dose", "/evidence/changes", "/evidence/download.csv",
                "/evidence/download.json", "/evidence/download.bib")  # fmt: skip
    yield from (f"/evidence/claim/{one.id}" for one in evidence.claims())
    yield from (f"/evidence/outcome/{slug(one)}" for one in pooling.abouts())
    yield from (f"/evidence/study/{one.id}" for one in (*evidence.studies(), *evidence.reviews()))


def _times(paths: Iterable[str]) -> Iterator[tuple[str, float]]:
    with warnings.catch_warnings(), TemporaryDirectory() as folder:
        warnings.simplefilter("ignore")  # starlette asks for httpx2
        from starlette.testclient import TestClient  # noqa: PLC0415

        house = open_house(Path(folder) / "house")
        with TestClient(create_app(house), base_url="http://127.0.0.1:8377") as client:
            for path in paths:
                client.get(path)  # studies and templates are read once
                began_s = process_time()
                assert client.get(path).status_code == 200, path
                yield path, process_time() - began_s
        house.close()
