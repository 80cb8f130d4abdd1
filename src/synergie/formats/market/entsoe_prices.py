"""Day-ahead prices of a bidding zone, from ENTSO-E's transparency platform.

The CSV of "Day-ahead Prices" or "Energy Prices" (Regulation 543/2013, art. 12.1.D), in the form of
before 2025 and in the one since, by the hour or by the quarter; the tables of the file library
(`EnergyPrices_12.1.D`), too. A price may be negative.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats.format import Format, Sample
from synergie.formats.market._entsoe import header_scores, read_table
from synergie.formats.report import Report
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.profile import Profile

NAME = "entsoe-prices"


def sniff(sample: Sample) -> float:
    """1.0 for a header with a time of ENTSO-E and a day-ahead price."""
    return header_scores(sample, "dayaheadprice", "pricecurrencymwh")


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MarketCurve], Report]:
    """Curves in EUR/MWh by bidding zone, UTC. BadInput: another header or currency, no zone."""
    report = Report()
    return read_table(source, profile, NAME, report), report


FORMAT = Format(name=NAME, title="ENTSO-E day-ahead prices (CSV)", sniff=sniff, read=read)
