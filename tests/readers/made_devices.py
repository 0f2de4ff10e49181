"""Small recordings of wrist and belt devices, and of phone loggers, as these write them.

From: Open Movement's CWA, ActiGraph's GT3X and Activinsights' GENEActiv descriptions.
"""

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from tests.readers import made

from retrowalk.tables import Floats
from retrowalk.units import DEGREE, STANDARD_GRAVITY_MPS2

G = STANDARD_GRAVITY_MPS2
RATE_HZ = 100
CWA_YEAR, CWA_MONTH, CWA_DAY, CWA_HOUR = 26, 5, 1, 10
UNIX_S = 1_777_629_600  # 2026-05-01 10:00 UTC
CWA_ACC, CWA_GYR = 2048, 32768 / 2000  # steps for each g and deg/s at the scales below


def cwa(acc: Floats, gyr: Floats | None = None) -> bytes:
    """An AX6 where there is angular rate, else an AX3 without packing; m/s² and rad/s."""
    axes = 3 if gyr is None else 6
    each = 480 // (2 * axes)
    head = bytearray(1024)
    struct.pack_into("<2sH", head, 0, b"MD", 1020)
    head[4], head[36] = (0x00 if gyr is None else 0x64), 0x4A  # 100 a second, ±8 g
    rows = np.round(acc / G * CWA_ACC)
    if gyr is not None:
        rows = np.hstack([np.round(gyr / DEGREE * CWA_GYR), rows])
    blocks = [
        _block(rows[i : i + each], i, i // each) for i in range(0, len(rows) - each + 1, each)
    ]
    return bytes(head) + b"".join(blocks)


def _block(rows: Floats, first: int, number: int) -> bytes:
    seconds, part = divmod(first, RATE_HZ)
    fraction = part * 32768 // RATE_HZ
    stamp = (CWA_YEAR << 26 | CWA_MONTH << 22 | CWA_DAY << 17 | CWA_HOUR << 12
             | (seconds // 60) << 6 | seconds % 60)  # fmt: skip
    block = bytearray(512)
    struct.pack_into("<2sHHIII", block, 0, b"AX", 508, 0x8000 | fraction, 1, number, stamp)
    struct.pack_into("<H", block, 18, 3 << 13 | 2 << 10)  # 1/2048 g and 2000 deg/s a step
    block[24], block[25] = 0x4A, rows.shape[1] << 4 | 2
    struct.pack_into("<hH", block, 26, -(fraction * 2 * RATE_HZ >> 16), len(rows))
    block[30:510] = rows.astype("<i2").tobytes()
    total = sum(struct.unpack("<255H", block[:510])) & 0xFFFF
    struct.pack_into("<H", block, 510, -total & 0xFFFF)
    return bytes(block)


def geneactiv(acc: Floats) -> bytes:
    """Pages of 300 readings as hexadecimal text; m/s²."""
    lines = ["Device Identity", "Device Type:GENEActiv", "", "Calibration Data"]
    lines += [f"{axis} {what}" for axis in "xyz" for what in ("gain:25600", "offset:0")]
    lines += ["Volts:300", "Lux:800", "", "Memory Status", f"Number of Pages:{len(acc) // 300}"]
    lines += [""] * (59 - len(lines))
    steps = np.round(acc / G * 256).astype(int) & 0xFFF
    for page in range(len(acc) // 300):
        words = [f"{x << 36 | y << 24 | z << 12:012X}" for x, y, z in steps[page * 300 :][:300]]
        clock = f"{page * 3 // 60:02}:{page * 3 % 60:02}"
        lines += ["Recorded Data", "Device Unique Serial Code:1", f"Sequence Number:{page}",
                  f"Page Time:2026-05-01 10:{clock}:000", "Unassigned:", "Temperature:23.0",
                  "Battery voltage:4.0", "Device Status:Recording",
                  f"Measurement Frequency:{RATE_HZ:.1f}", "".join(words)]  # fmt: skip
    return ("\r\n".join(lines) + "\r\n").encode()


def gt3x(acc: Floats) -> bytes:
    """One record of packed readings a second, after the parameters; m/s²."""
    rate = struct.pack("<II", 10 << 16 | 1, RATE_HZ)
    scale = struct.pack("<II", 55 << 16, 0x09400000)  # 256 steps a g, as 0.5 × 2⁹
    log = _record(21, UNIX_S, rate + scale)
    steps = np.round(acc / G * 256).astype(int)[:, [1, 0, 2]] & 0xFFF
    for second in range(len(acc) // RATE_HZ):
        bits = "".join(f"{step:012b}" for step in steps[second * RATE_HZ :][:RATE_HZ].ravel())
        log += _record(0, UNIX_S + second, int(bits, 2).to_bytes(len(bits) // 8, "big"))
    info = f"Serial Number: X\nSample Rate: {RATE_HZ}\nAcceleration Scale: 256.0\n"
    return zipped({"info.txt": info, "log.bin": log})


def _record(kind: int, at: int, payload: bytes) -> bytes:
    record = struct.pack("<BBIH", 0x1E, kind, at, len(payload)) + payload
    check = 0
    for byte in record:
        check ^= byte
    return record + bytes([~check & 0xFF])


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def sensor_logger(time_s: Floats, acc: Floats, gyr: Floats, *, total: bool = True,
                  ios: bool = False, standardised: bool = False) -> dict[str, str]:  # fmt: skip
    """Its tables: nanoseconds, z before y before x; the gyroscope a little later and unevenly."""
    sign = -1.0 if ios and not standardised else 1.0
    down = np.array([0.0, 0.0, G]) + 0.0 * acc
    platform = "ios" if ios else "android"
    tables = {
        "Metadata.csv": "version,device name,recording time,platform,appVersion,standardisation\n"
        f"3,phone,2026-05-01_10-00-00,{platform},1.40,{str(standardised).lower()}\n",
        "Accelerometer.csv": _zyx(time_s, sign * (acc - down)),
        "Gravity.csv": _zyx(time_s, sign * down),
        "Gyroscope.csv": _zyx(time_s[1:-1] + 0.004, _at(time_s[1:-1] + 0.004, time_s, gyr)),
        "Light.csv": "time,seconds_elapsed,lux\n1,0.1,30\n2,0.2,31\n3,0.3,31\n",
        "Annotation.csv": "time,seconds_elapsed,text,millisecond_press_duration\n",
    }
    if total:
        tables["TotalAcceleration.csv"] = _zyx(time_s, sign * acc)
    return tables


def _at(at_s: Floats, time_s: Floats, values: Floats) -> Floats:
    return np.stack([np.interp(at_s, time_s, column) for column in values.T], axis=1)


def _zyx(time_s: Floats, values: Floats) -> str:
    rows = ["time,seconds_elapsed,z,y,x"]
    for t, (x, y, z) in zip(time_s, values, strict=True):
        rows.append(f"{UNIX_S * 10**9 + round(t * 1e9)},{t:.9f},{z:.9f},{y:.9f},{x:.9f}")
    return "\n".join(rows) + "\n"


def phyphox(time_s: Floats, acc: Floats, gyr: Floats, *, separator: str = ",",
            decimal: str = ".") -> dict[str, str]:  # fmt: skip
    """Its zipped export: a table a sensor, numbers in scientific notation, names in quotes."""

    def table(kind: str, unit: str, values: Floats) -> str:
        names = ["Time (s)", *(f"{kind} {axis} ({unit})" for axis in "xyz")]
        rows = [separator.join(f'"{name}"' for name in names)]
        for row in np.column_stack((time_s, values)):
            rows.append(separator.join(f"{cell:.9E}".replace(".", decimal) for cell in row))
        return "\n".join(rows) + "\n"

    return {
        "Accelerometer.csv": table("Acceleration", "m/s^2", acc),
        "Gyroscope.csv": table("Gyroscope", "rad/s", gyr),
        "meta/device.csv": f'"property"{separator}"value"\n"version"{separator}"1.1.15"\n',
        "meta/time.csv": f'"event"{separator}"experiment time"\n"START"{separator}0\n',
    }


def parquet(path: Path, time_s: Floats, acc: Floats, gyr: Floats) -> Path:
    columns = np.column_stack((time_s, acc, gyr)).T
    pl.DataFrame(dict(zip(made.PHONE, columns, strict=True))).write_parquet(path)
    return path


def written(folder: Path) -> dict[str, Path]:
    """One good file of every kind read in this process."""
    time_s, acc, gyr = made.foot()
    texts = {
        "logger.zip": zipped(sensor_logger(time_s, acc, gyr)),
        "phyphox.zip": zipped(phyphox(time_s, acc, gyr, separator=";", decimal=",")),
    }
    for name, content in texts.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in texts}


def boxed(folder: Path) -> dict[str, Path]:
    """One good file of every kind a foreign library reads in a process of its own."""
    _, acc, gyr = made.foot()
    texts = {"ax6.cwa": cwa(acc, gyr), "walk.gt3x": gt3x(acc), "wrist.bin": geneactiv(acc)}
    for name, content in texts.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in texts}
