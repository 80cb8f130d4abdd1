"""A syndicate sends a year of one delivery point; it reads it back by day, as a frame.

Needs `pip install synergie[server,frames]` and polars. The server is a real one, in this process.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import synergie.testing
from synergie.samples import ENERGY, YEAR, territory, year_curves
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord

PARIS = ZoneInfo("Europe/Paris")


def main() -> None:
    """Publish a point and its series, send its year, read it back by day."""
    whole = territory(fast=True)
    sample = next(iter(year_curves(whole, ENERGY)))
    points = [
        point
        for point in whole.holding(ENERGY).supply_points
        if point.external_id == sample.supply_point
    ]
    record = SeriesRecord(
        supply_point=sample.supply_point,
        quantity="active_power",
        form="mean_power",
        unit="W",
        provenance="synthetic",
    )
    with synergie.testing.server() as running:
        client = running.client(ENERGY)
        client.publish_supply_points(points)
        series = client.publish_series([record]).items[0].id
        curve = Curve(
            series=series,
            start=sample.start,
            step=sample.step,
            unit="W",
            values=sample.values,
        )
        print(client.send_curve(curve).kept, "readings kept")
        year = client.curve(
            series,
            start=datetime(YEAR, 1, 1, tzinfo=PARIS),
            end=datetime(YEAR + 1, 1, 1, tzinfo=PARIS),
            granularity="day",
        )
        days = year.to_polars()
        print(days.height, "days,", round(days["value_wh"].sum() / 1000), "kWh")
        print(year.extract.freshness.reason)


if __name__ == "__main__":
    main()
