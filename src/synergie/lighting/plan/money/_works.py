"""What the works cost: luminaires and clocks, certificates and grants taken off."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from synergie.lighting.plan.measured import Measured
from synergie.lighting.plan.money import _text
from synergie.lighting.plan.money._sums import CENT, sum_known_amounts
from synergie.lighting.plan.money._text import phrase
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.study import LightingAction, LightingStudy
from synergie.schemas.plan import Phrase

type Key = tuple[int, int, int]
"""Commune (-1: not known), cabinet (-1), year."""


@dataclass(slots=True)
class Works:
    """Works by commune, cabinet and year, EUR; None where a price is not known."""

    eur: dict[Key, Decimal | None] = field(default_factory=dict)
    """What is paid."""
    missing: Phrase | None = None
    """What is not known. None: nothing."""

    def add(self, key: Key, amount: Decimal | None) -> None:
        """One more amount."""
        held = self.eur.get(key, Decimal(0))
        self.eur[key] = None if held is None or amount is None else held + amount

    def total(self) -> Decimal | None:
        """What all of them cost."""
        found = sum_known_amounts(self.eur.values())
        return None if found is None else found.quantize(CENT)


def net_price(entry: Retrofit, study: LightingStudy) -> Decimal | None:
    """One luminaire put in place, EUR: its price less certificate and grant, never below zero."""
    if entry.price_eur is None:
        return None
    price, rules = entry.price_eur, study.rules
    if entry.cee_kwhc and rules.cee_eur_mwhc is not None:
        price -= Decimal(repr(entry.cee_kwhc)) / 1000 * rules.cee_eur_mwhc
    price -= Decimal(repr(rules.grant_share)) * entry.price_eur
    return max(price, Decimal(0))


def compute_works(found: Measured) -> Works:
    """Every luminaire that is replaced and every clock that is put in, in its year."""
    out = Works()
    for (commune, cabinet, year, entry), count in count_replacements(found).items():
        price = net_price(found.study.retrofits[entry], found.study)
        if price is None:
            out.missing = phrase(_text.NO_PRICE, found.study.retrofits[entry].id)
        out.add((commune, cabinet, year), None if price is None else price * count)
    clocks = list(_iterate_clock_costs(found))
    for key, price in clocks:
        out.add(key, price)
    without = sum(price is None for _, price in clocks)
    if without:
        out.missing = phrase(_text.NO_CLOCK, without)
    return out


def count_replacements(found: Measured) -> dict[tuple[int, int, int, int], int]:
    """Luminaires that are replaced, by commune, cabinet, year and entry of the catalogue."""
    done = found.retrofit >= 0
    columns = (found.park.commune, found.park.cabinet, found.year, found.retrofit)
    rows, where = np.unique(np.stack([one[done] for one in columns]), axis=1, return_inverse=True)
    counts = np.bincount(where.ravel(), found.park.count[done], minlength=rows.shape[1])
    return {
        (int(row[0]), int(row[1]), int(row[2]), int(row[3])): round(count)
        for row, count in zip(rows.T, counts.tolist(), strict=True)
    }


def _iterate_clock_costs(found: Measured) -> Iterator[tuple[Key, Decimal | None]]:
    places = {one.insee_code: n for n, one in enumerate(found.study.communes)}
    for place in found.clocks:
        cabinet = found.study.cabinets[place]
        measure = _asks_for_clock(found, cabinet.id, cabinet.insee_code)
        commune = places.get(cabinet.insee_code or "", -1)
        year = measure.year if measure is not None and measure.year else found.study.rules.starts
        yield (commune, place, year), None if measure is None else measure.clock_eur


def _asks_for_clock(found: Measured, cabinet: str, insee: str | None) -> LightingAction | None:
    """The last measure that gives this cabinet a clock."""
    named: defaultdict[bool, list[LightingAction]] = defaultdict(list)
    for one in found.scenario.actions:
        here = (not one.cabinets or cabinet in one.cabinets) and (
            not one.communes or insee in one.communes
        )
        named[here and one.make_programmable].append(one)
    return named[True][-1] if named[True] else None
