"""`synergie budget`: next year's budget from files, and why a year cost more or less."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.budget.commands._print import print_forecast, print_omissions
from synergie.budget.commands.server import PriceChange, Year, add_server_commands
from synergie.cli.extras import needs as extra
from synergie.cli.files import load_record, write_whole, write_whole_file
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, speaks_french
from synergie.cli.there import Json
from synergie.measure.commands.files import read_records

if TYPE_CHECKING:
    from synergie.budget.plan.points import BudgetInputs
    from synergie.budget.records.budget import BudgetForecast, BudgetRequest
    from synergie.measure.daily import DailySeries

app = build_command_group(N_("Next year's budget from files, and why a year cost more or less."))

_Request = Annotated[
    Path, typer.Argument(metavar="FILE", help=N_("A BudgetRequest as JSON; see `draft`."))
]
_Readings = Annotated[
    list[Path], typer.Option("--readings", metavar="FILE", help=N_("Readings or bills; repeat it."))
]
_Weather = Annotated[
    list[Path] | None,
    typer.Option("--weather", metavar="FILE", help=N_("Daily weather; repeat it.")),
]
_YEARS = range(2000, 2101)


@app.command(
    "draft",
    cls=Command,
    help=N_("Write a request to complete: the points that the files tell, one service."),
    epilog="synergie budget draft --readings factures.xlsx --out budget.json",
)
def draft(
    *,
    readings: _Readings,
    out: Annotated[Path, typer.Option(metavar="FILE", help=N_("Where to write it."))],
) -> None:
    """Exit 0; an existing file is not written over."""
    from synergie.budget.records.budget import BudgetPoint, BudgetRequest

    if out.exists():
        raise Misuse(_("{} is there already: it is not written over").format(out))
    names = _list_point_names(readings)
    if not names:
        raise Misuse(_("--readings: no energy of a delivery point in these files"))
    points = tuple(
        BudgetPoint(point=point, member="commune", name=name, service="énergie", use="building")
        for point, name in sorted(names.items())
    )
    request = BudgetRequest(title="Budget", vat_included=True, points=points)
    write_whole(out, request.model_dump_json(indent=2))
    typer.echo(
        _("{}: {} points; complete services, uses, prices and works").format(out, len(points))
    )


@app.command(
    "forecast",
    cls=Command,
    help=N_("Next year by member, service, point and month, with its interval."),
    epilog="synergie budget forecast budget.json --readings factures.xlsx "
    "--weather Q_54.csv.gz --year 2027 --out budget.xlsx",
)
def forecast(
    file: _Request,
    *,
    readings: _Readings,
    weather: _Weather = None,
    year: Year,
    price_change: PriceChange = 0.0,
    out: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help=N_("Write it: .json whole, .xlsx to vote on, .html to read; repeat it."),
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Exit 0, also when points are left out: they are told; 1 when none can be foreseen."""
    with extra("plan"):
        from synergie.budget.plan.forecast import forecast_budget
    for path in out or ():
        if path.suffix not in _WRITERS:
            raise Misuse(_("--out: {} ends in none of {}").format(path, ", ".join(_WRITERS)))
    _check_year("--year", year)
    inputs = _read_inputs(file, readings, weather)
    share = Decimal(str(price_change)) / 100
    found = forecast_budget(inputs, year, price_change=share)
    for path in out or ():
        _WRITERS[path.suffix](path, found)
    if as_json:
        print_json(found)
    else:
        print_forecast(found)


@app.command(
    "explain",
    cls=Command,
    help=N_("Why a year cost more, or less, than another: weather, use, price, perimeter."),
    epilog="synergie budget explain budget.json --readings factures.xlsx "
    "--weather Q_54.csv.gz --year 2026 --against 2025",
)
def explain(
    file: _Request,
    *,
    readings: _Readings,
    weather: _Weather = None,
    year: Year,
    against: Year,
    as_json: Json = False,
) -> None:
    """Exit 0, also when points are left out: they are told; 1 when none is known in a year."""
    with extra("plan"):
        from synergie.budget.plan.explain import explain_years
    _check_year("--year", year)
    _check_year("--against", against)
    if year == against:
        raise Misuse(_("--against: another year than {}").format(year))
    found = explain_years(_read_inputs(file, readings, weather), against, year)
    if as_json:
        print_json(found)
        return
    from synergie.budget.reports import describe_explanation, list_effects
    from synergie.cli.phrase import format_euros
    from synergie.reports.language import use_language

    with use_language("fr" if speaks_french() else "en"):
        typer.echo(describe_explanation(found))
        heads = [name for name, _amount in list_effects(found.total)]
        rows = [
            (one.point or "", *(format_euros(amount) for _name, amount in list_effects(one)))
            for one in found.points
        ]
    print_aligned_rows([(_("point"), *heads), *rows])
    print_omissions(found.left_out)


def _check_year(option: str, year: int) -> None:
    if year not in _YEARS:
        raise Misuse(_("{}: found {}, expected a year from 2000 to 2100").format(option, year))


def _list_point_names(files: list[Path]) -> dict[str, str]:
    from synergie.schemas.readings.meter_curve import MeterCurve
    from synergie.schemas.readings.period_energy import PeriodEnergy

    names: dict[str, str] = {}
    for record in read_records(files):
        if isinstance(record, PeriodEnergy) and record.supply_point is not None:
            names[record.supply_point] = record.name
        elif isinstance(record, MeterCurve):
            names.setdefault(record.supply_point, record.supply_point)
    return names


def _read_inputs(file: Path, readings: list[Path], weather: list[Path] | None) -> "BudgetInputs":
    from synergie.budget.records.budget import BudgetRequest

    with extra("plan"):
        from synergie.budget.plan.points import BudgetInputs
        from synergie.measure.energies import collect_point_energies
    request = load_record(file, BudgetRequest)
    keys = {one.point for one in request.points}
    energies = collect_point_energies(read_records(readings), keys)
    return BudgetInputs(request, energies, _read_temperature(request, weather))


def _read_temperature(request: "BudgetRequest", files: list[Path] | None) -> "DailySeries | None":
    from synergie.measure.commands.weather import find_station, read_stations
    from synergie.measure.degree_days import read_daily_weather

    if request.station is None:
        return None
    if not files:
        raise Misuse(_("--weather: the request names station {}").format(request.station))
    return read_daily_weather(find_station(read_stations(files), request.station)).get_mean_series()


def _write_json(path: Path, found: "BudgetForecast") -> None:
    write_whole(path, found.model_dump_json(indent=1))


def _write_page(path: Path, found: "BudgetForecast") -> None:
    from synergie.budget.reports import build_budget_document
    from synergie.reports.language import use_language
    from synergie.reports.page import html

    with use_language("fr" if speaks_french() else "en"):
        write_whole(path, html(build_budget_document(found, _)))


def _write_sheet(path: Path, found: "BudgetForecast") -> None:
    from synergie.budget.reports import build_budget_sheets
    from synergie.calendar import load_time_zone
    from synergie.reports.language import use_language
    from synergie.reports.sheets import write

    with use_language("fr" if speaks_french() else "en"), write_whole_file(path) as sink:
        write(build_budget_sheets(found, _), sink, load_time_zone("Europe/Paris"))


_WRITERS = {".json": _write_json, ".xlsx": _write_sheet, ".html": _write_page}


add_server_commands(app)
