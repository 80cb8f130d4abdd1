"""Mail by a real SMTP server: TLS is demanded, the password is asked for, settings are checked."""

import smtplib
import ssl
import time
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from synergie.errors import Misconfigured
from synergie.exchange.trust.accounts import Accounts
from synergie.server.edge.mail import MailServer, build_mail_server
from synergie.server.services.trust import _build_session_spans
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.authority import Certificates
from tests.databases import sqlite
from tests.exchange.people import body
from tests.mail import mailbox
from tests.server.process import serving

SENDER = "synergie@commune.example"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.made(tmp_path_factory.mktemp("tls"))


def offered(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.chain, certificates.key)
    return context


def build_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, "a@commune.example", "été"
    message.set_content("Corps « accentué »")
    return message


def test_mail_goes_by_starttls_with_a_password(certificates: Certificates, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    known = "correct horse"
    secret.write_text(f"{known}\n")
    with mailbox(offered(certificates), user="synergie", password=known) as box:
        server = MailServer(
            host="127.0.0.1",
            port=box.port,
            sender=SENDER,
            user="synergie",
            password_file=secret,
            context=certificates.trusted(),
        )
        server.send(build_mail())
        assert box.secured == [True]
        assert box.taken[0].get_content().strip() == "Corps « accentué »"
        secret.write_text("wrong", encoding="utf-8")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            server.send(build_mail())
        secret.write_text("très secret", encoding="utf-8")
        with pytest.raises(Misconfigured, match="ASCII"):
            server.send(build_mail())
        secret.unlink()
        with pytest.raises(Misconfigured, match="password"):
            server.send(build_mail())
        assert len(box.taken) == 1


def test_a_server_without_tls_gets_no_mail(certificates: Certificates) -> None:
    with mailbox() as box:
        server = MailServer(
            host="127.0.0.1", port=box.port, sender=SENDER, context=certificates.trusted()
        )
        with pytest.raises(smtplib.SMTPNotSupportedError):
            server.send(build_mail())
        assert box.taken == []


def test_a_server_of_an_unknown_authority_gets_no_mail(certificates: Certificates) -> None:
    with mailbox(offered(certificates)) as box:
        server = MailServer(
            host="127.0.0.1", port=box.port, sender=SENDER, context=ssl.create_default_context()
        )
        with pytest.raises(ssl.SSLCertVerificationError):
            server.send(build_mail())
        assert box.taken == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"smtp_server": "mail"}, "host:port"),
        ({"smtp_server": "mail:0"}, "host:port"),
        ({"smtp_server": "Mail.example:587", "mail_from": SENDER}, "host:port"),
        ({"smtp_server": "mail.example:587"}, "synergie@commune.example"),
        ({"smtp_server": "mail.example:587", "mail_from": "x"}, "synergie@commune.example"),
    ],
    ids=str,
)
def test_settings_of_mail_that_cannot_be_meant_are_refused(
    told: dict[str, str], expected: str
) -> None:
    environ = {f"SYNERGIE_{name.upper()}": value for name, value in told.items()}
    with pytest.raises(Misconfigured, match=expected):
        Settings.read(environ)


def test_only_this_machine_is_spoken_to_without_tls() -> None:
    here = build_mail_server(Settings(smtp_server="127.0.0.1:25", mail_from=SENDER))
    away = build_mail_server(Settings(smtp_server="mail.example:587", mail_from=SENDER))
    assert here is not None and here.context is None
    assert away is not None and away.context is not None
    assert away.context.verify_mode == ssl.CERT_REQUIRED and away.context.check_hostname
    assert build_mail_server(Settings()) is None


def test_a_served_page_sends_the_link(tmp_path: Path, blank_sqlite: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    store = Store.open(sqlite(folder, like=blank_sqlite))
    body(store, "org-one")
    accounts = Accounts(store, _build_session_spans(Settings()))
    now = datetime.fromtimestamp(time.time(), UTC)
    accounts.add("org-one", "énergie", "reader", mail="a@commune.example", by=None, now=now)
    store.close()
    told = {"database_url": f"sqlite:///{folder}/store.db", "mail_from": SENDER, "dev": "true"}
    with mailbox() as box, serving(folder, smtp_server=f"127.0.0.1:{box.port}", **told) as server:
        host = server.address.partition("://")[2]
        form = urlencode({"courriel": "a@commune.example", "vers": "/"})
        kind = "application/x-www-form-urlencoded"
        with closing(HTTPConnection(host)) as connection:
            connection.request(
                "POST",
                "/entrer/courriel",
                form,
                {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"},
            )
            assert connection.getresponse().status == 303
        for _ in range(600):
            if box.taken:
                break
            time.sleep(0.1)
        assert "/entrer/lien?jeton=" in box.taken[0].get_content()
