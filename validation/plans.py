"""What the progression promises: worse never gives more, and six kinds of walkers stay inside.

    python -m validation.plans

Histories are drawn at random, then made worse in a random way; `progression.decide` answers both.
The table and the picture of the simulated walkers go to docs/progression.md and docs/plans.svg.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import process_time

import numpy as np
import svg

from retrowalk.app.protocols import packaged
from retrowalk.pictures import draw
from retrowalk.programme.prescribe import Prescription
from retrowalk.programme.progression import decide
from retrowalk.programme.protocols import EASED, Protocol
from retrowalk.store.codec import decode, encode
from retrowalk.words import (
    BACKWARD_CEILING_MPS,
    Decision,
    NextDay,
    Progress,
    Review,
    SessionRecord,
    Wrong,
)
from validation import ten_years
from validation.promise import Promise, at_least, at_most
from validation.walkers import (
    WEEKS,
    Kind,
    Life,
    falls_at_once,
    lived,
    rungs_in_days,
    speed_in_a_week,
)

COMMAND = "python -m validation.plans"
DOCS = Path(__file__).parents[1] / "docs"
HISTORIES, LIVES, SEED = 100_000, 1_000, 20261121
WRONGS = tuple(Wrong)
ANSWERS = ("Progress", "Hold", "Regress", "Refer")


def promises() -> Iterator[Promise]:
    yield from _histories()
    lives = {kind: _lives(kind, i) for i, kind in enumerate(Kind)}
    yield from _walkers(lives)
    _write(lives)
    yield _decision()
    yield from ten_years.promises()


# --- arbitrary histories ------------------------------------------------------------------------


def prescribed(protocol: Protocol) -> Prescription:
    """From the lowest rung, at the protocol's own speeds."""
    climb = max(rung.speed_ratio for rung in protocol.ladder)
    top_mps = min(protocol.backward_mps * climb, BACKWARD_CEILING_MPS)
    return Prescription(protocol.id, 0, protocol.backward_mps, protocol.forward_mps, top_mps,
                        protocol.forward_mps, protocol.frequency_per_week, protocol.weeks,
                        ())  # fmt: skip


def _histories() -> Iterator[Promise]:
    rng, faults = Random(SEED), Counter[str]()
    progressed = 0
    for _ in range(HISTORIES):
        protocol = rng.choice(packaged())
        history = drawn(rng, protocol)
        on_day = history[-1].day + rng.choice((0, 0, 1, 2, 3, 15, 40))
        decision = decide(history, protocol, prescribed(protocol), on_day=on_day)
        progressed += isinstance(decision, Progress)
        faults.update(_faults(rng, history, protocol, on_day, decision))
    print(f"{progressed} of {HISTORIES} histories lead a step up")
    for name in ("more_dose_when_worse", "progress_without_an_answer", "outside_its_guardrails",
                 "replayed_otherwise", "without_reasons"):  # fmt: skip
        yield at_most(f"plan.{name}", faults[name], 0, f"of {HISTORIES} histories", COMMAND)


def _faults(
    rng: Random,
    history: tuple[SessionRecord, ...],
    protocol: Protocol,
    on_day: int,
    decision: Decision,
) -> Iterator[str]:
    ask = prescribed(protocol)
    worse = tuple(worsened(rng, session) for session in history)
    if decide(worse, protocol, ask, on_day=on_day).stage > decision.stage:
        yield "more_dose_when_worse"
    last = replace(
        history[-1], review=replace(history[-1].review, unanswered=frozenset({"effort"}))
    )
    silent = replace(history[-1], next_day=NextDay())
    for open_, day in ((last, on_day), (silent, on_day + 1)):
        if isinstance(decide((*history[:-1], open_), protocol, ask, on_day=day), Progress):
            yield "progress_without_an_answer"
    if not _inside(history, protocol, ask, decision):
        yield "outside_its_guardrails"
    again: tuple[SessionRecord, ...] = decode(encode(history), tuple[SessionRecord, ...])
    if decide(again, protocol, ask, on_day=on_day) != decision:
        yield "replayed_otherwise"
    if not decision.reasons or not all(reason.text for reason in decision.reasons):
        yield "without_reasons"


def _inside(
    history: Sequence[SessionRecord], protocol: Protocol, ask: Prescription, decision: Decision
) -> bool:
    """On the ladder, a rung up at most, never faster than prescribed or than anyone may go."""
    if not EASED <= decision.stage < len(protocol.ladder):
        return False
    mps = ask.backward_mps * protocol.rung(decision.stage).speed_ratio
    return (decision.stage - max(history[-1].stage, EASED) <= 1
            and mps <= min(ask.backward_top_mps, BACKWARD_CEILING_MPS) + 1e-9)  # fmt: skip


def drawn(rng: Random, protocol: Protocol) -> tuple[SessionRecord, ...]:
    """Some weeks of sessions, oldest first: most of them good, so that rungs are reached."""
    day, stage = 0, rng.randint(EASED, len(protocol.ladder) - 1)
    calm, walked = rng.random() < 0.6, []
    for _ in range(rng.randint(1, 12)):
        day += rng.choice((1, 2, 2, 3, 3, 0, 7))
        if rng.random() < 0.05:
            stage = rng.randint(EASED, len(protocol.ladder) - 1)
        walked.append(_good(rng, day, stage) if calm or rng.random() < 0.7
                      else _any(rng, day, stage))  # fmt: skip
    return tuple(walked)


def _good(rng: Random, day: int, stage: int) -> SessionRecord:
    pain, effort = rng.randint(0, 3), rng.randint(0, 6)
    after = NextDay(rng.randint(0, min(pain + 1, 3)), rng.randint(0, 3))
    return SessionRecord(day, stage, rng.uniform(0.8, 1.0), Review(pain, pain, pain, effort),
                         next_day=after)  # fmt: skip


def _any(rng: Random, day: int, stage: int) -> SessionRecord:
    pains = [rng.randint(0, 10) if rng.random() < 0.3 else rng.randint(0, 5) for _ in range(3)]
    wrongs = frozenset(rng.sample(WRONGS, rng.choice((0, 0, 0, 1, 2))))
    unanswered = frozenset({"effort"} if rng.random() < 0.1 else ())
    return SessionRecord(
        day, stage, rng.choice((1.0, 0.85, 0.7, 0.4)),
        Review(*pains, rng.randint(0, 10), wrongs, unanswered=unanswered),
        next_day=NextDay(rng.randint(-1, 10), rng.randint(-1, 10)),
        felt_stumble=rng.random() < 0.1, heart_above_s=rng.choice((0.0, 0.0, 10.0, 90.0)),
    )  # fmt: skip


def worsened(rng: Random, session: SessionRecord) -> SessionRecord:
    """The same session, worse in something or in nothing, better in nothing."""
    if rng.random() < 0.5:
        return session
    more = [rng.choice((0, 0, 1, 2, 4)) for _ in range(6)]
    review, after = session.review, session.next_day
    wrongs = frozenset({rng.choice(WRONGS)} if rng.random() < 0.2 else ())
    return replace(
        session,
        completed_ratio=session.completed_ratio * rng.choice((1.0, 1.0, 0.9, 0.6)),
        review=replace(
            review,
            pain_before=review.pain_before + more[0],
            pain_during=review.pain_during + more[0] + more[1],
            pain_after=review.pain_after + more[0] + more[2],
            effort=review.effort + more[3],
            wrongs=review.wrongs | wrongs,
        ),
        next_day=NextDay(
            after.pain + more[0] + more[4] if after.pain >= 0 else after.pain,
            after.sore + more[5] if after.sore >= 0 else after.sore,
        ),
        felt_stumble=session.felt_stumble or rng.random() < 0.1,
        heart_above_s=session.heart_above_s + rng.choice((0.0, 0.0, 6.0, 60.0)),
    )


# --- simulated walkers --------------------------------------------------------------------------


def _lives(kind: Kind, number: int) -> tuple[Life, ...]:
    rng = np.random.default_rng(SEED + number)
    return tuple(
        lived(kind, protocol, prescribed(protocol), rng)
        for protocol in (packaged()[i] for i in rng.integers(0, len(packaged()), LIVES))
    )


def _walkers(lives: dict[Kind, tuple[Life, ...]]) -> Iterator[Promise]:
    fell = [fell for life in lives[Kind.FLARE_UP] if (fell := falls_at_once(life)) is not None]
    print(f"{len(fell)} of {LIVES} flare-ups reached red pain before their last session")
    yield at_least("plan.flare_up_falls_within_a_session", 100 * sum(fell) / len(fell), 100, "%",
                   COMMAND)  # fmt: skip
    eager = lives[Kind.OVER_EAGER]
    yield at_most("plan.over_eager_speed_in_a_week", max(map(speed_in_a_week, eager)), 0.1 + 1e-9,
                  "of the starting speed", COMMAND)  # fmt: skip
    yield at_most("plan.over_eager_rungs_in_4_days", max(rungs_in_days(x, 4) for x in eager), 1,
                  "rungs", COMMAND)  # fmt: skip
    every = [life for some in lives.values() for life in some]
    yield at_most("plan.any_walkers_speed_in_a_week", max(map(speed_in_a_week, every)), 0.1 + 1e-9,
                  "of the starting speed", COMMAND)  # fmt: skip


def _write(lives: dict[Kind, tuple[Life, ...]]) -> None:
    page = DOCS / "progression.md"
    table = "\n".join(_rows(lives))
    text = re.sub(r"(<!-- walkers -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{table}\n{m[2]}",
                  page.read_text(), flags=re.DOTALL)  # fmt: skip
    page.write_text(text)
    (DOCS / "plans.svg").write_text(_picture(lives))


def _rows(lives: dict[Kind, tuple[Life, ...]]) -> Iterator[str]:
    yield ("| walker | minutes backward a session, week 1 | 4 | 8 | 12 | steps up | the same | "
           "steps back | to a clinician |")  # fmt: skip
    yield "|---|---|---|---|---|---|---|---|---|"
    for kind, some in lives.items():
        at = [median(life.minutes(week - 1) for life in some) for week in (1, 4, 8, WEEKS)]
        took = Counter(type(d).__name__ for life in some for d in life.decisions)
        each = [
            f"{took[name] / len(some):.1f}" for name in ("Progress", "Hold", "Regress", "Refer")
        ]
        yield f"| {kind.value} | " + " | ".join([*(f"{m:.1f}" for m in at), *each]) + " |"


PANEL_W, PANEL_H, COLUMNS = 270, 200, 3


def _picture(lives: dict[Kind, tuple[Life, ...]]) -> str:
    """One panel a kind: the median walker's minutes week by week, and the middle half of all."""
    drawn_: list[svg.Element] = []
    for i, (kind, some) in enumerate(lives.items()):
        left, top = PANEL_W * (i % COLUMNS), PANEL_H * (i // COLUMNS)
        drawn_ += _panel(kind, some, left=left + 34, right=left + PANEL_W - 12, top=top + 44,
                         foot=top + PANEL_H - 34)  # fmt: skip
    return draw.picture(drawn_, width=PANEL_W * COLUMNS, height=2 * PANEL_H, prefix="plans",
                        title="What the engine asks of six kinds of simulated walkers",
                        desc="Share of the protocol's last step, in backward minutes, by week: "
                        "the median and the middle half of a thousand walkers each. Responders "
                        "and the over-eager climb, non-responders stay low, a flare-up dips.",
                        )  # fmt: skip


def _panel(
    kind: Kind, some: Sequence[Life], *, left: float, right: float, top: float, foot: float
) -> Iterator[svg.Element]:
    across, tall = draw.Scale(1, WEEKS, left, right), draw.Scale(0, 1, foot, top)
    low, mid, high = zip(*(_quartiles(some, week) for week in range(WEEKS)), strict=True)
    weeks = range(1, WEEKS + 1)
    band = [*zip(weeks, high, strict=True), *reversed(list(zip(weeks, low, strict=True)))]
    yield draw.words(left, top - 16, kind.value.capitalize(), kind="heading")
    for share in (0.0, 0.5, 1.0):
        y = tall.at(share)
        yield svg.Line(x1=left, x2=right, y1=y, y2=y, class_=["rw-grid"])
        yield draw.words(left - 5, y + 4, f"{share:g}", kind="quiet", anchor="end")
    yield svg.Polygon(points=[svg.Point(across.at(w), tall.at(v)) for w, v in band],
                      class_=["rw-plan"], fill_opacity=0.25, stroke="none")  # fmt: skip
    yield svg.Polyline(points=[svg.Point(across.at(w), tall.at(v))
                               for w, v in zip(weeks, mid, strict=True)],
                       class_=["rw-signal"], stroke_width=2.5, fill="none")  # fmt: skip
    for week in (1, 4, 8, WEEKS):
        yield draw.words(across.at(week), foot + 18, str(week), kind="quiet", anchor="middle")


def _quartiles(some: Sequence[Life], week: int) -> tuple[float, float, float]:
    shares = [life.minutes(week) * 60 / life.protocol.ladder[-1].backward_s for life in some]
    low, mid, high = quantiles(shares, n=4)
    return low, mid, high


# --- how long a decision takes ------------------------------------------------------------------


def _decision() -> Promise:
    """Ten years of daily sessions, the slowest of fifty."""
    protocol, rng = packaged()[0], Random(SEED)
    history = tuple(_good(rng, day, 0) for day in range(3650))
    slowest_s = 0.0
    for _ in range(50):
        began_s = process_time()
        decide(history, protocol, prescribed(protocol), on_day=3651)
        slowest_s = max(slowest_s, process_time() - began_s)
    return at_most("plan.ten_years_decision", 1000 * slowest_s, 50, "ms of processor", COMMAND)


if __name__ == "__main__":
    for promise in promises():
        print(json.dumps(promise.value), promise.line(), flush=True)
