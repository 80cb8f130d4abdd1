"""Plans of campaigns as they were kept, and the part of each body with its answer."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, update
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.campaign_run import CampaignRun
from synergie.schemas.campaign_view import CampaignTotals, CampaignView
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.schemas.purchase_bytes import canonical
from synergie.schemas.purchase_run import PartAnswer
from synergie.storage._campaign_tables import CampaignPartRow, CampaignRunRow
from synergie.storage._scope import own_write, scoped_select
from synergie.storage.store import Session

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part of one body in a plan, with the sums once they may be told."""

    plan: str
    campaign: str
    body: str
    view: CampaignView
    sha256: str
    answer: PartAnswer | None = None


def save_run(
    permit: Permit,
    session: Session,
    run: CampaignRun,
    *,
    problem: bytes,
    parts: Iterable[Part],
) -> None:
    """Keep a new plan of the bearer's own, the RFC 8785 bytes of its problem, and its parts."""
    own_write(permit)
    if run.plan is None:
        raise TypeError("a plan is kept with what it says")
    session.add(
        CampaignRunRow(
            id=run.id,
            campaign=run.campaign,
            owner=permit.owner,
            body=run.model_copy(update={"plan": None}).model_dump_json(),
            problem=problem.decode(),
            plan=canonical(run.plan).decode(),
        )
    )
    for part in parts:
        row = CampaignPartRow(
            plan=run.id,
            body=part.body,
            campaign=run.campaign,
            owner=permit.owner,
            view=part.view.model_dump_json(),
            sha256=part.sha256,
        )
        session.add(row)


def run(permit: Permit, session: Session, campaign: str, plan: str) -> CampaignRun | None:
    """One plan of a campaign of the bearer's own, or None."""
    row = _row(permit, session, campaign, plan)
    if row is None:
        return None
    told = MaintenancePlan.model_validate_json(row.plan)
    return CampaignRun.model_validate_json(row.body).model_copy(update={"plan": told})


def problem(
    permit: Permit, session: Session, campaign: str, plan: str
) -> MaintenanceProblem | None:
    """The problem that a plan of the bearer's own solves, or None."""
    row = _row(permit, session, campaign, plan)
    return None if row is None else MaintenanceProblem.model_validate_json(row.problem)


def is_kept(permit: Permit, session: Session, campaign: str, plan: str) -> bool:
    """Whether *plan* is one of a campaign of the bearer's own."""
    query = scoped_select(permit, CampaignRunRow).where(
        col(CampaignRunRow.id) == plan, col(CampaignRunRow.campaign) == campaign
    )
    found = session.connection().execute(query.with_only_columns(col(CampaignRunRow.id)))
    return found.first() is not None


def runs(
    permit: Permit, session: Session, campaign: str, *, after: str, limit: int
) -> list[CampaignRun]:
    """Plans of a campaign of the bearer's own by id, after *after*, without what they say."""
    query = (
        scoped_select(permit, CampaignRunRow)
        .where(col(CampaignRunRow.campaign) == campaign, col(CampaignRunRow.id) > after)
        .order_by(col(CampaignRunRow.id))
        .limit(limit)
        .with_only_columns(col(CampaignRunRow.body))
    )
    found = session.connection().execute(query).scalars()
    return [CampaignRun.model_validate_json(body) for body in found]


def part(permit: Permit, session: Session, plan: str, body: str) -> Part | None:
    """The part of one body, for the coordinator; for the body once it was told; or None."""
    query = scoped_select(permit, CampaignPartRow).where(
        col(CampaignPartRow.plan) == plan, col(CampaignPartRow.body) == body
    )
    row = session.exec(query).first()
    return None if row is None else _part(row)


def parts(permit: Permit, session: Session, plan: str, *, after: str, limit: int) -> list[Part]:
    """Parts of a plan of the bearer's own by body, after *after*."""
    query = (
        scoped_select(permit, CampaignPartRow)
        .where(col(CampaignPartRow.plan) == plan, col(CampaignPartRow.owner) == permit.bearer)
        .where(col(CampaignPartRow.body) > after)
        .order_by(col(CampaignPartRow.body))
        .limit(limit)
    )
    return [_part(row) for row in session.exec(query)]


def every_part(permit: Permit, session: Session, plan: str) -> Iterator[Part]:
    """All parts of a plan of the bearer's own, by body."""
    after = ""
    while some := parts(permit, session, plan, after=after, limit=_PAGE):
        yield from some
        after = some[-1].body


def tell_parts(permit: Permit, session: Session, plan: str, *, now: datetime) -> None:
    """Let each body of a plan of the bearer's own read its part from now on."""
    own_write(permit)
    rows = update(CampaignPartRow).where(
        col(CampaignPartRow.plan) == plan,
        col(CampaignPartRow.owner) == permit.owner,
        col(CampaignPartRow.told_at).is_(None),
    )
    session.connection().execute(rows.values(told_at=now))


def tell_totals(
    permit: Permit, session: Session, plan: str, totals: Mapping[str, CampaignTotals]
) -> None:
    """Keep, by body, the sums that it may see."""
    own_write(permit)
    query = scoped_select(permit, CampaignPartRow).where(col(CampaignPartRow.plan) == plan)
    for row in session.exec(query):
        if row.body in totals:
            row.totals = totals[row.body].model_dump_json()
            session.add(row)


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
    if permit.scope != "party" or permit.action != "write" or permit.bearer != body.body:
        raise TypeError("an answer is the body's own")
    query = scoped_select(permit, CampaignPartRow).where(
        col(CampaignPartRow.plan) == body.plan, col(CampaignPartRow.body) == body.body
    )
    row = session.exec(query).one()
    row.answer = None if answer is None else answer.model_dump_json()
    session.add(row)


def _row(permit: Permit, session: Session, campaign: str, plan: str) -> CampaignRunRow | None:
    query = scoped_select(permit, CampaignRunRow).where(
        col(CampaignRunRow.id) == plan, col(CampaignRunRow.campaign) == campaign
    )
    return session.exec(query).first()


def _part(row: CampaignPartRow) -> Part:
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
        answer=None if row.answer is None else PartAnswer.model_validate_json(row.answer),
    )
