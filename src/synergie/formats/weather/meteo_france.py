"""Daily base data of Météo-France: temperatures by station, gzip or not, of a department.

Data: meteo.data.gouv.fr, Licence Ouverte 2.0: say "Météo-France" with it. Columns are known by
their names; the lowest, the highest and the mean of the hours are kept with their quality codes.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import BinaryIO, Final, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats.csv_text import join_rows
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.formats.text import detect_encoding, read_csv_blocks
from synergie.schemas.assets.location import Location
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.weather import MAX_DAYS, WeatherSeries, WeatherStation

NAME = "meteo-france-daily"
COLUMNS: Final = (
    "NUM_POSTE", "NOM_USUEL", "LAT", "LON", "ALTI", "AAAAMMJJ",
    "TN", "QTN", "TX", "QTX", "TM", "QTM",
)  # fmt: skip

_STATION = re.compile("[0-9]{8}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,5}(?:\.\d{1,6})?", re.ASCII)
_QUALITIES: Final = frozenset({"", "0", "1", "9"})
"""Protected, validated, filtered; 2 is doubtful."""
_DOUBTFUL = "2"
_COLD, _HOT = -90.0, 60.0

_HEADER = "a header with NUM_POSTE, LAT, LON, ALTI, AAAAMMJJ, TN, QTN, TX, QTX, TM, QTM"
_CELLS = "as many cells as the header"
_CODE = "8 digits as text: a spreadsheet may have taken the zero in front"
_DAY = "a day as 20261125"
_QUALITY = "a quality code of Météo-France: 0, 1, 2 or 9"
_DEGREES = "degrees Celsius with a dot, between -90 and 60, or a blank"
_PLACE = "degrees and metres with a dot"
_ONCE = "the temperatures already given for this day, or another day"
_SHORTER = "days within 300 years"


type _Day = tuple[float | None, float | None, float | None, bool]
"""Lowest, highest, mean, and whether one of them is doubtful."""


class _Station(NamedTuple):
    """One station of the file while its days come by."""

    about: WeatherStation
    days: dict[date, _Day]


def sniff(sample: Sample) -> float:
    """1.0 for the names of the columns that are read."""
    lines = sample.lines(1)
    names = {cell.strip().strip('"') for cell in lines[0].split(";")} if lines else set[str]()
    return float(set(COLUMNS) <= names)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[WeatherSeries], Report]:
    """One series a station, in order of their numbers. BadInput: another header.

    A day without any of the three temperatures is a day without measure, never zero.
    """
    report = Report()
    return _read_series(source, profile, report), report


def _read_series(source: BinaryIO, profile: Profile, report: Report) -> Iterator[WeatherSeries]:
    stations: dict[str, _Station] = {}
    blocks = read_csv_blocks(source, detect_encoding(source, report), separator=";", report=report)
    pick: Callable[[list[str]], tuple[str, ...]] | None = None
    width = 0
    for block in blocks:
        for line, cells in zip(block.lines, block.rows, strict=True):
            if pick is None:
                pick, width = itemgetter(*_find_places(cells)), len(cells)
                continue
            try:
                if len(cells) != width:
                    raise BadInput("row", f"{len(cells)} cells", _CELLS)  # noqa: TRY301
                _take_row(stations, pick(cells), report)
            except BadInput as fault:
                report.refuse(line, fault)
    if pick is None:
        raise BadInput("line 1", Words("an empty file"), _HEADER)
    for code in sorted(stations):
        yield from _build_series(stations[code], profile, report)


def _find_places(cells: list[str]) -> tuple[int, ...]:
    names = [cell.strip() for cell in cells]
    if not set(COLUMNS) <= set(names):
        raise BadInput("line 1", ", ".join(cells)[:200], _HEADER)
    return tuple(names.index(name) for name in COLUMNS)


def _take_row(stations: dict[str, _Station], cells: tuple[str, ...], report: Report) -> None:
    code, name, latitude, longitude, altitude, day, tn, qtn, tx, qtx, tm, qtm = cells
    station = stations.get(code)
    if station is None:
        about = _read_station(code.strip(), name.strip(), (longitude, latitude, altitude))
        station = stations[code] = stations.setdefault(about.code, _Station(about, {}))
    values = (
        _read_degrees(tn, qtn, "/TN"),
        _read_degrees(tx, qtx, "/TX"),
        _read_degrees(tm, qtm, "/TM"),
        _DOUBTFUL in (qtn, qtx, qtm),
    )
    moment = _read_day(day)
    known = station.days.get(moment)
    if known is None:
        station.days[moment] = values
        report.kept += 1
    elif known == values:
        report.duplicates += 1
    else:
        raise BadInput("/AAAAMMJJ", day, _ONCE, checks.CONFLICTING_DUPLICATE.code)


def _read_station(code: str, name: str, place: tuple[str, str, str]) -> WeatherStation:
    if not _STATION.fullmatch(code):
        raise BadInput("/NUM_POSTE", code, _CODE)
    try:
        longitude, latitude, altitude = (float(_match_number(cell, "/LAT")) for cell in place)
        return WeatherStation(
            code=code,
            name=name or code,
            location=Location(longitude=longitude, latitude=latitude),
            altitude_m=altitude,
        )
    except ValueError as error:
        raise BadInput("/LAT", ", ".join(place), _PLACE) from error


def _match_number(cell: str, where: str) -> str:
    if not _NUMBER.fullmatch(text := cell.strip()):
        raise BadInput(where, cell, _PLACE)
    return text


@lru_cache(maxsize=65_536)
def _read_degrees(text: str, quality: str, where: str) -> float | None:
    if quality not in _QUALITIES and quality != _DOUBTFUL:
        raise BadInput(where, quality, _QUALITY)
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or not _COLD <= (value := float(text)) <= _HOT:
        raise BadInput(where, text, _DEGREES)
    return value


@lru_cache(maxsize=65_536)
def _read_day(text: str) -> date:
    if len(text) != 8 or not text.isdigit():  # noqa: PLR2004 (YYYYMMDD)
        raise BadInput("/AAAAMMJJ", text, _DAY)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("/AAAAMMJJ", text, _DAY) from error


def _build_series(station: _Station, profile: Profile, report: Report) -> Iterator[WeatherSeries]:
    """The days from the first to the last with a temperature; a station of rain alone has none."""
    known = {
        day: one for day, one in station.days.items() if not one[0] is one[1] is one[2] is None
    }
    if not known:
        report.note("station {} ({}) tells no temperature", station.about.code, station.about.name)
        return
    first = min(known)
    length = (max(known) - first).days + 1
    if length > MAX_DAYS:
        raise BadInput("/AAAAMMJJ", f"{length} days", _SHORTER)
    nothing: _Day = (None, None, None, False)
    dates = list(map(date.fromordinal, range(first.toordinal(), first.toordinal() + length)))
    days = [known.get(one, nothing) for one in dates]
    if absent := length - len(known):
        report.note("station {}: {} days have no temperature", station.about.code, absent)
    suspect = tuple(one for one, day in zip(dates, days, strict=True) if day[3])
    if suspect:
        report.note("station {}: {} days are doubtful", station.about.code, len(suspect))
    yield WeatherSeries.model_construct(  # its numbers were checked one by one above
        station=station.about,
        first_day=first,
        lowest=[day[0] for day in days],
        highest=[day[1] for day in days],
        mean=[day[2] for day in days],
        suspect=suspect,
        source=NAME,
        provenance=profile.provenance or "public",
    )


def write(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """The columns that are read, a row a day. BadInput: a record that is no weather."""
    del profile
    sink.write((";".join(COLUMNS) + "\n").encode())
    for record in records:
        if not isinstance(record, WeatherSeries):
            raise BadInput("record", type(record).__name__, "daily weather")
        sink.write(join_rows(_build_rows(record), separator=";", ending="\n").encode())


def _build_rows(series: WeatherSeries) -> Iterator[tuple[object, ...]]:
    at, suspect = series.station, set(series.suspect)
    place = tuple(
        f"{one:.6f}" for one in (at.location.latitude, at.location.longitude, at.altitude_m)
    )
    for i, values in enumerate(zip(series.lowest, series.highest, series.mean, strict=True)):
        day = series.first_day + timedelta(days=i)
        quality = _DOUBTFUL if day in suspect else "1"
        cells = [cell for one in values for cell in (one, None if one is None else quality)]
        yield (at.code, at.name, *place, f"{day:%Y%m%d}", *cells)


FORMAT = Format(
    name=NAME, title="Météo-France daily temperatures (CSV)", sniff=sniff, read=read, write=write
)
