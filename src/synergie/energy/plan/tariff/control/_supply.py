"""Prices of the supply against the price schedule; and the traps of how classes are named."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from synergie.energy.plan.tariff._spans import Span
from synergie.energy.plan.tariff._supply import select_price_cells
from synergie.energy.plan.tariff._words import N_
from synergie.energy.plan.tariff.control._case import Case, Line, find_part_option
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._regulated import groups
from synergie.energy.plan.tariff.control._spread import (
    bound_price,
    compute_price_tolerance,
    compute_yearly_excess,
    tell_price,
)
from synergie.energy.plan.tariff.control._units import (
    compute_row_kwh,
    eur_per_mwh,
    round_amount_to_cent,
)
from synergie.energy.plan.tariff.options import option_name
from synergie.energy.plan.tariff.time_classes import count_class_days, time_class_name
from synergie.energy.records.offer import Price
from synergie.energy.records.tariff import PriceSchedule
from synergie.errors import BadInput
from synergie.schemas.plan import Phrase

PRICE = N_("the price is not that of the price schedule")
NO_CELL = N_("the price schedule has no price for this option and class")
TWICE = N_("the price holds parts that are billed again on lines of their own")
SUBSCRIPTION = "the subscription is not that of the price schedule"
AS_BASE = "a point of four classes is billed under one: its energies cannot be compared"
NO_SCHEDULE = N_("{} lines of supply: no price schedule was given to compare them with")
NO_OPTION = N_("{} lines of supply do not tell their tariff option or their time class")

SEASON = "the calendar of the grid has this class on no day of the line"
_PARTS = ("capacity", "cee", "guarantees")
_SEASONED = frozenset({"supply", "cs_energy", *_PARTS})
_FOUR = 4


def check_class_mapping(case: Case) -> None:
    """A four-class option is billed in its classes, not under BASE; once a point and invoice."""
    for lines in case.of_points():
        for line in lines:
            if line.meaning not in {"supply", "cs_energy"} or line.option is None:
                continue
            case.checked["class-mapping"] += 1
            if line.time_class == "BASE" and _count_option_classes(case, line) >= _FOUR:
                trap = FindingDetails(
                    rule="class-mapping", line=line, found="BASE", expected=line.option,
                    reason=Phrase(text=AS_BASE),
                )  # fmt: skip
                tell(case, trap)
                break


def check_class_seasons(case: Case) -> None:
    """No energy of a class that the calendar of the grid has on no day of its line.

    How much of it is due is not known, so that no amount is told; credits are not looked at.
    """
    for line in case.lines:
        if line.meaning not in _SEASONED or line.time_class is None or line.period is None:
            continue
        case.checked["class-season"] += 1
        option = option_name(line.option or "")
        if line.row.amount_eur > 0 and not count_class_days(option, line.time_class, *line.period):
            begins, ends = line.period
            never = FindingDetails(
                rule="class-season", line=line, found=line.time_class,
                expected=f"{begins} - {ends - timedelta(days=1)}", reason=Phrase(text=SEASON),
            )  # fmt: skip
            tell(case, never)


def _count_option_classes(case: Case, line: Line) -> int:
    """How many classes the option has, by its tariff; by its name when no version is known."""
    turpe = case.turpe(line)
    if turpe is not None:
        return len(turpe.c)
    name = line.option or ""
    four = name.startswith(("BTSUP", "HTA")) or (name.startswith("BT") and "4" in name)
    return _FOUR if four else 1


def prices(case: Case) -> None:
    """Each price of the supply is that of the schedule, whole or in parts."""
    for lines in case.of_points():
        parts = {one.meaning for one in lines if one.meaning in _PARTS and one.row.amount_eur}
        for line in lines:
            if line.meaning == "supply" and not _is_base_in_classes(case, line):
                _check_line_price(case, line, bool(parts))
            elif line.meaning in _PARTS:
                _check_price_part(case, line)


def _is_base_in_classes(case: Case, line: Line) -> bool:
    return line.time_class == "BASE" and _count_option_classes(case, line) >= _FOUR


def _check_line_price(case: Case, line: Line, in_parts: bool) -> None:  # noqa: FBT001
    found = eur_per_mwh(line.row)
    dated = _find_schedule_prices(case, line)
    if dated is None or found is None:
        return
    case.checked["schedule"] += 1
    known = dated[0].figure
    if not all(one.figure for one in dated):
        _report_wrong_price(case, line, (found, None), NO_CELL)
        return
    if any(one.figure != known for one in dated):
        _check_spread_price(case, line, dated)
        return
    allowed = compute_price_tolerance(case, line)
    whole = [one.eur_per_mwh for one in known]
    own = [one.parts.supply for one in known if one.parts is not None]
    if any(abs(abs(found) - price) <= allowed for price in own):
        return
    if any(abs(abs(found) - price) <= allowed for price in whole):
        with_parts = [one for one in known if one.parts is not None]
        if in_parts and with_parts and own[0] != whole[0]:
            _report_wrong_price(case, line, (found, own[0]), TWICE)
        return
    expected = min(own or whole, key=lambda price: abs(price - abs(found)))
    if not in_parts:
        expected = min(whole, key=lambda price: abs(price - abs(found)))
    _report_wrong_price(case, line, (found, expected), PRICE)


def _check_spread_price(case: Case, line: Line, dated: list[Span[list[Price]]]) -> None:
    """A price over days on which that of the schedule changes, with its parts or without."""
    whole = [(one.begins, one.ends, one.figure[0].eur_per_mwh) for one in dated]
    own = [
        (one.begins, one.ends, one.figure[0].parts.supply)
        for one in dated
        if one.figure[0].parts is not None
    ]
    readings = [bound_price(case, line, each) for each in (whole, own) if len(each) == len(dated)]
    found = abs(eur_per_mwh(line.row) or Decimal(0))
    nearest = min(readings, key=lambda one: abs(one.compute_excess(found)))
    tell_price(case, line, nearest, ("schedule", PRICE))


def _check_price_part(case: Case, line: Line) -> None:
    """A part on a line of its own, when the schedule tells its parts."""
    found = eur_per_mwh(line.row)
    name = str(line.meaning)
    known = [
        getattr(one.parts, name)
        for dated in _iterate_dated_cells(case, line)
        for one in dated.figure
        if one.parts is not None
        and (line.time_class is None or line.time_class in _list_cell_classes(one))
    ]
    if not known or found is None:
        return
    case.checked["schedule"] += 1
    if not any(abs(abs(found) - price) <= compute_price_tolerance(case, line) for price in known):
        if line.time_class is None and min(known) < abs(found) < max(known):
            return  # one mean price over classes that differ
        expected = min(known, key=lambda price: abs(price - abs(found)))
        _report_wrong_price(case, line, (found, expected), PRICE)


def _find_schedule_prices(case: Case, line: Line) -> list[Span[list[Price]]] | None:
    """The cells of the option and class of a line, by days. None: nothing to compare with."""
    if not case.schedules:
        case.skipped[NO_SCHEDULE] += 1
        return None
    dated = list(_iterate_dated_cells(case, line))
    if not dated or (line.time_class is None and any(len(one.figure) != 1 for one in dated)):
        case.skipped[NO_OPTION] += 1
        return None
    if line.time_class is None:
        return dated
    return [
        replace(one, figure=[c for c in one.figure if line.time_class in _list_cell_classes(c)])
        for one in dated
    ]


def _list_cell_classes(price: Price) -> set[str]:
    """Classes that a cell is for: above 36 kVA, the line `Pointe` is at the price of HPH."""
    name = time_class_name(price.time_class)
    low_voltage = option_name(price.tariff_code).startswith("BTSUP")
    return {name, "POINTE"} if name == "HPH" and low_voltage else {name}


def _iterate_dated_cells(case: Case, line: Line) -> Iterator[Span[list[Price]]]:
    """All cells of the option of a line, by the days on which they hold; none: not known."""
    parts = case.terms_parts(line)
    for begins, ends, point in parts:
        option = find_part_option(line, point, alone=len(parts) == 1)
        if option is None:
            continue
        for first, after in pairwise(_list_marks(case, begins, ends)):
            yield Span(first, after, list(_iterate_cells(case, option, first)))


def _list_marks(case: Case, begins: date, ends: date) -> list[date]:
    """The days of [begins, ends] from which other prices may hold."""
    marks = {date(year, 1, 1) for year in range(begins.year + 1, ends.year + 1)}
    for schedule in case.schedules:
        marks |= {one for one in (schedule.valid_from, schedule.valid_to) if one is not None}
    return [begins, *sorted(day for day in marks if begins < day < ends), ends]


def _iterate_cells(case: Case, option: str, day: date) -> Iterator[Price]:
    for schedule in case.schedules:
        try:
            yield from select_price_cells(schedule, option, day).prices.values()
        except BadInput:
            continue  # a schedule of another market year


def _report_wrong_price(
    case: Case, line: Line, price: tuple[Decimal, Decimal | None], why: str
) -> None:
    found, expected = price
    over = None
    if expected is not None:
        over = round_amount_to_cent(
            (abs(found) - expected) * (compute_row_kwh(line.row) or Decimal(0)) / 1000
        )
    wrong = FindingDetails(
        rule="schedule", line=line, found=found.quantize(Decimal("0.001")),
        expected="-" if expected is None else expected, reason=Phrase(text=why), amount=over,
    )  # fmt: skip
    tell(case, wrong)


def check_subscriptions(case: Case) -> None:
    """The subscription of the supply: the year's amount for the days, or for the months."""
    for lines in case.of_points():
        for group in groups(lines, ("subscription",)):
            parts = case.terms_parts(group.first)
            options = [find_part_option(group.first, p, alone=len(parts) == 1) for *_, p in parts]
            years = [
                [
                    (begins, ends, _find_subscription(schedule, option))
                    for (begins, ends, _), option in zip(parts, options, strict=True)
                ]
                for schedule in case.schedules
            ]
            known = [each for each in years if any(eur is not None for _, _, eur in each)]
            if not known:
                continue
            case.checked["schedule"] += 1
            over = min(
                (
                    compute_yearly_excess(
                        case, group.amount, [(a, b, eur or Decimal(0)) for a, b, eur in each]
                    )
                    for each in known
                ),
                key=abs,
            )
            if abs(over) > case.rules.eur:
                wrong = FindingDetails(
                    rule="schedule", line=group.first, found=group.amount,
                    expected=group.amount - over, reason=Phrase(text=SUBSCRIPTION), amount=over,
                )  # fmt: skip
                tell(case, wrong)


def _find_subscription(schedule: PriceSchedule, option: str | None) -> Decimal | None:
    """The subscription of an option in a schedule, EUR a year. None: it has none."""
    mine = (one for one in schedule.subscriptions if option_name(one.tariff_code) == (option or ""))
    return next((one.eur_per_point for one in mine), None)
