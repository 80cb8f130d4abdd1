"""The bytes of what a kept plan stands on (RFC 8785), and their digests: the same for ever."""

from hashlib import sha256

import rfc8785
from pydantic import BaseModel

from synergie.schemas.plan import Plan


def canonical(record: BaseModel) -> bytes:
    """*record* in the canonical form of RFC 8785."""
    return rfc8785.dumps(record.model_dump(mode="json"))


def digest(record: BaseModel) -> str:
    """SHA-256 of `canonical`, in hexadecimal."""
    return sha256(canonical(record)).hexdigest()


def timeless[P: Plan](plan: P) -> P:
    """*plan* without the seconds it took, the one field that differs between two runs."""
    return plan.model_copy(update={"run": plan.run.model_copy(update={"seconds": 0.0})})
