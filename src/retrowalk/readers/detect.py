"""Which reader a file belongs to, by what stands in it rather than by its name."""

from collections.abc import Callable
from pathlib import Path

from retrowalk.errors import BadRecording
from retrowalk.readers.bvh import read_bvh
from retrowalk.readers.delivery import Told
from retrowalk.readers.gaitmap import is_gaitmap, read_gaitmap
from retrowalk.readers.ipol import read_ipol
from retrowalk.readers.mobgap import read_mobgap
from retrowalk.readers.opening import bad, look, text_head
from retrowalk.readers.phone import read_phone
from retrowalk.readers.xio import WANTED as XIO_HEADER
from retrowalk.readers.xio import read_xio
from retrowalk.tables import Recording

KINDS = ("bvh", "ipol", "mobgap", "gaitmap", "xio", "csv")
ARCHIVES = {b"PK\x03\x04": "a ZIP archive", b"\x1f\x8b": "a gzip archive", b"7z\xbc\xaf": "a 7z "
            "archive", b"BZh": "a bzip2 archive", b"\xfd7zXZ": "an xz archive"}  # fmt: skip
KNOWN_BINARY = {
    b"\x89HDF": "a MATLAB 7.3 or HDF5 file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}


def _unheard(_: float) -> None: ...


def kind_of(path: Path, head: bytes) -> tuple[str, str]:
    """The reader's name and the head as text (empty for .mat), or one sentence."""
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
    text = text_head(path, head)
    return _kind_of_text(path.name, text), text


def _kind_of_text(name: str, text: str) -> str:
    first, _, rest = text.lstrip().partition("\n")
    second = rest.partition("\n")[0]
    if first.strip().upper() == "HIERARCHY":
        return "bvh"
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
    try:
        return _read(path, told, progress)
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
    kind, text = kind_of(path, look(path))
    match kind:
        case "bvh":
            return kind, (read_bvh(path, placement=told.placement, progress=progress),)
        case "mobgap":
            return kind, read_mobgap(path, told=told)
        case "ipol":
            return kind, (read_ipol(path, text, told=told),)
        case "gaitmap":
            return kind, (read_gaitmap(path, text, told=told),)
        case "xio":
            return kind, (read_xio(path, text, told=told),)
        case _:
            return kind, (read_phone(path, text, told=told),)
