"""Passkeys of people (W3C Web Authentication Level 3): added by who is logged in, then a log-in.

The `fido2` library verifies; here is what is kept, and that each challenge is ours and used once.
A challenge is random bits, their time and a MAC: nothing is written before a signature holds.
"""

import hmac
import ipaddress
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from pydantic import TypeAdapter, ValidationError

from synergie.errors import BadInput, Conflict, NotAuthenticated, NotFound, Words
from synergie.exchange.trust.accounts import (
    Accounts,
    Browser,
    Entered,
    account_of,
    opened,
    principal_of,
    record_account_event,
)
from synergie.policy import Principal
from synergie.schemas.trust.account import Account, Passkey
from synergie.storage.trust import accounts, replays
from synergie.storage.trust.accounts import PasskeyCredential
from synergie.units import Text

_NAME: TypeAdapter[str] = TypeAdapter(Text)
_GOOD_FOR = timedelta(minutes=30)
_MOST_BYTES = 64 * 1024
_MOST_KEYS = 20
_LONGEST_ID = 1_400
"""Characters of a credential id, base64url: 1,023 bytes at most (§4)."""
_NONCE, _TIME, _MAC = 16, 8, 16
_LONGEST_BYTES = 1_023
_NO_MODEL = bytes(16)
_CLOCKS = timedelta(seconds=5)
"""Another process may have made the challenge."""
_EXPECTED = "the answer of a passkey made for this site, on this page, just now"
_USED_BY = "account:passkey"
"""Under which name used challenges are remembered: no program can bear it."""

_FAULTS = (
    ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError, RecursionError,
    OverflowError, UnsupportedAlgorithm,
)  # fmt: skip
"""What the library raises for bytes that are not what they should be."""


@dataclass(frozen=True, slots=True)
class _NewPasskey:
    """A new passkey as the store keeps it."""

    credential: str
    public_key: bytes
    count: int


@dataclass(frozen=True, slots=True)
class Passkeys:
    """Passkeys for the site at *origin*: `https://host` or `http://localhost:port`.

    *secret* makes challenges. One transaction each.
    """

    accounts: Accounts
    origin: str
    secret: bytes

    @property
    def available(self) -> bool:
        """Whether a browser takes passkeys here: a named host, https or this machine's."""
        host = urlsplit(self.origin).hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return self.origin.startswith("https:") or host == "localhost"
        return False

    def of(self, account_id: str) -> list[Passkey]:
        """The passkeys of an account, the first one first."""
        with self.accounts.store.read() as session:
            return [kept for _, kept in accounts.list_passkeys(session, account_id)]

    def options(self, *, now: datetime) -> dict[str, Any]:
        """What a browser is asked for at a log-in (PublicKeyCredentialRequestOptionsJSON)."""
        asked, _ = self._server().authenticate_begin(
            challenge=self._challenge("enter", now),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return _dump_passkey_options(asked.public_key)

    def new_options(self, account: Account, *, now: datetime) -> dict[str, Any]:
        """What a browser is asked for to add one (PublicKeyCredentialCreationOptionsJSON)."""
        with self.accounts.store.read() as session:
            known = accounts.list_passkeys(session, account.id)
        person = PublicKeyCredentialUserEntity(
            id=account.id.encode(), name=account.label, display_name=account.label
        )
        asked, _ = self._server().register_begin(
            person,
            [
                PublicKeyCredentialDescriptor(
                    type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(credential)
                )
                for credential, _ in known
            ],
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
            challenge=self._challenge(account.id, now),
        )
        return _dump_passkey_options(asked.public_key)

    def add(self, caller: Principal, answer: str, name: str, *, now: datetime) -> Passkey:
        """Keep the passkey that a browser made; *answer* is its RegistrationResponseJSON.

        BadInput when it does not hold; Conflict when it is there, or the account has 20.
        """
        account_id = account_of(caller) or ""
        label = _parse_organisation_name(name)
        found = self._registered(account_id, answer, now=now)
        with self.accounts.store.write() as session:
            owner = accounts.find_account(session, account_id)
            if owner is None or owner.closed_at is not None:
                raise NotFound
            if len(accounts.list_passkeys(session, account_id)) >= _MOST_KEYS:
                raise Conflict("20 passkeys", "fewer than 20")
            made = PasskeyCredential(
                id=f"key_{secrets.token_hex(10)}",
                account=owner,
                credential=found.credential,
                public_key=found.public_key,
                sign_count=found.count,
            )
            if not accounts.add_passkey(session, made, name=label, now=now):
                raise Conflict("known", "a passkey that is not here yet")
            record_account_event(session, owner, "account.passkey_added", None, by=caller, now=now)
        return Passkey(id=made.id, name=label, created_at=now, used_at=None)

    def drop(self, caller: Principal, passkey_id: str, *, now: datetime) -> None:
        """Remove a passkey of the caller's own account. NotFound."""
        account_id = account_of(caller) or ""
        with self.accounts.store.write(essential=True) as session:
            owner = accounts.find_account(session, account_id)
            if owner is None or not accounts.drop_passkey(session, account_id, passkey_id):
                raise NotFound
            record_account_event(
                session, owner, "account.passkey_removed", None, by=caller, now=now
            )

    def drop_all(self, account_id: str, *, by: Principal | None, now: datetime) -> int:
        """Remove every passkey of an account, for its keeper; how many. NotFound."""
        with self.accounts.store.write(essential=True) as session:
            owner = opened(session, account_id, by)
            gone = [
                accounts.drop_passkey(session, owner.id, one.id)
                for _, one in accounts.list_passkeys(session, owner.id)
            ]
            record_account_event(session, owner, "account.passkey_removed", "all", by=by, now=now)
        return sum(gone)

    def enter(self, answer: str, *, browser: Browser, now: datetime) -> Entered:
        """Log in by a passkey; *answer* is its AuthenticationResponseJSON. NotAuthenticated.

        A counter that does not rise tells of a copy (§7.2 step 22): it is refused, and recorded.
        """
        response = _parse_passkey_answer(answer)
        with self.accounts.store.read() as session:
            kept = accounts.find_passkey(session, str(response.get("id", ""))[:_LONGEST_ID])
        if kept is None:
            raise NotAuthenticated("bad_passkey")
        try:
            count = self._counted(kept, response, now=now)
        except NotAuthenticated:
            self._refused(kept, "bad_passkey", now=now)
            raise
        with self.accounts.store.write(essential=True) as session:
            fresh = accounts.find_passkey(session, kept.credential)
            if fresh is None:
                raise NotAuthenticated("bad_passkey")
            rises = count > kept.sign_count or count == kept.sign_count == 0
            if rises and accounts.count_passkey(session, kept, count, now=now):
                return self.accounts.seat(session, fresh.account, "passkey", browser, now=now)
        self._refused(kept, "passkey_counter", now=now)
        raise NotAuthenticated("bad_passkey")

    def _refused(self, kept: PasskeyCredential, reason: str, *, now: datetime) -> None:
        """Tell the journal of the account's organisation of a log-in that failed."""
        with self.accounts.store.write(essential=True) as session:
            by = principal_of(kept.account)
            record_account_event(session, kept.account, "account.refused", reason, by=by, now=now)

    def _registered(self, account_id: str, answer: str, *, now: datetime) -> _NewPasskey:
        """What the library finds in a RegistrationResponseJSON that holds. BadInput."""
        try:
            response = RegistrationResponse.from_dict(json.loads(answer[:_MOST_BYTES]))
            state = self._state(account_id, response.response.client_data.challenge, now)
            found = self._server().register_complete(state, response)
        except _FAULTS as error:
            raise BadInput("/passkey", Words("an answer that does not hold"), _EXPECTED) from error
        credential = found.credential_data
        if credential is None or len(credential.credential_id) > _LONGEST_BYTES:
            raise BadInput("/passkey", Words("no key"), _EXPECTED)
        return _NewPasskey(
            websafe_encode(credential.credential_id),
            cbor.encode(dict(credential.public_key)),
            found.counter,
        )

    def _counted(
        self, kept: PasskeyCredential, response: Mapping[str, Any], *, now: datetime
    ) -> int:
        """The counter of an AuthenticationResponseJSON that *kept* signed. NotAuthenticated."""
        try:
            told = AuthenticationResponse.from_dict(response)
            state = self._state("enter", told.response.client_data.challenge, now)
            public = CoseKey.parse(cast("dict[int, Any]", cbor.decode(kept.public_key)))
            known = AttestedCredentialData.create(
                _NO_MODEL, websafe_decode(kept.credential), public
            )
            self._server().authenticate_complete(state, [known], told)
            handle = told.response.user_handle
        except _FAULTS as error:
            raise NotAuthenticated("bad_passkey") from error
        if handle is not None and handle != kept.account.id.encode():
            raise NotAuthenticated("bad_passkey")
        return int(told.response.authenticator_data.counter)

    def _server(self) -> Fido2Server:
        entity = PublicKeyCredentialRpEntity(
            id=urlsplit(self.origin).hostname or "", name="synergie"
        )
        return Fido2Server(entity, verify_origin=lambda told: told == self.origin)

    def _challenge(self, purpose: str, now: datetime) -> bytes:
        head = secrets.token_bytes(_NONCE) + int(now.timestamp()).to_bytes(_TIME, "big")
        return head + self._mac(purpose, head)

    def _state(self, purpose: str, challenge: bytes, now: datetime) -> dict[str, Any]:
        """What the library compares with, once *challenge* is ours, young and unused.

        ValueError otherwise. It is used up here, before the signature is looked at: nobody else
        can know it.
        """
        head = challenge[: _NONCE + _TIME]
        if not hmac.compare_digest(challenge, head + self._mac(purpose, head)):
            raise ValueError("a challenge that is not ours")
        made = datetime.fromtimestamp(int.from_bytes(head[_NONCE:], "big"), UTC)
        if not timedelta(0) <= now - made + _CLOCKS < _GOOD_FOR:
            raise ValueError("a challenge of another time")
        text, until = websafe_encode(challenge), made + 2 * _GOOD_FOR
        if not replays.remember_assertion(self.accounts.store, _USED_BY, text, until=until):
            raise ValueError("a challenge that was used")
        return {"challenge": text, "user_verification": UserVerificationRequirement.REQUIRED}

    def _mac(self, purpose: str, head: bytes) -> bytes:
        return hmac.digest(self.secret, purpose.encode() + b"\x00" + head, sha256)[:_MAC]


def _parse_passkey_answer(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer[:_MOST_BYTES])
    except (ValueError, RecursionError) as error:
        raise NotAuthenticated("bad_passkey") from error
    if not isinstance(found, dict):
        raise NotAuthenticated("bad_passkey")
    return found


def _dump_passkey_options(options: object) -> dict[str, Any]:
    """The library's options as plain JSON values."""
    found: dict[str, Any] = json.loads(json.dumps(dict(cast("Mapping[str, Any]", options))))
    return found


def _parse_organisation_name(name: str) -> str:
    try:
        return _NAME.validate_python(name.strip())
    except ValidationError as error:
        raise BadInput("/name", name, "a name, 1 to 200 characters") from error
