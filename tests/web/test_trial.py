"""/trial: a table in, its report out, taken along without anything having been kept."""

import html
import re
from pathlib import Path

import pytest
from tests.evidence.trials import as_csv, made_up

from retrowalk.readers.authored import MOST_BYTES
from retrowalk.web.pages import trial

TABLE = as_csv(made_up(2, missing=(0, 1)))


def send(client, table: str | bytes = TABLE, name: str = "ours.csv", **typed: str):
    content = table.encode() if isinstance(table, str) else table
    return client.post("/trial", files={"file": (name, content, "text/csv")}, data=typed)


def test_a_table_becomes_a_report_and_nothing_is_kept(client, house, tmp_path: Path) -> None:
    before = sorted((p, p.stat().st_size) for p in tmp_path.rglob("*") if p.suffix != ".log")
    page = send(client)
    assert page.status_code == 200
    assert "Trial: ours.csv" in page.text
    assert page.text.count("<svg") == 2 + page.text.split("<main")[0].count("<svg")
    after = sorted((p, p.stat().st_size) for p in tmp_path.rglob("*") if p.suffix != ".log")
    assert before == after


@pytest.mark.parametrize(
    ("form", "kind", "holds"),
    [("html", "text/html", "<h1>Trial: ours.csv"), ("csv", "text/csv", "ANCOVA, HC3"),
     ("json", "application/json", '"contrasts"')],
)  # fmt: skip
def test_the_report_is_taken_along_with_what_the_page_holds(client, form, kind, holds) -> None:
    page = send(client, matters="1,5", better="lower").text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    fields = {name: html.unescape(value) for name, value in hidden.items()}
    assert fields["matters"] == "1,5"
    taken = client.post("/trial", data=fields | {"as": form}, files={"none": b""})
    assert taken.status_code == 200, taken.text
    assert taken.headers["content-type"].startswith(kind)
    assert "attachment" in taken.headers["content-disposition"]
    assert holds in taken.text


@pytest.mark.parametrize(
    ("table", "typed", "said"),
    [
        ("person,arm\n", {}, "has 2 columns"),
        (b"\xff\xfe\x00", {}, "not UTF-8 text"),
        ("x" * (MOST_BYTES + 10), {}, "is longer than"),
        (TABLE, {"better": "sideways"}, "none of those offered"),
        (TABLE, {"matters": "much"}, "is no size of a change"),
        (TABLE, {"matters": "-1"}, "is no size of a change"),
        (TABLE, {"matters": "inf"}, "is no size of a change"),
        (TABLE, {"comparator": "<b>sham"}, "No arm is called &#39;&lt;b&gt;sham"),
        (TABLE, {"outcome": "pain"}, "choose one of tug"),
    ],
)
def test_what_cannot_be_analysed_is_told_and_what_was_typed_stays(
    client, table, typed, said
) -> None:
    page = send(client, table, **typed)
    assert page.status_code == 422
    assert said in page.text
    for value in typed.values():
        assert value == "sideways" or html.escape(value) in page.text


def test_no_file_is_told(client) -> None:
    page = client.post("/trial", data={"better": ""}, files={"none": b""})
    assert page.status_code == 422
    assert "No file was chosen" in page.text


def test_the_page_takes_what_the_reader_takes(client) -> None:
    assert trial.MOST_BYTES == MOST_BYTES
    assert "400 kB" in client.get("/trial").text
    assert "/trial" in client.get("/measure").text
    most = TABLE + "," * 10 + "\n" * (MOST_BYTES - len(TABLE) - 20)
    page = send(client, most)
    assert page.status_code == 200
