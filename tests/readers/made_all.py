"""One good file of every kind there is a reader for, and their mangling."""

import random
from importlib.util import find_spec
from pathlib import Path

from tests.readers import made, made_devices, made_markers
from tests.readers.mutating import mutated
from tests.readers.mutating_zips import mutated_zip

from retrowalk.words import Direction

ARCHIVES = (".zip", ".gt3x")


def in_process(folder: Path) -> dict[str, Path]:
    """What is read in this process."""
    kiel = {"imu_walk.mat": made_markers.kiel_imu, "omc_walk.mat": made_markers.kiel_omc}
    for name, tree in kiel.items():
        (folder / name).write_bytes(made_markers.mat(tree(Direction.FORWARD), packed=False))
    return {**made.written(folder), **made_devices.written(folder),
            **{name: folder / name for name in kiel}}  # fmt: skip


def boxed(folder: Path) -> dict[str, Path]:
    """What a foreign library reads in a process of its own, where the library is here."""
    found = made_devices.boxed(folder) if find_spec("actfast") else {}
    found["walk.parquet"] = made_devices.parquet(folder / "walk.parquet", *made.foot())
    if find_spec("ezc3d"):
        position, labels = made_markers.markers(Direction.FORWARD)
        found["walk.c3d"] = made_markers.c3d(folder / "walk.c3d", position, labels)
    return found


def mangled(name: str, content: bytes, chance: random.Random) -> bytes:
    """The file with faults; of a ZIP mostly with faults inside, which no checksum finds."""
    return (mutated_zip if name.endswith(ARCHIVES) else mutated)(content, chance)
