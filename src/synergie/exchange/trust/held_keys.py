"""The signing key that an organisation lets this server hold, so that people sign on a page.

Asked for by the organisation itself, and by nobody else. The private half is sealed at rest
(`_key_box`), signs only what a person confirms, and is never given out: not to its organisation
either. Each use is in the journal; it can be let go at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey

from synergie.errors import BadInput, Conflict, Words
from synergie.exchange.trust import _key_box
from synergie.policy import Permit, Principal, permit_operator, permit_own_data
from synergie.proof import jose
from synergie.schemas.publication.signed_publication import (
    PUBLICATION_TYPE,
    PublicationToSign,
    claims_for,
)
from synergie.schemas.trust.agreement import Act, Agreement, Party
from synergie.schemas.trust.agreement_bytes import SIGNATURE_TYPE, terms_digest
from synergie.schemas.trust.journal import JournalEvent
from synergie.storage.store import Session, Store
from synergie.storage.trust.held_keys import (
    Origin,
    SealedKey,
    find_sealed_key,
    forget_held_key,
    save_held_key,
)
from synergie.storage.trust.journal.journal import Entry, append
from synergie.storage.trust.organisations import key_history, retire_key, save_key, signing_keys

_WHERE = "/key"
_MOST = 4096
"""Characters of a key that is brought."""
_EXPECTED = "a private key: a JWK (RFC 7517), EC P-256 or Ed25519"

type _Private = ECKey | OKPKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeyRecord:
    """What an organisation is told of the key that is held for it."""

    kid: str
    thumbprint: str
    """RFC 7638, SHA-256, base64url: as agreements print it."""
    origin: Origin
    """`made` here, or `brought`."""
    held_at: datetime
    held_by: str
    """The account that asked for it."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """What a key that is held is used for: the `typ` of its JWS, why, and over what."""

    type: str
    reason: str
    subject: str


@dataclass(frozen=True, slots=True)
class SigningKeyCustody:
    """Signing keys of organisations, sealed under *root* (32 bytes); one transaction each."""

    store: Store
    root: bytes = field(repr=False)

    def read(self, caller: Principal, *, now: datetime) -> SigningKeyRecord | None:
        """The key that is held for the caller's organisation, or None."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            found = find_sealed_key(permit, session)
            return None if found is None else _build_key_record(session, permit.owner, found)

    def make(self, caller: Principal, *, now: datetime) -> SigningKeyRecord:
        """A new key, made here: its public half joins the organisation's keys in the directory.

        Conflict while one is held.
        """
        key = ECKey.generate_key("P-256", {"alg": "ES256", "use": "sig"}, auto_kid=True)
        return self._hold(caller, key, "made", now=now)

    def bring(self, caller: Principal, text: str, *, now: datetime) -> SigningKeyRecord:
        """Hold the private JWK in *text*; its public half joins the directory if it is not there.

        Conflict while one is held. BadInput when it is no such key, when the directory has another
        one of its name, or when the organisation has ended its use.
        """
        return self._hold(caller, _parse_private_key(text), "brought", now=now)

    def let_go(self, caller: Principal, *, now: datetime) -> bool:
        """Hold no key any more; False when none was.

        The sealed half is removed. One that was made here is nobody's then: its use ends in the
        directory, and what it signed still verifies. One that was brought is still its owner's.
        """
        with self.store.write(essential=True) as session:
            permit = permit_own_data(caller, action="write", now=now)
            found = find_sealed_key(permit, session, for_update=True)
            if found is None:
                return False
            forget_held_key(permit, session)
            desk = _KeyTransaction(caller, permit, session)
            desk.note("organisation.key_let_go", found.kid, reason=found.origin)
            if found.origin == "made" and retire_key(
                permit_operator(now=now), session, permit.owner, found.kid, now=now
            ):
                desk.note("organisation.key_retired", found.kid)
        return True

    def sign(self, caller: Principal, shown: Agreement, act: Act, *, now: datetime) -> str:
        """The signature of the caller's organisation over the terms of *shown*: a compact JWS.

        Recorded before it is given. Conflict when no key is held, when its use has ended, or when
        it was sealed by another secret than this server's.
        """
        if terms_digest(shown.id, shown.version, shown.terms) != shown.terms_sha256:
            raise Conflict("changed", "terms whose digest is the one that was shown")
        with self.store.write() as session:
            desk = _KeyTransaction(
                caller, permit_own_data(caller, action="write", now=now), session
            )
            key = self._opened(desk)
            used = f"{shown.id}/{shown.version}"
            desk.note("organisation.key_used", str(key.kid), reason=act, used=used)
        return jose.sign_compact(key, SIGNATURE_TYPE, _build_signing_claims(caller, shown, now))

    def sign_publication(
        self, session: Session, caller: Principal, paper: PublicationToSign, *, now: datetime
    ) -> str:
        """The signature of the caller's organisation under *paper*: a compact JWS.

        Conflict as `sign_claims` raises it, or when *paper* is another organisation's.
        """
        if paper.org != caller.organisation:
            raise Conflict("another organisation", "a publication of one's own")
        claims = claims_for(paper, int(now.timestamp())).model_dump(mode="json")
        use = KeyUse(PUBLICATION_TYPE, "publish", paper.seen.terms.scheme)
        return self.sign_claims(session, caller, use, claims, now=now)

    def sign_claims(
        self,
        session: Session,
        caller: Principal,
        use: "KeyUse",
        claims: Mapping[str, Any],
        *,
        now: datetime,
    ) -> str:
        """The signature of the caller's organisation over *claims* and *now*: a compact JWS.

        In the transaction that keeps it, where its use is recorded: a key is not used for what is
        not kept. Conflict as `sign` raises it.
        """
        desk = _KeyTransaction(caller, permit_own_data(caller, action="write", now=now), session)
        key = self._opened(desk)
        desk.note("organisation.key_used", str(key.kid), reason=use.reason, about=(use.subject,))
        return jose.sign_compact(key, use.type, {"iat": int(now.timestamp()), **claims})

    def in_use(self, caller: Principal, *, now: datetime) -> tuple[str, ...]:
        """Names of the keys with which the caller's organisation signs now, held here or not."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            return tuple(sorted(one["kid"] for one in signing_keys(session, permit.owner)))

    def _opened(self, desk: "_KeyTransaction") -> _Private:
        """The key that is held, out of its box. Conflict: see `sign`."""
        owner = desk.permit.owner
        found = find_sealed_key(desk.permit, desk.session)
        if found is None:
            raise Conflict("no key", "a key that is held here, or a signature made elsewhere")
        if found.kid not in {one.get("kid") for one in signing_keys(desk.session, owner)}:
            raise Conflict("ended", "a key of the organisation that is in use")
        return _import_private_jwk(_key_box.opened(self.root, owner, found.kid, found.sealed))

    def _hold(
        self, caller: Principal, key: _Private, origin: Origin, *, now: datetime
    ) -> SigningKeyRecord:
        kid = str(key.kid)
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            if find_sealed_key(permit, session, for_update=True) is not None:
                raise Conflict("held", "no key held here: let go of the other one first")
            desk = _KeyTransaction(caller, permit, session)
            if _add_key_to_directory(session, permit.owner, key, now=now):
                desk.note("organisation.key_added", kid)
            box = _key_box.encrypt_private_key(
                self.root, permit.owner, kid, key.as_dict(private=True)
            )
            body = SealedKey(
                kid=kid, sealed=box, origin=origin, held_at=now, held_by=caller.client_id
            )
            save_held_key(permit, session, body)
            desk.note("organisation.key_held", kid, reason=origin)
        return SigningKeyRecord(
            kid=kid,
            thumbprint=key.thumbprint(),
            origin=origin,
            held_at=now,
            held_by=caller.client_id,
        )


def _add_key_to_directory(session: Session, owner: str, key: _Private, *, now: datetime) -> bool:
    """Whether the public half of *key* is new to the directory; it is in there then."""
    kid = str(key.kid)
    for known in key_history(session, owner):
        if known.jwk.get("kid") != kid:
            continue
        if jose.public_key(known.jwk).thumbprint() != key.thumbprint():
            raise BadInput(_WHERE, kid, "a name (kid) that no other key of yours bears")
        if known.valid_until is not None:
            raise BadInput(_WHERE, kid, "a key whose use you have not ended")
        return False
    public = {name: str(value) for name, value in key.as_dict(private=False).items()}
    return save_key(permit_operator(now=now), session, owner, public, now=now)


@dataclass(frozen=True, slots=True)
class _KeyTransaction:
    """One transaction of one caller on its own organisation's key."""

    caller: Principal
    permit: Permit
    session: Session

    def note(
        self,
        event: JournalEvent,
        kid: str,
        *,
        reason: str | None = None,
        used: str | None = None,
        about: tuple[str, ...] = (),
    ) -> None:
        """Record what was done with *kid*; *used*: under which agreement; *about*: over what."""
        entry = Entry(
            event,
            by=self.permit.bearer,
            client=self.caller.client_id,
            owner=self.permit.owner,
            agreement=used,
            subjects=(kid, *about),
            reason=reason,
        )
        append(self.permit, self.session, entry, now=self.permit.decided_at)


def _build_signing_claims(caller: Principal, shown: Agreement, now: datetime) -> dict[str, object]:
    role: Party = "owner" if shown.terms.owner == caller.organisation else "recipient"
    return {
        "agreement": shown.id,
        "version": shown.version,
        "terms_sha256": shown.terms_sha256,
        "role": role,
        "org": caller.organisation,
        "iat": int(now.timestamp()),
    }


def _parse_private_key(text: str) -> _Private:
    """The private key in *text*, by its own name or by its thumbprint. BadInput."""
    wrong = BadInput(_WHERE, Words("no such key"), _EXPECTED)  # never a word of a private key
    if len(text) > _MOST:
        raise wrong
    try:
        jwk = jose.parse_strict_json(text)
        key = _import_private_jwk(jwk) if isinstance(jwk, dict) else None
        if key is None or not key.is_private or len(key.kid or "") > 200:  # noqa: PLR2004 (Text)
            raise wrong
        jose.public_key({**key.as_dict(private=False)})
    except (jose.Unsigned, JoseError, ValueError, TypeError, KeyError):
        raise wrong from None
    return key


def _import_private_jwk(jwk: Mapping[str, Any]) -> _Private:
    if jwk.get("kty") not in {"EC", "OKP"}:
        raise ValueError(_EXPECTED)
    key = JWKRegistry.import_key(dict(jwk))
    if not isinstance(key, ECKey | OKPKey):
        raise TypeError(_EXPECTED)
    key.ensure_kid()
    return key


def _build_key_record(session: Session, owner: str, found: SealedKey) -> SigningKeyRecord:
    thumbprints = [
        jose.public_key(one.jwk).thumbprint()
        for one in key_history(session, owner)
        if one.jwk.get("kid") == found.kid
    ]
    return SigningKeyRecord(
        kid=found.kid,
        thumbprint=thumbprints[0] if thumbprints else found.kid,
        origin=found.origin,
        held_at=found.held_at,
        held_by=found.held_by,
    )
