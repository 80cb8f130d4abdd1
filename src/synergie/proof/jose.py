"""Signed texts (JWS) and public keys (JWK) as we take them: few algorithms, strong keys.

RFC 7515, 7517 and 7518, narrowed by RFC 8725 and FAPI 2.0 Security Profile §5.4. Everything that
can be wrong with a text from outside ends in `Unsigned`, whose words are constant: the messages of
the library quote the input, and an input may hold what an OAuth error must not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, KeySet, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from synergie.errors import BadInput, Words

ALGORITHMS: tuple[str, ...] = ("ES256", "PS256", "Ed25519")
"""The signatures taken and advertised (FAPI 2.0 §5.4.1). Never RS256, HS256 or none."""

LEAST_RSA_BITS = 2048
"""FAPI 2.0 §5.4.1-2. The library imports RSA-1024 with a mere warning."""

LEAST_NEW_RSA_BITS = 3072
"""Of a key that is registered now: 128 bits of security (ASVS 11.2.3)."""

_MOST_RSA_BITS = 8192
_MOST_EXPONENT_BITS = 32
_MOST_KEYS = 10
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CURVES = {"EC": "P-256", "OKP": "Ed25519"}
_FITS = {"EC": "ES256", "OKP": "Ed25519", "RSA": "PS256"}
_UNTRUSTED = (JoseError, ValueError, TypeError, KeyError, RecursionError, OverflowError)
_EXPECTED = "a public key: EC P-256, Ed25519, or RSA of 2,048 bits or more"
_EXPECTED_NEW = "a public key: EC P-256, Ed25519, or RSA of 3,072 bits or more"
_LATEST = 1e11
"""Seconds since 1970: the year 5138. A time beyond is not a time."""

type Key = ECKey | OKPKey | RSAKey


class Unsigned(ValueError):
    """A text that is not signed as it must be. Its words are constant: no part of the input."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A JWS in its parts. Nothing of it may be believed before `verified`."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]


class Prover(Protocol):
    """Who signs what can be shown to others later: manifests, receipts, tree heads.

    The seam for a key in hardware: whoever has these two can take the place of our key files.
    """

    @property
    def issuer(self) -> str:
        """Who signs: the public address of a server, or an organisation."""
        ...

    def sign(self, typ: str, claims: Mapping[str, Any]) -> str:
        """*claims* as a compact JWS of the kind *typ*; `iss` is added when they name none."""
        ...


def _build_jws_registry() -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    registry.max_header_length = 8192  # a proof of an RSA key carries the key: over the usual 512
    return registry


_REGISTRY = _build_jws_registry()


def parse_unverified(text: str, *, limit: int) -> Signed:
    """The parts of a compact JWS of at most *limit* characters, **not verified**.

    Unsigned when it has not three parts, a header with one of `ALGORITHMS`, and an object inside.
    """
    if len(text) > limit or not text.isascii():
        raise Unsigned("too long, or not ASCII")
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004 (RFC 7515 §7.1)
        raise Unsigned("not three parts")
    header, claims = _decode_part(parts[0]), _decode_part(parts[1])
    if header.get("alg") not in ALGORITHMS:
        raise Unsigned("algorithm not taken")
    if "crit" in header or "b64" in header:
        raise Unsigned("extension not taken")
    return Signed(text, header, claims)


def verify_signature(signed: Signed, key: Key | KeySet) -> Signed:
    """*signed* again, its signature verified with *key*; of a set, the key that its kid names."""
    try:
        one = _select_named_key(signed, key) if isinstance(key, KeySet) else key
        jws.deserialize_compact(signed.text, one, registry=_REGISTRY)
    except _UNTRUSTED as error:
        raise Unsigned("signature does not verify") from error
    return signed


def sign_compact(key: Key, typ: str, claims: Mapping[str, Any]) -> str:
    """*claims* signed with the private *key*: a compact JWS whose header says alg, kid and *typ*.

    The claims are written as JSON with sorted members, so that the same ones give the same bytes.
    """
    header = {"alg": _FITS[key.key_type], "typ": typ}
    if key.kid:
        header["kid"] = key.kid
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return jws.serialize_compact(header, text, key, algorithms=[header["alg"]])


def verify_compact(text: str, typ: str, keys: Key | KeySet, *, limit: int) -> Signed:
    """The compact JWS *text*: of the kind *typ* exactly, and verified with *keys*.

    Unsigned otherwise. A text of one kind is never taken for one of another (RFC 8725 §3.11).
    """
    signed = parse_unverified(text, limit=limit)
    if signed.header.get("typ") != typ:
        raise Unsigned("signed for another use")
    return verify_signature(signed, keys)


def text_of(signed: Signed, name: str, *, limit: int = 2048) -> str:
    """The claim *name*, a text of 1 to *limit* characters; Unsigned otherwise."""
    value = signed.claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit:
        raise Unsigned("a claim is missing, or is not a short text")
    return value


def time_of(signed: Signed, name: str) -> float | None:
    """The claim *name*, seconds since 1970; None when absent. Unsigned when not a finite number."""
    value = signed.claims.get(name)
    if name not in signed.claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unsigned("a time is not a number")
    if not -_LATEST < value < _LATEST:  # false for NaN too; exact for integers of any length
        raise Unsigned("a time is out of range")
    return float(value)


def public_key(jwk: object, *, least_rsa_bits: int = LEAST_RSA_BITS) -> Key:
    """The public key in *jwk*: EC P-256, Ed25519 or RSA of 2,048 bits or more; Unsigned otherwise.

    A private member is refused: whoever sends one has published their key.
    """
    if not isinstance(jwk, dict) or not _PRIVATE.isdisjoint(jwk):
        raise Unsigned("not a public key")
    kind = jwk.get("kty")
    if kind not in ("EC", "OKP", "RSA") or jwk.get("crv") != _CURVES.get(kind):
        raise Unsigned("kind of key not taken")
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", _FITS[kind]) != _FITS[kind]:
        raise Unsigned("key made for another use")
    if kind == "RSA":
        _check_rsa_size(jwk, least_rsa_bits)
    return _import_public_key(jwk)


def public_keys(
    jwks: Mapping[str, Any], where: str = "/jwks", *, least_rsa_bits: int = LEAST_RSA_BITS
) -> KeySet:
    """The JWK set of a partner: 1 to 10 public keys, each with its own kid when there are several.

    BadInput at *where* when a key is not one of those `public_key` takes, or is an RSA key of
    fewer than *least_rsa_bits*.
    """
    keys = jwks.get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        raise BadInput(
            f"{where}/keys", _describe_key_set(keys), "1 to 10 public keys (RFC 7517 §5)"
        )
    found = [
        _import_key_of_set(jwk, f"{where}/keys/{place}", least_rsa_bits)
        for place, jwk in enumerate(keys)
    ]
    names = {(key.kid, key.key_type) for key in found}  # the kind tells a collision apart
    if len(found) > 1 and (len(names) < len(found) or any(key.kid is None for key in found)):
        raise BadInput(
            f"{where}/keys", Words("keys that cannot be told apart"), "a kid of its own a key"
        )
    return KeySet(list(found))


def parse_strict_json(text: str | bytes) -> object:
    """JSON (RFC 8259) without NaN, infinity or a member given twice; Unsigned otherwise."""
    try:
        return json.loads(
            text, parse_constant=_refuse_constant, object_pairs_hook=_check_unique_members
        )
    except _UNTRUSTED as error:
        raise Unsigned("not JSON") from error


def _select_named_key(signed: Signed, keys: KeySet) -> Key:
    """The key of *keys* that the header names; without a name, the only one there is.

    Two of one name are told apart by their kind: the library takes the first of that name.
    """
    header = signed.header
    if "kid" not in header and len(keys.keys) > 1:
        raise ValueError("no name, and several keys")
    fits = [key for key in keys.keys if _FITS.get(key.key_type) == header["alg"]]
    found = [key for key in fits if "kid" not in header or key.kid == header["kid"]]
    if len(found) != 1 or not isinstance(found[0], ECKey | OKPKey | RSAKey):
        raise ValueError("no key of that name")
    return found[0]


def _decode_part(text: str) -> dict[str, Any]:
    try:
        value = parse_strict_json(urlsafe_b64decode(text.encode()))
    except ValueError as error:
        raise Unsigned("a part is not base64url of JSON") from error
    if not isinstance(value, dict):
        raise Unsigned("a part is not an object")
    return value


def _import_public_key(jwk: dict[str, Any]) -> Key:
    try:
        key = JWKRegistry.import_key(jwk)
        key.check_key_op("verify")
    except _UNTRUSTED as error:
        raise Unsigned("not a key") from error
    if not isinstance(key, ECKey | OKPKey | RSAKey):
        raise Unsigned("not a public key")
    return key


def _check_rsa_size(jwk: dict[str, Any], least: int) -> None:
    n, e = jwk.get("n"), jwk.get("e")
    if not isinstance(n, str) or not isinstance(e, str):
        raise Unsigned("not a key")
    try:
        bits = int.from_bytes(urlsafe_b64decode(n.encode())).bit_length()
        exponent = int.from_bytes(urlsafe_b64decode(e.encode()))
    except ValueError as error:
        raise Unsigned("not a key") from error
    if not least <= bits <= _MOST_RSA_BITS or exponent.bit_length() > _MOST_EXPONENT_BITS:
        raise Unsigned("RSA key too short or too long")


def _import_key_of_set(jwk: object, where: str, least_rsa_bits: int) -> Key:
    try:
        return public_key(jwk, least_rsa_bits=least_rsa_bits)
    except Unsigned as error:
        expected = _EXPECTED_NEW if least_rsa_bits > LEAST_RSA_BITS else _EXPECTED
        raise BadInput(where, error, expected) from error


def _describe_key_set(keys: object) -> str:
    return f"{len(keys)} keys" if isinstance(keys, list) else "no list"


def _refuse_constant(constant: str) -> object:
    raise ValueError(constant)


def _check_unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is given twice")
    return members
