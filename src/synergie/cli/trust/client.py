"""`synergie client`: the programs of partners that may ask for tokens."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli._requests import (
    KeyFile,
    Out,
    RequestFile,
    Server,
    Word,
    build_enrolment,
    request_text,
    write_request,
)
from synergie.cli._store import StoreUrl, opened, read_cli_settings
from synergie.cli.files import parse
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

app = build_command_group(N_("Programs of partners: which keys and which scopes they have."))

_ClientId = Annotated[
    str, typer.Argument(metavar="CLIENT", help=N_("Name of the program, unique on this server."))
]
_Org = Annotated[str, typer.Option(metavar="ORG", help=N_("The organisation it acts for."))]
_Yes = Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))]


@app.command(
    "add",
    cls=Command,
    help=N_("Register a program with public keys that you answer for yourself."),
    epilog="synergie client add pompey-exports --org cc-bassin-de-pompey --jwks cle-publique.json",
)
def add(
    client: _ClientId,
    *,
    org: _Org,
    jwks: Annotated[Path, typer.Option(metavar="FILE", help=N_("Its public keys (JWKS)."))],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help=N_("A scope; repeat it. All scopes when left out.")),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("What people call the program."))
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is registered."""
    keys = parse(jwks)
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients
        from synergie.schemas.scopes import SCOPES

        Clients(place).register(
            client,
            org,
            name=name or client,
            jwks=keys,
            scopes=scope or SCOPES,
            now=datetime.now(UTC),
        )
    typer.echo(_("{}: registered for {}").format(client, org))


@app.command(
    "invite",
    cls=Command,
    help=N_("Give an organisation a word with which it may ask once, within seven days."),
    epilog="synergie client invite cc-bassin-de-pompey",
)
def invite(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("The organisation."))],
    *,
    store: StoreUrl = None,
) -> None:
    """The word goes to the partner by another channel than the request comes back."""
    with opened(store) as place:
        found = build_enrolment(place)
        word = found.invite(org, now=datetime.now(UTC))
    print_aligned_rows([(_("word"), word), (_("server"), found.issuer)])


@app.command(
    "request",
    cls=Command,
    help=N_("Ask to be registered: a file signed by your key, to give to the operator."),
    epilog="""
    synergie client request pompey-exports --org cc-bassin-de-pompey --key cle.json \\
      --server https://echange.example --word MOT --scope curves:read --out demande.jwt
    """,
)
def request(
    client: _ClientId,
    *,
    org: _Org,
    key: KeyFile,
    server: Server,
    word: Word,
    out: Out,
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help=N_("A scope that is needed; repeat it.")),
    ] = None,
    jwks_uri: Annotated[
        str | None,
        typer.Option(metavar="URL", help=N_("Where the program publishes its keys, if it does.")),
    ] = None,
) -> None:
    """Proves that you hold the key; the private half is not in the file."""
    said: dict[str, Any] = {"organisation": org, "scopes": scope or []}
    said |= {"iss": client, "aud": server.rstrip("/"), "nonce": word, "jwks_uri": jwks_uri}
    write_request("synergie-client+jwt", key, out, **said)


@app.command(
    "register",
    cls=Command,
    help=N_("Register a program from its signed request; the server keeps the request."),
    epilog="synergie client register --request demande.jwt --scope curves:read",
)
def register(
    *,
    request: RequestFile,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCOPE", help=N_("Grant only this scope; repeat it. All asked when left out.")
        ),
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is registered, 1 when the request does not prove its key."""
    with opened(store) as place:
        made = build_enrolment(place).register(
            request_text(request), scopes=scope, fetch=_fetch_published_keys, now=datetime.now(UTC)
        )
    typer.echo(_("{}: registered for {}").format(made.id, made.organisation))
    typer.echo(_("scopes: {}").format(" ".join(sorted(made.scopes))))


@app.command(
    "rekey",
    cls=Command,
    help=N_("Change the keys of a program: add one, take one away, or replace them all."),
    epilog="synergie client rekey pompey-exports --request demande.jwt",
)
def rekey(
    client: _ClientId,
    *,
    request: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Add the key that signed this request."))
    ] = None,
    drop: Annotated[
        str | None, typer.Option(metavar="KID", help=N_("Take this key away, from now on."))
    ] = None,
    jwks: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Replace them by these, that you answer for.")),
    ] = None,
    store: StoreUrl = None,
) -> None:
    """New key first, then its use, then the end of the old one: no request fails."""
    if [request, drop, jwks].count(None) != 2:  # noqa: PLR2004 (one of three)
        raise Misuse(_("expected one of --request, --drop, --jwks"))
    now = datetime.now(UTC)
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients

        if request is not None:
            build_enrolment(place).add_key(request_text(request), now=now)
        elif drop is not None:
            build_enrolment(place).drop_key(client, drop, now=now)
        else:
            Clients(place).rekey(client, parse(jwks) if jwks else {}, now=now)
    typer.echo(_("{}: keys changed").format(client))


@app.command(
    "scopes",
    cls=Command,
    help=N_("Give a program other scopes; its tokens open no more from the next request on."),
    epilog="synergie client scopes pompey-exports --scope curves:read --scope sites:read",
)
def scopes(
    client: _ClientId,
    *,
    scope: Annotated[list[str], typer.Option(metavar="SCOPE", help=N_("A scope; repeat it."))],
    introspection: Annotated[
        bool | None,
        typer.Option(
            "--introspection/--no-introspection",
            help=N_("Whether it may ask about the tokens of others: a resource server."),
        ),
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is so."""
    now = datetime.now(UTC)
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients

        clients = Clients(place)
        clients.rescope(client, scope, now=now)
        if introspection is not None:
            clients.may_introspect(client, may=introspection, now=now)
    typer.echo(_("{}: scopes changed").format(client))


@app.command(
    "list",
    cls=Command,
    help=N_("The programs of an organisation: open or stopped, keys and scopes."),
    epilog="synergie client list cc-bassin-de-pompey",
)
def list_(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("The organisation."))],
    *,
    store: StoreUrl = None,
) -> None:
    """One line a program."""
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients

        found = Clients(place).of(org)
    rows = [
        (
            one.id,
            _("open") if one.enabled else _("stopped"),
            one.jwks_uri or ", ".join(str(key.get("kid")) for key in json.loads(one.jwks)["keys"]),
            " ".join(sorted(one.scopes)),
        )
        for one in found
    ]
    if rows:
        print_aligned_rows(rows)


@app.command(
    "disable",
    cls=Command,
    help=N_("Stop a program: its tokens hold no more from the next request on."),
    epilog="synergie client disable pompey-exports --yes",
)
def disable(client: _ClientId, *, yes: _Yes = False, store: StoreUrl = None) -> None:
    """Asks once on a terminal; without a terminal `--yes` is needed."""
    require_confirmation(_("Stop {}? Its tokens hold no more at once.").format(client), yes=yes)
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients

        Clients(place).disable(client, now=datetime.now(UTC))
    typer.echo(_("{}: stopped").format(client))


@app.command(
    "enable",
    cls=Command,
    help=N_("Open a program again that was stopped."),
    epilog="synergie client enable pompey-exports",
)
def enable(client: _ClientId, *, store: StoreUrl = None) -> None:
    """Its tokens that have not expired hold again."""
    with opened(store) as place:
        from synergie.exchange.trust.clients import Clients

        Clients(place).enable(client, now=datetime.now(UTC))
    typer.echo(_("{}: open").format(client))


def _fetch_published_keys(url: str) -> Mapping[str, Any]:
    """The keys at *url*, through the guard of outgoing calls."""
    from synergie.client import outbound
    from synergie.errors import BadInput, Unreachable
    from synergie.proof import jose

    kinds = "application/jwk-set+json, application/json"
    reply = outbound.fetch_url(url, allow=read_cli_settings().outbound, accept=kinds)
    if not reply.good:
        raise Unreachable(f"{url}: {reply.status}")
    try:
        found = jose.parse_strict_json(reply.content)
    except jose.Unsigned as error:
        raise BadInput("/jwks_uri", url, "a JWK set (RFC 7517)") from error
    if not isinstance(found, dict):
        raise BadInput("/jwks_uri", url, "a JWK set (RFC 7517)")
    return {"keys": found.get("keys")}
