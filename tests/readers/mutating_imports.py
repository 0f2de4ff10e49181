"""Breaks what is brought from elsewhere where only its own reader notices.

XML whose values cannot be, FIT files whose checksums fit what was spoilt, backups whose manifest
vouches for a database that somebody changed.
"""

import hashlib
import io
import json
import random
import re
import sqlite3
import struct
import zipfile
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.readers.mutating import mutated
from tests.readers.mutating_zips import mutated_zip, packed

DATABASE, MANIFEST = "retrowalk.sqlite3", "manifest.json"
ODD = (
    *("", "0", "-1", "nan", "inf", "-inf", "1e999", "9" * 30, "0x10", "1,5", "x", "−3", "٣", "😀"),
    *("1899-12-31 23:59:59 +0000", "9999-12-31 99:99:99 -2359", "2023-02-30 10:00:00 +0100"),
    *("2023-03-26 02:30:00 +0100", "2023-10-29 02:30:00 +0200", "2023-10-29 02:30:00 +0100"),
    *("2030-01-01 00:00:00 +9999", "0001-01-01 00:00:00 +2359", "2024-01-01 00:00:00"),
    *("2024-05-01T10:00:00Z", "2024-05-01T10:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("0001-01-01T00:00:00+14:00", "24:00", "2024-W01-1", "km", "mi", "ft", "m", "yd", "s", "hr"),
    *("HKQuantityTypeIdentifierStepCount", "HKQuantityTypeIdentifierHeartRate", "a" * 70_000),
    *("HKWorkoutActivityTypeHiking", "90", "-90", "181", "1e308", "\u202e", "&amp;", "&#10;"),
)
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
)
CODECS = ("utf-16", "utf-7", "shift_jis", "cp1252", "idna", "none-such", "us-ascii", "utf-32")
SLIPS = ("../../slipped", "/tmp/slipped-retrowalk", "..\\slipped", f"../{DATABASE}", "slipped/",
         f"./{DATABASE}", "C:\\slipped", "a" * 300, "x\x00y", DATABASE.upper())  # fmt: skip
ORDERS = (
    "CREATE TRIGGER t AFTER INSERT ON walkers BEGIN DELETE FROM sessions; END",
    "CREATE VIEW v AS SELECT * FROM sessions", "CREATE TABLE more (id INTEGER)",
    "DROP TABLE marks", "ALTER TABLE marks ADD COLUMN more TEXT", "DELETE FROM walkers",
    "ALTER TABLE marks RENAME COLUMN did TO done", "UPDATE alembic_version SET version_num='9999'",
    "UPDATE alembic_version SET version_num='0001'", "DELETE FROM alembic_version",
    "DROP TABLE alembic_version", "UPDATE sessions SET walker_id = 99",
    "UPDATE sessions SET status = 'dancing'", "UPDATE sessions SET status = 'live'",
    "UPDATE sessions SET plan = 'nonsense'", "UPDATE sessions SET delivered = '{}'",
    "UPDATE sessions SET delivered = '[[[['", "UPDATE sessions SET began_at = 'yesterday'",
    "UPDATE sessions SET began_at = NULL", "UPDATE sessions SET ended_at = '1970-01-01'",
    "UPDATE sessions SET speed_up = 'fast'", "UPDATE sessions SET reasons = x'ff00ff'",
    "UPDATE events SET body = ''", "UPDATE events SET kind = 'Nothing'",
    "UPDATE events SET at_s = 1e308", "UPDATE profiles SET body = '{\"age_years\": -5}'",
    "UPDATE screenings SET verdict = 'null'", "UPDATE reviews SET body = '[]'",
    "UPDATE decisions SET answer = '{\"is\":\"Hold\"}'", "UPDATE prescriptions SET protocol = 'x'",
    "UPDATE prescriptions SET body = '0'", "UPDATE outcomes SET value = 'much'",
    "UPDATE outcomes SET value = 1e308", "UPDATE outcomes SET outcome = '../x'",
    "UPDATE outcomes SET \"on\" = '2026-13-45'", "UPDATE outcomes SET trials = '\"'",
    "UPDATE imports SET body = '7'", "UPDATE activities SET began_at = 'nine'",
    "UPDATE activities SET kind = 'flying'", "UPDATE activities SET duration_s = -1e300",
    "UPDATE activity_days SET \"on\" = 'today'", "UPDATE recordings SET content = 'text'",
    "PRAGMA user_version = 7", "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'x'",
    "INSERT INTO walkers (id, at) VALUES (0, '2000-01-01 00:00:00.000000')",
)  # fmt: skip


def spoilt(name: str, content: bytes, chance: random.Random) -> bytes:
    """The file with faults of its own kind, or of any."""
    if name.startswith("backup"):
        return _backup(content, chance)
    if name.endswith(".zip"):
        return _health_zip(content, chance)
    if name.endswith(".fit"):
        return _fit(content, chance)
    return _xml(content, chance)


def _xml(content: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.35:
        return mutated(content, chance)
    text = content.decode("utf-8", "replace")
    for _ in range(chance.choice((1, 2, 8))):
        text = chance.choice((_value, _value, _text, _swapped, _doctype, _codec))(text, chance)
    codec = chance.choice(("utf-8",) * 8 + ("utf-16", "utf-8-sig", "utf-32", "cp1252"))
    return text.encode(codec, "replace")


def _value(text: str, chance: random.Random) -> str:
    """An attribute's value in place of which stands another."""
    found = list(re.finditer(r'="([^"]*)"', text))
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start(1)] + chance.choice(ODD) + text[one.end(1) :]


def _text(text: str, chance: random.Random) -> str:
    found = list(re.finditer(r">([^<>]+)<", text))
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start(1)] + chance.choice(ODD) + text[one.end(1) :]


def _swapped(text: str, chance: random.Random) -> str:
    """Two elements in each other's place, or one of them many times: dates out of order."""
    parts = text.split("\n") if text.count("\n") > 3 else re.split(r"(?<=>)(?=<)", text)
    i, j = chance.randrange(len(parts)), chance.randrange(len(parts))
    parts[i], parts[j] = parts[j], parts[i] * chance.choice((0, 1, 1, 400))
    return ("\n" if text.count("\n") > 3 else "").join(parts)


def _doctype(text: str, chance: random.Random) -> str:
    head, mark, rest = text.partition("?>")
    used = rest.replace(">", ">&c;", 3) if chance.random() < 0.5 else rest
    return head + mark + chance.choice(ENTITIES) + used


def _codec(text: str, chance: random.Random) -> str:
    named = f'<?xml version="1.0" encoding="{chance.choice(CODECS)}"?>'
    return re.sub(r"<\?xml.*?\?>", named, text, count=1)


def _health_zip(content: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return mutated_zip(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {entry: archive.read(entry) for entry in archive.namelist()}
    made = {entry: _xml(inside, chance) for entry, inside in held.items()}
    if chance.random() < 0.3:
        made[chance.choice(SLIPS) + ".xml"] = next(iter(held.values()))
    return packed(made)


def _fit(content: bytes, chance: random.Random) -> bytes:
    """Half the time with a length and checksums that fit."""
    broken = _overwritten(content, chance) if chance.random() < 0.6 else mutated(content, chance)
    if chance.random() < 0.2 or len(broken) < 16:
        return broken
    size = content[0]  # of the header: 14 with a checksum of its own, 12 without
    body = broken[size:-2]
    head = content[:4] + struct.pack("<I", len(body)) + b".FIT"
    head += struct.pack("<H", crc(head)) if size == 14 else b""
    return head + body + struct.pack("<H", crc(head + body))


def _overwritten(content: bytes, chance: random.Random) -> bytes:
    """Values given others of the same size, so that what follows is still where it was."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        odd = chance.choice((b"\xff" * 4, bytes(4), b"\xff\xff", b"\x7f", chance.randbytes(4)))
        at = chance.randrange(14, len(made) - len(odd))
        made[at : at + len(odd)] = odd
    return bytes(made)


NIBBLES = (0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
           0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)  # fmt: skip


def crc(content: bytes) -> int:
    """FIT's checksum, a nibble at a time."""
    made = 0
    for byte in content:
        for nibble in (byte & 15, byte >> 4):
            made = (made >> 4) ^ NIBBLES[made & 15] ^ NIBBLES[nibble]
    return made


def _backup(content: bytes, chance: random.Random) -> bytes:
    kind = chance.random()
    if kind < 0.2:
        return mutated_zip(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {entry: archive.read(entry) for entry in archive.namelist()}
    if kind < 0.35:
        held[MANIFEST] = _text_or_bytes(held[MANIFEST], chance)
    elif kind < 0.45:
        held[chance.choice(SLIPS)] = b"slipped"
    elif kind < 0.65:
        held[DATABASE] = mutated(held[DATABASE], chance)
        held[MANIFEST] = vouching(held[MANIFEST], held[DATABASE])
    else:
        held[DATABASE] = _ordered(held[DATABASE], chance)
        held[MANIFEST] = vouching(held[MANIFEST], held[DATABASE])
    return packed(held, zipfile.ZIP_DEFLATED)


def _text_or_bytes(content: bytes, chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return mutated(content, chance)
    told = json.loads(content)
    where = told["files"][DATABASE] if chance.random() < 0.5 else told
    where[chance.choice(sorted(where))] = chance.choice((None, 0, -1, 1 << 62, "x", [], {}, True))
    return json.dumps(told).encode()


def vouching(manifest: bytes, database: bytes) -> bytes:
    """The manifest with the size and the checksum of this database."""
    told = json.loads(manifest)
    told["files"][DATABASE] = {
        "bytes": len(database),
        "sha256": hashlib.sha256(database).hexdigest(),
    }
    return json.dumps(told).encode()


def _ordered(database: bytes, chance: random.Random) -> bytes:
    """The database after one to three orders nobody of ours would give."""
    with TemporaryDirectory(prefix="retrowalk-fuzz-") as folder:
        file = Path(folder) / "one"
        file.write_bytes(database)
        with closing(sqlite3.connect(file, isolation_level=None)) as opened:
            for order in chance.sample(ORDERS, chance.choice((1, 1, 3))):
                with suppress(sqlite3.Error):
                    opened.executescript(order)
        return file.read_bytes()
