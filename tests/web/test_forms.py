"""Forms: a redirect when they are right; when not, a sentence each and nothing typed lost."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrowalk.app import profile, screening
from retrowalk.app.reviewing import review_questions
from retrowalk.web import forms

ALL = (
    *screening.standing_questions(),
    *screening.today_questions(),
    *profile.profile_questions(),
    *review_questions(),
)
SCRIPT = "<script>alert('x')</script>"


def test_healthy_answers_lead_to_the_verdict(client, healthy):
    answer = client.post("/screening", data=healthy)
    assert (answer.status_code, answer.headers["location"]) == (303, "/verdict")
    assert "You may walk" in client.get("/verdict").text


def test_an_empty_screening_gets_one_sentence_for_each_question(client):
    answer = client.post("/screening", data={})
    assert answer.status_code == 422
    assert answer.text.count('class="problem"') == len(screening.standing_questions())
    for question in screening.standing_questions():
        assert f'href="#{question.id}"' in answer.text
        assert f'id="{question.id}"' in answer.text


def test_what_was_typed_stays_when_something_is_missing(client, about_me):
    del about_me["goal"]
    answer = client.post("/profile", data=about_me | {"age": "seventy"})
    assert answer.status_code == 422
    assert 'value="seventy"' in answer.text
    assert re.search('name="place" value="driven"[^>]* checked', answer.text)
    assert answer.text.count('class="problem"') == 2


@pytest.mark.parametrize(
    "age", ["-5", "1e400", "NaN", "999999999999", "0x41", SCRIPT, "٤٢", "12\x00"]
)
def test_an_absurd_age_gets_a_sentence(client, about_me, age):
    answer = client.post("/profile", data=about_me | {"age": age})
    assert answer.status_code == 422
    assert answer.text.count('class="problem"') == 1
    assert SCRIPT not in answer.text


def test_a_speed_of_ones_own_is_taken_with_a_comma(client, about_me, house):
    answer = client.post("/profile", data=about_me | {"speed": "own", "speed-own": "3,6"})
    assert answer.status_code == 303
    walker = profile.current_walker(house)
    assert walker.comfortable_forward_mps == pytest.approx(1.0)
    shown = client.get("/profile").text
    assert 'value="own" checked' in shown
    assert 'name="speed-own" value="3.6"' in shown


def test_a_pressure_is_two_figures_or_an_honest_not_known(client, house, healthy, well, about_me):
    screening.submit_screening(house, healthy)
    profile.submit_profile(house, about_me)
    client.post("/protocols", data={"protocol": "ten-by-three"})
    del well["pressure_today-unknown"]
    odd = well | {"pressure_today-upper": "80", "pressure_today-lower": "130"}
    answer = client.post("/today", data=odd)
    assert answer.status_code == 422
    assert 'name="pressure_today-upper" id="pressure_today" value="80"' in answer.text
    good = well | {"pressure_today-upper": "130", "pressure_today-lower": "80"}
    assert client.post("/today", data=good).headers["location"] == "/"


def test_scripts_in_a_clinicians_name_are_shown_as_words(client, healthy):
    client.post("/screening", data=healthy | {"heart": "yes"})
    assert "Ask a clinician first" in client.get("/verdict").text
    given = {"topics": "heart", "by": SCRIPT, "on": "2020-01-01"}
    assert SCRIPT not in client.post("/clearance", data=given).text
    assert "&lt;script&gt;" in client.post("/clearance", data=given | {"on": ""}).text


@pytest.mark.parametrize("on", ["", "yesterday", "2999-01-01", "2026-13-40"])
def test_a_clearance_without_a_believable_day_is_not_recorded(client, healthy, on):
    client.post("/screening", data=healthy | {"heart": "yes"})
    answer = client.post("/clearance", data={"topics": "heart", "by": "Dr Ortiz", "on": on})
    assert answer.status_code == 422
    assert 'value="Dr Ortiz"' in answer.text
    assert "Ask a clinician first" in client.get("/verdict").text


def test_a_clearance_of_nothing_is_not_recorded(client, healthy):
    client.post("/screening", data=healthy | {"heart": "yes"})
    answer = client.post("/clearance", data={"by": "Dr Ortiz", "on": "2020-01-01"})
    assert answer.status_code == 422


def test_an_unknown_protocol_is_not_found(client, house, healthy, about_me):
    screening.submit_screening(house, healthy)
    profile.submit_profile(house, about_me)
    assert client.post("/protocols", data={"protocol": SCRIPT}).status_code == 404


texts = st.text(max_size=30) | st.sampled_from(["yes", "no", "own", SCRIPT, "-1", "1e9", "٣"])
filled = st.dictionaries(
    st.sampled_from([q.id for q in ALL] + [f"{q.id}-own" for q in ALL]) | st.text(max_size=8),
    st.lists(texts, max_size=3),
    max_size=20,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(filled, st.sampled_from(["/screening", "/profile", "/today", "/clearance", "/delete"]))
def test_no_form_whatever_breaks_a_page(client, form, path):
    answer = client.post(path, data=form)
    assert answer.status_code in {303, 409, 422}
    assert SCRIPT not in answer.text


@given(st.dictionaries(st.sampled_from([q.id for q in ALL]), st.lists(texts, max_size=3)))
def test_no_answer_is_made_up(form):
    answers = forms.answers(ALL, form)
    assert set(answers) <= set(form)
