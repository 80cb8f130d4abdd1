"""The smallest luminaire of a catalogue that gives each road what it needs; none is forced."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.design._factors import RoadFactors, factors_of
from synergie.lighting.plan.design._roads import Roads
from synergie.lighting.plan.measured import Places
from synergie.lighting.records.retrofit import Retrofit

LEAST, MOST = 0.90, 1.25
"""Shares of the light that a road of unknown class gets today, between which another may lie."""

_WARM_K = 3000
"""Most kelvins of luminaires of roads (arrêté of 27/12/2018)."""

type Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """What each luminaire becomes."""

    entry: Places
    """Place of the entry; -1: none fits, or none was sought."""
    unknown: Chosen
    """Those that none is sought for: neither the class of their road nor their light is known."""
    unfit: Chosen
    """Those that no entry fits."""


def fit_entries(
    roads: Roads, rows: Chosen, candidates: Sequence[tuple[int, Retrofit, Chosen]]
) -> Fitting:
    """The smallest of *candidates* that fits each of *rows*.

    A candidate: place of the entry, the entry, and the luminaires whose lamp it may replace. The
    smallest has the least flux, then power, then price, then comes first in the catalogue. An entry
    without a flux of its own is none: a share of today's says nothing of the road.
    """
    entry = np.full(len(rows), -1, np.int32)
    by_class = ~np.isnan(roads.needed_lm)
    known = by_class | ~np.isnan(roads.today_lm)
    for place, one, may in sorted(candidates, key=_order_by_size):
        factors = factors_of(one)
        if one.flux_lm is not None and factors is not None:
            fits = np.where(by_class, *_judge_entry(roads, one.flux_lm, factors))
            entry[rows & may & fits & (entry < 0)] = place
    return Fitting(entry, rows & ~known, rows & known & (entry < 0))


def _judge_entry(roads: Roads, flux_lm: float, factors: RoadFactors) -> tuple[Chosen, Chosen]:
    """Whether an entry meets the class of each road, and keeps the light of today."""
    on_road = flux_lm * factors.utilance * factors.llmf
    meets = on_road * factors.lmf * factors.lsf >= roads.needed_lm
    keeps = (on_road >= LEAST * roads.today_lm) & (on_road <= MOST * roads.today_lm)
    return meets, keeps


def _order_by_size(candidate: tuple[int, Retrofit, Chosen]) -> tuple[float, float, float, int]:
    place, one, _ = candidate
    figures = (one.flux_lm, one.power_w, one.price_eur)
    flux, power, price = (np.inf if each is None else float(each) for each in figures)
    return flux, power, price, place


def select_led_family(catalogue: Sequence[Retrofit]) -> tuple[Retrofit, ...]:
    """LED entries of one colour that can do all that the six scenarios ask for.

    Those with a flux of their own, that dim and follow a schedule by themselves; of them the colour
    nearest to 3000 K and not beyond it, which most roads have, and of one flux the cheapest. A
    catalogue without any gives its LED entries with a flux, of all colours.
    """
    led = [one for one in catalogue if one.source_type == "LED" and one.flux_lm is not None]
    able = [one for one in led if one.dimmable and one.autonomous] or led
    colours = [one.cct_k for one in able if one.cct_k is not None and one.cct_k <= _WARM_K]
    family = [one for one in able if one.cct_k == max(colours)] if colours else able
    cheapest: dict[int | None, Retrofit] = {}
    for one in sorted(family, key=lambda one: (one.price_eur is None, one.price_eur or 0)):
        cheapest.setdefault(one.flux_lm, one)
    return tuple(one for one in family if cheapest[one.flux_lm] is one)
