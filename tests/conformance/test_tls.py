"""TLS as FAPI 2.0 §5.2 wants it, check by check (T1-T7), on the real server."""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import pytest
import uvicorn

from synergie.testing import server
from tests.authority import Certificates, Kind

OF_TLS_1_2 = {
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
}
V = ssl.TLSVersion


@pytest.fixture(scope="module", params=["ecdsa", "rsa"])
def certificates(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Certificates:
    kind: Kind = request.param
    return Certificates.made(tmp_path_factory.mktemp("tls"), kind)


@pytest.fixture(scope="module")
def port(certificates: Certificates) -> Iterator[int]:
    with server(**certificates.settings()) as running:
        yield int(running.url.rpartition(":")[2])


def _handshake(
    port: int, least: ssl.TLSVersion, most: ssl.TLSVersion, ciphers: str = "ALL"
) -> tuple[str, str] | None:
    """Version and suite that the server chose, or None when it refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TLS 1.0 and 1.1 are asked on purpose
        context.minimum_version, context.maximum_version = least, most
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=60) as raw,
            context.wrap_socket(raw) as secured,
        ):
            suite = secured.cipher()
            assert suite is not None
            return str(secured.version()), suite[0]
    except (ssl.SSLError, ConnectionResetError):
        return None


@cache
def _suites() -> list[str]:
    """Every suite of TLS 1.2 and before that this OpenSSL can ask for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:@SECLEVEL=0")
    every = [str(suite["name"]) for suite in context.get_ciphers()]
    return [name for name in every if not name.startswith("TLS_")]


def _accepted(port: int) -> set[str]:
    return {name for name in _suites() if _handshake(port, V.TLSv1_2, V.TLSv1_2, name)}


def test_t1_it_answers_at_tls_1_2_with_a_suite_of_the_profile(port: int) -> None:
    answer = _handshake(port, V.TLSv1_2, V.TLSv1_2)
    assert answer is not None
    assert answer[0] == "TLSv1.2" and answer[1] in OF_TLS_1_2


@pytest.mark.parametrize("version", [V.TLSv1, V.TLSv1_1], ids=["t2", "t3"])
def test_t2_t3_older_versions_are_refused(port: int, version: ssl.TLSVersion) -> None:
    assert _handshake(port, version, version) is None


def test_t4_tls_1_3_is_offered(port: int) -> None:
    answer = _handshake(port, V.TLSv1_3, V.TLSv1_3)
    assert answer is not None and answer[0] == "TLSv1.3"


def test_t5_tls_1_3_is_taken_when_both_are_offered(port: int) -> None:
    answer = _handshake(port, V.TLSv1_2, V.TLSv1_3)
    assert answer is not None and answer[0] == "TLSv1.3"


def test_t6_t7_nothing_but_the_suites_of_the_profile_is_accepted_at_tls_1_2(port: int) -> None:
    assert len(_suites()) > len(OF_TLS_1_2)
    accepted = _accepted(port)
    assert accepted, "no suite at all: the check would prove nothing"
    assert accepted <= OF_TLS_1_2
    assert not {name for name in accepted if name.startswith("DHE-")}


def test_t6_is_a_check_that_can_fail(tmp_path: Path) -> None:
    """The same server program with its own choice of suites: it accepts what the profile bars."""
    with _plain(Certificates.made(tmp_path, "ecdsa")) as port:
        assert _accepted(port) - OF_TLS_1_2


@contextmanager
def _plain(certificates: Certificates) -> Iterator[int]:
    async def app(scope: object, receive: object, send: object) -> None:
        """Nothing: handshakes are all that is asked."""

    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        ssl_certfile=certificates.chain,
        ssl_keyfile=certificates.key,
    )
    running = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join()
