"""`synergie tables`: tables of regulated prices, what they hold and how they are kept right."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import civil_day, format_euros
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _
from synergie.errors import BadInput, Unreachable

if TYPE_CHECKING:
    from synergie.energy.plan.tariff.tables import Tables
    from synergie.energy.plan.tariff.tables.bundle import CellChange

app = build_command_group(
    N_("Tables of regulated prices: list them, check them, bring them up to date.")
)
AHEAD = timedelta(days=60)
"""How far ahead an end is told."""
_SAMPLES = {"BTINF": 6, "BTSUP": 60, "HTA": 300}
"""Power of the point whose bill is shown before and after, by beginning of its option."""
_SAMPLE_KWH = Decimal(1000)

_Folder = Annotated[
    Path | None,
    typer.Option("--tables", metavar="FOLDER", help=N_("Own tables, and those of a publisher.")),
]
_Needed = Annotated[
    Path,
    typer.Option("--tables", metavar="FOLDER", help=N_("Own tables, and those of a publisher.")),
]


def _today() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def _load(folder: Path | None) -> "Tables":
    from synergie.energy.commands.bill_files import load_tariff_tables

    return load_tariff_tables(folder)


@app.command("list", cls=Command, help=N_("Each table: its keys, and until when it has figures."),
             epilog="synergie tables list --tables tables/")  # fmt: skip
def list_tables(folder: _Folder = None) -> None:
    """Exit 0."""
    tables = _load(folder)
    _print_published(folder)
    rows: list[tuple[str, ...]] = [(_("table"), _("key"), _("from"), _("to (excluded)"))]
    for name, by_key in tables.versions.items():
        for key, of_key in by_key.items():
            rows.append((name, key, civil_day(of_key[0].valid_from), _until(of_key[-1].valid_to)))
    print_aligned_rows(rows)
    _print_ends(tables)


def _print_published(folder: Path | None) -> None:
    """The bundle that holds, and where it was taken from."""
    from synergie.energy.plan.tariff.tables.folder import find_published, read_sources

    found = None if folder is None else find_published(folder, lambda _fault: None)
    if folder is not None and found is not None:
        source = read_sources(folder).get(str(found.version), "-")
        typer.echo(_("{}, version {}, taken from: {}").format(found.name, found.version, source))


def _until(day: date) -> str:
    return _("no end") if day == date.max else civil_day(day)


def _print_ends(tables: "Tables") -> bool:
    """The tables that end soon or have ended; whether there is one."""
    from synergie.energy.plan.tariff.tables.bundle import list_table_ends

    ends = list_table_ends(tables, _today(), AHEAD)
    for one in ends:
        typer.echo(
            _("{}.csv has no figures from {} on: {}").format(
                one.table, civil_day(one.ends), ", ".join(one.keys)
            )
        )
    return bool(ends)


@app.command("show", cls=Command, help=N_("The rows of a table, with their sources."),
             epilog="synergie tables show turpe --key HTACU5")  # fmt: skip
def show(
    table: Annotated[str, typer.Argument(metavar="TABLE", help=N_("Which table: turpe, accise."))],
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help=N_("Which rows: HTACU5, up_to_36."))
    ] = None,
    folder: _Folder = None,
) -> None:
    """Exit 0; 2 for a table or a key that is not there."""
    from synergie.energy.plan.tariff.tables import SHAPES

    tables = _load(folder)
    if table not in SHAPES:
        raise Misuse(_("{}: not a table; there are: {}").format(table, ", ".join(SHAPES)))
    rows = tables.versions.get(table, {})
    found = {k: v for k, v in rows.items() if key is None or k in {key, key.upper()}}
    if not found:
        names = ", ".join(rows) or "-"
        raise Misuse(_("{}: not a key of this table; there are: {}").format(key, names))
    for name, of_key in found.items():
        for one in of_key:
            typer.echo(f"{name}  {civil_day(one.valid_from)} - {_until(one.valid_to)}")
            typer.echo("  " + ", ".join(f"{cell} {value}" for cell, value in one.values.items()))
            typer.echo(f"  {one.source}")


@app.command("check", cls=Command, help=N_("Whether the tables are whole, and what ends soon."),
             epilog="synergie tables check --need BTSUPCU --tables tables/")  # fmt: skip
def check(
    need: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help=N_("A key whose cells must be known today: BTSUPCU, T2.")),
    ] = None,
    folder: _Folder = None,
) -> None:
    """Exit 1 for a needed cell missing today, a golden cell that differs, a publisher not trusted.

    What ends within 60 days, or has ended, is told and no error.
    """
    from synergie.energy.plan.tariff.tables import shipped
    from synergie.energy.plan.tariff.tables.bundle import check_golden_cells, golden_cells

    check_golden_cells(shipped(), golden_cells())
    lost: list[BadInput] = []
    tables = _load_telling(folder, lost)
    typer.echo(_("{} golden cells are told as they must").format(len(golden_cells())))
    _print_ends(tables)
    missing = [line for key in need or () for line in _iterate_missing(tables, key)]
    for line in missing:
        typer.echo(line)
    raise typer.Exit(1 if missing or lost else 0)


def _load_telling(folder: Path | None, lost: list[BadInput]) -> "Tables":
    """The tables of *folder*; bundles whose publisher is not trusted are told and noted."""
    from synergie.energy.commands.bill_files import tell_lost_publisher
    from synergie.energy.plan.tariff.tables import shipped
    from synergie.energy.plan.tariff.tables.folder import load_folder

    def tell(fault: BadInput) -> None:
        lost.append(fault)
        tell_lost_publisher(fault)

    return shipped() if folder is None else load_folder(folder, shipped(), tell)


def _iterate_missing(tables: "Tables", told: str) -> Iterator[str]:
    """The cells of a key that are not known today and are on other days. Misuse: no such key."""
    from synergie.energy.plan.tariff.options import option_name

    today, keys = _today(), {told, option_name(told)}
    found = [
        (table, key, of_key)
        for table, by_key in tables.versions.items()
        for key, of_key in by_key.items()
        if key in keys
    ]
    if not found:
        raise Misuse(_("--need: {} is a key of no table").format(told))
    for table, key, of_key in found:
        known = next((one.values for one in of_key if one.covers(today)), {})
        for cell in dict.fromkeys(name for one in of_key for name in one.values):
            if cell not in known:
                yield _("missing today: {}.csv, {}, {}").format(table, key, cell)


@app.command("update", cls=Command, help=N_("Take the signed tables of a publisher."),
             epilog="synergie tables update turpe-2027.jws --tables tables/")  # fmt: skip
def update(
    file: Annotated[
        str, typer.Argument(metavar="FILE|URL", help=N_("Tables, signed: a file, or https://…"))
    ],
    *,
    folder: _Needed,
    source: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help=N_("Where they were taken from; of a URL itself.")),
    ] = None,
    dry: Annotated[
        bool, typer.Option("--dry-run", help=N_("Show what changes, and change nothing."))
    ] = False,
) -> None:
    """Exit 0; 1 for a file that is not signed, older, cut or not to be relied on."""
    from synergie.energy.commands.bill_files import tell_lost_publisher
    from synergie.energy.plan.tariff.tables.bundle import list_cell_changes, read_bundle
    from synergie.energy.plan.tariff.tables.folder import install_bundle, read_publishers

    content, found_at = _read_signed(file)
    bundle, theirs = read_bundle(content, read_publishers(folder))
    before = _load(folder)
    after = before.with_tables(theirs)
    if not dry:
        install_bundle(folder, content, source=source or found_at, tell=tell_lost_publisher)
        after = _load(folder)
    changes = list(list_cell_changes(before, after))
    typer.echo(
        _("{}, version {}: cells that change: {}").format(bundle.name, bundle.version, len(changes))
    )
    for one in changes:
        old = "-" if one.before is None else str(one.before)
        new = "-" if one.after is None else str(one.after)
        days = f"{civil_day(one.begins)} - {_until(one.ends)}"
        typer.echo(
            _("  {}.csv, {}, {}, {}: {} -> {}").format(one.table, one.key, one.cell, days, old, new)
        )
    for line in _iterate_moved_bills(before, after, changes):
        typer.echo(line)


_MOST, _SECONDS = 4_000_000, 30.0
"""Bytes and seconds that a download may take."""


def _read_signed(told: str) -> tuple[bytes, str | None]:
    """What a file, or an address https://…, holds, and the address.

    The address is called as those of webhooks are: https alone, public hosts, no redirect, within
    limits. Unreachable: no answer that is whole.
    """
    if "://" not in told:
        return Path(told).read_bytes(), None
    from synergie.client.outbound import fetch_url

    reply = fetch_url(told, limit=_MOST, timeout=_SECONDS, accept="application/jose, */*")
    if not reply.good:
        raise Unreachable(f"HTTP {reply.status}: {told[:200]}")
    return reply.content, told


def _iterate_moved_bills(
    before: "Tables", after: "Tables", changes: "list[CellChange]"
) -> Iterator[str]:
    """The network and taxes of a year of a usual point, before and after, by option."""
    from synergie.energy.plan.tariff.bill import yearly
    from synergie.energy.records.tariff import BilledTerms, ClassPower

    days = {(one.key, one.begins): None for one in changes if one.table == "turpe"}
    for code, day in days:
        kva = next((kva for name, kva in _SAMPLES.items() if code.startswith(name)), None)
        if kva is None:
            continue
        terms = BilledTerms(tariff_code=code, powers=(ClassPower(kva=Decimal(kva)),))
        kwh = dict.fromkeys(after.nearest_turpe(code, day).classes, _SAMPLE_KWH)
        told = []
        for tables in (before, after):
            try:
                found = yearly(terms, kwh, on=day, tables=tables)
            except BadInput:
                told.append("-")
                continue
            told.append("-" if found.ht_eur is None else f"{format_euros(found.ht_eur)} €")
        yield _("  a year of {} at {} kVA and {} kWh a class from {}: {} -> {}").format(
            code, kva, _SAMPLE_KWH, civil_day(day), *told
        )


@app.command("undo", cls=Command, help=N_("Take back the tables of the last update."),
             epilog="synergie tables undo --tables tables/")  # fmt: skip
def undo(*, folder: _Needed) -> None:
    """Exit 0; 1 when there is nothing to take back."""
    from synergie.energy.commands.bill_files import tell_lost_publisher
    from synergie.energy.plan.tariff.tables.folder import undo_bundle

    found = undo_bundle(folder, tell_lost_publisher)
    if found is None:
        typer.echo(_("No tables of a publisher hold now"))
    else:
        typer.echo(_("{}, version {}, holds again").format(found.name, found.version))


_CELL = re.compile(r"([a-z0-9_]+)=(-?\d+(?:[.,]\d+)?)", re.ASCII)


@app.command("add", cls=Command, help=N_("Enter cells that you read in a text yourself."),
             epilog="synergie tables add turpe HTACU5 cg_eur=445.10 --from 2026-08-01 "
                    "--to 2027-08-01 --source 'CRE 2026-105, p. 12' --by 'Cheffe de service' "
                    "--tables tables/")  # fmt: skip
def add(
    table: Annotated[str, typer.Argument(metavar="TABLE", help=N_("Which table: turpe, accise."))],
    key: Annotated[str, typer.Argument(metavar="KEY", help=N_("Which rows: HTACU5, up_to_36."))],
    cells: Annotated[list[str], typer.Argument(metavar="CELL=VALUE", help=N_("The figures."))],
    *,
    folder: _Needed,
    starts: Annotated[str, typer.Option("--from", metavar="DAY", help=N_("First day."))],
    ends: Annotated[str, typer.Option("--to", metavar="DAY", help=N_("The day after the last."))],
    source: Annotated[str, typer.Option(metavar="TEXT", help=N_("The text: number, date, page."))],
    by: Annotated[str, typer.Option(metavar="ROLE", help=N_("Role of who enters them."))],
) -> None:
    """Exit 0: the cells hold once another person has confirmed them."""
    from pydantic import ValidationError

    from synergie.energy.plan.tariff.tables.folder import add_entry
    from synergie.energy.records.table_bundle import LocalEntry
    from synergie.schemas.faults import faults

    fields = {
        "table": table, "key": key, "cells": dict(map(_read_cell, cells)), "valid_from": starts,
        "valid_to": ends, "source": source, "entered_by": by,
    }  # fmt: skip
    try:
        entry = LocalEntry.model_validate(fields)
    except ValidationError as error:
        raise faults(error)[0] from error
    number = add_entry(folder, entry)
    typer.echo(
        _("entry {}: it holds once another person has run tables confirm {}").format(number, number)
    )


def _read_cell(told: str) -> tuple[str, Decimal]:
    found = _CELL.fullmatch(told.strip())
    try:
        if found is not None:
            return found[1], Decimal(found[2].replace(",", "."))
    except InvalidOperation:
        pass
    raise Misuse(_("{!r} is not of the form cg_eur=445.10").format(told))


@app.command("confirm", cls=Command, help=N_("Confirm cells that another person entered."),
             epilog="synergie tables confirm 1 --by Trésorier --tables tables/")  # fmt: skip
def confirm(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help=N_("Which entry."))],
    *,
    folder: _Needed,
    by: Annotated[str, typer.Option(metavar="ROLE", help=N_("Role of who confirms them."))],
) -> None:
    """Exit 0; 1 for an entry that is not there, or is one's own."""
    from synergie.energy.plan.tariff.tables.folder import confirm_entry

    found = confirm_entry(folder, number, by)
    typer.echo(_("{}.csv, {}: the cells hold").format(found.table, found.key))
