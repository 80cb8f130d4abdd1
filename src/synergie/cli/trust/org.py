"""`synergie org`: the organisations that a server knows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

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
from synergie.cli._store import StoreUrl, opened
from synergie.cli.files import parse
from synergie.cli.help import Command, build_command_group
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

app = build_command_group(N_("Organisations of this server, managed by its operator."))


@app.command(
    "add",
    cls=Command,
    help=N_("Register an organisation and the public keys that sign its agreements."),
    epilog="""
    synergie org add cc-bassin-de-pompey --kind epci --siren 245400601 \\
      --name "Communauté de communes du Bassin de Pompey" --jwks cle-publique.json
    """,
)
def add(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("Its identifier on this server."))],
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help=N_("Official name."))],
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help=N_(
                "commune, epci, energy_syndicate, lighting_syndicate, department, supplier, "
                "operator or company."
            ),
        ),
    ],
    jwks: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Its public signature keys (JWKS); added, never removed.")
        ),
    ] = None,
    siren: Annotated[str | None, typer.Option(metavar="SIREN", help=N_("Nine digits."))] = None,
    insee: Annotated[
        str | None, typer.Option(metavar="INSEE", help=N_("Code of the commune, for a commune."))
    ] = None,
    parent: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("The grouping it belongs to."))
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is registered; the same call again changes the entry."""
    from pydantic import ValidationError

    from synergie.schemas.faults import faults
    from synergie.schemas.trust.organisation import Organisation

    facts = {
        "id": org,
        "name": name,
        "kind": kind,
        "siren": siren,
        "insee_code": insee,
        "parent": parent,
        "provenance": "partner",
    }
    try:
        organisation = Organisation.model_validate(facts)
    except ValidationError as error:
        raise faults(error)[0] from error
    keys = parse(jwks) if jwks else None
    with opened(store) as place:
        from synergie.exchange.trust.organisations import Directory

        Directory(place).add(organisation, keys, now=datetime.now(UTC))
    typer.echo(_("{}: registered").format(org))


@app.command(
    "request-key",
    cls=Command,
    help=N_("Ask that a key may sign for your organisation: a file signed by that key."),
    epilog="""
    synergie org request-key cc-bassin-de-pompey --key cle.json \
      --server https://echange.example --word MOT --out demande.jwt
    """,
)
def request_key(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("Your organisation."))],
    *,
    key: KeyFile,
    server: Server,
    word: Word,
    out: Out,
) -> None:
    """Proves that you hold the key; the private half is not in the file."""
    said = {"iss": org, "organisation": org, "aud": server.rstrip("/"), "nonce": word}
    write_request("synergie-key+jwt", key, out, **said)


@app.command(
    "add-key",
    cls=Command,
    help=N_("Let an organisation sign with the key of its signed request; the request is kept."),
    epilog="synergie org add-key --request demande.jwt",
)
def add_key(*, request: RequestFile, store: StoreUrl = None) -> None:
    """Exit 0 when it may sign, 1 when the request does not prove its key."""
    with opened(store) as place:
        made = build_enrolment(place).add_signing_key(request_text(request), now=datetime.now(UTC))
    typer.echo(_("{}: may sign with one more key").format(made.organisation))


@app.command(
    "retire-key",
    cls=Command,
    context_settings={"ignore_unknown_options": True},  # an identifier may begin with a hyphen
    help=N_("End the use of a signing key: what it signed still verifies."),
    epilog="synergie org retire-key cc-bassin-de-pompey KID",
)
def retire_key(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("The organisation."))],
    kid: Annotated[str, typer.Argument(metavar="KID", help=N_("The key's identifier."))],
    *,
    store: StoreUrl = None,
) -> None:
    """New signatures by it are refused from the next request on."""
    with opened(store) as place:
        build_enrolment(place).retire_signing_key(org, kid, now=datetime.now(UTC))
    typer.echo(_("{}: signs no more with {}").format(org, kid))


@app.command(
    "keys",
    cls=Command,
    help=N_("The signing keys of an organisation: since when and until when."),
    epilog="synergie org keys cc-bassin-de-pompey",
)
def keys(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("The organisation."))],
    *,
    store: StoreUrl = None,
) -> None:
    """One line a key, the first one first."""
    with opened(store) as place:
        from synergie.exchange.trust.organisations import Directory

        found = Directory(place).keys(org)
    rows = [
        (
            one.jwk["kid"],
            _format_org_key_moment(one.valid_from),
            _format_org_key_moment(one.valid_until),
        )
        for one in found
    ]
    if rows:
        print_aligned_rows(rows)


@app.command(
    "shared-points",
    cls=Command,
    help=N_("Delivery points that a second organisation declared, with both: for the operator."),
    epilog="synergie org shared-points",
)
def shared_points(*, store: StoreUrl = None) -> None:
    """One line a point, the newest first: since when, its number, who was first, who came later."""
    from synergie.policy import permit_operator
    from synergie.storage.assets.shared_points import shared_points as found_in

    with opened(store) as place, place.read() as session:
        found = found_in(permit_operator(now=datetime.now(UTC)), session)
    print_aligned_rows(
        (_format_org_key_moment(one.noted_at), one.number, one.owner, one.other) for one in found
    )
    if not found:
        typer.echo(_("no delivery point is declared by two organisations"))


def _format_org_key_moment(at: datetime | None) -> str:
    return "-" if at is None else at.isoformat(timespec="seconds")
