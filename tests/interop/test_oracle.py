"""The modules of our suite against a certified server: a check that it fails would be wrong.

What the two do differently is named here, and held: were it to change, this file would say so.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.authority import Certificates
from tests.components import program
from tests.conformance import suite
from tests.conformance.suite import MODULES, Subject
from tests.server.partner import Clock, Partner, rsa_signer

pytestmark = pytest.mark.interop

DIFFERENT = {
    suite.x6_an_unknown_scope_is_refused: "it drops an unknown scope and grants the rest",
}
"""RFC 6749 §3.3 allows both; ours refuses, so that nobody works with less than they think."""


class Peer:
    """npm oidc-provider, as the suite sees it."""

    def __init__(self, issuer: str, http: httpx2.Client, partners: dict[str, Partner]) -> None:
        self.issuer, self.http = issuer, http
        self.p1, self.p2, self.rsa = (partners[name] for name in ("p1", "p2", "rsa"))
        for partner in partners.values():
            partner.issuer = issuer
        self.thing = f"{issuer}/v1/organisations/org-one"

    def metadata(self) -> httpx2.Response:
        return self.http.get("/.well-known/oauth-authorization-server")

    def post(self, data: dict[str, Any], proof: str | None) -> httpx2.Response:
        headers = {} if proof is None else {"DPoP": proof}
        return self.http.post("/token", data=data, headers=headers)

    def read(self, headers: dict[str, str], query: str = "") -> httpx2.Response:
        return self.http.get(f"{self.thing}{query}", headers=headers)

    def proof(self, partner: Partner, token: str | None = None, **more: Any) -> str:
        if token is None:
            return partner.proof("POST", f"{self.issuer}/token", **more)
        return partner.proof("GET", self.thing, token, **more)


@pytest.fixture(scope="module")
def started(packages: Path, certificates: Certificates) -> Iterator[Peer]:
    clock = Clock()
    partners = {name: Partner(name, clock) for name in ("p1", "p2")}
    partners["rsa"] = Partner("rsa", clock, rsa_signer(), rsa_signer())
    given = {
        "chain": str(certificates.chain),
        "key": str(certificates.key),
        "clients": {name: partner.key.jwks for name, partner in partners.items()},
        "nonce": False,
        "organisation": {"id": "org-one"},
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
        issuer = json.loads(process.stdout.readline())["issuer"]
        verify = certificates.trusted()
        with httpx2.Client(base_url=issuer, verify=verify, trust_env=False, timeout=60) as http:
            yield Peer(issuer, http, partners)
        process.stdin.close()


@pytest.fixture
def peer(started: Peer) -> Subject:
    started.p1.clock.now = datetime.fromtimestamp(time.time(), UTC)
    return started


@pytest.mark.parametrize(
    "module", [one for one in MODULES if one not in DIFFERENT], ids=lambda one: one.__name__
)
def test_the_certified_server_passes(peer: Subject, module: Callable[[Subject], None]) -> None:
    module(peer)


@pytest.mark.parametrize("module", DIFFERENT, ids=lambda one: one.__name__)
def test_what_it_does_differently_is_found(
    peer: Subject, module: Callable[[Subject], None]
) -> None:
    """A module of which another server makes a failure: it is one that can fail."""
    with pytest.raises((AssertionError, KeyError)):
        module(peer)
