"""`synergie health`: whether the server of these settings is ready, for a container."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ssl import CERT_NONE, create_default_context
from typing import TYPE_CHECKING

import typer

from synergie.cli._ends import End
from synergie.cli._store import read_cli_settings
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.server.settings import Settings

SUMMARY = N_("Ask the server of these settings, on this machine, whether it is ready.")
EXAMPLE = "synergie health"

_WAIT_S = 4
_OK = 200
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (where it listens is asked here)


def run() -> int:
    """Exit 0 when it is ready, 6 when it is not, or does not answer."""
    settings = read_cli_settings()
    connection = _open_connection(settings)
    try:
        connection.request("GET", "/health/ready")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        typer.echo(_("no answer: {}").format(error), err=True)
        return End.UNREACHABLE
    finally:
        connection.close()
    typer.echo(_("ready") if status == _OK else _("not ready: {}").format(status))
    return End.DONE if status == _OK else End.UNREACHABLE


def _open_connection(settings: "Settings") -> HTTPConnection:
    host = _ANY.get(settings.host, settings.host)
    if settings.tls_cert is None:
        return HTTPConnection(host, settings.port, timeout=_WAIT_S)
    context = create_default_context()  # the certificate names the public host, not this address
    context.check_hostname, context.verify_mode = False, CERT_NONE
    return HTTPSConnection(host, settings.port, timeout=_WAIT_S, context=context)
