"""Who may import whom, and what the pure modules may not touch."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "retrowalk"

NOUNS = "words tables units errors"
ENGINES = "gait programme live outcomes evidence"
ADAPTERS = "treadmill readers writers store present pictures sounds lan"
MAY_IMPORT = {
    "units": "",
    "errors": "",
    "words": "units errors",
    "tables": "words units errors",
    "gait": NOUNS,
    "authored": NOUNS,
    "programme": f"authored {NOUNS}",
    "outcomes": f"authored {NOUNS}",
    "live": NOUNS,
    "evidence": f"authored {NOUNS}",
    "treadmill": f"live {NOUNS}",
    "readers": f"gait {NOUNS}",
    "writers": f"gait {NOUNS}",
    "store": f"live {NOUNS}",
    "lan": NOUNS,
    "present": f"live {NOUNS}",
    "sounds": f"live {NOUNS}",
    "pictures": f"present live {NOUNS}",
    "app": f"{ENGINES} {ADAPTERS} {NOUNS}",
    "cli": f"app web {ADAPTERS} {NOUNS}",
    "web": f"app present pictures sounds {NOUNS}",
    "__main__": "cli",
}
PURE = ("words", "tables", "units", "errors", "authored", "gait", "programme", "live",
        "outcomes", "evidence")  # fmt: skip
IMPURE = {
    "asyncio", "time", "random", "secrets", "socket", "sqlite3", "logging",
    "os", "sys", "pathlib", "io", "subprocess", "threading", "importlib",
}  # fmt: skip
CLOCK = {"now", "today", "utcnow"}
UNITS_ONLY = {9.81, 9.80665, 3.6, 1609.344}
NOT_USED = {"manager", "helper", "helpers", "util", "utils", "data", "info", "process", "handle",
            "workout", "user"}  # fmt: skip

MODULES = sorted(p for p in SRC.rglob("*.py") if p != SRC / "__init__.py")


def part_of(path: Path) -> str:
    return path.relative_to(SRC).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def name(path: Path) -> str:
    return str(path.relative_to(SRC))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_point_inward(path: Path) -> None:
    part = part_of(path)
    for imported in imports(path):
        package, _, rest = imported.partition(".")
        if package == "retrowalk" and rest:
            assert rest.split(".")[0] in {part, *MAY_IMPORT[part].split()}, imported
        assert part not in PURE or package not in IMPURE, f"{imported} in a pure module"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_pure_modules_are_told_the_time(path: Path) -> None:
    tree = ast.parse(path.read_text())
    asked = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)} & CLOCK
    assert not (part_of(path) in PURE and asked), f"{asked}: pass the time in"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_conversion_factors_stand_in_units_only(path: Path) -> None:
    constants = {n.value for n in ast.walk(ast.parse(path.read_text()))
                 if isinstance(n, ast.Constant) and isinstance(n.value, float)}  # fmt: skip
    assert part_of(path) == "units" or not constants & UNITS_ONLY, constants & UNITS_ONLY


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_module_class_or_function_bears_an_empty_word(path: Path) -> None:
    named = [n.name for n in ast.walk(ast.parse(path.read_text()))
             if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]  # fmt: skip
    for word in (path.stem, *named):
        assert not set(word.lower().strip("_").split("_")) & NOT_USED, word


def test_every_part_of_the_house_has_its_rule() -> None:
    assert {part_of(p) for p in MODULES} <= set(MAY_IMPORT)
