"""Total load of an area, forecast a day ahead and actual, from ENTSO-E's transparency platform.

The CSV of "Total Load - Day Ahead / Actual" (Regulation 543/2013, art. 6.1.A and B), in the form
of before 2025 and in the one since. Mention the source: ENTSO-E Transparency Platform.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats.format import Format, Sample
from synergie.formats.market._entsoe import header_scores, read_table
from synergie.formats.report import Report
from synergie.schemas.readings.market_curve import MarketCurve
from synergie.schemas.readings.profile import Profile

NAME = "entsoe-load"


def sniff(sample: Sample) -> float:
    """1.0 for a header with a time of ENTSO-E and a total load."""
    return header_scores(sample, "actualtotalload", "dayaheadtotalloadforecast")


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MarketCurve], Report]:
    """Curves in MW by area and quantity, UTC. BadInput: another header or unit, no area."""
    report = Report()
    return read_table(source, profile, NAME, report), report


FORMAT = Format(name=NAME, title="ENTSO-E total load (CSV)", sniff=sniff, read=read)
