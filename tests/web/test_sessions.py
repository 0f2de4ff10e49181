"""The session's pages: statuses, presses, frames, review, summary."""

import json
import re
import time

import pytest
from tests.waiting import until
from tests.web.conftest import HERE, OURS, PROFILE, TestClient

from retrowalk.app import profile, screening
from retrowalk.app.house import open_house
from retrowalk.app.walking import Live
from retrowalk.treadmill.port import Capability, Treadmill
from retrowalk.treadmill.simulated import SimulatedBelt
from retrowalk.web.app import create_app
from retrowalk.web.pages import summary

MISSING = "/session/0000000000000000"
AS_A_WALK = pytest.mark.parametrize("house", [60], indirect=True)  # there is time to speak in


def finish(client, path):
    assert client.post(f"{path}/finish").status_code == 303
    until(lambda: client.get(path).status_code == 303)


@pytest.mark.parametrize("rest", ["", "/frames", "/review"])
def test_a_session_that_never_was_is_not_found(client, rest):
    answer = client.get(MISSING + rest)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.parametrize("press", ["begin", "hold", "release", "here", "stop", "finish", "review"])
def test_pressing_in_a_session_that_never_was_is_not_found(client, press):
    assert client.post(f"{MISSING}/{press}", data={"page": "a"}).status_code in {404, 422}


def test_a_planned_session_waits_on_the_first_page(client, planned):
    path = planned()
    text = client.get("/").text
    assert "The plan asks 0.8 mph (1.29 km/h) backward." in text
    assert "it will run 1.2 km/h, never faster." in text
    assert client.get(path).headers["location"] == "/"


def test_the_live_page_shows_the_state_without_any_script(client, begun):
    text = client.get(begun()).text
    assert "Ready when you are" in text
    assert "Simulated treadmill" in text
    assert '<meta http-equiv="refresh" content="2">' in text
    assert (
        text.count('<form method="post"') == 3
    )  # stop, finish, and (hidden) go on without a phone


def test_a_press_of_stop_is_a_redirect_for_people_and_nothing_for_scripts(client, begun):
    path = begun()
    assert client.post(f"{path}/stop").headers["location"] == path
    told = {"Accept": "application/json"}
    assert client.post(f"{path}/stop", headers=told).status_code == 204


def test_stop_on_a_session_that_is_over_is_no_error(client, begun):
    path = begun()
    finish(client, path)
    assert client.post(f"{path}/stop").status_code == 303


@pytest.fixture
def by_hand(client, house, planned, well) -> str:
    """A session on a treadmill set by hand, being walked."""
    planned()
    profile.submit_profile(house, PROFILE | {"place": "by hand"})
    client.post("/today", data=well)
    path = re.search(r'action="(/session/[0-9a-f]+)/begin"', client.get("/").text)[1]
    client.post(f"{path}/begin")
    client.post(f"{path}/prepare", data=SAID | {"sound": "silent"})

    def walking() -> bool:
        for _ in range(20):  # a hold is beats without a gap, and a page takes its time
            client.post(f"{path}/hold", data={"page": "a"})
            time.sleep(0.05)
        return 'data-phase="walking"' in client.get(path).text

    until(walking)
    return path


@AS_A_WALK
def test_a_speed_by_hand_is_said_and_seen_and_summed_up(client, by_hand):
    assert "Set the console to 2.5 km/h" in client.get(by_hand).text
    answer = client.post(f"{by_hand}/speed", data={"speed": "1,4"})
    assert answer.headers["location"] == by_hand
    text = client.get(by_hand).text
    assert "as you said" in text
    assert "1.4 km/h" in text
    told = {"Accept": "application/json"}
    again = client.post(f"{by_hand}/speed", data={"speed": "1.2"}, headers=told)
    assert again.status_code == 204
    finish(client, by_hand)
    assert client.post(f"{by_hand}/speed", data={"speed": "1.2"}).status_code == 303  # too late
    client.post(f"{by_hand}/review", data={})
    assert "Distances counted" in client.get(by_hand).text


@AS_A_WALK
@pytest.mark.parametrize("typed", ["", "nan", "-1", "26", "inf", "fast", "1.2 or so", "9" * 400])
def test_no_speed_of_a_console_is_one_clear_sentence(client, by_hand, typed):
    told = {"Accept": "application/json"}
    answer = client.post(f"{by_hand}/speed", data={"speed": typed}, headers=told)
    assert answer.status_code == 422
    assert "say a number from 0 to 25.0 km/h" in answer.json()["sentence"]
    page = client.post(f"{by_hand}/speed", data={"speed": typed})
    assert f'href="{by_hand}"' in page.text
    assert "as planned" in client.get(by_hand).text


def test_where_no_console_is_set_by_hand_no_speed_is_asked_for_or_taken(client, begun):
    path = begun()
    assert "/speed" not in client.get(path).text
    assert client.post(f"{path}/speed", data={"speed": "1.2"}).status_code == 409
    assert client.post(f"{MISSING}/speed", data={"speed": "1.2"}).status_code == 404


SAID = {"clip": "yes", "feet": "yes", "shoes": "yes", "space": "yes", "company": "yes"}


def test_the_server_refuses_start_until_the_set_up_is_said(client, begun):
    path = begun()
    told = {"Accept": "application/json"}
    refused = client.post(f"{path}/hold", data={"page": "a"}, headers=told)
    assert refused.status_code == 409
    assert "set-up list" in refused.json()["sentence"]
    unheard = client.post(f"{path}/prepare", data=SAID, headers=told)
    assert unheard.status_code == 422
    assert "walk without sound" in unheard.json()["sentence"]
    unclipped = {"sound": "heard"} | {name: "yes" for name in SAID if name != "clip"}
    lacking = client.post(f"{path}/prepare", data=unclipped, headers=told)
    assert "safety clip" in lacking.json()["sentence"]
    assert client.post(f"{path}/prepare", data=SAID | {"sound": "silent"}).status_code == 204
    assert client.post(f"{path}/hold", data={"page": "a"}).status_code == 204


def test_a_second_screen_follows_and_can_only_stop(client, begun):
    path = begun()
    text = client.get(f"{path}/follow").text
    assert "Ready when you are" in text
    assert text.count("<form") == text.count(f'action="{path}/stop"') == 1
    finish(client, path)
    assert client.get(f"{path}/follow").headers["location"] == f"{path}/review"
    assert client.get(f"{MISSING}/follow").status_code == 404


def test_the_clips_are_served_and_no_others(client):
    clip = client.get("/sounds/safety-key.wav")
    assert clip.headers["content-type"] == "audio/wav"
    assert clip.content.startswith(b"RIFF")
    assert client.get("/sounds/nothing.wav").status_code == 404


def test_a_second_page_cannot_hold(client, begun):
    path = begun()
    client.post(f"{path}/prepare", data=SAID | {"sound": "heard"})
    assert client.post(f"{path}/hold", data={"page": "a"}).status_code == 204
    told = {"Accept": "application/json"}
    refused = client.post(f"{path}/hold", data={"page": "b"}, headers=told)
    assert refused.status_code == 409
    assert "held by another open page" in refused.json()["sentence"]


def test_two_sessions_at_once_are_refused(client, begun):
    path = begun()
    assert client.get("/").text.count("A session is running") >= 1
    assert client.post(f"{path}/begin").headers["location"] == path
    assert client.post(f"{MISSING}/begin").status_code in {404, 409}


def test_everything_cannot_be_deleted_while_a_session_runs(client, begun):
    begun()
    answer = client.post("/delete", data={"word": "delete"})
    assert answer.status_code == 409


def test_frames_are_sent_with_ages_and_finite_numbers(client, begun):
    path = begun()
    client.post(f"{path}/finish")
    answer = client.get(f"{path}/frames?page=a")
    assert answer.headers["content-type"].startswith("text/event-stream")
    frames = [
        json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: ")
    ]
    assert frames[-1]["ended"]
    assert {"headline", "belt", "belt_age_s", "cues"} <= frames[-1].keys()


def test_a_session_is_reviewed_once_and_then_summed_up(client, begun):
    path = begun()
    assert client.get(f"{path}/review").headers["location"] == path
    finish(client, path)
    assert client.get(path).headers["location"] == f"{path}/review"
    assert "How did it go?" in client.get(f"{path}/review").text
    given = {"pain_before": "1", "pain_during": "2", "pain_after": "1", "effort": "3",
             "wrongs": ["stumble", "dizzy"], "note": "<script>alert(1)</script>"}  # fmt: skip
    bad = client.post(f"{path}/review", data=given | {"effort": "11"})
    assert bad.status_code == 422
    assert 'value="stumble" id="wrongs" checked' in bad.text
    assert "<script>alert" not in bad.text
    assert client.post(f"{path}/review", data=given).headers["location"] == path
    summary = client.get(path).text
    assert "<svg" in summary
    assert "Next session:" in summary
    assert "&lt;script&gt;alert(1)" in summary
    assert client.post(f"{path}/review", data=given).status_code == 409


def test_history_and_exports_hold_the_session(client, begun):
    path = begun()
    finish(client, path)
    assert path in client.get("/history").text
    csv = client.get("/export.csv")
    assert csv.headers["content-disposition"] == 'attachment; filename="retrowalk-sessions.csv"'
    assert len(csv.text.strip().splitlines()) == 2
    assert json.loads(client.get("/export.json").text)


def test_deleting_needs_the_word(client, healthy):
    client.post("/screening", data=healthy)
    refused = client.post("/delete", data={"word": "yes"})
    assert refused.status_code == 422
    assert 'value="yes"' in refused.text
    assert client.post("/delete", data={"word": " Delete "}).status_code == 303
    assert "Begin" in client.get("/").text


def test_a_treadmill_that_cannot_go_so_slowly_offers_another_place(tmp_path, healthy, well):
    fast = Treadmill(Capability(0.6, 3.0, 0.1, simulated=True), SimulatedBelt)
    house = open_house(tmp_path / "fast", treadmill=fast)
    screening.submit_screening(house, healthy)
    profile.submit_profile(house, PROFILE)
    with TestClient(create_app(house), base_url=HERE, headers=OURS) as client:
        client.post("/protocols", data={"protocol": "ten-by-three"})
        text = client.post("/today", data=well).text
    house.close()
    assert "Your treadmill cannot do this plan" in text
    assert "faster than asked, so retrowalk will not run it" in text
    assert 'href="/profile">Change where you walk' in text


def test_asked_how_it_went_before_the_disk_has_it_the_page_waits(client, house, begun, monkeypatch):
    path, write = begun(), Live._saved

    def slowly(live) -> bool:
        time.sleep(1)
        return write(live)

    monkeypatch.setattr(Live, "_saved", slowly)
    client.post(f"{path}/finish")
    (one,) = house.lives.values()
    until(lambda: one.ended)
    assert not one.settled.is_set()
    assert "How did it go?" in client.get(f"{path}/review").text


def test_a_disk_that_never_takes_the_end_leads_back_to_the_page_that_says_so(
    client, begun, monkeypatch
):
    path = begun()
    monkeypatch.setattr(Live, "_saved", lambda _: False)
    monkeypatch.setattr(summary, "WRITTEN_WITHIN_S", 0.1)
    client.post(f"{path}/finish")
    assert client.get(f"{path}/review").headers["location"] == path
