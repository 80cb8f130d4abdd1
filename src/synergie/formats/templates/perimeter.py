"""The perimeter of an energy tender, both ways: every delivery point, and what is still missing.

There is no public model of this file; the columns are those of domain.md §3.3 and formats.md §11.
`perimeter` is the CSV for a French spreadsheet, `perimeter-xlsx` the workbook.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import BinaryIO, get_args

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats._csv import FRENCH, format_row
from synergie.formats.columns import Column, Value, Values
from synergie.formats.format import Format, Record
from synergie.formats.formulas import escape_formula
from synergie.formats.report import Place, Report
from synergie.formats.templates.columns import TABLES, Template
from synergie.formats.templates.engine import read, sniff_csv, sniff_xlsx, write_csv
from synergie.formats.templates.engine import read_placed as placed_rows
from synergie.formats.templates.parts import key_of, provenance_of, select_known_values, split
from synergie.formats.templates.sheet import Sheet, write_workbook
from synergie.schemas.assets.perimeter import FilledCell, MissingCell, PerimeterClass, PerimeterRow
from synergie.schemas.readings.profile import Profile

CLASSES: tuple[PerimeterClass, ...] = get_args(PerimeterClass.__value__)

_ONE_EACH = (
    "member", "member_siret", "budget", "service_code", "site_name", "address", "insee_code",
    "meter_type", "market_segment", "tariff_code", "power_unit", "usage", "load_curve", "supplier",
    "supplier_siren", "contract_end", "billing_group", "entry_date", "exit_date", "mandate",
)  # fmt: skip
_YEAR = ("method", "total_kwh", "covered_days", "prorated_days")


def _build_perimeter_records(values: Values) -> tuple[Record, ...]:
    fields: dict[str, object] = {name: values[name] for name in _ONE_EACH if name in values}
    fields["supply_point"] = key_of(values)
    fields["subscribed_powers"] = [
        {"tariff_class": name or None, "value": values[key]}
        for name in ("", *CLASSES)
        if (key := f"power_{name}") in values
    ]
    if "green_percent" in values:
        fields["green_percent"] = int(str(values["green_percent"]))
    if (year := _build_reference_year(values)) is not None:
        fields["reference"] = year
    fields["provenance"] = provenance_of(values, str(values["code"]))
    return (PerimeterRow.model_validate(fields),)


def _build_reference_year(values: Values) -> dict[str, object] | None:
    """The reference year of a row: `declared` when nothing says how it was found."""
    classes = [
        {"tariff_class": name, "kwh": values[f"kwh_{name}"]}
        for name in CLASSES
        if f"kwh_{name}" in values
    ]
    if not classes and "total_kwh" not in values:
        return None
    year: dict[str, object] = {name: values[name] for name in _YEAR if name in values}
    amounts = (Decimal(str(one["kwh"])) for one in classes)
    year.setdefault("total_kwh", sum(amounts, Decimal(0)))
    year.setdefault("method", "declared")
    year["classes"] = classes
    if "from_date" in values:
        year["from_date"] = values["from_date"]
    if isinstance(last := values.get("last_day"), date):
        year["to_date"] = _compute_day_after(last)
    if "energy_source" in values:
        year["source"] = values["energy_source"]
    return year


def _compute_day_after(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError as error:
        raise BadInput("/last_day", day, "a date of our time") from error


def row_of(row: PerimeterRow) -> Values:
    """The cells of *row* by name of column."""
    fields: dict[str, Value | None] = {name: getattr(row, name) for name in _ONE_EACH}
    fields["green_percent"] = None if row.green_percent is None else str(row.green_percent)
    fields["provenance"] = row.provenance
    for power in row.subscribed_powers:
        fields[f"power_{power.tariff_class or ''}"] = power.value
    if (year := row.reference) is not None:
        fields |= {name: getattr(year, name) for name in _YEAR}
        fields |= {f"kwh_{one.tariff_class}": one.kwh for one in year.classes}
        fields["from_date"], fields["energy_source"] = year.from_date, year.source
        fields["last_day"] = None if year.to_date is None else year.to_date - timedelta(days=1)
    return split(row.supply_point) | select_known_values(fields)


def _build_perimeter_rows(records: Iterable[Record]) -> Iterator[Values]:
    return map(row_of, _check_perimeter_records(records))


def _check_perimeter_records(records: Iterable[Record]) -> Iterator[PerimeterRow]:
    for record in records:
        if not isinstance(record, PerimeterRow):
            raise BadInput("record", type(record).__name__, "a row of a perimeter")
        yield record


def read_placed(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[tuple[Place, PerimeterRow]], Report]:
    """The rows of a perimeter, CSV or XLSX, each with its line; as `FORMAT.read` otherwise."""
    placed, report = placed_rows(source, profile, TEMPLATE)
    return ((at, row) for at, row in placed if isinstance(row, PerimeterRow)), report


TEMPLATE = Template(
    name="perimeter",
    title="Périmètre",
    about="Un point de livraison par ligne : ce que les fournisseurs doivent savoir pour répondre.",
    columns=TABLES["perimeter"],
    records=_build_perimeter_records,
    rows=_build_perimeter_rows,
    fields={"supply_point": "code", "to_date": "last_day", "source": "energy_source"},
)


def missing_cells(row: PerimeterRow) -> Iterator[MissingCell]:
    """The cells of *row* that somebody has to fill, in the order of the columns.

    An energy of less than twelve whole months is told as missing too: it is not extrapolated.
    """
    values = row_of(row)
    for column in TEMPLATE.columns:
        if column.where and not _is_filled(column, values):
            yield MissingCell(
                supply_point=row.supply_point,
                site_name=row.site_name,
                column=column.title,
                purpose=column.purpose,
                where=column.where,
            )


def column_of(field: str) -> str:
    """The title of the column of a field of the row."""
    name = {"subscribed_powers": "power_", "reference": "total_kwh"}.get(field, field)
    return next(column.title for column in TEMPLATE.columns if column.name == name)


def _is_filled(column: Column, values: Values) -> bool:
    if column.name == "total_kwh":
        return values.get("method", "partial") != "partial"
    if column.name == "power_":
        return any(name.startswith("power_") and name != "power_unit" for name in values)
    return column.name in values


LIST_TITLES = (
    "Point de livraison", "Site", "Colonne à compléter", "À quoi elle sert", "Où le trouver",
)  # fmt: skip
"""Titles of the list of missing cells."""
_SOURCE_TITLES = ("Point de livraison", "Colonne", "Fichier", "Reçu le", "Dépôt")


def list_row(cell: MissingCell) -> tuple[str, ...]:
    """One missing cell as the list writes it."""
    code = cell.supply_point.partition(":")[2]
    return code, cell.site_name or "", cell.column, cell.purpose, cell.where


def write_list(cells: Iterable[MissingCell], sink: BinaryIO) -> None:
    """The list of missing cells as a CSV for a French spreadsheet."""
    sink.write(b"\xef\xbb\xbf" + format_row(LIST_TITLES, FRENCH))
    sink.writelines(format_row(map(escape_formula, list_row(cell)), FRENCH) for cell in cells)


def write_sources(cells: Iterable[FilledCell], sink: BinaryIO) -> None:
    """The cells that files filled, each with its file, as a CSV for a French spreadsheet."""
    sink.write(b"\xef\xbb\xbf" + format_row(_SOURCE_TITLES, FRENCH))
    sink.writelines(format_row(map(escape_formula, _source_row(cell)), FRENCH) for cell in cells)


def _source_row(cell: FilledCell) -> tuple[str, ...]:
    at, code = cell.source.received_at, cell.supply_point.partition(":")[2]
    day = "" if at is None else f"{at.astimezone(load_time_zone('Europe/Paris')):%d/%m/%Y}"
    return code, cell.column, cell.source.file or "", day, cell.source.deposit or ""


def _write_workbook(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """The sheets Périmètre, À compléter and Lisez-moi; BadInput for another record.

    The rows are held in memory: a perimeter has thousands of them, not millions.
    """
    rows = list(_check_perimeter_records(records))
    missing = [cell for row in rows for cell in missing_cells(row)]
    marked = [{cell.column for cell in missing_cells(row)} for row in rows]
    extra = Sheet("À compléter", LIST_TITLES, [list_row(cell) for cell in missing])
    write_workbook(
        TEMPLATE, sink, map(row_of, rows), to_fill=marked, time_zone=profile.time_zone, extra=extra
    )


FORMAT = Format(
    name="perimeter",
    title="Perimeter of an energy tender (CSV for a French spreadsheet)",
    sniff=lambda sample: sniff_csv(sample, TEMPLATE),
    read=lambda source, profile: read(source, profile, TEMPLATE),
    write=lambda records, sink, profile: write_csv(records, sink, TEMPLATE, profile),
)
FORMAT_XLSX = Format(
    name="perimeter-xlsx",
    title="Perimeter of an energy tender (XLSX)",
    sniff=lambda sample: sniff_xlsx(sample, TEMPLATE),
    read=lambda source, profile: read(source, profile, TEMPLATE),
    write=_write_workbook,
)
