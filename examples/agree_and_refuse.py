"""Two bodies sign an agreement by day; the day is read, the half-hour refused, then all is closed.

Needs `pip install synergie[server]`. The server is a real one, in this process.
"""

from datetime import UTC, datetime, timedelta

import synergie.testing
from synergie import NotAllowed
from synergie.samples import ENERGY, EPCI
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms

START = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(hours=2)
POINT = SupplyPointRecord(
    scheme="prm", code="99000000000017", personal_data="none", provenance="synthetic"
)
SERIES = SeriesRecord(
    supply_point="prm:99000000000017",
    quantity="active_power",
    form="mean_power",
    unit="W",
    provenance="synthetic",
)


def main() -> None:
    """The whole life of an agreement, from draft to revocation."""
    with synergie.testing.server() as running:
        owner, partner = running.client(ENERGY), running.client(EPCI)
        point = owner.publish_supply_points([POINT]).items[0].id
        series = owner.publish_series([SERIES]).items[0].id
        owner.send_curve(
            Curve(series=series, start=START, step="PT30M", unit="W", values=[400] * 96)
        )
        terms = Terms(
            owner=ENERGY,
            recipient=EPCI,
            title="Suivi de l'éclairage, jour par jour",
            datasets=("consumption",),
            selector=Selector(supply_points=(point,)),
            granularity="day",
            purpose="energy_monitoring",
            legal_basis="contract",
            data_period=Period(start=START),
            valid_from=START,
            valid_until=START + timedelta(days=3650),
            retention_days=365,
        )
        agreement = partner.accept(owner.propose(owner.draft(terms).id).id)
        print(agreement.summary)
        span = {"start": START, "end": START + timedelta(days=2)}
        print(partner.curve(series, **span).extract.runs[0].values, "Wh a day")
        try:
            partner.curve(series, **span, granularity="raw")
        except NotAllowed as refusal:
            print("refused:", refusal.reason)
        owner.revoke(agreement.id)
        try:
            partner.curve(series, **span)
        except NotAllowed as refusal:
            print("refused:", refusal.reason)


if __name__ == "__main__":
    main()
