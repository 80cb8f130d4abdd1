"""Both clients against the real server over TLS, with an authority of their own."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina

from synergie import AsyncClient, Client
from synergie.errors import Unreachable
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.testing import Running, server
from tests.authority import Certificates

_START = datetime(2025, 10, 1, tzinfo=UTC)
_CODE = "99000000000017"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.made(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def running(certificates: Certificates) -> Iterator[Running]:
    with server(**certificates.settings()) as secured:
        assert secured.url.startswith("https://127.0.0.1:")
        yield secured


def test_what_is_sent_over_tls_is_read_back(running: Running, certificates: Certificates) -> None:
    auth = running.auth("org-one")
    with Client(running.url, auth, verify=certificates.trusted()) as client:
        client.publish_supply_points(
            [
                SupplyPointRecord(
                    scheme="prm", code=_CODE, personal_data="none", provenance="synthetic"
                )
            ]
        )
        (made,) = client.publish_series(
            [
                SeriesRecord(
                    supply_point=f"prm:{_CODE}", quantity="active_power", form="mean_power",
                    unit="W", provenance="synthetic",
                )
            ]
        ).items  # fmt: skip
        curve = Curve(series=made.id, start=_START, step="PT30M", unit="W", values=[*range(48)])
        assert [receipt.kept for receipt in client.send_curves([curve])] == [48]
        (out,) = client.export(start=_START, end=datetime(2025, 10, 2, tzinfo=UTC))
        assert out.values == curve.values


def test_the_asynchronous_client_trusts_it_too(
    running: Running, certificates: Certificates
) -> None:
    async def listed() -> list[str]:
        auth = running.auth("org-two")
        async with AsyncClient(running.url, auth, verify=certificates.trusted()) as client:
            return [organisation.id async for organisation in client.organisations()]

    assert "org-two" in asyncio.run(listed())


def test_a_server_of_an_unknown_authority_is_refused(running: Running) -> None:
    with (
        Client(running.url, running.auth("org-three")) as client,
        stamina.set_testing(True, attempts=1),
        pytest.raises(Unreachable),
    ):
        client.organisation("org-three")


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    certificates = Certificates.made(tmp_path / "tls", names=["elsewhere.test"])
    with (
        server(**certificates.settings()) as other,
        Client(other.url, other.auth("org-one"), verify=certificates.trusted()) as client,
        stamina.set_testing(True, attempts=1),
        pytest.raises(Unreachable),
    ):
        client.organisation("org-one")
