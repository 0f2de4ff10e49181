"""The end of the weeks, on its pages: said on the first one, told and chosen on its own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.app.walked import put_sessions, put_test
from tests.app.ways import known, new_house
from tests.web.conftest import HERE, OURS, TestClient

from retrowalk.app import planning
from retrowalk.app.house import House
from retrowalk.web.app import create_app
from retrowalk.words import Review

START = datetime(2026, 9, 7, 9, tzinfo=UTC)


@pytest.fixture
def clock() -> list[datetime]:
    return [START]


@pytest.fixture
def house(tmp_path, clock) -> Iterator[House]:
    made = new_house(tmp_path, now=lambda: clock[0])
    known(made)
    planning.choose_protocol(made, "ten-by-three")
    put_test(made, "timed-up-and-go", START.date(), 12)
    put_sessions(made, [START], review=Review(1, 1, 1, 3))
    yield made
    made.close()


@pytest.fixture
def client(house) -> Iterator[TestClient]:
    with TestClient(create_app(house), base_url=HERE, headers=OURS, follow_redirects=False) as made:
        yield made


def test_before_the_end_its_page_leads_back_to_the_first(client) -> None:
    assert client.get("/end").headers["location"] == "/"
    assert "are over" not in client.get("/").text
    assert client.post("/end", data={"choice": "gently"}).status_code == 409


def test_at_the_end_the_first_page_says_so_and_the_way_on_is_chosen(client, house, clock) -> None:
    clock[0] = START + timedelta(days=28)
    assert "Your 4 weeks are over" in client.get("/").text
    page = client.get("/end").text
    assert 'href="/tests/timed-up-and-go"' in page
    assert "still to come" in page
    put_test(house, "timed-up-and-go", house.today, 9)
    assert "<strong>real improvement</strong>" in client.get("/end").text
    assert client.post("/end", data={"choice": "dance"}).status_code == 422
    assert client.post("/end", data={"choice": "stop"}).headers["location"] == "/"
    assert "You have finished" in client.get("/").text
    assert client.get("/week").headers["location"] == "/"


def test_without_a_first_test_the_end_says_that_nothing_can_be_compared(tmp_path, clock) -> None:
    made = new_house(tmp_path / "other", now=lambda: clock[0])
    known(made)
    planning.choose_protocol(made, "stroke-four-weeks", by="Dr Ruiz")
    put_sessions(made, [START])
    clock[0] = START + timedelta(days=28)
    with TestClient(create_app(made), base_url=HERE, headers=OURS, follow_redirects=False) as asked:
        page = asked.get("/end").text
        assert "nothing can be compared" in page
        assert "Name of the doctor or physiotherapist" in page
        assert asked.post("/end", data={"choice": "repeat"}).status_code == 403
        again = asked.post("/end", data={"choice": "repeat", "by": "Dr Ruiz"})
        assert again.status_code == 303
    made.close()


def test_the_tests_page_names_the_weeks_of_the_protocol(client, house) -> None:
    assert "again in week 4, can show" in client.get("/tests").text
    planning.choose_protocol(house, "knee-six-weeks")
    assert "again in week 4 and 6, can show" in client.get("/tests").text
