"""Whether a database from elsewhere is one of ours: each check says what is wrong, or nothing.

Done by SQLite itself, so that years of events are looked through in seconds.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Date, Float, Integer, LargeBinary

from retrowalk.store.models import Base, Utc

PLAUSIBLE = "substr({0}, 1, 4) BETWEEN '1900' AND '2200'"
JSON = {"answers", "body", "verdict", "plan", "planned", "delivered", "reasons", "inputs",
        "answer", "topics", "trials"}  # fmt: skip


def check_database(file: Path) -> str:
    """SQLite's own check, and that nothing in it runs by itself."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA trusted_schema=OFF").close()
            held = database.execute("SELECT type, name FROM sqlite_master").fetchall()
            whole = [said for (said,) in database.execute("PRAGMA integrity_check")]
    except sqlite3.Error as wrong:
        return f"its database cannot be read ({wrong})"
    if not {kind for kind, _ in held} <= {"table", "index"}:
        return "its database holds more than tables"
    if ("table", "alembic_version") not in held:
        return "its database is not one of retrowalk"
    return "" if whole == ["ok"] else "its database is damaged"


def check_tables(file: Path) -> str:
    """Our tables with our columns and no others."""
    wanted = {table.name: {column.name for column in table.columns}
              for table in Base.metadata.sorted_tables}  # fmt: skip
    with closing(sqlite3.connect(file)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        found = {name: {row[1] for row in database.execute(f'PRAGMA table_info("{name}")')}
                 for (name,) in tables if name in wanted}  # fmt: skip
        others = {name for (name,) in tables} - {*wanted, "alembic_version"}
        broken = database.execute("PRAGMA foreign_key_check").fetchone()
    alike = not others and found == wanted and not broken
    return "" if alike else "its tables are not those of retrowalk"


def check_values(file: Path) -> str:
    """That dates are dates, numbers numbers, and bodies JSON."""
    with closing(sqlite3.connect(file)) as database:
        for table in Base.metadata.sorted_tables:
            wrong = " OR ".join(f"NOT ({_right(column)})" for column in table.columns)
            asked = f'SELECT 1 FROM "{table.name}" WHERE {wrong} LIMIT 1'
            if database.execute(asked).fetchone() is not None:
                return f"its table {table.name} holds what no retrowalk wrote"
    return ""


def _right(column: Column[Any]) -> str:
    """What SQLite is asked about each value of a column; true or false, never null."""
    name = f'"{column.name}"'
    kind = f"typeof({name})"
    match column.type:
        case Utc() | Date():
            dated = "julianday" if isinstance(column.type, Utc) else "date"
            right = (f"{kind} = 'text' AND {dated}({name}) IS NOT NULL AND "
                     f"{PLAUSIBLE.format(name)}")  # fmt: skip
        case Integer():
            right = f"{kind} = 'integer'"
        case Float():
            right = f"{kind} IN ('integer', 'real')"
        case LargeBinary():
            right = f"{kind} = 'blob'"
        case _:
            right = f"{kind} = 'text'" + f" AND json_valid({name})" * (column.name in JSON)
    return f"{name} IS NULL OR ({right})" if column.nullable else right
