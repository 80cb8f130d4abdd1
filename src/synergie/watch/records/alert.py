"""Alerts as they are kept on a server: raised once, judged by a person, closed by light or crew."""

from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas.series import SupplyPointKey
from synergie.schemas.wire import Wire
from synergie.units import (
    CivilDate,
    ExternalId,
    Id,
    InseeCode,
    Instant,
    LongText,
    OrganisationId,
    Provenance,
    Text,
)
from synergie.watch.records.report import FaultName

NORMAL_NIGHTS = 3
"""Normal nights in a row after which a fault is over; what a crew says is held against as many."""

type AlertState = Literal["open", "acknowledged", "false", "works", "ticketed", "closed"]
"""`open`: nobody said anything yet; `acknowledged`: it is true; `false`: it is none; `works`: works
are known; `ticketed`: a ticket of maintenance is made; `closed`: it is over."""
type VerdictName = Literal["acknowledged", "false", "works"]


class AlertVerdictRequest(Wire):
    """What a person says of an alert."""

    verdict: VerdictName
    """`acknowledged`: it is true; `false`: nothing is wrong; `works`: known works explain it."""
    note: Text | None = None
    """A word on it. Null: none."""


class AlertVerdict(AlertVerdictRequest):
    """The same, with its time."""

    at: Instant
    """When it was said."""
    client: Text
    """By which program or person of the owner."""


class StoredAlert(Wire):
    """One fault of one cabinet, or of a delivery point that feeds none, as it is stored.

    Its sentences are made when it is read.
    """

    id: Id
    """Made of owner, delivery point, fault and first night: the same fault is raised once."""
    owner: OrganisationId
    """Whose cabinet or delivery point it is."""
    series: Id
    """The series that tells it."""
    cabinet: ExternalId | None = None
    """The cabinet, by its owner's identifier. Null: of a delivery point that feeds none."""
    supply_point: SupplyPointKey | None = None
    """The delivery point that feeds no cabinet. Null: of a cabinet."""
    insee_code: InseeCode | None = None
    """Commune of the cabinet, or of the site of the delivery point. Null: not known."""
    provenance: Provenance
    """Of the curve."""
    fault: FaultName
    """What it is."""
    state: AlertState
    """Where it stands."""
    first_night: CivilDate
    """The day on whose evening it began, as far as the curve tells."""
    said_night: CivilDate
    """The night whose reading made it certain."""
    last_night: CivilDate
    """The newest night that was judged, or the last one before it ended; of use in holidays, their
    last day."""
    ended_night: CivilDate | None = None
    """The first of three normal nights after it, or of holidays that are not used. Null: the curve
    shows no end."""
    value: float
    """What was found, in *unit*."""
    expected: float
    """What was expected."""
    unit: Literal["W", "min", "nights", "VA", "kWh"]
    """Unit of both."""
    nights: Annotated[int, Field(ge=1)]
    """Nights from the first to the last one."""
    kwh_night: float | None
    """Energy lost a night, kWh (of use in holidays: a weekday); negative: light that is missing.
    Null: none that is known."""
    kwh: float | None
    """The same over all its nights. Null: none that is known; and of use in holidays."""
    eur_kwh: Annotated[str | None, Field(pattern=r"^[0-9]+\.[0-9]{4}$")] = None
    """Price of a kWh, EUR: what the bills of the delivery point cost over what they count, of the
    last 400 days. Null: they tell no cost, or some with tax and some without; and to a partner."""
    eur: Annotated[str | None, Field(pattern=r"^[0-9]+\.[0-9]{2}$")] = None
    """Price of the energy lost, EUR. Null: no price is known, or no energy is lost; and to a
    partner."""
    sure: bool
    """Whether a rule over measured steps says so; else a change of what is usual there."""
    verdict: AlertVerdict | None = None
    """What a person said last. Null: nothing."""
    ticket: ExternalId | None = None
    """The number of its ticket of maintenance. Null: none was made."""
    done_on: CivilDate | None = None
    """When a crew said that it was mended. Null: it did not."""
    raised_at: Instant | None = None
    """When it was raised, the last time. Null: by an earlier version, which did not keep it."""
    changed_at: Instant
    """When it changed last."""

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        if (self.cabinet is None) == (self.supply_point is None):
            raise ValueError("a cabinet, or a delivery point that feeds none")
        return self

    @property
    def subject(self) -> str:
        """What it is about: the cabinet, else the delivery point."""
        return self.cabinet or self.supply_point or ""


class Alert(StoredAlert):
    """One fault of one cabinet or delivery point, as it is told."""

    site: ExternalId | None = None
    """The site of the delivery point, by its owner's identifier. Null: of a cabinet, or none is
    known; and to a partner."""
    sentence: LongText
    """What it is, in French."""
    check: LongText
    """What to look at, in French."""


def decide_alert_state(alert: StoredAlert) -> AlertState:
    """Where *alert* stands by what curve, crew and person said; a ticket holds over a verdict.

    A crew's word closes it until three nights after it are judged: if it lasts then, it is open
    again.
    """
    if alert.ended_night is not None:
        return "closed"
    if alert.done_on is not None:
        shown = alert.last_night > compute_proof_night(alert.done_on)
        return "open" if shown else "closed"
    if alert.ticket is not None:
        return "ticketed"
    return "open" if alert.verdict is None else alert.verdict.verdict


def compute_proof_night(done_on: date) -> date:
    """The night by which works of *done_on* show in the curve: the third after it."""
    return done_on + timedelta(days=NORMAL_NIGHTS)
