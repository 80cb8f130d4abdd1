"""Keys of a program: made, kept for its owner only, read back; weak ones refused."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

from synergie.client import Auth
from synergie.client.keys import ALGORITHMS, load_key, new_key, public_jwks, save_key
from synergie.errors import Misconfigured
from tests.client.fake import BASE


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_new_key_is_saved_for_its_owner_only_and_read_back(tmp_path: Path, alg: str) -> None:
    key = new_key(alg)
    path = save_key(key, tmp_path / "key.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == key
    assert (key["alg"], key["use"]) == (alg, "sig")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = save_key(new_key(), tmp_path / "key.json")
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        save_key(new_key(), path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_the_public_set_holds_nothing_private(alg: str) -> None:
    key = new_key(alg)
    (public,) = public_jwks(key)["keys"]
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(public)
    assert public["kid"] == key["kid"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o610])
@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = save_key(new_key(), tmp_path / "key.json")
    path.chmod(mode)
    with pytest.raises(Misconfigured, match=f"found mode {mode:04o}, expected 0600"):
        load_key(path)


def _pem(path: Path, key: object) -> Path:
    content = key.private_bytes(  # type: ignore[attr-defined]  # every private key has it
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_pem_files_are_read(tmp_path: Path) -> None:
    elliptic = load_key(_pem(tmp_path / "ec.pem", ec.generate_private_key(ec.SECP256R1())))
    edwards = load_key(_pem(tmp_path / "ed.pem", ed25519.Ed25519PrivateKey.generate()))
    large = load_key(_pem(tmp_path / "rsa.pem", rsa.generate_private_key(65537, 2048)))
    assert [key["alg"] for key in (elliptic, edwards, large)] == ["ES256", "Ed25519", "PS256"]
    assert all(key["kid"] for key in (elliptic, edwards, large))


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_weak_and_odd_keys_are_refused(tmp_path: Path) -> None:
    weak = _pem(tmp_path / "rsa.pem", rsa.generate_private_key(65537, 1024))  # noqa: S505 (weak on purpose)
    curve = _pem(tmp_path / "ec.pem", ec.generate_private_key(ec.SECP384R1()))
    for path in (weak, curve):
        with pytest.raises(Misconfigured, match="expected a private key"):
            load_key(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        "null",
        "-----BEGIN PRIVATE KEY-----",
        '{"kty":"oct","k":"c2VjcmV0","d":"x"}',
        json.dumps(public_jwks(new_key())["keys"][0]),
        json.dumps({**new_key(), "alg": "ES384"}),
        json.dumps({**new_key(), "use": "enc"}),
        "[" * 100_000,
    ],
    ids=range(10),
)
def test_what_is_no_private_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(Misconfigured, match="expected a private key"):
        load_key(path)


def test_a_file_that_is_absent_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"absent\.json"):
        load_key(tmp_path / "absent.json")


def test_an_unknown_algorithm_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="RS256"):
        new_key("RS256")


def test_a_key_without_kid_is_named_by_its_thumbprint() -> None:
    key = ECKey.generate_key("P-256")
    bare = dict(key.as_dict(private=True))
    bare.pop("kid", None)
    assert public_jwks(bare)["keys"][0]["kid"] == key.thumbprint()


def test_an_auth_is_made_from_files(tmp_path: Path) -> None:
    path = save_key(new_key(), tmp_path / "key.json")
    own = save_key(new_key("Ed25519"), tmp_path / "own.json")
    auth = Auth.from_files(key=path, client_id="pompey", issuer=BASE, signing_key=own)
    assert auth.key == load_key(path)
    assert auth.signing_key == load_key(own)
    with pytest.raises(Misconfigured):
        Auth(public_jwks(load_key(path))["keys"][0], "pompey", BASE)
