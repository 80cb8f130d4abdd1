"""Energies of periods: a row a bill, or a row a point with a column a month."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._beside import RowKinds, look_beside
from synergie.formats.tables._cells import (
    Cell,
    goes_over,
    is_blank,
    month_of,
    parse_amount,
    parse_civil_cell,
    parse_month_cell,
    parse_year,
    strip_cell_text,
)
from synergie.formats.tables._heading import list_denials, parse_heading, plain_symbols
from synergie.formats.tables._row import RowReader, build_row_record
from synergie.formats.tables._terms import BillTerms
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._totals import Data
from synergie.formats.tables._vocabulary import MONEY
from synergie.formats.tables._words import counts_months, normalize_words, unit_in
from synergie.formats.tables.energies import Energies
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.table_profile import ENERGIES, TableColumn, TableUnit

_TO_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1), "MWh": Decimal(1000)}
_ENERGY = "an energy in Wh, kWh or MWh"
_YEAR = "the year of the month, in its name, a column or the profile"
_A_YEAR = "a year as 2025"
_PERIOD = "a period: from and to, or a month"
_DAYS = re.compile(r"(?:nb|nbre|nombre|n)(?: de)? jours?(?: (?:factures?|de conso\w*|releves?))?")
_LONGEST = 35
"""Days between two readings of one month, at most."""
_IN_A_MONTH = "days of one month; a longer period has its begin and its end (Du, Au)"
_OF_ALL = "the cost is of all classes together and the table has no total of them: it was not kept"

_PARTS = Decimal("0.005")
"""Share by which a total may differ from its parts."""
_IN_A_YEAR = frozenset({"month", "date", "from_date", "to_date"})
_BESIDE = frozenset({"cost", "cost_ht", "cost_ttc", "emissions", "volume"})
_COLUMN_OF = {
    "energy_kwh": "value", "cost_eur": "cost_ht", "emissions_kg": "emissions",
    "volume_m3": "volume", "supply_point": "supply_point",
}  # fmt: skip


def build_period_energies(
    table: Iterator[TableRow], reader: RowReader
) -> Iterator[PeriodEnergy | SupplyTerms]:
    """One energy a class and row, in the order of the file; totals are passed over."""
    data = Data(reader, [place for _, place in reader.values])
    yield from _read_period_records(data.rows(table), _Bills(reader), reader.report)


def wide_months(
    table: Iterator[TableRow], reader: RowReader
) -> Iterator[PeriodEnergy | SupplyTerms]:
    """One energy a month that is filled; a blank month is absent, not zero."""
    months = _Months(reader)
    data = Data(reader, [place for place, _ in months.columns])
    yield from _read_period_records(data.rows(table), months, reader.report)


def _read_period_records(
    rows: Iterator[TableRow], maker: "_Bills | _Months", report: Report
) -> Iterator[PeriodEnergy | SupplyTerms]:
    """What the rows hold; a row that says the same again is a duplicate, another is refused."""
    reader, told, terms = maker.reader, Energies(report), BillTerms(maker.reader)
    units, kinds, last = reader.units, RowKinds(report, sampled=True), date.min
    for place, cells in rows:
        try:
            records = maker.records(cells)
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        new = told.add(records, place, bill=reader.bill(cells), kva=reader.kva(cells))
        beside = reader.beside(cells)
        look_beside(new, beside, place, report, units=units)
        if new:
            kinds.look(new[0].name, beside, place)
        last = max(last, *(one.from_date for one in new), date.min)
        if new:
            terms.add(cells, new[0].supply_point, new[0].from_date)
    kinds.end()
    for written, text, where in reader.papers:
        if written < (last.year, last.month):
            report.find(checks.TITLE_CLAIMS, text, place=where)
    if "tariff_class" in reader.at:
        told.compare_classes()
    yield from told.all(
        maker.counts,
        side=reader.whole.stamp or "end",
        least_rises=reader.least_rises,
        by_month="month" in reader.at,
    )
    yield from terms.records()


class _Bills:
    """Rows of bills."""

    def __init__(self, reader: RowReader) -> None:
        self.reader = reader
        self.costs = bool(_BESIDE & reader.at.keys())
        self.counts = {
            column.tariff_class: column.counts for column, _ in reader.values if column.counts
        }

    def records(self, cells: Sequence[Cell]) -> list[PeriodEnergy]:
        """One a value column: the classes, and all together where the table has it."""
        reader = self.reader
        first, after = _read_row_period(reader, cells)
        out, told = [], self._beside(cells)
        alone = [
            column
            for column, _ in reader.values
            if column.tariff_class is None and column.direction != "export"
        ] or [column for column, _ in reader.values if column.tariff_class is None]
        for column, place in reader.values:
            unit = reader.unit(cells, column)
            value = _parse_energy_cell(cells[place], column, unit, reader)
            if value is None and len(reader.values) > 1 and column.tariff_class is not None:
                continue
            beside = told if column in alone[:1] or len(reader.values) == 1 else {}
            out.append(_build_row_energy(reader, cells, (first, after), value, column, beside))
        if reader.is_credit(cells):
            out = [_as_credit(one) for one in out]
        if not reader.values:
            out.append(_build_row_energy(reader, cells, (first, after), None, None, told))
        if told and not alone and len(reader.values) > 1:
            reader.report.note(_OF_ALL)
        return out

    def _beside(self, cells: Sequence[Cell]) -> dict[str, object]:
        """Cost, emissions and volume of the row, those it has."""
        reader, found = self.reader, dict[str, object]()
        if not self.costs:
            return found
        without, with_vat = reader.number(cells, "cost_ht"), reader.number(cells, "cost_ttc")
        if without is not None or with_vat is not None:
            found["cost_eur"] = with_vat if without is None else without
            found["vat_included"] = without is None
        elif (cost := reader.number(cells, "cost")) is not None:
            found["cost_eur"] = cost
        for what, name in (("emissions", "emissions_kg"), ("volume", "volume_m3")):
            number = reader.number(cells, what)  # type: ignore[arg-type]  # a literal of two
            if number is not None:
                found[name] = number
        return found


def _as_credit(one: PeriodEnergy) -> PeriodEnergy:
    """The energy and cost of a credit are taken back, whatever their sign in the file."""
    energy, cost = one.energy_kwh, one.cost_eur
    told = {
        "energy_kwh": None if energy is None else -abs(energy),
        "cost_eur": None if cost is None else -abs(cost),
    }
    return one.model_copy(update=told)


class _Months:
    """Rows with a column a month."""

    def __init__(self, reader: RowReader) -> None:
        self.reader = reader
        self.columns = [
            (place, told)
            for place, name in enumerate(reader.head.names)
            if (told := month_of(name)) is not None
        ]
        numbers = [number for _, (_, number) in self.columns]
        turn = numbers.index(min(numbers)) if goes_over(numbers) else len(numbers)
        self.next_year = {place for place, _ in self.columns[turn:]}
        """Bare months after New Year."""
        self.totals = [
            place
            for place, name in enumerate(reader.head.names)
            if place not in reader.used and _is_total_of_months(name)
        ]
        self.value = TableColumn(name="value", field="value", unit=reader.table.unit)
        self.counts: dict[str | None, str] = {}

    def records(self, cells: Sequence[Cell]) -> list[PeriodEnergy]:
        """One a filled month."""
        reader, out = self.reader, []
        for place, (year, number) in self.columns:
            if is_blank(cells[place], reader.table):
                continue
            name = reader.head.names[place]
            told = {"name": name, "unit": unit_in(name) or reader.table.unit}
            column = self.value.model_copy(update=told)
            unit = reader.unit(cells, column)
            value = _parse_energy_cell(cells[place], column, unit, reader)
            span = _month_span(
                year or _read_row_year(reader, cells) + (place in self.next_year), number
            )
            out.append(_build_row_energy(reader, cells, span, value, column, {}))
        if not out:
            reader.named(cells)
        self._compare(cells, out)
        return out

    def _compare(self, cells: Sequence[Cell], out: Sequence[PeriodEnergy]) -> None:
        """A column that is called the total against the months of the row."""
        added = sum((one.energy_kwh or Decimal(0) for one in out), Decimal(0))
        for place in self.totals:
            name = self.reader.head.names[place]
            unit = unit_in(name) or self.reader.table.unit
            if unit not in ENERGIES or is_blank(cells[place], self.reader.table):
                continue
            try:
                number = parse_amount(cells[place], f"/{name}", self.reader.table)
            except BadInput:
                continue
            told = number * _TO_KWH[unit]
            apart = max(
                _PARTS * abs(told), Decimal(len(out)), _compute_rounding(number, unit, len(out))
            )
            if abs(told - added) > apart:
                self.reader.report.find(checks.PARTS_DIFFER, out[0].name, added, told)


def _compute_rounding(total: Decimal, unit: TableUnit, parts: int) -> Decimal:
    """KWh by which *total* may differ from its parts, each rounded to as many decimals.

    Three standard deviations of the sum of that many roundings.
    """
    step = Decimal(1).scaleb(int(total.as_tuple().exponent)) * _TO_KWH[unit]
    return step * Decimal(parts + 1).sqrt() * Decimal("0.87")


_TOTAL = re.compile(r"\b(total|totale|totaux|cumul|somme|annuel(le)?)\b")
_BARE_TOTAL = re.compile(
    r"(grand |sous )?(total|totaux|cumul|somme)( (general|annuel|annee|de l annee|(19|20)\d\d))*"
)
_OF_MONEY = re.compile(
    r"\b(couts?|montants?|depenses?|prix|payee?s?|factures?|reglee?s?|cost|amount)\b"
)


def _is_total_of_months(name: str) -> bool:
    """Whether the column is the total of the months: its name has the unit, or the word alone."""
    told, text = parse_heading(name), normalize_words(name)
    if _OF_MONEY.search(text) or set(list_denials(name)) - {"running_sum"}:
        return False
    if told.role not in {"unknown", "energy", "running_sum"} or MONEY.search(plain_symbols(name)):
        return False
    if _BARE_TOTAL.fullmatch(text):
        return True
    return _TOTAL.search(text) is not None and unit_in(name) in ENERGIES


def _build_row_energy(  # noqa: PLR0917 (what an energy is made of)
    reader: RowReader,
    cells: Sequence[Cell],
    span: tuple[date, date],
    value: Decimal | None,
    column: TableColumn | None,
    beside: dict[str, object],
) -> PeriodEnergy:
    name, key = reader.named(cells)
    quality, told = reader.quality(cells)

    def where(field: str) -> str:
        if field == "energy_kwh" and column is not None:
            return f"/{column.name}"
        return reader.where(_COLUMN_OF.get(field, field))  # type: ignore[arg-type]  # any name

    return build_row_record(
        PeriodEnergy,
        where,
        name=name,
        supply_point=key,
        commune=reader.text(cells, "commune"),
        direction=(column and column.direction) or reader.direction(cells),
        from_date=span[0],
        to_date=span[1],
        energy_kwh=value,
        energy=reader.table.energy,
        tariff_class=None if column is None else reader.tariff_class(cells, column),
        quality="missing" if value is None and column is not None else quality,
        source_quality=told,
        source=reader.source,
        provenance=reader.provenance(key),
        **beside,
    )


def _parse_energy_cell(
    cell: Cell, column: TableColumn, unit: TableUnit, reader: RowReader
) -> Decimal | None:
    """The energy in kWh, exactly; None for a blank."""
    if unit not in ENERGIES:
        raise BadInput(f"/{column.name}", unit, _ENERGY, checks.UNIT_UNKNOWN.code)
    if is_blank(cell, reader.table):
        return None
    value = parse_amount(cell, f"/{column.name}", reader.table, unit=unit, lost=reader.lost)
    scaled = value * _TO_KWH[unit]
    cut = scaled.quantize(Decimal("0.000001"))
    if cut != scaled:
        reader.lost()
    return cut.normalize() if cut % 1 else cut.quantize(Decimal(1))


def _read_row_period(reader: RowReader, cells: Sequence[Cell]) -> tuple[date, date]:
    """First day and the day after the last, as the profile says of its end column."""
    first, last = reader.cell(cells, "from_date"), reader.cell(cells, "to_date")
    if first is not None and last is not None:
        begin = parse_civil_cell(first, reader.where("from_date"), reader.table)
        end = parse_civil_cell(last, reader.where("to_date"), reader.table)
        if reader.table.last_day != "excluded":
            end = _compute_next_day(end, reader.where("to_date"))
        return begin, end
    told = reader.cell(cells, "month")
    where = reader.where("month")
    if told is None:
        told, where = reader.cell(cells, "date"), reader.where("date")
    if told is not None and reader.table.step == "P1D":
        begin = parse_civil_cell(told, where, reader.table)
        return begin, _compute_next_day(begin, where)
    if told is None and "year" in reader.at and not reader.at.keys() & _IN_A_YEAR:
        whole = _read_row_year(reader, cells)
        return date(whole, 1, 1), date(whole + 1, 1, 1)
    if told is None:
        raise BadInput(reader.where("from_date"), "", _PERIOD)
    year, number = parse_month_cell(told, where, reader.table)
    _stop_at_days(reader, cells)
    return _month_span(year or _read_row_year(reader, cells), number)


def _stop_at_days(reader: RowReader, cells: Sequence[Cell]) -> None:
    """BadInput for a count of days, or of months, that is more than of one month."""
    for place, most in _find_day_count_columns(reader.head.names):
        told = strip_cell_text(cells[place]) if place < len(cells) else ""
        if told.isdecimal() and int(told[:9]) > most:
            raise BadInput(f"/{reader.head.names[place]}", told, _IN_A_MONTH)


@lru_cache(maxsize=64)
def _find_day_count_columns(names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Columns that count days or months, and how many a month has."""
    some = list(enumerate(names))
    days = [(place, _LONGEST) for place, name in some if _DAYS.fullmatch(normalize_words(name))]
    return days + [(place, 1) for place, name in some if counts_months(name)]


def _compute_next_day(day: date, where: str) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError as error:
        raise BadInput(where, day.isoformat(), _PERIOD) from error


def _read_row_year(reader: RowReader, cells: Sequence[Cell]) -> int:
    told = reader.cell(cells, "year")
    if told is None:
        if reader.table.year is None:
            raise BadInput(reader.where("year"), "", _YEAR)
        return reader.table.year
    text = strip_cell_text(told)
    if (year := parse_year(text)) is not None:
        return year
    raise BadInput(reader.where("year"), text, _A_YEAR)


def _month_span(year: int, number: int) -> tuple[date, date]:
    try:
        first = date(year, number, 1)
        return first, date(year + number // 12, number % 12 + 1, 1)
    except ValueError as error:
        raise BadInput("/month", f"{year}-{number}", _YEAR) from error
