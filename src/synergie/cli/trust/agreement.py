"""`synergie agreement`: read, print, draft, sign, suspend and end agreements."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli._offline import hand_over
from synergie.cli._store import StoreUrl, opened
from synergie.cli.files import load_record, write_whole_file
from synergie.cli.help import Command, build_command_group
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _
from synergie.cli.trust._agreement import Where, form_of, get_terminal_language, to_sign

if TYPE_CHECKING:
    from synergie.schemas.trust.agreement import Act, Agreement

app = build_command_group(N_("Agreements: read, print, draft, sign, suspend and end them."))

_Id = Annotated[str, typer.Argument(metavar="AGREEMENT", help=N_("Its identifier: agr_…"))]
_Org = Annotated[
    str | None, typer.Option("--org", metavar="ORG", help=N_("The organisation you act for."))
]
_Server = Annotated[
    str | None,
    typer.Option("--server", metavar="URL", help=N_("A server instead of the local store.")),
]
_Client = Annotated[
    str | None,
    typer.Option("--client", metavar="CLIENT", help=N_("Your program's name on that server.")),
]
_Key = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help=N_("Your private key (synergie keys new).")),
]
_Version = Annotated[
    int | None,
    typer.Option(
        "--version", metavar="N", min=1, help=N_("This version; left out: the one that holds now.")
    ),
]
_Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]
_Yes = Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))]

_STATES = {
    "draft": N_("draft"), "proposed": N_("proposed"), "active": N_("active"),
    "suspended": N_("suspended for now"), "revoked": N_("revoked"), "terminated": N_("terminated"),
    "expired": N_("expired"), "invalid": N_("no longer what was signed: opens nothing"),
}  # fmt: skip


@app.command(
    "list",
    cls=Command,
    help=N_("List the agreements of an organisation, with the state of each now."),
    epilog="synergie agreement list --org cc-bassin-de-pompey\n"
    "synergie agreement list --server https://donnees.example --client pompey --key cle.json",
)
def list_(
    *,
    org: _Org = None,
    changed_since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=N_("Only those that changed from this moment on.")),
    ] = None,
    server: _Server = None,
    client: _Client = None,
    key: _Key = None,
    store: StoreUrl = None,
    as_json: _Json = False,
) -> None:
    """Exit 0, also when there is none."""
    since = None if changed_since is None else _parse_changed_since(changed_since)
    with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
        found = list(book.all(since))
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
    elif found:
        print_aligned_rows(_list_agreement_rows(found))
    else:
        typer.echo(_("No agreement."))


@app.command(
    "show",
    cls=Command,
    help=N_("Show an agreement: its sentence, its state, and with --clauses every clause."),
    epilog="synergie agreement show agr_4f1c0e9b2a7d6c38 --org cc-bassin-de-pompey --clauses",
)
def show(  # noqa: PLR0913 (each is an option)
    agreement: _Id,
    *,
    clauses: Annotated[
        bool, typer.Option("--clauses", help=N_("Every clause, with what it means."))
    ] = False,
    version: _Version = None,
    org: _Org = None,
    server: _Server = None,
    client: _Client = None,
    key: _Key = None,
    store: StoreUrl = None,
    as_json: _Json = False,
) -> None:
    """Exit 5 when there is none that you may see."""
    with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
        one = book.read_agreement(agreement, version)
        lang = (
            "fr" if as_json else get_terminal_language()
        )  # a document is the same for every reader
        told = book.clauses(agreement, one.version, lang) if clauses else None
    if as_json:
        print_json(one if told is None else told)
        return
    for line in _describe_agreement(one):
        typer.echo(line)
    for clause in () if told is None else told.clauses:
        typer.echo(f"\n{clause.title}\n  {clause.text}\n  → {clause.meaning}")


@app.command(
    "print",
    cls=Command,
    help=N_(
        "Write an agreement to read and sign on paper (a PDF, or one HTML file), or with what "
        "proves it (JSON)."
    ),
    epilog="synergie agreement print agr_4f1c0e9b2a7d6c38 --org sdel-54 --out accord.pdf\n"
    "synergie agreement print agr_4f1c0e9b2a7d6c38 --org sdel-54 --out preuve.json",
)
def print_(
    agreement: _Id,
    *,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help=N_("File to write: .pdf, .html or .json."))
    ],
    version: _Version = None,
    org: _Org = None,
    server: _Server = None,
    client: _Client = None,
    key: _Key = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when the file is whole."""
    form = form_of(out)
    with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
        paper, lang = book.paper(agreement, version, form, get_terminal_language())
    with write_whole_file(out) as sink:
        sink.write(paper)
    if lang == get_terminal_language():
        typer.echo(_("{}: written").format(out))
    else:
        typer.echo(_("{}: written, in French as the server prints it").format(out))


@app.command(
    "draft",
    cls=Command,
    help=N_("Draft an agreement from its terms (JSON); only you see it until it is proposed."),
    epilog="synergie agreement draft termes.json --org cc-bassin-de-pompey\n"
    "synergie agreement draft termes.json --of agr_4f1c0e9b2a7d6c38 --org cc-bassin-de-pompey",
)
def draft(
    terms: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The terms, JSON."))],
    *,
    of: Annotated[
        str | None,
        typer.Option(metavar="AGREEMENT", help=N_("Its next version, instead of a new one.")),
    ] = None,
    org: _Org = None,
    server: _Server = None,
    client: _Client = None,
    key: _Key = None,
    store: StoreUrl = None,
    as_json: _Json = False,
) -> None:
    """Exit 1 when a term is refused, with its place."""
    from synergie.schemas.trust.agreement import Terms

    body = load_record(terms, Terms)
    with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
        made = book.draft(body, of)
    _print_agreement_state(made, as_json=as_json)


@app.command(
    "sign",
    cls=Command,
    help=N_("Sign an agreement that a page gave as a file, without a connection."),
    epilog="synergie agreement sign accord-agr_4f1c0e9b2a7d6c38-v1.json --org sdel-54 "
    "--key cle.json --out signature.txt",
)
def sign(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The agreement, as the page gave it (JSON)."))
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
    yes: _Yes = False,
) -> None:
    """Shows the sentence made of the terms, asks once, signs exactly that."""
    from synergie.cli.trust import _agreement_sign as offline

    one = offline.to_sign(file, org)
    for line in _describe_agreement(one):
        typer.echo(line, err=True)
    require_confirmation(_("Sign these terms?"), yes=yes)
    hand_over(offline.sign_agreement_terms(one, org, key), out)


@app.command(
    "verify",
    cls=Command,
    help=N_("Check from files alone that both parties signed an agreement."),
    epilog="synergie agreement verify preuve.json\n"
    "synergie agreement verify preuve.json --keys cles-gardees.json",
)
def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The agreement with what proves it (JSON)."))
    ],
    *,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="FILE", help=N_("Keys that you kept apart; left out: those in FILE.")
        ),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Exit 1 when a line names what does not hold."""
    from synergie.cli.trust import _agreement_verify as offline

    checked = offline.check(file, keys)
    if as_json:
        print_json(offline.dump_agreement_check(checked))
    else:
        for line in offline.describe_agreement_check(checked):
            typer.echo(line, err=bool(checked.flaws))
    raise typer.Exit(1 if checked.flaws else 0)


def _add_signing_command(act: "Act", help_: str, question: str) -> None:
    """A command that signs what was shown."""

    def command(
        agreement: _Id,
        *,
        org: _Org = None,
        server: _Server = None,
        client: _Client = None,
        key: _Key = None,
        store: StoreUrl = None,
        yes: _Yes = False,
        as_json: _Json = False,
    ) -> None:
        """Shows the sentence, asks once, signs exactly that."""
        with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
            shown = to_sign(book, agreement, act)
            if not as_json:
                for line in _describe_agreement(shown):
                    typer.echo(line, err=True)
            require_confirmation(_(question), yes=yes)
            _print_agreement_state(book.sign(act, shown), as_json=as_json)

    epilog = f"synergie agreement {act} agr_4f1c0e9b2a7d6c38 --org sdel-54 --key cle.json"
    app.command(act, cls=Command, help=help_, epilog=epilog)(command)


def _add_act_command(act: "Act", help_: str, question: str | None = None) -> None:
    """A command that does one act; asks first when there is a *question*."""

    def command(
        agreement: _Id,
        *,
        org: _Org = None,
        server: _Server = None,
        client: _Client = None,
        key: _Key = None,
        store: StoreUrl = None,
        yes: _Yes = False,
        as_json: _Json = False,
    ) -> None:
        """Exit 4 when the act is another's, 1 when the state does not admit it."""
        with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
            if question is not None:
                require_confirmation(_(question), yes=yes)
            _print_agreement_state(book.act(agreement, act), as_json=as_json)

    epilog = f"synergie agreement {act} agr_4f1c0e9b2a7d6c38 --org cc-bassin-de-pompey"
    app.command(act, cls=Command, help=help_, epilog=epilog)(command)


def _add_hold_command(act: Literal["suspend", "resume"], help_: str) -> None:
    """A command of the owner, or with --operator of who runs the server."""

    def command(
        agreement: _Id,
        *,
        operator: Annotated[
            bool,
            typer.Option("--operator", help=N_("As the operator of the local store (no --org).")),
        ] = False,
        org: _Org = None,
        server: _Server = None,
        client: _Client = None,
        key: _Key = None,
        store: StoreUrl = None,
        as_json: _Json = False,
    ) -> None:
        """Exit 4 when another suspended it, 1 when the state does not admit it."""
        if not operator:
            with Where(org=org, store=store, server=server, client=client, key=key).open() as book:
                _print_agreement_state(book.act(agreement, act), as_json=as_json)
            return
        if org is not None or server is not None:
            raise Misuse(_("--operator goes with the local store alone, without --org"))
        with opened(store) as place:
            from synergie.exchange.trust.agreements import Agreements

            done = Agreements(place).operate(agreement, act, now=datetime.now(UTC))
        _print_agreement_state(done, as_json=as_json)

    epilog = (
        f"synergie agreement {act} agr_4f1c0e9b2a7d6c38 --org cc-bassin-de-pompey\n"
        f"synergie agreement {act} agr_4f1c0e9b2a7d6c38 --operator"
    )
    app.command(act, cls=Command, help=help_, epilog=epilog)(command)


_add_signing_command(
    "propose",
    N_("Sign a draft and show it to the other party."),
    N_("Sign these terms and propose them?"),
)
_add_signing_command(
    "accept",
    N_("Sign what the other party proposed: it is in force."),
    N_("Sign these terms? The data they name are then open."),
)
_add_act_command(
    "withdraw", N_("Take a proposal back, or refuse one: it is a draft again, unsigned.")
)
_add_hold_command("suspend", N_("Close an agreement for a while, at once."))
_add_hold_command("resume", N_("Open a suspended agreement again; only who suspended it may."))
_add_act_command(
    "revoke",
    N_("End an agreement as the owner of the data, at once and for ever."),
    N_("Revoke it? The next request is refused, and it never reopens."),
)
_add_act_command(
    "terminate",
    N_("End an agreement as its recipient, at once and for ever."),
    N_("End it? You read nothing more, and it never reopens."),
)


def _parse_changed_since(text: str) -> datetime:
    from synergie.units import parse_instant

    return parse_instant(text, "--changed-since")


def _list_agreement_rows(found: "list[Agreement]") -> Iterator[tuple[str, ...]]:
    yield _("agreement"), _("version"), _("state"), _("owner"), _("recipient"), _("until"), ""
    for one in found:
        terms = one.terms
        until = f"{terms.valid_until:%Y-%m-%d}"
        state = _(_STATES[one.state])
        yield one.id, str(one.version), state, terms.owner, terms.recipient, until, terms.title


def _describe_agreement(one: "Agreement") -> Iterator[str]:
    from synergie.policy.readings.sentence import describe_terms

    yield describe_terms(one.terms, lang=get_terminal_language())
    yield _("{}, version {}: {}").format(one.id, one.version, _(_STATES[one.state]))
    if one.suspended_by is not None:
        yield _("suspended by {}").format(_(_ACTORS[one.suspended_by]))
    if one.version_pending not in {None, one.version}:
        yield _("version {} waits for a signature").format(one.version_pending)
    yield _("digest of the terms (SHA-256): {}").format(one.terms_sha256)


_ACTORS = {
    "owner": N_("the owner"),
    "recipient": N_("the recipient"),
    "operator": N_("the operator of the server"),
}


def _print_agreement_state(one: "Agreement", *, as_json: bool) -> None:
    if as_json:
        print_json(one)
        return
    typer.echo(_("{}, version {}: {}").format(one.id, one.version, _(_STATES[one.state])))
