"""Lines of a budget that was voted, and the actual energy and cost beside them."""

from collections import defaultdict
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.budget.records.budget import Year
from synergie.schemas.plan import MemberId
from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import Euros, Id, KilowattHours, Many, Text

Month = Annotated[int, Field(ge=1, le=12)]
MOST_LINES = 50_000
"""Lines of one deposit."""


class BudgetLine(Wire):
    """What a member voted for a service, or for one of its points, in a month or a year.

    A line of a point without amounts says that the point counts for the service.
    """

    member: MemberId
    """Who pays."""
    service: Text
    """The service of the budget. Example: `Écoles`."""
    point: SupplyPointKey | None = None
    """The point. Null: the service with all its points."""
    year: Year
    """The budget year, a civil year."""
    month: Month | None = None
    """Null: the year."""
    kwh: KilowattHours | None = None
    """Energy. Null: none was voted."""
    eur: Euros | None = None
    """Cost, with VAT as `vat_included` says. Null: none was voted."""
    vat_included: bool
    """Whether the cost includes VAT; the same in all lines of a member's year."""

    @property
    def has_amounts(self) -> bool:
        """Whether energy or euros are voted."""
        return self.kwh is not None or self.eur is not None


class BudgetDeposit(Wire):
    """Lines to store in the place of all those of the same members and years."""

    lines: Annotated[Many[BudgetLine], Field(min_length=1, max_length=MOST_LINES)]
    """At most 50,000, each member, service, point and month once."""

    @model_validator(mode="after")
    def _check_lines(self) -> Self:
        check_lines(self.lines)
        return self


class StoredBudgetLine(BudgetLine):
    """A line as it is stored."""

    id: Id
    """Made of what the line is of: the same after another deposit."""


def check_lines(lines: Many[BudgetLine]) -> None:
    """ValueError: an amount would count twice, a point in two services, or VAT is mixed."""
    _check_places(lines)
    months: dict[tuple[str, ...], set[int | None]] = defaultdict(set)
    levels: dict[tuple[str, ...], set[bool]] = defaultdict(set)
    for one in lines:
        whose = one.member, str(one.year), one.service
        told = months[*whose, one.point or ""]
        if one.month in told:
            raise ValueError("one line a month of a service or point")
        told.add(one.month)
        if one.has_amounts:
            levels[whose].add(one.point is None)
    if any(None in some and len(some) > 1 for some in months.values()):
        raise ValueError("the year, or its months, of a service or point: not both")
    if any(len(some) > 1 for some in levels.values()):
        raise ValueError("amounts of a service, or of its points: not both")


def _check_places(lines: Many[BudgetLine]) -> None:
    """One member and service for a point, one VAT for a member, in each year."""
    services: dict[tuple[int, str], tuple[str, str]] = {}
    vat: dict[tuple[str, int], bool] = {}
    for one in lines:
        if vat.setdefault((one.member, one.year), one.vat_included) != one.vat_included:
            raise ValueError("all amounts of a member's year with VAT, or all without")
        if one.point is not None:
            place = one.member, one.service
            if services.setdefault((one.year, one.point), place) != place:
                raise ValueError("one member and service for a point in a year")


class BudgetActualRow(Wire):
    """A month, or the year, of a point, a service or all: what was voted, and what is known."""

    member: MemberId | None = None
    """Null: all members."""
    service: Text | None = None
    """Null: all services."""
    point: SupplyPointKey | None = None
    """Null: all points of the service."""
    month: Month | None = None
    """Null: the year."""
    voted_kwh: KilowattHours | None
    """Energy voted. Null: none, or not of all that the row sums."""
    voted_eur: Euros | None
    """The same of the cost."""
    actual_kwh: KilowattHours | None
    """Energy of the months of points that are known. Null: of none."""
    actual_eur: Euros | None
    """The same of the cost, by bills."""
    known_kwh: Annotated[int, Field(ge=0)]
    """Months of points whose energy is known."""
    known_eur: Annotated[int, Field(ge=0)]
    """Months of points whose cost is known."""
    of: Annotated[int, Field(ge=0)]
    """Months of points in the row: 12 a point in a year."""
    gap_kwh: KilowattHours | None
    """Actual less voted. Null: one of both is not known whole."""
    gap_eur: Euros | None
    """The same of the cost."""


class UnknownCost(Wire):
    """A point some of whose bills do not count."""

    point: SupplyPointKey
    """The point."""
    reason: Literal["not_stored", "vat"]
    """`not_stored`: no such point is stored; `vat`: its bills are with VAT where the budget is
    without, or the other way, or do not tell."""


class BudgetActual(Wire):
    """A year's budget against the energy and the bills that are stored."""

    year: Year
    """The budget year, a civil year."""
    vat_included: bool | None
    """Whether euros include VAT. Null: one member votes with, another without; no sum of euros."""
    spread: Annotated[int, Field(ge=0)]
    """Months of points whose figure is a part of a bill of several months, by its days."""
    total: BudgetActualRow
    """All lines."""
    rows: Many[BudgetActualRow]
    """Members and services, then points; each the year and its months."""
    unknown: Many[UnknownCost]
    """Points that have no figures, or not of all bills."""
    waiting: Annotated[int, Field(ge=0)] = 0
    """Years of curves that the server has not counted yet: unknown for now, soon known."""
