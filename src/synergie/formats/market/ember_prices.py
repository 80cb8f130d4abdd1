"""Average day-ahead prices of European countries, by month, day or hour, as Ember publishes them.

European Wholesale Electricity Price Data, CC-BY-4.0: say "Ember" with it. Months and days are
averages without tax or network charge.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import BinaryIO, Final, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats.format import Format, Sample
from synergie.formats.market._curves import About, Cell, Table, cell_of, market_curves
from synergie.formats.report import Report
from synergie.formats.text import detect_encoding, normalize_column_name, read_csv_rows
from synergie.schemas.readings.market_curve import MAX_VALUES, MarketCurve
from synergie.schemas.readings.profile import Profile

NAME = "ember-prices"

_COUNTRIES: Final[dict[str, str]] = {
    "ALB": "AL", "AUT": "AT", "BEL": "BE", "BGR": "BG", "BIH": "BA", "CHE": "CH", "CYP": "CY",
    "CZE": "CZ", "DEU": "DE", "DNK": "DK", "ESP": "ES", "EST": "EE", "FIN": "FI", "FRA": "FR",
    "GBR": "GB", "GRC": "GR", "HRV": "HR", "HUN": "HU", "IRL": "IE", "ITA": "IT", "LTU": "LT",
    "LUX": "LU", "LVA": "LV", "MDA": "MD", "MKD": "MK", "MLT": "MT", "MNE": "ME", "NLD": "NL",
    "NOR": "NO", "POL": "PL", "PRT": "PT", "ROU": "RO", "SRB": "RS", "SVK": "SK", "SVN": "SI",
    "SWE": "SE", "TUR": "TR", "UKR": "UA", "XKX": "XK",
}  # fmt: skip
"""ISO 3166: three letters to two."""

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)Z?)?", re.ASCII)
_HEADER = "a header of Ember: Country, ISO3 Code, Date or Datetime (UTC), Price (EUR/MWhe)"
_CODE = "an ISO 3166 code of three letters"
_DAY = "a date as 2026-11-01, or a time of UTC to the hour"
_CELLS = "as many cells as the header"
_ONCE = "the price already given for this time, or another time"


class _Layout(NamedTuple):
    """Places of the columns."""

    country: int
    time: int
    price: int
    width: int
    hourly: bool


def sniff(sample: Sample) -> float:
    """1.0 for the header that Ember gives its prices."""
    lines = sample.lines(1)
    head = normalize_column_name(lines[0]) if lines else ""
    return float(head.startswith("countryiso3code") and "priceeurmwhe" in head)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MarketCurve], Report]:
    """A curve a country, EUR/MWh, of civil months or days of UTC, or of hours.

    A file whose dates are all firsts of a month is monthly. BadInput: another header.
    """
    report = Report()
    return _read_ember_curves(source, profile, report), report


def _read_ember_curves(source: BinaryIO, profile: Profile, report: Report) -> Iterator[MarketCurve]:
    coding = detect_encoding(source, report)
    table = read_csv_rows(source, coding, separator=",", report=report)
    head = next(table, None)
    layout = _find_ember_layout([] if head is None else head[1])
    zones: dict[str, list[tuple[datetime, Cell, int]]] = {}
    for line, cells in table:
        try:
            zone, moment, price = _parse_ember_row(cells, layout)
        except BadInput as fault:
            report.refuse(line, fault)
            continue
        zones.setdefault(zone, []).append((moment, price, line))
    monthly = all(moment.day == 1 for some in zones.values() for moment, _, _ in some)
    for zone, some in zones.items():
        about = About(zone, ("day_ahead_price",), NAME, profile.provenance or "public")
        if layout.hourly:
            hours = Table()
            for moment, price, line in some:
                hours.add(int(moment.timestamp()), 3600, (price,), line)
            yield from market_curves(about, hours, report)
        else:
            yield from _build_civil_curves(about, some, report, monthly=monthly)


def _find_ember_layout(cells: list[str]) -> _Layout:
    names = [normalize_column_name(cell) for cell in cells]
    time = "datetimeutc" if "datetimeutc" in names else "date"
    if not {"iso3code", time, "priceeurmwhe"} <= set(names):
        raise BadInput("line 1", ", ".join(cells) or Words("an empty file"), _HEADER)
    country, when, price = (names.index(name) for name in ("iso3code", time, "priceeurmwhe"))
    return _Layout(country, when, price, len(cells), hourly=time != "date")


def _parse_ember_row(cells: list[str], layout: _Layout) -> tuple[str, datetime, Cell]:
    if len(cells) != layout.width:
        raise BadInput("row", f"{len(cells)} cells", _CELLS)
    code = cells[layout.country].strip()
    if not re.fullmatch("[A-Z]{3}", code):
        raise BadInput("/ISO3 Code", code, _CODE)
    text = cells[layout.time].strip()
    found = _DATE.fullmatch(text)
    if found is None or (layout.hourly and found[2] is None):
        raise BadInput("/Date", text, _DAY)
    try:
        moment = datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}").replace(tzinfo=UTC)
        moment.timestamp()
    except (ValueError, OverflowError) as error:
        raise BadInput("/Date", text, _DAY) from error
    if not layout.hourly and moment.hour + moment.minute + moment.second:
        raise BadInput("/Date", text, _DAY)
    return _COUNTRIES.get(code, code), moment, cell_of(cells[layout.price], "/Price")


def _build_civil_curves(
    about: About, some: list[tuple[datetime, Cell, int]], report: Report, *, monthly: bool
) -> Iterator[MarketCurve]:
    """Months, or days, without a hole between the first and the last; absent ones are null."""
    place: Callable[[datetime], int] = _compute_month_number if monthly else _compute_day_number
    known: dict[int, Cell] = {}
    for moment, price, line in some:
        at = place(moment)
        if at not in known:
            known[at] = price
            report.kept += 1
        elif known[at] == price:
            report.duplicates += 1
        else:
            code = checks.CONFLICTING_DUPLICATE.code
            report.refuse(line, BadInput("/Price", price or Words("blank"), _ONCE, code))
    first, last = min(known), max(known)
    if last - first >= MAX_VALUES:
        raise BadInput("/Date", f"{last - first} days", "at most 110,000 values in one run")
    if absent := last - first + 1 - len(known):
        report.note("{} months or days of {} have no row; they are null", absent, about.zone)
    yield MarketCurve(
        zone=about.zone,
        quantity="day_ahead_price",
        unit="EUR/MWh",
        start=min(moment for moment, _, _ in some),
        step="P1M" if monthly else "P1D",
        values=[known.get(at) for at in range(first, last + 1)],
        source=about.source,
        provenance=about.provenance,
    )


def _compute_month_number(moment: datetime) -> int:
    return moment.year * 12 + moment.month


def _compute_day_number(moment: datetime) -> int:
    return (moment.date() - date(1970, 1, 1)) // timedelta(days=1)


FORMAT = Format(name=NAME, title="Ember European wholesale prices (CSV)", sniff=sniff, read=read)
