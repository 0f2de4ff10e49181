"""A clinician's group on a page: files come, an answer goes, nothing is kept."""

import base64
import csv
import json
import re
from datetime import date
from io import StringIO
from xml.etree import ElementTree

import pytest
from tests.app.walked import put_test

from retrowalk.app import history, outcomes
from retrowalk.pictures import draw
from retrowalk.pictures.group import group_picture

TABLE = "person,before,after\n" + "".join(
    f"{a},{b},{c}\n" for a, b, c in zip(
        "abcdefgh", (12, 14.5, 11.2, 16, 13.1, 12.8, 15.5, 18),
        (10.5, 12, 11, 12.5, 12.9, 11.5, 13, 15.1), strict=True)
)  # fmt: skip
TUG = {"outcome": "timed-up-and-go", "units": "km/h"}


def sent(client, *files: tuple[str, str], **other: str):
    given = [("files", (name, text.encode())) for name, text in files]
    return client.post("/group", data=TUG | other, files=given)


def own(house, before: float, after: float, *, tests: int = 2) -> str:
    """A walker's own table of tests."""
    with house.store.writing() as rows:
        from retrowalk.store.models import OutcomeRow  # noqa: PLC0415

        rows.query(OutcomeRow).delete()
    for value, on in ((before, date(2026, 9, 1)), (after, date(2026, 10, 20)))[:tests]:
        put_test(house, "timed-up-and-go", on, value)
    put_test(house, "mood", date(2026, 9, 1), 5.0)
    return outcomes.export_csv(house).decode()


def test_one_table_gives_figures_a_picture_and_files(client, house) -> None:
    assert "nothing of them is kept" in client.get("/group").text
    before = json.loads(history.export_json(house))
    text = sent(client, ("group.csv", TABLE)).text
    assert "<strong>mean gain</strong>: 1.8 s (95 % interval 0.8 to 2.9)" in text
    assert "8 of 8 people did better. The mean gain is 1.82 s" in text
    assert "Without a group that did not train" in text
    table, drawn = (base64.b64decode(re.search(f"data:{kind};base64,([^\"]+)", text)[1])
                    for kind in ("text/csv", r"image/svg\+xml"))  # fmt: skip
    assert next(csv.reader(StringIO(table.decode())))[:3] == ["person", "before", "after"]
    assert ElementTree.fromstring(drawn).tag.endswith("svg")
    after = json.loads(history.export_json(house))
    assert before | {"retrowalk": 0} == after | {"retrowalk": 0}


def test_each_walkers_own_tests_are_first_against_newest(client, house) -> None:
    figures = ((12.0, 9.0), (15.0, 13.0), (11.0, 11.5), (18.0, 14.0))
    files = [(f"walker {i}.csv", own(house, *pair)) for i, pair in enumerate(figures)]
    files.append(("walker new.csv", own(house, 10.0, 0.0, tests=1)))
    text = sent(client, *files).text
    assert "4 people" in text
    assert "walker new: These are first tests" in text
    assert "walker 3" in text


def test_a_name_that_is_a_formula_is_none_in_the_table(client) -> None:
    text = sent(client, ("a.csv", TABLE.replace("\na,", "\n=1+1,"))).text
    table = base64.b64decode(re.search('data:text/csv;base64,([^"]+)', text)[1]).decode()
    assert "'=1+1" in table


@pytest.mark.parametrize(("text", "says"), [
    ("person,before\na,1\n", "lacks the column"),
    (TABLE + "a,9,8\n", "stands there twice"),
    ("on,outcome,value,broken_off,taken_back\nsoon,timed-up-and-go,9,,\n", "line 2: the day or"),
    ("on,outcome,value,broken_off,taken_back\n2026-01-01,timed-up-and-go,1e9,,\n",
     "out of the range"),
    ("", "lacks the column"),
    ("person,before,after\na,9,8\n", "at least 3"),
])  # fmt: skip
def test_what_cannot_be_judged_is_said(client, text, says) -> None:
    answer = sent(client, ("group.csv", text))
    assert answer.status_code == 422
    assert says in answer.text


def test_no_file_an_unknown_test_and_too_much_are_refused(client) -> None:
    assert client.post("/group", data=TUG).status_code == 422
    assert sent(client, ("a.csv", TABLE), outcome="dancing").status_code == 422
    assert sent(client, ("a.csv", "x" * 21_000_000)).status_code == 413


def test_the_picture_holds_every_dot_however_many_lie_together() -> None:
    for gains in ([1.0] * 400, [0.0, 0.0, 0.1], [-5.0, 2.0, 9.0]):
        drawn = group_picture(gains, (1.0, 0.5, 1.5), title="A test", unit="s", width=360)
        root = ElementTree.fromstring(drawn)
        dots = [one for one in root.iter()
                if one.tag.endswith("circle") and one.get("class") == "rw-contact"]  # fmt: skip
        assert len(dots) == len(gains) + 1
        assert all(0 < float(one.get("cx")) < 360 for one in dots)
        assert "test’s error" not in drawn
        worn = {name for one in root.iter() for name in (one.get("class") or "").split()}
        assert all(f".{name}{{" in draw.STYLE for name in worn - {"rw"}), "or it is not seen"
