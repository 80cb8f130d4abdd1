"""What else a new agreement, or a point that moves, would meet: the agreements beside it.

Of every recipient of the owner's, ended ones too. To weigh what may be agreed: nothing of it is
given out but that it must not be.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Text, cast, or_, union, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from synergie.policy import Permit
from synergie.policy.trust.agreement import PENDING
from synergie.schemas.trust.agreement import Agreement
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.assets.held import SeriesInPermit, build_series_in_permit
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import (
    AgreementItemRow,
    AgreementRow,
    OwnedHistoryRow,
    SeriesRow,
    SiteRow,
    SupplyPointRow,
)
from synergie.storage.trust.agreements._openings import (
    SIGNED_KEYS,
    Key,
    VersionOpening,
    list_openings,
    read_body,
)
from synergie.storage.trust.persons import is_person


class Curve(NamedTuple):
    """A series, and what else it may be named by: its delivery point, the site that that is on."""

    series: str
    point: str
    site: str | None
    zone: str
    is_person: bool
    """As its owner declares it."""
    may_be_person: bool
    """Where every point counts as a person's but those of lighting."""
    is_there: bool
    """No undo took it away."""
    is_covered: bool
    """Itself, and not only another series of its point."""

    def counts(self, *, everyone: bool) -> bool:
        """Whether it counts as a natural person's, where *everyone* does or not."""
        return self.may_be_person if everyone else self.is_person


def other_agreements(permit: Permit, session: Session, body: Agreement) -> Iterator[Agreement]:
    """The other versions of the same owner's that both signed, without what they select."""
    _check_opening_permit(permit)
    query = select(AgreementRow).with_only_columns(*SIGNED_KEYS)
    query = query.where(
        col(AgreementRow.owner) == body.terms.owner, col(AgreementRow.state).not_in(PENDING)
    )
    for row in session.connection().execute(query).all():
        key = Key(*row)
        one = None if (key.id, key.version) == (body.id, body.version) else read_body(session, key)
        if one is not None:
            yield one


def curves_opened(permit: Permit, session: Session, body: Agreement) -> list[Curve]:
    """The curves of the points that a version covers: by name, by a series, by their site."""
    _check_opening_permit(permit)
    point, series, named = SupplyPointRow, SeriesRow, _select_named_subjects(body)
    columns: list[Any] = [
        *(col(one) for one in (series.id, point.id, point.site, series.time_zone)),
        is_person(point, everyone=False),
        is_person(point, everyone=True),
        col(series.removed_at).is_(None),
        or_(*(col(name).in_(named) for name in (series.id, point.id, point.site))),
    ]
    query = (
        select(series)
        .with_only_columns(*columns)
        .join(point, col(series.supply_point) == col(point.id))
        .where(col(point.owner) == body.terms.owner, col(point.id).in_(_points_of(body)))
    )
    return [Curve(*row) for row in session.connection().execute(query)]


def former_sites(permit: Permit, session: Session, body: Agreement) -> set[tuple[str, str]]:
    """(Point, a site that it was on) of the points that a version covers."""
    _check_opening_permit(permit)
    row = OwnedHistoryRow
    site = json_text(col(row.links), "site")
    query = select(col(row.id), site).where(
        col(row.noun) == "sp",
        col(row.owner) == body.terms.owner,
        col(row.id).in_(_points_of(body)),
        site.is_not(None),
    )
    return {(str(point), str(name)) for point, name in session.connection().execute(query)}


def _select_named_subjects(body: Agreement) -> SelectOfScalar[str]:
    item = AgreementItemRow
    return select(item.subject).where(
        col(item.agreement) == body.id, col(item.version) == body.version
    )


def _points_of(body: Agreement) -> CompoundSelect[tuple[str]]:
    point, series, named = SupplyPointRow, SeriesRow, _select_named_subjects(body)
    return union(
        select(point.id).where(col(point.id).in_(named)),
        select(point.id).where(col(point.site).in_(named)),
        select(series.supply_point).where(col(series.id).in_(named)),
    )


def names_used(
    permit: Permit, session: Session, names: Iterable[str], some: Iterable[Agreement]
) -> frozenset[str]:
    """Those of *names*, of points, series and sites, that one of *some* names.

    One query, from the names: of 1,500 agreements that name the same 20,000, the first that is met
    of each is enough.
    """
    _check_opening_permit(permit)
    item = AgreementItemRow
    signed = [f"{one.id}/{one.version}" for one in some]
    version = col(item.agreement).concat("/").concat(cast(col(item.version), Text))
    naming = select(item.subject).where(match_any_of(version, signed))
    things = (SupplyPointRow, SeriesRow, SiteRow)
    used = (
        select(one.id).where(
            match_any_of(col(one.id), names),
            naming.where(col(item.subject) == col(one.id)).exists(),
        )
        for one in things
    )
    return frozenset(map(str, session.connection().execute(union_all(*used)).scalars()))


def sites_of(permit: Permit, session: Session, points: Iterable[str]) -> dict[str, str | None]:
    """The bearer's points among *points*, each with the site that it is on."""
    _check_opening_permit(permit)
    query = scoped_select(permit, SupplyPointRow).where(
        match_any_of(col(SupplyPointRow.id), points)
    )
    rows = query.with_only_columns(col(SupplyPointRow.id), col(SupplyPointRow.site))
    return {str(name): site for name, site in session.connection().execute(rows)}


def sites_agreed_on(permit: Permit, session: Session, sites: Iterable[str]) -> frozenset[str]:
    """Those of *sites* that some agreement names, signed or not."""
    _check_opening_permit(permit)
    subject = col(AgreementItemRow.subject)
    query = select(subject).where(match_any_of(subject, sites)).distinct()
    return frozenset(map(str, session.connection().execute(query).scalars()))


def zones_of(
    permit: Permit, session: Session, series: Iterable[str]
) -> dict[str, tuple[str, frozenset[str]]]:
    """Series → its point and the zones that the days of that point's series are or were counted in.

    Those that an undo took away, too.
    """
    _check_opening_permit(permit)
    mine, other = aliased(SeriesRow), aliased(SeriesRow)
    query = (
        select(col(mine.id), col(mine.supply_point), col(other.time_zone))
        .join(other, col(other.supply_point) == col(mine.supply_point))
        .where(col(mine.owner) == permit.owner, match_any_of(col(mine.id), series))
    )
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for name, point, tz in session.connection().execute(query):
        before = found.get(name, (point, frozenset[str]()))[1]
        found[name] = point, before | {tz}
    return found


def openings_of(
    permit: Permit, session: Session, points: Iterable[str]
) -> Iterator[tuple[str, SeriesInPermit, list[VersionOpening]]]:
    """(Point, one of its series, what is or was opened of it) of the bearer's *points*."""
    _check_opening_permit(permit)
    mine = scoped_select(permit, SeriesRow)
    for point in points:
        for row in session.exec(mine.where(col(SeriesRow.supply_point) == point)).all():
            one = build_series_in_permit(row)
            yield point, one, list_openings(session, one, now=permit.decided_at)


def _check_opening_permit(permit: Permit) -> None:
    if permit.action != "write" or permit.scope not in {"own", "party"}:
        raise TypeError("a permit to write one's own, or of a party, is needed")
