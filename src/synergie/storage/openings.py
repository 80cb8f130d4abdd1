"""What else a new agreement, or a point that moves, would meet: the agreements beside it.

Of every recipient of the owner's, ended ones too. To weigh what may be agreed: nothing of it is
given out but that it must not be.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import or_, true
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.policy.agreement import PENDING
from synergie.schemas.agreement import Agreement
from synergie.storage._openings import SIGNED_KEYS, Found, Key, list_openings, read_body
from synergie.storage._persons import is_person
from synergie.storage._scope import scoped_select
from synergie.storage._sql import json_text, one_of
from synergie.storage._tables import (
    AgreementItemRow,
    AgreementRow,
    OwnedHistoryRow,
    SeriesRow,
    SupplyPointRow,
)
from synergie.storage.held import Held, held_row
from synergie.storage.store import Session

type Curves = frozenset[tuple[str, str]]
"""Delivery points that have a curve, each with the zone of its days."""


def other_agreements(permit: Permit, session: Session, body: Agreement) -> Iterator[Agreement]:
    """The other versions of the same owner's that both signed, without what they select."""
    _weighs(permit)
    query = select(AgreementRow).with_only_columns(*SIGNED_KEYS)
    query = query.where(
        col(AgreementRow.owner) == body.terms.owner, col(AgreementRow.state).not_in(PENDING)
    )
    for row in session.connection().execute(query).all():
        key = Key(*row)
        one = None if (key.id, key.version) == (body.id, body.version) else read_body(session, key)
        if one is not None:
            yield one


def curves_opened(
    permit: Permit, session: Session, body: Agreement, *, persons_only: bool = False
) -> Curves:
    """The curves that a version covers or covered: by name, by point, by a site of any time.

    *persons_only*: of natural persons' points.
    """
    _weighs(permit)
    named = select(AgreementItemRow.subject).where(
        col(AgreementItemRow.agreement) == body.id, col(AgreementItemRow.version) == body.version
    )
    past = select(OwnedHistoryRow.id).where(
        col(OwnedHistoryRow.noun) == "sp",
        col(OwnedHistoryRow.owner) == body.terms.owner,
        json_text(col(OwnedHistoryRow.links), "site").in_(named),
    )
    point = SupplyPointRow
    everyone = body.terms.data_subject == "natural_person"
    query = (
        select(col(point.id), col(SeriesRow.time_zone))
        .join(SeriesRow, col(SeriesRow.supply_point) == col(point.id))
        .where(col(point.owner) == body.terms.owner)
        .where(
            or_(
                col(point.id).in_(named),
                col(point.site).in_(named),
                col(SeriesRow.id).in_(named),
                col(point.id).in_(past),
            )
        )
        .where(is_person(point, everyone=everyone) if persons_only else true())
        .distinct()
    )
    return frozenset((str(name), str(tz)) for name, tz in session.connection().execute(query))


def sites_of(permit: Permit, session: Session, points: Iterable[str]) -> dict[str, str | None]:
    """The bearer's points among *points*, each with the site that it is on."""
    _weighs(permit)
    query = scoped_select(permit, SupplyPointRow).where(one_of(col(SupplyPointRow.id), points))
    rows = query.with_only_columns(col(SupplyPointRow.id), col(SupplyPointRow.site))
    return {str(name): site for name, site in session.connection().execute(rows)}


def sites_agreed_on(permit: Permit, session: Session, sites: Iterable[str]) -> frozenset[str]:
    """Those of *sites* that some agreement names, signed or not."""
    _weighs(permit)
    subject = col(AgreementItemRow.subject)
    query = select(subject).where(one_of(subject, sites)).distinct()
    return frozenset(map(str, session.connection().execute(query).scalars()))


def zones_of(
    permit: Permit, session: Session, series: Iterable[str]
) -> dict[str, tuple[str, frozenset[str]]]:
    """Series → its point and the zones that the days of that point's series are or were counted in.

    Those that an undo took away, too.
    """
    _weighs(permit)
    mine, other = aliased(SeriesRow), aliased(SeriesRow)
    query = (
        select(col(mine.id), col(mine.supply_point), col(other.time_zone))
        .join(other, col(other.supply_point) == col(mine.supply_point))
        .where(col(mine.owner) == permit.owner, one_of(col(mine.id), series))
    )
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for name, point, tz in session.connection().execute(query):
        before = found.get(name, (point, frozenset[str]()))[1]
        found[name] = point, before | {tz}
    return found


def openings_of(
    permit: Permit, session: Session, points: Iterable[str]
) -> Iterator[tuple[str, Held, list[Found]]]:
    """(Point, one of its series, what is or was opened of it) of the bearer's *points*."""
    _weighs(permit)
    mine = scoped_select(permit, SeriesRow)
    for point in points:
        for row in session.exec(mine.where(col(SeriesRow.supply_point) == point)).all():
            one = held_row(row)
            yield point, one, list_openings(session, one, now=permit.decided_at)


def _weighs(permit: Permit) -> None:
    if permit.action != "write" or permit.scope not in {"own", "party"}:
        raise TypeError("a permit to write one's own, or of a party, is needed")
