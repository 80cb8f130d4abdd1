"""What an organisation reads in the morning: how fresh its data are, and what is due by when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import day_of, load_time_zone
from synergie.schemas.freshness import FreshnessLine

HOME = load_time_zone("Europe/Paris")
"""Where the senders are, and days of their files begin."""
_MOMENT = timedelta(seconds=1)

type DueKind = Literal[
    "deposit", "points_shared",
    "agreement_fault", "agreement_held", "agreement_answer", "agreement_waits", "agreement_ends",
    "needs_close", "offers_close", "offer_expires", "award", "purchase_answer", "rounds",
    "table_ends",
    "switch_notice", "switch", "price_revision", "supply_ends",
    "campaign_answer", "study_answer", "alert", "building_alert",
    "contract_sign", "contract_year", "guarantee_missed",
]  # fmt: skip
"""`points_shared`: another body declares points of one's own, too. `agreement_fault`: it is no
longer what was signed. `agreement_held`: the other side could not accept it, since a published sum
could be solved with it. `agreement_answer`: it waits for one's own signature; `agreement_waits`:
for the other's. `needs_close`, `offers_close`, `award`: the deadlines of a purchase. `…_answer`:
one's part of a shared plan was proposed. `alert`: lamps reported a fault that nobody looked at;
`building_alert`: the curve of a building did.
`contract_sign`: a plan or a statement of a performance contract waits for one's own signature;
`contract_year`: years are over whose statement is not made; `guarantee_missed`: one was just told.
`table_ends`: a table of regulated prices has no figures after its day. `switch_notice`: a supplier
is to be told of a point that enters or leaves its contract; `switch`: the grid operator makes it;
`price_revision`, `supply_ends`: of contracts."""
type Desk = Literal[
    "deposits", "agreements", "purchases", "maintenance", "lighting", "buildings"
]  # fmt: skip
"""Whose work it is: the person in charge of…"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that is to be done, or that ends, and by whom."""

    kind: DueKind
    who: Desk
    """Whose work it is."""
    by: str
    """The organisation that can act."""
    subject: str
    """What it is about, by its identifier: a format, an agreement, a purchase…"""
    name: str
    """What people call it: a flow, another organisation, a purchase."""
    day: date | None
    """Its day, where the senders are; the first of several. None: as soon as may be."""
    last_day: date | None
    """The last of several days. None: it is one day."""
    n: int | None = None
    """How many things: series of a flow, offers that expire. None: it is one."""
    late_days: int | None = None
    """How late it is, days begun. None: it is not."""
    revision: int
    """Grows when the same thing is told again otherwise (RFC 5545 SEQUENCE)."""
    revised_at: datetime
    """Since when it is told so."""


type Named = tuple[str, str]
"""A series: its identifier here, and its owner's key."""


class Ages(NamedTuple):
    """How long ago the last readings of some series are, civil days."""

    newest: int
    oldest: int


class Tally(NamedTuple):
    """How many series are in each state."""

    up_to_date: int = 0
    """What was to come did; the next file is expected by a day."""
    late: int = 0
    undated: int = 0
    """Read, but no next file is promised nor learned: nobody can say that they are up to date."""
    never: int = 0
    ages: Ages | None = None
    """Of the `undated` ones. None: there is none."""

    @property
    def all(self) -> int:
        """All of them."""
        return self.up_to_date + self.late + self.undated + self.never


def sum_tallies(some: Iterable[Tally]) -> Tally:
    """The series of all of *some* together."""
    whole = Tally()
    for one in some:
        ages = [each for each in (whole.ages, one.ages) if each is not None]
        whole = Tally(
            whole.up_to_date + one.up_to_date,
            whole.late + one.late,
            whole.undated + one.undated,
            whole.never + one.never,
            Ages(min(each.newest for each in ages), max(each.oldest for each in ages))
            if ages
            else None,
        )
    return whole


def is_undated(line: FreshnessLine) -> bool:
    """Whether *line* is of data that no file is due for: neither late nor up to date."""
    return line.state == "up_to_date" and line.expected_by is None


def last_day(end: datetime, tz: ZoneInfo) -> date:
    """The last civil day that holds a part of readings that end at *end*."""
    return day_of(end - _MOMENT, tz)


def count_days_ago(day: date, now: datetime, tz: ZoneInfo) -> int:
    """How many civil days ago *day* is, not less than none."""
    return max(0, (day_of(now, tz) - day).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowMorning:
    """One flow, and the series that it fed last."""

    line: FreshnessLine
    """What the flow promises, what came, and who can act."""
    series: Tally
    """Its series."""
    left_out: int
    """Late series of a flow that is not late: its file does not hold them any more."""
    left_out_named: tuple[Named, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What an organisation reads first."""

    organisation: str
    at: datetime
    """The moment it is true of."""
    series: Tally
    """All its series."""
    flows: tuple[FlowMorning, ...]
    """What data come by, late ones first."""
    never: tuple[Named, ...]
    """The first of the series that nothing was ever received for."""
    received_at: datetime | None
    """When the newest file, or what a program sent, came. None: nothing ever did."""
    dues: tuple[Due, ...]
    """What is to be done, and what will be due: by day, those without a day first."""


def flows_due(flows: Sequence[FlowMorning], owner: str) -> list[Due]:
    """The next file of each flow that is expected at a moment."""
    return [
        Due(
            kind="deposit",
            who="deposits",
            by=owner,
            subject=one.line.id,
            name=one.line.flow or one.line.id,
            day=day_of(one.line.expected_by - _MOMENT, HOME),
            last_day=None,
            n=one.series.all,
            late_days=one.line.late_days,
            revision=0 if one.line.late_days is None else 1,
            revised_at=one.line.expected_by
            if one.line.late_days or one.line.received_at is None
            else one.line.received_at,
        )
        for one in flows
        if one.line.expected_by is not None
    ]
