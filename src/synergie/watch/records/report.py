"""What the curves of cabinets tell: alerts, and what cannot be tested."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import CivilDate, ExternalId, InseeCode, Many, Provenance, Text

type FaultName = Literal[
    "lit_by_day",
    "dark",
    "cut",
    "schedule",
    "dead_meter",
    "dusk",
    "dawn",
    "partial",
    "phase",
    "rise",
    "base",
    "over_power",
    "inventory",
    "holidays",
]
"""Lit by day; dark nights; a cut within a night; lit in hours without light; no readings, or one
value; dusk or dawn that drift; part of the power lost; one phase lost; power that rose; base load;
above the subscribed power; another power than the inventory's; use in holidays (buildings)."""
type TestName = Literal["power", "dusk", "dawn"]


class WatchAlert(Wire):
    """One fault of one cabinet; cabinet, fault and first night name it: it is told once."""

    fault: FaultName
    """What it is."""
    first_night: CivilDate
    """The day on whose evening it began, as far as the curve tells."""
    said_night: CivilDate
    """The night whose reading made it certain."""
    ended_night: CivilDate | None = None
    """The first normal night after it. Null: it lasts."""
    value: float
    """What was found, in *unit*."""
    expected: float
    """What was expected."""
    unit: Literal["W", "min", "nights", "VA", "kWh"]
    """Unit of both. Minutes are light beyond what the sun lets expect: negative when it lacks."""
    nights: Annotated[int, Field(ge=1)]
    """Nights it lasts, to its end or the last night that was read."""
    kwh_night: float | None
    """Energy lost a night, kWh; negative: light that is missing. Null: none that is known."""
    kwh: float | None
    """The same over all its nights."""
    eur: Annotated[str | None, Field(pattern=r"^-?[0-9]+\.[0-9]{2}$")] = None
    """Price of the energy lost, EUR. Null: no price is told, or no energy is lost."""
    sure: bool
    """Whether a rule over measured steps says so; else a change of what is usual there."""
    ticket: ExternalId | None = None
    """The number of its ticket of maintenance. Null: the cabinet is not named, or no crew mends it.
    """
    done_on: CivilDate | None = None
    """When a crew said that it was mended, by the works that were read. Null: it did not.
    """
    sentence: Text
    """What it is, in the reader's language."""
    check: Text
    """What to look at, in the reader's language."""


class NotTestable(Wire):
    """A test that the night after the last one does not allow."""

    test: TestName
    """`power`: dark nights, cuts, parts and phases lost; `dusk`, `dawn`: switching times."""
    until: CivilDate | None
    """The first night that allows it. Null: none within 300 nights."""


class WatchedCabinet(Wire):
    """One delivery point with its curve."""

    supply_point: SupplyPointKey
    """Its delivery point."""
    cabinet: ExternalId | None = None
    """Its cabinet. Null: the inventory tells none."""
    insee_code: InseeCode | None = None
    """Its commune. Null: not known."""
    provenance: Provenance
    """Of its curve."""
    first_night: CivilDate
    """The first night that was read."""
    last_night: CivilDate
    """The last one."""
    untaught: Text | None = None
    """Why nothing can be tested. Null: it was."""
    watts: float | None = None
    """Power of all lamps as learned, W. Null: not learned."""
    control: Literal["astronomical_clock", "photocell", "unknown"] | None = None
    """What switches it, by how dusk and dawn scatter. Null: not learned."""
    alerts: Many[WatchAlert] = ()
    """By first night."""
    not_testable: Many[NotTestable] = ()
    """Tests that must wait: never taken as fine."""


class WatchReport(Wire):
    """What all curves tell."""

    cabinets: Many[WatchedCabinet]
    """By delivery point."""


def count_nights(first: date, last: date) -> int:
    """Nights from *first* to *last*, both counted."""
    return (last - first).days + 1


def select_news(report: WatchReport, after: date | None) -> WatchReport:
    """*report* with the alerts alone that became certain after that night; None: with all."""
    if after is None:
        return report
    cabinets = tuple(
        one.model_copy(
            update={"alerts": tuple(each for each in one.alerts if each.said_night > after)}
        )
        for one in report.cabinets
    )
    return WatchReport(cabinets=cabinets)
