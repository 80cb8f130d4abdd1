"""Plans of campaigns as they were kept, and the part of each body with its answer."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import func
from sqlmodel import col

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.run import CampaignRun
from synergie.maintenance.records.view import CampaignTotals, CampaignView
from synergie.maintenance.storage._tables import CampaignPartRow, CampaignRunRow
from synergie.policy import Permit
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.schemas.shared_plan import PartAnswer
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_rows import PartRows, RunRows
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one body in a plan, with the sums once they may be told."""

    plan: str
    campaign: str
    body: str
    view: CampaignView
    sha256: str
    answer: PartAnswer | None = None
    exact_eur: Decimal | None = None
    """What the body pays, for the coordinator; never read back for the body."""

    @property
    def exact(self) -> CampaignView:
        """The part with exact costs, as far as they are known."""
        paid = self.exact_eur
        if paid is None:
            return self.view
        gain = None if self.view.alone_eur is None else self.view.alone_eur - paid
        return self.view.model_copy(update={"cost_eur": paid, "gain_eur": gain, "costs": "exact"})


@dataclass(frozen=True, slots=True)
class Written:
    """A plan, its problem and its parts as they are stored: made before the store is held."""

    problem: str
    plan: str
    parts: Mapping[str, tuple[str, str, str]]
    """Body → its part as JSON, the digest of it, and what it pays exactly."""

    @classmethod
    def of(
        cls, problem: MaintenanceProblem, plan: MaintenancePlan, parts: Iterable[Part]
    ) -> "Written":
        """The RFC 8785 bytes of *problem* and *plan*, and the text of each part."""
        views = {
            one.body: (one.view.model_dump_json(), one.sha256, str(one.exact.cost_eur))
            for one in parts
        }
        return cls(
            build_canonical_bytes(problem).decode(), build_canonical_bytes(plan).decode(), views
        )


def save_run(permit: Permit, session: Session, run: CampaignRun, written: Written) -> None:
    """Keep a new plan of the bearer's own, and its parts."""
    own_write(permit)
    session.add(
        CampaignRunRow(
            id=run.id,
            campaign=run.campaign,
            owner=permit.owner,
            body=run.model_copy(update={"plan": None}).model_dump_json(),
            problem=written.problem,
            plan=written.plan,
        )
    )
    for body, (view, sha256, exact_eur) in written.parts.items():
        row = CampaignPartRow(
            plan=run.id,
            body=body,
            campaign=run.campaign,
            owner=permit.owner,
            view=view,
            exact_eur=exact_eur,
            sha256=sha256,
        )
        session.add(row)


def find_run_problem(
    permit: Permit, session: Session, campaign: str, plan: str
) -> MaintenanceProblem | None:
    """The problem that a plan of the bearer's own solves, or None."""
    row = RUNS.load_row(permit, session, campaign, plan)
    return None if row is None else MaintenanceProblem.model_validate_json(row.problem)


def weeks_told(permit: Permit, session: Session) -> list[tuple[date, int]]:
    """Monday of week 1 and weeks of each plan of the bearer's own whose sums bodies may see."""
    row = CampaignPartRow
    query = (
        scoped_select(permit, row)
        .where(col(row.owner) == permit.owner, col(row.totals).is_not(None))
        .with_only_columns(func.min(col(row.view)))
        .group_by(col(row.plan))
    )
    views = map(json.loads, session.connection().execute(query).scalars())
    return [(date.fromisoformat(one["starts_on"]), int(one["weeks"])) for one in views]


def _build_stored_part(row: CampaignPartRow) -> Part:
    view = CampaignView.model_validate_json(row.view)
    if row.totals is not None:
        sums = CampaignTotals.model_validate_json(row.totals)
        view = view.model_copy(update={"totals": sums})
    return Part(
        plan=row.plan,
        campaign=row.campaign,
        body=row.body,
        view=view,
        sha256=row.sha256,
        answer=PARTS.parse_answer(row.answer),
    )


def _build_whole_part(row: CampaignPartRow) -> Part:
    """With exact costs beside, for the coordinator."""
    paid = None if row.exact_eur is None else Decimal(row.exact_eur)
    return replace(_build_stored_part(row), exact_eur=paid)


RUNS = RunRows(CampaignRun, CampaignRunRow, CampaignRunRow.campaign, "plan", MaintenancePlan)
PARTS = PartRows(
    CampaignPartRow,
    run=CampaignPartRow.plan,
    item=CampaignPartRow.campaign,
    who=CampaignPartRow.body,
    build=_build_stored_part,
    build_whole=_build_whole_part,
    answer=PartAnswer,
)
