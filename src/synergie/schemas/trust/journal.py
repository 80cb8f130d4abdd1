"""The journal: what was done with whose data, one record an act."""

from typing import Annotated, Literal

from pydantic import Field

from synergie.schemas.trust.agreement import Dataset, Grant
from synergie.schemas.wire import Wire
from synergie.units import Instant, Many, OrganisationId, Sha256, Text

type JournalEvent = Literal[
    "data.read", "data.exported", "data.written", "data.undone", "access.refused",
    "agreement.draft", "agreement.propose", "agreement.withdraw", "agreement.accept",
    "agreement.suspend", "agreement.resume", "agreement.revoke", "agreement.terminate",
    "agreement.replace", "consent.given", "consent.withdrawn", "perimeter.saved",
    "series.closed",
    "client.registered", "client.changed", "client.disabled", "client.enabled",
    "organisation.saved", "organisation.key_added", "organisation.key_retired", "key.rotated",
    "organisation.key_held", "organisation.key_used", "organisation.key_let_go",
    "export.made", "export.received", "webhook.registered", "webhook.disabled",
    "aggregate.released", "aggregate.held", "record.erased", "purchase.created", "purchase.changed",
    "purchase.invited", "purchase.moved", "needs.published", "needs.withdrawn", "offers.saved",
    "market.saved", "forward.saved",
    "plan.kept", "part.read", "part.answered", "campaign.created", "campaign.changed",
    "campaign.invited", "campaign.moved", "lighting_study.created", "lighting_study.changed",
    "lighting_study.invited", "lighting_study.moved", "options.published", "comparison.kept",
    "voice.given", "voice.withdrawn", "voice.read", "weighing.kept", "consultation.published",
    "alert.raised", "alert.judged", "alert.ticketed", "alert.closed", "alert.reopened",
    "contract.saved", "contract.signed", "contract.read", "statement.saved", "statement.signed",
    "budget.saved",
    "calendar.opened", "calendar.closed", "figure.published", "figure.revoked",
    "publication.signed", "publication.suspended", "publication.resumed", "publication.ended",
    "agreement.named", "agreement.unnamed", "agreement.fault", "agreement.repair",
    "account.opened", "account.changed", "account.closed", "account.link_made", "account.entered",
    "account.refused", "account.left", "account.mail_changed", "account.weekly_changed",
    "account.passkey_added", "account.passkey_removed",
    "store.restored",
]  # fmt: skip
"""Closed list: what a record of the journal may be about."""


class JournalRecord(Wire):
    """One act, as it is hashed into the tree (RFC 8785 bytes): identifiers only, never readings."""

    seq: Annotated[int, Field(ge=0)]
    """Its place in the journal, without holes."""
    at: Instant
    """When."""
    event: JournalEvent
    """What was done."""
    by: Text
    """The organisation that did it, or `operator`."""
    client: Text | None = None
    """Its program. Null: the command line."""
    owner: OrganisationId | None = None
    """Whose data. Null: of nobody's."""
    agreement: Text | None = None
    """Under which agreement, with its version: `agr_x/2`. Null: one's own."""
    subjects: Many[Text] = ()
    """Opaque identifiers of what it touched: sites, delivery points, series, agreements…"""
    dataset: Dataset | None = None
    """Which kind of data."""
    granularity: Grant | None = None
    """How fine."""
    start: Instant | None = None
    """Start of the period read."""
    end: Instant | None = None
    """End of the period read, excluded."""
    rows: Annotated[int, Field(ge=0)] | None = None
    """How many records or values. Null: not counted."""
    reason: Text | None = None
    """Why it was refused, a code; or a code that says more of the act."""
    terms_sha256: Sha256 | None = None
    """With `agreement.propose` and `agreement.accept`: the digest of the terms that were signed.
    Null: another act, or one recorded by a version that did not tell it."""
    items_sha256: Sha256 | None = None
    """With the same, of the things listed then, sorted, a line each; of a named perimeter no term
    tells them. Null: as above."""


Seq = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""A place in the journal."""
Path = Annotated[Many[Sha256], Field(max_length=64)]
"""Hashes of a proof, in the order of RFC 9162."""


class TreeHeadClaims(Wire):
    """What a signed tree head says: JWS of `typ` `synergie-sth+jwt`."""

    iss: Text
    """The server whose journal it is: its public address."""
    tree_size: Seq
    """How many records the journal has."""
    root: Sha256
    """The root of the tree over them (RFC 9162 §2.1.1), hexadecimal."""
    iat: Annotated[int, Field(ge=0, json_schema_extra={"unit": "s"})]
    """When it was signed, seconds since 1970."""


class TreeHead(Wire):
    """The head of the journal. Keep `jws`: with it nobody can rewrite what came before unseen."""

    tree_size: Seq
    """How many records the journal has."""
    root: Sha256
    """The root of the tree over them (RFC 9162 §2.1.1), hexadecimal."""
    signed_at: Instant
    """When it was signed."""
    jws: Annotated[str, Field(max_length=4096)]
    """The same, signed by the server: a compact JWS of `typ` `synergie-sth+jwt`."""


class ConsistencyProof(Wire):
    """Shows that a later tree only added to an earlier one (RFC 9162 §2.1.4)."""

    first: Seq
    """Size of the earlier tree."""
    second: Seq
    """Size of the later tree."""
    path: Path
    """The hashes of the proof, hexadecimal."""


class InclusionProof(Wire):
    """Shows that a record is in the tree (RFC 9162 §2.1.3)."""

    seq: Seq
    """The record."""
    size: Seq
    """Size of the tree."""
    leaf: Sha256
    """SHA-256 of a zero byte, the record's salt and its bytes."""
    path: Path
    """The hashes of the proof, nearest first, hexadecimal."""


class KeptRecord(Wire):
    """A record as it was hashed, for those whom it concerns: enough to check it oneself."""

    seq: Seq
    """Its place in the journal."""
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    """Its 16 random bytes, hexadecimal."""
    record: Annotated[str, Field(max_length=1_000_000)]
    """The JournalRecord as a text, to the byte as it was hashed (RFC 8785, UTF-8)."""
    leaf: Sha256
    """SHA-256 of a zero byte, salt and record."""


class RecordProof(Wire):
    """All that shows that a record is in the journal: a file that is checked without the server."""

    record: KeptRecord
    """The record as it was hashed."""
    inclusion: InclusionProof
    """Its path to the root of the head."""
    head: TreeHead
    """The signed head that bears the root."""


class Access(Wire):
    """Who saw, or tried to see, data of another: a record, and one French sentence for people."""

    record: JournalRecord
    """The record; `/v1/audit/records/{seq}` gives it with its salt."""
    sentence: Annotated[str, Field(max_length=2000)]
    """The same in French."""
