"""A phone in the home network: certificate, pairing, and what a page may then do."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect, sync_playwright
from tests.browser.conftest import FLAGS, found_chromium

PHONE = {"width": 390, "height": 844}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15"


@pytest.fixture
def home(ready):
    return ready(speed_up=10, lan=True)


@pytest.fixture
def phones(home):
    """phones(secure=…): a page of a phone that finds the house as attic.local and trusts it."""
    pem = (home.folder / "lan" / "server.pem").read_bytes()
    key = x509.load_pem_x509_certificate(pem).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trusted = b64encode(sha256(spki).digest()).decode()
    flags = [
        *FLAGS,
        "--host-resolver-rules=MAP attic.local 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={trusted}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_chromium(), args=flags)

        def phone(*, secure: bool = True, **options):
            port, scheme = (home.port + 1, "https") if secure else (home.port, "http")
            context = browser.new_context(
                viewport=PHONE, base_url=f"{scheme}://attic.local:{port}", **options
            )
            context.set_default_timeout(90_000)
            return context.new_page()

        yield phone
        browser.close()


@pytest.fixture
def own(home, phones):
    """The serving computer's own browser."""
    page = phones(secure=False)
    page.goto(home.url + "/phone")
    return page


def code_on(own) -> str:
    own.reload()
    return own.locator("p.code").inner_text()


def pair(phone, own) -> None:
    phone.goto("/")
    expect(phone.get_by_role("heading", name="Pair this device")).to_be_visible()
    phone.get_by_label("The six digits").fill(code_on(own))
    phone.get_by_role("button", name="Pair").click()
    expect(phone.get_by_role("heading", name="Today’s session is ready")).to_be_visible()


def test_a_phone_comes_in_by_code_and_its_page_is_a_secure_one(phones, own):
    phone = phones()
    pair(phone, own)
    assert phone.evaluate("isSecureContext")
    assert phone.evaluate("'wakeLock' in navigator && 'serviceWorker' in navigator")
    phone.goto("/phone")
    expect(phone.get_by_text("connected securely")).to_be_visible()


def test_without_the_certificate_it_works_and_says_what_is_missing(phones, own):
    phone = phones(secure=False, user_agent=IPHONE)
    pair(phone, own)
    assert not phone.evaluate("isSecureContext")
    assert not phone.evaluate("'wakeLock' in navigator || 'serviceWorker' in navigator")
    phone.goto("/phone")
    for missing in ("motion sensor", "screen that stays awake", "installation"):
        expect(phone.get_by_role("strong").filter(has_text=missing)).to_be_visible()


def test_from_the_plain_page_to_the_secure_one_a_paired_phone_stays_paired(home, phones, own):
    phone = phones()
    pair(phone, own)
    phone.goto(f"http://attic.local:{home.port}/phone")
    # The page names the machine's address; this phone knows it by name.
    phone.evaluate(
        "port => document.querySelector('a.big').href = `https://attic.local:${port}/history`",
        home.port + 1,
    )
    phone.get_by_role("link", name="Open retrowalk securely").click()
    expect(phone.get_by_role("heading", name="What you have walked")).to_be_visible()


def pair_second(phone, own) -> None:
    phone.goto("/pair")
    phone.get_by_label("The six digits").fill(code_on(own))
    phone.get_by_label("What shall we call this device?").fill("Second")
    phone.get_by_role("button", name="Pair").click()
    phone.wait_for_url(re.compile("/$"))


def test_the_phones_pages_are_looked_at(phones, own, axe, shots):
    found = []

    def look(page, name, scheme="light"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=shots / f"{name}-{scheme}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found.extend([f"{name}: {wide} px too wide"] if wide > 0 else [])
        found.extend(f"{name} {scheme}: {one}" for one in axe(page))

    phone, iphone = phones(secure=False), phones(secure=False, user_agent=IPHONE)
    for page, name in ((phone, "phone-android"), (iphone, "phone-iphone")):
        page.goto("/phone")
        look(page, name)
    phone.goto("/pair")
    look(phone, "pair")
    phone.get_by_label("The six digits").fill("x")
    phone.get_by_role("button", name="Pair").click()
    look(phone, "pair-wrong", "dark")
    pair_second(phone, own)
    own.reload()
    for width in (1280, 390):
        own.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            look(own, f"phone-own-{width}", scheme)
    assert not found


def test_a_removed_phone_hears_nothing_more_but_its_stop_works(phones, own, way_of):
    walker_phone, watcher = phones(), phones()
    pair(walker_phone, own)
    walker = way_of(walker_phone)
    address = walker.go()
    walker.tick()
    walker.start()
    stage = walker_phone.locator("#stage")
    expect(stage).to_have_attribute("data-phase", "walking")
    pair_second(watcher, own)
    watcher.goto(address)
    expect(watcher.locator("#stage")).to_have_attribute("data-phase", re.compile("walking|slowing"))
    own.reload()
    own.get_by_role("button", name="Remove Second").click()
    expect(watcher.locator("#banner")).to_contain_text("removed")
    watcher.locator("#stop").click()
    expect(walker_phone.locator("#headline")).to_have_text("Stopped")
