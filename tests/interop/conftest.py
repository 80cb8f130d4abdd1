"""The real server over https, and what independent programs need to reach it."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from synergie.client import Auth, Client
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.trust.agreement import Agreement, Period, Selector, Terms
from synergie.testing import Running, server
from tests.authority import Certificates
from tests.components import node, node_packages

HERE = Path(__file__).parent
SCOPE = "cabinets:read organisations:read"


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.made(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def packages() -> Path:
    """This folder, with its npm packages."""
    node_packages(HERE)
    return HERE


@dataclass(frozen=True)
class Shared:
    """A server that runs, and a reader to whom an owner opened one cabinet."""

    running: Running
    certificates: Certificates
    owner: Auth
    reader: Auth
    cabinet: str
    agreement: Agreement

    def run(self, script: str) -> Any:
        """What a program of this folder found out, as the reader."""
        given = {
            "issuer": self.running.url,
            "client": self.reader.client_id,
            "key": dict(self.reader.key),
            "scope": SCOPE,
            "agreement": self.agreement.id,
            "cabinet": self.cabinet,
        }
        environment = {"NODE_EXTRA_CA_CERTS": str(self.certificates.authority)}
        return node(HERE / script, given, environment=environment)


@pytest.fixture(scope="module", params=[False, True], ids=["no nonce", "nonce"])
def shared_cabinet(
    request: pytest.FixtureRequest, packages: Path, certificates: Certificates
) -> Iterator[Shared]:
    """Over https, with proofs that need a nonce or not."""
    with ExitStack() as stack:
        running = stack.enter_context(server(**certificates.settings(), demand_nonce=request.param))
        auths = [running.auth(name) for name in ("org-one", "org-two")]
        owner, reader = (
            stack.enter_context(Client(running.url, auth, verify=certificates.trusted()))
            for auth in auths
        )
        (cabinet,) = owner.publish_cabinets(
            [CabinetRecord(external_id="A1", provenance="synthetic")]
        ).items
        draft = owner.draft(terms(cabinet.id))
        owner.propose(draft.id)
        agreement = reader.accept(draft.id)
        yield Shared(running, certificates, auths[0], auths[1], cabinet.id, agreement)


def terms(cabinet: str) -> Terms:
    return Terms(
        owner="org-one",
        recipient="org-two",
        title="Éclairage : entretien en commun",
        datasets=("assets",),
        selector=Selector(cabinets=(cabinet,)),
        granularity="day",
        purpose="joint_maintenance",
        legal_basis="contract",
        data_period=Period(start=datetime(2020, 1, 1, tzinfo=UTC)),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_until=datetime(2036, 1, 1, tzinfo=UTC),
        retention_days=365,
    )
