"""Tables of the morning: sums that are kept, and addresses of calendars."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from synergie.storage.columns import INTEGER, Flag
from synergie.storage.tables import Row
from synergie.storage.trust.fields import (
    define_integer,
    define_moment,
    define_text,
    key,
    maybe_integer,
    maybe_moment,
    maybe_text,
)


class NewestFactRow(Row, table=True):
    """End of the newest reading among an owner's facts of one format: a sum that deposits keep."""

    __tablename__ = "newest_fact"
    owner: str = key()
    source: str = key()
    """Name of the format."""
    at: datetime = define_moment()


class CalendarFeedRow(Row, table=True):
    """A secret address at which a calendar of an organisation is read without a log-in."""

    __tablename__ = "calendar_feed"
    id: str = key()
    owner: str = define_text(index=True)
    secret: str = define_text(index=True)
    """SHA-256 of the secret part of the address, in hex: the address itself is not kept."""
    client: str = define_text()
    """Who asked for it: the client or the account."""
    made_at: datetime = define_moment()
    revoked_at: datetime | None = maybe_moment()


class YearEnergyRow(Row, table=True):
    """Energy of one series over a civil year of its zone, as counted; any deposit takes it away."""

    __tablename__ = "year_energy"
    __table_args__ = (
        Index("year_energy_by_owner", "owner", "year", "supply_point", "wh", "missing_s"),
        {"sqlite_strict": True},
    )
    series: str = key()
    year: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text()
    supply_point: str = define_text()
    wh: int | None = maybe_integer()
    """Energy drawn, Wh. Null: nothing was measured, or the series tells no energy."""
    missing_s: int = define_integer()
    """Seconds of the year without a value."""


class MonthEnergyRow(Row, table=True):
    """Energy of one series by civil month of a year of its zone, as counted.

    What changes a month that is counted takes it away.
    """

    __tablename__ = "month_energy"
    __table_args__ = (
        Index("month_energy_by_owner", "owner", "year", "months"),
        {"sqlite_strict": True},
    )
    series: str = key()
    year: int = Field(primary_key=True, sa_type=INTEGER)
    owner: str = define_text()
    energy: str | None = maybe_text()
    """`electricity` or `gas`, drawn. Null: it adds to no sum of energy."""
    by_period: bool = Field(sa_type=Flag)
    """Whether it is told by periods: another series of its point is believed first."""
    months: int = define_integer()
    """How many months are counted, January first: those that were over."""
    wh: str = define_text()
    """Wh of each as JSON; null: not every second of it is measured."""


class PointYearRow(Row, table=True):
    """Energy of one point over a civil year as its bills or indexes tell it; a deposit takes it.

    A row of the year 0 says that the point waits to be counted.
    """

    __tablename__ = "point_year"
    __table_args__ = (
        Index("point_year_by_owner", "owner", "year", "supply_point"),
        {"sqlite_strict": True},
    )
    supply_point: str = key()
    year: int = Field(primary_key=True, sa_type=INTEGER)
    energy: str = key()
    direction: str = key()
    owner: str = define_text()
    origin: str = define_text()
    """`register` or `bill`."""
    wh: int = define_integer()
    whole: int = define_integer()
    """1: every day of the year is known; 0: a part of it."""
    cost: int | None = maybe_integer()
    """What the periods whose cost is known cost, cents. Null: none is known."""
    vat: int | None = maybe_integer()
    """1: with VAT; 0: without. Null: not told, or no cost."""
    cost_wh: int | None = maybe_integer()
    """Energy of those periods, Wh. Null: no cost."""
    suspect: int = define_integer()
    estimated: int = define_integer()
    """Periods that are."""
