"""`synergie account`: the people of organisations who may log in to the pages."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli._store import StoreUrl, opened, read_cli_settings
from synergie.cli.help import Command, build_command_group
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.exchange.trust.accounts import Accounts
    from synergie.storage.store import Store

app = build_command_group(
    N_("People who log in to the pages: a function and a role each, no name.")
)

_Account = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help=N_("The account, as `synergie account list` says."))
]
_Org = Annotated[str, typer.Argument(metavar="ORG", help=N_("The organisation."))]


@app.command(
    "add",
    cls=Command,
    help=N_("Open an account of an organisation, and write a link to log in once."),
    epilog="""
    synergie account add cc-bassin-de-pompey --role agent \\
      --label "la personne chargée de l'énergie"
    """,
)
def add(
    org: _Org,
    *,
    label: Annotated[
        str, typer.Option(metavar="TEXT", help=N_("What the person is in charge of; no name."))
    ],
    role: Annotated[
        str,
        typer.Option(
            metavar="ROLE",
            help=N_(
                "reader (sees), agent (deposits, plans), signer (signs agreements), keeper (keeps "
                "accounts); each does all that the one before does."
            ),
        ),
    ] = "reader",
    mail: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help=N_("Where links to log in may be sent; that of a function.")
        ),
    ] = "",
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is open; the link works once, for SYNERGIE_LINK_MIN minutes."""
    now = datetime.now(UTC)
    with opened(store) as place:
        book = _build_accounts(place)
        made = book.add(org, label, role, mail=mail, by=None, now=now)
        link = _build_login_link(book.link(made.id, by=None, now=now))
    print_aligned_rows([(_("account"), made.id), (_("link"), link)])


@app.command(
    "link",
    cls=Command,
    help=N_("Write a link to log in once; those made before work no more."),
    epilog="synergie account link acc_0123456789abcdef0123",
)
def link(account: _Account, *, store: StoreUrl = None) -> None:
    """Hand it over by a safe way: whoever opens it first is in."""
    with opened(store) as place:
        token = _build_accounts(place).link(account, by=None, now=datetime.now(UTC))
    typer.echo(_build_login_link(token))


@app.command(
    "list",
    cls=Command,
    help=N_("The accounts of an organisation: role, function, last log-in, open or closed."),
    epilog="synergie account list cc-bassin-de-pompey",
)
def list_(org: _Org, *, store: StoreUrl = None) -> None:
    """One line an account, the first one first."""
    with opened(store) as place:
        found = _build_accounts(place).of(org, by=None)
    rows = [
        (
            one.id,
            one.role,
            _("open") if one.closed_at is None else _("closed"),
            "-" if one.entered_at is None else one.entered_at.isoformat(timespec="seconds"),
            one.label,
        )
        for one in found
    ]
    if rows:
        print_aligned_rows(rows)


@app.command(
    "role",
    cls=Command,
    help=N_("Give an account another role, from its next request on."),
    epilog="synergie account role acc_0123456789abcdef0123 signer",
)
def role(
    account: _Account,
    role: Annotated[
        str, typer.Argument(metavar="ROLE", help=N_("reader, agent, signer or keeper."))
    ],
    *,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is so."""
    with opened(store) as place:
        made = _build_accounts(place).change_role(account, role, by=None, now=datetime.now(UTC))
    typer.echo(_("{}: role {}").format(made.id, made.role))


@app.command(
    "mail",
    cls=Command,
    help=N_("Change where links to log in are sent; those made before work no more."),
    epilog="synergie account mail acc_0123456789abcdef0123 energie@commune.example",
)
def mail(
    account: _Account,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help=N_("Of mail. None: links are given by hand."))
    ] = "",
    *,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is so."""
    with opened(store) as place:
        made = _build_accounts(place).change_mail(account, address, by=None, now=datetime.now(UTC))
    typer.echo(_("{}: mail {}").format(made.id, made.mail or _("none")))


@app.command(
    "close",
    cls=Command,
    help=N_("Close an account for good: its next request is refused."),
    epilog="synergie account close acc_0123456789abcdef0123 --yes",
)
def close(
    account: _Account,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))] = False,
    store: StoreUrl = None,
) -> None:
    """Asks once on a terminal; without a terminal `--yes` is needed."""
    require_confirmation(
        _("Close {}? Its sessions, links and passkeys work no more.").format(account), yes=yes
    )
    with opened(store) as place:
        _build_accounts(place).close(account, by=None, now=datetime.now(UTC))
    typer.echo(_("{}: closed").format(account))


def _build_accounts(place: "Store") -> "Accounts":
    from synergie.exchange.trust.accounts import Accounts, Spans

    chosen = read_cli_settings()
    return Accounts(
        place,
        Spans(
            link=timedelta(minutes=chosen.link_min),
            idle=timedelta(minutes=chosen.idle_min),
            whole=timedelta(hours=chosen.sitting_h),
        ),
    )


def _build_login_link(token: str) -> str:
    return f"{read_cli_settings().public_url}/entrer/lien?jeton={token}"
