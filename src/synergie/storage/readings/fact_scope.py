"""Which facts an agreement opens: of things it covers, in its period; the rest is the owner's."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.policy.facts import OPENED, POINTED
from synergie.storage._sql import json_text
from synergie.storage.tables import CabinetRow, FactRow, LightPointRow, SupplyPointRow
from synergie.storage.trust.persons import match_person_consent

_ASSETS: dict[str, Any] = {"cabinet": CabinetRow, "light_point": LightPointRow}


def opened_facts(permit: Permit, covered: Any) -> ColumnElement[bool]:
    """Facts of the permit's datasets about what *covered* (table → condition) says is covered."""
    kinds = [kind for kind, dataset in OPENED.items() if dataset in permit.datasets]
    if not kinds:
        return false()
    about = or_(_of_points(permit, covered), *(_of_asset(name, covered) for name in _ASSETS))
    return and_(col(FactRow.kind).in_(kinds), about, _in_time(permit))


def _of_points(permit: Permit, covered: Any) -> ColumnElement[bool]:
    there = col(SupplyPointRow.removed_at).is_(None)
    points = select(SupplyPointRow.id).where(
        col(SupplyPointRow.owner) == permit.owner,
        there,
        covered(SupplyPointRow),
        match_person_consent(permit, SupplyPointRow),
    )
    return and_(col(FactRow.kind).in_(POINTED), col(FactRow.supply_point).in_(points))


def _of_asset(name: str, covered: Any) -> ColumnElement[bool]:
    """Works on a cabinet or a light point; of a work that does not say which, nothing is told."""
    table = _ASSETS[name]
    same = and_(col(table.owner) == col(FactRow.owner), col(table.external_id) == FactRow.subject)
    there = col(table.removed_at).is_(None)
    named = select(table.id).where(same, there, covered(table)).exists()
    kind = json_text(col(FactRow.body), "asset_kind") == name
    return and_(col(FactRow.kind) == "work_order", kind, named)


def _in_time(permit: Permit) -> ColumnElement[bool]:
    """In the period of the data, whole; terms that hold in it; what tells no time is not told."""
    at, start, end = col(FactRow.at), permit.start, permit.end
    until = func.coalesce(json_text(col(FactRow.body), "valid_to"), "9999-12-31")
    held = true() if start is None else or_(at >= start, until > f"{start:%Y-%m-%d}")
    terms = and_(col(FactRow.kind) == "supply_terms", held)
    begin = json_text(col(FactRow.body), "from_date")
    billed = true() if start is None else func.coalesce(begin, "0001-01-01") >= f"{start:%Y-%m-%d}"
    other = and_(col(FactRow.kind) != "supply_terms", true() if start is None else at >= start)
    whole = or_(col(FactRow.kind) != "invoice_line", billed)
    return and_(at.is_not(None), _match_fact_end(end), or_(terms, and_(other, whole)))


def _match_fact_end(end: Any) -> ColumnElement[bool]:
    if end is None:
        return true()
    at = col(FactRow.at)
    until = func.coalesce(json_text(col(FactRow.body), "end"), "")
    interval = and_(col(FactRow.kind) == "interval_reading", until > f"{end:%Y-%m-%dT%H:%M:%SZ}")
    billed = and_(col(FactRow.kind) == "invoice_line", at <= end)
    return and_(or_(at < end, billed), ~interval)
