"""Which column of a table is which field, by its name and its cells, and how rows are laid out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise, permutations
from statistics import median_low

from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._head import MONTHS, Head
from synergie.formats.tables._heading import ENERGY, NO_ENERGY, is_denied, is_only, parse_heading
from synergie.formats.tables._labels import is_total, tells_natures
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._vocabulary import PLACE, Role
from synergie.formats.tables._words import (
    PERSONAL,
    Meaning,
    class_in,
    find_name_meaning,
    is_export_name,
    is_index,
    is_of_unknown_time,
    is_old_index,
    normalize_words,
    unit_in,
)
from synergie.formats.values import read_number
from synergie.schemas.readings.table_profile import ENERGIES, REPEATED, Layout, TableField

type Found = dict[int, Meaning]
"""Place of a column, from 0 → what it holds."""

DATED: frozenset[TableField] = frozenset({
    "from_date", "to_date", "date", "datetime", "valid_from", "contract_end",
})  # fmt: skip
NUMBERS: frozenset[TableField] = frozenset({
    "value", "volume", "cost", "cost_ht", "cost_ttc", "emissions", "subscribed_power",
    "annual_energy",
})  # fmt: skip

_FLOWS = frozenset[Role]({"drawn", "injected"})
_NOT_OF_NUMBERS: frozenset[TableField] = DATED | {"month", "tariff_class", "name"}
"""Fields that numbers are none of: `Tot.` and `Week-end` among classes are no end of a period."""
COSTS: frozenset[TableField] = frozenset({"cost", "cost_ht", "cost_ttc"})

_READ = "columns of a point, a time and a value, or a list of delivery points"
_VALUES = "numbers: no formula is computed here, save the table with its values"
_LENGTH = (
    "the begin and the end of each period (Du, Au), a row a day without holes, or months: the "
    "answer role:COLUMN=month"
)
_JANUARY = N_("days of January, or first days of months: the answer dates=dmy, or dates=mdy")
_FEW_DAYS, _MANY_DAYS = 3, 13
_OLD = re.compile(r"\b(anciens?|ancienne|precedente?s?|old|former)\b")
_CLASS = "a class of energy, such as HP or Pointe, or the answer role:COLUMN=ignore"
_ALL_CLASSES = re.compile(r"(tot|ensemble|somme|tou(s|tes)( postes?)?|th|globale?|kwh|energie)")
_APART = 100
"""Times that a class may be of another."""
_TWO_POINTS = "one point a row: the answer role:COLUMN=ignore leaves a column out"
_ONE_YEAR = "one energy of a year a point; the answer role:COLUMN=ignore for each other column"
_LEAST_MONTH, _MOST_MONTH = 28, 31
_LONG = re.compile(r"\b(trimestr\w*|semestr\w*|bimestr\w*|hebdo\w*|weekly|quarterly)\b")
_LONGER = re.compile(r"\b(?:(?:bi|tri|se)mestres?|semaines?)\b")
"""What a number of a column is no month by."""
_OTHER = re.compile(rf"{_LONG.pattern}|\b(journali\w*|quotidien\w*|daily)\b")
_OF_A_PART = re.compile(rf"{_OTHER.pattern}|\b(mensuel\w*|monthly|mois)\b")
_A_DAY = re.compile(r"\b(jours?|journees?|days?|daily|quotidien\w*|journali\w*)\b")
_BY_DAY = re.compile(r"\b(par jour|journees|jours|daily|quotidien\w*|journali\w*)\b")
_OF_PAPER = re.compile(r"\b(factur\w*|emission|edition|releves?|relevee?s?|paiement|echeance)\b")
"""A date that is told when something is written, after the period that it is of."""
_POWER = re.compile(
    r"(?:puissances?|puiss|p)(?: (?:en )?kva)?(?: (?:compteur|contrat|point|pdl|prm))?"
)
_POWERS = frozenset[Role]({"power", "apparent"})
_KVA = re.compile(r"[1-9]\d{0,2}(?: ?kVA)?", re.IGNORECASE)
_YEAR_OF = re.compile(r"annees?(?: (?:de )?(?:reference|conso\w*|declaration))?|exercice|year")
_OF_READING = re.compile(r"\b(releves?|mesure|index|lecture)\b")
_OF_BILL = re.compile(
    r"\b(factur\w*|emission|edition|paiement|reglement|mandat\w*|comptab\w*|prelevements?)\b"
)
_OF_ONE = frozenset[TableField]({"month", "year", "date"})
"""What tells the time of a row in one column."""
_OF_FEES = re.compile(r"\b(abonnements?|abo|primes?)\b")
_OF_USE = re.compile(r"\bp[ée]riodes?\b|\bconso|\bfacturée?s?\b")
_MOST = 0.9
_HALF = 0.5
_PAIR = 2


@dataclass(frozen=True, slots=True)
class TableStart:
    """The first rows of a table, its head among them."""

    rows: list[TableRow]
    head: Head
    separator: str | None
    file: str
    """Its name."""
    sheet: str = ""
    """That of its sheet, or the words that those of several have in common. Empty: none."""
    sheets: tuple[str, ...] = ()
    """The names of several sheets, and the titles above the heads of all but the first."""

    def column(self, at: int) -> list[Cell]:
        """The filled cells under one name of the head."""
        below = self.rows[self.head.first + self.head.rows :]
        return [c[at] for _, c in below if at < len(c) and strip_cell_text(c[at])]

    def below(self) -> list[Sequence[Cell]]:
        """The rows under the head."""
        return [cells for _, cells in self.rows[self.head.first + self.head.rows :]]

    def titles(self) -> str:
        """What stands above the head."""
        return " ".join(self.title_cells())

    def title_cells(self) -> list[str]:
        """The same, cell by cell."""
        return [strip_cell_text(c) for _, cells in self.rows[: self.head.first] for c in cells]

    def above(self) -> str:
        """Titles, names of columns and of the file, as words; names of places are none."""
        told = normalize_words(" ".join([self.titles(), *self.head.names, self.file]))
        return re.sub(rf"\b{PLACE}\b", " ", told)


def compare_dials(seen: TableStart) -> dict[int, Decimal]:
    """How many times a column is what two columns of dials beside differ by, in every row.

    1 where it is just that for two of several, else the middle one, where there are two alone.
    """
    dials = [at for at, name in enumerate(seen.head.names) if is_old_index(name)]
    out: dict[int, Decimal] = {}
    for at in set(range(len(seen.head.names))).difference(dials) if len(dials) > 1 else ():
        for old, new in permutations(dials, 2):
            rows = [cells for cells in seen.below() if len(cells) > max(at, old, new)]
            told = ([read_number(strip_cell_text(c[i])) for i in (at, old, new)] for c in rows)
            some = [
                e / (b - a)
                for e, a, b in told
                if e is not None and a is not None and b is not None and b > a
            ]
            if some and (set(some) == {1} or (len(dials) == _PAIR and at not in out)):
                out[at] = median_low(some)
    return out


def find_fields(seen: TableStart, forced: Mapping[int, str]) -> Found:
    """What each column is, by what a person said of it, its name and its cells.

    One column a field, but all that may hold the values: `Candidates` chooses among them.
    """
    found: Found = {}
    for at, name in enumerate(seen.head.names):
        told = (
            forced_meaning(forced[at], name)
            if at in forced
            else _find_column_meaning(seen, at, name)
        )
        if told is not None:
            found[at] = told
    _classes_beside(seen, found)
    _points_beside(seen, found, forced)
    _drop_bills(found, seen.head.names, forced)
    _pair_readings(seen, found, forced)
    _merge_times(seen, found)
    _drop_parts(found, seen.head.names, forced)
    if all(told.field != "value" for told in found.values()):
        found |= {
            at: Meaning("value", class_in(name := seen.head.names[at]), unit_in(name))
            for at, times in compare_dials(seen).items()
            if times == 1 and at not in forced
        }
    return _select_best_columns(found, seen.head.names)


def _classes_beside(seen: TableStart, found: Found) -> None:
    """A `P` among columns of classes is their peak, a bare `Total` their sum."""
    classes = {told.tariff_class for told in found.values() if told.field == "value"} - {None}
    for at, name in enumerate(seen.head.names):
        if len(classes) > 1 and at not in found and normalize_words(name) in {"p", "h p"}:
            found[at] = Meaning("value", "POINTE")
        if len(classes) > 1 and at not in found and _is_energy_too(seen, found, at):
            if not _ALL_CLASSES.fullmatch(normalize_words(name)) and not is_total(
                normalize_words(name)
            ):
                raise BadInput(f"/{name}", name, _CLASS)
            found[at] = Meaning("value")


def _is_energy_too(seen: TableStart, found: Found, at: int) -> bool:
    """Whether a column that names no quantity holds numbers as large as those of the classes."""
    name = seen.head.names[at]
    told = find_name_meaning(name)
    if told is not None and told.field not in _NOT_OF_NUMBERS:
        return False
    if (
        parse_heading(name).role != "unknown"
        or is_denied(name)
        or PERSONAL.search(normalize_words(name))
    ):
        return False
    if (
        month_of(name)
        or _compute_number_share(seen.column(at)) <= _MOST
        or NO_ENERGY.search(normalize_words(name))
    ):
        return False
    bare = [i for i, one in found.items() if one.tariff_class and not one.unit]
    usual = [_compute_median_number(seen.column(i)) for i in bare]
    mine = _compute_median_number(seen.column(at))
    return bool(usual) and mine > 0 and min(usual) / _APART <= mine <= max(usual) * _APART


def _compute_median_number(column: Sequence[Cell]) -> float:
    """The middle number of a column by its digits: 0 when it has none."""
    told = sorted(float("0" + re.sub(r"[^\d]", "", strip_cell_text(cell)[:15])) for cell in column)
    return told[len(told) // 2] if told else 0.0


def _points_beside(seen: TableStart, found: Found, forced: Mapping[int, str]) -> None:
    """BadInput for two columns of numbers of points that differ in a row."""
    some = [
        at
        for at, told in found.items()
        if told.field == "supply_point"
        and at not in forced
        and sample.share(seen.column(at), sample.is_identifier) >= sample.MOST
    ]
    old = [at for at in some if _OLD.search(normalize_words(seen.head.names[at]))]
    if len(old) < len(some):
        _drop_at(found, old)
        some = [at for at in some if at not in old]
    for cells in seen.below():
        told = {
            strip_cell_text(cells[at])
            for at in some
            if at < len(cells) and strip_cell_text(cells[at])
        }
        if len(told) > 1:
            raise BadInput(f"/{seen.head.names[some[1]]}", "; ".join(sorted(told)), _TWO_POINTS)


VALUES = frozenset({"energy", "power", "register", "running_sum", "injected", "drawn"})
"""Roles that a person may give to a column of values."""


def forced_meaning(role: str, name: str) -> Meaning | None:
    """What a column is that a person said the role of. None: it is not read."""
    if role == "ignore":
        return None
    if role in VALUES:
        return Meaning("value", class_in(name), unit_in(name))
    if role in REPEATED:
        return Meaning(role, class_in(name), unit_in(name))  # type: ignore[arg-type]  # as below
    return Meaning(role)  # type: ignore[arg-type]  # a field, checked before


def _find_column_meaning(seen: TableStart, at: int, name: str) -> Meaning | None:
    told, column = find_name_meaning(name), seen.column(at)
    if told is None or told.field == "name":
        digits = sample.share(column, sample.is_identifier) >= _MOST
        if told is None and (kind := _find_kind(column, name)) is not None:
            return kind
        unnamed = digits and not month_of(name) and "siret" not in normalize_words(name)
        return Meaning("supply_point") if unnamed else told
    if told.field in DATED and sample.share(column, sample.is_date) < sample.MOST:
        named = told.field == "date" and sample.share(column, sample.is_month) >= sample.MOST
        return Meaning("month") if named else None
    if told.field == "year" and sample.share(column, _is_month_of_year) >= sample.MOST:
        told = Meaning("month")
    other = sample.share(column, sample.is_month) < sample.MOST or _LONGER.search(
        normalize_words(name)
    )
    if told.field == "month" and other:
        return None
    is_clock = sample.counts_hours(column) or sample.share(column, sample.is_clock) >= sample.MOST
    if told.field == "time" and not is_clock:
        return Meaning("datetime") if _has_dates(column) else None
    return None if _has_other_cells(told, column) else told


def _tells_flow(cell: Cell) -> bool:
    return is_export_name(strip_cell_text(cell)) is not None


def _is_month_of_year(cell: Cell) -> bool:
    """Whether a cell tells a month with its year: `01/2025`; 10 under `Année` is 2010."""
    month = month_of(cell) if isinstance(cell, str) else None
    return month is not None and month[0] is not None


def _find_kind(column: Sequence[Cell], name: str) -> Meaning | None:
    """What the cells alone say of rows: the way of their energy, or how it was found."""
    cells = [strip_cell_text(cell) for cell in column]
    if cells and all(is_only(cell, _FLOWS) for cell in cells):
        return Meaning("direction")
    return Meaning("nature") if cells and tells_natures(cells, name) else None


def _has_other_cells(told: Meaning, column: Sequence[Cell]) -> bool:
    """Whether words stand in a column of numbers, numbers under a quality, or no flow under one."""
    share = _compute_number_share(column)
    few = told.field in NUMBERS and bool(column) and share < _HALF
    service = told.field == "direction" and not any(map(_tells_flow, column))  # of a town hall
    return few or service or (told.field == "nature" and share > _HALF)


def _pair_readings(seen: TableStart, found: Found, forced: Mapping[int, str]) -> None:
    """The date of a reading is the end of a period whose begin is the one before."""
    fields = [told.field for told in found.values()]
    days = [
        at
        for at, told in found.items()
        if told.field == "date"
        and at not in forced
        and _OF_READING.search(normalize_words(seen.head.names[at]))
    ]
    if fields.count("from_date") == 1 and "to_date" not in fields and len(days) == 1:
        found[days[0]] = Meaning("to_date")


def _merge_times(seen: TableStart, found: Found) -> None:
    """Dates that have an hour are times; a time of day beside a whole time is not needed."""
    for at, told in list(found.items()):
        hour = sample.has_hour(seen.column(at))
        if told.field == "datetime" and not hour:
            found[at] = Meaning("date")
        elif told.field in {"date", "from_date"} and hour and not _has_day_ends(seen, found):
            found[at] = Meaning("datetime")
    fields = {told.field for told in found.values()}
    if "datetime" in fields and not fields & {"from_date"}:
        for at in [at for at, told in found.items() if told.field in {"date", "time"}]:
            del found[at]


def is_of_bill(name: str) -> bool:
    """Whether a month or a year is that of the bill, which seldom is that of its energy."""
    if _OF_BILL.search(normalize_words(name)):
        return _OF_USE.search(name.casefold()) is None
    return is_of_unknown_time(name)


def _drop_bills(found: Found, names: Sequence[str], forced: Mapping[int, str]) -> None:
    """Times of bills and of fees leave *found* where another column tells those of the energy."""
    own = {
        at: told.field
        for at, told in found.items()
        if told.field in _OF_ONE and at not in forced and is_of_bill(names[at])
    }
    spans = {
        at: told.field
        for at, told in found.items()
        if told.field in {"from_date", "to_date"} and _OF_FEES.search(normalize_words(names[at]))
    }
    others = {told.field for at, told in found.items() if at not in spans}
    _drop_at(found, [at for at, field in spans.items() if field in others and at not in forced])
    others = {told.field for at, told in found.items() if at not in own}
    whole = {"from_date", "to_date"} <= others
    _drop_at(found, [at for at, field in own.items() if whole or field in others])


def _has_day_ends(seen: TableStart, found: Found) -> bool:
    """Whether periods of whole days are told by a begin and an end."""
    ends = [at for at, told in found.items() if told.field == "to_date"]
    return bool(ends) and not any(sample.has_hour(seen.column(at)) for at in ends)


def choose_layout(seen: TableStart, found: Found, order: str | None = None) -> Layout:
    """How rows and columns are laid out; what that layout does not read leaves *found*.

    *order*: that of day and month, as a person said it.
    """
    _take_listed_power(seen, found)
    laid = _detect_layout(seen, found, order)
    if laid != "points":
        _drop_fields(found, {"annual_energy"})
        return laid
    years = [
        at
        for at, told in found.items()
        if told.field == "annual_energy" or (told.field == "value" and told.unit in ENERGIES)
    ]
    if len({found[at].tariff_class for at in years}) < len(years):
        names = [seen.head.names[at] for at in years]
        raise BadInput(f"/{names[0]}", "; ".join(names)[:80], _ONE_YEAR)
    for at in years:
        found[at] = found[at]._replace(field="annual_energy")
    _drop_fields(found, {"value", "volume"})
    return laid


def _take_listed_power(seen: TableStart, found: Found) -> None:
    """The one power of whole kVA of a list of points is what is subscribed: `Puissance (kVA)`."""
    names = seen.head.names
    some = [at for at, name in enumerate(names) if _POWER.fullmatch(normalize_words(name))]
    others = [at for at, name in enumerate(names) if parse_heading(name).role in _POWERS]
    fields = {told.field for at, told in found.items() if at not in some}
    if "supply_point" not in fields or fields & {"subscribed_power", "value"}:
        return
    if len(some) == len(set(some + others)) == 1:
        cells = [strip_cell_text(cell) for cell in seen.column(some[0])]
        if cells and all(_KVA.fullmatch(one) for one in cells):
            found[some[0]] = Meaning("subscribed_power", None, unit_in(names[some[0]]))


def _take_energies_of_years(found: Found, names: Sequence[str]) -> None:
    """Annual energies of points beside their year are energies of it, where no terms stand."""
    fields = {told.field: at for at, told in found.items()}
    listed = fields.keys() & {"value", "subscribed_power", "tariff_code", "market_segment"}
    if listed or not {"year", "annual_energy"} <= fields.keys():
        return
    name = names[fields["annual_energy"]]
    if _YEAR_OF.fullmatch(normalize_words(names[fields["year"]])) is None or unit_in(name) is None:
        return
    if parse_heading(name).role not in ENERGY or is_denied(name):
        return
    for at, told in list(found.items()):
        if told.field == "annual_energy":
            found[at] = told._replace(field="value", unit=told.unit or unit_in(name))


def _detect_layout(seen: TableStart, found: Found, order: str | None) -> Layout:
    _take_energies_of_years(found, seen.head.names)
    fields = {told.field for told in found.values()}
    values = [seen.head.names[at] for at, told in found.items() if told.field == "value"]
    if sum(month_of(name) is not None for name in seen.head.names) >= MONTHS:
        _drop_fields(found, {"value", "volume"})
        return "wide_months"
    if values and "datetime" in fields | ({"datetime"} if {"date", "time"} <= fields else set()):
        _drop_fields(found, {"from_date", "to_date", "month", "year"})
        return "indexes" if all(map(is_index, values)) else "curve"
    if (values or "volume" in fields) and ({"from_date", "to_date"} <= fields or "month" in fields):
        if {"from_date", "to_date"} <= fields:
            _drop_fields(found, {"date", "month", "year"})
        else:
            _stop_at_lapse(seen, found, _OTHER)
        return "periods"
    if values and "year" in fields and not fields & {"date", "from_date", "to_date"}:
        _stop_at_lapse(seen, found, _OF_A_PART)
        return "periods"
    if values and fields & {"date", "from_date"}:
        _stop_at_lapse(seen, found, _LONG)
        return _by_day(seen, found, values, order)
    if "supply_point" in fields and fields & {
        "market_segment", "tariff_code", "subscribed_power", "annual_energy",
    }:  # fmt: skip
        _drop_fields(found, {"date", "from_date", "to_date", "month", "year", "time", "datetime"})
        return "points"
    _stop_at_formulas(seen)
    raise BadInput(f"line {seen.rows[seen.head.first][0]}", "; ".join(seen.head.names), _READ)


def _stop_at_formulas(seen: TableStart) -> None:
    """BadInput for a text whose numbers stand there as formulas: their values are not told."""
    for at, name in enumerate(seen.head.names):
        told, cells = find_name_meaning(name), list(map(strip_cell_text, seen.column(at)))
        if told is not None and told.field in NUMBERS and cells and cells[0].startswith("="):
            raise BadInput(f"/{name}", cells[0][:80], _VALUES)


def _by_day(seen: TableStart, found: Found, values: list[str], order: str | None) -> Layout:
    """A date and a value: an index, a month told by its first day, or the value of the day."""
    at = next(i for i, told in found.items() if told.field in {"date", "from_date"})
    name, days = seen.head.names[at], _list_point_days(seen, found, at, order)
    _stop_at_january(seen, at, days, order)
    if all(map(is_index, values)):
        found[at] = Meaning("date")
        return "indexes"
    steps = [step for some in days for step in _compute_day_gaps(some)]
    whole = all(_of_days(one) for one in values)
    if (whole and not steps) or (steps and 2 * steps.count(1) >= len(steps)):
        found[at] = Meaning("date")
        classes = {told.tariff_class for told in found.values() if told.field == "value"}
        return "curve" if len(classes) == 1 else "periods"
    months = all(day.day == 1 for some in days for day in some) and any(
        _LEAST_MONTH <= step <= _MOST_MONTH for step in steps
    )
    if months and not whole and not _OF_PAPER.search(normalize_words(name)):
        found[at] = Meaning("month")
        return "periods"
    raise BadInput(f"/{name}", strip_cell_text(next(iter(seen.column(at)), "")), _LENGTH)


def _stop_at_january(seen: TableStart, at: int, days: list[set[date]], order: str | None) -> None:
    """BadInput for days from 01/01 on in January alone, which are first days of months in m/d/y.

    So it is for first days of months that are called days, which are days of January in m/d/y.
    In a workbook they are days that a spreadsheet has taken for months, of any month if all 12 are.
    """
    column, every = seen.column(at), set[date]().union(*days)
    open_ = order is None and sample.date_order([column]) is None and sample.has_slashes([column])
    dates = set(sample.days_of(column)) if order != "dmy" else set()
    numbers = sorted(day.day for day in dates)
    year = numbers == list(range(1, 13)) and len({day.month for day in dates}) == 1
    turned = numbers == list(range(1, len(numbers) + 1)) and len(numbers) < _MANY_DAYS
    january = (open_ or (dates and turned)) and all(day.month == 1 for day in every)
    named = _A_DAY.search(normalize_words(seen.head.names[at]))
    by_day = named or _BY_DAY.search(normalize_words(f"{seen.titles()} {seen.file}"))
    first = open_ and by_day is not None and all(day.day == 1 for day in every)
    if len(every) >= _FEW_DAYS and (january or first or year):
        expected = _JANUARY if open_ else sample.EXCHANGED
        raise BadInput(f"/{seen.head.names[at]}", strip_cell_text(column[-1]), expected)


def _list_point_days(seen: TableStart, found: Found, at: int, order: str | None) -> list[set[date]]:
    """The days that a column tells, point by point."""
    who = [i for i, told in found.items() if told.field in {"supply_point", "name"}]
    days: dict[tuple[str, ...], set[date]] = {}
    way: sample.Order = sample.date_order([seen.column(at)]) or ("mdy" if order == "mdy" else "dmy")
    for cells in seen.below():
        told = sample.read(cells[at], way) if at < len(cells) else None
        if told is not None:
            key = tuple(strip_cell_text(cells[i]) if i < len(cells) else "" for i in who)
            days.setdefault(key, set()).add(told.date())
    return list(days.values())


def _compute_day_gaps(some: set[date]) -> list[int]:
    """Days from each date to its next."""
    return [(b - a).days for a, b in pairwise(sorted(some))]


def _of_days(name: str) -> bool:
    return re.search(r"\b(journali\w*|quotidien\w*|daily)\b", normalize_words(name)) is not None


def _stop_at_lapse(seen: TableStart, found: Found, lapse: re.Pattern[str]) -> None:
    """BadInput for energies that are called those of another time than the row's."""
    values = [at for at, told in found.items() if told.field == "value"]
    other = [at for at in values if lapse.search(normalize_words(seen.head.names[at]))]
    if other and len(other) == len(values):
        name = seen.head.names[other[0]]
        raise BadInput(f"/{name}", name, _LENGTH)
    _drop_at(found, other)


def _has_dates(column: Sequence[Cell]) -> bool:
    return sample.share(column, sample.is_date) >= sample.MOST


def _compute_number_share(column: Sequence[Cell]) -> float:
    return sample.share(column, sample.is_number)


def _drop_fields(found: Found, fields: set[str]) -> None:
    _drop_at(found, [at for at, told in found.items() if told.field in fields])


def _drop_at(found: Found, places: Sequence[int]) -> None:
    for at in places:
        del found[at]


def _select_best_columns(found: Found, names: Sequence[str]) -> Found:
    """One column a field, or a field and class: a name with a unit goes before one without."""
    out: dict[tuple[str, str | int | None], int] = {}
    for at, told in found.items():
        key: tuple[str, str | int | None] = (
            told.field, told.tariff_class if told.field in REPEATED else None
        )  # fmt: skip
        if told.field == "value":
            key = "value", at
        held = out.get(key)
        if held is None or _goes_before(told.field, names[at], names[held]):
            out[key] = at
    return {at: found[at] for at in sorted(out.values())}


def _drop_parts(found: Found, names: Sequence[str], forced: Mapping[int, str]) -> None:
    """Costs of a part of the bill leave *found* where another is of all of it, or of another part.

    The cost of what is supplied beside that of the network is not what the bill costs.
    """
    costs = [at for at, told in found.items() if told.field in COSTS and at not in forced]
    parts = [at for at in costs if _PART.search(normalize_words(names[at]))]
    kinds = {tuple(_PART.findall(normalize_words(names[at]))) for at in parts}
    beside = any(parse_heading(name).role == "component" for name in names)
    if len(parts) < len(costs) or len(kinds) > 1 or beside:
        _drop_at(found, parts)
    else:
        _drop_at(found, [at for at in parts if not _PERHAPS_ALL.search(normalize_words(names[at]))])


_WHOLE_COST = re.compile(r"\b(total|totaux|facture|montants?)\b")
_PART = re.compile(
    r"\b(energie|fourniture|acheminement|consommations?|conso|variable|fixe|soutirage|gestion|part"
    r"|comptage|capacite|services?|maintenance|turpe|p[123]|hp|hc|hph|hch|hpe|hce)\b"
)


_PERHAPS_ALL = re.compile(r"\b(energie|consommations?|conso|total|totaux|facture)\b")
"""Words by which people call the cost of the whole bill as well."""


def _goes_before(field: TableField, name: str, held: str) -> bool:
    """Whether *name* is more surely of the field than the name that is held."""
    if field in COSTS:
        return _of_all(name) > _of_all(held)
    return unit_in(name) is not None and unit_in(held) is None


def _of_all(name: str) -> tuple[bool, bool]:
    """How surely a cost is that of the whole bill."""
    text = normalize_words(name)
    return _PART.search(text) is None, _WHOLE_COST.search(text) is not None
