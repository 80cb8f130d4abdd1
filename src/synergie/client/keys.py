"""Private keys of a program: made, kept in a file of their own, and read back.

Three kinds (FAPI 2.0 Security Profile §5.4): ES256 (EC P-256), PS256 (RSA of 3,072 bits, 2,048
at least) and Ed25519. A key file is a JWK (RFC 7517) or a PEM, readable by its owner only.
"""

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from synergie.errors import Misconfigured

type Algorithm = Literal["ES256", "PS256", "Ed25519"]
type Jwk = dict[str, Any]
"""A JSON Web Key (RFC 7517). Private ones hold `d`: never show or log them."""
type JoseKey = ECKey | OKPKey | RSAKey

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm.__value__)

_NEW_RSA_BITS = 3072
_MIN_RSA_BITS = 2048
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_EXPECTED = "a private key: EC P-256, RSA of 2,048 bits or more, or Ed25519"


def new_key(alg: str = "ES256") -> Jwk:
    """A new private key as a JWK, named (`kid`) by its thumbprint (RFC 7638).

    *alg*: `ES256`, `PS256` or `Ed25519`; ValueError otherwise.
    """
    key: JoseKey
    match alg:
        case "ES256":
            key = ECKey.generate_key("P-256")
        case "PS256":
            key = RSAKey.generate_key(_NEW_RSA_BITS)
        case "Ed25519":
            key = OKPKey.generate_key("Ed25519")
        case _:
            raise ValueError(f"alg {alg!r}, expected one of {', '.join(ALGORITHMS)}")
    return _add_key_id(key.as_dict(private=True), key)


def save_key(key: Mapping[str, Any], path: str | Path) -> Path:
    """Write *key* into a new file that only its owner can read (mode 0600).

    FileExistsError when the file is there: a key is never overwritten.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as sink:
        json.dump(dict(key), sink, indent=2)
        sink.write("\n")
    return Path(path)


def load_key(path: str | Path) -> Jwk:
    """The private key in the file *path*, JWK or PEM, as a JWK with its `kid` and `alg`.

    Misconfigured when the file cannot be read, when others than its owner may read it, or when it
    holds no key of a kind we use.
    """
    try:
        with Path(path).open("rb") as source:
            _check_mode(path, os.fstat(source.fileno()).st_mode)
            content = source.read(64 * 1024)
    except OSError as error:
        raise Misconfigured("key file {}: {}", path, error.strerror) from error
    try:
        key = _from_pem(content) if b"-----BEGIN" in content else _from_jwk(json.loads(content))
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Misconfigured("key file {}: expected {}", path, _EXPECTED) from error
    return key


def public_jwks(*keys: Mapping[str, Any]) -> dict[str, list[Jwk]]:
    """The public halves of *keys* as a JWK Set: what a partner registers.

    Misconfigured when one of them is of a kind we do not use.
    """
    return {"keys": [_build_public_jwk(key) for key in keys]}


def jose_key(key: Mapping[str, Any]) -> tuple[JoseKey, Algorithm, str]:
    """The private *key* as joserfc takes it, with its algorithm and its `kid`.

    Misconfigured when it is not a private key of a kind we use.
    """
    try:
        whole = _from_jwk(dict(key))
        imported = _import_jose_key(whole)
        imported.check_key_op("sign")
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Misconfigured("expected {}", _EXPECTED) from error
    return imported, _choose_algorithm(imported), whole["kid"]


def _build_public_jwk(key: Mapping[str, Any]) -> Jwk:
    return _add_key_id(jose_key(key)[0].as_dict(private=False), jose_key(key)[0], key.get("kid"))


def _add_key_id(fields: Mapping[str, Any], key: JoseKey, kid: str | None = None) -> Jwk:
    named = {**fields, "alg": _choose_algorithm(key), "use": "sig"}
    named["kid"] = kid or fields.get("kid") or key.thumbprint()
    return named


def _check_mode(path: str | Path, mode: int) -> None:
    if os.name == "posix" and mode & _OTHERS:
        found = f"{stat.S_IMODE(mode):04o}"
        raise Misconfigured("key file {}: found mode {}, expected 0600 (chmod 600)", path, found)


def _from_jwk(fields: Any) -> Jwk:
    if not isinstance(fields, dict) or "d" not in fields:
        raise ValueError(_EXPECTED)
    key = _import_jose_key(fields)
    return _add_key_id(key.as_dict(private=True), key, fields.get("kid"))


def _import_jose_key(fields: Jwk) -> JoseKey:
    kinds: dict[str, type[JoseKey]] = {"EC": ECKey, "RSA": RSAKey, "OKP": OKPKey}
    kind = kinds[fields["kty"]]
    known = {name: value for name, value in fields.items() if name not in {"alg", "use", "key_ops"}}
    key: JoseKey = kind.import_key(known)
    wanted = fields.get("alg", _choose_algorithm(key))
    if wanted not in {_choose_algorithm(key), "EdDSA"} or fields.get("use", "sig") != "sig":
        raise ValueError(_EXPECTED)
    return key


def _from_pem(content: bytes) -> Jwk:
    for kind in (ECKey, RSAKey, OKPKey):
        try:
            key: JoseKey = kind.import_key(content)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            _choose_algorithm(key)
            return _add_key_id(key.as_dict(private=True), key)
    raise ValueError(_EXPECTED)


def _choose_algorithm(key: JoseKey) -> Algorithm:
    """The one algorithm we use *key* with; ValueError when there is none."""
    if isinstance(key, ECKey) and key.curve_name == "P-256":
        return "ES256"
    if isinstance(key, OKPKey) and key.curve_name == "Ed25519":
        return "Ed25519"
    if isinstance(key, RSAKey) and key.raw_value.key_size >= _MIN_RSA_BITS:
        return "PS256"
    raise ValueError(_EXPECTED)
