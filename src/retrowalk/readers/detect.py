"""Which reader a file belongs to, by what stands in it rather than by its name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from retrowalk.errors import BadRecording
from retrowalk.readers.actigraphy import CWA_HEAD, GENEACTIV_HEAD, read_actigraphy
from retrowalk.readers.archives import is_logger_folder, names_in, refuse_bomb
from retrowalk.readers.bvh import read_bvh
from retrowalk.readers.c3d import is_c3d, read_c3d
from retrowalk.readers.delivery import Told
from retrowalk.readers.gaitmap import is_gaitmap, read_gaitmap
from retrowalk.readers.ipol import read_ipol
from retrowalk.readers.kiel import is_kiel, read_kiel
from retrowalk.readers.loggers import read_loggers
from retrowalk.readers.mobgap import loaded, read_mobgap
from retrowalk.readers.opening import bad, look, text_head
from retrowalk.readers.parquet import read_parquet
from retrowalk.readers.phone import read_phone
from retrowalk.readers.xio import WANTED as XIO_HEADER
from retrowalk.readers.xio import read_xio
from retrowalk.tables import Recording

KINDS = ("bvh", "ipol", "mobgap", "gaitmap", "xio", "csv", "kiel", "c3d", "parquet", "loggers",
         "cwa", "gt3x", "geneactiv")  # fmt: skip
DEVICES = {"cwa": "an Axivity CWA recording", "gt3x": "an ActiGraph GT3X recording",
           "geneactiv": "a GENEActiv recording"}  # fmt: skip
ZIP_HEAD = b"PK\x03\x04"
GT3X_INSIDE = {"info.txt", "log.bin"}
TABLE_ENDINGS = (".csv", ".txt")
ARCHIVES = {ZIP_HEAD: "a ZIP archive", b"\x1f\x8b": "a gzip archive", b"7z\xbc\xaf": "a 7z "
            "archive", b"BZh": "a bzip2 archive", b"\xfd7zXZ": "an xz archive"}  # fmt: skip
KNOWN_BINARY = {
    b"\x89HDF": "a MATLAB 7.3 or HDF5 file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def _unheard(_: float) -> None: ...


def kind_of(path: Path, head: bytes) -> tuple[str, str]:
    """The reader's name and the head as text (empty for a binary kind), or one sentence."""
    if head.startswith(ZIP_HEAD):
        inside = names_in(path)
        if inside >= GT3X_INSIDE:
            return "gt3x", ""
        if any(name.lower().endswith(TABLE_ENDINGS) for name in inside):
            return "loggers", ""
    if head.startswith(b"PAR1"):
        return "parquet", ""
    if head.startswith(CWA_HEAD):
        return "cwa", ""
    for magic, what in ARCHIVES.items():
        if head.startswith(magic):
            raise bad(path, f"this is {what}", "the recording itself", "unpack it first")
    for magic, what in KNOWN_BINARY.items():
        if head.startswith(magic):
            raise bad(path, f"this is {what}", "CSV, BVH, ipol text or a .mat file up to version 7",
                      "save it as one of these")  # fmt: skip
    if head[8:12] == b".FIT":
        raise bad(path, "this is a FIT activity", "a recording of acceleration and angular rate",
                  "a watch's activity file does not hold these")  # fmt: skip
    if head.startswith(b"MATLAB 5.0"):
        return "mobgap", ""
    if is_c3d(head):
        return "c3d", ""
    text = text_head(path, head)
    return _kind_of_text(path.name, text), text


def _kind_of_text(name: str, text: str) -> str:
    first, _, rest = text.lstrip().partition("\n")
    second = rest.partition("\n")[0]
    if first.strip().upper() == "HIERARCHY":
        return "bvh"
    if first.startswith(GENEACTIV_HEAD):
        return "geneactiv"
    if "PacketCounter" in first or (first.startswith("Acquisition") and "PacketCounter" in second):
        return "ipol"
    if is_gaitmap(name, text):
        return "gaitmap"
    if all(column in first for column in XIO_HEADER):
        return "xio"
    return "csv"


def read(
    path: Path, *, told: Told = Told(), progress: Callable[[float], None] = _unheard
) -> tuple[str, tuple[Recording, ...]]:
    """The reader's name and the recordings a file holds (a .mat may hold several trials).

    Raises BadRecording, and nothing else, for anything that is no usable recording.
    """
    with guarded(path):
        return _read(path, told, progress)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Whatever may go wrong with a stranger's file, as BadRecording."""
    try:
        yield
    except BadRecording:
        raise
    except MemoryError:
        raise bad(path, "it needs more memory than there is", "a smaller recording",
                  "split it and measure the parts") from None  # fmt: skip
    except (OSError, UnicodeError) as fault:
        raise bad(path, f"it cannot be read ({type(fault).__name__})", "a readable file",
                  "copy it to a folder of yours and try again") from None  # fmt: skip


def _read(
    path: Path, told: Told, progress: Callable[[float], None]
) -> tuple[str, tuple[Recording, ...]]:
    if is_logger_folder(path):
        return "loggers", (read_loggers(path, told=told),)
    kind, text = kind_of(path, look(path))
    match kind:
        case "bvh":
            return kind, (read_bvh(path, placement=told.placement, progress=progress),)
        case "mobgap":
            root = loaded(path)
            if is_kiel(root):
                return "kiel", (read_kiel(path, root, told=told),)
            return kind, read_mobgap(path, root, told=told)
        case "c3d":
            return kind, (read_c3d(path, placement=told.placement),)
        case "parquet":
            return kind, (read_parquet(path, told=told),)
        case "loggers":
            return kind, (read_loggers(path, told=told),)
        case "cwa" | "gt3x" | "geneactiv":
            if kind == "gt3x":
                refuse_bomb(path)
            return kind, (read_actigraphy(path, DEVICES[kind], told=told),)
        case "ipol":
            return kind, (read_ipol(path, text, told=told),)
        case "gaitmap":
            return kind, (read_gaitmap(path, text, told=told),)
        case "xio":
            return kind, (read_xio(path, text, told=told),)
        case _:
            return kind, (read_phone(path, text, told=told),)
