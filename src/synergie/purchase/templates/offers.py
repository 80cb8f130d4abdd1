"""Offers of a tender: the workbook of ours, and price schedules (BPU) as suppliers lay them out.

There is no public model of a price schedule: columns are known by their words, classes may be rows
or columns, prices in €/MWh, c€/kWh or €/kWh by their titles (docs/formats/offers.md).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from synergie.energy.records.offer_row import OfferRow
from synergie.errors import BadInput, Words
from synergie.formats.checks import N_
from synergie.formats.columns import Value, Values
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Place, Report
from synergie.formats.spreadsheet import read_workbook_start
from synergie.formats.templates.columns import Template
from synergie.formats.templates.engine import sniff_csv, sniff_xlsx, write_csv
from synergie.formats.templates.parts import convert_to_exact, provenance_of, select_known_values
from synergie.formats.templates.plain import rows_of
from synergie.formats.templates.sheet import write_workbook
from synergie.formats.text import start_of_text
from synergie.purchase.templates._offer_amounts import (
    COLUMNS,
    PARTS,
    build_cell_price,
    offer_fields,
)
from synergie.purchase.templates._offer_read import Reading
from synergie.purchase.templates._offer_tables import find_separator, find_table_rows
from synergie.purchase.templates._offer_words import class_of, unit_of
from synergie.schemas.readings.profile import Profile

_LIKELY = 0.8
"""A price schedule that is not ours: surer than any table (0.61), less than what is marked."""
_ZIP = b"PK\x03\x04"
_CELL = re.compile(r">([^<>]{2,40})<")
_SAME = (
    "lot", "supplier", "offer", "from_mwh", "to_mwh", "tariff_code", "time_class", "year",
    "subscription_eur", "fixed_eur", "pricing", "index", "green_eur_per_mwh", "valid_from",
    "valid_until", "provenance",
)  # fmt: skip
_NEEDED = "columns of a price schedule: the tariff option (FTA), and prices by time class"


def read_placed(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[tuple[Place, OfferRow]], Report]:
    """Each row with its place in the file: its line, or `sheet!row` when several sheets hold some.

    BadInput when no row is the head of a price schedule. A row may give several records (classes in
    columns, a family of tariff options). A wrong row is refused and reading goes on. Memory grows
    with the rows of the file (200,000 a sheet at most).
    """
    report = Report()
    found = find_table_rows(source, report)
    if found is None:
        raise BadInput("line 1", Words("no row with the titles of this template"), _NEEDED)
    return Reading(report, profile).placed(found), report


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records in the order of the rows, as `read_placed` without the places."""
    placed, report = read_placed(source, profile)
    return (record for _, record in placed), report


def _sniff_csv(sample: Sample) -> float:
    if sample.start.startswith(_ZIP) or sample.members:
        return 0.0
    ours = sniff_csv(sample, TEMPLATE)
    if ours:
        return ours
    if unit_of(sample.start.decode("cp1252", "replace").replace("â‚¬", "€")) is None:
        return 0.0
    return _LIKELY if find_separator(start_of_text(sample.start).splitlines()) is not None else 0.0


def _sniff_xlsx(sample: Sample) -> float:
    """1.0 for our mark; 0.8 where three time classes and a price of energy stand in the cells."""
    ours = sniff_xlsx(sample, TEMPLATE)
    if ours:
        return ours
    told = read_workbook_start(sample)
    if not told or "synergie_" in told or unit_of(told) is None:
        return 0.0
    texts = set(_CELL.findall(told))
    classes = {class_of(text) for text in texts} - {None}
    points = any(re.search(r"\b(PRM|PDL|PCE)\b", text) for text in texts)
    return _LIKELY if len(classes) >= 3 and not points else 0.0  # noqa: PLR2004


def _build_offer_records(values: Values) -> tuple[Record, ...]:
    """The record of a row of our own columns; `read` takes those of others too."""
    parts = {name: Decimal(str(values[name])) for name in (*PARTS, "total") if name in values}
    fields = offer_fields(values) | (build_cell_price(parts, Report()) if parts else {})
    fields |= {name: values[name] for name in ("tariff_code", "time_class") if name in values}
    return (OfferRow.model_validate(fields | {"provenance": provenance_of(values)}),)


def row_of(row: OfferRow) -> Values:
    """The cells of *row* by name of column."""
    fields: dict[str, Value | None] = {name: getattr(row, name) for name in _SAME}
    fields["total"] = row.eur_per_mwh
    if row.parts is not None:
        fields |= {name: getattr(row.parts, name) for name in PARTS}
    fields["green_percent"] = _convert_share_to_percent(row.green_share)
    if (tunnel := row.tunnel) is not None:
        fields["below_percent"], fields["above_percent"] = map(
            _convert_share_to_percent, (tunnel.below, tunnel.above)
        )
        fields["below_eur_per_mwh"] = tunnel.below_eur_per_mwh
        fields["above_eur_per_mwh"] = tunnel.above_eur_per_mwh
    _to_the_second(row.valid_from, row.valid_until)
    return select_known_values(fields)


def _convert_share_to_percent(share: float | None) -> Decimal | None:
    return None if share is None else convert_to_exact(share) * 100


def _to_the_second(*moments: datetime | None) -> None:
    for moment in moments:
        if moment is not None and moment.microsecond:
            raise BadInput("record", moment.isoformat(), "a moment to the second")


_rows = rows_of(OfferRow, row_of, N_("a row of an offer"))
TEMPLATE = Template(
    name="offers",
    title="Offres",
    about="Un prix par ligne : lot, fournisseur, tranche, FTA et poste ; hors taxes.",
    columns=COLUMNS,
    records=_build_offer_records,
    rows=_rows,
)


def _write_workbook(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    write_workbook(TEMPLATE, sink, _rows(records), time_zone=profile.time_zone)


FORMAT = Format(
    name="offers",
    title=N_("Offers of a tender, price schedules (CSV)"),
    sniff=_sniff_csv,
    read=read,
    write=lambda records, sink, profile: write_csv(records, sink, TEMPLATE, profile),
)
FORMAT_XLSX = Format(
    name="offers-xlsx",
    title=N_("Offers of a tender, price schedules (XLSX)"),
    sniff=_sniff_xlsx,
    read=read,
    write=_write_workbook,
)
