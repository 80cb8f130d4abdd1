"""Claims that a signature covers under a salt, told beside it: SD-JWT (RFC 9901).

A digest of few values, a reading say, is guessed by whoever tries them all. Signed with 128 random
bits, it is known only with its disclosure, which stays with its holder or is handed on with the
text. Of the RFC: members of the claims themselves (§4.2.1), SHA-256, no key binding.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from joserfc.util import urlsafe_b64decode, urlsafe_b64encode

from synergie.proof import jose
from synergie.proof.jose import Unsigned

_SALT_BYTES = 16
_DIGESTS, _ALGORITHM = "_sd", "_sd_alg"
_SHA256 = "sha-256"
_RESERVED = frozenset({_DIGESTS, _ALGORITHM, "..."})
_SEPARATOR = "~"
_MEMBERS = 3

__all__ = ["append_disclosures", "conceal_claims", "resolve_disclosures", "split_disclosures"]


def conceal_claims(
    claims: Mapping[str, Any], names: Iterable[str]
) -> tuple[dict[str, Any], list[str]]:
    """*claims* as they are signed, without the values of *names*, and a disclosure of each.

    What *claims* does not hold is not concealed.
    """
    told = {name: claims[name] for name in names if name in claims}
    disclosures = [_build_disclosure(name, value) for name, value in told.items()]
    left = {name: value for name, value in claims.items() if name not in told}
    if not disclosures:
        return left, []
    digests = sorted(_compute_disclosure_digest(one) for one in disclosures)
    return left | {_DIGESTS: digests, _ALGORITHM: _SHA256}, disclosures


def append_disclosures(compact: str, disclosures: Iterable[str]) -> str:
    """The signed text with its *disclosures*, as its holder keeps it (§4)."""
    return _SEPARATOR.join((compact, *disclosures, ""))


def split_disclosures(text: str) -> tuple[str, list[str]]:
    """The compact JWS in *text*, and its disclosures; none of a text that conceals nothing.

    Unsigned when something follows the last separator: a proof of a key, which is not taken.
    """
    compact, *disclosures = text.split(_SEPARATOR)
    if disclosures and disclosures.pop():
        raise Unsigned("a key binding is not taken")
    return compact, disclosures


def resolve_disclosures(claims: Mapping[str, Any], disclosures: list[str]) -> dict[str, Any]:
    """What *disclosures* tell of the signed *claims*, by name (§7.1).

    Unsigned for one that the claims do not cover, or that tells a member twice or one of the RFC.
    """
    covered = claims.get(_DIGESTS, [])
    if claims.get(_ALGORITHM, _SHA256) != _SHA256 or not isinstance(covered, list):
        raise Unsigned("another digest than SHA-256")
    found: dict[str, Any] = {}
    for one in disclosures:
        name, value = _parse_disclosure(one)
        if covered.count(_compute_disclosure_digest(one)) != 1:
            raise Unsigned("a disclosure that the signature does not cover")
        if name in claims or name in found or name in _RESERVED:
            raise Unsigned("a disclosure of a member that is told already")
        found[name] = value
    return found


def _build_disclosure(name: str, value: object) -> str:
    salt = urlsafe_b64encode(secrets.token_bytes(_SALT_BYTES)).decode()
    return urlsafe_b64encode(json.dumps([salt, name, value]).encode()).decode()


def _compute_disclosure_digest(disclosure: str) -> str:
    return urlsafe_b64encode(sha256(disclosure.encode()).digest()).decode()


def _parse_disclosure(disclosure: str) -> tuple[str, Any]:
    try:
        found = jose.parse_strict_json(urlsafe_b64decode(disclosure.encode()))
    except ValueError as error:
        raise Unsigned("a disclosure that cannot be read") from error
    if not isinstance(found, list) or len(found) != _MEMBERS:
        raise Unsigned("a disclosure that is not salt, name and value")
    salt, name, value = found
    if not isinstance(salt, str) or not isinstance(name, str):
        raise Unsigned("a disclosure that is not salt, name and value")
    return name, value
