"""The server's own keys, as they are now: a rotation is seen by every worker, without a restart."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from joserfc.jwk import ECKey, KeySet

from synergie.errors import BadInput, Conflict, Misconfigured
from synergie.proof import jose
from synergie.server.keyring import _files, _ring
from synergie.server.keyring._ring import Ring, RingKey, Role

ROLES: tuple[Role, ...] = ("tokens", "proofs")

_SIGNING: tuple[_ring.State, ...] = ("current", "next")

type Step = Literal["next", "promote", "retire"]
"""The steps of a rotation, in their order."""


@dataclass(frozen=True, slots=True)
class _RingSnapshot:
    """The list as it was read last, and the keys that go with it."""

    stamp: tuple[int, ...]
    ring: Ring
    signing: Mapping[Role, ECKey]
    coming: Mapping[Role, ECKey]
    trusted: KeySet


@dataclass(slots=True, eq=False)
class Keyring:
    """The keys that sign tokens, those that sign proofs, and a secret of this server.

    Files of one folder. Each use looks whether the list has changed: one `stat`, 2 µs.
    """

    folder: Path
    secret: bytes
    _seen: _RingSnapshot | None = field(default=None, repr=False)

    @classmethod
    def open(cls, folder: Path, *, now: datetime | None = None) -> "Keyring":
        """The keys in *folder*, made at *now* when they are not there yet; two workers may race.

        Without *now* the time of the file is taken. Misconfigured when a file can be read by
        others, or is not a key of ours.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = _files.create_private_file(folder / "secret", lambda: secrets.token_hex(32))
        _files.check_private_file(secret)
        if not (folder / _files.LIST).exists():
            with _files.alone(folder):
                _create_first_keys(folder, now or _files.file_time(secret))
        found = cls(folder, secret.read_bytes())
        found._look()
        return found

    @property
    def ring(self) -> Ring:
        """Every key, in the order in which they were made."""
        return self._look().ring

    @property
    def current(self) -> ECKey:
        """The key that signs tokens now."""
        return self._look().signing["tokens"]

    @property
    def next(self) -> ECKey:
        """The key that will sign tokens; it is published and trusted already."""
        return self._look().coming["tokens"]

    @property
    def trusted(self) -> KeySet:
        """The keys by which our own tokens verify: current, next, and old for a token's life."""
        return self._look().trusted

    def trusts(self, kid: str) -> bool:
        """Whether tokens signed by the key *kid* still hold."""
        return any(held.kid == kid and held.role == "tokens" for held in self.ring)

    def published(self) -> list[dict[str, Any]]:
        """The keys that everyone may read, as JWKs, with what they are for and when.

        Public members only: the list has no others.
        """
        return [_dump_published_key(held) for held in self.ring]

    def prover(self, issuer: str) -> "FileProver":
        """Who signs proofs in the name of *issuer*, always with the current key."""
        return FileProver(self, issuer)

    def proof_key(self) -> ECKey:
        """The key that signs proofs now."""
        return self._look().signing["proofs"]

    def rotate(self, role: Role, step: Step, *, now: datetime) -> bool:
        """Take one *step*; False when there is nothing to do, so that each may be repeated.

        Conflict while its waiting time is not over. `next` makes a next key; `promote` lets it
        sign, and makes the one after; `retire` forgets token keys by which no token verifies
        (proof keys stay for ever).
        """
        with _files.alone(self.folder):
            before = _files.read_ring(self.folder)
            after = self._after(before, role, step, now)
            if after == before:
                return False
            self._write(before, after)
        return True

    def due(self, role: Role, *, now: datetime) -> tuple[Step, ...]:
        """The steps that are to be taken now, in their order: what a daily run does."""
        ring, steps = self.ring, list[Step]()
        if not _ring.select_role_keys(ring, role, "next"):
            steps.append("next")
        elif _ring.due_at(ring, role) <= now and _ring.ready_at(ring, role) <= now:
            steps.append("promote")
        if role == "tokens" and _ring.list_retirable_keys(ring, now=now):
            steps.append("retire")
        return tuple(steps)

    def revoke(self, kid: str, *, now: datetime) -> Role:
        """Stop the key *kid* at once, known or feared to be in other hands; its role. BadInput.

        A token key is gone with every token it signed. A proof key stays published with its end;
        the next one signs, without its waiting time: a copy of the key set that a partner keeps
        may not know it for 20 minutes.
        """
        with _files.alone(self.folder):
            ring = _files.read_ring(self.folder)
            found = next((held for held in ring if held.kid == kid), None)
            if found is None:
                raise BadInput("KID", kid, "a key of this server")
            self._write(ring, self._stopped(ring, found, now))
        return found.role

    def secret_for(self, use: str) -> bytes:
        """A secret for one *use*, the same in every worker."""
        return hmac.digest(self.secret, use.encode(), sha256)

    def _after(self, ring: Ring, role: Role, step: Step, now: datetime) -> Ring:
        if step == "next":
            return (
                ring
                if _ring.select_role_keys(ring, role, "next")
                else (*ring, self._create_next(role, now))
            )
        if step == "retire":
            return _ring.remove_retired_keys(ring, now=now) if role == "tokens" else ring
        ready = _ring.ready_at(ring, role)  # before a key is made for nothing
        if now < ready:
            _ring.promote_next_key(ring, role, _ring.get_single_key(ring, role, "next"), now=now)
        return _ring.promote_next_key(ring, role, self._create_next(role, now), now=now)

    def _stopped(self, ring: Ring, found: RingKey, now: datetime) -> Ring:
        if found.state == "old" and found.role == "proofs":
            raise Conflict("old", "a key that signs, now or next")
        rest = _ring.without(ring, [found.kid])
        if found.role == "proofs" and found.state == "current":
            rest = (*rest, replace(found, state="old", until=now))
        if found.state == "current":
            new = _ring.get_single_key(rest, found.role, "next")
            moved = replace(new, state="current", since=now)
            rest = tuple(moved if held.kid == new.kid else held for held in rest)
        return rest if found.state == "old" else (*rest, self._create_next(found.role, now))

    def _create_next(self, role: Role, now: datetime) -> RingKey:
        return _create_ring_key(self.folder, role, "next", now)

    def _write(self, before: Ring, after: Ring) -> None:
        """The list first; then the private keys that sign no more are removed."""
        _files.replace_private_file(self.folder / _files.LIST, _files.format_ring(after))
        needed = {held.kid for held in after if held.state != "old"}
        for held in before:
            if held.kid not in needed:
                _files.key_file(self.folder, held.kid).unlink(missing_ok=True)

    def _look(self) -> _RingSnapshot:
        """What is known, read again when the list has changed: whole, or not at all."""
        stamp = self._stamp()
        if self._seen is None or self._seen.stamp != stamp:
            self._seen = self._read_steadily(stamp)
        return self._seen

    def _read_steadily(self, stamp: tuple[int, ...]) -> _RingSnapshot:
        """The list and its keys; again for as long as rotations come in between."""
        while True:
            try:
                return _read_keyring(self.folder, stamp)
            except Misconfigured:
                if (again := self._stamp()) == stamp:
                    raise
                stamp = again

    def _stamp(self) -> tuple[int, ...]:
        state = (self.folder / _files.LIST).stat()
        return state.st_ino, state.st_mtime_ns, state.st_size


@dataclass(frozen=True, slots=True)
class FileProver:
    """A `jose.Prover` whose key is a file of this server."""

    _keyring: Keyring
    issuer: str

    def sign(self, typ: str, claims: Mapping[str, Any]) -> str:
        """*claims* as a compact JWS of the kind *typ*, by the key that signs proofs now."""
        return jose.sign_compact(self._keyring.proof_key(), typ, {"iss": self.issuer, **claims})


def _create_first_keys(folder: Path, now: datetime) -> None:
    """The first keys: of each role one that signs and one to come."""
    if (folder / _files.LIST).exists():
        return  # another worker was faster
    first = [
        _create_ring_key(folder, role, state, now)
        for role in ROLES
        for state in ("current", "next")
    ]
    _files.create_private_file(folder / _files.LIST, lambda: _files.format_ring(tuple(first)))


def _create_ring_key(
    folder: Path, role: Role, state: Literal["current", "next"], now: datetime
) -> RingKey:
    key = _files.generate_private_key()
    _files.saved_key(folder, key)
    return RingKey(
        kid=str(key.kid), role=role, state=state, jwk=_files.get_public_jwk(key), made_at=now
    )


def _read_keyring(folder: Path, stamp: tuple[int, ...]) -> _RingSnapshot:
    ring = _files.read_ring(folder)
    pairs = {
        state: [_ring.get_single_key(ring, role, state) for role in ROLES] for state in _SIGNING
    }
    keys = {held.kid: _files.read_key(folder, held) for held in (*pairs["current"], *pairs["next"])}
    return _RingSnapshot(
        stamp=stamp,
        ring=ring,
        signing={held.role: keys[held.kid] for held in pairs["current"]},
        coming={held.role: keys[held.kid] for held in pairs["next"]},
        trusted=KeySet([ECKey.import_key(held.jwk) for held in ring if held.role == "tokens"]),
    )


def _dump_published_key(held: RingKey) -> dict[str, Any]:
    told: dict[str, Any] = {**held.jwk, "role": held.role}
    if held.since is not None:
        told["valid_from"] = held.since
    if held.until is not None:
        told["valid_until"] = held.until
    return told
