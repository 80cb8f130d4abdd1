"""Once a minute the clock of the server is compared with what the store knows of the time."""

from synergie.exchange.time_marks import TimeMarks
from synergie.server.log import logger
from synergie.server.wall_clock import ServerClock


def start_clock(marks: TimeMarks, clock: ServerClock, *, accept: bool) -> None:
    """Put the floor of *clock* where the store was last in use; with *accept*, believe *clock*."""
    if accept:
        clock.forget_floor()
        marks.reset_to(clock.now())
        return
    clock.raise_floor(marks.last_use())
    _log_skew(clock)


def check_clock(marks: TimeMarks, clock: ServerClock) -> None:
    """Compare *clock* with the database's; note in the store that it was in use, when believed."""
    shown = marks.database_time()
    if shown is not None:
        clock.database_skew = shown - clock.wall()
    if clock.is_off:
        _log_skew(clock)
        return
    marks.raise_to(clock.now())


def _log_skew(clock: ServerClock) -> None:
    if clock.is_off:
        logger().error("clock.off", behind_s=round(clock.skew().total_seconds(), 1))
