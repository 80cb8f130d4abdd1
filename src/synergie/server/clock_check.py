"""Once a minute the clock of the server is compared with what the store knows of the time."""

from synergie.server.log import logger
from synergie.server.wall_clock import ServerClock
from synergie.storage.clock_marks import (
    raise_clock_mark,
    read_clock_mark,
    read_database_time,
    set_clock_mark,
)
from synergie.storage.store import Store


def start_clock(store: Store, clock: ServerClock, *, accept: bool) -> None:
    """Put the floor of *clock* where *store* was last in use; with *accept*, believe the clock."""
    if accept:
        clock.forget_floor()
        with store.write(essential=True) as session:
            set_clock_mark(session, clock.now())
        return
    with store.read() as session:
        clock.raise_floor(read_clock_mark(session))
    _log_skew(clock)


def check_clock(store: Store, clock: ServerClock) -> None:
    """Compare *clock* with the database's; put the mark of *store* at it when it is believed."""
    with store.read() as session:
        shown = read_database_time(session)
    if shown is not None:
        clock.database_skew = shown - clock.wall()
    if clock.is_off:
        _log_skew(clock)
        return
    with store.write(essential=True) as session:
        raise_clock_mark(session, clock.now())


def _log_skew(clock: ServerClock) -> None:
    if clock.is_off:
        logger().error("clock.off", behind_s=round(clock.skew().total_seconds(), 1))
