"""`synergie audit`: who saw what, and that nothing of it was changed."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli._ends import End
from synergie.cli._store import StoreUrl, on_behalf, opened
from synergie.cli.files import write_whole
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import N_, _, format_number
from synergie.cli.trust import audit_check

if TYPE_CHECKING:
    from synergie.client.trust.audit import Audit
    from synergie.policy import Principal
    from synergie.schemas.trust.journal import Access, TreeHeadClaims
    from synergie.storage.store import Store
    from synergie.storage.trust.journal.journal_audit import Audit as Found

app = build_command_group(
    N_("The journal: who saw what, and proof that nothing of it was changed.")
)

Server = Annotated[
    str | None, typer.Option("--server", metavar="URL", help=N_("The server whose journal it is."))
]
Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]
Keys = Annotated[
    Path | None,
    typer.Option(
        "--jwks", metavar="FILE", help=N_("Public keys of the server that you hold (its /jwks).")
    ),
]
_MOST = 4 << 20

app.command("check", cls=Command, help=audit_check.HELP, epilog=audit_check.EPILOG)(
    audit_check.check
)


@app.command(
    "head",
    cls=Command,
    help=N_("Fetch the signed head of a server's journal, verify it, and keep it in a file."),
    epilog="synergie audit head --server https://donnees.example --save tete.jws\n"
    "synergie audit head --server https://donnees.example --since tete.jws --save tete.jws",
)
def head(
    *,
    server: Server = None,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Keep the head in this file."))
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("A head kept before: the journal only grew since?")),
    ] = None,
    jwks: Keys = None,
    as_json: Json = False,
) -> None:
    """Exit 1 when the head is not signed by the server, or does not continue the one you hold."""
    if server is None:
        raise Misuse(_("say whose journal it is with --server"))
    held = None if since is None else _read_head_text(since)
    told = _build_public_audit(server).head(since=held, jwks=_read_server_keys(jwks))
    if save is not None:
        write_whole(save, told.jws + "\n")
    if as_json:
        print_json(told)
        return
    typer.echo(_("{} records, root {}").format(format_number(told.tree_size), told.root))
    if held is not None:
        typer.echo(_("the journal only grew since the head you hold"))


@app.command(
    "verify",
    cls=Command,
    help=N_(
        "Hash the whole journal of a store anew and name the first record that does not hold; or, "
        "with --server, have a server prove that its journal only grew since the heads you hold."
    ),
    epilog="synergie audit verify\nsynergie audit verify --head tete-du-partenaire.jws\n"
    "synergie audit verify --server https://donnees.example --head tete.jws",
)
def verify(
    *,
    heads: Annotated[
        list[Path] | None,
        typer.Option("--head", metavar="FILE", help=N_("A head kept before; may be repeated.")),
    ] = None,
    server: Server = None,
    jwks: Keys = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> int:
    """Exit 1 when a record was changed, removed or added, or the history is another."""
    held = {path: _read_head_text(path) for path in heads or ()}
    if server is not None:
        if not held:
            raise Misuse(_("--server needs a head that you kept: --head FILE"))
        for jws in held.values():
            _build_public_audit(server).head(since=jws, jwks=_read_server_keys(jwks))
        typer.echo(_("the journal only grew since the head you hold"))
        return End.DONE
    keys = _read_server_keys(jwks)
    claims = {path: _read_head_claims(jws, keys, path) for path, jws in held.items()}
    with opened(store) as place:
        from synergie.policy import permit_operator
        from synergie.storage.trust.journal.journal_audit import audit_journal

        sizes = {one.tree_size for one in claims.values()}
        with place.read() as session:
            found = audit_journal(permit_operator(now=datetime.now(UTC)), session, sizes)
    faults = list(_describe_audit_faults(found, claims))
    if as_json:
        print_json(_dump_audit_outcome(found, faults))
    else:
        _print_audit_outcome(found, faults, signed=keys is not None or not claims)
    return End.REFUSED if faults else End.DONE


@app.command(
    "who",
    cls=Command,
    help=N_("Say who saw, or was refused, the data of an organisation, and what it saw of others."),
    epilog="synergie audit who --org cc-bassin-de-pompey\n"
    "synergie audit who ser_3k5z7q2m4xw8c6v9b2n7 --org cc-bassin-de-pompey\n"
    "synergie audit who --server https://donnees.example --client pompey --key cle.json",
)
def who(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="SUBJECT",
            help=N_(
                "One thing (its identifier here, or prm:NUMBER of yours), with what hangs on it."
            ),
        ),
    ] = None,
    *,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose data it is (local store only)."))
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help=N_("Only since this day, YYYY-MM-DD."))
    ] = None,
    store: StoreUrl = None,
    server: Server = None,
    client: Annotated[
        str | None, typer.Option(metavar="CLIENT", help=N_("Your program's name on that server."))
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Private key of that program."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Newest first. Exit 0 also when nobody saw anything."""
    from synergie.cli.trust._accesses import describe_access

    start = None if since is None else _parse_since_day(since)
    if server is not None:
        if client is None or key is None:
            raise Misuse(_("--server needs --client and --key"))
        found = list(_iterate_server_accesses((server, client, key), subject, start))
    elif org is None:
        raise Misuse(_("say whose data it is with --org, or name a server with --server"))
    else:
        with opened(store) as place:
            found = list(
                _iterate_local_accesses(place, on_behalf(place, org, "audit:read"), subject, start)
            )
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    for one in found:
        typer.echo(describe_access(one))
    if not found:
        typer.echo(_("nobody: no access under an agreement is recorded"))


@app.command(
    "erase",
    cls=Command,
    help=N_(
        "Erase records of the journal (RGPD, article 17): their content goes for good, their hash "
        "stays, and every proof still verifies. That it was done is recorded."
    ),
    epilog="synergie audit erase --seq 1204\n"
    "synergie audit erase --subject ser_3k5z7q2m4xw8c6v9b2n7",
)
def erase(
    *,
    seq: Annotated[
        list[int] | None,
        typer.Option("--seq", metavar="N", min=0, help=N_("Number of a record; may be repeated.")),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option(metavar="SUBJECT", help=N_("All records that name this identifier.")),
    ] = None,
    store: StoreUrl = None,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))] = False,
) -> None:
    """Nothing brings an erased record back."""
    if not seq and subject is None:
        raise Misuse(_("say what to erase with --seq or --subject"))
    require_confirmation(_("Erase these records for good?"), yes=yes)
    with opened(store) as place:
        from synergie.exchange.trust.journal import erase_journal_records

        done = erase_journal_records(
            place, seqs=tuple(seq or ()), subject=subject, now=datetime.now(UTC)
        )
    typer.echo(_("{} records erased").format(format_number(len(done))))


def _build_public_audit(server: str) -> "Audit":
    from synergie.client.trust.audit import public_audit

    return public_audit(server)


def _read_head_text(path: Path) -> str:
    with path.open("rb") as source:
        return source.read(_MOST).decode("ascii", "replace").strip()


def _read_server_keys(path: Path | None) -> Mapping[str, Any] | None:
    if path is None:
        return None
    from synergie.client.trust.verify import parsed_keys

    return parsed_keys(_read_head_text(path), path.name)


def _read_head_claims(jws: str, keys: Mapping[str, Any] | None, path: Path) -> "TreeHeadClaims":
    """What a kept head says; without keys its signature is not looked at."""
    from synergie.errors import BadInput, Words
    from synergie.proof import jose, tree_head

    try:
        return (
            tree_head.parse_tree_head(jws)
            if keys is None
            else tree_head.verify_tree_head(jws, keys)
        )
    except jose.Unsigned as error:
        expected = "a tree head signed by a key of the server"
        raise BadInput(path.name, Words("another one"), expected) from error


def _describe_audit_faults(
    found: "Found", claims: Mapping[Path, "TreeHeadClaims"]
) -> Iterator[str]:
    if found.fault is not None:
        where = _("the head") if found.fault.seq is None else _("record {}").format(found.fault.seq)
        yield _("{}: {}").format(where, _(found.fault.reason))
        return
    for path, said in claims.items():
        root = found.roots.get(said.tree_size)
        if root is None:
            text = _("{}: it knows {} records, the store has {}: the end was cut off")
            yield text.format(path.name, format_number(said.tree_size), format_number(found.size))
        elif root.hex() != said.root:
            text = _("{}: the first {} records are not those it knows: the history was rewritten")
            yield text.format(path.name, format_number(said.tree_size))


def _print_audit_outcome(found: "Found", faults: list[str], *, signed: bool) -> None:
    text = _("{} records hashed anew, {} of them erased; root {}")
    typer.echo(
        text.format(format_number(found.size), format_number(found.erased), found.root.hex())
    )
    if not signed:
        typer.echo(_("the signatures of the heads were not verified: --jwks FILE"))
    for fault in faults:
        typer.echo(fault, err=True)
    if not faults:
        typer.echo(_("the journal is whole"))


def _dump_audit_outcome(found: "Found", faults: list[str]) -> dict[str, Any]:
    return {
        "ok": not faults,
        "size": found.size,
        "root": found.root.hex(),
        "erased": found.erased,
        "fault": None if found.fault is None else found.fault.seq,
        "faults": faults,
    }


def _iterate_local_accesses(
    place: "Store", caller: "Principal", subject: str | None, since: datetime | None
) -> Iterator["Access"]:
    from synergie.exchange.trust.journal import Readings

    book, now, after = Readings(place), datetime.now(UTC), None
    named = subject and book.named(caller, subject, now=now)
    while True:
        page = book.accesses(caller, subject=named, since=since, after=after, now=now)
        yield from page.items
        after = page.next
        if after is None:
            return


def _iterate_server_accesses(
    where: tuple[str, str, Path], subject: str | None, since: datetime | None
) -> Iterator["Access"]:
    from synergie.client import Auth, Client

    server, client, key = where
    auth = Auth.from_files(key=key, client_id=client, issuer=server)
    with Client(server, auth) as partner:
        yield from partner.audit.accesses(subject=subject, since=since)


def _parse_since_day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").astimezone()
    except ValueError:
        raise Misuse(_("--since: found {!r}, expected {}").format(text, "YYYY-MM-DD")) from None
