"""Delivery points of natural persons, left out where a permit says so (FR-CURVE)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, true
from sqlmodel import col, select

from synergie.policy import Permit, Persons
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.tables import SeriesRow, SupplyPointRow


def match_person_consent(permit: Permit, table: Any) -> ColumnElement[bool]:
    """Whether the person a row tells of agreed to it, if the permit looks at persons at all."""
    persons = permit.persons
    if persons is None:
        return true()
    if table is SupplyPointRow:
        return _match_point_consent(SupplyPointRow, persons)
    if table is SeriesRow:
        same = col(SupplyPointRow.id) == col(SeriesRow.supply_point)
        return (
            select(SupplyPointRow.id)
            .where(same, _match_point_consent(SupplyPointRow, persons))
            .exists()
        )
    return true()


def _match_point_consent(table: type[SupplyPointRow], persons: Persons) -> ColumnElement[bool]:
    person = is_person(table, everyone=persons.everyone)
    return or_(not_(person), match_any_of(col(table.id), persons.consented))


def is_person(table: type[SupplyPointRow], *, everyone: bool) -> ColumnElement[bool]:
    """Whether a point is a natural person's, or counts as one where *everyone* does.

    As `policy.trust.persons` has it: `possible` counts as a person; lighting never does.
    """
    declared: ColumnElement[bool] = json_text(col(table.body), "personal_data") != "none"
    if not everyone:
        return declared
    usage = func.coalesce(json_text(col(table.body), "usage"), "")
    return or_(declared, and_(not_(declared), usage != "public_lighting"))
