"""`synergie bill FILE…`: invoices controlled, and letters about what is blocking."""

from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import typer

from synergie.cli.extras import needs
from synergie.cli.folder import check_output_folder, write_whole_folder
from synergie.cli.texts import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synergie.energy.reports.contest import ContestLetter
    from synergie.schemas.readings.invoice import Invoice, InvoiceControl


class ControlRequest(NamedTuple):
    """What invoices are compared with, and how it is told."""

    perimeter: Path | None
    prices: Path | None
    lot: str | None
    markets: tuple[str, ...]
    readings: tuple[Path, ...]
    tables: Path | None
    as_json: bool
    profiles: Path | None
    terms: Path | None
    letters: Path | None
    sender: str | None


def control_invoices(paths: list[Path], asked: ControlRequest) -> None:
    """Control the invoices of files and folders, and tell what was found."""
    from synergie.cli.print import as_json as print_json
    from synergie.energy.commands import bill_files as read
    from synergie.energy.commands._bill_print import show_control
    from synergie.energy.plan.tariff.invoice import control
    from synergie.schemas.readings.invoice import ControlRules

    if asked.letters is not None:
        check_output_folder(asked.letters, (), force=False)
    invoices, refused = read.read_invoices(paths, asked.profiles)
    points = read.lay_point_terms(read.points(asked.perimeter), asked.terms)
    found = control(
        invoices,
        points=points,
        schedules=read.schedules(asked.prices, asked.lot),
        uses=read.measured(asked.readings),
        rules=ControlRules(markets=asked.markets),
        tables=read.load_tariff_tables(asked.tables),
    )
    if asked.letters is not None:
        _write_letters(found, invoices, asked)
    if asked.as_json:
        print_json(found)
    else:
        show_control(found)
    raise typer.Exit(1 if found.is_blocked or refused else 0)


def _write_letters(
    found: "InvoiceControl", invoices: "Sequence[Invoice]", asked: ControlRequest
) -> None:
    """A letter a supplier into a folder, as a page, and as a PDF where the typesetter is there."""
    from synergie.energy.reports.contest import list_letters

    letters = list_letters(found, invoices)
    if not letters or asked.letters is None:
        typer.echo(_("Nothing is blocking: no letter was written"), err=True)
        return
    with write_whole_folder(asked.letters) as folder:
        for letter in letters:
            _write_letter(letter, folder, asked.sender)
    typer.echo(_("{}: {} letters").format(asked.letters, len(letters)), err=True)


def _write_letter(letter: "ContestLetter", folder: Path, sender: str | None) -> None:
    with needs("report"):
        from synergie.reports.page import html
    from synergie.energy.reports.contest import build_contest_document
    from synergie.reports.file_names import file_name
    from synergie.reports.pdf import render_pdf
    from synergie.reports.teller import build_translator

    day = datetime.now(ZoneInfo("Europe/Paris")).date()
    document = build_contest_document(letter, sender=sender, day=day, tell=build_translator())
    taken = [path.stem for path in folder.iterdir()]
    name = file_name(letter.supplier or "", taken, none="fournisseur")
    (folder / f"{name}.html").write_text(html(document), encoding="utf-8", newline="\n")
    if find_spec("typst") is not None:
        (folder / f"{name}.pdf").write_bytes(render_pdf(document, day=day))
