"""Both clients sign what they write and verify what they are told, against the real server."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, override

import httpx2
import pytest

from synergie.client import AsyncClient, Auth, Client
from synergie.client.keys import new_key
from synergie.errors import BadInput, BadSignature, Misconfigured
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.testing import Running, server

CODE = "99000000000017"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A server where every write must be signed."""
    with server(demand_signatures="*") as found:
        yield found


def _site(name: str) -> SiteRecord:
    return SiteRecord(external_id=name, name="École", kind="building", provenance="synthetic")


def _client(running: Running, organisation: str, **how: Any) -> Client:
    return Client(running.url, running.auth(organisation), **how)


def test_what_is_written_is_signed_whatever_its_form(running: Running, tmp_path: Path) -> None:
    how = {"sign_requests": True, "verify_responses": True}
    with _client(running, "org-one", **how) as client:
        assert client.publish_sites([_site("É 1")]).kept == 1
        client.publish_supply_points(
            [
                SupplyPointRecord(
                    scheme="prm", code=CODE, personal_data="none", provenance="synthetic"
                )
            ]
        )
        (made,) = client.publish_series(
            [
                SeriesRecord(
                    supply_point=f"prm:{CODE}",
                    quantity="active_power",
                    form="mean_power",
                    unit="W",
                    provenance="synthetic",
                )
            ]
        ).items
        start, end = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC)
        curve = Curve(series=made.id, start=start, step="PT30M", unit="W", values=[*range(48)])
        assert [one.kept for one in client.send_curves([curve])] == [48]  # a stream
        file = tmp_path / "a.csv"
        file.write_bytes(b"PRM;Heure;kW\r\n")
        with pytest.raises(BadInput, match="known format"):  # a file, whose signature held
            client.deposit(file, dry_run=True)
        assert len(list(client.export(start=start, end=end))) == 1  # a stream comes unsigned
        assert len(list(client.curve(made.id, start=start, end=end))) == 48
        assert [one.external_id for one in client.sites()] == ["É 1"]


def test_the_asynchronous_client_does_the_same(running: Running) -> None:
    async def work() -> list[str]:
        auth = running.auth("org-async")
        async with AsyncClient(
            running.url, auth, sign_requests=True, verify_responses=True
        ) as client:
            await client.publish_sites([_site("A1")])
            return [one.external_id async for one in client.sites()]

    assert asyncio.run(work()) == ["A1"]


def test_a_client_that_does_not_sign_is_refused_where_it_must(running: Running) -> None:
    with _client(running, "org-two") as client:
        with pytest.raises(BadSignature, match="must be signed"):
            client.publish_sites([_site("B1")])
        assert list(client.sites()) == []


def test_an_rsa_key_does_not_sign_messages() -> None:
    auth = Auth(new_key("PS256"), "program", "https://donnees.example")
    with pytest.raises(Misconfigured, match="RSA"):
        Client("https://donnees.example", auth, sign_requests=True)


def test_an_ed25519_key_signs_messages(running: Running) -> None:
    auth = Auth(new_key("Ed25519"), "program", running.url)
    Client(running.url, auth, sign_requests=True).close()


class _Changing(httpx2.BaseTransport):
    """What comes back is changed on its way: a byte of the body, or a header is gone."""

    def __init__(self, *, body: bool) -> None:
        self._inner, self._body = httpx2.HTTPTransport(), body
        self.asked: list[str] = []

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = self._inner.handle_request(request)
        self.asked.append(request.url.path)
        if not request.url.path.startswith("/v1/"):
            return answer
        content = answer.read()
        headers = [pair for pair in answer.headers.multi_items() if pair[0] != "content-length"]
        if self._body:
            content = content.replace(b'"items":[]', b'"items": []')
        else:
            headers = [pair for pair in headers if pair[0] != "signature"]
        return httpx2.Response(answer.status_code, headers=headers, content=content)

    @override
    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("body", [True, False])
def test_an_answer_that_was_changed_is_not_taken(running: Running, *, body: bool) -> None:
    transport = _Changing(body=body)
    with _client(
        running, f"org-changed-{body}".lower(), verify_responses=True, transport=transport
    ) as client:
        for _ in range(3):
            with pytest.raises(BadSignature, match="no signature"):
                list(client.sites())
    assert transport.asked.count("/jwks") == 1  # keys are not read again at each forgery


def test_a_rotated_key_of_the_server_is_learnt(running: Running) -> None:
    auth = running.auth("org-four")
    with Client(running.url, auth, verify_responses=True) as client:
        assert list(client.sites()) == []
        client._sealing._keys = client._sealing._keys[:0]  # as if it had other keys
        client._sealing._learnt_at = auth.clock() - 61
        assert list(client.sites()) == []
