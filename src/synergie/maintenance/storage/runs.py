"""Plans of campaigns as they were kept, and the part of each body with its answer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func
from sqlmodel import col

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.run import CampaignRun
from synergie.maintenance.records.view import CampaignTotals, CampaignView
from synergie.maintenance.storage._tables import CampaignPartRow, CampaignRunRow
from synergie.policy import Permit
from synergie.purchase.records.run import PartAnswer
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write, scoped_select
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


def find_run(permit: Permit, session: Session, campaign: str, plan: str) -> CampaignRun | None:
    """One plan of a campaign of the bearer's own, or None."""
    row = _find_run_row(permit, session, campaign, plan)
    if row is None:
        return None
    told = MaintenancePlan.model_validate_json(row.plan)
    return CampaignRun.model_validate_json(row.body).model_copy(update={"plan": told})


def find_run_summary(
    permit: Permit, session: Session, campaign: str, plan: str
) -> CampaignRun | None:
    """One plan of a campaign of the bearer's own without what it says, or None."""
    row = CampaignRunRow
    of_it = col(row.campaign) == campaign, col(row.id) == plan
    found = _shared_plan.column(
        permit, session, row, *of_it, of=row.body, by=row.id, after="", limit=1
    )
    return next(map(CampaignRun.model_validate_json, found), None)


def find_run_problem(
    permit: Permit, session: Session, campaign: str, plan: str
) -> MaintenanceProblem | None:
    """The problem that a plan of the bearer's own solves, or None."""
    row = _find_run_row(permit, session, campaign, plan)
    return None if row is None else MaintenanceProblem.model_validate_json(row.problem)


def is_kept(permit: Permit, session: Session, campaign: str, plan: str) -> bool:
    """Whether *plan* is one of a campaign of the bearer's own."""
    row = CampaignRunRow
    of_it = col(row.campaign) == campaign
    found = _shared_plan.column(
        permit, session, row, of_it, col(row.id) == plan, of=row.id, by=row.id, after="", limit=1
    )
    return any(True for _ in found)


def list_runs(
    permit: Permit, session: Session, campaign: str, *, after: str, limit: int
) -> list[CampaignRun]:
    """Plans of a campaign of the bearer's own by id, after *after*, without what they say."""
    row = CampaignRunRow
    of_it = col(row.campaign) == campaign
    found = _shared_plan.column(
        permit, session, row, of_it, of=row.body, by=row.id, after=after, limit=limit
    )
    return [CampaignRun.model_validate_json(body) for body in found]


def part(permit: Permit, session: Session, plan: str, body: str) -> Part | None:
    """The part of one body as it is told: for the coordinator; for it once it was; or None."""
    row = CampaignPartRow
    found = _shared_plan.find_shared_row(
        permit, session, row, col(row.plan) == plan, col(row.body) == body
    )
    return None if found is None else _build_stored_part(found)


def list_parts(
    permit: Permit, session: Session, plan: str, *, after: str, limit: int
) -> list[Part]:
    """Parts of a plan of the bearer's own by body, after *after*, with exact costs beside."""
    row = CampaignPartRow
    of_it = col(row.plan) == plan, col(row.owner) == permit.bearer
    found = _shared_plan.list_shared_rows(
        permit, session, row, *of_it, by=row.body, after=after, limit=limit
    )
    return [
        replace(_build_stored_part(one), exact_eur=_parse_euros(one.exact_eur)) for one in found
    ]


def every_part(permit: Permit, session: Session, plan: str) -> Iterator[Part]:
    """All parts of a plan of the bearer's own, by body."""
    return _shared_plan.iterate_all_pages(
        lambda after, limit: list_parts(permit, session, plan, after=after, limit=limit),
        lambda one: one.body,
    )


def answers(permit: Permit, session: Session, plan: str) -> dict[str, PartAnswer | None]:
    """By body, what it answered to a plan of the bearer's own; the parts are not read."""
    row = CampaignPartRow
    query = (
        scoped_select(permit, row)
        .where(col(row.plan) == plan, col(row.owner) == permit.bearer)
        .with_only_columns(col(row.body), col(row.answer))
    )
    told = session.connection().execute(query)
    return {
        body: None if said is None else PartAnswer.model_validate_json(said) for body, said in told
    }


def tell_parts(permit: Permit, session: Session, plan: str, *, now: datetime) -> None:
    """Let each body of a plan of the bearer's own read its part from now on."""
    _shared_plan.tell_parts(permit, session, CampaignPartRow, plan, now=now)


def tell_totals(
    permit: Permit, session: Session, plan: str, totals: Mapping[str, CampaignTotals]
) -> None:
    """Keep, by body, the sums that it may see."""
    row = CampaignPartRow
    _shared_plan.tell_totals(permit, session, row, plan, who=row.body, totals=totals)


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


def save_answer(permit: Permit, session: Session, body: Part, answer: PartAnswer | None) -> None:
    """Keep the bearer's own answer to its part; None: withdrawn."""
    row = CampaignPartRow
    _shared_plan.save_answer(
        permit, session, row, body.plan, who=row.body, name=body.body, answer=answer
    )


def _find_run_row(
    permit: Permit, session: Session, campaign: str, plan: str
) -> CampaignRunRow | None:
    row = CampaignRunRow
    return _shared_plan.find_shared_row(
        permit, session, row, col(row.id) == plan, col(row.campaign) == campaign
    )


def _parse_euros(amount: str | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


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
        answer=_shared_plan.answer_of(row),
    )
