"""Whether both parties signed an agreement: from its document and their keys, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synergie.cli.files import load_record, parse
from synergie.cli.texts import N_, _
from synergie.cli.trust._agreement import get_terminal_language

if TYPE_CHECKING:
    from synergie.proof.agreement import Flaw
    from synergie.schemas.trust.agreement import Terms
    from synergie.schemas.trust.agreement_proof import AgreementKey, AgreementProof

_WHY = {
    "terms": N_("the text is not the one that was signed"),
    "digest": N_("a signature is over other terms"),
    "signature": N_("a signature is missing or does not verify"),
    "key": N_("a signature is not by a key of the party that was in use then"),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one document."""

    proof: "AgreementProof"
    terms: "Terms | None"
    flaws: "tuple[Flaw, ...]"
    keys: "tuple[AgreementKey, ...]"
    are_apart: bool
    """Whether the keys are not those that lie in the document."""


def check(file: Path, keys: Path | None) -> Checked:
    """The document in *file*, held against the keys in *keys*, or against its own.

    BadInput when either is no such document.
    """
    from synergie.proof.agreement import proof_flaws, proof_terms
    from synergie.schemas.trust.agreement_proof import AgreementProof

    proof = load_record(file, AgreementProof)
    some = proof.keys if keys is None else _read_agreement_keys(keys)
    flaws = tuple(proof_flaws(proof, some))
    return Checked(proof, proof_terms(proof), flaws, some, keys is not None)


def _read_agreement_keys(path: Path) -> "tuple[AgreementKey, ...]":
    """Those of a set of keys, or of an agreement that was kept."""
    from synergie.schemas.trust.agreement_proof import AgreementKeys, AgreementProof

    return load_record(path, AgreementProof if "signed_text" in parse(path) else AgreementKeys).keys


def describe_agreement_check(checked: Checked) -> Iterator[str]:
    """What was found, for people."""
    from synergie.policy.readings.sentence import describe_terms

    proof = checked.proof
    if checked.terms is not None:
        yield describe_terms(checked.terms, lang=get_terminal_language())
    yield _("digest of the terms (SHA-256): {}").format(proof.terms_sha256)
    for one in checked.flaws:
        yield _("{}: {}; found {}, expected {}").format(
            one.where, _(_WHY[one.code]), one.found, one.expected
        )
    if checked.flaws:
        return
    for key, given in zip(_list_signing_keys(checked), proof.signatures, strict=True):
        yield _("signed by {} on {}, key {}").format(
            given.organisation, f"{given.signed_at:%Y-%m-%d}", key.thumbprint
        )
    if not checked.are_apart:
        yield _(
            "the keys lie in the same document: compare these thumbprints with those that each "
            "party tells you by another way"
        )


def _list_signing_keys(checked: Checked) -> "Iterator[AgreementKey]":
    """The key of each signature, of a document that holds."""
    from synergie.proof.agreement import find_key

    for given in checked.proof.signatures:
        key = find_key(given, checked.keys)
        if key is None:
            raise AssertionError("a signature that holds has its key")
        yield key


def dump_agreement_check(checked: Checked) -> dict[str, Any]:
    """The same for programs."""
    return {
        "agreement": checked.proof.agreement,
        "version": checked.proof.version,
        "terms_sha256": checked.proof.terms_sha256,
        "holds": not checked.flaws,
        "faults": [one._asdict() for one in checked.flaws],
        "keys_apart": checked.are_apart,
    }
