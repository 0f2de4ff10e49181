"""The tests' pages: forms that work without scripts, verdicts in words, nothing lost on a fault."""

import re
from datetime import timedelta

import pytest

from retrowalk.app import outcomes, profile, screening, taking
from retrowalk.store.models import OutcomeRow

TUG = "/tests/timed-up-and-go"


@pytest.fixture
def screened(house, healthy):
    screening.submit_screening(house, healthy)
    return house


@pytest.fixture
def tested(screened):
    """Two tests, six weeks apart."""
    for days, value in ((42, "12"), (0, "9")):
        on = (screened.today - timedelta(days=days)).isoformat()
        tries = {"trial-1": value, "trial-2": value}
        taking.record(screened, "timed-up-and-go", {"ready": "yes", "on": on, **tries})
    return screened


def test_every_outcome_has_its_pages(client, screened) -> None:
    listed = client.get("/tests")
    assert listed.status_code == 200
    for outcome in outcomes.catalogue():
        assert f'href="/tests/{outcome.id}"' in listed.text
        page = client.get(f"/tests/{outcome.id}")
        assert page.status_code == 200
        assert page.text.count('name="trial-') >= outcome.trials
        assert all(line.split("'")[0] in page.text for line in outcome.safety)
        assert client.get(f"/tests/{outcome.id}/results").status_code == 200


def test_safety_comes_before_the_clock(client, screened) -> None:
    text = client.get(TUG).text
    assert text.index("Before you begin") < text.index("How it goes") < text.index('id="test"')


def test_unscreened_the_way_to_the_questions_stands_in_the_forms_place(client) -> None:
    text = client.get(TUG).text
    assert 'href="/screening"' in text
    assert 'id="test"' not in text
    assert client.post(TUG, data={"trial-1": "9"}).status_code == 409
    assert 'id="test"' in client.get("/tests/mood").text


def test_after_a_fall_the_reasons_stand_in_the_forms_place(client, screened) -> None:
    sent = client.post(TUG, data={"stopped": "yes", "why": "fall"})
    results = client.get(sent.headers["location"]).text
    assert "Take care of yourself first" in results
    assert "Take back" not in results
    text = client.get(TUG).text
    assert 'id="test"' not in text
    assert "clinician’s advice comes first" in text
    assert client.post(TUG, data={"ready": "yes"}).status_code == 403


def test_a_clinicians_yes_ends_the_warning(client, screened) -> None:
    client.post(TUG, data={"stopped": "yes", "why": "dizzy"})
    client.post("/tests/mood", data={"trial-1": "5"})
    assert "Take care of yourself first" in client.get(f"{TUG}/results").text
    assert "Take care of yourself first" not in client.get("/tests/mood/results").text
    (reason,) = taking.may_test(screened, outcomes.find("timed-up-and-go")).reasons
    screening.record_clearance(screened, topics=[reason.topic], by="Dr Ruiz", on=screened.today)
    assert "Take care of yourself first" not in client.get(f"{TUG}/results").text


def test_a_form_filled_in_by_hand_is_kept(client, screened) -> None:
    sent = client.post(TUG, data={"ready": "yes", "trial-1": "12", "trial-2": "12,4"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{TUG}/results")
    text = client.get(f"{TUG}/results").text
    assert "12.2 s" in text
    assert "Too little to tell" in text


def test_a_fault_keeps_what_was_typed(client, screened) -> None:
    sent = client.post(TUG, data={"ready": "yes", "trial-1": "12", "trial-2": "<b>"})
    assert sent.status_code == 422
    assert 'value="12"' in sent.text
    assert 'value="&lt;b&gt;"' in sent.text
    assert 'href="#trial-2"' in sent.text
    assert re.search(r'id="ready" checked', sent.text)


def test_the_verdict_names_its_error_the_people_and_the_source(client, tested) -> None:
    text = client.get(f"{TUG}/results").text
    assert "Real improvement" in text
    assert "That is 3 s better." in text
    assert "The test’s own error is 2.1 s." in text
    assert "128 people of 50 and over" in text
    assert "10.1136/bmjopen-2019-030475" in text
    assert text.count("<svg") >= 3  # the mark, and the picture in two widths


def test_a_mistake_is_taken_back_and_counted_again(client, tested) -> None:
    text = client.get(f"{TUG}/results").text
    number = re.search(r'action="(/tests/result/\d+)"', text)
    assert number is not None
    assert client.post(number[1]).headers["location"] == f"{TUG}/results"
    assert "Too little to tell" in client.get(f"{TUG}/results").text
    client.post(number[1], data={"again": "yes"})
    assert "Real improvement" in client.get(f"{TUG}/results").text


def test_names_and_numbers_unknown_are_404(client, screened) -> None:
    assert client.get("/tests/juggling").status_code == 404
    assert client.get("/tests/juggling/results").status_code == 404
    assert client.post("/tests/juggling").status_code == 404
    assert client.post("/tests/result/77").status_code == 404


def test_miles_are_told_in_miles(client, tested, about_me) -> None:
    profile.submit_profile(tested, about_me | {"units": "mph"})
    for days, value in ((42, "10"), (0, "6")):
        on = (tested.today - timedelta(days=days)).isoformat()
        taking.record(tested, "walk-10m-forward",
                      {"ready": "yes", "on": on, "trial-1": value, "trial-2": value})  # fmt: skip
    text = client.get("/tests/walk-10m-forward/results").text
    assert "2.24 mph (1.00 m/s)" in text
    assert "in ft" in client.get("/tests/six-minute-walk").text.lower()


def test_a_trend_and_a_baseline_without_room_are_told(client, screened) -> None:
    for days in range(0, 50, 7):
        on = (screened.today - timedelta(days=days)).isoformat()
        taking.record(screened, "knee-pain-left", {"on": on, "trial-1": "1"})
        taking.record(screened, "chair-stand-30s",
                      {"on": on, "trial-1": str(20 - days // 7), "ready": "yes"})  # fmt: skip
    assert "cannot show a real gain" in client.get("/tests/knee-pain-left/results").text
    assert "No change at all is among them" in client.get("/tests/knee-pain-left/results").text
    told = client.get("/tests/chair-stand-30s/results").text
    assert "it got better by about 1 time a week" in told
    assert "No change at all" not in told


def test_ten_years_of_tests_make_a_page_that_can_be_read(client, screened) -> None:
    with screened.store.writing() as rows:
        rows.add_all(
            OutcomeRow(
                walker_id=screened.walker_id, outcome="timed-up-and-go", at=screened.now(),
                on=screened.today - timedelta(days=days), by="me", trials="[9.0]", value=9.0,
                stopped="", rule="change 1", undone_at=None,
            )
            for days in range(3650)
        )  # fmt: skip
    text = client.get(f"{TUG}/results").text
    assert "3590 older tests more in the spreadsheet" in text
    assert "Over 100 tests" in text
    assert text.count("<tr>") == 61
    assert len(text) < 100_000
    assert client.get("/tests.csv").text.count("\n") == 3651


def test_worsening_is_told_and_a_scale_that_grew_worse(client, screened) -> None:
    for days, value in ((42, "2"), (0, "7")):
        on = (screened.today - timedelta(days=days)).isoformat()
        taking.record(screened, "knee-pain-right", {"on": on, "trial-1": value})
    assert "Real worsening" in client.get("/tests/knee-pain-right/results").text


def test_the_spreadsheet_comes_as_a_file(client, tested) -> None:
    sent = client.get("/tests.csv")
    assert "attachment" in sent.headers["content-disposition"]
    assert sent.text.count("\n") == 3


def test_home_and_history_lead_to_the_tests(client, screened, about_me) -> None:
    profile.submit_profile(screened, about_me)
    assert 'href="/tests"' in client.get("/").text
    assert 'href="/tests"' in client.get("/history").text


def test_the_benefits_page_shows_this_walkers_own_change(client, tested) -> None:
    text = client.get("/benefits").text
    assert "real improvement" in text
    assert "Nothing here measures jumping" in text
    assert "Whether they are right stands behind each question" in text
