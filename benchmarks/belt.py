"""`python -m benchmarks.belt`: our belt beside two libraries, on one treadmill, in one run."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.engines import OURS, SRC
from benchmarks.environments import (
    PEERS,
    Installed,
    NotInstalled,
    cache_folder,
    environment,
    interpreter,
)
from benchmarks.report import table, where

HERE = Path(__file__).parent
BEGIN, END = "<!-- belt -->", "<!-- /belt -->"
LEAST_PYTHON = {"pyftms": (3, 12), "walkingpad": (3, 11)}  # bumble needs 3.11
TIMEOUT_S = 900.0
SCENES = {
    "idle": "on an idle link",
    "slow": "behind a 1.5 s write",
    "slow_two": "behind two of them",
    "slow_answer": "behind a 1.5 s answer",
}
Found = Mapping[str, Any]


def measure(cache: Path) -> dict[str, Found]:
    """What each library did; `failed` with the reason where it could not be asked."""
    print(f"{OURS} …", flush=True)
    found = {OURS: _driven(Path(sys.executable), OURS)}
    for peer, least in LEAST_PYTHON.items():
        print(f"{peer} …", flush=True)
        found[peer] = _peer(peer, least, cache)
    return found


def _peer(peer: str, least: tuple[int, int], cache: Path) -> Found:
    base = interpreter(least)
    if base is None:
        return {"failed": f"not installed: needs Python {least[0]}.{least[1]}, none found here"}
    match environment(peer, cache, base):
        case Installed(python):
            return _driven(python, peer)
        case NotInstalled(why):
            return {"failed": f"not installed: {why}"}


def _driven(python: Path, name: str) -> Found:
    try:
        done = subprocess.run(
            [str(python), str(PEERS / f"belt_{name}.py")],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            env={**os.environ, "PYTHONPATH": str(SRC)},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as failed:
        return {"failed": f"did not finish: {failed}"}
    if done.returncode:
        return {"failed": f"did not finish: {(done.stderr.strip().splitlines() or ['?'])[-1]}"}
    answer: Found = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def lines(found: Mapping[str, Found]) -> list[tuple[str, ...]]:
    """The table's lines: one measurement of every library each."""
    say: list[tuple[str, str, Callable[[Found], str]]] = [
        ("wrong speeds on the wire", "speeds", lambda of: f"{of['wrong']} of {of['of']}")
    ]
    say += [(f"stop byte {how}, ms", each, _byte) for each, how in SCENES.items()]
    say += [(f"belt at rest {how}, s", each, _rest) for each, how in SCENES.items()]
    say += [(f"stop() {how} said", each, _said) for each, how in SCENES.items()]
    say += [("km/h shown 5 s after the key", "key", lambda of: f"{of['shown_kmh']:.1f}")]
    return [
        (what, *(_cell(each, scene, words) for each in found.values()))
        for what, scene, words in say
    ]


def _cell(found: Found, scene: str, words: Callable[[Found], str]) -> str:
    if "failed" in found:
        return "–"
    seen = found[scene]
    return f"failed: {seen['failed']}" if "failed" in seen else words(seen)


def _byte(seen: Found) -> str:
    return "never" if seen["byte_ms"] is None else f"{seen['byte_ms']:.1f}"


def _rest(seen: Found) -> str:
    return "not within 10 s" if seen["rest_s"] is None else f"{seen['rest_s']:.1f}"


def _said(seen: Found) -> str:
    return f"{seen['ended']}, {seen['returned_ms'] / 1000:.2f} s"


def whole(found: Mapping[str, Found], where_said: str) -> str:
    """The run as Markdown."""
    versions = "; ".join(
        f"{name}: {', '.join(f'{of} {version}' for of, version in each['versions'].items())}"
        for name, each in found.items()
        if "versions" in each
    )
    parts = [f"Command: `python -m benchmarks.belt`.  {where_said}", f"Versions – {versions}."]
    parts += [f"{name}: {each['failed']}." for name, each in found.items() if "failed" in each]
    return "\n\n".join([*parts, table(("", *found), lines(found))])


def write_readme(path: Path, text: str) -> None:
    """Put the table between its own two marks of the README."""
    before, _, rest = path.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")


def main(words: list[str] | None = None) -> int:
    """Measure, print, and keep; what the peers do never makes it fail."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.belt", description=__doc__)
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="where peers are kept")
    parser.add_argument("--out", type=Path, help="write JSON here and leave README.md alone")
    told = parser.parse_args(words)
    found = measure(told.cache)
    on = where()
    text = whole(found, on)
    print(f"\n{text}")
    kept = json.dumps({"where": on, "libraries": found}, indent=1, ensure_ascii=False) + "\n"
    (told.out or HERE / "belt.json").write_text(kept)
    if not told.out:
        write_readme(HERE / "README.md", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
