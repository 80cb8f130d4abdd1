"""A certification authority for one test, and certificates of this machine's names."""

import ipaddress
import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Any, Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

type Kind = Literal["ecdsa", "rsa"]
type Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_NAMES = ("localhost", "127.0.0.1", "api.synergie.test")


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority, and a server's chain with its key (mode 0600)."""

    authority: Path
    chain: Path
    key: Path

    @classmethod
    def made(cls, folder: Path, kind: Kind = "ecdsa", names: Sequence[str] = _NAMES) -> Self:
        """New ones in *folder*; the server is known by *names*, the first one its subject."""
        folder.mkdir(parents=True, exist_ok=True)
        root_key, key = _key("ecdsa"), _key(kind)
        root = _root(root_key)
        leaf = _leaf(key, root, root_key, names)
        made = cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")
        made.authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        made.chain.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(made.key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(private)
        return made

    def trusted(self) -> ssl.SSLContext:
        """What a program that trusts this authority alone verifies servers with."""
        return ssl.create_default_context(cafile=self.authority)

    def settings(self) -> dict[str, Any]:
        """What the server is told."""
        return {"tls_cert": self.chain, "tls_key": self.key}


def _key(kind: Kind) -> Key:
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(subject: str, issuer: x509.Name, key: Key) -> x509.CertificateBuilder:
    now = datetime.fromtimestamp(time(), UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _root(key: Key) -> x509.Certificate:
    return (
        _begun("Test authority", _name("Test authority"), key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: Key, root: x509.Certificate, root_key: Key, names: Sequence[str]
) -> x509.Certificate:
    root_id = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _begun(names[0], root.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(map(_alternative, names)), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
