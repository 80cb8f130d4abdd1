"""What is due for studies of lighting: answers."""

from collections.abc import Iterator
from datetime import datetime

from synergie.exchange.readings.due_dates import build_plan_due
from synergie.lighting.storage.studies import STUDIES
from synergie.policy import Permit
from synergie.policy.readings.morning import Due
from synergie.storage.store import Session


def list_study_dues(permit: Permit, session: Session, _now: datetime) -> Iterator[Due]:
    """Answers to the studies that the bearer takes part in."""
    for one in STUDIES.list_page(permit, session):
        if one.state in {"proposed", "collected"} and one.owner != permit.bearer:
            yield build_plan_due(one, permit, "study_answer", "lighting")
