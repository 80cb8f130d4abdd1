"""An agreement as people and programs read it: clauses, ODRL, and what is printed and signed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from synergie.calendar import load_time_zone
from synergie.exchange.trust.agreements import Agreements
from synergie.policy import Permit, Principal, permit_party
from synergie.policy.trust.clauses import build_clauses
from synergie.policy.trust.odrl import build_odrl
from synergie.proof import jose
from synergie.reports.language import get_language
from synergie.reports.page import html, policy_of
from synergie.reports.pdf import render_pdf
from synergie.reports.trust.agreement import KeyShown, Printed, agreement_document
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.agreement_bytes import signed_bytes
from synergie.schemas.trust.agreement_proof import AgreementKey, AgreementProof
from synergie.schemas.trust.clause import Clauses
from synergie.storage.store import Session, Store
from synergie.storage.trust.agreements.agreements import items_of
from synergie.storage.trust.organisations import SigningKey, find_organisation, key_history

_PARIS = "Europe/Paris"
_LIMIT = 4096


class Sheet(NamedTuple):
    """An HTML file, and the content security policy it is to be sent with."""

    text: str
    policy: str


@dataclass(frozen=True, slots=True)
class AgreementPapers:
    """What is written of an agreement; for its two parties. NotFound as for the agreement.

    Clauses and papers are in the language spoken where they are asked for (`told_in`).
    """

    store: Store

    def clauses(
        self, caller: Principal, agreement_id: str, *, version: int | None = None, now: datetime
    ) -> Clauses:
        """Clause by clause, each with what it means."""
        one, permit = self._read(caller, agreement_id, version, now)
        with self.store.read() as session:
            return build_clauses(one, _get_party_names(permit, session, one), lang=get_language())

    def odrl(
        self, caller: Principal, agreement_id: str, *, version: int | None = None, now: datetime
    ) -> dict[str, Any]:
        """As an ODRL 2.2 Agreement, JSON-LD."""
        return build_odrl(self._read(caller, agreement_id, version, now)[0])

    def html(
        self, caller: Principal, agreement_id: str, *, version: int | None = None, now: datetime
    ) -> Sheet:
        """As one HTML file that needs nothing else: to read, to print, to sign."""
        document = agreement_document(self._printed(caller, agreement_id, version, now))
        return Sheet(html(document), policy_of(document))

    def pdf(
        self, caller: Principal, agreement_id: str, *, version: int | None = None, now: datetime
    ) -> bytes:
        """As a tagged PDF, dated by the last change of the agreement. MissingExtra("report")."""
        printed = self._printed(caller, agreement_id, version, now)
        last = printed.agreement.history[-1].at
        return render_pdf(
            agreement_document(printed), day=last.astimezone(load_time_zone(_PARIS)).date()
        )

    def proof(
        self, caller: Principal, agreement_id: str, *, version: int | None = None, now: datetime
    ) -> AgreementProof:
        """The exact text that is signed, the signatures, and every key of both parties."""
        one, _ = self._read(caller, agreement_id, version, now)
        with self.store.read() as session:
            sides = (one.terms.owner, one.terms.recipient)
            keys = tuple(
                _build_agreement_key(side, key)
                for side in sides
                for key in key_history(session, side)
            )
        return AgreementProof(
            agreement=one.id,
            version=one.version,
            signed_text=signed_bytes(one.id, one.version, one.terms).decode(),
            terms_sha256=one.terms_sha256,
            signatures=one.signatures,
            keys=keys,
        )

    def _read(
        self, caller: Principal, agreement_id: str, version: int | None, now: datetime
    ) -> tuple[Agreement, Permit]:
        one = Agreements(self.store).read(caller, agreement_id, version=version, now=now)
        return one, permit_party(caller, action="read", now=now)

    def _printed(
        self, caller: Principal, agreement_id: str, version: int | None, now: datetime
    ) -> Printed:
        one, permit = self._read(caller, agreement_id, version, now)
        with self.store.read() as session:
            names = _get_party_names(permit, session, one)
            return Printed(
                agreement=one,
                clauses=build_clauses(one, names, lang=get_language()),
                names=(names[one.terms.owner], names[one.terms.recipient]),
                items=items_of(permit, session, one),
                keys=tuple(_iterate_signature_keys(session, one)),
                tz=load_time_zone(_PARIS),
            )


def _build_agreement_key(organisation_id: str, key: SigningKey) -> AgreementKey:
    return AgreementKey(
        organisation=organisation_id,
        kid=str(key.jwk.get("kid")),
        jwk={name: value for name, value in key.jwk.items() if isinstance(value, str)},
        thumbprint=jose.public_key(key.jwk).thumbprint(),
        valid_from=key.valid_from,
        valid_until=key.valid_until,
    )


def _get_party_names(permit: Permit, session: Session, one: Agreement) -> dict[str, str]:
    """The official names of the two parties."""
    found = {}
    for side in (one.terms.owner, one.terms.recipient):
        known = find_organisation(permit, session, side)
        found[side] = side if known is None else known.name
    return found


def _iterate_signature_keys(session: Session, one: Agreement) -> Iterator[KeyShown]:
    """The key of each signature: its name in the signature, its thumbprint in the directory."""
    for signature in one.signatures:
        kid = jose.parse_unverified(signature.jws, limit=_LIMIT).header.get("kid")
        history = key_history(session, signature.organisation)
        prints = [
            jose.public_key(key.jwk).thumbprint() for key in history if key.jwk.get("kid") == kid
        ]
        yield KeyShown(
            role=signature.role,
            kid=kid if isinstance(kid, str) else None,
            thumbprint=prints[0] if prints else None,
        )
