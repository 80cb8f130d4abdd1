"""One row of a table through its profile: the cell of a field, read as what the field is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Place, Report
from synergie.formats.tables._across import FIELDS
from synergie.formats.tables._cells import (
    Cell,
    is_blank,
    parse_amount,
    parse_identifier,
    strip_cell_text,
)
from synergie.formats.tables._head import Head, place_of
from synergie.formats.tables._heading import is_denied, is_only, list_unknown_words
from synergie.formats.tables._labels import (
    FUELS,
    find_code_quality,
    find_quality,
    is_other_row,
    is_unknown_nature,
    names_estimate,
    names_quantity,
    tells_estimate,
)
from synergie.formats.tables._vocabulary import Role
from synergie.formats.tables._words import class_in, is_export_name, is_sold, normalize_words
from synergie.formats.values import SAME_AS_ABOVE, WRITTEN_OUT
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.table_profile import TableColumn, TableField, TableProfile, TableUnit
from synergie.schemas.series import Direction
from synergie.units import Provenance

_UNITS: dict[str, TableUnit] = {
    "wh": "Wh", "kwh": "kWh", "kwhpcs": "kWh", "mwh": "MWh", "w": "W", "kw": "kW", "va": "VA",
    "kva": "kVA", "m3": "m3",
}  # fmt: skip
_ANY_UNIT = "a unit: Wh, kWh, MWh, W, kW, m3"
_DECLARED = "a unit, in the head or in the profile"
_DIRECTION = "consommation (drawn) or production (fed in)"
_POINT = "the delivery point: its number or its name"
_ROUND, _ROUNDER = "000", "00000"
_ROUNDED = "numbers with more than 6 decimals were cut after the sixth"
_KEPT = "names that a spreadsheet would run as formulas were read as texts"
_RUN = ("=", "@", "+", "\uff1d", "\uff0b", "\uff20")
_FIXED = "a delivery point: a column for it, or the one that the profile names"

KIND = re.compile(
    r"\b(types?|natures?|documents?|pieces?|grandeurs?|flux|mesures?|donnees?|statu[ts]s?|etats?"
    r"|indicateurs?|commentaires?|observations?|remarques?|mentions?"
    r"|energies?|fluides?|vecteurs?|combustibles?)\b"
)
_OF_FUELS = re.compile(r"\b(energies?|fluides?|vecteurs?|combustibles?)\b")
_TELLS_FUEL = re.compile(
    rf"{KIND.pattern}|\b(distributeurs?|gestionnaires?|grd|tarifs?|segments?|profils?|fta)\b"
)
_OF_TARIFFS = re.compile(r"\b(tarifs?|segments?|profils?|fta)\b")
_GAS = r"gaz( naturel)?|gas|grdf|pce"
_GAS_CODES = r"t[1-4]|tp|p01\d"
"""Tariffs of distribution (ATRD) and profiles of consumption of gas."""
_ELECTRICITY = r"elec\w*|enedis|pdl|prm"
OTHERS = frozenset[Role]({
    "forecast", "previous", "production", "self_consumed", "injected", "reactive",
})  # fmt: skip
"""What a word of a column of kinds says against a row; prices and shares are of its contract."""
_ESTIMATE = re.compile(r"\bestim(ee?|ations?|ated)s?\b")
_ALL = re.compile(r"(total|totaux|ensemble|somme|tou(s|tes)|global|hp (et )?hc)( .*)?")
CANCELLED = re.compile(
    r"(factures? )?(annulee?s?|remplacee?s?( par .*)?|extournee?s?|rejetee?s?|supprimee?s?"
    r"|invalidee?s?|brouillon|cancell?ed|void(ed)?"
    r"|simulee?s?|pro ?forma|(facture d )?acomptes?)( par avoir)?"
)
_BILL = re.compile(
    r"((n|no|num|numero|reference|ref)s? )?((de |de la )?factures?|invoice)( (n|no|number))?"
)
_CREDIT = re.compile(
    r"(facture d )?avoirs?( .*)?|notes? de credit|credit notes?|annulations?|extournes?"
)
_CLASS = "a tariff class of active energy"
_OTHER_CLASS = re.compile(
    r"\b(normales?|hn|(?<!\bce )jour|nuit|week ?end|we|semaine|bleue?s?"
    r"|blan(c|che)s?|rouges?|ejp|pm|mobile"
    r"|unique|super|solaires?|day|night|p[1-6])\b"
)
"""Classes that have no code of their own here."""
_BILLED = re.compile(
    r"\b(acheminement|transport|distribution|capacite|fourniture|turpe|abonnement|garanties?"
    r"|services?|soutirage|gestion|comptage)\b"
)
"""Parts of a bill: each tells the same energy again."""
_MEASURED = "an energy of the period: measured or estimated, not set beforehand"

type Values = list[tuple[TableColumn, Decimal | None]]
"""Each value column of a row, and its number; None where it is blank."""


@dataclass(slots=True)
class RowReader:
    """Gives the fields of one row after another."""

    head: Head
    whole: Profile
    table: TableProfile
    report: Report
    at: dict[str, int] = field(default_factory=dict)
    values: list[tuple[TableColumn, int]] = field(default_factory=list)
    source: str = "table-csv"
    kinds: list[int] = field(default_factory=list)
    """Columns that say what a row is of, and are no field."""
    fuels: list[int] = field(default_factory=list)
    """Columns that may say of each row which energy it is of."""
    estimates: list[int] = field(default_factory=list)
    """Columns that say whether the row, or a part of it, is estimated."""
    others: list[int] = field(default_factory=list)
    """Columns that are no field, or one of words or years."""
    used: set[int] = field(default_factory=set)
    """Columns that are a field."""
    points: set[str] = field(default_factory=set)
    """Keys of the delivery points."""
    bills: list[int] = field(default_factory=list)
    """Columns of numbers of bills."""
    least_rises: int = 6
    """Energies of a point that never fall from which on they are taken for a dial or a sum."""
    papers: list[tuple[tuple[int, int], str, Place]] = field(default_factory=list)
    """Year and month of titles and notes that say when they were written, and where they stand."""
    crossed: int | None = None
    """The column of years or hours that stood in the head."""

    def __post_init__(self) -> None:
        for column in self.table.columns:
            place = place_of(column, self.head.names)
            if column.field == "value":
                self.values.append((column, place))
            else:
                self.at.setdefault(column.field, place)
        self.used = used = {*self.at.values(), *(place for _, place in self.values)}
        if self.table.across in {"years", "hours"}:
            self.crossed = self.at[FIELDS[self.table.across]]
        self.bills = [
            place
            for place, name in enumerate(self.head.names)
            if _BILL.fullmatch(normalize_words(name))
        ]
        self.kinds = [
            place
            for place, name in enumerate(self.head.names)
            if place not in used and KIND.search(normalize_words(name))
        ]
        own = used - {self.at.get("nature")}
        self.estimates = [
            at for at, name in enumerate(self.head.names) if at not in own and names_estimate(name)
        ]
        figures = used - {
            self.at.get(field) for field in ("usage", "nature", "name", "year", "meter")
        }
        self.others = [at for at in range(len(self.head.names)) if at not in figures]
        self.fuels = [
            at
            for at, name in enumerate(self.head.names)
            if _TELLS_FUEL.search(normalize_words(name))
        ]

    def cell(self, cells: Sequence[Cell], what: TableField) -> Cell | None:
        """The cell of a field; None: blank, or the table has no such column."""
        place = self.at.get(what)
        if place is None or is_blank(cells[place], self.table):
            return None
        return cells[place]

    def where(self, what: TableField) -> str:
        """The column of a field, as a refusal names it."""
        place = self.at.get(what)
        return f"/{self.head.names[place]}" if place is not None else f"/{what}"

    def text(self, cells: Sequence[Cell], what: TableField) -> str | None:
        """The cell as a text, runs of spaces made one; None: blank or no such column."""
        cell = self.cell(cells, what)
        text = None if cell is None else " ".join(strip_cell_text(cell).split())
        if text is not None and SAME_AS_ABOVE.fullmatch(text):
            raise BadInput(self.where(what), text, WRITTEN_OUT)
        if text is not None and text.startswith(_RUN):
            self.report.note(_KEPT)
        return text

    def number(
        self, cells: Sequence[Cell], what: TableField, unit: TableUnit | None = None
    ) -> Decimal | None:
        """The number of a field; money for a cost."""
        cell = self.cell(cells, what)
        if cell is None:
            return None
        money = what in {"cost", "cost_ht", "cost_ttc"}
        told = "EUR" if money else unit
        return parse_amount(cell, self.where(what), self.table, unit=told, lost=self.lost)

    def bill(self, cells: Sequence[Cell]) -> str:
        """The number of the bill of the row; empty: no column tells it."""
        return next((strip_cell_text(cells[at]) for at in self.bills if at < len(cells)), "")

    def beside(self, cells: Sequence[Cell]) -> dict[str, str]:
        """The cells of the columns that are no field, or one of words or years, by their names."""
        return {
            self.head.names[at]: strip_cell_text(cells[at]) for at in self.others if at < len(cells)
        }

    @property
    def units(self) -> frozenset[str]:
        """The units of its values, those that are told."""
        units = {column.unit or self.table.unit for column, _ in self.values}
        return frozenset(unit for unit in units if unit is not None)

    def is_credit(self, cells: Sequence[Cell]) -> bool:
        """Whether a column of kinds calls the row a credit: it takes back what was billed."""
        return any(
            _CREDIT.fullmatch(normalize_words(strip_cell_text(cells[place])))
            for place in self.kinds
        )

    def other_quantity(self, cells: Sequence[Cell]) -> str | None:
        """What the row is of by a column of kinds (`Budget`, `Annulée`); None: of energy."""
        nature = self.at.get("nature")
        for place in self.kinds if nature is None else (*self.kinds, nature):
            told = strip_cell_text(cells[place])
            if CANCELLED.fullmatch(normalize_words(told)):
                return told
            if told and (is_only(told, OTHERS) or self._is_other_fuel(place, told)):
                return told
        seller = strip_cell_text(self.cell(cells, "supplier") or "")
        if seller and self.table.direction == "import" and is_sold(seller):
            return seller
        fuel = self.fuel(cells) if self.table.layout != "points" else None
        if fuel is not None and fuel[0] != self.table.energy:
            return fuel[1]
        if self.cell(cells, "supply_point") is not None:
            return None
        name = strip_cell_text(self.cell(cells, "name") or "")
        other = names_quantity(name) or is_other_row(name, gas=self.table.energy == "gas")
        return name if other else None

    def _is_other_fuel(self, place: int, told: str) -> bool:
        """Whether another fuel is told, as a word alone or in a column of fuels."""
        if not _OF_FUELS.search(normalize_words(self.head.names[place])):
            return False
        other = "" if self.table.layout == "points" else rf"|{self._other}"
        return re.search(rf"\b({FUELS}{other})\b", normalize_words(told)) is not None

    @property
    def _other(self) -> str:
        """Words of the other of the two fuels that tables are of."""
        return "gaz( naturel)?|gas" if self.table.energy == "electricity" else "elec\\w*"

    def fuel(self, cells: Sequence[Cell]) -> tuple[Literal["electricity", "gas"], str] | None:
        """The energy that a column says the row is of, and its cell; None: none says."""
        for place in self.fuels:
            head, cell = normalize_words(self.head.names[place]), strip_cell_text(cells[place])
            letter, codes = _OF_FUELS.search(head), _OF_TARIFFS.search(head)
            told = normalize_words(cell)
            gas = _GAS + (r"|g|.*\bgaz\b.*" if letter else "") + (f"|{_GAS_CODES}" if codes else "")
            if re.fullmatch(gas, told):
                return "gas", cell
            if re.fullmatch(_ELECTRICITY + (r"|e|.*\belec\w*" if letter else ""), told):
                return "electricity", cell
        return None

    def kva(self, cells: Sequence[Cell]) -> Decimal | None:
        """The subscribed power of the row, kVA or kW; None when it tells none that can be read."""
        try:
            return self.number(cells, "subscribed_power")
        except BadInput:
            return None

    def lost(self) -> None:
        """Some number had more decimals than are kept."""
        self.report.note(_ROUNDED)

    def point(self, cells: Sequence[Cell]) -> str | None:
        """The key of the delivery point; None where only a name tells it."""
        cell = self.cell(cells, "supply_point")
        if cell is not None:
            found = parse_identifier(cell, self.where("supply_point"), self._scheme(cells))
            self.points.add(found)
            return found
        if "supply_point" in self.at:
            return None
        return self.table.supply_point

    def _scheme(self, cells: Sequence[Cell]) -> TableProfile:
        """The profile; in a list of points of both fuels, with the scheme of the row's own."""
        if self.table.layout != "points" or self.table.scheme not in {"prm", "pce"}:
            return self.table
        fuel = self.fuel(cells)
        if fuel is None:
            return self.table
        return self.table.model_copy(update={"scheme": "pce" if fuel[0] == "gas" else "prm"})

    def end(self) -> None:
        """All rows were read: numbers of points that all end in zeros were rounded."""
        zeros = [one for one in self.points if one.endswith(_ROUND)]
        if len(zeros) == len(self.points) and (len(zeros) > 1 or _ROUNDER in "".join(zeros)):
            self.report.find(checks.POINT_ROUNDED, zeros[0])

    def key(self, cells: Sequence[Cell]) -> str:
        """The key of the delivery point, which must be there."""
        found = self.point(cells)
        if found is None:
            raise BadInput(self.where("supply_point"), "", _FIXED, checks.BAD_IDENTIFIER.code)
        return found

    def named(self, cells: Sequence[Cell]) -> tuple[str, str | None]:
        """Name and key of the point: the number is its name where the table gives none."""
        key, name = self.point(cells), self.text(cells, "name")
        if key is None and name is None:
            raise BadInput("/point", "", _POINT, checks.BAD_IDENTIFIER.code)
        return name or str(key).partition(":")[2], key

    def unit(self, cells: Sequence[Cell], column: TableColumn) -> TableUnit:
        """The unit of a number: of its row, its column, or the table. BadInput: none tells."""
        told = self.text(cells, "unit")
        if told is not None:
            found = _UNITS.get(normalize_words(told).replace(" ", ""))
            if found is None:
                raise BadInput(self.where("unit"), told, _ANY_UNIT, checks.UNIT_UNKNOWN.code)
            return found
        one = column.unit or self.table.unit
        if one is None:
            raise BadInput(f"/{column.name}", "", _DECLARED, checks.UNIT_UNKNOWN.code)
        return one

    def direction(self, cells: Sequence[Cell]) -> Direction:
        """Drawn or fed in, from the row or the profile; BadInput when neither tells."""
        told = self.text(cells, "direction")
        if told is not None:
            fed = is_export_name(told)
            if fed is None:
                raise BadInput(self.where("direction"), told, _DIRECTION)
            return "export" if fed else "import"
        if self.table.direction is None:
            raise BadInput(self.where("direction"), "", _DIRECTION)
        return self.table.direction

    def quality(self, cells: Sequence[Cell]) -> tuple[Quality, str | None]:
        """How the value was found, and the table's own word for it."""
        if (part := self._estimated_part(cells)) is not None:
            return "estimated", part
        told = self.text(cells, "nature") or self._estimate(cells)
        known = (find_code_quality(told) or find_quality(told)) if told else None
        if known is None and told and is_denied(told):
            raise BadInput(self.where("nature"), told, _MEASURED, checks.NOT_ENERGY.code)
        if known is None and told and is_unknown_nature(told):
            self.report.find(checks.NATURE_UNKNOWN, told)
        return known or "measured", told

    def _estimate(self, cells: Sequence[Cell]) -> str | None:
        """The cell of a column of kinds (`Type de facture`) that says the value is estimated."""
        told = (strip_cell_text(cells[place]) for place in self.kinds)
        return next((one for one in told if _ESTIMATE.search(normalize_words(one))), None)

    def _estimated_part(self, cells: Sequence[Cell]) -> str | None:
        """What a column of its own says of the row: `Dont estimé : 120`; None: it is measured."""
        there = [at for at in self.estimates if at < len(cells)]
        some = ((self.head.names[at], strip_cell_text(cells[at])) for at in there)
        return next((f"{one} : {cell}" for one, cell in some if tells_estimate(one, cell)), None)

    def tariff_class(self, cells: Sequence[Cell], column: TableColumn) -> str | None:
        """The class of a value: of its column, or of its row. None: all together."""
        told = self.text(cells, "tariff_class")
        if told is None or column.tariff_class is not None:
            return column.tariff_class
        if _ALL.fullmatch(normalize_words(told)):
            return None
        known, plain = class_in(told), normalize_words(told)
        if known is None and (is_denied(told) or _BILLED.search(plain)):
            raise BadInput(self.where("tariff_class"), told, _CLASS, checks.NOT_ENERGY.code)
        if is_denied(told) or (
            list_unknown_words(plain) if known else not _OTHER_CLASS.search(plain)
        ):
            self.report.find(checks.CLASS_UNKNOWN, told)
        return known or plain.upper().replace(" ", "_")[:20] or None

    def provenance(self, key: str | None) -> Provenance:
        """Declared, or synthetic for points that begin with 99, else a partner's."""
        if self.whole.provenance is not None:
            return self.whole.provenance
        return "synthetic" if (key or "").partition(":")[2].startswith("99") else "partner"


def build_row_record[M: BaseModel](
    kind: type[M], where: Callable[[str], str], **cells: object
) -> M:
    """A record of *cells*; BadInput at the column that `where` gives for the field."""
    try:
        return kind.model_validate(cells)
    except ValidationError as error:
        fault = faults(error)[0]
        name = fault.where.removeprefix("/").partition("/")[0]
        place = where(name) if name else "row"
        raise BadInput(place, fault.found, fault.expected) from error
