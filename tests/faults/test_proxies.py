"""The how-to behind a proxy, with the real nginx and the real Caddy: the very text of the page."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from synergie.exchange.trust.clients import Clients
from synergie.storage.store import Store
from tests.components import program
from tests.faults.process import until
from tests.server.partner import Clock, Partner, enrol
from tests.server.process import kept_port, serving

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
FAILURES = 10

type Proxy = Callable[[Path, int, str], AbstractContextManager[None]]


def block(language: str) -> str:
    """The text of the page in *language*."""
    found = re.search(rf"```{language}\n(.*?donnees\.example.*?)```", PAGE, re.DOTALL)
    assert found, language
    return found[1]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.fromtimestamp(time.time(), UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, private


@contextmanager
def nginx(folder: Path, port: int, inner: str) -> Iterator[None]:
    """nginx with the block of the page, on this machine alone."""
    chain, private = certificate(folder)
    text = block("nginx").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("/etc/ssl/synergie/chain.pem", str(chain)).replace("127.0.0.1:8000", inner)
    text = text.replace("/etc/ssl/synergie/key.pem", str(private))
    places = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"pid {folder}/pid; error_log {folder}/log; events {{}}\nhttp {{ access_log off;\n"
    (folder / "nginx.conf").write_text(f"{whole}{places}\n{text}\n}}\n")
    command = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    yield from _run([*command, "-g", "daemon off;"], folder)


@contextmanager
def caddy(folder: Path, port: int, inner: str) -> Iterator[None]:
    """Caddy with the block of the page, on this machine alone, with a certificate of ours."""
    chain, private = certificate(folder)
    text = block("text").replace(
        "donnees.example {", f"localhost:{port} {{\n  tls {chain} {private}"
    )
    text = text.replace("127.0.0.1:8000", inner)
    alone = "{\n  admin off\n  auto_https disable_redirects\n  default_bind 127.0.0.1\n}\n"
    (folder / "Caddyfile").write_text(alone + text)
    command = [program("caddy"), "run", "--adapter", "caddyfile", "--config"]
    yield from _run([*command, str(folder / "Caddyfile")], folder)


def _run(command: list[str], folder: Path) -> Iterator[None]:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        try:
            yield
            assert process.poll() is None, (folder / "out").read_text()
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.faults
@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_what_the_page_says_of_a_proxy_holds(tmp_path: Path, proxy: Proxy) -> None:
    inside = tmp_path / "proxy"
    inside.mkdir()
    with ExitStack() as stack:
        port = stack.enter_context(kept_port())
        url = f"https://localhost:{port}"
        settings = {"public_url": url, "proxied": "true", "failures": str(FAILURES)}
        server = stack.enter_context(serving(tmp_path / "data", **settings))
        partner = _partner(tmp_path / "data", url)
        inner = server.address.partition("://")[2]
        with (
            proxy(inside, port, inner),
            httpx2.Client(base_url=url, verify=False, timeout=60, trust_env=False) as http,
        ):
            until(lambda: _answers(http))
            _check_program(http, partner, url)
            _check_strangers(http, partner, url)


def _check_program(http: httpx2.Client, partner: Partner, url: str) -> None:
    """A token, a read, a write, a wait; the proof of another address; a body of 20 MB."""
    token = _token(http, partner, url)
    assert _get(http, partner, token, url, "/v1/sites").status_code == 200
    wrong = partner.presenting(token, url="https://donnees.example/v1/sites")
    assert http.get("/v1/sites", headers=wrong).status_code == 401
    waited = _get(http, partner, token, url, "/v1/changes", query="?wait=1")
    assert waited.status_code == 200, waited.text
    headers = partner.presenting(token, method="POST", url=f"{url}/v1/sites")
    headers |= {"Content-Type": "application/json", "Idempotency-Key": '"a"'}
    large = http.post("/v1/sites", content=b" " * (20 << 20) + b"{}", headers=headers)
    assert large.headers["content-type"] == "application/problem+json", large.text
    assert large.status_code == 422, large.text
    page = http.get("/entrer", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]


def _check_strangers(http: httpx2.Client, partner: Partner, url: str) -> None:
    """Each says that it comes from elsewhere, and all count as the one address that they have."""
    token = _token(http, partner, url)
    assert _get(http, partner, token, url, "/v1/sites").status_code == 200
    forged = (
        http.get("/v1/sites", headers={"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(40)
    )
    statuses = [answer.status_code for answer in forged]
    assert 429 in statuses, statuses  # each that has an address of its own is told 401
    assert _get(http, partner, token, url, "/v1/sites").status_code == 200


def _partner(data: Path, url: str) -> Partner:
    store = Store.open(f"sqlite:///{data / 'synergie.db'}")
    partner = Partner("one-app", Clock(), issuer=url)
    enrol(store, "org-one")
    Clients(store).register(
        partner.client_id,
        "org-one",
        name="A program",
        jwks=partner.key.jwks,
        scopes=["sites:read", "sites:write", "changes:read"],
        now=partner.clock.now,
    )
    store.close()
    return partner


def _token(http: httpx2.Client, partner: Partner, url: str) -> str:
    partner.clock.now = datetime.fromtimestamp(time.time(), UTC)
    form = partner.form(scope="sites:read sites:write changes:read")
    answer = http.post("/token", data=form, headers={"DPoP": partner.proof("POST", f"{url}/token")})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def _get(
    http: httpx2.Client, partner: Partner, token: str, url: str, path: str, *, query: str = ""
) -> httpx2.Response:
    partner.clock.now = datetime.fromtimestamp(time.time(), UTC)
    return http.get(f"{path}{query}", headers=partner.presenting(token, url=f"{url}{path}"))


def _answers(http: httpx2.Client) -> bool:
    try:
        return http.get("/health/ready").status_code == 200
    except httpx2.HTTPError:
        return False
