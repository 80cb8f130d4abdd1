"""Every option of every cabinet with its values: one run of the effects for each kind of option."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from itertools import product

import numpy as np

from synergie.errors import Cancelled, TooLarge
from synergie.scenarios.effects import Setting
from synergie.scenarios.frontier._additive import Traded, by_cabinet
from synergie.scenarios.frontier._apart import Apart
from synergie.scenarios.frontier._eligible import done, lawful
from synergie.scenarios.measured import Measured
from synergie.scenarios.money import Money
from synergie.schemas.lighting_study import LightingScenario, LightingStudy, Measure

MOST = 500
"""Kinds of options (retrofit and schedule) that are looked at, at most."""
_FINEST = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Option:
    """What may be done behind a cabinet. All None: nothing changes."""

    retrofit: int | None
    schedule: int | None
    year: int | None
    values: tuple[float, ...]
    """Part of the cabinet in each criterion, less being better."""
    eur: Decimal
    """What the works cost."""


@dataclass(slots=True)
class Options:
    """Options by cabinet, and what was left out."""

    of: dict[int, list[Option]]
    """By place of the cabinet, the first one changes nothing. Cabinets that are left out are not
    in it."""
    left_out: Counter[str]
    """How many options of cabinets were left out, by reason."""
    unknown: list[str]
    """Cabinets that stay as they are because their values of today are not known."""
    kinds: int = 0
    """Kinds of options that were measured."""


NOT_DONE, UNLAWFUL, UNKNOWN = "not done", "unlawful", "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    retrofit: int | None
    schedule: int | None


def options(
    setting: Setting,
    apart: Apart,
    criteria: tuple[Traded, ...],
    years: tuple[int, ...],
    *,
    cancel: Callable[[], bool] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Options:
    """The options of all cabinets that have luminaires. Raises Cancelled, TooLarge."""
    study = setting.study
    kinds = [_Kind(*one) for one in product(_or_none(study.retrofits), _or_none(study.schedules))]
    if len(kinds) > MOST:
        raise TooLarge(MOST, "pairs of retrofit and schedule")
    found = _today(setting, apart, criteria)
    for n, kind in enumerate(kinds[1:], 1):
        if cancel is not None and cancel():
            raise Cancelled
        for year in years:
            _add(found, setting, apart, criteria, kind, year)
        found.kinds = n
        if told is not None:
            told(n, len(kinds) - 1)
    return found


def _or_none(entries: tuple[object, ...]) -> list[int | None]:
    return [None, *range(len(entries))]


def _today(setting: Setting, apart: Apart, criteria: tuple[Traded, ...]) -> Options:
    """Doing nothing, for each cabinet whose values are known."""
    found = setting.measured(LightingScenario(id="keep", name="keep"))
    size = len(setting.study.cabinets)
    lit = np.flatnonzero(by_cabinet(setting.park, setting.park.count, size) > 0)
    out = Options({}, Counter(), [])
    for cabinet, values in _values(apart, found, criteria, lit.tolist()):
        if values is None:
            out.unknown.append(setting.study.cabinets[cabinet].id)
        else:
            out.of[cabinet] = [Option(None, None, None, values, Decimal(0))]
    return out


def _values(
    apart: Apart, found: Measured, criteria: tuple[Traded, ...], cabinets: list[int]
) -> Iterator[tuple[int, tuple[float, ...] | None]]:
    whole = apart.whole(found, apart.money(found))
    for cabinet in cabinets:
        each = [apart.value(whole, one, cabinet) for one in criteria]
        known = tuple(one for one in each if one is not None)
        yield cabinet, known if len(known) == len(each) else None


def _add(
    out: Options, setting: Setting, apart: Apart, criteria: tuple[Traded, ...], kind: _Kind,
    year: int,
) -> None:  # fmt: skip
    """One kind of option in one year, for all cabinets that can do it."""
    study = setting.study
    found = setting.measured(LightingScenario(id="try", name="try", measures=(
        measure(study, kind.retrofit, kind.schedule, year),)))  # fmt: skip
    does = done(found, kind.retrofit, kind.schedule)
    keeps = lawful(found, apart.ground, study)
    out.left_out[NOT_DONE] += sum(not does[c] for c in out.of)
    out.left_out[UNLAWFUL] += sum(bool(does[c] and not keeps[c]) for c in out.of)
    able = [c for c in out.of if does[c] and keeps[c]]
    if not able:
        return
    money = apart.money(found)
    whole = apart.whole(found, money)
    for cabinet in able:
        eur = money.communes[cabinet].investment_eur
        each = [apart.value(whole, one, cabinet) for one in criteria]
        known = tuple(one for one in each if one is not None)
        if eur is None or len(known) < len(each):
            out.left_out[UNKNOWN] += 1
            continue
        paid = eur.quantize(_FINEST, ROUND_CEILING)
        out.of[cabinet].append(Option(kind.retrofit, kind.schedule, year, known, paid))


def measure(
    study: LightingStudy,
    retrofit: int | None,
    schedule: int | None,
    year: int | None,
    cabinets: tuple[str, ...] = (),
) -> Measure:
    """The measure that an option is. No *cabinets*: all."""
    return Measure(
        cabinets=cabinets,
        retrofit=None if retrofit is None else study.retrofits[retrofit].id,
        schedule=None if schedule is None else study.schedules[schedule].id,
        year=year,
    )
