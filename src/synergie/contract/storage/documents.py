"""Documents of contracts: heads without bodies, one with its body, and saving."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import col

from synergie.contract.records.document import ContractHead, DocumentKind
from synergie.contract.storage._tables import ContractDocumentRow
from synergie.policy import Permit
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.shared_plan import find_shared_row
from synergie.storage.store import Session

_ROW = ContractDocumentRow
_MISSED = '"state":"missed"'
"""As it stands in the body: inside a text the quotes would be escaped."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the bearer reads it."""

    head: ContractHead
    body: str
    """The whole as JSON to a party; to a member its part."""
    sources: Mapping[str, str]
    """Whose readings it tells, by point."""

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.head.id

    @property
    def owner(self) -> str:
        """The client of the contract."""
        return self.head.owner


def list_document_heads(
    permit: Permit,
    session: Session,
    *,
    kind: DocumentKind | None = None,
    contract: str | None = None,
    missed: bool = False,
    after: str = "",
    limit: int | None = None,
) -> list[ContractHead]:
    """Heads that the bearer reads, by id, after *after*; bodies are not read. *limit* None: all.

    *missed*: statements alone that say that the guarantee was missed.
    """
    query = scoped_select(permit, _ROW).where(
        col(_ROW.reader) == permit.bearer, col(_ROW.id) > after
    )
    if kind is not None:
        query = query.where(col(_ROW.kind) == kind)
    if contract is not None:
        query = query.where(col(_ROW.contract) == contract)
    if missed:
        query = query.where(col(_ROW.kind) == "statement", col(_ROW.body).contains(_MISSED))
    names = list(ContractHead.model_fields)
    columns = query.order_by(col(_ROW.id)).limit(limit)
    rows = session.connection().execute(
        columns.with_only_columns(*(getattr(_ROW, name) for name in names))
    )
    return [_build_head(dict(zip(names, row, strict=True))) for row in rows]


def load_document(
    permit: Permit, session: Session, document: str, *, for_update: bool = False
) -> StoredDocument | None:
    """One document as the bearer reads it, or None."""
    where = col(_ROW.id) == document, col(_ROW.reader) == permit.bearer
    row = find_shared_row(permit, session, _ROW, *where, for_update=for_update)
    if row is None:
        return None
    fields = {name: getattr(row, name) for name in ContractHead.model_fields}
    return StoredDocument(_build_head(fields), row.body, json.loads(row.sources))


def save_document(
    permit: Permit,
    session: Session,
    head: ContractHead,
    bodies: Mapping[str, str],
    *,
    sources: Mapping[str, str],
) -> None:
    """Keep a draft of the bearer's for each reader of *bodies*, in the place of what was."""
    own_write(permit)
    session.connection().execute(
        delete(_ROW).where(col(_ROW.id) == head.id, col(_ROW.owner) == permit.owner)
    )
    fields = _list_columns(head) | {"owner": permit.owner, "sources": json.dumps(dict(sources))}
    rows = [
        fields | {"reader": reader, "body": body, "told_at": None}
        for reader, body in bodies.items()
    ]
    session.connection().execute(insert(_ROW), rows)


def save_signed_document(permit: Permit, session: Session, head: ContractHead, body: str) -> None:
    """Keep *body* with a signature of the bearer's, a party, and tell it to all who read it.

    TypeError unless *permit* is a party's to write. Callers hold the document `for_update`.
    """
    if permit.scope != "party" or permit.action != "write":
        raise TypeError("a party's permit to write is needed to sign")
    if permit.bearer not in {head.owner, head.operator}:
        raise TypeError("the bearer is no party of the document")
    rows = update(_ROW).where(col(_ROW.id) == head.id, col(_ROW.owner) == head.owner)
    told = {"state": head.state, "changed_at": head.changed_at}
    session.connection().execute(rows.values(told))
    session.connection().execute(
        rows.where(col(_ROW.told_at).is_(None)).values(told_at=head.changed_at)
    )
    parties = col(_ROW.reader).in_((head.owner, head.operator))
    session.connection().execute(rows.where(parties).values(body=body))


def _list_columns(head: ContractHead) -> dict[str, Any]:
    days = {name: getattr(head, name).isoformat() for name in ("from_date", "to_date")}
    return dict(head) | days


def _build_head(fields: dict[str, Any]) -> ContractHead:
    days = {name: date.fromisoformat(fields[name]) for name in ("from_date", "to_date")}
    return ContractHead(**(fields | days))
