"""Which rows of joint lighting studies a Permit opens: all to the coordinator, to a body its own.

Options, weighings and results of consultations are for every body of the study.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from synergie.lighting.storage._tables import (
    LightingBodyRow,
    LightingComparisonRow,
    LightingConsultationRow,
    LightingOptionsRow,
    LightingPartRow,
    LightingStudyRow,
    LightingVoiceRow,
    LightingWeighingRow,
)
from synergie.policy import Permit
from synergie.storage.shared_scope import (
    Rule,
    build_coordinator_rule,
    of_each,
    of_each_once_told,
    of_those_invited,
)
from synergie.storage.tables import Row


def _for_all(table: Any) -> Rule:
    """What stands in a study: to its coordinator, and to those who were invited to it."""
    own = build_coordinator_rule(table)

    def rule(permit: Permit) -> ColumnElement[bool]:
        if permit.scope != "party":
            return own(permit)
        invited = select(LightingBodyRow.study).where(col(LightingBodyRow.body) == permit.bearer)
        return or_(col(table.owner) == permit.bearer, col(table.study).in_(invited))

    return rule


RULES: Mapping[type[Row], Rule] = {
    LightingStudyRow: of_those_invited(
        LightingStudyRow, named=LightingBodyRow.study, who=LightingBodyRow.body
    ),
    LightingBodyRow: of_each(LightingBodyRow, who=LightingBodyRow.body),
    LightingOptionsRow: _for_all(LightingOptionsRow),
    LightingComparisonRow: build_coordinator_rule(LightingComparisonRow),
    LightingPartRow: of_each_once_told(LightingPartRow, who=LightingPartRow.body),
    LightingVoiceRow: of_each(LightingVoiceRow, who=LightingVoiceRow.body),
    LightingWeighingRow: _for_all(LightingWeighingRow),
    LightingConsultationRow: _for_all(LightingConsultationRow),
}
"""The rule of each table."""
