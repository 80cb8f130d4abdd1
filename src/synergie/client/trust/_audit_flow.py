"""What is verified of a server's journal, as flows of calls: the two clients only send them.

Nothing is believed of the server but its keys: heads are checked by their signature, records by
their hash, and both by the proofs of RFC 9162.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from synergie.client.calls import Call, model_of
from synergie.client.trust import _export_calls
from synergie.errors import BadInput, NotFound, Words
from synergie.proof import merkle, tree_head
from synergie.proof.jose import Unsigned
from synergie.schemas.page import Page
from synergie.schemas.readings.curve_json import instant_text
from synergie.schemas.trust.journal import (
    Access,
    ConsistencyProof,
    InclusionProof,
    KeptRecord,
    TreeHead,
    TreeHeadClaims,
)

type Flow[T] = Generator[Call[Any], Any, T]

_GREW = "a journal that only grew since the head that you hold"
_SIGNED = "a tree head signed by a key of the server"
_OURS = "a tree head of the same server"
_WHOLE = "a record that is in the journal as it was hashed"
_MOST = 65_536
_MOST_RECORD = 4 << 20
JOURNAL = "journal"
"""Where the fault is, when the history is another."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose journal it is, and the keys it is verified with; None: those that the server shows."""

    issuer: str
    jwks: Mapping[str, Any] | None = None

    def keys(self) -> Flow[Mapping[str, Any]]:
        """The keys of the server."""
        if self.jwks is not None:
            return self.jwks
        found: Mapping[str, Any] = yield _export_calls.read_jwks()
        return found

    def claims(self, jws: str, keys: Mapping[str, Any]) -> TreeHeadClaims:
        """What a head says. BadInput when the server did not sign it."""
        try:
            said = tree_head.verify_tree_head(jws, keys)
        except Unsigned as error:
            raise BadInput(JOURNAL, Words("another one"), _SIGNED) from error
        if said.iss.rstrip("/") != self.issuer.rstrip("/"):
            raise BadInput(JOURNAL, said.iss, _OURS)
        return said


def head(trust: Trust, since: str | None) -> Flow[TreeHead]:
    """The head as it is now, verified; and that it continues the head *since*, a saved JWS."""
    keys = yield from trust.keys()
    told: TreeHead = yield _build_get_call("/audit/head", TreeHead)
    now = trust.claims(told.jws, keys)
    signed = now.tree_size, now.root, datetime.fromtimestamp(now.iat, UTC)
    if signed != (told.tree_size, told.root, told.signed_at):
        raise BadInput(JOURNAL, Words("another one"), _SIGNED)
    if since is not None:
        yield from _check_continuation(trust.claims(since, keys), now)
    return told


def record(trust: Trust, seq: int) -> Flow[KeptRecord]:
    """A record that concerns you, and that the journal holds it where it says."""
    keys = yield from trust.keys()
    told: TreeHead = yield _build_get_call("/audit/head", TreeHead)
    now = trust.claims(told.jws, keys)
    kept: KeptRecord = yield _build_get_call(
        f"/v1/audit/records/{seq}", KeptRecord, limit=_MOST_RECORD
    )
    if now.tree_size <= seq:  # a head that was kept for some seconds on the way
        raise NotFound
    path: InclusionProof = yield read_inclusion_proof(seq, now.tree_size)
    leaf = merkle.hash_leaf(bytes.fromhex(kept.salt) + kept.record.encode())
    if kept.seq != seq or not merkle.includes(
        leaf, _decode_hashes(path.path), bytes.fromhex(now.root), index=seq, size=now.tree_size
    ):
        raise BadInput(f"record {seq}", Words("another one"), _WHOLE)
    return kept


def _check_continuation(held: TreeHeadClaims, now: TreeHeadClaims) -> Flow[None]:
    """The two are heads of one history. The newer one may be the smaller by a moment's cache."""
    first, second = sorted((held, now), key=lambda one: one.tree_size)
    if first.tree_size == 0:
        return
    try:
        told: ConsistencyProof = yield read_consistency_proof(first.tree_size, second.tree_size)
    except BadInput as error:  # it does not know the size we hold: the end was cut off
        raise BadInput(JOURNAL, Words("a shorter one"), _GREW) from error
    sizes = first.tree_size, second.tree_size
    roots = bytes.fromhex(first.root), bytes.fromhex(second.root)
    if not merkle.is_extension(sizes, roots, _decode_hashes(told.path)):
        raise BadInput(JOURNAL, Words("another one"), _GREW)


def read_consistency_proof(first: int, second: int) -> Call[ConsistencyProof]:
    """The call of a consistency proof."""
    query = (("first", str(first)), ("second", str(second)))
    return _build_get_call("/audit/proof", ConsistencyProof, query)


def read_inclusion_proof(seq: int, size: int) -> Call[InclusionProof]:
    """The call of an inclusion proof."""
    return _build_get_call(
        "/audit/inclusion", InclusionProof, (("seq", str(seq)), ("size", str(size)))
    )


def accesses(
    subject: str | None, since: datetime | None
) -> Callable[[str | None], Call[Page[Access]]]:
    """From a cursor (None: the newest) to the call of that page. TypeError for a naive time."""
    if since is not None and since.utcoffset() is None:
        raise TypeError(f"since: found {since.isoformat()} without a zone; write which one")

    def page(after: str | None) -> Call[Page[Access]]:
        told = None if since is None else instant_text(since)
        fields = (("subject", subject), ("since", told), ("after", after))
        query = tuple((name, value) for name, value in fields if value is not None)
        return Call(
            method="GET", path="/v1/audit/accesses", params=query, parse=model_of(Page[Access])
        )

    return page


def _build_get_call[T: BaseModel](
    path: str, kind: type[T], query: tuple[tuple[str, str], ...] = (), *, limit: int = _MOST
) -> Call[T]:
    return Call(method="GET", path=path, params=query, limit=limit, parse=model_of(kind))


def _decode_hashes(hashes: tuple[str, ...]) -> list[bytes]:
    return [bytes.fromhex(one) for one in hashes]
