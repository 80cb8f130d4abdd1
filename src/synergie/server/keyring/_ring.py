"""The life of the server's keys: next, current, old. Values only, no file.

A key is published before it signs, for as long as anyone may keep the key set, and after it has
signed, for as long as what it signed is to be verified: a token's life; a proof's, for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from synergie.errors import Conflict, Misconfigured

type Role = Literal["tokens", "proofs"]
"""What a key signs: access tokens; or what is shown to others later (manifests, tree heads)."""

type State = Literal["next", "current", "old"]

PUBLISHED_FIRST = timedelta(minutes=20)
"""How long a key is published before it signs: the longest that a partner keeps the key set."""

PUBLISHED_AFTER = timedelta(seconds=300 + 60 + 60)
"""How long a token key is published after it signed last: a token's life, the clocks' skew, and
a minute for a worker that was about to sign."""

LIFE: dict[Role, timedelta] = {"tokens": timedelta(days=90), "proofs": timedelta(days=365)}
"""How long a key signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RingKey:
    """One key of the ring, its public half."""

    kid: str
    role: Role
    state: State
    jwk: dict[str, Any]
    made_at: datetime
    since: datetime | None = None
    """When it began to sign. None: not yet; or it is the first of its role."""
    until: datetime | None = None
    """When it ceased to sign. None: not yet."""


type Ring = tuple[RingKey, ...]
"""Every key of the server, in the order in which they were made."""


def select_role_keys(ring: Ring, role: Role, *states: State) -> list[RingKey]:
    """The keys of *role* in one of *states*, the latest made first."""
    return [held for held in reversed(ring) if held.role == role and held.state in states]


def get_single_key(ring: Ring, role: Role, state: State) -> RingKey:
    """The one key of *role* in *state*. Misconfigured when there is none."""
    found = select_role_keys(ring, role, state)
    if not found:
        raise Misconfigured("ring.json: expected a key {} of {}", state, role)
    return found[0]


def ready_at(ring: Ring, role: Role) -> datetime:
    """When the next key may begin to sign."""
    return get_single_key(ring, role, "next").made_at + PUBLISHED_FIRST


def due_at(ring: Ring, role: Role) -> datetime:
    """When the current key has signed for its whole life."""
    current = get_single_key(ring, role, "current")
    return (current.since or current.made_at) + LIFE[role]


def promote_next_key(ring: Ring, role: Role, fresh: RingKey, *, now: datetime) -> Ring:
    """The next key signs from *now* on, the current one is old, *fresh* is the next.

    Conflict while the next key has not been published for long enough.
    """
    ready = ready_at(ring, role)
    if now < ready:
        raise Conflict(
            f"too new until {_format_ring_moment(ready)}", "a key published for 20 minutes"
        )
    old, new = get_single_key(ring, role, "current"), get_single_key(ring, role, "next")
    changed = {
        old.kid: replace(old, state="old", until=now),
        new.kid: replace(new, state="current", since=now),
    }
    return (*(changed.get(held.kid, held) for held in ring), fresh)


def remove_retired_keys(ring: Ring, *, now: datetime) -> Ring:
    """*ring* without the old token keys by which no token verifies any more. Proof keys stay.

    Conflict while there are old token keys and all of them are still needed.
    """
    old, over = select_role_keys(ring, "tokens", "old"), list_retirable_keys(ring, now=now)
    if old and not over:
        until = _format_ring_moment(min(map(_over_at, old)))
        raise Conflict(f"needed until {until}", "a key whose last token has expired")
    return without(ring, over)


def list_retirable_keys(ring: Ring, *, now: datetime) -> frozenset[str]:
    """The old token keys by which no token verifies any more."""
    return frozenset(
        held.kid for held in select_role_keys(ring, "tokens", "old") if _over_at(held) <= now
    )


def without(ring: Ring, kids: Iterable[str]) -> Ring:
    """*ring* but for the keys *kids*."""
    gone = frozenset(kids)
    return tuple(held for held in ring if held.kid not in gone)


def _over_at(held: RingKey) -> datetime:
    return (held.until or held.made_at) + PUBLISHED_AFTER


def _format_ring_moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
