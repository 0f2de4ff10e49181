"""Two pages' class names share one space: a rule meant for one must not reach another."""

import re
from importlib.resources import files

import pytest

STATIC = files("retrowalk") / "web" / "static"
SHARED = {"button", "pick"}  # meant to look alike on the live page and on every other
ALONE = re.compile(r"\.([\w-]+)(?::[\w-]+(?:\(.*\))?)?")


def selectors(name: str) -> list[str]:
    text = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    blocks = (block.strip() for block in re.findall(r"([^{}]+)\{", text))
    return [one.strip() for block in blocks if block[0] != "@" for one in block.split(",")]


def styled(name: str) -> set[str]:
    return {found for one in selectors(name) for found in re.findall(r"\.([a-z][\w-]*)", one)}


def everywhere(name: str) -> set[str]:
    """The classes with a rule that asks for nothing beside them."""
    return {found[1] for one in selectors(name) if (found := ALONE.fullmatch(one))}


@pytest.mark.parametrize("sheet", ["session.css", "follow.css"])
def test_a_class_of_the_live_page_has_no_rule_meant_for_another(sheet: str) -> None:
    """The hold's words once ran out of their button: how sure the evidence is was called alike."""
    assert styled(sheet)
    assert styled(sheet) & everywhere("style.css") <= SHARED


def test_what_is_shared_is_still_shared() -> None:
    assert styled("session.css") & everywhere("style.css") == SHARED
