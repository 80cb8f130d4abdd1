"""The bytes of what a kept plan stands on (RFC 8785), and their digests: the same for ever."""

import json
from hashlib import sha256

import rfc8785
from pydantic import BaseModel

from synergie.schemas.plan import Plan

_LEAST, _WHOLE = 1e-4, 1e15
"""Numbers between them have no exponent, in Python as in RFC 8785."""


def build_canonical_bytes(record: BaseModel) -> bytes:
    """*record* in the canonical form of RFC 8785.

    By the C encoder of Python where it writes the same: for field names (ASCII), texts and whole
    numbers; a number with a fraction is written the same between 1e-4 and 1e15. Others take the
    slow way.
    """
    odd: list[str] = []

    def number(text: str) -> float | int:
        value = float(text)
        if value.is_integer() and abs(value) < _WHOLE:
            return int(value)
        if not _LEAST <= abs(value) < _WHOLE:
            odd.append(text)
        return value

    plain = json.loads(record.model_dump_json(), parse_float=number)
    if odd:
        return rfc8785.dumps(record.model_dump(mode="json"))
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(record: BaseModel) -> str:
    """SHA-256 of `canonical`, in hexadecimal."""
    return sha256(build_canonical_bytes(record)).hexdigest()


def drop_solve_seconds[P: Plan](plan: P) -> P:
    """*plan* without the seconds it took, the one field that differs between two runs."""
    return plan.model_copy(update={"run": plan.run.model_copy(update={"seconds": 0.0})})
