"""Who can subtract a point from a sum: whoever declares it, and whoever was ever let read it.

Of every organisation of the server, whatever its part in the sum. To weigh which sums and which
agreements may be: nothing of it is given out.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple, cast

from sqlalchemy import text
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from synergie.calendar import zone
from synergie.policy import Permit
from synergie.policy.agreement import PENDING
from synergie.schemas.agreement import Agreement, Terms
from synergie.schemas.release import Energy
from synergie.storage import head
from synergie.storage._aggregate_tables import AggregateMemberRow
from synergie.storage._agreement_flaws import Stored, loaded, stored
from synergie.storage._sql import one_of
from synergie.storage._tables import (
    AgreementItemRow,
    AgreementRow,
    OwnedHistoryRow,
    SeriesRow,
    SupplyPointRow,
)
from synergie.storage.releases import YearKey
from synergie.storage.store import Session

_CHUNK = 25_000
_PARIS = zone("Europe/Paris")
_TICK = timedelta(microseconds=1)
_TURN = 0x73756D73
"""PostgreSQL advisory lock of what changes who knows a published sum."""
_ASKERS = 0x61736B73
"""PostgreSQL advisory locks of who asks about one, by organisation."""

type Names = dict[str, set[str]]
type _Same = tuple[str, str, str, str | None]


@dataclass(frozen=True, slots=True)
class Knowers:
    """By delivery point: who declares it, and whom an agreement lets read it by itself."""

    declaring: Mapping[str, frozenset[str]]
    reading: Mapping[str, frozenset[str]]

    def of(self, point: str) -> frozenset[str]:
        """Every organisation that can subtract it."""
        nobody = frozenset[str]()
        return self.declaring.get(point, nobody) | self.reading.get(point, nobody)


class Place(NamedTuple):
    """Where a member of a year stands: its leaf, and who knows it so far."""

    leaf: str
    known_to: frozenset[str]


def take_turn(session: Session) -> None:
    """Make others that release sums, or let points be read, wait until this transaction ends.

    Two that each look before the other is there would both pass. SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})


def take_asker_turn(session: Session, asker: str) -> None:
    """Make other questions of *asker* about published sums wait until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        query = text("SELECT pg_advisory_xact_lock(:key, hashtext(:asker))")
        session.connection().execute(query, {"key": _ASKERS, "asker": asker})


def local_year(at: datetime) -> int:
    """The civil year of the sums that *at* lies in."""
    return at.astimezone(_PARIS).year


def tells_points(terms: Terms, year: int) -> bool:
    """Whether *terms* open single points of *year*: curves, or bills."""
    begins, ends = terms.data_period.start, terms.data_period.end
    then = local_year(begins) <= year
    then = then and (ends is None or local_year(ends - _TICK) >= year)
    sums = terms.granularity == "aggregate" or not {"consumption", "contracts"} & {*terms.datasets}
    return then and not sums


def knowers_of(permit: Permit, session: Session, points: Collection[str], year: int) -> Knowers:
    """Who can subtract each of *points* (identifiers of anybody's) from a sum of *year*.

    Under the same number in anybody's hands, also where it was undone or stood on another site;
    under any agreement that both signed, ended ones too: what was read may be kept.
    """
    if permit.action != "write":
        raise TypeError("a permit of who changes sums, or who may read, is needed")
    declaring: Names = defaultdict(set)
    reading: Names = defaultdict(set)
    for some in batched(sorted(set(points)), _CHUNK):
        subjects: Names = defaultdict(set)
        for point, same, owner, site in _same_points(session, some):
            declaring[point].add(owner)
            for subject in (same, site):
                if subject is not None:
                    subjects[subject].add(point)
        _add_things_on(session, subjects)
        for reader, subject in _readers(session, subjects, year):
            for point in subjects[subject]:
                reading[point].add(reader)
    return Knowers(_frozen(declaring), _frozen(reading))


def names_opened(permit: Permit, session: Session, body: Agreement) -> set[str]:
    """The names, in sums, of the delivery points that a version names, itself or by what holds."""
    _weighs(permit)
    item, point, series = AgreementItemRow, SupplyPointRow, SeriesRow
    mine = (
        col(item.agreement) == body.id,
        col(item.version) == body.version,
        col(point.owner) == body.terms.owner,
    )
    direct = (
        select(col(point.external_id))
        .join(item, or_(col(point.id) == item.subject, col(point.site) == item.subject))
        .where(*mine)
    )
    through = (
        select(col(point.external_id))
        .join(series, col(series.supply_point) == point.id)
        .join(item, col(item.subject) == series.id)
        .where(*mine)
    )
    found = session.connection().execute(direct.union(through)).scalars()
    return _names(session, found)


def names_of(permit: Permit, session: Session, points: Iterable[str]) -> dict[str, str]:
    """Delivery point of the bearer's → its name in sums."""
    _weighs(permit)
    query = select(col(SupplyPointRow.id), col(SupplyPointRow.external_id)).where(
        one_of(col(SupplyPointRow.id), points)
    )
    secret = head.head(session).secret
    return {
        str(one): head.opaque_id(secret, "point", "", str(number))
        for one, number in session.connection().execute(query)
    }


def years_with(
    permit: Permit, session: Session, names: Collection[str]
) -> dict[tuple[str, YearKey], dict[str, Place]]:
    """(Publisher, year) → those of *names* that are members of it, with the place of each."""
    _weighs(permit)
    row = AggregateMemberRow
    columns = row.owner, row.scheme, row.energy, row.year, row.point, row.leaf, row.known_to
    found: dict[tuple[str, YearKey], dict[str, Place]] = {}
    for some in batched(sorted(names), _CHUNK):
        query = select(AggregateMemberRow).with_only_columns(*map(col, columns))
        rows: Any = session.connection().execute(query.where(one_of(col(row.point), some)))
        for owner, scheme, energy, year, point, leaf, known in rows:
            key = owner, YearKey(scheme, cast(Energy, energy), year)
            found.setdefault(key, {})[point] = Place(leaf, frozenset(json.loads(known)))
    return found


def owners_of(permit: Permit, session: Session, agreements: Iterable[str]) -> frozenset[str]:
    """Whose *agreements* (by id) are, of any that were made with the bearer. Nothing is opened."""
    _weighs(permit)
    row = AgreementRow
    found: set[str] = set()
    for some in batched(sorted(set(agreements)), _CHUNK):
        query = select(col(row.owner)).where(
            one_of(col(row.id), some), col(row.recipient) == permit.owner
        )
        found |= {str(owner) for owner in session.connection().execute(query).scalars()}
    return frozenset(found)


def _same_points(
    session: Session, points: Iterable[str]
) -> Iterator[tuple[str, str, str, str | None]]:
    """(point, the same in anybody's hands, whose, its site); those on former sites, too."""
    mine, other = aliased(SupplyPointRow), aliased(SupplyPointRow)
    query = (
        select(col(mine.id), col(other.id), col(other.owner), col(other.site))
        .join(other, col(other.external_id) == col(mine.external_id))
        .where(one_of(col(mine.id), points))
    )
    rows: Any = session.connection().execute(query)
    found: list[_Same] = [tuple(row) for row in rows]
    yield from found
    by_other: Names = defaultdict(set)
    owners: dict[str, str] = {}
    for point, same, owner, _ in found:
        by_other[same].add(point)
        owners[same] = owner
    past = select(col(OwnedHistoryRow.id), col(OwnedHistoryRow.links)).where(
        col(OwnedHistoryRow.noun) == "sp", one_of(col(OwnedHistoryRow.id), by_other)
    )
    moved: Any = session.connection().execute(past)
    for same, links in moved:
        site = json.loads(links).get("site")
        yield from ((point, same, owners[same], site) for point in by_other[same])


def _add_things_on(session: Session, subjects: Names) -> None:
    """The series of each delivery point among *subjects*, for the points that it stands for."""
    query = select(col(SeriesRow.id), col(SeriesRow.supply_point)).where(
        one_of(col(SeriesRow.supply_point), subjects)
    )
    for series, point in [*session.connection().execute(query)]:
        subjects[series] |= subjects[point]


def _readers(session: Session, subjects: Names, year: int) -> Iterator[tuple[str, str]]:
    """Who was let read what, of *subjects*.

    Of agreements to sums, which may name each of them, no item is read.
    """
    item, about = AgreementItemRow, one_of(col(AgreementItemRow.subject), subjects)
    named = select(col(item.agreement)).where(about).distinct()
    names = [str(one) for one in session.connection().execute(named).scalars()]
    signed = select(AgreementRow).where(
        one_of(col(AgreementRow.id), names), col(AgreementRow.state).not_in(PENDING)
    )
    opened = {
        (row.id, row.version): row.recipient
        for row in stored(session, signed)
        if _tells_points(row, year)
    }
    query = select(col(item.agreement), col(item.version), col(item.subject)).where(
        about, one_of(col(item.agreement), {one for one, _ in opened})
    )
    for one, version, subject in session.connection().execute(query) if opened else ():
        if (one, version) in opened:
            yield opened[one, version], subject


def _tells_points(row: Stored, year: int) -> bool:
    """Whether it opens single points of *year*; what is no more what was signed may have."""
    body = loaded(row)
    return body is None or body.fault is not None or tells_points(body.terms, year)


def _names(session: Session, numbers: Iterable[str]) -> set[str]:
    secret = head.head(session).secret
    return {head.opaque_id(secret, "point", "", str(one)) for one in numbers}


def _frozen(found: Names) -> dict[str, frozenset[str]]:
    return {point: frozenset(some) for point, some in found.items()}


def _weighs(permit: Permit) -> None:
    if permit.action != "write" or permit.scope not in {"own", "party"}:
        raise TypeError("a permit to write one's own, or of a party, is needed")
