"""Rounds of campaigns as they were kept, and the part of each body."""

from collections.abc import Iterable

from sqlmodel import col

from synergie.maintenance.records.campaign_rounds import CampaignRounds, CampaignRoundsPart
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.maintenance.storage._tables import CampaignRoundsPartRow, CampaignRoundsRow
from synergie.policy import Permit
from synergie.schemas.plan_bytes import build_canonical_bytes
from synergie.storage import shared_plan as _shared_plan
from synergie.storage.scope import own_write
from synergie.storage.store import Session


def save_rounds(
    permit: Permit, session: Session, made: CampaignRounds, parts: Iterable[CampaignRoundsPart]
) -> None:
    """Keep new rounds of the bearer's own, and their parts."""
    own_write(permit)
    if made.problem is None or made.rounds is None:
        raise TypeError("rounds are kept with their problem")
    session.add(
        CampaignRoundsRow(
            id=made.id,
            campaign=made.campaign,
            owner=permit.owner,
            body=strip_rounds_content(made).model_dump_json(),
            problem=build_canonical_bytes(made.problem).decode(),
            rounds=build_canonical_bytes(made.rounds).decode(),
        )
    )
    for part in parts:
        row = CampaignRoundsPartRow(
            rounds=made.id,
            body=part.body,
            campaign=made.campaign,
            owner=permit.owner,
            notice=build_rounds_notice(made).model_dump_json(),
            view=part.model_dump_json(),
        )
        session.add(row)


def strip_rounds_content(made: CampaignRounds) -> CampaignRounds:
    """*made* without what it says, as in the coordinator's list."""
    return made.model_copy(update={"problem": None, "rounds": None})


def build_rounds_notice(made: CampaignRounds) -> CampaignRounds:
    """*made* as a body is told of it: without digests, which could confirm a guess."""
    return strip_rounds_content(made).model_copy(
        update={"problem_sha256": None, "rounds_sha256": None}
    )


def rounds(
    permit: Permit, session: Session, campaign: str, rounds_id: str
) -> CampaignRounds | None:
    """Rounds of a campaign of the bearer's own, whole, or None."""
    kept = CampaignRoundsRow
    row = _shared_plan.find_shared_row(
        permit, session, kept, col(kept.id) == rounds_id, col(kept.campaign) == campaign
    )
    if row is None:
        return None
    said = {
        "problem": RoundsProblem.model_validate_json(row.problem),
        "rounds": RoundsPlan.model_validate_json(row.rounds),
    }
    return CampaignRounds.model_validate_json(row.body).model_copy(update=said)


def all_rounds(
    permit: Permit, session: Session, campaign: str, *, after: str = "", limit: int | None = None
) -> list[CampaignRounds]:
    """Rounds of a campaign of the bearer's own by id, after *after*, without what they say."""
    row = CampaignRoundsRow
    of_it = col(row.campaign) == campaign
    found = _shared_plan.read_shared_column(
        permit, session, row, of_it, of=row.body, by=row.id, after=after, limit=limit
    )
    return [CampaignRounds.model_validate_json(body) for body in found]


def list_rounds_notices(
    permit: Permit, session: Session, campaign: str, *, after: str = "", limit: int | None = None
) -> list[CampaignRounds]:
    """Rounds in which the bearer has a part, by id, after *after*."""
    row = CampaignRoundsPartRow
    mine = col(row.campaign) == campaign, col(row.body) == permit.bearer
    found = _shared_plan.read_shared_column(
        permit, session, row, *mine, of=row.notice, by=row.rounds, after=after, limit=limit
    )
    return [CampaignRounds.model_validate_json(one) for one in found]


def rounds_part(
    permit: Permit, session: Session, campaign: str, rounds_id: str
) -> CampaignRoundsPart | None:
    """The bearer's own part in rounds, or None."""
    row = CampaignRoundsPartRow
    mine = col(row.campaign) == campaign, col(row.body) == permit.bearer
    found = _shared_plan.find_shared_row(permit, session, row, col(row.rounds) == rounds_id, *mine)
    return None if found is None else CampaignRoundsPart.model_validate_json(found.view)
