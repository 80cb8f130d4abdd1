"""What a demonstration showed, for a person, for a program and for the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from synergie.demo.contracting import Contracted
from synergie.demo.handover import Handover
from synergie.demo.reading import Park, PointYear
from synergie.demo.refusals import Refusal
from synergie.demo.sending import SentDeposit
from synergie.demo.watching import Watched
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.samples import Territory
from synergie.schemas.plan import Plan
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything that happened, in order."""

    whole: Territory
    sent: tuple[SentDeposit, ...]
    series: Mapping[str, tuple[Series, ...]]
    """The series of each organisation, with how fresh they are."""
    agreements: tuple[Agreement, ...]
    """The agreements as they stand at the end."""
    days_read: int
    """Days that the lighting syndicate could read before it asked for more."""
    refusal: Refusal
    revocation: Refusal
    handover: Handover
    lamps: Watched
    """What lamps reported."""
    contract: Contracted
    """Savings guaranteed and measured."""
    statement: Path
    """The file of its statement."""
    points: tuple[PointYear, ...]
    park: Park
    purchase_problem: PurchaseProblem
    purchase: PurchasePlan
    certified: bool
    """Whether the certificate of the purchase proves that no other costs less."""
    purchase_folder: Path
    """The purchase with its certificate."""
    maintenance_problem: MaintenanceProblem
    maintenance: MaintenancePlan
    made_at: datetime
    report: Path
    seconds: float
    """How long the demonstration took, s."""

    @property
    def names(self) -> dict[str, str]:
        """What people call each organisation."""
        return {organisation.id: organisation.name for organisation in self.whole.organisations}

    @property
    def readings(self) -> int:
        """Readings that were stored."""
        return sum(sent.kept for sent in self.sent if sent.readings)

    def as_json(self, url: str | None) -> dict[str, Any]:
        """The summary for programs; the keys are stable. *url*: the server, when it stays up."""
        return {
            "synthetic": True,
            "territory": {
                "communes": len(self.whole.communes),
                "light_points": len(self.whole.light_points),
                "cabinets": len(self.whole.cabinets),
                "supply_points": len(self.whole.supply_points),
                "lighting_kwh": round(self.whole.lighting_kwh(), 1),
                "digest": self.whole.digest(),
            },
            "deposits": [sent.as_json() for sent in self.sent],
            "readings": self.readings,
            "agreements": [_dump_agreement(agreement) for agreement in self.agreements],
            "refusal": self.refusal.as_json(),
            "revocation": self.revocation.as_json(),
            "handover": self.handover.as_json(),
            "watch": self.lamps.as_json(),
            "contract": self.contract.as_json(),
            "purchase": {
                **_dump_plan(self.purchase),
                "awards": len(self.purchase.awards),
                "certified": self.certified,
            },
            "maintenance": {
                **_dump_plan(self.maintenance),
                "crew_days": self.maintenance.crew_days,
                "crew_days_alone": self.maintenance.crew_days_alone,
            },
            "report": str(self.report),
            "server": url,
            "seconds": round(self.seconds, 1),
        }


def _dump_agreement(agreement: Agreement) -> dict[str, str]:
    terms = agreement.terms
    return {
        "id": agreement.id,
        "title": terms.title,
        "owner": terms.owner,
        "recipient": terms.recipient,
        "granularity": terms.granularity,
        "state": agreement.state,
    }


def _dump_plan(plan: Plan) -> dict[str, Any]:
    wire = plan.model_dump(mode="json")
    kept = ("status", "objective_eur", "bound_eur", "gap", "baseline_eur", "least_gain", "members")
    return {name: wire[name] for name in kept}
