"""Tables of equal columns, cut and put together by rows."""

from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Table = TypeVar("Table")


def chosen(table: Table, rows: NDArray[np.bool_] | slice) -> Table:
    """These rows of every column."""
    return type(table)(**{name: getattr(table, name)[rows] for name in _columns(table)})


def joined(tables: list[Table], empty: Table) -> Table:
    """Tables that follow each other, as one."""
    if not tables:
        return empty
    if len(tables) == 1:
        return tables[0]
    names = _columns(empty)
    return type(empty)(
        **{name: np.concatenate([getattr(table, name) for table in tables]) for name in names}
    )


def _columns(table: Any) -> list[str]:
    return [field.name for field in fields(table)]
