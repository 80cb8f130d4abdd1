"""`synergie weather`: stations and degree days of files of Météo-France; no network is used."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli.extras import needs as extra
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_date
from synergie.cli.phrase import civil_day
from synergie.cli.place import parse_option_place
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.measure.daily import PeriodSum
    from synergie.schemas.readings.weather import WeatherSeries

app = build_command_group(N_("Weather from files: the station of a place, and degree days."))

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE…",
        help=N_("Daily files of the weather service (Meteo-France), packed or not."),
    ),
]
From = Annotated[str, typer.Option("--from", metavar="DAY", help=N_("First day."))]
To = Annotated[str, typer.Option("--to", metavar="DAY", help=N_("The day after the last one."))]
Json = Annotated[bool, typer.Option("--json", help=N_("The whole answer as one JSON document."))]


@app.command(
    "stations",
    cls=Command,
    help=N_("Name the nearest station that measured 99 % of the days, and how far it is."),
    epilog="synergie weather stations Q_67_latest.csv.gz --near 48.58,7.75 "
    "--from 2023-01-01 --to 2024-01-01",
)
def stations(
    files: Files,
    *,
    near: Annotated[
        str, typer.Option(metavar="LAT,LON", help=N_("The place, degrees: 48.58,7.75."))
    ],
    altitude: Annotated[
        float | None, typer.Option(metavar="METRES", help=N_("Its altitude, when it is known."))
    ] = None,
    starts: From,
    ends: To,
    as_json: Json = False,
) -> None:
    """Exit 1 when no station measured enough."""
    with extra("plan"):
        from synergie.measure.stations import choose_station
    place, days = parse_option_place("--near", near), [parse_days(starts, ends)]
    found = choose_station(read_stations(files), place, days, altitude_m=altitude)
    one = found.series.station
    if as_json:
        fields = one.model_dump(mode="json")
        print_json(
            fields
            | {
                "distance_km": round(found.distance_km, 1),
                "climb_m": found.climb_m,
                "known_share": found.known_share,
                "far": found.is_far,
                "high": found.is_high,
            }
        )
        return
    text = _("{} {}: {} km away, {} m of altitude, {} % of the days")
    typer.echo(
        text.format(
            one.code,
            one.name,
            format_number(found.distance_km, 1),
            format_number(one.altitude_m, 0),
            format_number(100 * found.known_share, 1),
        )
    )
    if found.is_far:
        typer.echo(_("over 50 km away: another climate, say so in the contract"))
    if found.is_high:
        typer.echo(_("over 150 m above or below the place: say so in the contract"))


@app.command(
    "degree-days",
    cls=Command,
    help=N_("Degree days of a station by month; a month with a hole has no total."),
    epilog="synergie weather degree-days Q_67_latest.csv.gz --station 67124001 "
    "--method costic --base 18 --from 2023-01-01 --to 2024-01-01",
)
def degree_days(
    files: Files,
    *,
    station: Annotated[str, typer.Option(metavar="STATION", help=N_("Its 8 digits."))],
    method: Annotated[
        Literal["meteo", "costic", "mean"],
        typer.Option(metavar="METHOD", help=N_("meteo, costic or mean: a contract names it.")),
    ],
    base: Annotated[float, typer.Option(metavar="DEGREES", help=N_("Base temperature, °C."))],
    starts: From,
    ends: To,
    as_json: Json = False,
) -> None:
    """Exit 0, also when months are known in part: they are told."""
    with extra("plan"):
        from synergie.measure.daily import sum_days, sum_months
        from synergie.measure.degree_days import compute_degree_days, read_daily_weather
    low, high = parse_days(starts, ends)
    series = find_station(read_stations(files), station)
    days = compute_degree_days(read_daily_weather(series), method, base)
    months = sum_months(days, low, high)
    whole = sum_days(days, low, high)
    if as_json:
        print_json([_build_month(one) for one in (*months, whole)])
        return
    print_aligned_rows([_describe_month(one) for one in (*months, whole)])


def read_stations(files: list[Path]) -> "list[WeatherSeries]":
    """The stations of all *files*; what was refused of them is told on stderr."""
    from synergie import formats
    from synergie.schemas.readings.weather import WeatherSeries

    found: list[WeatherSeries] = []
    for file in files:
        with formats.read(file, format="meteo-france-daily") as result:
            found += [one for one in result.records if isinstance(one, WeatherSeries)]
            if result.report.refusals:
                text = _("{}: {} rows refused").format(file.name, result.report.refusals)
                typer.echo(text, err=True)
    return found


def find_station(stations: "list[WeatherSeries]", code: str) -> "WeatherSeries":
    """The one with *code*. Misuse when there is none."""
    for one in stations:
        if one.station.code == code:
            return one
    text = _("--station: {} is not among the {} stations of the files")
    raise Misuse(text.format(code, len(stations)))


def parse_days(starts: str, ends: str) -> tuple[date, date]:
    """Both days. Misuse when the second is not after the first."""
    low, high = parse_option_date("--from", starts), parse_option_date("--to", ends)
    if low is None or high is None or low >= high:
        raise Misuse(_("--to: a day after {}").format(starts))
    return low, high


def _build_month(one: "PeriodSum") -> dict[str, object]:
    return {
        "from_date": one.starts.isoformat(),
        "to_date": one.ends.isoformat(),
        "degree_days": None if one.total is None else round(one.total, 2),
        "known_days": one.known,
        "days": one.days,
        "known_degree_days": round(one.partial, 2),
    }


def _describe_month(one: "PeriodSum") -> tuple[str, str, str]:
    said = "?" if one.total is None else format_number(one.total, 1)
    known = _("known for {} of {} days").format(one.known, one.days)
    return civil_day(one.starts), said, known
