"""Which rows of campaigns a Permit opens: to the coordinator its own, to a body its own part."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage._campaign_tables import (
    CampaignBodyRow,
    CampaignPartRow,
    CampaignRoundsPartRow,
    CampaignRoundsRow,
    CampaignRow,
    CampaignRunRow,
)
from synergie.storage._tables import Row


def _taken_part_in(permit: Permit) -> ColumnElement[bool]:
    """To its coordinator, and to those whom it invited."""
    mine = col(CampaignRow.owner) == permit.bearer
    invited = select(CampaignBodyRow.campaign).where(col(CampaignBodyRow.body) == permit.bearer)
    return _sides(permit, mine, or_(mine, col(CampaignRow.id).in_(invited)))


def _taking_part(permit: Permit) -> ColumnElement[bool]:
    """Every body to the coordinator; to a body itself."""
    mine = col(CampaignBodyRow.owner) == permit.bearer
    return _sides(permit, mine, or_(mine, col(CampaignBodyRow.body) == permit.bearer))


def _told_part(permit: Permit) -> ColumnElement[bool]:
    """Every part to the coordinator; to a body its own, of a plan that was proposed."""
    mine = col(CampaignPartRow.owner) == permit.bearer
    told = and_(
        col(CampaignPartRow.body) == permit.bearer, col(CampaignPartRow.told_at).is_not(None)
    )
    return _sides(permit, mine, or_(mine, told))


def _rounds_part(permit: Permit) -> ColumnElement[bool]:
    """Every part of rounds to the coordinator; to a body its own."""
    mine = col(CampaignRoundsPartRow.owner) == permit.bearer
    told = col(CampaignRoundsPartRow.body) == permit.bearer
    return _sides(permit, mine, or_(mine, told))


def _kept(table: Any) -> Callable[[Permit], ColumnElement[bool]]:
    """The coordinator's alone, whatever is agreed."""

    def rule(permit: Permit) -> ColumnElement[bool]:
        return _sides(permit, col(table.owner) == permit.bearer, false())

    return rule


def _sides(
    permit: Permit, own: ColumnElement[bool], party: ColumnElement[bool]
) -> ColumnElement[bool]:
    if permit.scope == "own":
        return own
    return party if permit.scope == "party" else false()


RULES: Mapping[type[Row], Callable[[Permit], ColumnElement[bool]]] = {
    CampaignRow: _taken_part_in,
    CampaignBodyRow: _taking_part,
    CampaignRunRow: _kept(CampaignRunRow),
    CampaignPartRow: _told_part,
    CampaignRoundsRow: _kept(CampaignRoundsRow),
    CampaignRoundsPartRow: _rounds_part,
}
"""The rule of each table."""
