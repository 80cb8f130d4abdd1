"""Energies of periods, row after row: what says the same again, then what all of them say.

Every table and every template of energies goes through here, under whatever head they stand.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Place, Report
from synergie.formats.tables._around import Totals, look_above, other_quantity
from synergie.formats.tables._beside import RowKinds, look_beside
from synergie.formats.tables._claims import find_title_claims
from synergie.formats.tables._endings import by_class, select_energy_rows
from synergie.formats.tables._grids import find_coarse_energies
from synergie.formats.tables._labels import OTHER_QUANTITY, is_other_row, is_total, names_quantity
from synergie.formats.tables._names import look_at_months, look_at_names, look_at_zeros
from synergie.formats.tables._point_energies import look_at_point_names
from synergie.formats.tables._span import Span
from synergie.formats.tables._spans import ESTIMATES, RISES, arrange_spans
from synergie.formats.tables._words import normalize_words
from synergie.formats.tables.titles import find_file_qualifier
from synergie.schemas.readings.period_energy import PeriodEnergy

_ONCE = "the value already given for this point and period"
_PARTS = Decimal("0.005")
"""Share by which a total may differ from its parts."""
_CANCELLED = "bills were cancelled by a credit of the same period: neither is counted"
_REPLACED = "estimated energies were replaced by the measured ones of the same periods"
_SOME = 3
"""Refused rows from which on their share counts."""


def iterate_energies_once[R](
    rows: Iterable[tuple[Place, R]],
    report: Report,
    parse: Callable[[R], PeriodEnergy],
    *,
    beside: Callable[[R], Mapping[str, str]] | None = None,
    nested: bool = False,
) -> Iterator[PeriodEnergy]:
    """What the rows of a known form tell by *parse*, each energy once, and what all say together.

    A row that *parse* refuses is left out, one that is called a total is passed over; doubts are
    found in *report*, as of any table. *beside*: what stands in columns of a row that are none of
    the form. *nested*: as `arranged`. Memory grows with the rows.
    """
    told = Energies(report)
    for place, row in rows:
        try:
            one = parse(row)
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        if one.supply_point is None and is_total_label(one.name):
            report.find(checks.TOTAL_ROW, place=place)
            report.totals += 1
        else:
            told.add((one,), place)
            if beside is not None:
                look_beside((one,), beside(row), place, report)
    told.compare_classes()
    yield from told.all(nested=nested, by_month=not nested)
    count_refusals(report)


def _other_fuel(some: Sequence[PeriodEnergy]) -> str | None:
    """The name of a point without a number of electricity or gas that is of heat or water."""
    for one in some:
        numbered = one.supply_point is not None and not one.supply_point.startswith("other:")
        if numbered or is_total_label(one.name):
            continue
        if names_quantity(one.name) or is_other_row(one.name, gas=one.energy == "gas"):
            return one.name
    return None


class EnergyRow(NamedTuple):
    """A row of a template of energies."""

    place: Place
    records: Sequence[PeriodEnergy]
    beside: Mapping[str, str] = {}
    """What stands in the columns that are not ours, by their names."""


def filled_energies(
    rows: Iterable[EnergyRow], report: Report, titles: Sequence[str], names: Sequence[str]
) -> Iterator[PeriodEnergy]:
    """As `energies`, of a template that people fill: what stands around its rows is looked at.

    *titles* stand above them, *names* are those of the columns of numbers, ours or not.
    """
    told, totals, kinds = Energies(report), Totals(report), RowKinds(report, sampled=False)
    years = set[int]()
    for place, some, beside in rows:
        other = other_quantity(beside) or _other_fuel(some)
        if other is not None:
            report.refuse(place, BadInput("row", other, OTHER_QUANTITY, checks.NOT_ENERGY.code))
        elif not totals.take(some, place):
            look_beside(some, beside, place, report)
            kinds.look(some[0].name if some else "", beside, place)
            years |= {one.from_date.year for one in some}
            told.add(some, place)
    kinds.end()
    look_above(titles, names, years, report)
    told.compare_classes()
    yield from told.all(by_month=True)
    count_refusals(report)


_OWN_HEAD = "Consommation (kWh)"
_NUMBER = re.compile(r"(?<=[\s_-])\(?\d{1,2}\)?(?=[\s_-]|$)")
"""That of a copy or of a version, in the name of a file."""
_ENDING = re.compile(r"(?i)(?:\.(?:csv|txt|xlsx|ods|gz|zip))+$")


_UNITS = ("kWh", "€", "m³", "kg")
"""Of the amounts of an energy."""


class Energies:
    """The energies of a table, as its rows come."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._known: dict[str, tuple[object, ...]] = {}
        self._spans: dict[str, Span] = {}
        self._bills: dict[str, str] = {}

    def add(
        self,
        told: Sequence[PeriodEnergy],
        place: Place,
        *,
        bill: str = "",
        kva: Decimal | None = None,
    ) -> list[PeriodEnergy]:
        """What of one row is new; none of a row that repeats, cancels or contradicts another.

        *bill* is the number of the bill of the row, *kva* its subscribed power.
        """
        report = self.report
        try:
            left = [one for one in told if not self._takes_back(one)]
            new = {key: one for one in left if (key := self._new_key(one)) is not None}
        except BadInput as fault:
            report.refuse(place, fault)
            before, now = self._find_two_values(told)
            report.find(checks.TWO_VALUES, told[0].name, before, now, place=place)
            return []
        if left and not new:
            report.duplicates += 1
            if bill != self._bills.get(left[0].external_id, bill):
                report.find(checks.TWIN_BILLS, bill, place=place)
            return []
        report.kept += 1
        _report_class_doubts(left, place, report)
        self._known.update((key, _get_amounts(one)) for key, one in new.items())
        self._bills.update(dict.fromkeys(new, bill))
        self._spans.update((key, Span(one, place, kva)) for key, one in new.items())
        return list(new.values())

    def all(
        self,
        counts: Mapping[str | None, str] | None = None,
        *,
        side: Literal["start", "end"] = "end",
        least_rises: int = RISES,
        by_month: bool = False,
        nested: bool = False,
    ) -> list[PeriodEnergy]:
        """What the rows hold once all are there, as `arranged`; *by_month*: each tells a month."""
        bare = select_energy_rows(list(self._spans.values()), self.report)
        spans = by_class(bare, self.report)
        if spans is not bare:
            _compare_periods(spans, self.report)
        look_at_names(spans, self.report)
        look_at_point_names(spans, self.report)
        look_at_zeros(spans, self.report)
        if by_month:
            look_at_months(spans, self.report)
        return arrange_spans(
            spans, self.report, counts or {}, side=side, least_rises=least_rises, nested=nested
        )

    def compare_classes(self) -> None:
        """Hold the classes of each period that have rows of their own against its total."""
        _compare_periods(self._spans.values(), self.report)

    def _takes_back(self, one: PeriodEnergy) -> bool:
        """Whether *one* cancels what an earlier row told of its period, and is none itself.

        A measure takes the place of the estimate of the same period: the last word counts.
        """
        before = self._spans.get(one.external_id)
        if before is None or one.energy_kwh is None:
            return False
        cancels = one.energy_kwh < 0 and before.kwh == -one.energy_kwh
        replaces = before.one.quality in ESTIMATES and one.quality not in ESTIMATES
        if cancels or replaces:
            del self._known[one.external_id], self._spans[one.external_id]
            self.report.note(_CANCELLED if cancels else _REPLACED)
        return cancels

    def _find_two_values(self, told: Sequence[PeriodEnergy]) -> tuple[str, str]:
        """What was read before and what *told* says now, where they first differ."""
        for one in told:
            now = _get_amounts(one)
            before = self._known.get(one.external_id, now)
            for at in range(len(now)):
                if before[at] != now[at]:
                    return _tell_amount(before, at), _tell_amount(now, at)
        return "–", "–"

    def _new_key(self, one: PeriodEnergy) -> str | None:
        """The business key of an energy that is new; None when it is there already."""
        key = one.external_id
        before = self._known.get(key)
        if before is None:
            return key
        if before == _get_amounts(one):
            return None
        raise BadInput("row", one.energy_kwh, _ONCE, checks.CONFLICTING_DUPLICATE.code)


def _tell_amount(amounts: tuple[object, ...], at: int) -> str:
    number = amounts[at]
    told = f"{number.normalize():f}" if isinstance(number, Decimal) else "–"
    return f"{told} {_UNITS[at]}"


def _get_amounts(one: PeriodEnergy) -> tuple[object, ...]:
    return one.energy_kwh, one.cost_eur, one.volume_m3, one.emissions_kg


def _report_class_doubts(records: Sequence[PeriodEnergy], place: Place, report: Report) -> None:
    """Classes against their total, and what was estimated."""
    if any(one.quality in {"estimated", "reconstructed"} for one in records):
        report.find(checks.ESTIMATED, place=place)
    _compare_classes(records, place, report)


def _compare_periods(spans: Iterable[Span], report: Report) -> None:
    """Hold the classes of each point and period against their total."""
    periods: dict[tuple[object, ...], list[Span]] = defaultdict(list)
    for span in spans:
        one = span.one
        side = (one.energy, one.direction, one.grid, one.calendar)
        periods[one.supply_point or one.name, side, one.from_date, one.to_date].append(span)
    for some in periods.values():
        _compare_classes([span.one for span in some], some[0].place, report)


def _compare_classes(records: Sequence[PeriodEnergy], place: Place, report: Report) -> None:
    total = next((one.energy_kwh for one in records if one.tariff_class is None), None)
    again = {id(one) for one in find_coarse_energies(records)}
    parts = [o.energy_kwh for o in records if o.tariff_class is not None and id(o) not in again]
    if total is None or not parts or None in parts:
        return
    added = sum((part for part in parts if part is not None), Decimal(0))
    apart = abs(added - total)
    if apart > max(_PARTS * abs(total), Decimal(len(parts))):
        report.find(checks.PARTS_DIFFER, records[0].name, added, total, place=place)
    elif apart > Decimal(len(parts)):
        report.find(checks.CLASS_SUM, added, total, place=place)


def count_refusals(report: Report) -> None:
    """Many rows that cannot be read say that the table was not understood.

    Rows of budgets or of another flow beside the measured ones are only told, unless they are most.
    """
    others = sum(one.code == checks.NOT_ENERGY.code for one in report.refused)
    bad = report.refusals - (others if others <= report.kept else 0)
    rows = report.kept + report.duplicates + report.totals + report.refusals
    if bad >= _SOME and bad * 10 > rows:
        report.find(checks.MANY_REFUSED, bad, rows, place=report.refused[0].line)


def is_total_label(label: str) -> bool:
    """Whether *label* names a sum of rows: `Total lot 1`, `Sous-total`; never `TotalEnergies`."""
    return is_total(normalize_words(label))


def is_named_after_others(file: str) -> bool:
    """Whether the name of a *file* of energies says that nobody measured them, or are no energies.

    `previsions_2026.csv`, `conso_allouée.xlsx`.
    """
    stem = _NUMBER.sub(" ", _ENDING.sub("", file))
    claims = find_title_claims([], stem, [_OWN_HEAD], ())
    return find_file_qualifier(stem, ()) is not None or next(claims, None) is not None
