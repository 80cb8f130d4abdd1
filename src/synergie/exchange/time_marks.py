"""What the store knows of the time: when it was last in use, and what its own machine shows."""

from dataclasses import dataclass
from datetime import datetime

from synergie.storage.clock_marks import (
    raise_clock_mark,
    read_clock_mark,
    read_database_time,
    set_clock_mark,
)
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class TimeMarks:
    """The moments that a clock is compared with; a read or a change is one transaction."""

    store: Store

    def last_use(self) -> datetime | None:
        """The latest moment at which the store was in use. None: never."""
        with self.store.read() as session:
            return read_clock_mark(session)

    def database_time(self) -> datetime | None:
        """What the clock of PostgreSQL's machine shows; None on SQLite."""
        with self.store.read() as session:
            return read_database_time(session)

    def raise_to(self, at: datetime) -> None:
        """The store was in use at *at*."""
        with self.store.write(essential=True) as session:
            raise_clock_mark(session, at)

    def reset_to(self, at: datetime) -> None:
        """The clock shows *at* and is right, whatever was noted: the operator says so."""
        with self.store.write(essential=True) as session:
            set_clock_mark(session, at)
