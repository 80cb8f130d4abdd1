"""The digest of a document of a contract, and the signatures over it."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from joserfc.jwk import KeySet
from pydantic import BaseModel

from synergie.contract.plan._text import PARTY, SIGNATURE
from synergie.contract.records.contract import PerformanceContract
from synergie.contract.records.mv_plan import MvPlan, PartySignature
from synergie.contract.records.statement import SavingsReport
from synergie.errors import BadInput
from synergie.proof import jose
from synergie.proof.jose import Key, Unsigned

SIGNATURE_TYPE = "synergie-contract+jwt"
MOST_SIGNATURE = 4096
"""Characters of a signature."""


def compute_digest(document: BaseModel) -> str:
    """SHA-256 of *document* as canonical JSON, without its own digest and signatures."""
    fields = document.model_dump(mode="json", exclude={"digest", "signatures"})
    return hash_fields(fields)


def hash_fields(fields: Mapping[str, Any]) -> str:
    """The same of parsed JSON: sorted members, no spaces."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def get_contract(document: MvPlan | SavingsReport) -> PerformanceContract:
    """The contract that *document* is of."""
    return document.contract if isinstance(document, MvPlan) else document.inputs.plan.contract


def sign_document(
    document: MvPlan | SavingsReport, party: str, key: Key, now: datetime
) -> MvPlan | SavingsReport:
    """*document* with the signature of *party*, in the place of an earlier one of it.

    BadInput: it is not a party of the contract.
    """
    contract = get_contract(document)
    if party not in {contract.operator, contract.client}:
        raise BadInput("/party", party, PARTY)
    claims = build_claims(document, party) | {"iat": int(now.timestamp())}
    signature = PartySignature(party=party, jws=jose.sign_compact(key, SIGNATURE_TYPE, claims))
    others = [one for one in document.signatures if one.party != party]
    signatures = tuple(sorted([*others, signature], key=lambda one: one.party))
    return document.model_copy(update={"signatures": signatures})


def check_signatures(document: MvPlan | SavingsReport, keys: Mapping[str, KeySet]) -> set[str]:
    """The parties whose signature holds with their *keys*.

    BadInput for a signature that does not; one whose key is not given is not counted.
    """
    sound: set[str] = set()
    for one in document.signatures:
        if one.party not in keys:
            continue
        try:
            signed = jose.verify_compact(
                one.jws, SIGNATURE_TYPE, keys[one.party], limit=MOST_SIGNATURE
            )
        except Unsigned as error:
            raise BadInput("/signatures", one.party, SIGNATURE) from error
        expected = build_claims(document, one.party)
        if {name: signed.claims.get(name) for name in expected} != expected:
            raise BadInput("/signatures", one.party, SIGNATURE)
        sound.add(one.party)
    return sound


def build_claims(document: MvPlan | SavingsReport, party: str) -> dict[str, Any]:
    """What *party* signs of *document*, but the time."""
    kind = "plan" if isinstance(document, MvPlan) else "statement"
    contract = get_contract(document)
    return {"iss": party, "sub": contract.id, "kind": kind, "digest": document.digest}
