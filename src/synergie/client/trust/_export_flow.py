"""Fetching an export, for both clients: what to ask for, in order, and what to keep of it.

It yields what to send and never sends. The manifest is verified before any file is asked for, and
the receipt goes out once the folder has its name: it says that the files are there.
"""

import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synergie.client._wait import TRIES
from synergie.client.auth import Auth
from synergie.client.calls import Call
from synergie.client.trust import _export_calls as calls
from synergie.client.trust._export_folder import (
    JWKS,
    MANIFEST,
    RECEIPT,
    RECEIPT_JWKS,
    TREE_HEAD,
    Saving,
    open_export_folder,
)
from synergie.errors import BadInput, NotFound, Unreachable, Words
from synergie.proof import manifest, receipt
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.export import ExportFile, ManifestClaims, ReceiptClaims

_SIGNED = "a manifest signed by a key that the server publishes"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One file to be taken, piece by piece."""

    call: Call[None]
    add: Callable[[bytes], None]


type Fetching = Generator[Call[Any] | Fetch, Any, ManifestClaims]


def fetch_export(auth: Auth, export: str, folder: Path) -> Fetching:
    """The steps of fetching *export* into *folder*; what its manifest says.

    BadInput names the file that is not as the manifest tells it; the server is told so by a
    receipt that refuses it, and no folder is left.
    """
    signed = yield calls.read_export_manifest(export)
    jwks = yield calls.read_jwks()
    said = _verify_manifest_claims(auth, export, signed, jwks)
    refusing = None
    try:
        with open_export_folder(folder) as place:
            yield from _fetch_files(export, said, place)
            place.proof(MANIFEST, signed)
            place.proof(JWKS, json.dumps(jwks, indent=2) + "\n")
            yield from _tree_head(export, said, place)
            told = _sign_export_receipt(auth, said, signed, place)
            if place.refused:
                refusing = told
                raise place.refused[0][1]
            place.proof(RECEIPT, told)
            place.proof(RECEIPT_JWKS, json.dumps(auth.signing_jwks(), indent=2) + "\n")
    except BadInput:
        if refusing is not None:
            yield calls.receive(export, refusing)
        raise
    yield calls.receive(export, told)
    return said


def _verify_manifest_claims(
    auth: Auth, export: str, signed: str, jwks: dict[str, Any]
) -> ManifestClaims:
    try:
        said = manifest.verify_manifest(signed, jwks)
    except Unsigned as error:
        raise BadInput(MANIFEST, Words("another one"), _SIGNED) from error
    expected = {"iss": auth.issuer, "jti": export}
    if auth.organisation is not None:
        expected["aud"] = auth.organisation
    for name, value in expected.items():
        if getattr(said, name) != value:
            raise BadInput(f"{MANIFEST}, {name}", getattr(said, name), value)
    return said


def _fetch_files(
    export: str, said: ManifestClaims, place: Saving
) -> Generator[Call[Any] | Fetch, Any, None]:
    for file in said.files:
        yield from _fetch_file(export, file, place)


def _fetch_file(
    export: str, file: ExportFile, place: Saving
) -> Generator[Call[Any] | Fetch, Any, None]:
    """One file, asked for again from its beginning when the answer was cut."""
    for left in reversed(range(TRIES)):
        try:
            with place.file(file) as arriving:
                yield Fetch(calls.read_export_file(export, file.name), arriving.add)
        except Unreachable:
            place.drop(file.name)
            if not left:
                raise
        else:
            return


def _tree_head(
    export: str, said: ManifestClaims, place: Saving
) -> Generator[Call[Any] | Fetch, Any, None]:
    if said.tree_size is None:
        return
    try:
        head = yield calls.tree_head(export)
    except NotFound:
        return
    place.proof(TREE_HEAD, head)


def _sign_export_receipt(auth: Auth, said: ManifestClaims, signed: str, place: Saving) -> str:
    moment = datetime.fromtimestamp(auth.clock(), UTC)
    claims = ReceiptClaims(
        iss=said.aud,
        aud=said.iss,
        iat=int(moment.timestamp()),
        manifest_sha256=manifest.digest(signed),
        received_at=moment,
        files_ok=not place.refused,
        refused=tuple(refused for refused, _ in place.refused),
    )
    return receipt.sign_receipt(auth.prove, claims)
