"""Lamp groups from the state of a park."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Literal

import numpy as np

from synergie.maintenance.plan.strategy import _text
from synergie.maintenance.plan.upkeep.keys import cabinet_keys
from synergie.maintenance.records.strategy import AgeCount, LampGroup
from synergie.park.plan.models import SERVICE_HOURS
from synergie.park.records.park import CabinetState, FailureModel, LampState, ParkState
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.plan import Phrase

type Prices = Mapping[SourceType, Decimal]
type _Place = tuple[str, str | None, SourceType]

ASSUMED_PRICES: Prices = {
    "SHP": Decimal(15),
    "IM": Decimal(30),
    "VM": Decimal(10),
    "LED": Decimal(90),
}
"""EUR a lamp (LED: a driver or module), assumed."""
LED_SHARE = 0.4
"""Power of a LED luminaire over that of the lamp it replaces, assumed."""
_BIN_HOURS = 500
_OLDEST, _GRID = 12.0, 4_000
"""Scales of life up to which ages are looked at, and in how many steps."""


@dataclass(frozen=True, slots=True)
class ParkGroups:
    """The groups, and what was taken for granted or left out."""

    groups: tuple[LampGroup, ...]
    notes: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class _Lot:
    """Lamps that make a group, and the cabinets that are counted with it."""

    place: _Place
    lamps: list[LampState]
    boxes: int


def groups(
    park: ParkState,
    *,
    by: Literal["organisation", "cabinet"] = "organisation",
    prices: Prices = ASSUMED_PRICES,
    led_share: float = LED_SHARE,
) -> ParkGroups:
    """Lamps of one kind of one body, or of one cabinet; burned hours to 500 h.

    Cabinets have the keys that year plans use. Lamps without a kind, a power or a failure model
    are left out and counted in `notes`. Those of unknown age, or older than a first lamp lasts
    (`park.models.SERVICE_HOURS`), were changed on days that nobody wrote down: they have the ages
    of a park long in service.
    """
    keys = cabinet_keys(park.cabinets)
    known: set[str] = {model.technology for model in park.models}
    usable: dict[_Place, list[LampState]] = defaultdict(list)
    boxes: Counter[_Place] = Counter()
    left_out = 0
    for cabinet in park.cabinets:
        box = keys[cabinet.organisation, cabinet.cabinet] if by == "cabinet" else None
        mine = _group_usable_lamps(cabinet, known, box)
        left_out += len(cabinet.lamps) - sum(len(lamps) for lamps in mine.values())
        for place, lamps in mine.items():
            usable[place] += lamps
        if mine:
            boxes[max(mine, key=lambda place: (len(mine[place]), place[2]))] += 1
    models = {model.technology: model for model in park.models}
    made, guessed = [], 0
    for number, (place, lamps) in enumerate(sorted(usable.items(), key=lambda one: str(one[0]))):
        told = _list_burned_hours(lamps, SERVICE_HOURS.get(place[2], math.inf))
        counted = _by_age(told + _in_service(models[place[2]], len(lamps) - len(told)))
        guessed += len(lamps) - len(told)
        lot = _Lot(place, lamps, boxes[place])
        made.append(_build_lamp_group(number, lot, counted, prices=prices, led_share=led_share))
    return ParkGroups(tuple(made), tuple(_iterate_group_notes(left_out, guessed)))


def _group_usable_lamps(
    cabinet: CabinetState, known: set[str], box: str | None
) -> dict[_Place, list[LampState]]:
    found: dict[_Place, list[LampState]] = defaultdict(list)
    for lamp in cabinet.lamps:
        if lamp.source_type is None or lamp.source_type not in known:
            continue
        if lamp.power_w and lamp.burn_hours_year:
            found[cabinet.organisation, box, lamp.source_type].append(lamp)
    return found


def _list_burned_hours(lamps: list[LampState], longest: float) -> list[float]:
    """Hours burned by those that are still the first lamp, as far as is known."""
    hours = [lamp.burned_hours for lamp in lamps]
    return [one for one in hours if one is not None and one <= longest]


def _in_service(model: FailureModel, number: int) -> list[float]:
    """Ages of *number* lamps, each changed when it failed for long: density S(a) / mean life."""
    ages = np.linspace(0, _OLDEST * model.scale_hours, _GRID)
    alive = np.exp(-((ages / model.scale_hours) ** model.shape))
    below = np.cumsum(alive) / alive.sum()
    found = np.interp((np.arange(number) + 0.5) / max(number, 1), below, ages)
    return [float(age) for age in found]


def _by_age(hours: list[float]) -> tuple[AgeCount, ...]:
    bins = Counter(round(one / _BIN_HOURS) for one in hours)
    return tuple(
        AgeCount(burned_hours=float(n * _BIN_HOURS), count=n_lamps)
        for n, n_lamps in sorted(bins.items())
    )


def _build_lamp_group(
    number: int, lot: "_Lot", counted: tuple[AgeCount, ...], *, prices: Prices, led_share: float
) -> LampGroup:
    (organisation, box, kind), lamps = lot.place, lot.lamps
    power = round(fmean(lamp.power_w or 0 for lamp in lamps))
    ends = {lamp.purchasable_until for lamp in lamps}
    return LampGroup(
        id=f"{number + 1}-{kind}",
        organisation=organisation,
        cabinet=box,
        cabinets=lot.boxes,
        technology=kind,
        lamps=counted,
        burn_hours_year=fmean(lamp.burn_hours_year for lamp in lamps),
        power_w=power,
        led_power_w=None if kind == "LED" else round(power * led_share),
        lamp_eur=prices.get(kind, Decimal(0)),
        purchasable_until=ends.pop() if len(ends) == 1 else None,
    )


def _iterate_group_notes(left_out: int, guessed: int) -> Iterable[Phrase]:
    yield Phrase(text=_text.ASSUMED_PRICES)
    if left_out:
        yield Phrase(text=_text.LEFT_OUT, values=(str(left_out),))
    if guessed:
        yield Phrase(text=_text.IN_SERVICE, values=(str(guessed),))
