"""/heart: the ceiling asked for, refused where it is none, kept, and shown."""

from retrowalk.app.heart import current_ceiling
from retrowalk.words import HeartCeiling


def test_the_ceiling_is_asked_kept_and_shown_again(client, house):
    assert 'value="no" id="needed" checked' in client.get("/heart").text
    form = {"ceiling": "118", "by": "clinician", "needed": "yes"}
    assert client.post("/heart", data=form).headers["location"] == "/"
    assert current_ceiling(house) == HeartCeiling(118, needed=True, by="clinician")
    text = client.get("/heart").text
    assert 'value="118"' in text
    assert 'value="clinician" id="by" checked' in text
    assert 'value="yes" checked' in text


def test_emptied_there_is_none_again(client, house):
    client.post("/heart", data={"ceiling": "118", "by": "myself", "needed": "no"})
    assert client.post("/heart", data={"ceiling": "", "by": "myself", "needed": "no"}).is_redirect
    assert current_ceiling(house) == HeartCeiling()


def test_what_is_no_ceiling_is_refused_with_all_that_was_typed(client, house):
    script = "<script>alert(1)</script>"
    answer = client.post("/heart", data={"ceiling": script, "by": "myself", "needed": "yes"})
    assert answer.status_code == 422
    assert "not a number we can read" in answer.text
    assert script not in answer.text
    assert 'value="yes" checked' in answer.text
    assert current_ceiling(house) == HeartCeiling()
