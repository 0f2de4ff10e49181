"""Our synthesis beside PyMARE's, statsmodels' and, through PyMARE's own tests, metafor's.

A difference of an estimate, a standard error or an interval's end is counted in standard errors; of
τ² relative to itself, or to a thousandth of the middle variance where it is smaller; of a p, Q and
I² as it is (Q relative to itself).  README.md beside explains what differs and why.
"""

import csv
import json
import math
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from retrowalk.evidence import between
from retrowalk.evidence.effects import Effect, Measure
from retrowalk.evidence.synthesis import Method, Prediction, Synthesis, pool

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ResourceWarning)  # PyMARE leaves a file of its own to be closed
    import pymare
    from pymare.datasets import michael2013
    from pymare.estimators import (
        DerSimonianLaird,
        VarianceBasedLikelihoodEstimator,
        WeightedLeastSquares,
    )
    from statsmodels.stats.meta_analysis import combine_effects

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Set = tuple[Floats, Floats]
Differences = dict[str, float]

LIMITS = {  # id -> how far apart the two may be
    "fixed": 1e-6, "dl": 1e-6, "reml": 1e-6, "hartung_knapp": 1e-6, "never_narrower": 1e-6,
    "q": 1e-6, "i2": 1e-6, "tau2_dl": 1e-6, "tau2_reml": 1e-4, "tau2_interval": 1e-6,
    "prediction": 1e-6, "reml_as_it_comes": 1e-4, "reml_likelihood": 1e-9, "paule_mandel": 1e-4,
}  # fmt: skip
# PyMARE's search for τ² stops at 1e-6 of its first bracket; asked for more, it gives more.
TIGHT = {"xtol": 1e-14, "ftol": 0.0, "maxiter": 100}
TESTS = Path(pymare.__file__).parent / "tests" / "data"


def differences(y: Floats, v: Floats) -> Differences:
    """How far our numbers are from theirs on one set of studies, by name (see LIMITS)."""
    ours = {m: (_ours(y, v, m, hartung_knapp=False), _ours(y, v, m)) for m in Method}
    fixed, dl = _theirs(y, v, "fixed", "wald"), _theirs(y, v, "dl", "wald")
    dl_hk, reml = _theirs(y, v, "dl", "knapp-hartung"), _theirs(y, v, "reml", "wald", **TIGHT)
    reml_hk = _theirs(y, v, "reml", "knapp-hartung", **TIGHT)
    careful = _theirs(y, v, "dl", "knapp-hartung-conservative")
    rough = _theirs(y, v, "reml", "wald")
    wide = _ours(y, v, Method.DL, never_narrower=True)
    return {
        "fixed": _apart(ours[Method.FIXED][0], fixed),
        "dl": _apart(ours[Method.DL][0], dl),
        "reml": _apart(ours[Method.REML][0], reml),
        "hartung_knapp": max(_apart(ours[Method.DL][1], dl_hk),
                             _apart(ours[Method.REML][1], reml_hk)),
        "never_narrower": _apart(wide, careful),
        **_spread(ours[Method.DL][0], dl, v),
        "tau2_reml": _near(ours[Method.REML][0].tau2, rough["tau2"], v),
        "reml_as_it_comes": _apart(ours[Method.REML][0], rough),
        "prediction": _predicted(y, v, dl, dl_hk),
        "reml_likelihood": _likelihood_short(y, v, rough["tau2"]),
        "paule_mandel": _paule_mandel(y, v, ours[Method.PM][0]),
    }  # fmt: skip


def random_sets(number: int, seed: int = 20261121) -> Iterator[Set]:
    """2 to 40 studies, alike or very unequal in size, from no to very large differences."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        k, tau = int(rng.integers(2, 41)), rng.choice([0, 0.1, 0.3, 1, 3])
        v = np.exp(rng.normal(-1.5, rng.choice([0.2, 1, 2]), k))
        yield rng.normal(0.4, np.sqrt(v + tau**2)), v


def published_sets() -> dict[str, Set]:
    """Those PyMARE comes with: michael2013, and four designs of its tests against metafor."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        table, _ = michael2013()
    sets = {"michael2013": (table["yi"].to_numpy(float), table["vi"].to_numpy(float))}
    with (TESTS / "metafor_small_sample.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name in dict.fromkeys(row["case"] for row in rows):
        mine = [row for row in rows if row["case"] == name]
        sets[name] = (np.array([float(row["y"]) for row in mine]),
                      np.array([float(row["v"]) for row in mine]))  # fmt: skip
    return sets


def metafor_differences() -> Differences:
    """Our numbers beside those metafor 4.6 gave on the four designs, as PyMARE ships them."""
    sets, worst = published_sets(), {"closed": 0.0, "reml": 0.0}
    for case in json.loads((TESTS / "metafor_reference.json").read_text())["cases"]:
        if case["model"] != "intercept" or case["method"] not in {"FE", "DL", "REML"}:
            continue
        if case["method"] == "FE" and case["test"] != "z":
            continue  # Hartung–Knapp on a fixed synthesis: metafor gives it, we do not
        y, v = sets[case["design"]]
        method = Method(case["method"].lower().replace("fe", "fixed"))
        ours = _ours(y, v, method, hartung_knapp=case["test"] != "z",
                     never_narrower=case["test"] == "adhoc")  # fmt: skip
        theirs = {"est": case["beta"][0], "se": case["se"][0], "low": case["ci_lb"][0],
                  "high": case["ci_ub"][0], "p": case["pval"][0]}  # fmt: skip
        seen = [_apart(ours, theirs), _near(ours.tau2, case["tau2"], v),
                abs(ours.q / case["QE"] - 1), abs((ours.q_p or 0) - case["QEp"])]  # fmt: skip
        if case["tau2_ci_lb"] is not None and ours.tau2_ci:
            ends = zip(ours.tau2_ci, (case["tau2_ci_lb"], case["tau2_ci_ub"]), strict=True)
            seen += [_near(here, there, v) for here, there in ends]
        kind = "reml" if method is Method.REML else "closed"
        worst[kind] = max(worst[kind], *seen)
    return worst


def escalc_rows() -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """Eight contrasts, and what metafor's escalc made of them."""
    with (TESTS / "metafor_escalc_inputs.csv").open(newline="") as file:
        given = {row["case"]: row for row in csv.DictReader(file)}
    for case in json.loads((TESTS / "metafor_escalc_reference.json").read_text())["cases"]:
        yield given[case["case"]], case


def _ours(y: Floats, v: Floats, method: Method, **how: bool) -> Synthesis:
    pairs = zip(y.tolist(), v.tolist(), strict=True)
    return pool([Effect(a, variance=b, measure=Measure.MD) for a, b in pairs], method, **how)


def _theirs(
    y: Floats, v: Floats, method: str, correction: str, **search: float
) -> dict[str, float]:
    match method:
        case "fixed":
            estimator = WeightedLeastSquares(tau2=0.0, small_sample_correction=correction)
        case "dl":
            estimator = DerSimonianLaird(small_sample_correction=correction)
        case _:
            estimator = VarianceBasedLikelihoodEstimator(
                method="REML", small_sample_correction=correction, **search
            )
    found = estimator.fit_dataset(pymare.Dataset(y, v, add_intercept=True)).summary()
    mean, spread = found.get_fe_stats(), found.get_heterogeneity_stats()
    told = {"est": mean["est"], "se": mean["se"], "low": mean["ci_l"], "high": mean["ci_u"],
            "p": mean["p"], "q": spread["Q"], "q_p": spread["p(Q)"], "i2": spread["I^2"],
            "tau2": 0.0 if method == "fixed" else found.tau2}  # fmt: skip
    if method == "dl" and correction == "wald":
        profile = found.get_re_stats()
        told |= {"tau2_low": profile["ci_l"], "tau2_high": profile["ci_u"]}
    return {name: float(np.ravel(value)[0]) for name, value in told.items()}


def _apart(ours: Synthesis, theirs: dict[str, float]) -> float:
    se = theirs["se"]
    return max(
        abs(ours.estimate - theirs["est"]) / se, abs(ours.se / se - 1),
        abs(ours.ci[0] - theirs["low"]) / se, abs(ours.ci[1] - theirs["high"]) / se,
        abs(ours.p - theirs["p"]),
    )  # fmt: skip


def _near(here: float, there: float, v: Floats) -> float:
    return abs(here - there) / max(there, 1e-3 * float(np.median(v)))


def _spread(ours: Synthesis, theirs: dict[str, float], v: Floats) -> Differences:
    assert ours.tau2_ci is not None
    assert ours.q_p is not None
    assert ours.i2 is not None
    low, high = ours.tau2_ci
    return {
        "q": max(abs(ours.q / theirs["q"] - 1), abs(ours.q_p - theirs["q_p"])),
        "i2": abs(100 * ours.i2 - theirs["i2"]),
        "tau2_dl": _near(ours.tau2, theirs["tau2"], v),
        "tau2_interval": max(
            _near(low, theirs["tau2_low"], v), _near(high, theirs["tau2_high"], v)
        ),
    }


def _likelihood_short(y: Floats, v: Floats, theirs: float) -> float:
    """By how much our REML's likelihood is below that of their τ²; 0 where it is not."""
    ours = between.reml(y, v)
    at = [between.restricted_likelihood(y, v, np.array(tau2)) for tau2 in (ours, theirs)]
    return max(0.0, float(at[1] - at[0]))


def _predicted(y: Floats, v: Floats, plain: dict[str, float], adjusted: dict[str, float]) -> float:
    """PyMARE has none: made of its mean, se and τ² with scipy's t, as each formula says."""
    apart = 0.0
    for kind, theirs, df in ((Prediction.HIGGINS, plain, len(y) - 2),
                             (Prediction.HKSJ, adjusted, len(y) - 1)):  # fmt: skip
        pairs = zip(y.tolist(), v.tolist(), strict=True)
        effects = [Effect(a, variance=b, measure=Measure.MD) for a, b in pairs]
        ours = pool(effects, Method.DL, prediction=kind).prediction
        assert (ours is None) == (df < 1)
        if ours is not None:
            reach = stats.t.ppf(0.975, df) * math.hypot(math.sqrt(theirs["tau2"]), theirs["se"])
            ends = (theirs["est"] - reach, theirs["est"] + reach)
            apart = max(apart, *(abs(a - b) / reach for a, b in zip(ours, ends, strict=True)))
    return apart


def _paule_mandel(y: Floats, v: Floats, ours: Synthesis) -> float:
    """PyMARE has none: statsmodels'.  NaN where its answer is its own slip; see `slipped`."""
    found = combine_effects(y, v, method_re="pm", atol=1e-6, maxiter=1000)
    if slipped(y, v, float(found.tau2)):
        return math.nan
    return max(
        _near(ours.tau2, float(found.tau2), v),
        abs(ours.estimate - found.mean_effect_re) / float(found.sd_eff_w_re),
    )


def slipped(y: Floats, v: Floats, tau2: float) -> bool:
    """Whether statsmodels gave 0 though Q at 0 is above k - 1.

    Its last step can land a rounding error beyond the root, where it takes τ² to be 0.
    """
    return tau2 == 0 and float(between.q(y, v, np.array(0.0))) > len(y) - 1 + 1e-6
