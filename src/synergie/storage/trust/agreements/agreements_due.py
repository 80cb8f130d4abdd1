"""Agreements that wait for somebody: for a signature, or for what comes after their end."""

from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.trust.agreement import LIVE
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import AgreementRow
from synergie.storage.trust.agreements.agreements import agreement_page

MOST = 200
"""Agreements that are told at once."""


def agreements_due(
    permit: Permit, session: Session, *, now: datetime, until: datetime
) -> list[list[Agreement]]:
    """Agreements of the bearer's that are proposed, or end before *until*, each as its versions.

    The first `MOST` by id. The end is that of a version: a later one may go on.
    """
    ends = col(AgreementRow.valid_until).between(now, until)
    waits = col(AgreementRow.state) == "proposed"
    query = (
        scoped_select(permit, AgreementRow)
        .with_only_columns(col(AgreementRow.id))
        .where(or_(waits, and_(col(AgreementRow.state).in_(LIVE), ends)))
        .distinct()
        .order_by(col(AgreementRow.id))
        .limit(MOST)
    )
    ids = [str(one) for one in session.connection().execute(query).scalars()]
    return agreement_page(permit, session, after="", limit=MOST, among=ids) if ids else []
