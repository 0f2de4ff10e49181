"""What several studies say together: one estimate, how sure it is, and how much studies differ.

    effects → τ² (how much the true effects differ) → weights 1/(variance + τ²) → weighted mean
            → its interval (Hartung–Knapp) → where a new study's true effect may lie

Every effect is one study's, once: a study twice is refused, and so are effects that are counted in
different things.  One or two studies, studies that agree to the last digit and studies of very
unequal size give an answer with `notes` in words, never a silent NaN.

*Handbook* is the Cochrane Handbook for Systematic Reviews of Interventions, version 6.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from retrowalk.errors import BadStudy
from retrowalk.evidence.between import (
    Array,
    dersimonian_laird,
    paule_mandel,
    q,
    q_reaches,
    reml,
    residuals,
)
from retrowalk.evidence.effects import Effect, Measure
from retrowalk.evidence.printed import chance_of, quantile, two_sided_p

WIDEST_RATIO = 1e16  # of two variances: beyond it the surer study's digits are all a double has
HEAVY = 0.9  # of all weight: such a study is the synthesis
LEVEL = 0.95


class Method(StrEnum):
    """How τ² is estimated; FIXED takes it to be 0."""

    FIXED = "fixed"
    DL = "dl"
    PM = "pm"
    REML = "reml"


class Prediction(StrEnum):
    """Whose prediction interval.

    HIGGINS: mean ± t(k-2) √(τ² + plain se²).  From: Higgins, Thompson and Spiegelhalter 2009
             (J R Stat Soc A 172:137), Handbook 10.10.4.3.
    HKSJ:    mean ± t(k-1) √(τ² + Hartung–Knapp se²).  From: IntHout and others 2016 (BMJ Open
             6:e010247); what R's metafor gives with test="knha".
    """

    HIGGINS = "higgins"
    HKSJ = "hksj"


@dataclass(frozen=True, slots=True)
class Synthesis:
    """k studies together.  None is: cannot be known from so few studies; `notes` says why.

    `se`, `ci` and `p` are Hartung–Knapp's where `hartung_knapp`; `se_plain` is 1/√Σw in any case.
    `i2` is a fraction; `h2` at least 1; `weights` add up to 1, in the order of `studies`.
    """

    estimate: float
    se: float
    se_plain: float
    ci: tuple[float, float]
    p: float
    q: float
    q_p: float | None
    i2: float | None
    h2: float | None
    tau2: float
    tau2_ci: tuple[float, float] | None
    prediction: tuple[float, float] | None
    k: int
    weights: tuple[float, ...]
    studies: tuple[str, ...]
    measure: Measure
    method: Method
    hartung_knapp: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The same synthesis without one study."""

    study: str
    estimate: float
    ci: tuple[float, float]
    p: float
    tau2: float


@dataclass(frozen=True, slots=True)
class Fit:
    """Many syntheses at once, an array each; `scale` is what Hartung–Knapp multiply se² with."""

    estimate: Array
    se_plain: Array
    tau2: Array
    q: Array
    scale: Array
    weights: Array


def pool(
    effects: Sequence[Effect],
    method: Method | str = Method.REML,
    *,
    hartung_knapp: bool = True,
    never_narrower: bool = False,
    prediction: Prediction = Prediction.HIGGINS,
) -> Synthesis:
    """All studies together.  BadStudy: none, one twice, or effects of different measures.

    `hartung_knapp`: Hartung and Knapp 2001 (Stat Med 20:3875), Sidik and Jonkman 2002; Handbook
    10.10.4.  `never_narrower`: its ad-hoc variant, whose scale is at least 1, so that it is never
    narrower than the plain interval (Knapp and Hartung 2003; Röver and others 2015).
    A FIXED synthesis has neither.
    """
    method = Method(method)
    y, v = _arrays(effects)
    k, adjusted = len(effects), hartung_knapp and method is not Method.FIXED
    found = fit(y, v, method)
    se, df = standard_error(found, k, hartung_knapp=adjusted, never_narrower=never_narrower)
    estimate, tau2, q0 = float(found.estimate), float(found.tau2), float(found.q)
    reach = quantile(LEVEL, df) * float(se)
    notes = _notes(effects, found, adjusted=adjusted, reach=reach)
    spread = k > 1
    return Synthesis(
        estimate=estimate, se=float(se), se_plain=float(found.se_plain),
        ci=(estimate - reach, estimate + reach), p=two_sided_p(estimate / float(se), df),
        q=q0, q_p=chance_of(q0, k - 1) if spread else None,
        i2=max(0.0, (q0 - (k - 1)) / q0) if spread and q0 > 0 else 0.0 if spread else None,
        h2=max(1.0, q0 / (k - 1)) if spread else None,
        tau2=tau2, tau2_ci=_tau2_interval(y, v) if spread else None,
        prediction=_predicted(found, float(se), k, prediction, method), k=k,
        weights=tuple(found.weights.tolist()), studies=tuple(effect.study for effect in effects),
        measure=effects[0].measure, method=method, hartung_knapp=adjusted, notes=notes,
    )  # fmt: skip


def fit(y: Array, v: Array, method: Method) -> Fit:
    """τ², weighted mean and Q of every row of y and v (…, k)."""
    unit = np.exp(np.log(v).mean(-1, keepdims=True))  # tiny and huge units alike stay in range
    middle = np.median(y, axis=-1, keepdims=True)
    y, v, none = (y - middle) / np.sqrt(unit), v / unit, np.zeros(y.shape[:-1])
    tau2 = _tau2(y, v, method) if y.shape[-1] > 1 else none
    w, off = residuals(y, v, tau2)
    total, unit, middle = w.sum(-1), unit[..., 0], middle[..., 0]
    mean = (w * y).sum(-1) / w.sum(-1)
    return Fit(
        estimate=middle + mean * np.sqrt(unit), se_plain=np.sqrt(unit / total), tau2=tau2 * unit,
        q=q(y, v, none), scale=(w * off**2).sum(-1) / max(y.shape[-1] - 1, 1),
        weights=w / total[..., None],
    )  # fmt: skip


def standard_error(
    found: Fit, k: int, *, hartung_knapp: bool = True, never_narrower: bool = False
) -> tuple[Array, float | None]:
    """The mean's standard error, and the degrees of freedom it is used with (None: normal).

    Hartung–Knapp: √(Σ w (y - mean)² / ((k-1) Σw)) with k - 1 degrees of freedom.  Where the studies
    agree to the last digit that is 0, which says nothing: there it is the plain one, 1/√Σw.
    """
    if not hartung_knapp or k < 2:
        return found.se_plain, None
    scale = np.maximum(found.scale, 1.0) if never_narrower else found.scale
    return found.se_plain * np.sqrt(np.where(_alike(found), 1.0, scale)), float(k - 1)


def leave_one_out(
    effects: Sequence[Effect],
    method: Method | str = Method.REML,
    *,
    hartung_knapp: bool = True,
    never_narrower: bool = False,
) -> tuple[LeftOut, ...]:
    """The synthesis without each study in turn; of one study, nothing is left.

    From: Viechtbauer and Cheung 2010 (Res Synth Methods 1:112).
    """
    method = Method(method)
    y, v = _arrays(effects)
    k = len(effects)
    if k < 2:
        return ()
    others = np.array([[j for j in range(k) if j != i] for i in range(k)])
    found = fit(y[others], v[others], method)
    adjusted = hartung_knapp and method is not Method.FIXED
    se, df = standard_error(found, k - 1, hartung_knapp=adjusted, never_narrower=never_narrower)
    reach = quantile(LEVEL, df)
    rows = zip(effects, found.estimate.tolist(), se.tolist(), found.tau2.tolist(), strict=True)
    return tuple(
        LeftOut(effect.study, mean, (mean - reach * off, mean + reach * off),
                two_sided_p(mean / off, df), tau2)
        for effect, mean, off, tau2 in rows
    )  # fmt: skip


def _arrays(effects: Sequence[Effect]) -> tuple[Array, Array]:
    """Estimates and variances, after everything that may not be pooled was refused."""
    if not effects:
        raise BadStudy("No effect came; a synthesis needs at least one study.")
    measures = {effect.measure for effect in effects}
    if len(measures) > 1:
        raise BadStudy(
            f"Effects counted in {' and '.join(sorted(measures))} came; pool one measure at a time."
        )
    named = [effect.study for effect in effects if effect.study]
    if twice := sorted({study for study in named if named.count(study) > 1}):
        raise BadStudy(
            f"{', '.join(twice)} came more than once; its people would be counted twice: "
            "choose one effect of each study, or combine its arms first."
        )
    y = np.array([effect.estimate for effect in effects])
    v = np.array([effect.variance for effect in effects])
    if v.max() / v.min() > WIDEST_RATIO:
        raise BadStudy(
            f"Variances from {v.min():g} to {v.max():g} came; they are too unequal to be weighed "
            "against each other: please look whether one is in another unit."
        )
    return y, v


def _tau2(y: Array, v: Array, method: Method) -> Array:
    match method:
        case Method.DL:
            return dersimonian_laird(y, v)
        case Method.PM:
            return paule_mandel(y, v)
        case Method.REML:
            return reml(y, v)
        case _:
            return np.zeros(y.shape[:-1])


def _alike(found: Fit) -> NDArray[np.bool_]:
    """Where the studies' estimates are the same but for rounding."""
    return np.asarray(found.scale <= 1e-24)


def _tau2_interval(y: Array, v: Array) -> tuple[float, float]:
    """τ² between which Q is neither unlikely high nor low: the Q-profile, 95 %.

    Q(τ²) = χ²(0.975) gives the lower end, χ²(0.025) the upper.  From: Viechtbauer 2007 (Stat Med
    26:37).  It need not hold the estimate: it knows nothing of how that was found.
    """
    from scipy.special import chdtri  # noqa: PLC0415 -- slow to load

    df, unit = len(y) - 1, float(np.exp(np.log(v).mean()))
    y, v = (y - np.median(y)) / math.sqrt(unit), v / unit
    low, high = (
        float(q_reaches(y, v, float(chdtri(df, at)))) * unit
        for at in ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    )
    return low, high


def _predicted(
    found: Fit, se: float, k: int, prediction: Prediction, method: Method
) -> tuple[float, float] | None:
    """Where a new study's true effect may lie; see Prediction."""
    df = k - 2 if prediction is Prediction.HIGGINS else k - 1
    if df < 1 or method is Method.FIXED:
        return None
    of_mean = float(found.se_plain) if prediction is Prediction.HIGGINS else se
    reach = quantile(LEVEL, df) * math.sqrt(float(found.tau2) + of_mean**2)
    return float(found.estimate) - reach, float(found.estimate) + reach


def _notes(
    effects: Sequence[Effect], found: Fit, *, adjusted: bool, reach: float
) -> tuple[str, ...]:
    """What a reader must know of this very synthesis, in words."""
    k, heaviest = len(effects), int(found.weights.argmax())
    said = []
    if k == 1:
        said.append("One study only: how much studies differ cannot be known from it.")
    if k == 2:
        said.append(
            "Two studies only: how much studies differ can hardly be known, and what a "
            "new study would find not at all."
        )
    if k > 1 and adjusted and bool(_alike(found)):
        said.append("The studies agree to the last digit; the plain standard error is used.")
    elif adjusted and reach < quantile(LEVEL) * float(found.se_plain):
        said.append(
            "The studies happen to agree better than their own errors would have it: "
            "the interval is narrower than the plain one, and may be too narrow."
        )
    if k > 1 and found.weights[heaviest] > HEAVY:
        name = effects[heaviest].study or f"Study {heaviest + 1}"
        said.append(
            f"{name} carries {found.weights[heaviest]:.0%} of the weight: this is nearly "
            "that study alone."
        )
    return tuple(said)
