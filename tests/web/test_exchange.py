"""Taking it along and bringing it in, on the pages."""

from datetime import UTC, datetime, timedelta
from time import perf_counter

from tests.app.walked import SORE, daily, put_sessions

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
    client.get("/history")
    began = perf_counter()
    text = client.get("/history").text
    took_s = perf_counter() - began
    assert "3590 older sessions more" in text
    assert text.count("/session/") < 200
    assert took_s < 5, "two seconds a thousand sessions is how slow it was"
    assert len(history.sessions(house)) == 3650
    assert history.weekly_minutes(house)[-1].starts_on <= (NOW + timedelta(days=1)).date()
