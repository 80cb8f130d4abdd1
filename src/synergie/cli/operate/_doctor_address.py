"""Checks of the public address: reached from here, by a certificate that lasts, past the proxy."""

import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from synergie.cli.operate._finding import Finding, advise, judge
from synergie.cli.texts import _, format_number
from synergie.errors import Misconfigured

if TYPE_CHECKING:
    from synergie.server.settings import Settings

_WAIT_S = 5
_OK = 200
_LEFT = timedelta(days=21)
"""An authority of 90 days renews at 30: with less than 21 left a renewal failed."""
_METADATA = "/.well-known/oauth-authorization-server"


def check_address(settings: "Settings", now: datetime) -> Iterator[Finding]:
    """Whether `public_url` answers from here, is ours, and its certificate lasts."""
    parts = urlsplit(settings.public_url)
    secure = parts.scheme == "https"
    context = ssl.create_default_context() if secure else None
    connection = (
        HTTPSConnection(parts.netloc, timeout=_WAIT_S, context=context)
        if secure
        else HTTPConnection(parts.netloc, timeout=_WAIT_S)
    )
    expected = _("the server answers at its public address")
    try:
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        answer.read()
        yield judge(
            "public_url",
            f"{settings.public_url} {answer.status}",
            expected,
            holds=answer.status == _OK,
            mend="journalctl -u synergie",
        )
        if secure and isinstance(connection.sock, ssl.SSLSocket):
            yield _check_certificate(connection.sock, now)
        connection.request("GET", _METADATA)
        yield _check_issuer(settings, connection.getresponse().read())
    except (OSError, HTTPException) as error:
        found = f"{settings.public_url}: {error}"
        yield Finding("public_url", "fault", found, expected, "systemctl status synergie")
    finally:
        connection.close()


def check_proxy(settings: "Settings") -> Finding:
    """Whether it is said who ends TLS, as the start demands."""
    secure = settings.public_url.startswith("https:")
    told = not secure or settings.tls_cert is not None or settings.proxied is not None
    found = {None: "–", True: "true", False: "false"}[settings.proxied]
    return judge(
        "proxied",
        found,
        _("true or false: https, and no certificate here"),
        holds=told,
        mend="proxied = true",
    )


def check_mail(settings: "Settings") -> Iterator[Finding]:
    """Whether the server of mail lets us in; nothing is sent. Nothing where none is named."""
    from synergie.server.edge.mail import build_mail_server

    server = build_mail_server(settings)
    if server is None:
        return
    found, holds = settings.smtp_server, True
    try:
        server.connect().close()
    except (OSError, Misconfigured) as error:
        found, holds = f"{settings.smtp_server}: {error}", False
    expected = _("the server of mail answers, with TLS, and takes the password")
    yield judge("smtp_server", found, expected, holds=holds, mend="smtp_server, smtp_user")


def _check_certificate(connection: ssl.SSLSocket, now: datetime) -> Finding:
    told = connection.getpeercert() or {}
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    left = end - now
    return advise(
        "certificate",
        _("{} days left").format(format_number(left.days)),
        _("{} days at least").format(_LEFT.days),
        holds=left >= _LEFT,
    )


def _check_issuer(settings: "Settings", body: bytes) -> Finding:
    try:
        issuer = str(json.loads(body)["issuer"])
    except (ValueError, KeyError, TypeError):
        issuer = _("another program answers there")
    return judge(
        "issuer", issuer, settings.issuer, holds=issuer == settings.issuer, mend="public_url"
    )
