"""Who can subtract a point from a sum: whoever declares it, and whoever was ever let read it.

Of every organisation of the server, whatever its part in the sum. To weigh which sums and which
agreements may be: nothing of it is given out.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import batched
from typing import Any, NamedTuple, cast

from sqlalchemy import text, union
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from synergie.calendar import load_time_zone
from synergie.policy import Permit
from synergie.policy.trust.agreement import PENDING
from synergie.schemas.publication.release import Energy
from synergie.schemas.trust.agreement import Agreement, Terms
from synergie.storage import head
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.publication.aggregate_tables import AggregateMemberRow
from synergie.storage.publication.releases import YearKey
from synergie.storage.store import Session
from synergie.storage.tables import (
    AgreementItemRow,
    AgreementRow,
    OwnedHistoryRow,
    SeriesRow,
    SupplyPointRow,
)
from synergie.storage.trust.agreements.agreement_flaws import (
    Stored,
    iterate_stored_agreements,
    load_agreement,
)

_CHUNK = 25_000
_BUILD: Any = select
_PARIS = load_time_zone("Europe/Paris")
_TICK = timedelta(microseconds=1)
_TURN = 0x73756D73
"""PostgreSQL advisory lock of what changes who knows a published sum."""
_ASKERS = 0x61736B73
"""PostgreSQL advisory locks of who asks about one, by organisation."""

_NOBODY = frozenset[str]()

type Names = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Knowers:
    """By delivery point: who declares it, and whom an agreement lets read it by itself."""

    declaring: Mapping[str, frozenset[str]]
    reading: Mapping[str, frozenset[str]]

    def of(self, point: str) -> frozenset[str]:
        """Every organisation that can subtract it."""
        declaring = self.declaring.get(point, _NOBODY)
        reading = self.reading.get(point)
        return declaring if reading is None else declaring | reading


class _Same(NamedTuple):
    """A point, the same in the hands of *owner*, and a site that this is or was on."""

    point: str
    same: str
    owner: str
    site: str | None


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
    declaring: dict[str, frozenset[str]] = {}
    reading: dict[str, frozenset[str]] = {}
    for some in batched(sorted(set(points)), _CHUNK):
        same = list(_same_points(session, some))
        for one in same:
            _add_point_reader(declaring, one.point, one.owner)
        for reader, point in _iterate_point_readers(session, same, year):
            _add_point_reader(reading, point, reader)
    return Knowers(declaring, reading)


def names_opened(permit: Permit, session: Session, body: Agreement) -> set[str]:
    """The names, in sums, of the delivery points that a version names, itself or by what holds."""
    _check_insider_permit(permit)
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
    return _compute_opaque_ids(session, found)


def names_of(permit: Permit, session: Session, points: Iterable[str]) -> dict[str, str]:
    """Delivery point of the bearer's → its name in sums."""
    _check_insider_permit(permit)
    query = select(col(SupplyPointRow.id), col(SupplyPointRow.external_id)).where(
        match_any_of(col(SupplyPointRow.id), points)
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
    _check_insider_permit(permit)
    row = AggregateMemberRow
    columns = row.owner, row.scheme, row.energy, row.year, row.point, row.leaf, row.known_to
    found: dict[tuple[str, YearKey], dict[str, Place]] = {}
    for some in batched(sorted(names), _CHUNK):
        query = select(AggregateMemberRow).with_only_columns(*map(col, columns))
        rows: Any = session.connection().execute(query.where(match_any_of(col(row.point), some)))
        for owner, scheme, energy, year, point, leaf, known in rows:
            key = owner, YearKey(scheme, cast(Energy, energy), year)
            found.setdefault(key, {})[point] = Place(leaf, frozenset(json.loads(known)))
    return found


def owners_of(permit: Permit, session: Session, agreements: Iterable[str]) -> frozenset[str]:
    """Whose *agreements* (by id) are, of any that were made with the bearer. Nothing is opened."""
    _check_insider_permit(permit)
    row = AgreementRow
    found: set[str] = set()
    for some in batched(sorted(set(agreements)), _CHUNK):
        query = select(col(row.owner)).where(
            match_any_of(col(row.id), some), col(row.recipient) == permit.owner
        )
        found |= {str(owner) for owner in session.connection().execute(query).scalars()}
    return frozenset(found)


def _same_points(session: Session, points: Iterable[str]) -> Iterator[_Same]:
    """Each of *points* in anybody's hands; those on former sites, too."""
    mine, other = aliased(SupplyPointRow), aliased(SupplyPointRow)
    query = (
        select(col(mine.id), col(other.id), col(other.owner), col(other.site))
        .join(other, col(other.external_id) == col(mine.external_id))
        .where(match_any_of(col(mine.id), points))
    )
    found = [_Same(*row) for row in session.connection().execute(query).all()]
    yield from found
    past = select(col(OwnedHistoryRow.id), json_text(col(OwnedHistoryRow.links), "site")).where(
        col(OwnedHistoryRow.noun) == "sp",
        match_any_of(col(OwnedHistoryRow.id), {one.same for one in found}),
    )
    former: Names = defaultdict(set)
    for same, site in session.connection().execute(past):
        former[same].add(site)
    if former:
        yield from (one._replace(site=site) for one in found for site in former.get(one.same, ()))


def _iterate_point_readers(
    session: Session, some: Sequence[_Same], year: int
) -> Iterator[tuple[str, str]]:
    """Who was let read which point: by itself, by what is measured there, by a site.

    Of agreements to sums, which may name each of them, no item is read.
    """
    item, things = AgreementItemRow, {one.same for one in some}
    sites = {one.site for one in some if one.site is not None}
    by_name = _BUILD(col(item.subject)).where(match_any_of(col(item.subject), things | sites))
    by_series = (
        _BUILD(col(SeriesRow.supply_point))
        .join(item, col(item.subject) == col(SeriesRow.id))
        .where(match_any_of(col(SeriesRow.supply_point), things))
    )
    opened = _find_open_versions(session, (by_name, by_series), year)
    if not opened:
        return
    points, among = _by_subject(some), match_any_of(col(item.agreement), {one for one, _ in opened})
    for named in (by_name, by_series):
        query = named.add_columns(col(item.agreement), col(item.version)).where(among)
        for subject, one, version in session.connection().execute(query).all():
            reader = opened.get((one, version))
            if reader is not None:
                yield from ((reader, point) for point in points[subject])


def _find_open_versions(
    session: Session, named: Iterable[Any], year: int
) -> dict[tuple[str, int], str]:
    """The versions with an item *named* that open single points of *year*, each to whom."""
    about = union(*(one.with_only_columns(col(AgreementItemRow.agreement)) for one in named))
    names = [str(one) for one in session.connection().execute(about).scalars()]
    signed = select(AgreementRow).where(
        match_any_of(col(AgreementRow.id), names), col(AgreementRow.state).not_in(PENDING)
    )
    rows = iterate_stored_agreements(session, signed)
    return {(row.id, row.version): row.recipient for row in rows if _tells_points(row, year)}


def _by_subject(some: Iterable[_Same]) -> dict[str, list[str]]:
    """The points that each thing in anybody's hands, and each site, stands for."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in some:
        found[one.same].append(one.point)
        if one.site is not None:
            found[one.site].append(one.point)
    return found


def _add_point_reader(found: dict[str, frozenset[str]], point: str, organisation: str) -> None:
    """Add an organisation to those of a point: mostly the same few, which are one object."""
    found[point] = _add_organisation(found.get(point, _NOBODY), organisation)


@lru_cache(maxsize=8192)
def _add_organisation(some: frozenset[str], organisation: str) -> frozenset[str]:
    return some | {organisation}


def _tells_points(row: Stored, year: int) -> bool:
    """Whether it opens single points of *year*; what is no more what was signed may have."""
    body = load_agreement(row)
    return body is None or body.fault is not None or tells_points(body.terms, year)


def _compute_opaque_ids(session: Session, numbers: Iterable[str]) -> set[str]:
    secret = head.head(session).secret
    return {head.opaque_id(secret, "point", "", str(one)) for one in numbers}


def _check_insider_permit(permit: Permit) -> None:
    if permit.action != "write" or permit.scope not in {"own", "party"}:
        raise TypeError("a permit to write one's own, or of a party, is needed")
