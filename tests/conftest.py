"""The slowest files first, so that what waits in real time does not wait alone at the end."""

from pathlib import Path

import pytest

FIRST = ("test_campaign.py", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Needs xdist's --no-loadscope-reorder, which would begin with the file of most tests."""
    items.sort(key=rank)


def rank(item: pytest.Item) -> int:
    parts = Path(item.path).parts
    return next((at for at, name in enumerate(FIRST) if name in parts), len(FIRST))
