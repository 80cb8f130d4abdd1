"""How much light roads get under a scenario, for that of today."""

import numpy as np

from synergie.lighting.plan.design._factors import factors_of
from synergie.lighting.plan.design._fit import LEAST, MOST
from synergie.lighting.plan.design._roads import Roads
from synergie.lighting.plan.measured import Floats, Measured
from synergie.lighting.records.sizing import FluxSizing


def tally_sizing(found: Measured, roads: Roads) -> FluxSizing | None:
    """The ratios of the luminaires that a scenario replaces. None: it replaces none."""
    count = found.park.count
    on_road, kept = _compute_after(found)
    new = np.isin(found.retrofit, [n for n, one in enumerate(found.study.retrofits)
                                   if one.source_type is not None])  # fmt: skip
    if not new.any() and not found.unfit.any():
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(new, on_road / roads.today_lm, np.nan)
    known = np.isfinite(ratio)
    classed = new & ~np.isnan(roads.needed_lm)
    free = known & ~classed

    def number(rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
        return round(float(count[rows].sum()))

    return FluxSizing(
        replaced=number(new),
        compared=number(known),
        estimated=number(known & roads.is_estimated),
        by_class=number(classed),
        below_class=number(classed & ~(kept >= roads.needed_lm)),
        **_find_quantiles(ratio[known], count[known]),
        less=number(free & (ratio < LEAST)),
        more=number(free & (ratio > MOST)),
        without_fit=tuple(found.study.lights[n].id for n in np.flatnonzero(found.unfit)),
    )


def _compute_after(found: Measured) -> tuple[Floats, Floats]:
    """Flux on the road after the works, by lamp lumens alone and by all maintenance factors."""
    told = [factors_of(one) for one in found.study.retrofits]
    on_road = [np.nan if one is None else one.utilance * one.llmf for one in told]
    kept = [np.nan if one is None else one.utilance * one.llmf * one.lmf * one.lsf for one in told]
    shares = np.array([[*on_road, np.nan], [*kept, np.nan]])[:, found.retrofit]
    return found.flux_lm * shares[0], found.flux_lm * shares[1]


def _find_quantiles(ratio: Floats, count: Floats) -> dict[str, float | None]:
    """Least, median and greatest ratio, each row as many times as it stands for luminaires."""
    if not len(ratio):
        return dict.fromkeys(("ratio_min", "ratio_median", "ratio_max"))
    order = np.argsort(ratio, kind="stable")
    half = np.searchsorted(np.cumsum(count[order]), count.sum() / 2)
    told = (ratio[order[0]], ratio[order[int(half)]], ratio[order[-1]])
    return {
        name: float(f"{one:.6g}")
        for name, one in zip(("ratio_min", "ratio_median", "ratio_max"), told, strict=True)
    }
