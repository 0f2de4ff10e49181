"""The slowest files first, and no property fails for being slow: a busy machine is no fault."""

from pathlib import Path

import pytest
from hypothesis import settings

FIRST = ("test_campaign.py", "browser")  # what waits in real time is not left alone at the end
settings.register_profile("retrowalk", deadline=None)
settings.load_profile("retrowalk")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Needs xdist's --no-loadscope-reorder, which would begin with the file of most tests."""
    items.sort(key=rank)


def rank(item: pytest.Item) -> int:
    parts = Path(item.path).parts
    return next((at for at, name in enumerate(FIRST) if name in parts), len(FIRST))
