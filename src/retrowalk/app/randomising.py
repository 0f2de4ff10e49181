"""Lists of arms on disk: what may lie open, what is sealed, and the recipe that makes it again."""

import csv
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from io import StringIO
from pathlib import Path
from secrets import randbelow
from typing import Any

from retrowalk.errors import BadTrial
from retrowalk.evidence import chance
from retrowalk.evidence.minimise import Choice, Evenness, Given, Minimisation, allocate, evenness
from retrowalk.evidence.randomise import Blocks, Foreseen, allocation_list, foreseen
from retrowalk.readers.authored import text_of

__all__ = ["Blocks", "Minimisation", "any_seed", "begin_minimising", "blocks_of", "next_person",
           "pairs", "write_blocks"]  # fmt: skip

OPEN = ("number", "stratum", "person", "date")
SEALED = ("number", "stratum", "arm", "block", "block_size")
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Written:
    """Where everything went.  Only `open` may be seen by those who take people in."""

    open: Path
    sealed: Path
    recipe: Path
    places: int
    foreseen: Foreseen


def any_seed() -> int:
    """One that nobody chose."""
    return randbelow(chance.MOST_SEED)


def pairs(given: Iterable[str], what: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """sex=f,m as a name and its levels.  BadTrial: it is written otherwise, or twice."""
    found: dict[str, tuple[str, ...]] = {}
    for text in given:
        name, _, levels = text.partition("=")
        split = tuple(level.strip() for level in levels.split(",") if level.strip())
        if not name.strip() or not split or name.strip() in found or len(set(split)) < len(split):
            raise BadTrial(
                f"{text[:60]!r} came as a {what}; a name of its own and its levels are expected, "
                "as in sex=f,m."
            )
        found[name.strip()] = split
    return tuple(found.items())


def write_blocks(path: Path, blocks: Blocks) -> Written:
    """The list in three files; BadTrial where one of them is there already."""
    places = allocation_list(blocks)
    made = Written(path, _beside(path, "sealed", ".csv"), _beside(path, "recipe", ".json"),
                   len(places), foreseen(blocks))  # fmt: skip
    _refuse_old(made.open, made.sealed, made.recipe)
    _table(made.open, OPEN, ((p.number, p.stratum, "", "") for p in places))
    sealed = ((p.number, p.stratum, p.arm, p.block, p.block_size) for p in places)
    _table(made.sealed, SEALED, sealed, secret=True)
    _write(made.recipe, json.dumps(_recipe(blocks), indent=1) + "\n", secret=True)
    return made


def _recipe(blocks: Blocks) -> dict[str, object]:
    return _made_with("permuted blocks", blocks.seed) | {
        "arms": blocks.arms, "ratio": blocks.shares, "people": blocks.people,
        "block_sizes": blocks.block_sizes, "strata": dict(blocks.strata),
    }  # fmt: skip


def blocks_of(recipe: Path) -> Blocks:
    """What a recipe says; `write_blocks` makes the same list of it."""
    told = _read(recipe, "permuted blocks")
    try:
        return Blocks(
            tuple(told["arms"]), people=int(told["people"]), seed=int(told["seed"]),
            strata=tuple((name, tuple(levels)) for name, levels in told["strata"].items()),
            sizes=tuple(told["block_sizes"]), ratio=tuple(told["ratio"]),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _not_ours(recipe) from error


def begin_minimising(path: Path, rule: Minimisation, *, people: int) -> tuple[Path, Evenness]:
    """An empty sealed log and its recipe, and how even and foreseeable such a list becomes."""
    recipe = _beside(path, "recipe", ".json")
    _refuse_old(path, recipe)
    told = _made_with("minimisation", rule.seed) | {
        "arms": rule.arms, "factors": dict(rule.factors), "preferred": rule.preferred,
    }  # fmt: skip
    found = evenness(rule, people)
    _write(recipe, json.dumps(told, indent=1) + "\n", secret=True)
    _table(path, ("person", *(name for name, _ in rule.factors), "arm"), (), secret=True)
    return recipe, found


def next_person(path: Path, person: str, levels: Mapping[str, str]) -> Choice:
    """The next person's arm, written into the log at once.  BadTrial: twice, or not known."""
    rule = _rule_of(_beside(path, "recipe", ".json"))
    rows = _rows(path)
    if not person.strip() or any(row["person"] == person for row in rows):
        raise BadTrial(
            f"{person!r} has an arm already, or is no name; please give the next person."
        )
    names = [name for name, _ in rule.factors]
    given = [Given({name: row[name] for name in names}, arm=row["arm"]) for row in rows]
    choice = allocate(rule, given, levels)
    with path.open("a", newline="", encoding="utf-8") as log:
        csv.writer(log).writerow([person, *(levels[name] for name in names), choice.arm])
        log.flush()
        os.fsync(log.fileno())  # an arm told and not kept would be given twice
    return choice


def _rule_of(recipe: Path) -> Minimisation:
    told = _read(recipe, "minimisation")
    try:
        return Minimisation(
            tuple(told["arms"]), seed=int(told["seed"]), preferred=float(told["preferred"]),
            factors=tuple((name, tuple(levels)) for name, levels in told["factors"].items()),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _not_ours(recipe) from error


def _made_with(method: str, seed: int) -> dict[str, object]:
    try:
        ours = version("retrowalk")
    except PackageNotFoundError:
        ours = "not installed"
    return {"method": method, "seed": seed, "draws_version": chance.VERSION, "retrowalk": ours}


def _read(recipe: Path, method: str) -> dict[str, Any]:
    text = text_of(recipe, one="recipe", refused=BadTrial).text
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict) or told.get("method") != method:
        raise _not_ours(recipe)
    if told.get("draws_version") != chance.VERSION:
        raise BadTrial(
            f"{recipe.name} was made with draws of version {told.get('draws_version')}, and this "
            f"retrowalk draws by version {chance.VERSION}; please use retrowalk "
            f"{told.get('retrowalk')}."
        )
    return told


def _beside(path: Path, word: str, ending: str) -> Path:
    return path.with_name(f"{path.stem}-{word}{ending}")


def _refuse_old(*paths: Path) -> None:
    for path in paths:
        if path.exists():
            raise BadTrial(
                f"{path} is there already, and a list of arms is never written over; please choose "
                "another name."
            )


def _table(
    path: Path, head: Sequence[str], rows: Iterable[Sequence[object]], *, secret: bool = False
) -> None:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    _write(path, text.getvalue(), secret=secret)


def _write(path: Path, text: str, *, secret: bool) -> None:
    """A new file; a sealed one is its owner's alone from the first byte on."""
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY if secret else 0o644)
        with open(made, "w", newline="", encoding="utf-8") as file:  # noqa: PTH123 -- a descriptor
            file.write(text)
    except OSError as error:
        why = (error.strerror or "the disk gave no reason").lower()
        raise BadTrial(f"{path} cannot be written ({why}); please choose another place.") from None


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text_of(path, one="log", refused=BadTrial).text)))


def _not_ours(recipe: Path) -> BadTrial:
    return BadTrial(
        f"{recipe.name} is no recipe of ours for this; please name the one beside the list."
    )
