"""The caller, as the verified token tells it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A verified caller. Built in `server/guard.py` from a token, or by the command line.

    `agreements`: the agreements the token was narrowed to (RFC 9396 `authorization_details`);
    None when the token was not narrowed.
    """

    client_id: str
    organisation: str
    scopes: frozenset[str]
    agreements: frozenset[str] | None = None
    token_id: str | None = None
