"""What is due for maintenance: answers, weeks of rounds."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from synergie.calendar import day_of
from synergie.exchange.readings.due_dates import AHEAD, build_plan_due
from synergie.maintenance.records.campaign_rounds import CampaignRounds
from synergie.maintenance.storage.campaigns import CAMPAIGNS
from synergie.maintenance.storage.campaigns import StoredCampaign as HeldCampaign
from synergie.maintenance.storage.rounds import all_rounds, list_rounds_notices
from synergie.policy import Permit
from synergie.policy.readings.morning import HOME, Due
from synergie.storage.store import Session


def list_coordinated_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """Weeks of the bearer's own campaigns."""
    for one in CAMPAIGNS.list_page(permit, session):
        if one.state != "closed":
            told = all_rounds(permit, session, one.id)
            yield from _iterate_due_weeks(one, permit, told, day_of(now, HOME))


def list_campaign_dues(permit: Permit, session: Session, now: datetime) -> Iterator[Due]:
    """Answers and weeks of the campaigns that the bearer was invited to."""
    for one in CAMPAIGNS.list_page(permit, session):
        if one.state == "closed" or one.owner == permit.bearer:
            continue
        if one.state in {"proposed", "revision"}:
            yield build_plan_due(one, permit, "campaign_answer", "maintenance")
        told = list_rounds_notices(permit, session, one.id)
        yield from _iterate_due_weeks(one, permit, told, day_of(now, HOME))


def _iterate_due_weeks(
    one: HeldCampaign, permit: Permit, told: Iterable[CampaignRounds], today: date
) -> Iterator[Due]:
    """The weeks that are not over, each as it was told last."""
    weeks: dict[date, list[CampaignRounds]] = {}
    for rounds in told:
        if today <= rounds.last_day and rounds.first_day <= today + AHEAD:
            weeks.setdefault(rounds.first_day, []).append(rounds)
    for first, some in sorted(weeks.items()):
        last = max(some, key=lambda each: each.kept_at)
        yield Due(
            kind="rounds",
            who="maintenance",
            by=permit.bearer,
            subject=one.id,
            name=one.record.name,
            day=first,
            last_day=last.last_day,
            revision=len(some) - 1,
            revised_at=last.kept_at,
        )
