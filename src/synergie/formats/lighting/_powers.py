"""Which columns give the watts of a light: of one lamp times their number, or of the whole."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.lighting._cells import lamps, parse_power_text
from synergie.formats.lighting._heads import is_electrical, is_of_circuit, lamps_of, watts_of
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.lighting_mapping import LightField, LightingMapping

type Cells = Callable[[list[str]], Iterable[list[str]]]
"""The cells of the columns named, row by row; rows that cannot be read are passed over."""

_STREET = re.compile(
    r"(?:nom|libelle)?(?:de)?(?:la)?(?:rue|voie)|adresse|quartier|secteur|commune|ville|street(?:name)?"
    r"|road|calle|via|strasse"
)
"""Heads, as `plain` writes them, of what lights are summed by, beside their cabinet."""
_SAMPLE = 2_000
_MISSES = 0.05
_LEAST_PARTS = 2
_ONE_LEVEL = (
    "a power and a number of the same thing: declare in the mapping of a profile whether the power"
    " is of each lamp (lamps) or of the whole luminaire"
)
_PRODUCT = "a total that is the power of one times the number: declare which column is right"
_GEAR = (
    "a power that says whether it holds that of the control gear beside it: name it `Puissance"
    " lampe (W)` or `Puissance luminaire (W)`, or declare power_gear in the mapping of a profile"
)
_GROUPED = re.compile(r"[1-9][.,]000", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]\d+", re.ASCII)
_SIGN = "watts without a sign of thousands: 2.000 may be two watts or two thousand"
_NO_WATTS = (
    "a column of watts; none was found, and these columns tell of something else: declare the"
    " mapping of a profile"
)


def settle_watt_columns(
    header: list[str], read: dict[str, LightField], cells: Cells
) -> dict[str, LightField]:
    """*read* with the columns of watts made sure of: lamps only where they multiply.

    BadInput when it is not known whether the power is of a lamp or of the luminaire, when a total
    is another than the product, when `2.000` may be two watts or two thousand, or when no column
    is in watts though some tell of power, energy or flux.
    """
    of = {field: column for column, field in read.items()}
    watts = of.get("power") or of.get("power_kw")
    if watts is None:
        _ask_for_watts(header, cells)
    elif "power" in of:  # kilowatts have three decimals
        _look_at_sign(watts, cells)
    if watts is None:  # the words for the lamp may tell them, of each
        return _drop_fields(read, "power_gear")
    if "power" in of:
        read = _drop_fields(read, "power_kw")
    one, count = [watts], of.get("lamps")
    if "power_gear" in of:
        one = _with_gear(header, [watts, of["power_gear"], *([count] if count else [])], cells)
        read = read if len(one) > 1 else _drop_fields(read, "power_gear")
    if count is None:
        _look_at_total(header, one, cells)
    if count is None or not _is_per_item_power(header, one, count, cells):
        return _drop_fields(read, "lamps")
    return read


def _drop_fields(read: dict[str, LightField], *fields: LightField) -> dict[str, LightField]:
    return {column: field for column, field in read.items() if field not in fields}


def _with_gear(header: list[str], columns: list[str], cells: Cells) -> list[str]:
    """The columns that make the power of one light: a lamp's with that of its gear.

    *columns*: of the watts, of the gear, and of the number where there is one.
    """
    watts, gear, *count = columns
    told = watts_of(watts)
    if told is not None and told.level == "light":
        return [watts]
    if told is not None and told.level == "lamp" and not told.kilo and _is_less(gear, watts, cells):
        return [watts, gear]
    if (totals := _list_total_columns(header, watts)) and _is_proved_total(
        [watts, gear], count, totals[0], cells
    ):
        return [watts, gear]
    raise BadInput("line 1", f"{watts}, {gear}", _GEAR)


def _ask_for_watts(header: list[str], cells: Cells) -> None:
    told = [column for column in header if is_electrical(column) or column.strip() in {"P", "p"}]
    rows = islice(cells(told), _SAMPLE) if told else ()
    if any(map(str.isdecimal, "".join(map("".join, rows)))):
        raise BadInput("line 1", ", ".join(told), _NO_WATTS)


def _look_at_sign(watts: str, cells: Cells) -> None:
    """BadInput for `2.000` in a column without any other decimals, such as `70.0` or `70.000`."""
    sample = [cell.strip() for (cell,) in islice(cells([watts]), _SAMPLE)]
    decimals = [cell for cell in sample if _DECIMAL.fullmatch(cell)]
    if decimals and all(map(_GROUPED.fullmatch, decimals)):
        raise BadInput("line 1", f"{watts}: {decimals[0]}", _SIGN)


def _is_less(gear: str, watts: str, cells: Cells) -> bool:
    """Whether the gear takes less than its lamp in nearly all rows."""
    rows = islice(cells([watts, gear]), _SAMPLE)
    pairs = [
        (lamp, part) for one, other in rows if (lamp := watts_in(one)) and (part := watts_in(other))
    ]
    return sum(part >= lamp for lamp, part in pairs) <= _MISSES * len(pairs)


def _list_total_columns(header: list[str], watts: str) -> list[str]:
    """The other columns of watts that are of everything on the support."""
    return [one for one in header if one != watts and (told := watts_of(one)) and told.total]


def _look_at_total(header: list[str], one: list[str], cells: Cells) -> None:
    """BadInput for a total that is another than the power beside it, where nothing counts lamps."""
    if (totals := _list_total_columns(header, one[0])) and not _is_proved_total(
        one, [], totals[0], cells
    ):
        raise BadInput("line 1", f"{', '.join(one)}, {totals[0]}", _PRODUCT)


def _is_per_item_power(header: list[str], one: list[str], count: str, cells: Cells) -> bool:
    """Whether the power of *one* is of one of the things that *count* counts."""
    watts = one[0]
    power_of, counted = watts_of(watts), lamps_of(count)
    if power_of is not None and power_of.total:
        return False
    totals = _list_total_columns(header, watts)
    if all(_count_cell_lamps(cell) <= 1 for (cell,) in islice(cells([count]), _SAMPLE)):
        return True  # nothing to multiply here; what comes later is
    if totals and _is_proved_total(one, [count], totals[0], cells):
        return True
    if totals:
        raise BadInput("line 1", f"{watts}, {count}, {totals[0]}", _PRODUCT)
    is_other = counted == "lamp" or is_of_circuit(watts)
    if power_of is not None and power_of.level == "light" and is_other:
        raise BadInput("line 1", f"{watts}, {count}", _ONE_LEVEL)
    return True


def _is_proved_total(one: list[str], count: list[str], total: str, cells: Cells) -> bool:
    """Whether *total* is the sum of *one*, times the *count*, in nearly all rows that have them."""
    told = wrong = 0
    for row in islice(cells([*one, total, *count]), _SAMPLE):
        *each, whole = map(watts_in, row[: len(one) + 1])
        if each[0] is not None and whole is not None:
            product = sum(watts or 0 for watts in each) * (
                _count_cell_lamps(row[-1]) if count else 1
            )
            told, wrong = told + 1, wrong + (product != whole)
    return wrong <= _MISSES * told


def watts_in(cell: str) -> int | None:
    """The watts that a cell tells; None: none, or what is no power."""
    try:
        return parse_power_text(cell.strip())[0]
    except BadInput:
        return None


def _is_power(cell: str) -> bool:
    try:
        parse_power_text(cell)
    except BadInput:
        return False
    return True


def _count_cell_lamps(cell: str) -> int:
    try:
        return lamps(cell.strip())
    except BadInput:
        return 1


class Doubles(NamedTuple):
    """Identifiers whose rows are no lights of their own."""

    contested: frozenset[str] = frozenset()
    """The file gives them two different powers."""
    sums: frozenset[str] = frozenset()
    """Their watts are those of all lights of their cabinet, or street."""


NO_DOUBLES = Doubles()


def find_doubles(header: list[str], mapping: LightingMapping, cells: Cells) -> Doubles:
    """What only a pass over the whole file tells of its identifiers."""
    of = {field: column for column, field in mapping.columns.items()}
    watts = of.get("power") or of.get("power_kw")
    if "external_id" not in of or watts is None:
        return Doubles()
    seen, found = dict[str, int](), set[str]()
    own = [of["external_id"], watts, *([of["lamps"]] if "lamps" in of else [])]
    streets = [
        name
        for name in header
        if _STREET.fullmatch(normalize_column_name(name)) and name not in own
    ]
    groups = [*([of["cabinet"]] if "cabinet" in of else []), *streets]
    sums = [dict[str, _Cabinet]() for _ in groups]
    for row in cells([*own, *groups]):
        name, *told = map(str.strip, row[: len(own)])
        if told[0] and not _is_power(told[0]):
            continue  # its row is refused
        key = hash(tuple(told))
        if seen.setdefault(name, key) != key:
            found.add(name)
        if one := watts_in(told[0]):
            light = _Row(name, one, one * (_count_cell_lamps(told[1]) if "lamps" in of else 1))
            for group, lights in zip(map(str.strip, row[len(own) :]), sums, strict=True):
                if group:
                    lights.setdefault(group, _Cabinet()).add(light)
    return Doubles(frozenset(found), frozenset().union(*map(_find_sum_rows, sums)))


class _Row(NamedTuple):
    name: str
    told: int
    watts: int
    """With all its lamps."""


@dataclass(slots=True)
class _Cabinet:
    """The rows of one cabinet: how many, their watts, and those that may be their sum."""

    rows: int = 0
    watts: int = 0
    ends: list[_Row] = field(default_factory=list)
    """The first and the last."""

    def add(self, row: _Row) -> None:
        self.rows += 1
        self.watts += row.watts
        self.ends[1:] = [row]

    def sum(self, end: int, parts: int = _LEAST_PARTS) -> str | None:
        """The identifier of the row at that *end*, if it has the watts of all others, *parts*."""
        one = self.ends[end]
        is_sum = self.rows > parts and one.told == self.watts - one.watts
        return one.name if is_sum else None


def _find_sum_rows(cabinets: dict[str, _Cabinet]) -> frozenset[str]:
    """The rows that sum a cabinet: named as it, or one in every cabinet of some lights."""
    large = [one for one in cabinets.values() if one.rows > _LEAST_PARTS + 1]
    for end in (0, -1):
        if len(large) > 1 and all(one.sum(end) for one in large):
            return frozenset(filter(None, (one.sum(end, 1) for one in cabinets.values())))
    return frozenset(name for name, one in cabinets.items() if name in {one.sum(0), one.sum(-1)})
