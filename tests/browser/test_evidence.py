"""The evidence pages looked at, and five questions answered by following only the page's words."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.serving import Served, free_port

PHONE = (390, 844)
SIZES = {"390": PHONE, "1280": (1280, 800)}
PAGES = {
    "claims": "/evidence",
    "claims-filtered": "/evidence?for=stroke&about=balance",
    "claim-knee": "/evidence/claim/knee-pain",
    "claim-saying": "/evidence/claim/hundred-steps",
    "outcome-pain": "/evidence/outcome/pain",
    "outcome-balance": "/evidence/outcome/balance?for=stroke",
    "outcome-nothing": "/evidence/outcome/falls",
    "like-me": "/evidence/people-like-me",
    "like-me-stroke": "/evidence/people-like-me?for=stroke&age=70",
    "like-me-nobody": "/evidence/people-like-me?for=thin-bones&age=80",
    "studies": "/evidence/studies",
    "study": "/evidence/study/weng2006",
    "study-doubted": "/evidence/study/rose2025",
    "review": "/evidence/study/chen2020",
    "dose": "/evidence/dose",
    "changes": "/evidence/changes",
}
FIRST = "What is known about walking backward"
ANSWERS = {  # what is asked: the words followed from the first page, and words of the answer
    "knee": (
        (FIRST, "Pain", "Does it ease knee pain, and by how much?"),
        ("Yes, a little", "0.7 to 0.8 points of ten", "Two points of ten", "Certainty: low"),
    ),
    "hundred": (
        (FIRST, "How much is enough", "Is 100 steps back worth 1000 forward?"),
        ("No. It is a proverb", "about 1.3 times", "not ten times"),
    ),
    "balance": (
        (FIRST, "Balance", "Will it make my balance better at 70?"),
        (
            "Probably a little",
            "48 older people",
            "Whether fewer people fall afterwards is not known",
        ),
    ),
    "treadmill": (
        (FIRST, "Is it safe?", "Is it safe on a treadmill?"),
        ("Nobody has counted", "hands on the rails", "safety key"),
    ),
    "stroke": (
        (FIRST, "Walking", "Will it help after a stroke?"),
        ("Probably, with a therapist", "a tenth of a metre", "only with a clinician’s yes"),
    ),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    one = Served(tmp_path_factory.mktemp("house") / "house", 1.0, free_port())
    one.start()
    yield one
    one.kill()


def test_every_evidence_page_passes_axe_and_fits_its_screen(served, opened, axe, shots) -> None:
    page, found = opened(served), []
    for name, path in PAGES.items():
        sent = page.goto(path)
        assert sent is not None
        assert sent.ok, path
        for label, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{name} at {label}: {over} px too wide"] if over > 0 else []
            page.screenshot(path=shots / f"evidence-{name}-{label}.png", full_page=True)
            found += [f"{name} at {label}: {one}" for one in axe(page)]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        found += [f"{name} dark: {one}" for one in axe(page)]
        page.emulate_media(color_scheme="light")
    assert not found


@pytest.mark.parametrize("name", ANSWERS)
def test_a_reader_finds_the_answer_by_the_pages_own_words(
    served, opened, shots: Path, notes, name: str
) -> None:
    way, answer = ANSWERS[name]
    page: Page = opened(served, PHONE)
    page.goto("/")
    for i, words in enumerate(way):
        page.screenshot(path=shots / f"reader-{name}-{i}.png")
        link = page.get_by_role("link", name=words, exact=True)
        expect(link).to_have_count(1)  # the words alone say where to go
        link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(way[-1])
    page.screenshot(path=shots / f"reader-{name}-answer.png")
    page.screenshot(path=shots / f"reader-{name}-whole.png", full_page=True)
    read = re.sub(r"\s+", " ", page.locator("main").inner_text())
    for words in answer:
        assert words in read
    seen = page.locator(".answer").bounding_box()
    assert seen is not None
    assert seen["y"] < PHONE[1]  # it begins on the first screen, without scrolling
    notes(f"reader {name}", " > ".join(way))


def test_people_like_me_without_any_script(served, opened) -> None:
    page = opened(served, PHONE, java_script_enabled=False)
    page.goto("/evidence")
    page.get_by_role("link", name="What was found in people like me?").click()
    page.get_by_label("What do you have?").select_option(label="Thin bones (osteoporosis)")
    page.get_by_label("Your age, if you like").fill("80")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("We found nobody who studied walking backward")).to_be_visible()
