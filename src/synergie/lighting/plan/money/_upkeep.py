"""Repairs, parts and renewals: what luminaires cost besides their energy."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, nan

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.measured import SOURCES, Floats, Measured, Places
from synergie.lighting.plan.money import _text
from synergie.lighting.plan.money._text import phrase
from synergie.park.plan.models import RATE_HOURS, assumed, index_models_by_kind, yearly_rate
from synergie.park.records.park import FailureModel
from synergie.schemas.plan import Phrase

type Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Upkeep:
    """Upkeep of a year, EUR, luminaire by luminaire (all alike together)."""

    today: Floats
    """As it is today; NaN: not known."""
    after: Floats
    """After the works; NaN: not known."""
    missing: Phrase | None
    """What is not known. None: nothing."""


def upkeep(found: Measured) -> Upkeep:
    """Failures of a year, times a repair and its part."""
    costs = _Costs(found)
    count = found.park.count
    today = costs.lamps(found.park.source, found.lit_today.hours) * count
    stays = costs.lamps(found.source, found.lit.hours)
    after = np.where(found.retrofit >= 0, costs.entries(), stays) * count
    missing = next(costs.missing(np.isnan(today), np.isnan(after)), None)
    return Upkeep(today, after, missing)


class _Costs:
    """What one failure costs, by kind of lamp and by entry of the catalogue."""

    def __init__(self, found: Measured) -> None:
        self.found = found
        rules = found.study.rules
        self.models = index_models_by_kind(found.study.failures or assumed())
        self.parts = {one.source_type: float(one.eur) for one in rules.lamps}
        self.repair = nan if rules.repair_eur is None else float(rules.repair_eur)

    def lamps(self, source: Places, hours: Floats) -> Floats:
        """EUR a year of one luminaire of each kind; NaN: not known."""
        lives = [self._hour_rate(self.models.get(kind)) for kind in SOURCES]
        parts = [self.parts.get(kind, nan) for kind in SOURCES]
        each = np.array([*((p + self.repair) * r for p, r in zip(parts, lives, strict=True)), nan])
        out: Floats = each[source] * hours
        return out

    def entries(self) -> Floats:
        """EUR a year of one luminaire of the catalogue's entry it becomes; NaN: not known."""
        each = [*(self._entry(place) for place in range(len(self.found.study.retrofits))), nan]
        out: Floats = np.array(each)[self.found.retrofit] * self.found.lit.hours
        return out

    def _entry(self, place: int) -> float:
        entry = self.found.study.retrofits[place]
        part = nan if entry.part_eur is None else float(entry.part_eur)
        if entry.failures_year is not None:
            return (part + self.repair) * entry.failures_year / RATE_HOURS
        if entry.source_type is None:  # the lamp stays what it is, which differs by luminaire
            return nan
        return (part + self.repair) * self._hour_rate(self.models.get(entry.source_type))

    @staticmethod
    def _hour_rate(model: FailureModel | None) -> float:
        return nan if model is None else yearly_rate(model, 1.0)

    def missing(self, today: Marks, after: Marks) -> Iterator[Phrase]:
        """Why an upkeep is not known of some luminaires, the widest reason first."""
        stays = self.found.retrofit < 0
        lamps, entries = today | (after & stays), after & ~stays
        if not (lamps | entries).any():
            return
        if np.isnan(self.repair):
            yield phrase(_text.NO_REPAIR)
        source = self.found.park.source
        if (lamps & (source < 0)).any():
            yield phrase(_text.NO_KIND, round(self.found.park.count[lamps & (source < 0)].sum()))
        for kind in np.unique(source[lamps & (source >= 0)]):
            name = SOURCES[int(kind)]
            yield phrase(_text.NO_RATE if name not in self.models else _text.NO_PART, name)
        for entry in np.unique(self.found.retrofit[entries]):
            told = self.found.study.retrofits[int(entry)]
            yield phrase(_text.NO_PART if told.part_eur is None else _text.NO_RATE, told.id)


@dataclass(frozen=True, slots=True)
class Renewal:
    """One renewal of luminaires, or what they are worth at the end (a negative amount)."""

    commune: int
    year: int
    eur: float


def iterate_renewals(
    found: Measured, counted: dict[tuple[int, int, int, int], int]
) -> Iterator[Renewal]:
    """What is renewed within the horizon, at its full price, and the worth left at its end."""
    rules = found.study.rules
    ends = rules.starts + rules.horizon_years
    for (commune, _cabinet, year, entry), count in counted.items():
        told = found.study.retrofits[entry]
        if told.price_eur is None or told.life_years is None:
            yield Renewal(commune, ends, nan)
            continue
        price, last = float(Decimal(count) * told.price_eur), year
        step = max(ceil(told.life_years), 1)
        while last + step < ends:
            last += step
            yield Renewal(commune, last, price)
        left = max(0.0, 1 - (ends - last) / told.life_years)
        if left:
            yield Renewal(commune, ends, -price * left)
