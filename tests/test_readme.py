"""What README shows in Python does what it says."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"
SHOWN = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)


@pytest.mark.parametrize("code", SHOWN)
def test_the_python_in_readme_runs(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, "README.md", "exec"), {})
    assert re.search(r"[1-9]\d* s backward", capsys.readouterr().out)


def test_there_is_python_in_readme() -> None:
    assert SHOWN
