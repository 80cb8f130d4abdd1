"""Files of `synergie bill`: invoices, the perimeter, prices, curves, own tables."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _
from synergie.errors import BadInput

if TYPE_CHECKING:
    from synergie.energy.plan.tariff.invoice import PerimeterPoint
    from synergie.energy.plan.tariff.tables import Tables
    from synergie.energy.records.tariff import PeriodUse, PriceSchedule
    from synergie.formats import ReadResult, Report
    from synergie.schemas.readings.invoice import Invoice, LotTotals
    from synergie.schemas.readings.meter_curve import MeterCurve
    from synergie.schemas.readings.supplier_profile import SupplierProfile

_MOST = 20
"""Refused rows of a file that are told one by one."""
_START = 65_536
_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".ods"})


def load_tariff_tables(folder: Path | None) -> "Tables":
    """The dated tables, with those of *folder* laid over."""
    from synergie.energy.plan.tariff.tables import shipped
    from synergie.energy.plan.tariff.tables.folder import load_folder

    return shipped() if folder is None else load_folder(folder, shipped(), tell_lost_publisher)


def tell_lost_publisher(fault: BadInput) -> None:
    """Say on the error output that a bundle of tables is left out."""
    typer.echo(_("left out: {}").format(fault.tell(_)), err=True)


def schedules(path: Path | None, lot: str | None) -> "list[PriceSchedule]":
    """The price schedules of a file: JSON of a schedule or an offer, or any table of prices."""
    if path is None:
        return []
    found = _of_json(path) if path.suffix.lower() == ".json" else _of_table(path)
    kept = [one for one in found if lot is None or lot.casefold() in one.name.casefold()]
    if not kept:
        names = ", ".join(one.name for one in found) or "-"
        raise Misuse(_("--lot: no price schedule of that name; there are: {}").format(names))
    return kept


def _of_json(path: Path) -> "list[PriceSchedule]":
    from synergie.cli.files import parse
    from synergie.energy.plan.tariff.schedules import schedule_of_offer
    from synergie.energy.records.offer import Offer
    from synergie.energy.records.tariff import PriceSchedule

    if "tiers" in parse(path):
        return [schedule_of_offer(load_record(path, Offer))]
    return [load_record(path, PriceSchedule)]


def _of_table(path: Path) -> "list[PriceSchedule]":
    from synergie import formats
    from synergie.energy.plan.tariff.schedules import schedules_of_prices, schedules_of_rows
    from synergie.energy.records.offer_row import OfferRow
    from synergie.formats.invoices import read_prices

    if path.suffix.lower() in _TABLES:
        with path.open("rb") as source:
            plain = read_prices(source, path.name)
        if plain is not None:
            return schedules_of_prices(plain)
    with formats.read(path) as result:
        rows = [one for one in result.records if isinstance(one, OfferRow)]
    _print_refusals(path, result.report)
    if not rows:
        raise Misuse(_("{}: no prices by tariff option and time class in it").format(path.name))
    return schedules_of_rows(rows)


def points(path: Path | None) -> "list[PerimeterPoint] | None":
    """What a perimeter file, or a flow that tells terms, knows of delivery points."""
    if path is None:
        return None
    from synergie.cli.assets.perimeter_files import Reading
    from synergie.energy.plan.tariff.invoice import list_perimeter_points
    from synergie.schemas.assets.perimeter import PerimeterRow
    from synergie.schemas.assets.supply_terms import SupplyTerms

    if path.suffix.lower() == ".json":
        from synergie.schemas.assets.perimeter import Perimeter

        return list_perimeter_points(load_record(path, Perimeter).rows)
    with Reading([path], []).opened(path) as result:
        found = [one for one in result.records if isinstance(one, PerimeterRow | SupplyTerms)]
    _print_refusals(path, result.report)
    if not found:
        raise Misuse(_("{}: no delivery points with their terms in it").format(path.name))
    return list_perimeter_points(found)


def lay_point_terms(
    known: "list[PerimeterPoint] | None", path: Path | None
) -> "list[PerimeterPoint] | None":
    """The points of a perimeter, with the dated terms of a table laid over."""
    from synergie.energy.plan.tariff.invoice import lay_terms
    from synergie.formats.invoices import read_terms

    if path is None:
        return known
    with path.open("rb") as source:
        return lay_terms(known, read_terms(source, path.name))


def read_load_curves(path: Path) -> "tuple[list[MeterCurve], list[MeterCurve]]":
    """The load curve of a file, and the curves of reactive power beside it."""
    from synergie.cli.assets.perimeter_files import Reading
    from synergie.schemas.readings.meter_curve import MeterCurve

    with Reading([path], []).opened(path) as result:
        found = [one for one in result.records if isinstance(one, MeterCurve)]
    _print_refusals(path, result.report)
    active = [one for one in found if one.unit in {"W", "kW", "Wh", "kWh"}]
    drawn = [one for one in active if one.direction == "import"]
    names = sorted({one.supply_point for one in drawn})
    if len(names) != 1:
        raise Misuse(
            _("{}: the curve of one delivery point; it holds {}").format(
                path.name, ", ".join(names) or "-"
            )
        )
    reactive = [one for one in found if one.quantity.startswith("reactive_")]
    return drawn, [one for one in reactive if one.direction == "import"]


def measured(paths: Sequence[Path]) -> "dict[str, list[PeriodUse]]":
    """What files of readings, curves or energies measured, by delivery point."""
    from synergie.cli.assets.perimeter_files import Reading
    from synergie.energy.plan.tariff.measured import Measured, uses_of_records
    from synergie.schemas.readings.invoice_line import InvoiceLine
    from synergie.schemas.readings.meter_curve import MeterCurve
    from synergie.schemas.readings.period_energy import PeriodEnergy
    from synergie.schemas.readings.register_reading import RegisterReading

    found: list[Measured] = []
    for path in paths:
        with Reading([path], []).opened(path) as result:
            found += (
                one
                for one in result.records
                if isinstance(one, PeriodEnergy | RegisterReading | MeterCurve | InvoiceLine)
            )
        _print_refusals(path, result.report)
    return uses_of_records(found)


def read_invoices(
    paths: Sequence[Path], profiles: Path | None = None
) -> "tuple[list[Invoice], int]":
    """The invoices of every file, and how many rows or files were refused.

    A folder is every file in it; one of them that cannot be relied on is told and left out whole.
    """
    known = _read_profiles(profiles)
    found: list[Invoice] = []
    refused = 0
    for path in paths:
        inner = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else None
        for one in [path] if inner is None else inner:
            try:
                some, left_out = _read_file_invoices(one, known)
            except (BadInput, Misuse) as fault:
                if inner is None:
                    raise
                typer.echo(_("refused: {}").format(fault), err=True)
                some, left_out = [], 1
            found += some
            refused += left_out
    return found, refused


def _read_profiles(path: Path | None) -> "tuple[SupplierProfile, ...]":
    from synergie.formats.invoices.electronic import ANY
    from synergie.schemas.readings.supplier_profile import SupplierProfiles

    return (ANY,) if path is None else load_record(path, SupplierProfiles).profiles


def _read_file_invoices(
    path: Path, profiles: "tuple[SupplierProfile, ...]"
) -> "tuple[list[Invoice], int]":
    from synergie import formats
    from synergie.formats.invoices.electronic import is_electronic, read_electronic

    if path.suffix.lower() in _TABLES:
        return _of_lines(path)
    with path.open("rb") as source:
        start = source.read(_START)
    if is_electronic(start):
        invoice = read_electronic(path.read_bytes(), path.name, profiles)
        for row in invoice.rows:
            if row.supply_point is None:
                typer.echo(_("{}: no delivery point in this line").format(row.where), err=True)
        for annex in invoice.annexes:
            if annex.added_eur is None:
                told = _("{}: {}: no table of lines, not read")
                typer.echo(told.format(path.name, annex.name), err=True)
        return [invoice], 0
    with formats.read(path) as result:
        return _of_flow(path, result)


def _of_flow(path: Path, result: "ReadResult") -> "tuple[list[Invoice], int]":
    from synergie.energy.plan.tariff.invoice import invoices_of_lines
    from synergie.schemas.assets.supply_terms import SupplyTerms
    from synergie.schemas.readings.invoice_line import InvoiceLine

    some: list[InvoiceLine | SupplyTerms] = [
        one for one in result.records if isinstance(one, InvoiceLine | SupplyTerms)
    ]
    _print_refusals(path, result.report)
    found = invoices_of_lines(some, path.name, lots=_find_lot_totals(result.report))
    if not found:
        raise Misuse(_("{}: no invoice in it").format(path.name))
    return found, result.report.refusals


def _find_lot_totals(report: "Report") -> "LotTotals | Literal['agree']":
    """What the reader of a flow found of the totals of its lots."""
    from synergie.schemas.readings.invoice import LotTotals

    found = report.findings.get("summary-differs")
    if found is None:
        return "agree"
    told, added = (Decimal(arg.removesuffix(" €")) for arg in found.args[:2])
    return LotTotals(told_eur=told, added_eur=added, n=found.times)


def _of_lines(path: Path) -> "tuple[list[Invoice], int]":
    from synergie.energy.plan.tariff.invoice import invoices_of_rows
    from synergie.formats.invoices import read_rows

    with path.open("rb") as source:
        rows, report = read_rows(source, path.name)
    _print_refusals(path, report)
    if not rows and not report.refusals:
        raise Misuse(_("{}: no invoice in it").format(path.name))
    return invoices_of_rows(rows, path.name), report.refusals


def _print_refusals(path: Path, report: "Report") -> None:
    """What was not read, on the error output."""
    for line in _describe_refusals(path, report):
        typer.echo(line, err=True)


def _describe_refusals(path: Path, report: "Report") -> Iterator[str]:
    for refused in report.refused[:_MOST]:
        yield f"{path.name}: {refused.with_line().tell(_)}"
    for note, times in report.notes.items():
        yield f"{path.name}: {note.tell(_, times)}"
