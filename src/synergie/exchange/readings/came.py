"""What came by each flow of one's own, from the sums that deposits keep."""

from collections.abc import Sequence

from synergie.policy import Permit
from synergie.policy.readings.flows import find_flow
from synergie.policy.readings.lateness import Arrival, FlowDeposits, tells_past
from synergie.policy.readings.morning import HOME
from synergie.storage.readings.feeds import deposits_by_source
from synergie.storage.readings.morning import Together, group_alike_series, newest_told
from synergie.storage.store import Session


def group_arrivals_by_format(
    permit: Permit, session: Session, series: Sequence[Together] | None = None
) -> dict[str, FlowDeposits]:
    """What came by each flow, by format; *series*: when they were read already."""
    newest = newest_told(
        permit, session, group_alike_series(permit, session) if series is None else series
    )
    told = (
        FlowDeposits(
            source,
            find_flow(source),
            [Arrival(one.received_at, one.name) for one in deposits],
            newest.get(source),
        )
        for source, deposits in deposits_by_source(permit, session).items()
    )
    return {one.source: one._replace(past=tells_past(one, HOME)) for one in told}
