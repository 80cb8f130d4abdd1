"""Factors of maintenance and use by kind of lamp [assumed]: factors.csv.

Utilance: share of the flux of a luminaire that reaches the road. LLMF, LMF, LSF: lamp lumens,
dirt, lamps that survive, at the end of a round of care (the terms of CIE 154). Watts, gear
included, and lumens of the luminaire of usual models, for inventories that tell no flux. All are
orders of magnitude of the trade, marked so wherever they are used; those of an entry of the
catalogue go before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from synergie.formats.csv_text import shipped_rows
from synergie.lighting.records.retrofit import Retrofit


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadFactors:
    """What reaches the road of the flux of one kind of lamp."""

    utilance: float
    llmf: float
    lmf: float
    lsf: float
    watts: tuple[float, ...] = ()
    """Powers of usual models, ascending, W."""
    lumens: tuple[float, ...] = ()
    """Flux of each, lm."""


@cache
def load_factors() -> Mapping[str, RoadFactors]:
    """The factors by kind of lamp; a kind that is not named has none."""
    return {
        row["kind"]: RoadFactors(
            utilance=float(row["utilance"]),
            llmf=float(row["llmf"]),
            lmf=float(row["lmf"]),
            lsf=float(row["lsf"]),
            watts=tuple(map(float, row["watts"].split())),
            lumens=tuple(map(float, row["lumens"].split())),
        )
        for row in shipped_rows("synergie.lighting.plan.design", "factors.csv")
    }


def factors_of(entry: Retrofit) -> RoadFactors | None:
    """Those of an entry of the catalogue, else of its kind of lamp. None: no lamp is known."""
    assumed = load_factors().get(entry.source_type or "")
    if assumed is None:
        return None
    told = {
        name: getattr(assumed, name) if (value := getattr(entry, name)) is None else value
        for name in ("utilance", "llmf", "lmf", "lsf")
    }
    return RoadFactors(**told)
