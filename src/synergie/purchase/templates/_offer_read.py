"""Rows of a price schedule as offer rows: each cell of price with the conditions of its offer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pydantic import ValidationError

from synergie.energy.records.offer_row import OfferRow
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats.cells import Cell, read_cell, read_percent, spell_cell
from synergie.formats.columns import Value, Values
from synergie.formats.price_unit import stop_at_other_unit
from synergie.formats.report import Place, Report
from synergie.formats.tables.energies import is_total_label
from synergie.formats.templates.engine import is_passed
from synergie.formats.templates.parts import provenance_of
from synergie.purchase.templates._offer_amounts import (
    BY_NAME,
    build_cell_price,
    offer_fields,
    parse_price_amount,
    parse_tier,
    title_of,
)
from synergie.purchase.templates._offer_head import Head
from synergie.purchase.templates._offer_tables import Context, DataRow
from synergie.purchase.templates._offer_words import (
    EUR_PER_MWH,
    Unit,
    class_of,
    codes_of,
    is_discount,
    is_of_another_period,
    key_of,
    normalize_words,
)
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

type _Cell = tuple[tuple[str, ...], str, int | None]
"""Tariff options when the column tells them, class, and year when the column tells it."""
type _Prices = Mapping[_Cell, dict[str, object]]

_BLANKS = frozenset({
    "-", "–", "—", "/", "x", "nc", "n.c.", "na", "n/a", "so", "s.o.", "sans objet", "non chiffré",
    "néant", "#n/a", "#div/0!", "#valeur!", "#ref!",
})  # fmt: skip
"""What stands in a cell that is not priced."""
_TIER = ("tier", "from_mwh", "to_mwh")
_CODE = re.compile(r"[A-Z0-9]{5,20}")
_YEARLY = ("subscription_eur", "fixed_eur")
"""Amounts of a point and year."""
_WHOLE = re.compile(r"\b(total\w*|tout compris|complets?|rendus?|global)\b")
_USUAL = (Decimal(10), Decimal(1000))
"""EUR/MWh between which a price of energy usually is."""

_FTA = "a tariff option (FTA) as BTINFMU4, or a family as CU4/MU4, CU/LU, MUDT, C4, C2"
_SUPPLIER = "the supplier: in a column, or in a line above as « Fournisseur : … »"
_LOT = "the lot: in a column, in a line above, or in the name of the sheet"
_CLASS = "a time class: BASE, HP, HC, POINTE, HPH, HCH, HPB (HPE) or HCB (HCE)"


@dataclass(slots=True)
class Reading:
    """Reads the rows of one file; remembers cells above and cells seen."""

    report: Report
    profile: Profile
    _above: dict[str, Cell] = field(default_factory=dict)
    _head: Head | None = None
    _context: Context | None = None
    _seen: dict[str, int] = field(default_factory=dict)
    _fixed: dict[Unit, dict[str, list[Decimal]]] = field(default_factory=dict)
    """Fixed prices as they are written, by unit and title of their column."""

    def placed(self, rows: Iterator[DataRow]) -> Iterator[tuple[Place, OfferRow]]:
        """What the rows give, each with its place; a wrong row is refused and reading goes on.

        BadInput at the end for prices of another unit than that of their column.
        """
        for row in rows:
            if not self._passed(row):
                for record in self._records(row):
                    yield row.place, record
        for unit, columns in self._fixed.items():
            columns[" ".join(columns)] = [one for column in columns.values() for one in column]
            for title, prices in columns.items():
                stop_at_other_unit(f"/{title}", prices, unit.times)

    def _passed(self, row: DataRow) -> bool:
        if row.context != self._context:
            self._context, self._above = row.context, {}
        if row.head is not self._head:
            self._head, self._above = row.head, {}
            self._report_head(row)
        if is_passed(row.cells, row.place, self.report):
            return True
        if is_sum := is_total_label(next(filter(None, map(spell_cell, row.cells)), "")):
            self.report.find(checks.TOTAL_ROW, place=row.place)
        return is_sum

    def _report_head(self, row: DataRow) -> None:
        """What is decided of a head: columns passed over, units that are not ours."""
        if strange := list(row.head.unread()):
            self.report.note("columns passed over: {}", ", ".join(strange))
        told = [*row.context.claims, *filter(is_discount, row.head.unread())]
        told += filter(
            is_of_another_period,
            (row.head.titles[at] for name, at in row.head.fields.items() if name in _YEARLY),
        )
        for claim in told:
            self.report.find(checks.PRICE_CLAIMS, claim, place=row.place)
        units = {one.unit or row.context.unit for one in row.head.prices} - {None, EUR_PER_MWH}
        for unit in sorted(unit for unit in units if unit is not None):
            self.report.note("prices in {}: turned into EUR/MWh, times {}", unit.name, unit.times)

    def _records(self, row: DataRow) -> tuple[OfferRow, ...]:
        try:
            return self._once(tuple(self._parsed(row)))
        except BadInput as fault:
            self.report.refuse(row.place, fault)
        except ValidationError as error:
            self.report.refuse(row.place, _add_column_title(faults(error)[0], row.head))
        return ()

    def _once(self, records: tuple[OfferRow, ...]) -> tuple[OfferRow, ...]:
        """*records* of one row, unless all repeat others; refused when one contradicts another."""
        new = {record.external_id: hash(record.model_dump_json()) for record in records}
        for name, content in new.items():
            if self._seen.get(name, content) != content:
                code = checks.CONFLICTING_DUPLICATE.code
                raise BadInput("row", name, "one price for each cell", code)
        fresh = tuple(record for record in records if record.external_id not in self._seen)
        self._seen |= new
        self.report.kept += bool(fresh)
        self.report.duplicates += bool(records) and not fresh
        return fresh

    def _parsed(self, row: DataRow) -> Iterator[OfferRow]:
        cells = self._filled(row)
        values = self._values(cells, row)
        fields = offer_fields(values, row.head)
        fields["provenance"] = self.profile.provenance or provenance_of(values)
        codes = self._codes(cells, row.head)
        prices = self._prices(row, cells, fixed=fields.get("pricing", "fixed") == "fixed")
        if not prices:
            for code in codes or (None,):
                yield OfferRow.model_validate(fields | {"tariff_code": code})
        for (own, name, year), told in prices.items():
            if not own and not codes:
                raise BadInput(title_of("tariff_code", row.head), Words("an empty cell"), _FTA)
            for code in own or codes:
                dated = {"year": year or fields.get("year")}
                cell = {"tariff_code": code, "time_class": name} | dated
                yield OfferRow.model_validate(fields | cell | told)

    def _filled(self, row: DataRow) -> dict[str, Cell]:
        """Cells by field; in a row of prices a blank cell may be joined with the one above.

        Lot, supplier and option always are, a tier where neither lot nor supplier is told anew.
        """
        own = {
            name: row.cells[at]
            for name, at in row.head.fields.items()
            if at < len(row.cells) and spell_cell(row.cells[at])
        }
        option = spell_cell(own.get("tariff_code", ""))
        if row.head.shares_class_and_option and not codes_of(option):
            own.pop("tariff_code", None)  # the class alone: the option is the one above
        places = (one.at for one in row.head.prices)
        if not any(at < len(row.cells) and spell_cell(row.cells[at]) for at in places):
            return own
        joined = {"lot", "supplier", "tariff_code"}
        if not own.keys() & {"lot", "supplier"}:
            joined |= {"offer"} if own.keys() & set(_TIER) else {"offer", *_TIER}
        taken = [name for name in sorted(joined - own.keys()) if name in self._above]
        if taken:
            self.report.find(checks.JOINED_CELLS, place=row.place)
        own |= {name: self._above[name] for name in taken}
        self._above = own
        return own

    def _values(self, cells: Mapping[str, Cell], row: DataRow) -> Values:
        values: Values = {}
        for name, cell in cells.items():
            if name.endswith("_percent"):
                values[name] = read_percent(cell, title_of(name, row.head))
            elif name in BY_NAME and name not in ("lot", "tariff_code", "time_class"):
                values[name] = self._value(cell, name, row.head)
        lot = key_of(spell_cell(cells["lot"])) if "lot" in cells else row.context.lot
        supplier = values.get("supplier") or row.context.supplier
        for name, told in (("lot", lot), ("supplier", supplier)):
            if not told:
                where, found = title_of(name, row.head), Words("an empty cell")
                raise BadInput(where, found, _LOT if name == "lot" else _SUPPLIER)
            values[name] = told
        if "tier" in cells:
            values |= parse_tier(spell_cell(cells["tier"]), title_of("tier", row.head))
        if "valid_until" not in values and row.context.valid_until:
            values["valid_until"] = self._value(row.context.valid_until, "valid_until", row.head)
        return values

    def _value(self, cell: Cell, name: str, head: Head) -> Value:
        """One cell; a subscription a month is twelve a year."""
        where = title_of(name, head)
        try:
            told = read_cell(cell, BY_NAME[name], self.profile.time_zone)
        except BadInput as fault:
            raise BadInput(where, fault.found, fault.expected, fault.check) from fault
        if (
            name == "subscription_eur"
            and isinstance(told, Decimal)
            and "mois" in normalize_words(where)
        ):
            self.report.note("subscriptions a month: turned into a year, times 12")
            return told * 12
        return told

    def _codes(self, cells: Mapping[str, Cell], head: Head) -> tuple[str, ...]:
        if "tariff_code" not in cells:
            return ()
        text = spell_cell(cells["tariff_code"])
        codes = codes_of(text) or ((text,) if _CODE.fullmatch(text) else ())
        if not codes:
            raise BadInput(title_of("tariff_code", head), text, _FTA)
        if codes != (text,):
            self.report.note("{} read as the tariff options {}", text, ", ".join(codes))
        return codes

    def _prices(self, row: DataRow, cells: Mapping[str, Cell], *, fixed: bool) -> _Prices:
        """The price of each class, and year when columns tell it; blank cells are not priced."""
        found: dict[_Cell, dict[str, Decimal]] = {}
        common: dict[str, Decimal] = {}
        for column in row.head.prices:
            text = spell_cell(row.cells[column.at]) if column.at < len(row.cells) else ""
            if text.casefold() in _BLANKS:
                self.report.find(checks.PRICE_BLANK, place=row.place)
            elif text:
                told = parse_price_amount(row.cells[column.at], column, row.context.unit)
                unit = column.unit or row.context.unit
                if fixed and unit and column.part in {"total", "supply"}:
                    columns = self._fixed.setdefault(unit, {})
                    columns.setdefault(column.title, []).append(told / unit.times)
                if column.time_class or "time_class" in row.head.fields:
                    name = column.time_class or _find_row_class(cells, row.head)
                    key = (column.codes, name, column.year)
                    found.setdefault(key, {})[column.part] = told
                else:
                    common[column.part] = told
        found = {key: common | parts for key, parts in found.items()}
        prices = {key: build_cell_price(parts, self.report) for key, parts in found.items()}
        self._look_at_parts(row, found)
        for one in prices.values():
            total = one["eur_per_mwh"]
            if isinstance(total, Decimal) and not _USUAL[0] <= total <= _USUAL[1]:
                self.report.find(checks.PRICE_UNUSUAL, f"{total:f}", place=row.place)
        return prices

    def _look_at_parts(self, row: DataRow, found: Mapping[_Cell, Mapping[str, Decimal]]) -> None:
        """Find parts beside prices that do not say whether these are in them."""
        for parts in found.values():
            beside = sorted(parts.keys() - {"total", "supply"})
            if "total" not in parts or "supply" in parts or not beside:
                continue
            titles = [one.title for one in row.head.prices if one.part == "total"]
            if not all(_WHOLE.search(normalize_words(title)) for title in titles):
                names = (one.title for one in row.head.prices if one.part in beside)
                self.report.find(checks.PRICE_PARTS, ", ".join(names), place=row.place)
            return


def _find_row_class(cells: Mapping[str, Cell], head: Head) -> str:
    """The class that the row tells."""
    text = spell_cell(cells.get("time_class", ""))
    name = class_of(text)
    if name is None:
        raise BadInput(title_of("time_class", head), text or Words("an empty cell"), _CLASS)
    return name


_FIELDS = {"green_share": "green_percent", "below": "below_percent", "above": "above_percent"}


def _add_column_title(fault: BadInput, head: Head) -> BadInput:
    """The same fault with the file's own title of the column."""
    for part in reversed([part for part in fault.where.split("/") if part]):
        name = _FIELDS.get(part, part)
        if name in BY_NAME:
            return BadInput(title_of(name, head), fault.found, fault.expected, fault.check)
    return BadInput("row", Words("this row"), fault.expected, fault.check)
