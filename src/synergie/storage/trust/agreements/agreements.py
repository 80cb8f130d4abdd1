"""Agreements: versions whose terms never change, and what they cover."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_
from sqlmodel import col, func, select

from synergie.errors import Conflict
from synergie.policy import Permit
from synergie.policy.trust.agreement import LIVE, PENDING, effective_state
from synergie.policy.trust.versions import find_ruling_version
from synergie.schemas.trust.agreement import Agreement, Purpose
from synergie.storage.scope import scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import (
    AgreementItemRow,
    AgreementRow,
    CabinetRow,
    LightPointRow,
    SeriesRow,
    SiteRow,
    SupplyPointRow,
)
from synergie.storage.trust.agreements.agreement_flaws import (
    Stored,
    iterate_stored_agreements,
    load_agreement,
)

_CHUNK = 500
_TABLES: dict[str, Any] = {
    "site": SiteRow,
    "supply_point": SupplyPointRow,
    "series": SeriesRow,
    "cabinet": CabinetRow,
    "light_point": LightPointRow,
}


@dataclass(frozen=True, slots=True)
class Since:
    """Those whose state has changed from `start` (included) to `now`, by an act or by the clock."""

    start: datetime
    now: datetime


def list_agreement_versions(
    permit: Permit, session: Session, agreement_id: str, *, for_update: bool = False
) -> list[Agreement]:
    """Every version of one agreement that the bearer may see, oldest first; none: an empty list.

    With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
    """
    query = (
        scoped_select(permit, AgreementRow)
        .where(col(AgreementRow.id) == agreement_id)
        .order_by(col(AgreementRow.version))
    )
    query = query.with_for_update() if for_update else query
    rows = list(iterate_stored_agreements(session, query))
    found = _select_readable(rows)
    if len(found) < len(rows):
        raise Conflict("invalid", "an agreement that can be read: ask who runs the server")
    return found


def agreement(permit: Permit, session: Session, agreement_id: str) -> Agreement | None:
    """One agreement of the bearer's in the version that decides at the permit's moment, or None."""
    found = list_agreement_versions(permit, session, agreement_id)
    return find_ruling_version(found, permit.decided_at) if found else None


def agreements_of(permit: Permit, session: Session, names: Iterable[str]) -> dict[str, Agreement]:
    """As `agreement` of each of *names*; one that cannot be read is left out, like none."""
    found: dict[str, list[Agreement | None]] = {}
    for some in batched(sorted(set(names)), _CHUNK):
        query = scoped_select(permit, AgreementRow).where(col(AgreementRow.id).in_(some))
        for row in iterate_stored_agreements(session, query.order_by(col(AgreementRow.version))):
            found.setdefault(row.id, []).append(load_agreement(row))
    whole = {
        name: [one for one in some if one is not None]
        for name, some in found.items()
        if None not in some
    }
    return {name: find_ruling_version(some, permit.decided_at) for name, some in whole.items()}


def agreement_page(
    permit: Permit,
    session: Session,
    *,
    after: str,
    limit: int,
    since: Since | None = None,
    among: Collection[str] | None = None,
) -> list[list[Agreement]]:
    """Agreements of the bearer's by id, after *after*, each as its versions, oldest first.

    *among*: of these only, as a token was narrowed; None: all.
    """
    query = (
        scoped_select(permit, AgreementRow)
        .with_only_columns(col(AgreementRow.id))
        .where(col(AgreementRow.id) > after)
    )
    if since is not None:
        query = query.where(_match_changed_since(since))
    if among is not None:
        query = query.where(col(AgreementRow.id).in_(sorted(among)))
    query = query.distinct().order_by(col(AgreementRow.id)).limit(limit)
    ids = [str(one) for one in session.connection().execute(query).scalars()]
    found: dict[str, list[Agreement]] = {one: [] for one in ids}
    for some in batched(ids, _CHUNK):
        rows = scoped_select(permit, AgreementRow).where(col(AgreementRow.id).in_(some))
        for body in _select_readable(
            iterate_stored_agreements(session, rows.order_by(col(AgreementRow.version)))
        ):
            found[body.id].append(body)
    return [some for some in found.values() if some]


def _match_changed_since(since: Since) -> ColumnElement[bool]:
    """An act, the beginning of what was signed before, or an end that the clock alone brings."""
    live = col(AgreementRow.state).in_(LIVE)
    begun = col(AgreementRow.valid_from).between(since.start, since.now)
    ended = col(AgreementRow.valid_until).between(since.start, since.now)
    return or_(col(AgreementRow.changed_at) >= since.start, and_(live, or_(begun, ended)))


def items_of(permit: Permit, session: Session, body: Agreement) -> list[str]:
    """What a version designates, by identifier, in order; nothing for who may not see it."""
    seen = (
        scoped_select(permit, AgreementRow)
        .with_only_columns(col(AgreementRow.id))
        .where(col(AgreementRow.id) == body.id, col(AgreementRow.version) == body.version)
    )
    query = (
        select(AgreementItemRow.subject)
        .where(col(AgreementItemRow.agreement).in_(seen))
        .where(col(AgreementItemRow.version) == body.version)
        .order_by(col(AgreementItemRow.subject))
    )
    return list(session.exec(query))


def next_version(permit: Permit, session: Session, agreement_id: str) -> int:
    """The number after the highest there is, drafts of the other party counted."""
    _check_writing_permit(permit)
    query = select(func.max(col(AgreementRow.version))).where(col(AgreementRow.id) == agreement_id)
    return int(session.exec(query).one() or 0) + 1


def list_covering_agreements(
    permit: Permit, session: Session, table: str, subject: str
) -> list[Agreement]:
    """Versions of agreements that the bearer received and that cover one thing, newest first.

    *table* is the noun's table: `site`, `supply_point`, `series`, `cabinet`, `light_point`. A
    thing is covered when it is named, or hangs on something that is. Whatever their state; but
    both parties have signed. Only agreements of the thing's own owner: one that names what is
    another's covers nothing, and its refusals would tell of it.

    In two steps, from the few things to their agreements: in one, SQLite goes through all that
    the bearer received (90 ms a read with 10,000 of them). Both are done for a thing that is
    absent, too, and neither looks at what others received: the time tells nothing of it.
    """
    named, whose = _build_covering_queries(table)
    asked = {"subject": subject, "bearer": permit.bearer}
    pairs = {
        (str(one), int(version)) for one, version in session.connection().execute(named, asked)
    }
    owner = session.connection().execute(whose, {"subject": subject}).scalar()
    found: list[Agreement] = []
    for some in batched(sorted({one for one, _ in pairs}) or [""], _CHUNK):
        query = (
            scoped_select(permit, AgreementRow)
            .where(col(AgreementRow.id).in_(some))
            .where(col(AgreementRow.recipient) == permit.bearer)
            .where(col(AgreementRow.state).not_in(PENDING))
            .order_by(col(AgreementRow.id), col(AgreementRow.version).desc())
        )
        rows = iterate_stored_agreements(session, query)
        mine = (row for row in rows if row.owner == owner)  # asked of it, PostgreSQL reads them all
        found += _select_readable(row for row in mine if (row.id, row.version) in pairs)
    return found


@cache
def _build_covering_queries(table: str) -> tuple[Any, Any]:
    """Which versions that `:bearer` received cover `:subject` of *table*, and who owns it.

    Built once: building them was 0.3 to 0.6 ms of each read under an agreement.
    """
    received = (
        select(col(AgreementRow.id))
        .where(col(AgreementRow.id) == col(AgreementItemRow.agreement))
        .where(col(AgreementRow.version) == col(AgreementItemRow.version))
        .where(col(AgreementRow.recipient) == bindparam("bearer"))
    )
    subject: Any = bindparam("subject")
    things = _TABLES[table]
    named = (
        select(AgreementItemRow.agreement, AgreementItemRow.version)
        .where(col(AgreementItemRow.subject).in_(_select_lineage(table, subject)))
        .where(received.exists())
    )
    return named, select(things.owner).where(things.id == subject)


def naming_purchase(permit: Permit, session: Session, purchase: str) -> list[Agreement]:
    """Versions of agreements that the bearer is a party of and that name a purchase, newest first.

    Whatever their state; but both parties have signed.
    """
    named = select(AgreementItemRow.agreement, AgreementItemRow.version).where(
        col(AgreementItemRow.subject) == purchase
    )
    pairs = {(str(one), int(version)) for one, version in session.connection().execute(named)}
    found: list[Agreement] = []
    for some in batched(sorted({one for one, _ in pairs}) or [""], _CHUNK):
        query = (
            scoped_select(permit, AgreementRow)
            .where(col(AgreementRow.id).in_(some), col(AgreementRow.state).not_in(PENDING))
            .order_by(col(AgreementRow.id), col(AgreementRow.version).desc())
        )
        rows = iterate_stored_agreements(session, query)
        found += _select_readable(row for row in rows if (row.id, row.version) in pairs)
    return found


def for_purpose(
    permit: Permit, session: Session, purpose: Purpose, *, recipient: str, owners: Iterable[str]
) -> dict[str, list[Agreement]]:
    """Versions of agreements of *owners* with *recipient* for one purpose, newest first, by owner.

    Those that the bearer is a party of, whatever their state; but both parties have signed.
    """
    found: dict[str, list[Agreement]] = {}
    for some in batched(sorted(set(owners)) or [""], _CHUNK):
        query = (
            scoped_select(permit, AgreementRow)
            .where(col(AgreementRow.recipient) == recipient, col(AgreementRow.owner).in_(some))
            .where(col(AgreementRow.state).not_in(PENDING))
            .order_by(col(AgreementRow.valid_from).desc(), col(AgreementRow.id))
            .order_by(col(AgreementRow.version).desc())
        )
        for one in _select_readable(iterate_stored_agreements(session, query)):
            if one.terms.purpose == purpose:
                found.setdefault(one.terms.owner, []).append(one)
    return found


def list_naming_agreements(permit: Permit, session: Session, consent: str) -> list[Agreement]:
    """Agreements of the permit's owner that rely on one of its consents, each version by itself.

    Those that live, and those that the owner has proposed: what a partner alone has signed, with
    the consents it likes, would tell it of each.
    """
    query = (
        scoped_select(permit, AgreementRow)
        .where(col(AgreementRow.owner) == permit.owner)
        .where(col(AgreementRow.state).in_(LIVE | {"proposed"}))
        .where(col(AgreementRow.terms).contains(f'"{consent}"', autoescape=True))
        .order_by(col(AgreementRow.id), col(AgreementRow.version))
    )
    return [
        one
        for one in _select_readable(iterate_stored_agreements(session, query))
        if consent in one.terms.consent_refs and _is_standing(one, permit.decided_at)
    ]


def _is_standing(one: Agreement, now: datetime) -> bool:
    signed = any(given.role == "owner" for given in one.signatures)
    return signed and effective_state(one, now) in LIVE | {"proposed"}


def _select_lineage(table: str, subject: Any) -> Any:
    """The thing itself and what it hangs on, as a subquery of identifiers."""
    if table == "supply_point":
        site = select(SupplyPointRow.site).where(col(SupplyPointRow.id) == subject)
        return site.union_all(select(SupplyPointRow.id).where(col(SupplyPointRow.id) == subject))
    if table == "series":
        itself = select(SeriesRow.id).where(col(SeriesRow.id) == subject)
        point = select(SeriesRow.supply_point).where(col(SeriesRow.id) == subject)
        site = select(SupplyPointRow.site).where(col(SupplyPointRow.id).in_(point))
        return itself.union_all(point, site)
    if table == "light_point":
        itself = select(LightPointRow.id).where(col(LightPointRow.id) == subject)
        return itself.union_all(
            select(LightPointRow.cabinet).where(col(LightPointRow.id) == subject)
        )
    return [subject]


def save_agreement(permit: Permit, session: Session, body: Agreement, *, author: str) -> None:
    """Write a draft with the things it names, new or in place of the same author's draft."""
    _check_writing_permit(permit)
    terms = body.terms
    session.merge(
        AgreementRow(
            id=body.id,
            version=body.version,
            owner=terms.owner,
            recipient=terms.recipient,
            author=author,
            state=body.state,
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            terms=terms.model_dump_json(),
            terms_sha256=body.terms_sha256,
            signatures=_dump_record_list(body.signatures),
            history=_dump_record_list(body.history),
            changed_at=body.history[-1].at,
        )
    )
    _save_agreement_items(session, body, terms.selector.ids())


def freeze_items(
    permit: Permit, session: Session, body: Agreement, *, perimeter: str, ids: Iterable[str]
) -> None:
    """Cover what the terms name and what is in *perimeter* (`per_x/3`), *ids*; the owner signed."""
    row = _find_agreement_row(permit, session, body)
    row.perimeter = perimeter
    session.add(row)
    _save_agreement_items(session, body, body.terms.selector.ids().union(ids))


def _save_agreement_items(session: Session, body: Agreement, ids: Iterable[str]) -> None:
    session.flush()
    items = AgreementItemRow.__table__  # type: ignore[attr-defined]  # SQLModel's own
    same = and_(items.c.agreement == body.id, items.c.version == body.version)
    session.connection().execute(items.delete().where(same))
    rows = [
        {"agreement": body.id, "version": body.version, "subject": subject}
        for subject in sorted(ids)
    ]
    if rows:
        session.connection().execute(items.insert(), rows)


def move_agreement(permit: Permit, session: Session, body: Agreement, *, now: datetime) -> None:
    """Write the new state, signatures and history of a version; its terms never change."""
    row = _find_agreement_row(permit, session, body)
    row.state = body.state
    row.signatures = _dump_record_list(body.signatures)
    row.history = _dump_record_list(body.history)
    row.changed_at = now
    if body.state == "draft":
        row.perimeter = None
    session.add(row)


def touch_agreement(permit: Permit, session: Session, body: Agreement, *, now: datetime) -> None:
    """Note that something an agreement stands on has changed at *now*."""
    query = scoped_select(permit, AgreementRow).where(
        col(AgreementRow.id) == body.id, col(AgreementRow.version) == body.version
    )
    row = session.exec(query).one()
    row.changed_at = now
    session.add(row)


def _find_agreement_row(permit: Permit, session: Session, body: Agreement) -> AgreementRow:
    _check_writing_permit(permit)
    query = scoped_select(permit, AgreementRow).where(
        col(AgreementRow.id) == body.id, col(AgreementRow.version) == body.version
    )
    return session.exec(query).one()


def _check_writing_permit(permit: Permit) -> None:
    if permit.scope not in {"party", "operator"} or permit.action != "write":
        raise TypeError("a party's or the operator's permit to write is needed")


def _dump_record_list(records: tuple[Any, ...]) -> str:
    return json.dumps([record.model_dump(mode="json") for record in records])


def _select_readable(rows: Iterable[Stored]) -> list[Agreement]:
    """Those of *rows* that can be read, each held against what was signed."""
    return [body for body in map(load_agreement, rows) if body is not None]
