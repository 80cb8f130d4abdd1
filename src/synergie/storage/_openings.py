"""Every agreement that opens a curve or ever did, to whomever: for what else may be told of it.

Nothing of it is given out.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache
from pydantic import TypeAdapter
from sqlalchemy import bindparam, func, literal
from sqlmodel import col, select

from synergie.policy import Point
from synergie.policy.agreement import PENDING
from synergie.policy.openings import Opening, openings
from synergie.policy.persons import Consents
from synergie.schemas.agreement import Agreement, Terms, Transition
from synergie.schemas.consent import Consent
from synergie.storage._agreement_tables import ConsentRow
from synergie.storage._tables import (
    AgreementItemRow,
    AgreementRow,
    ChangeRow,
    OwnedHistoryRow,
    SeriesRow,
    SupplyPointRow,
)
from synergie.storage.consents import wire
from synergie.storage.held import Held
from synergie.storage.store import Session

_HISTORY = TypeAdapter(tuple[Transition, ...])
_NO_SELECTOR = {"series": ["left-out"]}
_POINT = (
    select(col(SeriesRow.supply_point))
    .where(col(SeriesRow.id) == bindparam("of"))
    .scalar_subquery()
)
_SELF = select(col(SupplyPointRow.id), col(SupplyPointRow.site), col(SupplyPointRow.body)).where(
    col(SupplyPointRow.id) == _POINT
)
_SIBLINGS = select(col(SeriesRow.id)).where(col(SeriesRow.supply_point) == _POINT)
_FORMER = (
    select(col(OwnedHistoryRow.links), col(OwnedHistoryRow.body), col(ChangeRow.at))
    .join(ChangeRow, col(ChangeRow.seq) == col(OwnedHistoryRow.seq))
    .where(col(OwnedHistoryRow.noun) == literal("sp"), col(OwnedHistoryRow.id) == _POINT)
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


_known: LRUCache[Key, Agreement | None] = LRUCache(16_384)
_turn = Lock()


@dataclass(frozen=True, slots=True)
class _Self:
    """A delivery point as it is, or was until a moment."""

    site: str | None
    point: Point
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a version of an agreement opens or opened of a series.

    `is_of_it`: of the very series, and not of another one of its delivery point. `subject`: by
    what it names.
    """

    agreement: str
    version: int
    subject: str
    opening: Opening
    is_of_it: bool


def list_openings(session: Session, series: Held, *, now: datetime) -> list[Found]:
    """What agreements that both signed open or opened of *series*, or of its delivery point.

    Named by itself, by its point or by a site that the point is or was on. Of a series that was
    found inside a permit.
    """
    selves = list(_selves(session, series))
    siblings = set(session.connection().execute(_SIBLINGS, {"of": series.id}).scalars())
    always = siblings | {one.point.id for one in selves}
    names = always | {one.site for one in selves if one.site is not None}
    found: list[Found] = []
    for key, subject in _signed(session, series.owner, names):
        body = read_body(session, key)
        if body is None:
            continue
        exact = subject not in siblings or subject == series.id
        found += [
            Found(key.id, key.version, subject, opening, exact)
            for one in selves
            if subject in always or subject == one.site
            for opening in _opened(session, body, one, now)
        ]
    return found


def _selves(session: Session, series: Held) -> Iterator[_Self]:
    """The delivery point as it is, and as it was where that was another site or usage."""
    values = {"of": series.id}
    present = None
    for name, site, body in session.connection().execute(_SELF, values):
        present = _Self(site, _point(name, body), None)
        yield present
    for links, body, at in session.connection().execute(_FORMER, values):
        if present is None:
            return
        former = _Self(json.loads(links).get("site"), _point(present.point.id, body), at)
        if replace(former, until=None) != present:
            yield former


def _point(name: str, body: str) -> Point:
    told = json.loads(body)
    return Point(name, told["personal_data"], told.get("usage"))


def _signed(session: Session, owner: str, names: set[str]) -> list[tuple[Key, str]]:
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
    body = _read(key, row.terms, row.history)
    with _turn:
        _known[key] = body
    return body


def _read(key: Key, text: str, history: str) -> Agreement | None:
    try:
        told = json.loads(text) | {"selector": _NO_SELECTOR, "consent_refs": []}
        terms = Terms.model_validate_json(json.dumps(told))
        steps = _HISTORY.validate_json(history)
    except ValueError:
        return None
    read: dict[str, Any] = {"terms": terms, "history": steps, "state": key.state}
    return Agreement.model_construct(**read, id=key.id, version=key.version)


def _opened(session: Session, body: Agreement, one: _Self, now: datetime) -> Iterator[Opening]:
    """What *body* opens or opened of a curve of *one*, no later than it was so."""
    asked = Consents(body, body.terms.granularity, (), now).lack([one.point]) is not None
    given = _consents(session, body, one.point) if asked else ()
    for opening in openings(body, one.point, given, now):
        ends = [each for each in (opening.until, one.until) if each is not None]
        live = opening.is_live and one.until is None
        yield replace(opening, until=min(ends, default=None), is_live=live)


def _consents(session: Session, body: Agreement, point: Point) -> Sequence[Consent]:
    """The consents about *point* that *body* relies on."""
    quote = literal('"')
    query = (
        select(ConsentRow)
        .join(AgreementRow, col(AgreementRow.owner) == col(ConsentRow.owner))
        .where(col(AgreementRow.id) == body.id, col(AgreementRow.version) == body.version)
        .where(col(ConsentRow.body).contains(f'"{point.id}"', autoescape=True))
        .where(col(AgreementRow.terms).contains(quote.concat(col(ConsentRow.id)).concat(quote)))
    )
    return [wire(row) for row in session.exec(query)]
