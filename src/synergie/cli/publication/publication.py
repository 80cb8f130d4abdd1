"""`synergie publication`: sign what is opened to everybody, and verify what was signed, offline."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli._ends import End
from synergie.cli._offline import hand_over
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.publication import _publication_sign as signing
from synergie.cli.publication import _publication_verify as verifying
from synergie.cli.publication._publication_read import READERS
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.schemas.publication.signed_publication import PublicationClaims, PublicCells

app = build_command_group(N_("Open data: sign a publication, verify one, without any connection."))

_MOST_KEYS = 4 << 20


@app.command(
    "sign",
    cls=Command,
    help=N_("Sign a publication that a page gave as a file, without a connection."),
    epilog="synergie publication sign publication-communes-electricity-2025-01-v1.json "
    "--org cc-bassin-de-pompey --key cle.json --out signature.txt",
)
def sign(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=N_("The publication, as the page gave it (JSON).")),
    ],
    *,
    org: Annotated[
        str, typer.Option("--org", metavar="ORG", help=N_("The organisation you act for."))
    ],
    key: Annotated[
        Path,
        typer.Option("--key", metavar="FILE", help=N_("Your private key (synergie keys new).")),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("File for the signature; left out: printed.")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))] = False,
) -> None:
    """Shows each sum, asks once, signs exactly that."""
    one = signing.to_read(file, org)
    for line in signing.describe_publication_to_sign(one):
        typer.echo(line, err=True)
    require_confirmation(_("Sign this publication?"), yes=yes)
    hand_over(signing.sign_publication_file(one, key), out)


@app.command(
    "verify",
    cls=Command,
    help=N_("Verify that published files hold what their publisher signed, without a connection."),
    epilog="synergie publication verify electricite-2025-01-v1.signature.jws "
    "electricite-2025-01-v1.releve.json electricite-2025-01-v1-ouvert.csv --jwks cles.json",
)
def verify(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help=N_(
                "The signature (.jws), and files with its figures: record (.releve.json), CSV, "
                "GeoJSON, Parquet."
            ),
        ),
    ],
    *,
    jwks: Annotated[
        Path, typer.Option(metavar="FILE", help=N_("Public keys of the publisher (cles.json)."))
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
) -> int:
    """Exit 0 when every file holds what was signed; 1 otherwise, with the place."""
    from synergie.errors import BadInput

    signature, data = _split_signature_file(files)
    steps: list[str] = []
    said, fault = None, None
    try:
        said, thumbprint = verifying.read_publication_signature(
            signature, _read_publication_keys(jwks)
        )
        for step in chain(
            _describe_publication_claims(signature, said, thumbprint),
            _check_publication_files(data, said),
        ):
            steps.append(step)
            if not as_json:
                typer.echo(step)
    except BadInput as error:
        fault = error.tell(_)
    if as_json:
        print_json(_dump_publication_check(said, steps, fault))
    else:
        typer.echo(_("everything is as it was signed") if fault is None else fault, err=bool(fault))
    return End.DONE if fault is None else End.REFUSED


def _split_signature_file(files: list[Path]) -> tuple[Path, list[Path]]:
    """The signature, and the files with sums: records first, for they name what differs."""
    signatures = [path for path in files if path.suffix == ".jws"]
    data = [path for path in files if path.suffix != ".jws"]
    if len(signatures) != 1:
        raise Misuse(_("give one signature: a file whose name ends with .jws"))
    if not data or any(path.suffix not in READERS for path in data):
        raise Misuse(_("give files with the figures: .releve.json, .csv, .geojson or .parquet"))
    return signatures[0], sorted(data, key=lambda path: path.suffix != ".json")


def _check_publication_files(data: list[Path], said: "PublicationClaims") -> Iterator[str]:
    known: PublicCells | None = None
    for path in data:
        back = verifying.check(path, said, known)
        known = back.told
        yield from verifying.describe_publication_file(path, back)


def _describe_publication_claims(
    path: Path, said: "PublicationClaims", thumbprint: str
) -> Iterator[str]:
    from datetime import UTC, datetime

    from synergie.schemas.publication.licences import LICENCES

    when = f"{datetime.fromtimestamp(said.iat, UTC):%Y-%m-%d %H:%M} UTC"
    text = _("{}: signed by {} on {}: “{}”, period {}, version {}, under {}")
    licence = LICENCES[said.terms.licence].name
    yield text.format(
        path.name, said.org, when, said.terms.title, said.period, said.version, licence
    )
    yield _("thumbprint of the key (RFC 7638), to be compared with the publisher's own: {}").format(
        thumbprint
    )


def _dump_publication_check(
    said: "PublicationClaims | None", steps: list[str], fault: str | None
) -> dict[str, Any]:
    told = None if said is None else said.model_dump(mode="json")
    return {"ok": fault is None, "signed": told, "steps": steps, "fault": fault}


def _read_publication_keys(path: Path) -> Any:
    from synergie.client.trust.verify import parsed_keys

    with path.open("rb") as source:
        return parsed_keys(source.read(_MOST_KEYS).decode("utf-8", "replace"), path.name)
