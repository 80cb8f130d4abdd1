"""Hourly day-ahead prices of the EPF benchmark, normalised to 24 local hours a day.

The long form `unique_id, ds, y` of the benchmark of Lago et al. (2021). Its makers averaged the
hour that comes twice in October and invented the one that March does not have: those two rows of
a year tell no instant, and are refused. Not usable on the days of the clock change.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Final

from synergie.errors import BadInput, Words
from synergie.formats._points import resolve_label_times
from synergie.formats.format import Format, Sample
from synergie.formats.market._curves import About, Cell, Table, cell_of, market_curves
from synergie.formats.report import Report
from synergie.formats.text import detect_encoding, read_csv_rows
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.profile import Profile

NAME = "epf-prices"
HEADER = ["unique_id", "ds", "y"]
MARKETS: Final[dict[str, str]] = {
    "BE": "Europe/Brussels", "DE": "Europe/Berlin", "FR": "Europe/Paris", "NP": "Europe/Oslo",
}  # fmt: skip
"""Markets of the benchmark in euros, and their clocks."""

_STAMP = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:00(?::00)?", re.ASCII)
_MARKET = "a market of the benchmark in euros: BE, DE, FR or NP"
_HOUR = "a local time on the hour, as 2016-10-22 00:00:00"


def sniff(sample: Sample) -> float:
    """0.9 for the long form with markets of the benchmark: other series have the same header."""
    lines = [line.strip().split(",") for line in sample.lines(3)]
    known = len(lines) > 1 and all(cells[0] in MARKETS for cells in lines[1:])
    return 0.9 if lines and lines[0][:3] == HEADER and known else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MarketCurve], Report]:
    """Hours in EUR/MWh by market, UTC. BadInput: another header."""
    report = Report()
    return _read_epf_curves(source, profile, report), report


def _read_epf_curves(source: BinaryIO, profile: Profile, report: Report) -> Iterator[MarketCurve]:
    table = read_csv_rows(source, detect_encoding(source, report), separator=",", report=report)
    head = next(table, None)
    if head is None or [cell.strip() for cell in head[1][:3]] != HEADER:
        found = Words("an empty file") if head is None else ", ".join(head[1])
        raise BadInput("line 1", found, "unique_id, ds, y")
    report.note(
        "this benchmark has 24 hours every day: it is not usable on the days of the clock change"
    )
    markets: dict[str, list[tuple[datetime, Cell, int]]] = {}
    for line, cells in table:
        try:
            market, moment, price = _parse_epf_row(cells)
        except BadInput as fault:
            report.refuse(line, fault)
            continue
        markets.setdefault(market, []).append((moment, price, line))
    for market, some in markets.items():
        lines = [line for *_, line in some]
        stamps = resolve_label_times(
            [moment for moment, *_ in some], lines, MARKETS[market], report
        )
        kept = Table()
        for stamp, (_, price, line) in zip(stamps, some, strict=True):
            if stamp is not None:
                kept.add(stamp, 3600, (price,), line)
        about = About(market, ("day_ahead_price",), NAME, profile.provenance or "public")
        yield from market_curves(about, kept, report)


def _parse_epf_row(cells: list[str]) -> tuple[str, datetime, Cell]:
    if len(cells) < len(HEADER):
        raise BadInput("row", f"{len(cells)} cells", "three cells: unique_id, ds, y")
    market, text = cells[0].strip(), cells[1].strip()
    if market not in MARKETS:
        raise BadInput("/unique_id", market, _MARKET)
    if not _STAMP.fullmatch(text):
        raise BadInput("/ds", text, _HOUR)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("/ds", text, _HOUR) from error
    return market, moment, cell_of(cells[2], "/y")


FORMAT = Format(name=NAME, title="EPF benchmark prices (CSV)", sniff=sniff, read=read)
