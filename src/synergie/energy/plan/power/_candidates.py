"""Every option that a group of points may take, with its best power and its whole bill."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.energy.plan.power._clock import CLASSES, Ints
from synergie.energy.plan.power._group import MARGIN_SCALE, NONE, Group, va_of
from synergie.energy.plan.power._powers import FAR, best_powers, micro_hours
from synergie.energy.plan.power._price import Bills, Rates, Scaled, Whole, compute_bills
from synergie.energy.plan.tariff.tables import Tables
from synergie.energy.plan.tariff.time_classes import time_class_name
from synergie.energy.records.power import PowerRules, SubscribedKva
from synergie.energy.records.power_plan import Gap
from synergie.energy.records.tariff import Activity, PriceSchedule
from synergie.errors import BadInput

C5_OPTIONS = ("BTINFCU4", "BTINFCUST", "BTINFLU", "BTINFMU4", "BTINFMUDT")
C4_OPTIONS = ("BTSUPCU", "BTSUPLU")
OPTIONS = {"C5": C5_OPTIONS, "C4": C4_OPTIONS}
"""Options compared, by segment; those of collective self-consumption are not for all."""
MOST_C5_VA, MOST_C4_KVA = 36_000, 250
_TOGETHER = 256  # points whose grid of powers is in memory at once


@dataclass(frozen=True)
class Candidate:
    """One option for all points of a group."""

    code: str
    told: NDArray[np.bool_]
    """Whether the energy is known by class of the option."""
    fits: NDArray[np.bool_]
    """Whether a power that may be subscribed holds what is drawn."""
    bare: NDArray[np.bool_]
    """Whether there is energy in a class without a price."""
    power_va: Ints
    """(points, 1) or (points, 4)."""
    overrun: Whole
    """Overruns, millionths of an hour."""
    bills: Bills | None
    """None: no network tariff is known that day."""

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Whether it can be taken, and priced."""
        allowed: NDArray[np.bool_] = self.told & self.fits & ~self.bare
        return allowed if self.bills is not None else allowed & False

    @cached_property
    def cents(self) -> list[int]:
        """The whole bill of each point, cents; meaningless where it is not allowed."""
        return [0] * len(self.told) if self.bills is None else self.bills.total_cents.tolist()

    @cached_property
    def network_cents(self) -> list[int]:
        """The network tariff alone, cents."""
        return [0] * len(self.told) if self.bills is None else self.bills.network_cents.tolist()

    def gap(self, i: int) -> Gap | None:
        """What is missing for a point; None: nothing."""
        if self.bills is None:
            return "no_tariff"
        if not self.told[i]:
            return "no_energy"
        if not self.fits[i]:
            return "no_power"
        return "no_price" if self.bare[i] else None


@dataclass(frozen=True, slots=True)
class AcciseReading:
    """How the accise from 36 to 250 kVA is read for some points."""

    activity: Activity = "unknown"
    is_highest: bool = False
    """Whether the highest rate that may be due is counted, where several may; else the lowest.
    Points up to 36 kVA count the highest above: no move is proposed for a tax that is open."""


UNKNOWN_ACTIVITY = AcciseReading()


def rates_of(
    code: str,
    schedule: PriceSchedule | None,
    tables: Tables,
    day: date,
    *,
    accise: AcciseReading = UNKNOWN_ACTIVITY,
) -> Rates:
    """The prices of *code* on *day*. BadInput: the network tariff or a tax does not cover it.

    Without the price of overruns no power above 36 kVA is weighed: the least would be the best.
    """
    turpe = tables.turpe(code, day)
    if turpe.domain == "BT_ABOVE_36" and turpe.cmdps_eur_per_h is None:
        tables.figure("turpe", turpe.tariff_code, "cmdps_eur_per_h", day)
    prices, subscription = _select_option_cells(code, schedule, day)
    highest = Decimal(250 if turpe.domain == "BT_ABOVE_36" else 36)
    due = [one.value for one in tables.accise_rates(highest, day, accise.activity)]
    return Rates(
        turpe=turpe,
        supply=prices,
        subscription_eur=subscription,
        cta_percent=tables.cta(day).value,
        accise_eur_per_mwh=due[-1 if accise.is_highest else 0],
        open_accise=None if due[0] == due[-1] else (due[0], due[-1]),
        two_vat_bases=turpe.domain == "BT_UP_TO_36" and _two_bases(tables, day),
    )


def _two_bases(tables: Tables, day: date) -> bool:
    try:
        return tables.vat(day, "subscription").value != tables.vat(day).value
    except BadInput:  # no VAT known on that day: amounts here are without
        return False


def _select_option_cells(
    code: str, schedule: PriceSchedule | None, day: date
) -> tuple[dict[str, Decimal], Decimal]:
    """Prices by class and subscription; none when the schedule does not hold on *day*."""
    if schedule is None or not are_prices_valid(schedule, day):
        return {}, Decimal(0)
    found: dict[str, Decimal] = {}
    for one in sorted(schedule.prices, key=lambda cell: cell.year is not None):
        if one.tariff_code == code and one.year in {None, day.year}:
            found[time_class_name(one.time_class)] = one.eur_per_mwh
    told = (one.eur_per_point for one in schedule.subscriptions if one.tariff_code == code)
    return found, sum(told, Decimal(0))


def are_prices_valid(schedule: PriceSchedule, day: date) -> bool:
    """Whether the prices hold on *day*."""
    after = schedule.valid_from is None or schedule.valid_from <= day
    return after and (schedule.valid_to is None or day < schedule.valid_to)


def find_unpriced_points(rates: Rates, energy: Ints) -> NDArray[np.bool_]:
    """Points with energy in a class that has no price: not priced, never free."""
    lacking = [k for k, name in enumerate(rates.classes) if name not in rates.supply]
    bare: NDArray[np.bool_] = np.any(energy[:, lacking] > 0, axis=1)
    return bare | (len(lacking) == len(rates.classes))


@dataclass(frozen=True)
class Market:
    """What a group is priced by."""

    schedule: PriceSchedule | None
    tables: Tables
    day: date
    accise: AcciseReading = UNKNOWN_ACTIVITY

    def rates(self, code: str) -> Rates | None:
        """The rates of *code*; None when no table has it that day."""
        try:
            return rates_of(code, self.schedule, self.tables, self.day, accise=self.accise)
        except BadInput:
            return None


def iterate_candidates(group: Group, market: Market, codes: Sequence[str]) -> Iterator[Candidate]:
    """Each of *codes* with its best power for every point of *group*."""
    for code in codes:
        rates = market.rates(code)
        if rates is None:
            yield _build_empty_candidate(code, group)
        elif rates.turpe.domain == "BT_UP_TO_36":
            yield _up_to_36(group, rates)
        else:
            yield _above_36(group, rates)


def _build_empty_candidate(code: str, group: Group) -> Candidate:
    none = np.zeros(len(group.points), bool)
    zero = np.zeros(len(group.points), np.int64)
    return Candidate(code, none, none, none, zero[:, None], zero, None)


def _up_to_36(group: Group, rates: Rates) -> Candidate:
    step = group.rules.lu_kva_step if rates.code == "BTINFLU" else group.rules.kva_step
    power, holds_it = compute_least_power(group, va_of(step))
    energy = group.energy(len(rates.classes))
    return _build_candidate(group, rates, energy, (power[:, None], power * 0, holds_it))


def compute_least_power(group: Group, step_va: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The least power up to 36 kVA that holds what was reached with its margin; whether one does.

    Every kVA costs, so the least that is allowed is the best. The room ends at 36 kVA and at the
    connection: the margin gives way there, the reached power never. Today's power is enough where
    it held all year: asking for less margin than the rules want is no greater risk than today.
    """
    reached, today = group.reached_va, group.today_va
    wanted = compute_margin_power(reached, group.margin, step_va, va_of(group.rules.least_kva))
    room = np.minimum(MOST_C5_VA, group.connection_va)
    power = np.minimum(wanted, room // step_va * step_va)
    power = np.where((today >= reached) & (today < power), today, power)
    power = np.where(reached == NONE, today, power)  # not known: the power is kept
    fits = (power >= reached) & (power > 0) & (power <= MOST_C5_VA)
    return np.maximum(power, 0), fits


def compute_margin_power(reached: Ints, margin: Ints | int, step_va: int, least_va: int) -> Ints:
    """The reached power and its margin on the next step, VA; *margin* in MARGIN_SCALE parts."""
    wanted: Ints = -(-reached * margin // (MARGIN_SCALE * step_va)) * step_va
    return np.maximum(wanted, least_va)


def _above_36(group: Group, rates: Rates) -> Candidate:
    parts = [
        _build_power_grid(Group(group.points[i : i + _TOGETHER], group.rules), rates)
        for i in range(0, len(group.points), _TOGETHER)
    ]
    kva, steps, fits = (np.concatenate(part) for part in zip(*parts, strict=True))
    overrun = micro_hours(steps, group.step_s[:, None]).sum(axis=1)
    energy = group.energy(len(rates.classes))
    return _build_candidate(group, rates, energy, (kva * 1000, overrun, fits))


def _build_power_grid(group: Group, rates: Rates) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Best whole powers of each class, the steps above them, and whether any is allowed."""
    rules = group.rules
    over = group.steps_over(MOST_C4_KVA)[:, :, rules.c4_least_kva :]
    grid = np.arange(rules.c4_least_kva, MOST_C4_KVA + 1)
    costs = np.where(
        find_forbidden_powers(group, grid),
        FAR,
        _compute_grid_costs(rates, grid, over, group.step_s),
    )
    total, at = best_powers(costs)
    fits = (total < FAR) & (group.reached_va != NONE)
    steps = np.take_along_axis(over, at[:, :, None], axis=2)[:, :, 0]
    return grid[at], steps, fits


def _compute_grid_costs(rates: Rates, grid: Ints, over: Ints, step_s: Ints) -> NDArray[Any]:
    """Cost of each power of the grid in each class: its step of the tariff, CTA, overruns."""
    scaled = Scaled(rates, rates.places())
    per_kva = np.array([1000 * one for one in scaled.per_va], np.int64)
    power = per_kva[:, None] * grid
    hours = micro_hours(over, step_s[:, None, None])
    costs: NDArray[Any] = (power + scaled.cta(power))[None] + hours * scaled.overrun_per_micro
    return costs


def find_forbidden_powers(group: Group, grid: Ints) -> NDArray[np.bool_]:
    """Powers of the grid that a class may not take, (points, classes, grid)."""
    rules: PowerRules = group.rules
    count = len(group.points)
    no = np.zeros((count, len(CLASSES), len(grid)), bool)
    no[:, -1] |= grid < rules.c4_top_kva
    no |= (grid * 1000 > group.connection_va[:, None])[:, None, :]
    covered = ~group.has_steps | (rules.overruns == "none")
    under = grid * 1000 < group.class_reached_va[:, :, None]
    return no | (under & covered[:, None, None])


def _build_candidate(
    group: Group, rates: Rates, energy: Ints, found: tuple[Ints, Whole, NDArray[np.bool_]]
) -> Candidate:
    power, overrun, fits = found
    return Candidate(
        code=rates.code,
        told=group.level >= len(rates.classes),
        fits=fits,
        bare=find_unpriced_points(rates, energy),
        power_va=power,
        overrun=overrun,
        bills=compute_bills(rates, energy, power, overrun),
    )


def as_today(group: Group, market: Market, code: str) -> Candidate:
    """The option *code* at the powers that are subscribed today."""
    rates = market.rates(code)
    if rates is None:
        return _build_empty_candidate(code, group)
    classes = len(rates.turpe.b)
    told = [subscribed_va(point.subscribed, classes) for point in group.points]
    fits = np.array([one is not None and _in_domain(rates, one[-1]) for one in told])
    power = np.array([one or [0] * classes for one in told], np.int64)
    overrun = np.zeros(len(told), np.int64)
    if classes > 1:
        most = int(power.max(initial=0)) // 1000
        over = group.steps_over(most)
        steps = np.take_along_axis(over, (power // 1000)[:, :, None], axis=2)[:, :, 0]
        overrun = micro_hours(steps, group.step_s[:, None]).sum(axis=1)
    return _build_candidate(group, rates, group.energy(len(rates.classes)), (power, overrun, fits))


def _in_domain(rates: Rates, highest_va: int) -> bool:
    """Whether a power is on the option's side of 36 kVA."""
    if rates.turpe.domain == "BT_UP_TO_36":
        return highest_va <= MOST_C5_VA
    return MOST_C5_VA < highest_va <= 1000 * MOST_C4_KVA


def subscribed_va(told: Sequence[SubscribedKva], classes: int) -> list[int] | None:
    """Today's power in each class, VA, in the order in which they rise; None when it cannot be.

    One class: the highest that is told. Four: one power for all, or each of the four, not falling.
    """
    if not told:
        return None
    if classes == 1:
        return [max(va_of(one.kva) for one in told)]
    if told[0].time_class is None:
        return [va_of(told[0].kva)] * classes
    of_class = {one.time_class: va_of(one.kva) for one in told}
    if any(name not in of_class for name in CLASSES):
        return None
    found = [of_class[name] for name in CLASSES]
    return found if found == sorted(found) else None
