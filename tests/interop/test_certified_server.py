"""Our client against a certified authorization server, with and without nonces, over https."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest

from synergie.client import Auth, Client
from synergie.client.keys import Algorithm, Jwk, new_key, public_jwks
from synergie.errors import NotAuthenticated
from tests.authority import Certificates
from tests.client.things import ORGANISATION
from tests.components import program

pytestmark = pytest.mark.interop

ALGORITHMS: tuple[Algorithm, ...] = ("ES256", "PS256", "Ed25519")
PROGRAMS = tuple(f"program-{alg.lower()}" for alg in ALGORITHMS)


@cache
def make_keys() -> dict[str, Jwk]:
    """The key of each program, one for each algorithm."""
    return {name: new_key(alg) for name, alg in zip(PROGRAMS, ALGORITHMS, strict=True)}


@dataclass(frozen=True)
class Peer:
    """A server that runs, and how to reach it."""

    issuer: str
    nonce: bool
    certificates: Certificates

    def client(self, client_id: str, key: Jwk) -> Client:
        auth = Auth(key, client_id, self.issuer, scope=["organisations:read"])
        return Client(self.issuer, auth, verify=self.certificates.trusted())

    def told(self, what: str) -> list[Any]:
        """What its resource has `seen`, or what it and the authorization server `refused`."""
        verify = self.certificates.trusted()
        answer = httpx2.get(f"{self.issuer}/told", verify=verify, trust_env=False, timeout=60)
        told: list[Any] = answer.json()[what]
        return told


@pytest.fixture(scope="module", params=[False, True], ids=["no nonce", "nonce"])
def peer(
    request: pytest.FixtureRequest, packages: Path, certificates: Certificates
) -> Iterator[Peer]:
    given = {
        "chain": str(certificates.chain),
        "key": str(certificates.key),
        "clients": {client_id: public_jwks(key) for client_id, key in make_keys().items()},
        "nonce": request.param,
        "organisation": ORGANISATION,
    }
    with subprocess.Popen(
        [program("node"), "--no-warnings", str(packages / "certified-server.mjs")],
        env={"NODE_EXTRA_CA_CERTS": str(certificates.authority)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps(given) + "\n")
        process.stdin.flush()
        try:
            issuer = json.loads(process.stdout.readline())["issuer"]
            yield Peer(issuer, request.param, certificates)
        finally:
            process.stdin.close()


@pytest.mark.parametrize("client_id", PROGRAMS)
def test_our_client_gets_a_token_and_uses_it(peer: Peer, client_id: str) -> None:
    seen, refused = len(peer.told("seen")), len(peer.told("refused"))
    with peer.client(client_id, make_keys()[client_id]) as client:
        for _ in range(3):
            assert client.organisation(str(ORGANISATION["id"])).name == client_id
    accepted = {"client": client_id, "scope": "organisations:read"}
    assert peer.told("seen")[seen:] == [accepted] * 3
    demands = peer.told("refused")[refused:]
    assert len(demands) == peer.nonce, "a nonce is demanded once for a token, and nothing refused"


def test_a_key_that_is_not_the_programs_gets_none(peer: Peer) -> None:
    (client_id, *_) = PROGRAMS
    with peer.client(client_id, new_key()) as client, pytest.raises(NotAuthenticated):
        client.organisation(str(ORGANISATION["id"]))
    assert "invalid_client" in peer.told("refused")[-1]
