"""The guard of calls to addresses that others name (SSRF): what is reached, and what is not."""

import ipaddress
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpcore2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.client._addresses import is_public
from synergie.client.outbound import LIMIT, PUBLIC, Allow, Call, Reply, _Guard, fetch_url, post
from synergie.errors import BadInput, TooLarge, Unreachable
from tests.authority import Certificates
from tests.peer import Asked, Peer, Told, peer

REFUSED = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 (an address of the table)
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "2001::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
]
ACCEPTED = ["8.8.8.8", "193.0.6.139", "2001:4860:4860::8888", "2606:4700::1111"]
MORE_REFUSED = [
    "192.0.0.9",
    "198.51.100.7",
    "203.0.113.7",
    "172.31.255.255",
    "198.19.255.255",
    "100.127.255.255",
    "2001:1::1",
    "2001:20::1",
    "2001:30::1",
    "::ffff:8.8.8.8",
    "fe80::1%eth0",
    "localhost",
    "127.1",
    "0x7f.1",
]


def _hello(asked: Asked) -> Told:
    return Told(200, [b"hello"], {"content-type": "text/plain"})


def _near(place: Peer, host: str = "127.0.0.1", verify: ssl.SSLContext | None = None) -> Allow:
    return Allow(trusted=frozenset({(host, place.port)}), verify=verify)


def test_the_page_lists_thirty_two_addresses() -> None:
    assert len(REFUSED) == len(set(REFUSED)) == 32


@pytest.mark.parametrize("address", [*REFUSED, *MORE_REFUSED])
def test_an_address_that_is_not_everybodys_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ACCEPTED)
def test_an_address_of_everybody_is_taken(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_what_python_knows_as_closed_is_never_open(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert address.is_global or not is_public(str(address))


def test_behind_nat64_the_address_inside_decides() -> None:
    assert is_public("64:ff9b::808:808", nat64=True)
    assert not is_public("64:ff9b::7f00:1", nat64=True)
    assert not is_public("64:ff9b:1::808:808", nat64=True)
    assert not is_public("64:ff9b::808:808")


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/hook",
        "ftp://partner.example/hook",
        "//partner.example/hook",
        "partner.example/hook",
        "https:///hook",
        "https://user@partner.example/hook",
        "https://@partner.example/hook",
        "https://user:secret@partner.example/hook",
        "https://partner.example\\@evil.example/hook",
        "https://partner.example/hook#part",
        "https://partner.example/hook#",
        "https://partner.example./hook",
        "https://partner.example:8443/hook",
        "https://partner.example:0/hook",
        "https://partner.example:99999/hook",
        "https://part ner.example/hook",
        "https://part\tner.example/hook",
        "https://[fe80::1%25eth0]/hook",
        "https://partner.example/" + "x" * 2048,
        "http://127.0.0.1/hook",
        "",
    ],
)
def test_an_address_that_is_not_plain_https_is_never_resolved(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        Call("GET", url).send(limit=LIMIT, timeout=60, allow=PUBLIC, resolve=_never)
    assert refused.value.where == "/url"
    assert "secret" not in str(refused.value)


def _never(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host}:{port} was resolved")


def test_a_name_in_french_is_called_by_its_ascii_form() -> None:
    names: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        names.append(host)
        return []

    with pytest.raises(Unreachable):
        Call("GET", "https://Énergie.example/").send(
            limit=LIMIT, timeout=60, allow=PUBLIC, resolve=resolve
        )
    assert names == ["xn--nergie-9ua.example"]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_this_machine_is_not_reached_under_any_spelling(host: str) -> None:
    with peer(_hello) as place:
        allow = Allow(ports=frozenset({place.port}))
        with pytest.raises(Unreachable, match="no connection"):
            fetch_url(f"https://{host}:{place.port}/", allow=allow, timeout=60)
        assert place.asked == []


def _refuses(addresses: list[str]) -> str:
    """Why a name with these addresses is not called."""
    with pytest.raises(Unreachable) as refused:
        Call("GET", "https://partner.example/").send(
            limit=LIMIT, timeout=60, allow=PUBLIC, resolve=lambda host, port: addresses
        )
    return str(refused.value.__cause__)


@pytest.mark.parametrize("address", REFUSED)
def test_a_name_that_points_to_it_is_refused_at_connection(address: str) -> None:
    assert _refuses([address]) == "address not allowed"


def test_one_closed_address_among_open_ones_refuses_the_name() -> None:
    assert _refuses(["8.8.8.8", "10.0.0.1"]) == "address not allowed"
    assert _refuses(["10.0.0.1", "8.8.8.8"]) == "address not allowed"
    assert _refuses([]) == "address not allowed"


def test_a_name_that_points_elsewhere_the_second_time_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One resolution a connection: the checked address is the one that is connected to."""
    connected: list[str] = []

    def connect(self: httpcore2.SyncBackend, host: str, *args: object, **kw: object) -> None:
        connected.append(host)
        raise httpcore2.ConnectError("not in a test")

    monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)
    answers = itertools.chain([["8.8.8.8"]], itertools.repeat(["127.0.0.1"]))
    for _ in range(2):
        with pytest.raises(Unreachable):
            Call("GET", "https://partner.example/").send(
                limit=LIMIT, timeout=60, allow=PUBLIC, resolve=lambda host, port: next(answers)
            )
    assert connected == ["8.8.8.8"]


def test_the_next_address_is_tried_when_one_has_no_route() -> None:
    with peer(_hello) as place:
        reply = Call("GET", f"http://localhost:{place.port}/").send(
            limit=LIMIT, timeout=60, allow=_near(place, "localhost"),
            resolve=lambda host, port: ["::1", "127.0.0.1"],
        )  # fmt: skip
    assert reply.content == b"hello"


def test_a_name_without_address_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kw: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unreachable, match="no connection"):
        fetch_url("https://partner.example/")


def test_a_resolver_that_hangs_is_left() -> None:
    over = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        over.wait()  # longer than anybody listens
        return []

    with pytest.raises(Unreachable, match="in time"):
        Call("GET", "https://partner.example/").send(
            limit=LIMIT, timeout=0.2, allow=PUBLIC, resolve=hang
        )
    over.set()


def test_a_trusted_partner_is_reached_where_it_is() -> None:
    with peer(_hello) as place:
        reply = fetch_url(f"{place.url}/keys", allow=_near(place))
        sent = post(f"{place.url}/hook", b"{}", headers={"X-One": "1"}, allow=_near(place))
    assert (reply.status, reply.content, reply.good) == (200, b"hello", True)
    assert sent.good
    first, second = place.asked
    assert (first.method, first.path, first.headers["accept-encoding"]) == (
        "GET", "/keys", "identity",
    )  # fmt: skip
    assert (second.method, second.body, second.headers["x-one"]) == ("POST", b"{}", "1")


def test_another_port_of_a_trusted_host_is_not_trusted() -> None:
    with peer(_hello) as place, peer(_hello) as other, pytest.raises(BadInput):
        fetch_url(other.url, allow=_near(place))
    assert other.asked == []


def test_http_is_for_this_machine_only() -> None:
    allow = Allow(trusted=frozenset({("partner.example", 80)}))
    with pytest.raises(BadInput, match="https"):
        fetch_url("http://partner.example:80/", allow=allow)


def test_only_the_hosts_of_the_list_are_called() -> None:
    allow = Allow(hosts=frozenset({"partner.example"}))
    with pytest.raises(BadInput, match="allows"):
        allow.checks("https://other.example/")
    assert allow.checks("https://PARTNER.example/a?b=c").path == b"/a?b=c"


def test_a_redirect_is_an_answer_and_not_a_way() -> None:
    with peer(_hello) as inside:
        told = Told(302, [], {"location": f"{inside.url}/admin"})
        with peer(lambda asked: told) as place:
            reply = fetch_url(place.url, allow=_near(place))
    assert (reply.status, reply.good, inside.asked) == (302, False, [])


def test_the_environment_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(_hello) as place, peer(_hello) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert fetch_url(place.url, allow=_near(place)).content == b"hello"
    assert proxy.asked == []


def test_an_endless_body_is_cut_at_the_limit() -> None:
    sent = itertools.count()

    def endless(asked: Asked) -> Told:
        return Told(200, (b"x" * (1024 * (next(sent) >= 0)) for _ in itertools.repeat(0)))

    with peer(endless) as place, pytest.raises(TooLarge) as refused:
        fetch_url(place.url, allow=_near(place), limit=10_000)
    assert refused.value.limit == 10_000
    assert next(sent) < 100_000  # it hung up


def test_a_body_that_is_not_wanted_is_not_read() -> None:
    told = Told(200, (b"x" * 1024 for _ in itertools.repeat(0)), {"content-encoding": "gzip"})
    with peer(lambda asked: told) as place:
        reply = fetch_url(place.url, allow=_near(place), limit=0)
    assert (reply.status, reply.content) == (200, b"")


def test_an_endless_head_is_cut_too() -> None:
    told = Told(200, [], {f"x-{n}": "y" * 1000 for n in range(2000)})
    with peer(lambda asked: told) as place, pytest.raises(Unreachable):
        fetch_url(place.url, allow=_near(place))


def _drops() -> Iterator[bytes]:
    while True:
        time.sleep(0.05)
        yield b"x"


def test_a_body_that_drips_does_not_hold_us_beyond_the_time() -> None:
    told = Told(200, _drops())
    with peer(lambda asked: told) as place, pytest.raises(Unreachable, match="in time"):
        fetch_url(place.url, allow=_near(place), timeout=0.4, limit=1 << 40)


def test_a_coded_body_is_refused_before_it_grows() -> None:
    told = Told(200, [b"\x1f\x8b"], {"content-encoding": "gzip"})
    with peer(lambda asked: told) as place, pytest.raises(Unreachable, match="coded"):
        fetch_url(place.url, allow=_near(place))


def test_a_connection_is_never_used_under_another_name(tmp_path: Path) -> None:
    """The trap of rewriting addresses: a pooled connection, verified for one, serves another."""
    certificates = Certificates.made(tmp_path, names=["localhost"])
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificates.chain, certificates.key)
    named: list[str | None] = []
    serving.sni_callback = lambda sock, name, context: named.append(name)
    with peer(_hello, serving) as place:
        allow = Allow(
            trusted=frozenset({("localhost", place.port), ("evil.test", place.port)}),
            verify=certificates.trusted(),
        )

        def call(host: str) -> Reply:
            return Call("GET", f"https://{host}:{place.port}/").send(
                limit=LIMIT, timeout=60, allow=allow, resolve=lambda host, port: ["127.0.0.1"]
            )

        assert call("localhost").content == b"hello"
        with pytest.raises(Unreachable):
            call("evil.test")
        assert named == ["localhost", "evil.test"]
        assert len(place.asked) == 1


def test_a_unix_socket_is_not_an_address() -> None:
    guard = _Guard(PUBLIC, PUBLIC.checks("https://partner.example/"), _never, 0.0)
    with pytest.raises(httpcore2.ConnectError, match="not allowed"):
        guard.connect_unix_socket("/run/other.sock")
