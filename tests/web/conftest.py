"""A house in a temporary folder and a client that is a browser on this computer."""

import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retrowalk.app import profile, screening
from retrowalk.app.house import House, open_house
from retrowalk.web.app import create_app

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for httpx2; httpx serves until that is locked
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8377"
OURS = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
PROFILE = {
    "goal": "knee", "age": "71", "experience": "never", "aid": "none", "units": "km/h",
    "speed": "usual", "place": "driven", "rails": "yes",
}  # fmt: skip


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    opened = open_house(tmp_path / "house", speed_up=getattr(request, "param", 300))
    yield opened
    opened.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(create_app(house), base_url=HERE, headers=OURS, follow_redirects=False) as made:
        yield made


@pytest.fixture
def healthy() -> dict[str, str]:
    """Standing answers with nothing in the way."""
    return {q.id: "no" for q in screening.standing_questions()} | {"pressure": "normal"}


@pytest.fixture
def well() -> dict[str, str]:
    """Today's form with nothing in the way."""
    given = {q.id: "no" for q in screening.today_questions()}
    del given["pressure_today"]
    return given | {"pain": "0", "sleep": "well", "pressure_today-unknown": "yes"}


@pytest.fixture
def about_me() -> dict[str, str]:
    return dict(PROFILE)


@pytest.fixture
def planned(client, house, healthy, well) -> Callable[[], str]:
    """Goes the way up to a planned session; answers with its path."""

    def plan() -> str:
        screening.submit_screening(house, healthy)
        profile.submit_profile(house, PROFILE)
        assert client.post("/protocols", data={"protocol": "ten-by-three"}).status_code == 303
        assert client.post("/today", data=well).status_code == 303
        found = re.search(r'action="(/session/[0-9a-f]+)/begin"', client.get("/").text)
        assert found is not None
        return found[1]

    return plan


@pytest.fixture
def begun(client, planned) -> Callable[[], str]:
    def begin() -> str:
        path = planned()
        assert client.post(f"{path}/begin").headers["location"] == path
        return path

    return begin
