"""The server as a process: start, limits in time and memory, stop."""

import json
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from synergie.errors import Misconfigured
from synergie.server import run
from synergie.server.run import listening_on
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.server.partner import URL, Clock
from tests.server.place import Member, Place
from tests.server.process import Serving, kept_port, serving


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that cuts nobody for the time he takes."""
    with serving(tmp_path_factory.mktemp("serve") / "data") as one:
        yield one


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that awaits a head for a second."""
    with serving(tmp_path_factory.mktemp("hasty") / "data", header_s="1") as one:
        yield one


def test_a_folder_that_others_may_enter_is_refused_with_what_closes_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    settings = Settings.read({}, port=0, data_dir=tmp_path / "data")
    with pytest.raises(Misconfigured, match="chmod 700"):
        run.serve(settings)
    assert not any((tmp_path / "data").iterdir())


def test_answers_are_not_delayed_to_be_sent_together(tmp_path: Path) -> None:
    listening, _ = listening_on(Settings.read({}, port=0, data_dir=tmp_path))
    with listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP, "asyncio sets TCP_NODELAY on no other"


def test_a_port_that_is_kept_is_given_to_nobody_and_a_server_listens_on_it() -> None:
    """Of the tests' own tool: two servers of tests side by side never get one port."""
    with kept_port() as port:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=30)
            with (
                socket.create_server(("127.0.0.1", port)) as listening,
                socket.create_connection(("127.0.0.1", port), timeout=30),
            ):
                listening.accept()[0].close()


def test_told_to_stop_it_ends_with_0_and_says_nothing_wrong(tmp_path: Path) -> None:
    with serving(tmp_path / "data", drain_s="0.2") as serve:
        assert serve.stop() == 0
    log = (tmp_path / "log.txt").read_text(encoding="utf-8")
    assert log.count(serve.address) == 1, "the address is told, once"
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"http.request"} <= {event["event"] for event in events}
    assert not any(event["level"] in ("warning", "error") for event in events)
    assert all(event["ts"].endswith("Z") for event in events)


def test_told_to_stop_it_finishes_what_it_has_in_hand(tmp_path: Path) -> None:
    with serving(tmp_path / "data", drain_s="0.2") as serve, serve.connect() as raw:
        raw.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b'"live"' in _answer(raw)  # the server has this connection in hand
        raw.sendall(b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello")
        serve.process.send_signal(signal.SIGTERM)
        assert _heard(serve) != 200
        raw.sendall(b"hello")
        assert raw.recv(4096).startswith(b"HTTP/1.1 4")
        assert serve.process.wait(60) == 0


def test_a_body_that_never_ends_does_not_hold_the_stop(tmp_path: Path) -> None:
    limits = {
        "body_s": "3600", "drain_s": "0", "grace_s": "1", "public_url": URL, "proxied": "false",
    }  # fmt: skip
    with serving(tmp_path / "data", **limits) as serve, _member(serve, tmp_path) as member:
        told = {"Content-Type": "application/json", "Idempotency-Key": '"k"'}
        head = _head("/v1/sites", member, told | {"Content-Length": "1000"})
        expecting = head.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
        with serve.connect() as raw:
            raw.sendall(expecting)
            assert raw.recv(4096).startswith(b"HTTP/1.1 100")  # it awaits the body, for an hour
            raw.sendall(b"{")
            serve.stop()


def test_stopping_it_is_not_ready_before_it_is_gone(tmp_path: Path) -> None:
    with serving(tmp_path / "data", drain_s="600") as serve:
        serve.process.send_signal(signal.SIGTERM)
        assert _heard(serve) == 503
        assert serve.status("/health/live") == 200
        assert serve.process.poll() is None
        assert serve.stop() == 0, "the second time it is gone at once"


def test_a_head_that_comes_too_slowly_is_cut(hasty: Serving) -> None:
    with hasty.connect() as raw:
        with suppress(ConnectionError):
            raw.sendall(b"GET /health/live HTTP/1.1\r\nX-Slow: ")
        assert _is_cut(raw)


def test_a_connection_that_says_nothing_is_cut(hasty: Serving) -> None:
    with hasty.connect() as raw:
        assert _is_cut(raw)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"z" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_or_is_too_long_is_a_problem_document(serve: Serving, head: bytes) -> None:
    with serve.connect() as raw:
        raw.sendall(head)
        answer = _answer(raw)
    assert answer.startswith(b"HTTP/1.1 40"), answer
    assert b"application/problem+json" in answer


def test_a_gigabyte_is_refused_and_takes_no_memory(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "data", "--public-url", URL, proxied="false") as serve,
        _member(serve, tmp_path) as member,
    ):
        assert member.get("/v1/sites").status_code == 200
        before = serve.rss_mb()
        for path, kind in (
            ("/v1/sites", "application/json"),
            ("/v1/curves", "application/x-ndjson"),
            ("/v1/deposits?name=a.csv", "application/octet-stream"),
        ):
            assert _pour(serve, member, path, kind) in (b"413", b"200")
        assert member.get("/v1/sites").status_code == 200
        assert serve.rss_mb() - before < 150
        assert serve.stop() == 0


def test_a_flood_of_bad_requests_takes_no_memory(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "data", "--public-url", URL, proxied="false") as serve,
        _member(serve, tmp_path) as member,
    ):
        deep = b"[" * 10_000 + b"]" * 10_000
        for _ in range(50):
            member.post("/v1/sites", deep)
        before = serve.rss_mb()
        for _ in range(200):
            assert member.post("/v1/sites", deep).status_code == 400
        assert serve.rss_mb() - before < 20


def test_several_workers_serve_one_port_and_stop_together(tmp_path: Path) -> None:
    with serving(tmp_path / "data", workers="2", drain_s="0") as serve:
        for _ in range(10):
            assert serve.status("/health/ready") == 200
        assert serve.stop() == 0


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"workers": "2", "database_url": "sqlite://"}, "SYNERGIE_WORKERS"),
        ({"tls_cert": "/nowhere.pem"}, "SYNERGIE_TLS_CERT"),
        ({"database_url": "mysql://x"}, "mysql"),
        ({"hots": "x"}, "SYNERGIE_HOTS"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start(
    tmp_path: Path, settings: dict[str, str], text: str
) -> None:
    environ = {f"SYNERGIE_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "synergie", "serve", "--port", "0", "--data", str(tmp_path)]
    done = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert text in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_with_a_certificate_it_speaks_tls_with_the_suites_of_fapi_only(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    with serving(tmp_path / "data", tls_cert=str(certificate), tls_key=str(key)) as serve:
        assert serve.status("/health/live") == 200
        for suite, taken in (
            ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
            ("ECDHE-ECDSA-CHACHA20-POLY1305", False),
            ("ECDHE-ECDSA-AES128-SHA256", False),
        ):
            assert _handshake(serve, suite) is taken, suite


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)  # noqa: TID251 (a certificate is of its day)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.touch(mode=0o600)
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


def _handshake(serve: Serving, suite: str) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(suite)
    with serve.connect() as raw:
        try:
            with context.wrap_socket(raw) as secured:
                return secured.cipher() is not None
        except ssl.SSLError:
            return False


def test_a_port_that_is_taken_stops_the_start(serve: Serving, tmp_path: Path) -> None:
    port = serve.address.rpartition(":")[2]
    command = [sys.executable, "-m", "synergie", "serve", "--port", port, "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert port in done.stderr
    assert "Traceback" not in done.stderr


@contextmanager
def _member(serve: Serving, folder: Path) -> Iterator[Member]:
    store = Store.open(f"sqlite:///{folder / 'data' / 'synergie.db'}")
    with httpx2.Client(base_url=serve.address, timeout=60, trust_env=False) as http:
        place = Place(None, http, store, Clock(), real=True)  # type: ignore[arg-type]
        member = place.member("org-one")
        store.close()
        yield member


def _pour(serve: Serving, member: Member, path: str, kind: str) -> bytes:
    """Send a gigabyte of zeros in chunks, as long as they are taken; the status of the answer."""
    told = {"Content-Type": kind, "Idempotency-Key": '"g"', "Transfer-Encoding": "chunked"}
    zeros = b"100000\r\n" + b"0" * (1 << 20) + b"\r\n"
    head = _head(path, member, told)
    with serve.connect() as raw:
        raw.sendall(head)
        answers: list[bytes] = []
        listening = threading.Thread(target=lambda: answers.append(raw.recv(4096)))
        listening.start()
        for _ in range(1024):
            try:
                raw.sendall(zeros)
            except OSError:
                break
            if answers:
                break
        listening.join()
    return answers[0].split(b" ")[1]


def _head(path: str, member: Member, told: dict[str, str]) -> bytes:
    headers = member.headers("POST", path) | told
    text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{text}\r\n".encode()


def _heard(serve: Serving) -> int | None:
    """What readiness answers once the server has heard the signal; None when nobody does."""
    end = time.monotonic() + 60
    while (ready := serve.status("/health/ready")) == 200 and time.monotonic() < end:
        time.sleep(0.05)
    return ready


def _answer(raw: socket.socket) -> bytes:
    """What comes until the answer is whole, or the connection closed."""
    data = b""
    while b"}" not in data:
        piece = raw.recv(65_536)
        if not piece:
            break
        data += piece
    return data


def _is_cut(raw: socket.socket) -> bool:
    """Whether it is closed without a word, or was before it spoke; TimeoutError when it is not."""
    try:
        return raw.recv(4096) == b""
    except ConnectionResetError:
        return True
