"""The calls of exports and of signed receipts; see `calls`."""

import json
import re
from typing import Any

from synergie.client._bodies import BytesBody
from synergie.client.calls import BATCHES, Call, Noun, idempotency_key, model_of
from synergie.errors import BadInput
from synergie.proof.jose import Unsigned
from synergie.proof.receipt import check_disclosed
from synergie.schemas.page import Page
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.trust.export import Export, ExportReceipt, ExportRequest, ReceiptRequest

EXPORTS = Noun("exports", Export, Page[Export])
_DEPOSITS = Noun("deposits", Receipt, Page[Receipt])

_JSON = "application/json"
_JOSE = "application/jose"
_SD_JWT = "application/sd-jwt"
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_RECEIPT = re.compile(_JWS.pattern + rb"(~([A-Za-z0-9_-]+~)*)?")
_MOST_JWS = 262_144
_MOST_JWKS = 4 << 20
_WHERE = "answer of the server"


def make(request: ExportRequest, key: str | None) -> Call[Export]:
    """Make an export."""
    return Call(
        method="POST",
        path="/v1/exports",
        body=BytesBody(request.model_dump_json().encode(), _JSON),
        key=idempotency_key(key),
        parse=model_of(Export),
    )


def read_export_file(export: str, name: str) -> Call[None]:
    """One file; it is read piece by piece, never whole."""
    return Call(
        method="GET",
        path=f"{EXPORTS.get(export).path}/files/{name}",
        accept="*/*",
        parse=lambda _: None,
    )


def read_export_manifest(export: str) -> Call[str]:
    """The signed manifest."""
    return _read_jws(f"{EXPORTS.get(export).path}/manifest.jws")


def tree_head(export: str) -> Call[str]:
    """The signed head of the journal that the manifest names."""
    return _read_jws(f"{EXPORTS.get(export).path}/tree-head.jws")


def receipt(export: str) -> Call[ExportReceipt]:
    """The recipient's receipt."""
    return Call(
        method="GET", path=f"{EXPORTS.get(export).path}/receipt", parse=model_of(ExportReceipt)
    )


def receive(export: str, jws: str) -> Call[ExportReceipt]:
    """Give a receipt; the key only marks it as repeatable, which it is by itself."""
    body = ReceiptRequest(receipt=jws).model_dump_json().encode()
    return Call(
        method="POST",
        path=f"{EXPORTS.get(export).path}/receipt",
        body=BytesBody(body, _JSON),
        key=idempotency_key(None),
        parse=model_of(ExportReceipt),
    )


def read_jwks() -> Call[dict[str, Any]]:
    """The public keys of the server, those of the past with them."""
    return Call(method="GET", path="/jwks", limit=_MOST_JWKS, parse=_parse_jwk_set)


def signed_receipt(id_: str) -> Call[str]:
    """The server's signed receipt for a batch or a deposit of yours, as its identifier says."""
    noun = _DEPOSITS if id_.startswith("dep_") else BATCHES
    path = f"{noun.get(id_).path}/receipt.jws"
    accept = f"{_SD_JWT}, {_JOSE}"
    return Call(method="GET", path=path, accept=accept, limit=_MOST_JWS, parse=_parse_receipt)


def _read_jws(path: str) -> Call[str]:
    return Call(method="GET", path=path, accept=_JOSE, limit=_MOST_JWS, parse=_parse_compact)


def _parse_compact(content: bytes) -> str:
    if not _JWS.fullmatch(content):
        raise BadInput(_WHERE, content[:80], "a compact JWS (RFC 7515)")
    return content.decode("ascii")


def _parse_receipt(content: bytes) -> str:
    """A receipt whose disclosures are those that it covers; an older one discloses nothing."""
    text = content.decode("ascii") if _RECEIPT.fullmatch(content) else ""
    try:
        check_disclosed(text)
    except Unsigned as error:
        raise BadInput(_WHERE, content[:80], "a receipt (SD-JWT, RFC 9901)") from error
    return text


def _parse_jwk_set(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadInput(_WHERE, content[:80], "a JWK set (RFC 7517)") from error
    if not isinstance(found, dict):
        raise BadInput(_WHERE, content[:80], "a JWK set (RFC 7517)")
    return found
