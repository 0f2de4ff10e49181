"""A protocol of one's own, by its page: sent, refused with every fault, removed."""

import pytest
from tests.programme.cases import MINE

from retrowalk.app import profile, screening


@pytest.fixture
def screened(house, healthy, about_me):
    screening.submit_screening(house, healthy)
    profile.submit_profile(house, about_me)
    return house


def send(client, text: str | bytes, name: str = "mine.toml"):
    return client.post("/protocols/add", files={"file": (name, text, "application/toml")})


def test_a_good_one_is_shown_as_written_by_somebody_and_can_be_chosen(client, screened) -> None:
    page = send(client, MINE.replace("Dr Ruiz", "Dr <b>Ruiz</b>"))
    assert page.status_code == 200
    assert "My own was added" in page.text
    assert "Written by Dr &lt;b&gt;Ruiz&lt;/b&gt;, not from retrowalk." in page.text
    assert client.post("/protocols", data={"protocol": "mine"}).status_code == 303
    assert client.post("/protocols/remove", data={"name": "mine"}).status_code == 303
    assert "not from retrowalk." not in client.get("/protocols").text
    assert client.get("/week").status_code == 200  # and it is still followed


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id = ", "this is not TOML"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (MINE.replace("rails = true", "rails = false"), "without rails here"),
        ("x" * 500_000, "longer than 400000 bytes"),
    ],
)
def test_a_bad_one_is_refused_with_the_sentences_of_the_check(client, screened, text, says) -> None:
    page = send(client, text, name="C:\\made\\<i>mine</i>.toml")
    assert page.status_code == 422
    assert says in page.text
    assert "<i>" not in page.text
    assert screened.own.good == ()


def test_no_file_the_same_again_and_what_is_not_there_are_said(client, screened) -> None:
    assert "No file was chosen" in client.post("/protocols/add", data={}).text
    assert send(client, MINE).status_code == 200
    again = send(client, MINE)
    assert again.status_code == 422
    assert "mine already" in again.text
    assert client.post("/protocols/remove", data={"name": "ten-by-three"}).status_code == 404


def test_a_broken_file_stands_on_the_page_with_its_reason(client, screened) -> None:
    (screened.folder / "protocols").mkdir()
    (screened.folder / "protocols" / "half.toml").write_text("id = ")
    page = client.get("/protocols").text
    assert "Files that cannot be used" in page
    assert "half.toml" in page
    assert client.post("/protocols/remove", data={"name": "half.toml"}).status_code == 303
    assert "Files that cannot be used" not in client.get("/protocols").text
