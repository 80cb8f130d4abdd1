"""Which columns give the watts of a light: of one lamp times their number, or of the whole."""

import re
from collections.abc import Callable, Iterable
from itertools import islice

from synergie.errors import BadInput
from synergie.formats.lighting._cells import lamps, power
from synergie.formats.lighting._heads import is_electrical, lamps_of, watts_of
from synergie.schemas.lighting_mapping import LightField, LightingMapping

type Cells = Callable[[list[str]], Iterable[list[str]]]
"""The cells of the columns named, row by row; rows that cannot be read are passed over."""

_SAMPLE = 2_000
_MISSES = 0.05
_ONE_LEVEL = (
    "a power and a number of the same thing: declare in the mapping of a profile whether the power"
    " is of each lamp (lamps) or of the whole luminaire"
)
_PRODUCT = "a total that is the power of one times the number: declare which column is right"
_GROUPED = re.compile(r"[1-9][.,]000", re.ASCII)
_DECIMAL = re.compile(r"\d+[.,]\d+", re.ASCII)
_SIGN = "watts without a sign of thousands: 2.000 may be two watts or two thousand"
_NO_WATTS = (
    "a column of watts; none was found, and these columns tell of something else: declare the"
    " mapping of a profile"
)


def settled(header: list[str], read: dict[str, LightField], cells: Cells) -> dict[str, LightField]:
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
    count = of.get("lamps")
    if "power" in of and "power_kw" in of:
        read = {column: field for column, field in read.items() if field != "power_kw"}
    if watts is not None and count is None:
        _look_at_total(header, watts, cells)
    if count is None or watts is None or not _multiplies(header, watts, count, cells):
        return {column: field for column, field in read.items() if field != "lamps"}
    return read


def _ask_for_watts(header: list[str], cells: Cells) -> None:
    told = [column for column in header if is_electrical(column)]
    rows = islice(cells(told), _SAMPLE) if told else ()
    if any(map(str.isdecimal, "".join(map("".join, rows)))):
        raise BadInput("line 1", ", ".join(told), _NO_WATTS)


def _look_at_sign(watts: str, cells: Cells) -> None:
    """BadInput for `2.000` in a column without any other decimals, such as `70.0` or `70.000`."""
    sample = [cell.strip() for (cell,) in islice(cells([watts]), _SAMPLE)]
    decimals = [cell for cell in sample if _DECIMAL.fullmatch(cell)]
    if decimals and all(map(_GROUPED.fullmatch, decimals)):
        raise BadInput("line 1", f"{watts}: {decimals[0]}", _SIGN)


def _totals(header: list[str], watts: str) -> list[str]:
    """The other columns of watts that are of everything on the support."""
    return [one for one in header if one != watts and (told := watts_of(one)) and told.total]


def _look_at_total(header: list[str], watts: str, cells: Cells) -> None:
    """BadInput for a total that is another than the power beside it, where nothing counts lamps."""
    if totals := _totals(header, watts):
        rows = [[one, "1", total] for one, total in islice(cells([watts, totals[0]]), _SAMPLE)]
        if not _proved(rows):
            raise BadInput("line 1", f"{watts}, {totals[0]}", _PRODUCT)


def _multiplies(header: list[str], watts: str, count: str, cells: Cells) -> bool:
    """Whether the power of *watts* is of one of the things that *count* counts."""
    power_of, counted = watts_of(watts), lamps_of(count)
    if power_of is not None and power_of.total:
        return False
    totals = _totals(header, watts)
    rows = list(islice(cells([watts, count, *totals[:1]]), _SAMPLE))
    if all(_count(row[1]) <= 1 for row in rows):
        return True  # nothing to multiply here; what comes later is
    if totals and _proved(rows):
        return True
    if totals:
        raise BadInput("line 1", f"{watts}, {count}, {totals[0]}", _PRODUCT)
    if power_of is not None and power_of.level == "light" and counted == "lamp":
        raise BadInput("line 1", f"{watts}, {count}", _ONE_LEVEL)
    return True


def _proved(rows: list[list[str]]) -> bool:
    """Whether the total is the power times the number, in nearly all rows that have the three."""
    told = [
        (each * _count(number), total)
        for one, number, all_ in rows
        if (each := _watts(one)) is not None and (total := _watts(all_)) is not None
    ]
    return sum(product != total for product, total in told) <= _MISSES * len(told)


def _watts(cell: str) -> int | None:
    try:
        return power(cell.strip())[0]
    except BadInput:
        return None


def _count(cell: str) -> int:
    try:
        return lamps(cell.strip())
    except BadInput:
        return 1


def contested(mapping: LightingMapping, cells: Cells) -> frozenset[str]:
    """The identifiers to which the file gives two different powers."""
    of = {field: column for column, field in mapping.columns.items()}
    watts = of.get("power") or of.get("power_kw")
    if "external_id" not in of or watts is None:
        return frozenset()
    seen, found = dict[str, int](), set[str]()
    wanted = [of["external_id"], watts, *([of["lamps"]] if "lamps" in of else [])]
    for name, *told in cells(wanted):
        key = hash(tuple(map(str.strip, told)))
        if seen.setdefault(name.strip(), key) != key:
            found.add(name.strip())
    return frozenset(found)
