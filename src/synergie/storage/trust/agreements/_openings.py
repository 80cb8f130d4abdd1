"""Every agreement that opens a curve or ever did, to whomever: for what else may be told of it.

Nothing of it is given out.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import batched
from threading import Lock
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cachetools import LRUCache
from pydantic import TypeAdapter
from sqlalchemy import bindparam, func, literal
from sqlmodel import col, select

from synergie.calendar import load_time_zone
from synergie.policy import Point
from synergie.policy.readings.coarsen import tell_alike
from synergie.policy.trust.agreement import PENDING
from synergie.policy.trust.openings import Opening, find_openings
from synergie.policy.trust.persons import Consents
from synergie.schemas.trust.agreement import Agreement, Terms, Transition
from synergie.schemas.trust.consent import Consent
from synergie.storage.assets.held import SeriesInPermit
from synergie.storage.store import Session
from synergie.storage.tables import (
    AgreementItemRow,
    AgreementRow,
    ChangeRow,
    OwnedHistoryRow,
    SeriesRow,
    SupplyPointRow,
)
from synergie.storage.trust.agreements.agreement_tables import ConsentRow
from synergie.storage.trust.agreements.consents import build_consent

_HISTORY = TypeAdapter(tuple[Transition, ...])
_CHUNK = 500
"""Identifiers of one statement."""
_NO_SELECTOR = {"series": ["left-out"]}
_POINT = (
    select(col(SeriesRow.supply_point))
    .where(col(SeriesRow.id) == bindparam("of"))
    .scalar_subquery()
)
_SELF = select(col(SupplyPointRow.id), col(SupplyPointRow.site), col(SupplyPointRow.body)).where(
    col(SupplyPointRow.id) == _POINT
)
_SIBLINGS = select(col(SeriesRow.id), col(SeriesRow.time_zone), col(SeriesRow.body)).where(
    col(SeriesRow.supply_point) == _POINT
)
_FORMER = (
    select(col(OwnedHistoryRow.links), col(OwnedHistoryRow.body), col(ChangeRow.at))
    .join(ChangeRow, col(ChangeRow.seq) == col(OwnedHistoryRow.seq))
    .where(col(OwnedHistoryRow.noun) == literal("sp"), col(OwnedHistoryRow.id) == _POINT)
    .order_by(col(OwnedHistoryRow.seq))
)
SIGNED_KEYS = (
    *(
        col(getattr(AgreementRow, name))
        for name in ("id", "version", "state", "changed_at", "terms_sha256")
    ),
    func.length(col(AgreementRow.history)),
)
"""What `Key` holds, in order."""
_NAMING = (
    select(AgreementRow)
    .with_only_columns(*SIGNED_KEYS, col(AgreementRow.owner), col(AgreementItemRow.subject))
    .join(
        AgreementItemRow,
        (col(AgreementItemRow.agreement) == col(AgreementRow.id))
        & (col(AgreementItemRow.version) == col(AgreementRow.version)),
    )
    .where(col(AgreementItemRow.subject).in_(bindparam("names", expanding=True)))
)
"""Built once. Who owns them is looked at afterwards: asked of it, SQLite goes through them all."""
_TEXTS = select(
    col(AgreementRow.id), col(AgreementRow.version), col(AgreementRow.terms),
    col(AgreementRow.history),
)  # fmt: skip


class Key(NamedTuple):
    """A version in one state: its terms never change, and each act changes the rest."""

    id: str
    version: int
    state: str
    changed_at: datetime | None
    terms_sha256: str
    steps: int


_known: LRUCache[Key, Agreement | None] = LRUCache(4_096)
"""7 kB each: 28 MB a worker when it is full."""
_turn = Lock()


@dataclass(frozen=True, slots=True)
class _Self:
    """A delivery point as it is, or was, from one moment to another; None: ever, and now."""

    site: str | None
    point: Point
    since: datetime | None
    until: datetime | None

    def is_like(self, other: "_Self") -> bool:
        """Whether both are on one site, and of one usage."""
        return (self.site, self.point) == (other.site, other.point)


@dataclass(frozen=True, slots=True)
class Sibling:
    """A series of a delivery point; *tz*: the zone of its days."""

    id: str
    tz: ZoneInfo


@dataclass(frozen=True, slots=True)
class VersionOpening:
    """What a version of an agreement opens or opened of a series.

    `is_of_it`: of the very series, and not of another one of its delivery point. `subject`: by
    what it names. `opens`: the series that it opens, of those of the point that tell the same.
    """

    agreement: str
    version: int
    subject: str
    opening: Opening
    is_of_it: bool
    opens: Sequence[Sibling]


def list_openings(
    session: Session, series: SeriesInPermit, *, now: datetime
) -> list[VersionOpening]:
    """What agreements that both signed open or opened of *series*, or of one that tells the same.

    Named by itself, by its point or by a site that the point is or was on. Of a series that was
    found inside a permit.
    """
    selves = list(_list_point_selves(session, series))
    siblings = {one.id: one for one in _iterate_siblings(session, series)}
    always = siblings.keys() | {one.point.id for one in selves}
    names = always | {one.site for one in selves if one.site is not None}
    found: list[VersionOpening] = []
    for key, subject in _list_naming_versions(session, series.owner, names):
        body = read_body(session, key)
        if body is None:
            continue
        opens = [siblings[subject]] if subject in siblings else [*siblings.values()]
        exact = any(one.id == series.id for one in opens)
        found += [
            VersionOpening(key.id, key.version, subject, opening, exact, opens)
            for one in selves
            if subject in always or subject == one.site
            for opening in _iterate_openings(session, body, one, now)
        ]
    return found


def _iterate_siblings(session: Session, series: SeriesInPermit) -> Iterator[Sibling]:
    """The series of its point that tell what *series* does, itself among them."""
    rows = session.connection().execute(_SIBLINGS, {"of": series.id}).all()
    told = {str(name): (load_time_zone(tz), json.loads(body)) for name, tz, body in rows}
    way = told[series.id][1]["direction"]
    for name, (tz, body) in told.items():
        if body["direction"] == way and tell_alike(body["quantity"], series.quantity):
            yield Sibling(name, tz)


def _list_point_selves(session: Session, series: SeriesInPermit) -> list[_Self]:
    """The delivery point as it is, and as it was where that was another site or usage, in order."""
    values = {"of": series.id}
    selves: list[_Self] = []
    present = session.connection().execute(_SELF, values).first()
    if present is None:
        return []
    name, site, body = present
    former = session.connection().execute(_FORMER, values).all()
    lives = [(json.loads(links).get("site"), text, at) for links, text, at in former]
    since: datetime | None = None
    for where, text, at in (*lives, (site, body, None)):
        one = _Self(where, _build_point(name, text), since, at)
        if selves and selves[-1].is_like(one):
            one = replace(one, since=selves.pop().since)
        selves.append(one)
        since = at
    return selves


def _build_point(name: str, body: str) -> Point:
    told = json.loads(body)
    return Point(name, told["personal_data"], told.get("usage"))


def _list_naming_versions(session: Session, owner: str, names: set[str]) -> list[tuple[Key, str]]:
    """The versions of *owner*'s that name one of *names*, each with what it names."""
    rows: Any = session.connection().execute(_NAMING, {"names": sorted(names)})
    return [
        (Key(*row[: len(SIGNED_KEYS)]), row.subject)
        for row in rows
        if row.owner == owner and row.state not in PENDING
    ]


def read_body(session: Session, key: Key) -> Agreement | None:
    """The version without what it selects; None when its texts cannot be read."""
    with _turn:
        if key in _known:
            return _known[key]
    query = _TEXTS.where(col(AgreementRow.id) == key.id, col(AgreementRow.version) == key.version)
    row = session.connection().execute(query).one()
    body = _parse_opening_agreement(key, row.terms, row.history)
    with _turn:
        _known[key] = body
    return body


def _parse_opening_agreement(key: Key, text: str, history: str) -> Agreement | None:
    try:
        told = json.loads(text) | {"selector": _NO_SELECTOR, "consent_refs": []}
        terms = Terms.model_validate_json(json.dumps(told))
        steps = _HISTORY.validate_json(history)
    except ValueError:
        return None
    read: dict[str, Any] = {"terms": terms, "history": steps, "state": key.state}
    return Agreement.model_construct(**read, id=key.id, version=key.version)


def _iterate_openings(
    session: Session, body: Agreement, one: _Self, now: datetime
) -> Iterator[Opening]:
    """What *body* opens or opened of a curve of *one*, while it was so."""
    asked = Consents(body, body.terms.granularity, (), now).lack([one.point]) is not None
    given = [*_iterate_point_consents(session, body, one.point)] if asked else []
    for opening in find_openings(body, one.point, given, now):
        ends = [each for each in (opening.until, one.until) if each is not None]
        since = max(opening.since, one.since or opening.since)
        live = opening.is_live and one.until is None
        then = replace(opening, since=since, until=min(ends, default=None), is_live=live)
        if not then.is_nothing:
            yield then


def _iterate_point_consents(session: Session, body: Agreement, point: Point) -> Iterator[Consent]:
    """The consents about *point* that *body* relies on, looked up by what it names."""
    query = _TEXTS.where(col(AgreementRow.id) == body.id, col(AgreementRow.version) == body.version)
    terms = json.loads(session.connection().execute(query).one().terms)
    for some in batched(terms["consent_refs"], _CHUNK):
        about = (
            select(ConsentRow)
            .where(col(ConsentRow.id).in_(some))
            .where(col(ConsentRow.body).contains(f'"{point.id}"', autoescape=True))
        )
        yield from (
            build_consent(row) for row in session.exec(about) if row.owner == body.terms.owner
        )
