"""A server begins without what only some pages need: a Raspberry Pi beside a treadmill is slow."""

import subprocess
import sys

LATER = ("scipy", "statsmodels", "pandas", "polars", "icalendar", "reportlab", "bumble")


def test_what_only_some_pages_need_is_not_loaded_at_the_start() -> None:
    code = f"import retrowalk.web.app, sys; print([n for n in {LATER} if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
