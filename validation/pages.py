"""Write the measured numbers into docs/accuracy.md, between its markers, and nowhere else.

<!-- measured measure.forward -->
(a table of every kept promise whose id begins so)
<!-- end -->
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
PLACE = re.compile(r"(<!-- measured (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = Mapping[str, object]


def rewrite(rows: Iterable[Row], page: Path = PAGE) -> None:
    """Put today's numbers where the page asks for them."""
    kept = list(rows)
    page.write_text(PLACE.sub(lambda found: _filled(found, kept), page.read_text()))


def _filled(found: re.Match[str], rows: list[Row]) -> str:
    begin, prefix, end = found.groups()
    return begin + _table([row for row in rows if str(row["id"]).startswith(prefix)]) + end


def _table(rows: list[Row]) -> str:
    if not rows:
        return "Not measured yet.\n"
    head = "| promise | measured | target | | command |\n|---|---|---|---|---|\n"
    return head + "".join(_line(row) for row in rows)


def _line(row: Row) -> str:
    value = f"{row['value']:.4g} {row['unit']}".strip()
    met = "ok" if row["ok"] else "**short**"
    return f"| {row['id']} | {value} | {row['target']} | {met} | `{row['command']}` |\n"
