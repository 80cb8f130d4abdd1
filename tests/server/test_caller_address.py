"""Whose address a request comes from: the peer's, or what a proxy that is trusted saw itself."""

import asyncio
from typing import Any

import pytest

from synergie.errors import Misconfigured
from synergie.server.edge import CallerAddress
from synergie.server.run import serve
from synergie.server.settings import Settings

PROXIES = Settings(trusted_proxies="127.0.0.0/8, 10.1.0.0/16, 2001:db8::/64").proxies


def caller(peer: str, *forwarded: str) -> str:
    """What the application sees."""
    seen: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    asyncio.run(CallerAddress(app, PROXIES)(scope, None, None))  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.9", ["203.0.113.1"], "192.0.2.9"),  # no proxy of ours: not believed
        ("127.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("127.0.0.1", ["198.51.100.7, 203.0.113.1"], "203.0.113.1"),  # the left one is forged
        ("127.0.0.1", ["198.51.100.7", "203.0.113.1"], "203.0.113.1"),  # two fields
        ("127.0.0.1", ["198.51.100.7, 203.0.113.1, 10.1.2.3"], "203.0.113.1"),  # two proxies
        ("127.0.0.1", ["203.0.113.1:4711"], "203.0.113.1"),
        ("127.0.0.1", ["[2001:db8:1::5]:4711"], "2001:db8:1::5"),
        ("2001:db8::1", ["2001:db8:1::5"], "2001:db8:1::5"),
        ("::ffff:127.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("127.0.0.1", [], ""),
        ("127.0.0.1", ["203.0.113.1, unknown"], ""),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),  # who calls from a machine of a proxy
        ("testclient", ["203.0.113.1"], "testclient"),
    ],
)
def test_the_last_hop_that_a_trusted_proxy_saw(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert caller(peer, *forwarded) == expected


def test_an_https_address_without_a_certificate_must_say_whether_a_proxy_stands_there(
    tmp_path: Any,
) -> None:
    settings = Settings(public_url="https://donnees.example", data_dir=tmp_path)
    with pytest.raises(Misconfigured, match="SYNERGIE_PROXIED"):
        serve(settings)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="parted by commas"):
        Settings(trusted_proxies="proxy.example")
