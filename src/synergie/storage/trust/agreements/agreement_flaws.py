"""Where the row of an agreement is not what its parties signed: it opens nothing then."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache, cached
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import bindparam
from sqlmodel import col, func, select, tuple_

from synergie.policy.readings.sentence import describe_terms
from synergie.policy.trust.agreement import ENDED, SIGNED, led_to, terms_digest
from synergie.proof.agreement import Flaw, PartyKey, Signing, find_signature_flaws
from synergie.schemas.assets.named_perimeter import NamedPerimeterRecord
from synergie.schemas.trust.agreement import Agreement, Signature, Terms, Transition
from synergie.storage.store import Session
from synergie.storage.tables import AgreementItemRow, AgreementRow, OrganisationKeyRow
from synergie.storage.trust.agreements.agreement_tables import NamedPerimeterRow

_CHUNK = 500
_MOST_BYTES = 128 * 2**20
_ROW_BYTES, _BYTES_A_LETTER = 12_288, 3
"""Of what is kept of one row: as measured for one thing and for 20,000, rounded up."""
_BETWEEN = "\n"
_SIGNATURES = TypeAdapter(tuple[Signature, ...])
_HISTORY = TypeAdapter(tuple[Transition, ...])


class Stored(NamedTuple):
    """One version as it is stored, with all that it is held against."""

    id: str
    version: int
    owner: str
    recipient: str
    author: str
    state: str
    valid_from: datetime
    valid_until: datetime
    terms: str
    terms_sha256: str
    signatures: str
    history: str
    perimeter: str | None
    changed_at: datetime | None
    items: str
    """The things listed, a line each."""
    listed: str | None
    """The record of the perimeter, as JSON. None: it names none, or there is none."""
    keys: tuple[PartyKey, ...]
    """Of both parties, whatever their time."""


_COLUMNS = Stored._fields[:14]


def iterate_stored_agreements(session: Session, query: Any) -> Iterator[Stored]:
    """The rows of *query*, a selection of agreements, each with what it is held against."""
    session.flush()
    rows = session.connection().execute(query.with_only_columns(*_SELECTED)).all()
    keys = party_keys(session, {name for row in rows for name in (row.owner, row.recipient)})
    lists = _find_perimeter_records(
        session, {(row.perimeter, row.owner) for row in rows if row.perimeter}
    )
    for *values, items in rows:
        row = dict(zip(_COLUMNS, values, strict=True))
        listed = lists.get((row["perimeter"], row["owner"]))
        both = (*keys.get(row["owner"], ()), *keys.get(row["recipient"], ()))
        yield Stored(**row, items=items or "", listed=listed, keys=both)


def agreement_pages(session: Session) -> Iterator[list[Stored]]:
    """Every version there is, some hundred at a time: for the operator's upkeep."""
    key = tuple_(col(AgreementRow.id), col(AgreementRow.version))
    query: Any = select(AgreementRow).order_by(*key.clauses).limit(_CHUNK)
    page = list(iterate_stored_agreements(session, query))
    while page:
        yield page
        page = list(
            iterate_stored_agreements(session, query.where(key > (page[-1].id, page[-1].version)))
        )


def party_keys(session: Session, organisations: Iterable[str]) -> dict[str, list[PartyKey]]:
    """Every public key that *organisations* sign or signed with, by organisation."""
    found: dict[str, list[PartyKey]] = {}
    for some in batched(sorted(organisations), _CHUNK):
        for one in session.connection().execute(_KEYS, {"names": list(some)}):
            found.setdefault(one.organisation, []).append(PartyKey(*one))
    return found


def _select_item_list() -> Any:
    """The things that a row's version lists, in one text: 20,000 of them cost some milliseconds."""
    same = (
        col(AgreementItemRow.agreement) == col(AgreementRow.id),
        col(AgreementItemRow.version) == col(AgreementRow.version),
    )
    listed = select(func.aggregate_strings(col(AgreementItemRow.subject), _BETWEEN)).where(*same)
    return listed.correlate(AgreementRow).scalar_subquery()


_SELECTED = (*(col(getattr(AgreementRow, name)) for name in _COLUMNS), _select_item_list())
_KEYS = select(*(col(getattr(OrganisationKeyRow, name)) for name in PartyKey._fields)).where(
    col(OrganisationKeyRow.organisation).in_(bindparam("names", expanding=True))
)


def _find_perimeter_records(
    session: Session, named: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """The record of each perimeter of *named* (its version as a column holds it, its owner)."""
    found = {}
    for ref, owner in named:
        name, _, version = ref.rpartition("/")
        row = session.get(NamedPerimeterRow, (name, int(version) if version.isdecimal() else 0))
        if row is not None and row.owner == owner:
            found[ref, owner] = row.body
    return found


class _Loaded(NamedTuple):
    """What a row was found to be, and about how many bytes it takes with what it is found by."""

    body: Agreement | None
    size: int


KEPT: LRUCache[Any, _Loaded] = LRUCache(_MOST_BYTES, getsizeof=lambda one: one.size)
"""One lists 20,000 things as easily as one: what is kept is bounded in bytes, not in number."""


def load_agreement(one: Stored) -> Agreement | None:
    """The agreement in *one*, its first flaw told; None when its texts cannot be read.

    Decided by what stands in *one* alone: the same row, list and keys are looked at once. A
    purchase of a département asks 1,500 of them at each reading.
    """
    return _load_checked_agreement(one).body


@cached(KEPT, lock=Lock())
def _load_checked_agreement(one: Stored) -> _Loaded:
    texts = one.terms, one.signatures, one.history, one.items, one.listed or ""
    size = _ROW_BYTES + _BYTES_A_LETTER * sum(map(len, texts))
    body = _parse_stored_agreement(one)
    if body is None:
        return _Loaded(None, size)
    found = next(_find_agreement_flaws(one, body), None)
    if found is None:
        return _Loaded(body, size)
    kept = one.state if one.state in ENDED | {"draft"} else "invalid"
    return _Loaded(body.model_copy(update={"fault": found.code, "state": kept}), size)


def all_flaws(one: Stored) -> Iterator[Flaw]:
    """Every place where *one* is not what was signed."""
    body = _parse_stored_agreement(one)
    if body is None:
        yield Flaw("terms", "terms", "a text that cannot be read", "terms, signatures and history")
    else:
        yield from _find_agreement_flaws(one, body)


def _parse_stored_agreement(one: Stored) -> Agreement | None:
    try:
        terms = Terms.model_validate_json(one.terms)
        return Agreement(
            id=one.id,
            version=one.version,
            terms=terms,
            terms_sha256=one.terms_sha256,
            state=one.state,  # type: ignore[arg-type]  # looked at here
            signatures=_SIGNATURES.validate_json(one.signatures),
            history=_HISTORY.validate_json(one.history),
            summary=describe_terms(terms),
        )
    except ValidationError:
        return None


def _find_agreement_flaws(one: Stored, body: Agreement) -> Iterator[Flaw]:
    digest = terms_digest(body.id, body.version, body.terms)
    if digest != one.terms_sha256:
        yield Flaw("terms", "terms", digest, f"terms of digest {one.terms_sha256}")
    yield from find_signature_flaws(_build_signing(body), body.signatures, one.keys)
    yield from _find_signature_flaws(body)
    yield from _find_column_flaws(one, body)
    yield from _find_listing_flaws(one, body)
    yield from _find_state_flaws(one, body)


def _build_signing(body: Agreement) -> Signing:
    taken = {step.by: step.at for step in body.history if step.act in SIGNED}
    parties = {"owner": body.terms.owner, "recipient": body.terms.recipient}
    return Signing(body.id, body.version, body.terms_sha256, parties, taken)


def _find_signature_flaws(body: Agreement) -> Iterator[Flaw]:
    """Where a signature is missing for the state that is kept, or is there too many."""
    count = {"draft": (0, 0), "proposed": (1, 1)}.get(body.state, (2, 2))
    if _was_dropped(body):
        count = (0, 2)
    if not count[0] <= len(body.signatures) <= count[1]:
        expected = f"{count[1]} signatures in state {body.state}"
        yield Flaw("signature", "signatures", f"{len(body.signatures)} signatures", expected)


def _was_dropped(body: Agreement) -> bool:
    """Whether it ended from a proposal that was no more what was signed."""
    return body.state in ENDED and all(step.act != "accept" for step in body.history)


def _find_column_flaws(one: Stored, body: Agreement) -> Iterator[Flaw]:
    terms, ref = body.terms, body.terms.selector.perimeter
    signed = any(given.role == "owner" for given in body.signatures)
    authors = {step.by for step in body.history[:1]}
    expected: Mapping[str, Any] = {
        "owner": terms.owner,
        "recipient": terms.recipient,
        "valid_from": terms.valid_from,
        "valid_until": terms.valid_until,
        "author": one.author if not authors else next(iter(authors)),
        "perimeter": f"{ref.id}/{ref.version}" if ref is not None and signed else None,
    }
    for name, value in expected.items():
        found = getattr(one, name)
        if found != value:
            yield Flaw("columns", name, str(found), str(value))


def _find_listing_flaws(one: Stored, body: Agreement) -> Iterator[Flaw]:
    """Where the things listed are not those that the terms name, with those of the perimeter."""
    if body.terms.selector.perimeter is not None and one.perimeter is None:
        return  # its owner has not signed: listed when it does
    expected = set(body.terms.selector.ids())
    if one.perimeter is not None:
        expected |= _parse_perimeter_ids(one.listed)
    listed = set(one.items.split(_BETWEEN)) if one.items else set()
    for word, some in (("an item", listed - expected), ("no item", expected - listed)):
        for name in sorted(some)[:1]:
            told = f"{word} {name}" + (f" and {len(some) - 1} more" if len(some) > 1 else "")
            yield Flaw("items", "agreement_item", told, f"the {len(expected)} things signed")


def _parse_perimeter_ids(listed: str | None) -> set[str]:
    """What a perimeter lists; nothing when there is none of that name, or it cannot be read."""
    try:
        found = NamedPerimeterRecord.model_validate_json(listed or "{}")
    except ValidationError:
        return set()
    return set(found.ids())


def _find_state_flaws(one: Stored, body: Agreement) -> Iterator[Flaw]:
    state = led_to(body.history)
    replaced = any(step.act == "replace" for step in body.history)
    if one.state != state and not (replaced and one.state == "terminated"):
        told = "no state" if state is None else state
        yield Flaw("state", "state", one.state, f"{told}, where its history leads")
