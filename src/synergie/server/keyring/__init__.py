"""The server's private keys: two sets, for tokens and for proofs, shared by all workers."""

from synergie.server.keyring._keyring import ROLES, Keyring, Step
from synergie.server.keyring._ring import RingKey, Role, due_at, ready_at

__all__ = ["ROLES", "Keyring", "RingKey", "Role", "Step", "due_at", "ready_at"]
