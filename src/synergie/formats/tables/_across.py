"""Points, years or hours that stand as columns: such a table as one with a row each."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._head import (
    LOOKED_AT,
    MONTHS,
    MOST_ROWS,
    Head,
    find_head,
    is_head_repeated,
    join_head_rows,
)
from synergie.formats.tables._heading import (
    ENERGY,
    ESTIMATED,
    NO_ENERGY,
    is_denied,
    list_unknown_words,
    parse_heading,
)
from synergie.formats.tables._labels import is_total
from synergie.formats.tables._period_cells import find_titled_year, is_week, parse_period
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import class_in, find_name_meaning, normalize_words
from synergie.formats.tables._years import make_alike, stop_at_odd, stop_at_targets
from synergie.schemas.readings.table_profile import Across, TableField

MARK = " (en colonnes)"
"""Behind the name of the column that holds what stood in the head."""
MARK_TITLES = " (en titre)"
"""The same, of what stood in a title above."""
_NAMES: dict[str, str] = {
    "points": f"PRM{MARK}",
    "sites": f"Site{MARK}",
    "years": f"Année{MARK}",
    "periods": f"Période{MARK}",
    "hours": f"Heure début{MARK}",
}
FIELDS: dict[str, TableField] = {
    "points": "supply_point", "sites": "name", "years": "year", "periods": "month",
    "hours": "time",
}  # fmt: skip
"""What the column of what stood in the head is."""
_VALUE, _AMOUNT = "Valeur", "Montant"
_POINT = re.compile(r"(?<![\w.,])(?:\d{14}|GI\d{6})(?![\w.,])")
_YEAR = re.compile(r"(?<![\w.,/-])(?:19|20)\d\d(?![\w/-])")
_RANK = re.compile(r"(?:h|hr|heure|hour|he)?[ _]?(\d{1,2})[ _]?(?:h|hr)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:h](\d\d)(?::00)?", re.ASCII)
_HOURS = frozenset({24, 48, 96, 144})
_TIMES = frozenset({"month", "date", "datetime", "year"})
_FEW = 2
_SURE, _WEAK = 0.9, 0.7
_DAY = 24 * 60
_TWICE = re.compile(r" \(\d\)$")
_IN_ORDER = "the columns in the order of the head above: a second table is a file of its own"
_OF_ENERGY = "columns of energies of the periods alone: give what they cost in a table of its own"
_ONE = "one column a point and quantity"
_UNNAMED = re.compile(r"column \d+")
_NAMED = "a name over each column of numbers, in the row of the head"
_QUARTER = re.compile(
    r"(?i)(?:t|q|trim(?:estre|\.)?) ?[1-4]|[1-4](?:er|e|eme|ème) trim(?:estre|\.)?"
)


class Crossed(NamedTuple):
    """A table whose columns are points, sites, years or hours of the day."""

    kind: Across
    head: Head
    keys: dict[str, dict[str, int]]
    """What stands in the head, and the place of each of its values by their name."""
    names: dict[int, str]
    """The columns that stay, by their place."""

    @property
    def values(self) -> list[str]:
        """Names of the values of one key, in their order."""
        return list(dict.fromkeys(name for places in self.keys.values() for name in places))

    @property
    def flat(self) -> Head:
        """The head of the table that it is read as."""
        names = (*self.names.values(), _NAMES[self.kind], *self.values)
        return Head(self.head.first, 1, names)

    def rows(self, table: Iterable[TableRow]) -> Iterator[TableRow]:
        """The rows above the head, one head, and a row for each key and each row below.

        Cells that are blank make no row: an hour that a clock change leaves out has none.
        """
        begin, end = self.head.first, self.head.first + self.head.rows
        for rank, (place, cells) in enumerate(table):
            if rank < begin:
                yield place, cells
            elif rank == begin:
                yield from self._head(place)
            elif rank >= end:
                again = is_head_repeated(self.head.names, cells)
                if again is False:
                    raise BadInput(
                        f"line {place}", "; ".join(map(strip_cell_text, cells))[:80], _IN_ORDER
                    )
                yield from self._head(place) if again else self._each(place, cells)

    def _head(self, place: int) -> Iterator[TableRow]:
        yield place, list(self.flat.names)

    def _each(self, place: int, cells: Sequence[Cell]) -> Iterator[TableRow]:
        stay = [_get_cell(cells, at) for at in self.names]
        filled = [cell for cell in cells if strip_cell_text(cell)]
        if len(filled) == 1 and any(map(str.isalpha, strip_cell_text(filled[0]))):
            yield place, [*filled, *[""] * (len(self.flat.names) - 1)]  # a note
            return
        for key, places in self.keys.items():
            told = [_get_cell(cells, places.get(name, -1)) for name in self.values]
            if any(strip_cell_text(cell) for cell in told):
                yield place, [*stay, _TWICE.sub("", key), *told]


def _get_cell(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if 0 <= place < len(cells) else ""


def find_crossed_layout(rows: Sequence[TableRow]) -> Crossed | None:
    """How the columns of a table are its points, years or hours; None: they are not.

    BadInput for columns of years of which one is a part of a year, and for a point twice.
    """
    for first in range(min(len(rows) - 1, _last_head(rows) + 1)):
        for size in range(min(MOST_ROWS, len(rows) - first - 1), 0, -1):
            block = [cells for _, cells in rows[first : first + size]]
            if not all(map(_is_head, block)):
                continue
            names = join_head_rows(block)
            if size > 1 and sum(month_of(name) is not None for name in names) >= MONTHS:
                break  # years over months: the row of months is a part of the head
            table = _Columns(
                Head(first, size, names), rows[first + size :], [c for _, c in rows[:first]]
            )
            if (found := table.crossed()) is not None:
                return found
    return None


def _last_head(rows: Sequence[TableRow]) -> int:
    """The last row where columns of points, years or hours may begin.

    A row of data below a head by its words is none, though it holds numbers such as 2024 and 1944.
    """
    try:
        found = find_head(rows[:LOOKED_AT])
    except BadInput:
        return LOOKED_AT - 1
    return found.first + found.rows - 1


def head_of(rows: Sequence[TableRow], beside: tuple[str, ...] = ()) -> Head:
    """The head of a table as it stands; arguments and errors as `find`."""
    found = find_crossed_layout(rows)
    return find_head(rows, beside) if found is None else found.head


def _is_head(row: Sequence[Cell]) -> bool:
    """Whether a row is none of the data and no title: words, or what may stand in a head."""
    told = [strip_cell_text(cell) for cell in row]
    alone = bool(told) and bool(told[0]) and not any(told[1:])
    some = [one for one in told if one]
    label = len(some) == _FEW and bool(_POINT.search(some[1])) and not _is_time(some[0])
    hours = [
        _parse_minute_of_day(one) for one in some if one[0].isdigit() and not _is_column_key(one)
    ]
    day = [one for one in hours if one is not None]
    whole = not hours or (len(day) == len(hours) and _find_step_starts(day) is not None)
    return not (alone or label) and whole and not any(map(_is_day, some))


def _is_time(name: str) -> bool:
    found = find_name_meaning(name)
    return found is not None and found.field in _TIMES


def _is_column_key(text: str) -> bool:
    """Whether a point, a year or a month stands there, which no number of the data is."""
    return bool(_POINT.search(text) or _YEAR.match(text) or month_of(text) or parse_period(text))


def _is_day(text: str) -> bool:
    return text[0].isdigit() and sample.read(text) is not None


class _Columns(NamedTuple):
    """The columns under one head that may be."""

    head: Head
    rows: Sequence[TableRow]
    titles: Sequence[Sequence[Cell]] = ()

    def crossed(self) -> Crossed | None:
        """How they are points, hours, years or sites; None: they are not."""
        names = self.head.names
        if len(names) < _FEW or sum(month_of(name) is not None for name in names) >= MONTHS:
            return None
        fields = {
            at: told.field for at, name in enumerate(names) if (told := find_name_meaning(name))
        }
        return (
            self._points(fields)
            or self._hours(fields)
            or self._periods(fields)
            or self._years(fields)
            or self._sites(fields)
        )

    def column(self, at: int) -> list[Cell]:
        """The filled cells of a column, of the first rows."""
        return [c[at] for _, c in self.rows if at < len(c) and strip_cell_text(c[at])]

    def _is_numeric(self, at: int) -> bool:
        column = self.column(at)
        codes = sample.share(column, sample.is_identifier) > sample.MOST
        return not codes and sample.share(column, sample.is_number) > sample.MOST

    def _build_crossed(self, kind: Across, keys: dict[str, dict[str, int]]) -> Crossed:
        used = {at for places in keys.values() for at in places.values()}
        names = {at: name for at, name in enumerate(self.head.names) if at not in used}
        for at, name in names.items():
            if at > min(used) and _UNNAMED.fullmatch(name) and self._is_numeric(at):
                raise BadInput(f"/{name}", self.head.names[at - 1], _NAMED)
        return Crossed(kind, self.head, keys, names)

    def _points(self, fields: Mapping[int, TableField]) -> Crossed | None:
        found = {
            at: one[0] for at, name in enumerate(self.head.names) if (one := _POINT.search(name))
        }
        if not found or not self._has_time(fields, found) or not all(map(self._is_numeric, found)):
            return None
        beside = {at: name.replace(found[at], " ") for at, name in enumerate(self.head.names)
                  if at in found}  # fmt: skip
        alike = _find_common_words(list(beside.values()))
        keys: dict[str, dict[str, int]] = {}
        for at, name in enumerate(self.head.names):
            known = fields.get(at) not in {None, "value"} and at not in found
            if at in found or (not known and self._is_of_a_point(at)):
                rest = _strip_quantity_words(name.replace(found.get(at, name), " "))
                rest = f"{alike} {rest}" if alike and at in found else rest
                _add_key(keys, found.get(at, name), rest, at)
        return self._build_crossed("points", keys)

    def _has_time(self, fields: Mapping[int, TableField], keys: Container[int]) -> bool:
        return any(field in _TIMES for at, field in fields.items() if at not in keys)

    def _is_of_a_point(self, at: int) -> bool:
        """Whether numbers beside those of points are those of one that has no number, or a sum."""
        name = self.head.names[at]
        if is_total(normalize_words(name)):
            return parse_heading(name).year is None
        odd = NO_ENERGY.search(normalize_words(name)) or is_denied(name) or month_of(name)
        return (
            not odd and parse_heading(name).role in {"unknown", "energy"} and self._is_numeric(at)
        )

    def _hours(self, fields: Mapping[int, TableField]) -> Crossed | None:
        if "date" not in fields.values() or {"time", "datetime"} & set(fields.values()):
            return None
        told = {
            at: one
            for at, name in enumerate(self.head.names)
            if (one := _parse_minute_of_day(name)) is not None
        }
        starts = _find_step_starts(list(told.values()))
        if starts is None:
            return None
        keys: dict[str, dict[str, int]] = {}
        for at, start in zip(told, starts, strict=True):
            key = f"{start // 60:02d}:{start % 60:02d}"
            keys[key if key not in keys else f"{key} (2)"] = {_VALUE: at}
        return self._build_crossed("hours", keys)

    def _periods(self, fields: Mapping[int, TableField]) -> Crossed | None:
        """Columns of quarters, halves, weeks or several months, and of their totals."""
        names = dict(enumerate(self.head.names))
        weeks = any(map(is_week, names.values()))
        names |= self._name_quarters()
        told = {at: name for at, name in names.items() if parse_period(name, weeks=weeks)}
        timed = self._has_time(fields, told)
        if len(told) < _FEW or timed or not all(map(self._is_numeric, told)):
            return None
        costs = [name for name in names.values() if parse_heading(name).role == "amount"]
        if other := next((name for name in costs if parse_heading(name).year), None):
            raise BadInput(f"/{other}", other, _OF_ENERGY)
        keys: dict[str, dict[str, int]] = {}
        for at, name in names.items():
            if at in told or (is_total(normalize_words(name)) and self._is_numeric(at)):
                unit = parse_heading(name).unit
                _add_key(keys, name, f"{_VALUE} ({unit})" if unit else _VALUE, at)
        return self._build_crossed("periods", keys)

    def _name_quarters(self) -> dict[int, str]:
        """Four quarters in order, each with the year of the title."""
        bare = {at: one for at, one in enumerate(self.head.names) if _QUARTER.fullmatch(one)}
        year = find_titled_year(self.titles, self.head.names)
        whole = "".join(filter(str.isdigit, "".join(bare.values()))) == "1234"
        return {at: f"{name} {year}" for at, name in bare.items()} if year and whole else {}

    def _years(self, fields: Mapping[int, TableField]) -> Crossed | None:
        names = self.head.names
        all_ = {at: one[0] for at, name in enumerate(names)
                if len(one := _YEAR.findall(name)) == 1
                and month_of(name) is None and self._is_numeric(at)}  # fmt: skip
        if not all_ or self._has_data_beside(all_):
            return None
        beside = {at: _YEAR.sub(" ", names[at]) for at in all_}
        found = {
            at: year
            for at, year in all_.items()
            if not is_denied(beside[at]) or ESTIMATED.search(normalize_words(beside[at]))
        }
        rests = {at: _strip_quantity_words(beside[at]) for at in found}
        energies = {at: int(year) for at, year in found.items() if _is_energy(rests[at])}
        make_alike(energies, rests, names)
        alike = Counter(rests.values())
        alone = [name for at, name in enumerate(names) if at not in all_ and _is_energy(name)]
        by_month = "month" in fields.values() and not alone
        least = _FEW if len(found) == len(all_) and not by_month else 1
        some = {at: year for at, year in energies.items() if alike[rests[at]] >= least}
        others = {field for at, field in fields.items() if at not in all_}
        if (
            not some
            or list(some.values())
            not in (sorted(some.values()), sorted(some.values(), reverse=True))
            or others & {"date", "datetime", "from_date", "year"}
            or not self._is_bare(fields)
        ):
            return None
        stop_at_odd({at: normalize_words(beside[at]) for at in some}, rests, names)
        keys: dict[str, dict[str, int]] = {}
        for at, year in found.items():
            if alike[rests[at]] >= least:
                _add_key(keys, year, rests[at], at)
        stop_at_targets(sorted(map(int, keys)))
        return self._build_crossed("years", keys)

    def _has_data_beside(self, keys: Container[int]) -> bool:
        """Whether the head holds a number or a date elsewhere: it is a row of the data then."""
        names = [name for at, name in enumerate(self.head.names) if at not in keys]
        return any(part[:1].isdigit() for name in names for part in name.split(" / "))

    def _is_bare(self, fields: Mapping[int, TableField]) -> bool:
        """Whether the months that stand in rows, if there are, tell no year of their own."""
        months = [
            cell for at, field in fields.items() if field == "month" for cell in self.column(at)
        ]
        return all(
            isinstance(cell, str | int | float)
            and ((told := month_of(strip_cell_text(cell))) is None or told[0] is None)
            and not sample.is_date(cell)
            for cell in months
        )

    def _sites(self, fields: Mapping[int, TableField]) -> Crossed | None:
        """Columns that nothing names but their own words, beside months: asked about."""
        times = [at for at, field in fields.items() if field in {"month", "year"}]
        others = {field for at, field in fields.items() if at not in times}
        if len(times) != 1 or others - {"value"}:
            return None
        names = {at: name for at, name in enumerate(self.head.names) if at not in times}
        told = [
            name
            for name in names.values()
            if not (is_total(normalize_words(name)) and _YEAR.search(name))
        ]
        if any(class_in(name) or parse_heading(name).score >= _SURE for name in told):
            return None
        some = {at: name for at, name in names.items() if self._is_of_a_point(at)}
        if sum(not is_total(normalize_words(name)) for name in some.values()) < _FEW:
            return None
        keys: dict[str, dict[str, int]] = {}
        for at, name in some.items():
            unit = parse_heading(name).unit
            _add_key(keys, name, f"{_VALUE} ({unit})" if unit else _VALUE, at)
        return self._build_crossed("sites", keys)


def _find_common_words(names: Sequence[str]) -> str:
    """The unknown words that stand beside every point: they are of the energy, and no site's."""
    told = [list_unknown_words(normalize_words(name)) for name in names]
    some = [word for word in told[0] if all(word in other for other in told)]
    return " ".join(some) if len(names) > 1 else ""


def _add_key(keys: dict[str, dict[str, int]], key: str, name: str, at: int) -> None:
    if name in keys.setdefault(key, {}) or _TWICE.search(name):
        raise BadInput(f"/{key}", name, _ONE)
    keys[key][name] = at


def _strip_quantity_words(rest: str) -> str:
    """The words of a name, without what is no quantity in it, that its values are called by."""
    bare = " ".join(rest.replace("()", " ").split()).strip(" /-:–_")
    parts = [one.strip(" /-:–_") for one in re.split(r" / |(?=\()", bare)]
    told = [one for one in parts if one and parse_heading(one).role != "unknown"]
    name = " ".join(told) or _VALUE
    bare = name.strip("() ")
    if find_name_meaning(name) is None and parse_heading(name).role == "amount":
        return f"{_AMOUNT} ({bare})"
    return f"{_VALUE} ({bare})" if name.startswith("(") else name


def _is_energy(name: str) -> bool:
    told = parse_heading(name)
    return told.role in ENERGY and told.score > _WEAK


def _parse_minute_of_day(name: str) -> tuple[int, bool] | None:
    """The minute of the day that a name tells, and whether it is a rank; None: it tells none."""
    text = _TWICE.sub("", name).rpartition(" / ")[2].strip().casefold()
    first = re.split(r"\s?(?:-|–|à|/|to)\s?", text)[0]
    if found := _CLOCK.fullmatch(first):
        told = int(found[1]) * 60 + int(found[2])
        return (told, False) if told <= _DAY else None
    found = _RANK.fullmatch(first)
    return (int(found[1]) * 60, True) if found else None


def _find_step_starts(told: Sequence[tuple[int, bool]]) -> list[int] | None:
    """When each step begins, in minutes of the day; None: they are no day, whole and in order."""
    minutes = [minute for minute, _ in told]
    distinct = sorted(set(minutes))
    if len(distinct) not in _HOURS or minutes != sorted(minutes[:-1]) + minutes[-1:]:
        return None
    step = _DAY // len(distinct)
    if minutes[-1] == 0:
        minutes[-1] = _DAY
    if len(distinct) > _DAY // 60 and all(rank for _, rank in told):
        minutes = [(minute // 60 - minutes[0] // 60) * step for minute in minutes]
    begin = minutes[0]
    if begin not in {0, step} or {m - begin for m in minutes} != set(range(0, _DAY, step)):
        return None
    return [minute - begin for minute in minutes]
