"""The caller, as the verified token tells it."""

from dataclasses import dataclass
from datetime import datetime

from synergie.schemas.trust.agreement import Dataset, Granularity, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What one element of `authorization_details` (RFC 9396) leaves of one agreement.

    None: what the agreement opens. It narrows, and never widens.
    """

    agreement: str
    datasets: frozenset[Dataset] | None = None
    granularity: Granularity | None = None
    start: datetime | None = None
    end: datetime | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A verified caller. Built in `server/guard.py` from a token, or by the command line.

    `agreements`: the agreements the token was narrowed to (RFC 9396 `authorization_details`);
    None when the token was not narrowed. `narrowings`: how far, when it was further than that.
    """

    client_id: str
    organisation: str
    scopes: frozenset[str]
    agreements: frozenset[str] | None = None
    narrowings: tuple[Narrowing, ...] = ()
    token_id: str | None = None
