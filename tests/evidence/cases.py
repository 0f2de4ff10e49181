"""Effects to pool: as hypothesis draws them, and by hand."""

from collections.abc import Sequence

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from retrowalk.evidence.effects import Effect, Measure

unhurried = settings(deadline=None, max_examples=60)  # a loaded machine is no fault

estimates = st.floats(-5, 5).map(lambda x: round(x, 4))
variances = st.floats(0.01, 4).map(lambda x: round(x, 4))


def effect(estimate: float, variance: float, study: str = "") -> Effect:
    return Effect(estimate, variance=variance, measure=Measure.MD, study=study)


def effects_of(y: Sequence[float], v: Sequence[float]) -> tuple[Effect, ...]:
    return tuple(effect(a, b, f"s{i}") for i, (a, b) in enumerate(zip(y, v, strict=True)))


def sets(smallest: int = 2, largest: int = 12) -> st.SearchStrategy[tuple[Effect, ...]]:
    """Studies named s0, s1, …"""
    pairs = st.lists(st.tuples(estimates, variances), min_size=smallest, max_size=largest)
    return pairs.map(lambda drawn: effects_of(*zip(*drawn, strict=True)))


def drawn(k: int, tau: float, seed: int) -> tuple[Effect, ...]:
    """k studies of unequal size whose true effects scatter by tau."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.05, 0.8, k)
    return effects_of(rng.normal(0.4, np.sqrt(v + tau**2)).tolist(), v.tolist())
