"""A name in any script is readable on the page: in its letters, or in Latin ones; never boxes."""

from io import BytesIO
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from retrowalk.writers import pdf
from retrowalk.writers.letters import in_latin, in_line, readable
from retrowalk.writers.report import Report

NAMES = {
    "Иван Петров": "Ivan Petrov", "Łukasz Čapek": "Lukasz Capek", "王小明": "WangXiaoMing",
    "Γιώργος": "Giorgos", "김민준": "GimMinJun", "José Łoś": "José Los",
}  # fmt: skip


def page(name: str) -> str:
    report = Report(name, "today", (), (), "No session yet.", (), (), "No test was taken.",
                    "", ())  # fmt: skip
    (one,) = PdfReader(BytesIO(pdf.report_pdf(report))).pages
    return " ".join(one.extract_text().split())


@pytest.mark.parametrize(("name", "latin"), NAMES.items())
def test_without_a_font_a_name_is_written_in_latin_letters_and_that_is_said(
    name, latin, monkeypatch
) -> None:
    monkeypatch.setattr(pdf, "FONTS", (("none.ttf", "none-bold.ttf"),))
    text = page(name)
    assert f"{latin}, today" in text
    assert pdf.IN_LATIN in text


def test_a_name_helvetica_has_is_printed_as_it_is() -> None:
    text = page("Rosa Díaz – “Ro”")
    assert "Rosa Díaz – “Ro”, today" in text
    assert pdf.IN_LATIN not in text


class Few:
    """A font with a handful of letters."""

    class face:  # noqa: N801
        charToGlyph = dict.fromkeys(map(ord, "Иван Sm"), 1)  # noqa: N815


def test_of_a_font_only_letters_it_has_are_taken(monkeypatch) -> None:
    """A font found on the computer need not have every letter: the others stood there as boxes."""
    monkeypatch.setattr(pdf, "TTFont", lambda *_: Few())
    monkeypatch.setattr(pdf.pdfmetrics, "registerFont", lambda _: None)
    report = Report("Иван 王", "today", (), (), "", (), (), "", "", ())
    letters = pdf._letters(report)
    assert (letters.plain, letters.bold) == ("found", "found-bold")
    assert readable("Иван 王", letters.has) == "Иван Wang"


def test_scripts_that_would_be_garbled_are_written_in_latin_even_with_a_font() -> None:
    assert readable("עברית", in_line).isascii()
    assert readable("محمد", in_line).isascii()
    assert readable("नमस्ते", in_line).isascii()
    assert readable("Иван", in_line) == "Иван"


@given(st.text(max_size=60))
def test_whatever_is_typed_only_letters_the_page_has_are_printed(text: str) -> None:
    shown = readable(text, in_latin)
    assert in_latin(shown)
    assert shown.isprintable()
    if in_latin(text) and text.isprintable():
        assert shown == normalize("NFC", text)
