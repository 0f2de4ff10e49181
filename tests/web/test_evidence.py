"""The evidence pages: every claim, study and figure has one; filters work without scripts."""

import re

import pytest

from retrowalk.app import evidence, pooling, profile, screening
from retrowalk.web import evidence_words as said

ALL = ("/evidence", "/evidence/people-like-me", "/evidence/studies", "/evidence/dose",
       "/evidence/changes")  # fmt: skip


def test_each_page_has_one_heading_and_its_date(client) -> None:
    for path in ALL:
        sent = client.get(path)
        assert sent.status_code == 200
        assert sent.text.count("<h1>") == 1
        assert "2026" in sent.text or path == "/evidence/people-like-me"


def test_every_claim_has_its_page_with_all_it_rests_on(client) -> None:
    listed = client.get("/evidence").text
    for one in evidence.claims():
        assert f'href="/evidence/claim/{one.id}"' in listed
        text = client.get(f"/evidence/claim/{one.id}").text
        for words in (one.answer, one.change_mind, one.for_whom, one.matters.text):
            assert words.replace("'", "&#39;") in text
        assert said.VERDICTS[one.verdict][1] in text
        assert f"Certainty: {one.sure.value}" in text
        for cited in one.studies:
            assert f'href="/evidence/study/{cited.id}"' in text


def test_every_study_and_review_has_its_page(client) -> None:
    for one in (*evidence.studies(), *evidence.reviews()):
        sent = client.get(f"/evidence/study/{one.id}")
        assert sent.status_code == 200, one.id
        assert one.summary.split("'")[0] in sent.text


def test_every_outcome_has_its_page_with_picture_and_table(client) -> None:
    drawn = {one.key.about for one in pooling.pools()}
    for about in pooling.abouts():
        text = client.get(f"/evidence/outcome/{said.slug(about)}").text
        assert ("forest plot" in text) is (about in drawn)
        assert text.count('<table class="pooled">') == len(pooling.pools_of(about))


def test_the_picture_says_which_side_is_better_and_what_matters(client) -> None:
    text = client.get("/evidence/outcome/pain?for=knee-osteoarthritis").text
    assert "← favours backward" in text
    assert "smallest change that matters" in text
    assert "What lies below 0 favours backward walking" in text
    assert "−0.69 (−1.21 to −0.17)" in text


def test_filters_need_no_script(client) -> None:
    text = client.get("/evidence?for=parkinsons-disease").text
    assert 'value="parkinsons-disease" selected' in text
    asked = set(re.findall(r'href="/evidence/claim/([\w-]+)"', text))
    condition = evidence.Condition.PARKINSON
    assert asked == {one.id for one in evidence.chosen(condition=condition)}
    assert "No claim we know of" in client.get("/evidence?for=down-syndrome&about=falls").text


@pytest.mark.parametrize("path", [
    "/evidence/claim/juggling", "/evidence/study/juggling", "/evidence/outcome/juggling",
    "/evidence?for=juggling", "/evidence?about=juggling", "/evidence/dose?for=x",
    "/evidence/studies?for=x", "/evidence/outcome/pain?against=x", "/evidence/download.exe",
    "/evidence/people-like-me?for=x",
])  # fmt: skip
def test_names_unknown_are_told_in_a_sentence(client, path: str) -> None:
    sent = client.get(path)
    assert sent.status_code == 404
    assert "Traceback" not in sent.text


def test_people_like_me_answers_honestly(client) -> None:
    text = client.get("/evidence/people-like-me?for=hip&age=70").text
    assert (
        "We found nobody who studied walking backward in people with arthritis of the hip" in text
    )
    assert "Ask a doctor or physiotherapist" in text
    text = client.get("/evidence/people-like-me?for=stroke&age=70").text
    assert "studies looked at people with this" in text
    assert "Ask a doctor or physiotherapist" in text
    assert 'href="/evidence/claim/stroke-walking"' in text


@pytest.mark.parametrize("age", ["3", "300", "-4", "old", "7²", "<b>"])
def test_an_age_nobody_has_is_told(client, age: str) -> None:
    sent = client.get("/evidence/people-like-me", params={"for": "stroke", "age": age})
    assert sent.status_code == 422
    assert 'class="problem"' in sent.text
    assert "<b>" not in sent.text


def test_everything_is_taken_along_as_a_file(client) -> None:
    for form, begins in (("csv", "study,year"), ("json", "{"), ("bib", "@")):
        sent = client.get(f"/evidence/download.{form}")
        assert "attachment" in sent.headers["content-disposition"]
        assert sent.text.startswith(begins)


def test_benefits_protocols_and_the_first_page_lead_to_the_claims(client, house, healthy) -> None:
    assert 'href="/evidence"' in client.get("/").text
    text = client.get("/benefits").text
    assert 'href="/evidence/claim/knee-pain"' in text
    assert 'id="knee-pain"' in text
    screening.submit_screening(house, healthy)
    about = {"goal": "knee", "age": "71", "experience": "never", "aid": "none", "units": "km/h",
             "speed": "usual", "place": "driven", "rails": "yes"}  # fmt: skip
    profile.submit_profile(house, about)
    assert 'href="/evidence/claim/four-weeks"' in client.get("/protocols").text


def test_a_planned_session_leads_to_the_claims_behind_its_protocol(client, planned) -> None:
    planned()
    assert 'href="/evidence/claim/four-weeks"' in client.get("/").text
