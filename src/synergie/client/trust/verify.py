"""Whether a folder is what was handed over: offline, with saved public keys (security.md §10.1).

Needs no server and asks no network. What is verified: the manifest's signature, each file against
it, the recipient's receipt, and the head of the journal it names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synergie.client.trust._export_folder import (
    JWKS,
    MANIFEST,
    PROOFS,
    RECEIPT,
    RECEIPT_JWKS,
    TREE_HEAD,
    Tally,
)
from synergie.errors import BadInput, Words
from synergie.proof import jose, manifest, receipt, tree_head
from synergie.proof.jose import Unsigned
from synergie.schemas.trust.export import ExportFile, ManifestClaims, ReceiptClaims, StoredClaims
from synergie.schemas.trust.journal import TreeHeadClaims

_PIECE = 256 * 1024
_MOST_JWS = 262_144
_MOST_JWKS = 4 << 20
_MANIFEST_SIGNED = "a manifest signed by a key of the set"
_HEAD_SIGNED = "a tree head signed by a key of the set"
_RECEIPT_SIGNED = "a receipt signed by a key of the recipient's set"
_STORED_SIGNED = "a receipt signed by a key of the server"
_JWK_SET = "a JWK set (RFC 7517)"
_NOTHING = Words("nothing")
_HEAD_NAMED = "the signed head of the journal that the manifest names"
_ACKNOWLEDGED = "the receipt of the recipient: without it nothing shows that the files arrived"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one file of the folder; `fault` None: it is as it must be."""

    name: str
    fault: BadInput | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the fault is that the folder does not hold it."""
        return self.fault is not None and self.fault.found is _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a folder proves. `pinned`: the keys were given by the reader, not found in the folder.

    Keys that lie beside what they verify show that nothing changed since, not who signed.
    """

    findings: tuple[Finding, ...]
    manifest: ManifestClaims | None
    receipt: ReceiptClaims | None
    tree_head: TreeHeadClaims | None
    pinned: bool
    receipt_pinned: bool

    @property
    def ok(self) -> bool:
        """Whether everything is as it must be."""
        return self.manifest is not None and all(one.fault is None for one in self.findings)


def verify_export(
    folder: str | Path,
    *,
    jwks: Mapping[str, Any] | None = None,
    receipt_jwks: Mapping[str, Any] | None = None,
) -> Verdict:
    """What the export in *folder* proves.

    *jwks*: the sender's public keys (`/jwks` of the server, saved before); None: `jwks.json` of
    the folder. *receipt_jwks*: the recipient's; None: `receipt-jwks.json`. A fault is no error: it
    is a finding that names the file. BadInput when *folder* is none.
    """
    place = Path(folder)
    if not place.is_dir():
        raise BadInput("folder", folder, "a folder with an export")
    return _Reading(place, jwks, receipt_jwks).verdict()


def verify_stored(path: str | Path, jwks: Mapping[str, Any]) -> StoredClaims:
    """What the server's receipt in the file *path* says: a batch or a deposit that it stored.

    BadInput when it is not signed by a key of *jwks*, the server's.
    """
    place = Path(path)
    text = _read_limited_text(place, _MOST_JWS)
    try:
        return receipt.verified_stored(text, jwks)
    except Unsigned as error:
        raise BadInput(place.name, Words("another one"), _STORED_SIGNED) from error


class _Reading:
    """One folder, read once; what is found is noted file by file."""

    def __init__(
        self, place: Path, jwks: Mapping[str, Any] | None, receipt_jwks: Mapping[str, Any] | None
    ) -> None:
        self.place, self.jwks, self.receipt_jwks = place, jwks, receipt_jwks
        self.findings: list[Finding] = []

    def verdict(self) -> Verdict:
        """Everything that the folder holds, in its order."""
        said = head = acknowledged = None
        signed = self._signed()
        if signed is not None:
            compact, said, keys = signed
            for file in said.files:
                self._note(file.name, self._file_fault(file))
            head = self._head(said, keys)
            acknowledged = self._receipt(said, compact)
            self.findings += self._strangers(said)
        return Verdict(
            findings=tuple(self.findings),
            manifest=said,
            receipt=acknowledged,
            tree_head=head,
            pinned=self.jwks is not None,
            receipt_pinned=self.receipt_jwks is not None,
        )

    def _note(self, name: str, fault: BadInput | None) -> None:
        self.findings.append(Finding(name, fault))

    def _signed(self) -> tuple[str, ManifestClaims, Mapping[str, Any]] | None:
        """The manifest, what it says, and the keys by which it holds; None: it does not."""
        try:
            compact = self._text(MANIFEST, _MOST_JWS)
            keys = self.jwks or self._keys(JWKS)
            said = manifest.verify_manifest(compact, keys)
        except Unsigned:
            self._note(MANIFEST, BadInput(MANIFEST, Words("another one"), _MANIFEST_SIGNED))
            return None
        except BadInput as fault:
            self._note(fault.where, fault)
            return None
        self._note(MANIFEST, None)
        return compact, said, keys

    def _file_fault(self, file: ExportFile) -> BadInput | None:
        tally = Tally(file)
        try:
            with (self.place / file.name).open("rb") as source:
                while piece := source.read(_PIECE):
                    tally.add(piece)
        except OSError:
            return BadInput(file.name, _NOTHING, "a file of the manifest")
        return tally.fault()

    def _head(self, said: ManifestClaims, keys: Mapping[str, Any]) -> TreeHeadClaims | None:
        """The signed head of the journal: the one that the manifest names, when it names one."""
        if not (self.place / TREE_HEAD).exists():
            if said.tree_size is not None:
                self._note(TREE_HEAD, BadInput(TREE_HEAD, _NOTHING, _HEAD_NAMED))
            return None
        try:
            head = tree_head.verify_tree_head(self._text(TREE_HEAD, _MOST_JWS), keys)
        except Unsigned:
            self._note(TREE_HEAD, BadInput(TREE_HEAD, Words("another one"), _HEAD_SIGNED))
            return None
        except BadInput as fault:
            self._note(TREE_HEAD, fault)
            return None
        wanted = {"iss": said.iss, "tree_size": said.tree_size, "root": said.root}
        self._note(TREE_HEAD, _find_unlike_claim(TREE_HEAD, head, wanted))
        return head

    def _receipt(self, said: ManifestClaims, compact: str) -> ReceiptClaims | None:
        """The recipient's receipt: for this manifest, and that all is well."""
        if not (self.place / RECEIPT).exists():
            self._note(RECEIPT, BadInput(RECEIPT, _NOTHING, _ACKNOWLEDGED))
            return None
        try:
            keys = self.receipt_jwks or self._keys(RECEIPT_JWKS)
            told = receipt.verify_receipt(self._text(RECEIPT, _MOST_JWS), keys)
        except Unsigned:
            self._note(RECEIPT, BadInput(RECEIPT, Words("another one"), _RECEIPT_SIGNED))
            return None
        except BadInput as fault:
            self._note(fault.where, fault)
            return None
        wanted = {
            "manifest_sha256": manifest.digest(compact),
            "iss": said.aud,
            "aud": said.iss,
            "files_ok": True,
        }
        self._note(RECEIPT, _find_unlike_claim(RECEIPT, told, wanted))
        return told

    def _strangers(self, said: ManifestClaims) -> Iterator[Finding]:
        """What lies in the folder and is proved by nothing."""
        known = PROOFS | {file.name for file in said.files}
        for path in sorted(self.place.iterdir()):
            if path.name not in known:
                fault = BadInput(path.name, Words("another file"), "a file of the manifest")
                yield Finding(path.name, fault)

    def _keys(self, name: str) -> Mapping[str, Any]:
        return parsed_keys(self._text(name, _MOST_JWKS), name)

    def _text(self, name: str, most: int) -> str:
        return _read_limited_text(self.place / name, most)


def _read_limited_text(path: Path, most: int) -> str:
    """The text of a file of at most *most* bytes, without the newline at its end. BadInput."""
    try:
        with path.open("rb") as source:
            content = source.read(most + 1)
    except OSError:
        raise BadInput(path.name, _NOTHING, "a file that can be read") from None
    if len(content) > most:
        raise BadInput(path.name, f"{most} +", "a file that is not so large")
    try:
        return content.decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadInput(path.name, Words("other bytes"), "a text in UTF-8") from None


def parsed_keys(text: str, name: str) -> Mapping[str, Any]:
    """The JWK set in *text*; BadInput at *name* otherwise."""
    try:
        found = jose.parse_strict_json(text)
    except Unsigned as error:
        raise BadInput(name, text, _JWK_SET) from error
    if not isinstance(found, dict) or not isinstance(found.get("keys"), list):
        raise BadInput(name, text, _JWK_SET)
    return found


def _find_unlike_claim(name: str, claims: object, wanted: Mapping[str, object]) -> BadInput | None:
    """The first claim that is not as wanted; None: all are."""
    for claim, value in wanted.items():
        found = getattr(claims, claim)
        if found != value:
            return BadInput(f"{name}, {claim}", found, str(value))
    return None
