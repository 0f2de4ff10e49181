"""Which marker is the heel: labels as the common optical marker sets write them.

    Plug-in Gait     LHEE LTOE LANK LKNE LTIB LASI LPSI SACR
    IOR and ISB      L_FCC L_FM1 L_FM5 L_FAL L_TAM L_FLE L_FME L_TTC L_IAS L_IPS
    Davis at BTS     l heel, l met, l mall, l knee 1, l bar 2, l asis, sacrum
    Kiel             l_heel l_toe l_ank l_sk1 … l_sk4 l_asis l_psis

A label's part in front of a colon names the person; case and punctuation do not count.
"""

import re
from collections.abc import Sequence

PARTS = {  # part → what is left of a label without its side
    "heel": ("heel", "hee", "fcc", "calc", "calcaneus", "cal", "heelback"),
    "toe": ("toe", "met", "fm2", "mt2", "mth2", "met2", "2ndmet", "fmt2", "toe2", "meta2"),
    "inner toe": ("fm1", "mt1", "mth1", "met1", "1stmet", "meta1", "toein"),
    "outer toe": ("fm5", "mt5", "mth5", "met5", "5thmet", "meta5", "toeout"),
    "ankle": ("ank", "ankle", "fal", "mall", "latmall", "ankleout", "anklelat", "malleolus"),
    "inner ankle": ("tam", "medmall", "anklein", "anklemed", "mmal", "ankmed"),
    "knee": ("kne", "knee", "fle", "knee1", "kneeout", "kneelat", "latknee"),
    "inner knee": ("fme", "kneein", "kneemed", "mkne", "knemed", "medknee"),
    "shin 1": ("ttc", "tib", "tibia", "sk1", "shank1", "shank"),
    "shin 2": ("sk2", "shank2", "bar2", "wand2"),
    "shin 3": ("sk3", "shank3"),
    "shin 4": ("sk4", "shank4"),
    "asis": ("asi", "asis", "ias", "frontpelvis"),
    "psis": ("psi", "psis", "ips", "backpelvis"),
}
MIDDLE = {"sacrum": ("sacr", "sacrum", "vsacral", "sac", "sacral")}
SIDES = ("left", "right")
BEHIND = re.compile(r"[a-z][LR]$|[^A-Za-z][lrLR]$")  # HeelL, Heel_L; the l of heel is no side


def plain(label: str) -> str:
    """A label without case, punctuation or the person's name."""
    return "".join(c for c in label.rsplit(":", 1)[-1].lower() if c.isalnum())


def found(labels: Sequence[str]) -> dict[str, int]:
    """Where each known part is among the labels: "left heel" → 3; the first of a name counts."""
    at: dict[str, int] = {}
    for i, label in enumerate(labels):
        for part in _meanings(label):
            at.setdefault(part, i)
    return at


def _meanings(label: str) -> list[str]:
    name = plain(label)
    parts = [part for part, names in MIDDLE.items() if name in names]
    for side in SIDES:
        for rest in _without(name, side, behind=bool(BEHIND.search(label))):
            parts += [f"{side} {part}" for part, names in PARTS.items() if rest in names]
    return parts


def _without(name: str, side: str, *, behind: bool) -> list[str]:
    """What may be left of a label once its side is taken away, in front or behind."""
    marks = (side, side[0])
    front = [name[len(mark) :] for mark in marks if name.startswith(mark)]
    return front + [name[: -len(mark)] for mark in marks[: 1 + behind] if name.endswith(mark)]
