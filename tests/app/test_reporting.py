"""The physiotherapist's page: one page, all of it readable, whatever was walked and typed."""

from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.app.walked import NOON, SORE, a_house, daily, put_sessions, put_test

from retrowalk.app import reporting
from retrowalk.writers.pdf import report_pdf
from retrowalk.writers.report import OutcomeLine, Report, WeekLine

A4 = (595, 842)


@pytest.fixture
def house(tmp_path):
    opened = a_house(tmp_path / "house")
    yield opened
    opened.close()


def read(content: bytes) -> str:
    """The text of the one page, its line ends as spaces; every piece of it inside the page."""
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) == 1
    outside = []

    def look(text, user, matrix, _font, size):
        x, y = user[4] + matrix[4] * user[0], user[5] + matrix[5] * user[3]
        if text.strip() and not (20 <= x <= A4[0] - 20 and 15 <= y <= A4[1] - 20):
            outside.append((text, x, y))

    text = pages[0].extract_text(visitor_text=look)
    assert outside == []
    return " ".join(text.split())


def test_a_report_says_who_what_how_much_how_it_felt_and_what_is_not_known(house) -> None:
    began = [NOON - timedelta(days=days) for days in (15, 13, 8, 1)]
    put_sessions(house, began, stops=("Stop was pressed",), review=SORE)
    put_test(house, "timed-up-and-go", (NOON - timedelta(days=20)).date(), 14.0)
    put_test(house, "timed-up-and-go", NOON.date(), 9.0)
    text = read(reporting.report(house, name="Rosa Díaz"))
    for said in (
        "Walking backward: a report", "Rosa Díaz, Saturday 21 November 2026", "60 years",
        "4 since 6 Nov 2026",
        "In all 4 sessions", "Stop was pressed: 4 ×, last on 20 Nov 2026",
        "“I was afraid” 4 ×", "4 of 10", "5 of 10", "Timed up and go", "14 s", "9 s",
        "real improvement", "Stay at this step", "The pain was light",
        "No cause is shown", "not a medical device",
    ):  # fmt: skip
        assert said in text, said


def test_a_house_nobody_walked_in_still_gives_a_page(tmp_path) -> None:
    from retrowalk.app.house import open_house  # noqa: PLC0415

    house = open_house(tmp_path / "new")
    text = read(reporting.report(house))
    house.close()
    assert "no profile yet" in text
    assert "No session yet." in text
    assert "No test was taken." in text


def test_ten_years_every_day_stay_on_one_page(house) -> None:
    put_sessions(house, daily(3650), stops=("Stop was pressed", "the belt was silent"), review=SORE)
    for outcome in ("timed-up-and-go", "chair-stand-30s", "mood", "knee-pain-left", "falls",
                    "backward-walk-3m", "single-leg-stance", "six-minute-walk", "heart-rate-stage",
                    "sit-and-reach", "balance-confidence", "knee-stiffness"):  # fmt: skip
        put_test(house, outcome, NOON.date(), 5.0)
    text = read(reporting.report(house, name="Maximiliana " * 60 + "W" * 500))
    assert "In all 3650 sessions" in text
    assert "And 2 tests more" in text
    assert "who do not change see one “real”." in text  # our own words are never cut
    assert text.count("not a medical device") == 1


def test_a_demonstration_is_no_session_of_a_report(house) -> None:
    put_sessions(house, [NOON - timedelta(days=1)], speed_up=300.0)
    assert "No session yet." in read(reporting.report(house))


TYPED = st.text(max_size=300)
FACTS = st.lists(st.tuples(st.text(max_size=20), TYPED), max_size=12).map(tuple)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    typed=st.tuples(TYPED, TYPED), facts=FACTS,
    stops=st.lists(TYPED, max_size=7).map(tuple),
    rows=st.tuples(st.integers(0, 8), st.integers(0, 8)), most=st.floats(0, 1e5),
)  # fmt: skip
def test_whatever_is_typed_makes_one_page(typed, facts, stops, rows, most) -> None:
    (name, next_step), (weeks, outcomes) = typed, rows
    week = WeekLine("21 Nov", 7, most, f"{most:.0f} min", "3 min", "10 of 10", "10 of 10", 99)
    line = OutcomeLine("A test with a name " * 4, "123.4 s", "123.4 s", "not known", "x" * 60)
    report = Report(name, "today", facts, (week,) * weeks, "before", stops, (line,) * outcomes,
                    "more", next_step, reporting.LIMITS)  # fmt: skip
    assert len(PdfReader(BytesIO(report_pdf(report))).pages) == 1
