"""A protocol's ladder: one rung per stage, as tall as its backward minutes."""

from collections.abc import Iterator, Sequence

import svg

from retrowalk import present
from retrowalk.pictures import draw
from retrowalk.words import Direction

HEIGHT, TOP, FOOT = 204, 58, 164
Rung = tuple[str, float]  # what the stage is called, seconds backward in one session


def ladder_picture(
    rungs: Sequence[Rung], *, here: int | None = None, width: int = 560, prefix: str = "ladder"
) -> str:
    """Stairs from the first session to the last; `here` is the rung the walker stands on."""
    most = max([1.0, *(seconds for _, seconds in rungs)])
    tall = draw.Scale(0, most, FOOT, TOP)
    drawn: list[svg.Element] = [
        draw.words(14, 22, "Backward minutes in one session", kind="heading"),
        *_steps(rungs, tall, here=here, width=width, prefix=prefix),
        svg.Line(x1=14, x2=width - 14, y1=FOOT, y2=FOOT, class_=["rw-axis"]),
    ]
    return draw.picture(drawn, width=width, height=HEIGHT, title="The steps of this protocol",
                        desc=_said(rungs, here), prefix=prefix)  # fmt: skip


def _steps(
    rungs: Sequence[Rung], tall: draw.Scale, *, here: int | None, width: int, prefix: str
) -> Iterator[svg.Element]:
    room = (width - 28) / max(len(rungs), 1)
    for i, (_, seconds) in enumerate(rungs):
        left, top, middle = 14 + i * room, tall.at(seconds), 14 + (i + 0.5) * room
        yield draw.band(Direction.BACKWARD, x=left, y=top, width=room - 2, height=FOOT - top,
                        prefix=prefix, opacity=0.75 if i == here else 0.3)  # fmt: skip
        minutes = present.minutes(seconds).removesuffix(" min")
        yield draw.words(middle, top - 6, minutes, anchor="middle")
        yield draw.words(middle, FOOT + 18, str(i + 1), kind="quiet", anchor="middle")
        if i == here:
            yield draw.words(middle, FOOT + 35, "you" if room < 60 else "you are here",
                             anchor="middle")  # fmt: skip


def _said(rungs: Sequence[Rung], here: int | None) -> str:
    steps = "; ".join(f"step {i}, {label}: {present.duration(seconds)}"
                      for i, (label, seconds) in enumerate(rungs, start=1))  # fmt: skip
    where = f" You are at step {here + 1}." if here is not None else ""
    return f"{steps}.{where}"
