"""Lamp groups from the state of a park."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Literal

from synergie.plan.strategy import _text
from synergie.schemas.light_point import SourceType
from synergie.schemas.park import CabinetState, LampState, ParkState
from synergie.schemas.plan import Phrase
from synergie.schemas.strategy import AgeCount, LampGroup

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
_KEY = re.compile(r"[0-9A-Za-z][\w.:-]{0,63}", re.ASCII)


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

    Lamps without a kind, a power or a failure model are left out and counted in `notes`; those of
    unknown age are taken at the mean of their kind.
    """
    known: set[str] = {model.technology for model in park.models}
    usable: dict[_Place, list[LampState]] = defaultdict(list)
    boxes: Counter[_Place] = Counter()
    left_out = 0
    for cabinet in park.cabinets:
        mine = _usable(cabinet, known, by)
        left_out += len(cabinet.lamps) - sum(len(lamps) for lamps in mine.values())
        for place, lamps in mine.items():
            usable[place] += lamps
        if mine:
            boxes[max(mine, key=lambda place: (len(mine[place]), place[2]))] += 1
    ages = _mean_hours(usable.values())
    made, guessed = [], 0
    for number, (place, lamps) in enumerate(sorted(usable.items(), key=lambda one: str(one[0]))):
        counted = _by_age(lamps, ages.get(place[2]))
        if not counted:
            left_out += len(lamps)
            continue
        guessed += sum(lamp.burned_hours is None for lamp in lamps)
        lot = _Lot(place, lamps, boxes[place])
        made.append(_group(number, lot, counted, prices=prices, led_share=led_share))
    return ParkGroups(tuple(made), tuple(_notes(left_out, guessed)))


def _usable(cabinet: CabinetState, known: set[str], by: str) -> dict[_Place, list[LampState]]:
    found: dict[_Place, list[LampState]] = defaultdict(list)
    for lamp in cabinet.lamps:
        if lamp.source_type is None or lamp.source_type not in known:
            continue
        if lamp.power_w and lamp.burn_hours_year:
            box = cabinet.cabinet if by == "cabinet" else None
            found[cabinet.organisation, box, lamp.source_type].append(lamp)
    return found


def _mean_hours(all_lamps: Iterable[list[LampState]]) -> dict[SourceType, float]:
    hours: dict[SourceType, list[float]] = defaultdict(list)
    for lamps in all_lamps:
        for lamp in lamps:
            if lamp.burned_hours is not None and lamp.source_type is not None:
                hours[lamp.source_type].append(lamp.burned_hours)
    return {kind: fmean(told) for kind, told in hours.items()}


def _by_age(lamps: list[LampState], mean: float | None) -> tuple[AgeCount, ...]:
    hours = [mean if lamp.burned_hours is None else lamp.burned_hours for lamp in lamps]
    if any(one is None for one in hours):
        return ()
    bins = Counter(round(one / _BIN_HOURS) for one in hours if one is not None)
    return tuple(
        AgeCount(burned_hours=float(n * _BIN_HOURS), count=count)
        for n, count in sorted(bins.items())
    )


def _group(
    number: int,
    lot: "_Lot",
    counted: tuple[AgeCount, ...],
    *,
    prices: Prices,
    led_share: float,
) -> LampGroup:
    (organisation, box, kind), lamps = lot.place, lot.lamps
    power = round(fmean(lamp.power_w or 0 for lamp in lamps))
    ends = {lamp.purchasable_until for lamp in lamps}
    return LampGroup(
        id=f"{number + 1}-{kind}",
        organisation=organisation,
        cabinet=box if box is not None and _KEY.fullmatch(box) else None,
        cabinets=lot.boxes,
        technology=kind,
        lamps=counted,
        burn_hours_year=fmean(lamp.burn_hours_year for lamp in lamps),
        power_w=power,
        led_power_w=None if kind == "LED" else round(power * led_share),
        lamp_eur=prices.get(kind, Decimal(0)),
        purchasable_until=ends.pop() if len(ends) == 1 else None,
    )


def _notes(left_out: int, guessed: int) -> Iterable[Phrase]:
    yield Phrase(text=_text.ASSUMED_PRICES)
    if left_out:
        yield Phrase(text=_text.LEFT_OUT, values=(str(left_out),))
    if guessed:
        yield Phrase(text=_text.MEAN_AGE, values=(str(guessed),))
