"""Commands of budgets on a server: lines from a file, actual figures, next year."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.budget.commands._print import print_forecast, print_waiting
from synergie.cli.files import write_whole_file
from synergie.cli.help import Command
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number
from synergie.cli.there import ClientId, Json, Key, Server, There

if TYPE_CHECKING:
    from synergie.budget.records.line import BudgetActual

AT = " --server https://donnees.example --client sde54 --key cle.json"
Member = Annotated[str | None, typer.Option(metavar="NAME", help=N_("Of this member alone."))]
Year = Annotated[int, typer.Option(metavar="YEAR", help=N_("A civil year."))]
Price = Annotated[
    str | None, typer.Option(metavar="EUR/KWH", help=N_("What if a kWh cost so much?"))
]
PriceChange = Annotated[
    float,
    typer.Option(
        metavar="PERCENT",
        min=-100,
        max=1000,
        help=N_("What if energy cost so much more (or, below 0, less)?"),
    ),
]


def add_server_commands(app: typer.Typer) -> None:
    """The commands of *app* about a budget on a server."""
    app.command(
        "template",
        cls=Command,
        help=N_("Write the blank file of budget lines to fill (CSV, XLSX)."),
        epilog="synergie budget template lignes.xlsx",
    )(write_blank_lines)
    app.command(
        "deposit",
        cls=Command,
        help=N_("Store the lines of a filled file in the place of those of its members and years."),
        epilog=f"synergie budget deposit lignes.xlsx{AT}",
    )(deposit)
    app.command(
        "actual",
        cls=Command,
        help=N_("What was voted against stored energies and bills, by service and month."),
        epilog=f"synergie budget actual --year 2026{AT}",
    )(actual)
    app.command(
        "outlook",
        cls=Command,
        help=N_("Next year by what the server stores, and the sheet of the vote."),
        epilog=f"synergie budget outlook --year 2027 --out budget.ods{AT}",
    )(outlook)


def write_blank_lines(
    out: Annotated[Path, typer.Argument(metavar="FILE", help=N_("Where to write it."))],
) -> None:
    """Exit 0; an existing file is not written over."""
    from synergie.budget.templates.lines import TEMPLATE
    from synergie.cli.readings.template import kind_of
    from synergie.formats.templates.catalogue import write_template

    if out.exists():
        raise Misuse(_("{} is there already: it is not written over").format(out))
    with write_whole_file(out) as sink:
        write_template(TEMPLATE, sink, kind_of(out))


def deposit(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A filled template (CSV, XLSX, ODS)."))
    ],
    *,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0 when all rows are stored, 1 when one is refused: nothing is stored then."""
    from synergie.budget.templates.lines import read_budget_lines

    with file.open("rb") as source:
        lines, report = read_budget_lines(source)
    for place, fault in report.refused:
        typer.echo(f"{file}:{place}: {fault.tell(_)}", err=True)
    if report.refused or not lines:
        typer.echo(_("nothing was stored"), err=True)
        raise typer.Exit(1)
    with There(server, client, key).open() as partner:
        stored = partner.budgets.replace(lines)
    if as_json:
        print_json(stored)
    else:
        typer.echo(_("{}: lines stored: {}").format(file, len(stored.lines)))


def actual(
    *,
    year: Year,
    member: Member = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when months are unknown: they are counted."""
    with There(server, client, key).open() as partner:
        found = partner.budgets.read_actual(year, member)
    if as_json:
        print_json(found)
    else:
        _print_actual(found)


def _print_actual(found: "BudgetActual") -> None:
    from synergie.budget.reports import describe_unknown_costs

    head = (_("member"), _("service"), _("month"), _("voted, €"), _("actual, €"), _("gap, €"),
            "kWh", _("months known"))  # fmt: skip
    rows = [
        (one.member or _("all"), one.service or "", "" if one.month is None else str(one.month),
         *map(_format_amount, (one.voted_eur, one.actual_eur, one.gap_eur)),
         "?" if one.actual_kwh is None else format_number(float(one.actual_kwh), 0),
         f"{one.known_eur}/{one.of}")
        for one in (found.total, *found.rows)
        if one.point is None
    ]  # fmt: skip
    print_aligned_rows([head, *rows])
    if found.spread:
        typer.echo(_("{} months of points are a part of a longer bill, by its days").format(
            found.spread))  # fmt: skip
    print_waiting(found.waiting)
    for text in describe_unknown_costs(found.unknown, _):
        typer.echo(text, err=True)


def _format_amount(eur: Decimal | None) -> str:
    return "?" if eur is None else format_euros(eur)


def outlook(  # noqa: PLR0913 (each is an option)
    *,
    year: Year,
    member: Member = None,
    price: Price = None,
    price_change: PriceChange = 0.0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("The sheet of the vote (.xlsx, .ods, .csv).")),
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 0, also when points are left out: they are told."""
    from synergie.budget.reports import SHEET_TYPES

    form: Any = None if out is None else out.suffix.removeprefix(".")
    if form is not None and form not in SHEET_TYPES:
        raise Misuse(_("--out: {} ends in none of {}").format(out, ", ".join(SHEET_TYPES)))
    one, change = _parse_price(price), Decimal(str(price_change))
    with There(server, client, key).open() as partner:
        found = partner.budgets.forecast(year, member, price=one, price_change=change)
        if out is not None:
            content = partner.budgets.read_sheet(year, form, member, price=one, price_change=change)
            with write_whole_file(out) as sink:
                sink.write(content)
    if as_json:
        print_json(found)
    else:
        print_forecast(found)


def _parse_price(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not 0 <= found < 100:  # noqa: PLR2004 (EUR a kWh)
        raise Misuse(_("{}: found {!r}, expected {}").format("--price", text, "0.118"))
    return found
