"""What the watch does when readings were stored: series by series, a few at a time.

Nothing heavy is loaded before there is a cabinet with readings that were not looked at.
"""

from datetime import datetime
from importlib.util import find_spec

from synergie.policy import permit_own_data
from synergie.storage.store import Store
from synergie.watch.exchange._news import build_watch_principal
from synergie.watch.storage.alerts import list_alerts, list_unwatched_series

AT_ONCE = 16
"""Series of one organisation that one call looks at; the others wait for the next."""


def watch_stored_readings(store: Store, organisation: str, *, now: datetime) -> int:
    """Judge the nights of *organisation* that were not judged; how many series were looked at.

    Each series is its own transaction, and each fault is raised once: to run it twice, or in two
    processes, changes nothing. 0 where numpy is not installed (the extra `plan`).
    """
    if find_spec("numpy") is None:
        return 0
    permit = permit_own_data(build_watch_principal(organisation), action="read", now=now)
    with store.read() as session:
        waiting = list_unwatched_series(permit, session, limit=AT_ONCE)
        mended = list_alerts(permit, session, states=("ticketed",), limit=1)
    if not waiting and not mended:
        return 0
    from synergie.watch.exchange.night_watch import NightWatch  # noqa: PLC0415 (numpy)

    watch = NightWatch(store, organisation, now)
    for one in waiting:
        watch.watch_series(one)
    watch.close_mended()
    return len(waiting)
