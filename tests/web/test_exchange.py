"""Taking it along and bringing it in, on the pages."""

import re
from datetime import UTC, datetime, timedelta
from time import sleep
from xml.etree import ElementTree

from tests.app.walked import SORE, daily, log, put_sessions
from validation.health_export import write_export

from retrowalk.app import history

NOW = datetime.now(UTC)


def test_the_report_is_a_file_and_the_name_on_it_is_kept_nowhere(client, house) -> None:
    assert "physiotherapist" in client.get("/take").text
    made = client.post("/take/report.pdf", data={"name": "Rosa Díaz"})
    assert made.headers["content-type"] == "application/pdf"
    assert made.headers["content-disposition"].startswith("attachment;")
    assert made.content.startswith(b"%PDF-")
    assert "Rosa" not in history.export_json(house).decode()


def test_ten_years_every_day_show_the_newest_and_say_how_many_more(client, house) -> None:
    put_sessions(house, daily(3650, until=NOW), review=SORE)
    text = client.get("/history").text
    assert "3590 older sessions more" in text
    assert text.count("/session/") < 200
    assert len(history.sessions(house)) == 3650
    assert history.weekly_minutes(house)[-1].starts_on <= (NOW + timedelta(days=1)).date()


def test_a_backup_goes_out_and_comes_back_on_the_page(client, house) -> None:
    put_sessions(house, daily(2, until=NOW), review=SORE)
    made = client.get("/take/backup.zip")
    assert made.headers["content-disposition"].startswith("attachment;")
    put_sessions(house, daily(5, until=NOW))
    sent = {"backup": ("../kept.zip", made.content)}
    unsaid = client.post("/take/restore", data={"word": ""}, files=sent)
    assert (unsaid.status_code, history.begun(house)) == (422, 7)
    said = client.post("/take/restore", data={"word": " Restore"}, files=sent)
    assert said.status_code == 200
    assert "Your backup is back" in said.text
    assert history.begun(house) == 2
    assert client.get("/history").status_code == 200


def test_a_fhir_bundle_is_had_on_the_page(client) -> None:
    made = client.get("/take/fhir.json")
    assert made.headers["content-type"] == "application/fhir+json"
    assert made.json()["resourceType"] == "Bundle"


def test_what_is_no_backup_changes_nothing_on_the_page(client, house) -> None:
    put_sessions(house, daily(1, until=NOW))
    for files in ({"backup": ("a.zip", b"nonsense")}, {"backup": ("", b"")}, None):
        said = client.post("/take/restore", data={"word": "restore"}, files=files)
        assert said.status_code == 422
        assert "changed" in said.text or "chosen" in said.text
    assert history.begun(house) == 1


def test_a_session_is_had_as_a_file_on_its_page(client, house) -> None:
    (one,) = put_sessions(house, [NOW - timedelta(hours=1)], events=log(), review=SORE)
    assert f"/session/{one}/file.fit" in client.get(f"/session/{one}").text
    for form in ("fit", "tcx"):
        made = client.get(f"/session/{one}/file.{form}")
        assert made.status_code == 200
        assert f'.{form}"' in made.headers["content-disposition"]
    assert client.get(f"/session/{one}/file.gpx").status_code == 404
    assert client.get("/session/none/file.fit").status_code == 404


def test_a_file_is_imported_on_the_page_and_taken_back(client, house, tmp_path) -> None:
    write_export(tmp_path / "a.xml", days=3)
    content = (tmp_path / "a.xml").read_bytes()
    assert client.post("/bring", files={"file": ("export.xml", content)}).status_code == 303
    while client.get("/bring/far").json()["going"]:
        sleep(0.05)
    said = client.get("/bring").text
    assert "Imported: export.xml" in said
    assert "3 new walks" in said
    assert "Walking" in client.get("/history").text
    assert client.post("/bring/1/back").status_code == 303
    assert "Taken back." in client.get("/bring").text
    assert "Ordinary walking and exercise" not in client.get("/history").text
    assert client.post("/bring/9/back").status_code == 404


def test_what_cannot_be_imported_is_said_on_the_page(client) -> None:
    assert client.post("/bring", files={"file": ("", b"")}).status_code == 422
    client.post("/bring", files={"file": ("<b>a.fit", b"nonsense")})
    while client.get("/bring/far").json()["going"]:
        sleep(0.05)
    said = client.get("/bring").text
    assert "That could not be imported" in said
    assert "&lt;b&gt;a.fit was not imported" in said


def test_a_picture_to_share_says_nothing_of_the_person(client, house) -> None:
    (one,) = put_sessions(house, [NOW - timedelta(hours=1)], events=log(), review=SORE)
    plain = client.get(f"/session/{one}/share.svg").text
    dated = client.get(f"/session/{one}/share.svg?day=yes").text
    assert "I walked backward" in plain
    assert ElementTree.fromstring(plain).tag.endswith("svg")
    for private in (str(NOW.year), "pain", "Pain", "note", "96", "ceiling", "knee", one):
        assert private not in re.sub("<style>.*?</style>", "", plain, flags=re.S)
    assert str(NOW.year) in dated
    assert client.get("/session/none/share.svg").status_code == 404
