"""The two first lines of an HDM block: names, and what they say of the rows that follow."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats.enedis._codes import FIRST_YEAR, LAST_YEAR, parse_prm
from synergie.formats.report import Report
from synergie.formats.text import Row, normalize_column_name, separator_of
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Direction, Quantity
from synergie.units import STEP_NAMES

HEADER = (
    "Identifiant PRM", "Type de donnees", "Date de debut", "Date de fin", "Grandeur physique",
    "Grandeur metier", "Etape metier", "Unite", "Pas en minutes",
)  # fmt: skip
CURVE = "Courbe de charge"
QUANTITIES: dict[str, Quantity] = {
    "energieactive": "active_power", "ea": "active_power",
    "puissanceactive": "active_power", "pa": "active_power",
    "energiereactiveinductive": "reactive_inductive", "eri": "reactive_inductive",
    "puissancereactiveinductive": "reactive_inductive", "pri": "reactive_inductive",
    "energiereactivecapacitive": "reactive_capacitive", "erc": "reactive_capacitive",
    "puissancereactivecapacitive": "reactive_capacitive", "prc": "reactive_capacitive",
}  # fmt: skip
DIRECTIONS: dict[str, Direction] = {
    "consommation": "import", "soutirage": "import", "production": "export", "injection": "export",
    "cons": "import", "prod": "export",
}  # fmt: skip

type Unit = Literal["W", "kW", "VAr", "kVAr"]

_UNITS: dict[str, Unit] = {"w": "W", "kw": "kW", "var": "VAr", "kvar": "kVAr"}
KNOWN = tuple(normalize_column_name(name) for name in HEADER)
NEEDED = KNOWN[:6]
_FRENCH = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MINUTES = re.compile(r"\d{1,3}", re.ASCII)


class Block(NamedTuple):
    """What the two first lines of a block say."""

    line: int
    prm: str
    quantity: Quantity
    direction: Direction
    unit: Unit
    step_s: int | None
    first_day: date
    end_day: date
    """Exclusive."""
    corrected: bool

    @property
    def key(self) -> str:
        """Key of its series."""
        return f"prm:{self.prm}/{self.quantity}/mean_power/{self.direction}"


def names_of(row: Row) -> list[str]:
    """The names of the header line, plain; BadInput when one that is needed is missing."""
    line, cells = row
    names = [normalize_column_name(cell) for cell in cells]
    if len(names) == 1 and (mark := separator_of(cells[0])) is not None:
        raise BadInput(f"line {line}", f"columns between {mark!r}", "columns between ';'")
    for name, known in zip(HEADER, KNOWN, strict=True):
        if known in NEEDED and known not in names:
            raise BadInput(f"line {line}", f"no column {name!r}", "the columns of an HDM file")
    return names


def line_after(table: Iterator[Row], line: int) -> Row:
    """The line of values; BadInput when the file ends before it."""
    row = next(table, None)
    if row is None:
        raise BadInput(f"line {line + 1}", Words("the end of the file"), "the values of the header")
    return row


def curve_only(row: Row, names: list[str]) -> None:
    """BadInput when the block holds another kind of data: an index, a maximum power."""
    kind = cell_of(row, names, "Type de donnees")
    if normalize_column_name(kind) != normalize_column_name(CURVE):
        raise BadInput(f"line {row[0]}, /Type de donnees", kind, CURVE)


def cell_of(row: Row, names: list[str], name: str) -> str:
    """The cell of the second line under *name*; empty when there is none."""
    known = normalize_column_name(name)
    at = names.index(known) if known in names else len(row[1])
    return row[1][at].strip() if at < len(row[1]) else ""


def block_of(row: Row, names: list[str], profile: Profile, report: Report) -> Block:
    """The block that the line of values announces; BadInput with the column at fault."""
    where = f"line {row[0]}, "
    cells = {name: cell_of(row, names, name) for name in HEADER}
    try:
        return Block(
            line=row[0],
            prm=parse_prm(cells["Identifiant PRM"], "/Identifiant PRM"),
            quantity=_look_up_word(cells, "Grandeur physique", QUANTITIES),
            direction=_look_up_word(cells, "Grandeur metier", DIRECTIONS),
            unit=_choose_unit(cells, profile, report),
            step_s=_parse_step_minutes(cells["Pas en minutes"]),
            first_day=_parse_header_day(cells, "Date de debut"),
            end_day=_parse_header_day(cells, "Date de fin"),
            corrected="corrig" in normalize_column_name(cells["Etape metier"]),
        )
    except BadInput as fault:
        raise fault.at(where) from fault


def _look_up_word[T](cells: dict[str, str], name: str, words: dict[str, T]) -> T:
    word = words.get(normalize_column_name(cells[name]))
    if word is None:
        raise BadInput(f"/{name}", cells[name], EXPECTED[name])
    return word


EXPECTED = {
    "Grandeur physique": "Energie active, reactive inductive or reactive capacitive",
    "Grandeur metier": "Consommation or Production",
}


def _choose_unit(cells: dict[str, str], profile: Profile, report: Report) -> Unit:
    """The unit of the file, else the declared one, else W or VAr with a remark."""
    reactive = QUANTITIES.get(normalize_column_name(cells["Grandeur physique"])) != "active_power"
    fitting: tuple[Unit, Unit] = ("VAr", "kVAr") if reactive else ("W", "kW")
    if not cells["Unite"] and profile.unit is None:
        report.note("the unit is blank: read as {}, the unit of HDM curves", fitting[0])
        return fitting[0]
    unit = _UNITS.get(normalize_column_name(cells["Unite"])) if cells["Unite"] else profile.unit
    if unit not in fitting:
        raise BadInput("/Unite", cells["Unite"] or unit, "VAr or kVAr" if reactive else "W or kW")
    return unit


def _parse_step_minutes(cell: str) -> int | None:
    if not cell:
        return None
    seconds = int(cell) * 60 if _MINUTES.fullmatch(cell) else 0
    if seconds not in STEP_NAMES:
        raise BadInput("/Pas en minutes", cell, "5, 10, 15, 30 or 60 minutes")
    return seconds


def _parse_header_day(cells: dict[str, str], name: str) -> date:
    text = cells[name]
    found = _FRENCH.fullmatch(text)
    iso = f"{found[3]}-{found[2]}-{found[1]}" if found else text
    try:
        if _ISO.fullmatch(iso) and FIRST_YEAR <= int(iso[:4]) <= LAST_YEAR:
            return date.fromisoformat(iso)
    except ValueError:
        pass  # the 31st of February: told below like any other text
    raise BadInput(f"/{name}", text, "a date as 25/11/2026")
