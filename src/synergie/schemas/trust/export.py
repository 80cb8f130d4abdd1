"""Exports: files made on the server, what proves them, and the receipt of whoever took them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from synergie.schemas.trust.agreement import Grant, Granularity, Purpose
from synergie.schemas.wire import Wire
from synergie.units import Id, Instant, Many, OrganisationId, Provenance, Sha256, Text

type ExportKind = Literal["sites", "supply_points", "series", "curves", "cabinets", "light_points"]
"""What an export may hold; one file a kind."""
type CurveForm = Literal["ndjson", "csv"]
"""How curves are written: one `Curve` a line, or a table that a spreadsheet opens."""

FILE_NAME = r"^[a-z0-9][a-z0-9_.-]{0,63}$"
"""Names of files: nothing that a folder or a header could misread."""

Jws = Annotated[str, Field(min_length=1, max_length=262_144, pattern=r"^[A-Za-z0-9_.-]+$")]
"""A compact JWS (RFC 7515)."""


class ExportRequest(Wire):
    """What is to be exported, and under which agreement."""

    kinds: Annotated[Many[ExportKind], Field(min_length=1, max_length=6)]
    """The kinds of record; each gives a file of its own."""
    agreement: Id | None = None
    """The agreement to read under. Null: your own data."""
    start: Instant | None = None
    """Curves from this moment, included. Null: no curve is asked."""
    end: Instant | None = None
    """Curves until this moment, excluded. Null: no curve is asked."""
    granularity: Granularity | None = None
    """How fine the curves. Null: the finest that is opened; finer is refused."""
    series: Annotated[Many[Id], Field(max_length=1000)] = ()
    """Only the curves of these series. Empty: of all that is opened."""
    curves_as: CurveForm = "ndjson"
    """How the curves are written."""

    @model_validator(mode="after")
    def _check_kinds(self) -> Self:
        if len(set(self.kinds)) < len(self.kinds):
            raise ValueError("each kind once")
        if "curves" in self.kinds and (self.start is None or self.end is None):
            raise ValueError("a start and an end, since curves are asked")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("an end after the start")
        return self


class ExportFile(Wire):
    """One file of an export."""

    name: Annotated[str, Field(pattern=FILE_NAME)]
    """Its name. Example: `curves.ndjson`."""
    media_type: Text
    """What it is. Example: `application/x-ndjson`."""
    bytes: Annotated[int, Field(ge=0, json_schema_extra={"unit": "B"})]
    """Its size."""
    rows: Annotated[int, Field(ge=0)]
    """Its lines; of a CSV, without the head."""
    sha256: Sha256
    """SHA-256 of its bytes."""


class ManifestPeriod(Wire):
    """Which readings."""

    start: Instant
    """From, included."""
    end: Instant
    """Until, excluded."""


class ManifestClaims(Wire):
    """What a manifest says, signed by the server: JWS of `typ` `synergie-manifest+jwt`."""

    iss: Text
    """Who signs: the public address of the server."""
    aud: OrganisationId
    """The organisation that the files are for."""
    iat: Annotated[int, Field(ge=0, json_schema_extra={"unit": "s"})]
    """When it was signed, seconds since 1970 (RFC 7519)."""
    jti: Id
    """The export."""
    owner: OrganisationId
    """Whose data they are."""
    agreement: Id | None = None
    """Under which agreement. Null: the recipient's own data."""
    version: Annotated[int, Field(ge=1)] | None = None
    """Its version. Null with the agreement."""
    purpose: Purpose | None = None
    """The one purpose they may be used for. Null: one's own data."""
    granularity: Grant | None = None
    """How fine the curves are. Null: no curve is in it."""
    period: ManifestPeriod | None = None
    """Which readings. Null: no curve is in it."""
    retention_days: Annotated[int, Field(ge=1, json_schema_extra={"unit": "d"})] | None = None
    """How long the recipient may keep them, days. Null: one's own data."""
    onward: Literal["none", "open_data"] = "none"
    """Whether they may be passed on."""
    provenance: Many[Provenance] = ()
    """Where the records come from; empty when there is none."""
    files: Annotated[Many[ExportFile], Field(min_length=1, max_length=6)]
    """Every file."""
    tree_size: Annotated[int, Field(ge=0)] | None = None
    """Records of the server's journal at that time; this export's own comes after. Null: none."""
    root: Sha256 | None = None
    """The root of the journal's tree of that size (RFC 9162). Null with the size."""


class RefusedFile(Wire):
    """A file that did not arrive as the manifest tells it."""

    name: Annotated[str, Field(pattern=FILE_NAME)]
    """Which."""
    reason: Text
    """Why. Example: `sha256`."""


class ReceiptClaims(Wire):
    """What a recipient's receipt says: JWS of `typ` `synergie-receipt+jwt`."""

    iss: OrganisationId
    """The organisation that received."""
    aud: Text
    """Who sent: `iss` of the manifest."""
    iat: Annotated[int, Field(ge=0, json_schema_extra={"unit": "s"})]
    """When it was signed, seconds since 1970."""
    manifest_sha256: Sha256
    """SHA-256 of the compact manifest's bytes."""
    received_at: Instant
    """When the files were there, as the recipient says."""
    files_ok: bool
    """Whether every file is as the manifest tells it."""
    refused: Annotated[Many[RefusedFile], Field(max_length=6)] = ()
    """The files that are not, when not all are."""

    @model_validator(mode="after")
    def _check_files(self) -> Self:
        if self.files_ok == bool(self.refused):
            raise ValueError("files_ok, or the refused files")
        return self


class StoredClaims(Wire):
    """What the server's receipt for data that came in says: `typ` `synergie-receipt+jwt`."""

    iss: Text
    """Who signs: the public address of the server."""
    aud: OrganisationId
    """The organisation that sent the data."""
    iat: Annotated[int, Field(ge=0, json_schema_extra={"unit": "s"})]
    """When it was signed, seconds since 1970."""
    sub: Id
    """The batch or the deposit."""
    kind: Text
    """What it holds: a kind of batch, or `deposit`."""
    sha256: Sha256 | None = None
    """Of a batch: its digest. Of a deposit: SHA-256 of the file as it came. It is disclosed beside
    the signature, which covers it under a salt. Null: the receipt is shown without it."""
    received_at: Instant
    """When it was stored."""
    rows: Annotated[int, Field(ge=0)]
    """Records or readings that came in."""
    kept: Annotated[int, Field(ge=0)]
    """Of those, new or changed ones that were stored."""
    refused: Annotated[int, Field(ge=0)]
    """Of those, left out."""
    seq: Annotated[int, Field(ge=0)]
    """Its place in the order of all changes of the server; of a deposit, of its last batch, 0 when
    it has none."""
    batches: Annotated[Many[Id], Field(max_length=20_000)] = ()
    """Of a deposit: its batches."""
    tree_size: Annotated[int, Field(ge=0)] | None = None
    """Records of the server's journal when it was signed. Null: no journal."""
    root: Sha256 | None = None
    """The root of the journal's tree of that size. Null with the size."""


class ReceiptRequest(Wire):
    """A receipt, as the recipient gives it."""

    receipt: Annotated[str, Field(min_length=1, max_length=8192)]
    """Compact JWS, `typ` `synergie-receipt+jwt`, by a registered key of the organisation or of its
    program."""


class ExportReceipt(Wire):
    """A receipt, as the server keeps it for both parties."""

    export: Id
    """The export."""
    by: OrganisationId
    """Who received."""
    at: Instant
    """When the server got the receipt."""
    files_ok: bool
    """Whether every file is as the manifest tells it."""
    refused: Many[RefusedFile] = ()
    """The files that are not."""
    jws: Annotated[str, Field(max_length=8192)]
    """The receipt itself."""


class Export(Wire):
    """An export as the server holds it: told to who made it, and to the owner of the data."""

    id: Id
    """Identifier given by the server."""
    recipient: OrganisationId
    """Who made it, for itself."""
    owner: OrganisationId
    """Whose data it holds."""
    agreement: Text | None
    """Under which agreement, with its version: `agr_x/2`. Null: the recipient's own data."""
    request: ExportRequest
    """What was asked."""
    made_at: Instant
    """When it was made."""
    kept_until: Instant
    """Until when the server keeps the files; the manifest and the receipt stay."""
    files: Many[ExportFile]
    """Its files."""
    manifest_sha256: Sha256
    """SHA-256 of the compact manifest's bytes: what a receipt names."""
    received: bool | None
    """Whether the recipient's receipt says that all is well. Null: none was given yet."""
