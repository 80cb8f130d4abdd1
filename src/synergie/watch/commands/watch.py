"""`synergie watch`: what the curves of cabinets tell of their lamps, from files."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import write_whole_file
from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_date
from synergie.cli.phrase import civil_day
from synergie.cli.place import parse_option_place
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, speaks_french

if TYPE_CHECKING:
    from synergie.calendar.holidays import SchoolZone
    from synergie.watch.exchange.park import Park, Watched
    from synergie.watch.records.report import WatchReport

SUMMARY = N_("What the curves of cabinets tell of their lamps: lit by day, dark, drifting, lost.")
EXAMPLE = """
synergie watch courbes.csv armoires.csv points.csv --price 0.118
synergie watch courbe.csv --place 48.77,6.13 --out veille.html
synergie watch courbes.csv armoires.csv interventions.csv --tickets tickets.csv
"""
_MOST_PICTURES = 40
_NIGHTS_DEG = 66
"""Latitude beyond which some nights have no end."""


def run(  # noqa: PLR0913 (each is an option)
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help=N_("Curves; cabinets and light points beside.")),
    ],
    *,
    place: Annotated[
        str | None,
        typer.Option(metavar="LAT,LON", help=N_("Place of cabinets that tell none: 48.77,6.13.")),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(metavar="EUR/KWH", help=N_("Price of the energy that is lost: 0.118.")),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=N_("Only what became certain after that night.")),
    ] = None,
    tickets: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Write tickets of what a crew mends (CSV, XLSX).")),
    ] = None,
    school_zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE",
            help=N_("Zone of school holidays (A, B, C): buildings used in them are told."),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help=N_("Write the report as a page (HTML).")),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=N_("Overwrite the file when it is there."))
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
) -> None:
    """Exit 0 when nothing is wrong, 1 when there is an alert that lasts, or a row was refused."""
    _check_free(out, tickets, force=force)
    with needs("plan"):
        from synergie.watch.exchange.park import Park
    from synergie.cli.assets.perimeter_files import Reading
    from synergie.reports.language import use_language
    from synergie.watch.records.report import WatchReport, select_news

    where = None if place is None else _parse_place(place)
    cost = None if price is None else _parse_price(price)
    after = parse_option_date("--since", since)
    park = Park(school_zone=None if school_zone is None else _parse_zone(school_zone))
    refused = Reading.of(files, []).fill(park)
    if not park.runs:
        raise Misuse(_("no file holds a curve of an hour or finer"))
    with use_language("fr" if speaks_french() else "en"):
        watched = list(park.watch_all(where, cost, _))
        report = select_news(WatchReport(cabinets=tuple(one.told for one in watched)), after)
        if tickets is not None:
            _write_tickets(report, park, tickets)
        if out is not None:
            _write_page(report, watched, out)
        (print_json if as_json else _print_report)(report)
    lasting = any(a.ended_night is None for one in report.cabinets for a in one.alerts)
    raise typer.Exit(1 if lasting or refused else 0)


def _check_free(*paths: Path | None, force: bool) -> None:
    for path in paths:
        if path is not None and path.exists() and not force:
            raise Misuse(_("{}: exists already; give another name, or --force").format(path))


def _parse_place(text: str) -> tuple[float, float]:
    found = parse_option_place("--place", text)
    if abs(found.latitude) > _NIGHTS_DEG:
        raise Misuse(_("{}: found {!r}, expected {}").format("--place", text, "48.77,6.13"))
    return found.longitude, found.latitude


def _parse_zone(text: str) -> "SchoolZone":
    if text not in {"A", "B", "C"}:
        raise Misuse(_("{}: found {!r}, expected {}").format("--school-zone", text, "A, B, C"))
    return text  # type: ignore[return-value]


def _parse_price(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not 0 < found < 10:  # noqa: PLR2004 (EUR a kWh)
        raise Misuse(_("{}: found {!r}, expected {}").format("--price", text, "0.118"))
    return found


def _write_tickets(report: "WatchReport", park: "Park", out: Path) -> None:
    """A file of the template `work-orders`; tickets that the files hold already are left out."""
    from synergie import formats
    from synergie.cli.readings.template import kind_of
    from synergie.watch.exchange.park import build_tickets

    made = list(build_tickets(report.cabinets, park.works))
    form = "template-work-orders" if kind_of(out) == "csv" else "template-work-orders-xlsx"
    with write_whole_file(out) as sink:
        formats.write(made, sink, format=form)
    typer.echo(_("{}: {} tickets").format(out, len(made)), err=True)


def _write_page(report: "WatchReport", watched: "list[Watched]", out: Path) -> None:
    with needs("report"):
        from synergie.reports.page import html
    from synergie.watch.reports.document import build_watch_document, draw_nights, get_cabinet_name

    alarmed = {one.supply_point for one in report.cabinets if one.alerts}
    pictures = {
        one.told.supply_point: draw_nights(
            get_cabinet_name(one.told), one.nights, one.judged.state.expected
        )
        for one in [one for one in watched if one.told.supply_point in alarmed][:_MOST_PICTURES]
        if one.judged is not None
    }
    page = html(build_watch_document(report, pictures))
    out.write_text(page, encoding="utf-8", newline="\n")


def _print_report(report: "WatchReport") -> None:
    from synergie.watch.reports.document import get_cabinet_name
    from synergie.watch.reports.sentences import describe_not_testable

    for one in report.cabinets:
        name = get_cabinet_name(one)
        for alert in one.alerts:
            over = "" if alert.ended_night is None else _(" (over)")
            typer.echo(f"{alert.sentence}{over}")
            if not over:
                typer.echo(f"  {alert.check}")
            if not over and alert.done_on is not None:
                text = _("said to be mended on {}; the curve does not show it")
                typer.echo(f"  {text.format(civil_day(alert.done_on))}")
        if one.untaught is not None:
            typer.echo(f"{name}: {one.untaught}")
        for wait in one.not_testable:
            typer.echo(f"{name}: {describe_not_testable(wait.test, wait.until)}")
    alerts = sum(len(one.alerts) for one in report.cabinets)
    typer.echo(_("{} curves, {} alerts").format(len(report.cabinets), alerts))
