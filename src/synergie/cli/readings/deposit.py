"""`synergie deposit`: a file as it is, into a store of ours or to a partner's server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl, on_behalf, opened
from synergie.cli.misuse import Misuse
from synergie.cli.readings._profile import AnswerOption, ProfileOption, read_profile_option
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.cli._table import Answers, ProfileStore
    from synergie.cli.readings._undo import Undo
    from synergie.client import Client
    from synergie.exchange.readings.profiles import Profiles
    from synergie.formats.tables.propose import Proposal
    from synergie.policy import Principal
    from synergie.schemas.readings.deposit import DepositReport
    from synergie.schemas.readings.profile import Profile
    from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
    from synergie.storage.store import Store

SUMMARY = N_(
    "Deposit a file as it is: into the local store (--org), or to a server (--server, --client, "
    "--key)."
)
EXAMPLE = """
synergie deposit releve.csv --org cc-bassin-de-pompey --dry-run
synergie deposit factures.csv --org cc-bassin-de-pompey --yes
synergie deposit --undo dep_k3v9w2 --org cc-bassin-de-pompey
synergie deposit releve.csv --server https://donnees.example --client pompey-exports --key cle.json
"""


def run(  # noqa: PLR0913 (the options of a command)
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help=N_("The file, as you have it."))
    ] = None,
    *,
    undo: Annotated[
        str | None,
        typer.Option(
            "--undo",
            metavar="BATCH",
            help=N_("Undo a deposit, or one batch by its receipt, instead of a file."),
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Say what would be stored; store nothing."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help=N_("The format, when it is not found.")),
    ] = None,
    profile: ProfileOption = None,
    answer: AnswerOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=N_("Take the proposed profile, or undo, without asking."))
    ] = False,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose data it is (local store only)."))
    ] = None,
    store: StoreUrl = None,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help=N_("A server instead of the local store."))
    ] = None,
    client: Annotated[
        str | None, typer.Option(metavar="CLIENT", help=N_("Your program's name on that server."))
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Its private key (synergie keys new)."))
    ] = None,
) -> None:
    """Exit 0 when all is kept, 1 when a row is refused. The same file twice is stored once."""
    if (file is None) == (undo is None):
        raise Misuse(_("name the file to deposit, or what to undo with --undo"))
    where = _Where(org, store, server, client, key)
    if file is None:
        from synergie.cli.readings._undo import undo as ask_and_undo

        with where.undoing(str(undo)) as act:
            ask_and_undo(act, yes=yes, dry_run=dry_run, as_json=as_json)
        return
    from synergie.cli._table import Answers

    said = _DepositOptions(form, profile, Answers(yes, answer or ()), dry_run)
    report = (
        _deposit_locally(file, said, where)
        if server is None
        else _deposit_on_server(file, said, where)
    )
    from synergie.cli._report import print_file_report

    print_file_report(report, as_json=as_json)
    if not as_json:
        _print_deposit_outcome(report)
    raise typer.Exit(1 if report.refused else 0)


@dataclass(frozen=True, slots=True)
class _Where:
    """Where the data are: the local store on behalf of *org*, or a server."""

    org: str | None
    store: str | None
    server: str | None
    client: str | None
    key: Path | None

    @contextmanager
    def local(self) -> Iterator[tuple["Store", "Principal", datetime]]:
        """The local store, as its operator on behalf of the organisation."""
        if self.org is None:
            raise Misuse(_("say whose data it is with --org, or name a server with --server"))
        with opened(self.store) as place:
            yield place, on_behalf(place, self.org, "deposits:write"), datetime.now(UTC)

    @contextmanager
    def partner(self) -> Iterator["Client"]:
        """The server, as the program that holds the key."""
        if self.server is None or self.client is None or self.key is None:
            raise Misuse(_("--server needs --client and --key"))
        from synergie.client import Auth, Client

        auth = Auth.from_files(key=self.key, client_id=self.client, issuer=self.server)
        with Client(self.server, auth) as partner:
            yield partner

    @contextmanager
    def undoing(self, subject: str) -> Iterator["Undo"]:
        """The undo of *subject*, here or there."""
        if self.server is not None:
            with self.partner() as partner:
                yield lambda dry_run: partner.undo(subject, dry_run=dry_run)
            return
        with self.local() as (place, caller, now):
            from synergie.exchange.readings.deposits import Deposits

            book = Deposits(place)
            yield lambda dry_run: book.undo(caller, subject, dry_run=dry_run, now=now)


@dataclass(frozen=True, slots=True)
class _DepositOptions:
    """What the command line says of the file."""

    form: str | None
    profile: str | None
    answers: "Answers"
    dry_run: bool

    def declared(self, file: Path, shelf: "ProfileStore") -> "Profile | str | None":
        """The profile to read with: named, or confirmed now, or none is needed."""
        from synergie.cli._table import (
            build_confirming_profile,
            find_unconfirmed_proposal,
            settle_profile,
        )

        if self.profile is not None:
            return self._named(file, self.profile, shelf)
        proposal = find_unconfirmed_proposal(file, self.form, self.answers.told)
        if proposal is None:
            return build_confirming_profile(self.answers.told)
        return settle_profile(file, proposal, shelf, self.answers)

    def _named(self, file: Path, name: str, shelf: "ProfileStore") -> "Profile | str":
        """The profile of that *name*; Misuse where *file* says otherwise and nobody confirmed."""
        from synergie.cli._table import describe_doubts
        from synergie.cli.readings._named_profile import confirmed_in, difference_in

        found = read_profile_option(name)
        if not isinstance(found, str):
            return confirmed_in(found, self.answers.told)
        saved = shelf.named(found)
        if saved is None:
            return found
        told = confirmed_in(saved, self.answers.told)
        apart = difference_in(file, told)
        if apart is not None:
            raise Misuse(describe_doubts([apart]))
        return told if self.answers.told else found


@dataclass(frozen=True, slots=True)
class _Local:
    """The profiles of an organisation of the local store; a dry run saves none."""

    book: "Profiles"
    caller: "Principal"
    now: datetime
    dry_run: bool

    def find_profile(self, proposal: "Proposal") -> "SavedProfile | None":
        return self.book.find_profile(self.caller, proposal, now=self.now)

    def named(self, name: str) -> "Profile | None":
        return self.book.chosen(self.caller, name, now=self.now).profile

    def save(self, name: str, body: "SavedProfileRecord") -> "SavedProfile | None":
        if self.dry_run:
            return None
        from synergie.exchange.readings.profiles import build_saved_profile

        return self.book.save(self.caller, name, build_saved_profile(body.profile), now=self.now)


@dataclass(slots=True)
class _Remote:
    """The profiles that one's organisation saved on a server."""

    partner: "Client"
    dry_run: bool
    saved: str | None = None
    """Name of the profile that was saved now."""
    body: "SavedProfileRecord | None" = None
    """The profile itself."""

    def find_profile(self, proposal: "Proposal") -> "SavedProfile | None":
        head = proposal.table.fingerprint
        return next((one for one in self.partner.profiles() if one.fingerprint == head), None)

    def named(self, name: str) -> "Profile | None":
        return next((one.profile for one in self.partner.profiles() if one.name == name), None)

    def save(self, name: str, body: "SavedProfileRecord") -> "SavedProfile | None":
        if self.dry_run:
            return None
        self.saved, self.body = name, body
        return self.partner.save_profile(name, body)

    def confirm(self, name: str, told: "Profile | str") -> None:
        """Save under *name* the doubts that were confirmed, for the deposit that comes now."""
        from synergie.schemas.readings.saved_profile import SavedProfileRecord

        if not isinstance(told, str):
            self.save(name, SavedProfileRecord(profile=told))

    def keep_lasting(self) -> None:
        """Save without the doubts that were confirmed: they were of the file that is there now."""
        from synergie.exchange.readings.profiles import build_saved_profile

        if self.saved is None or self.body is None:
            return
        kept = build_saved_profile(self.body.profile)
        if kept != self.body:
            self.partner.save_profile(self.saved, kept)


def _deposit_locally(file: Path, said: _DepositOptions, where: _Where) -> "DepositReport":
    """Into the local store."""
    with file.open("rb") as source, where.local() as (place, caller, now):
        from synergie.cli._table import describe_doubts
        from synergie.exchange.readings.deposits import Deposits, Doubted
        from synergie.exchange.readings.profiles import Profiles

        shelf = _Local(Profiles(place), caller, now, said.dry_run)
        try:
            return Deposits(place, tell=_).deposit(
                caller,
                source,
                name=file.name,
                format=said.form,
                profile=said.declared(file, shelf),
                dry_run=said.dry_run,
                once=None,
                now=now,
            )
        except Doubted as doubt:
            raise Misuse(describe_doubts(doubt.blocks)) from doubt


def _deposit_on_server(file: Path, said: _DepositOptions, where: _Where) -> "DepositReport":
    """To a server."""
    with where.partner() as partner:
        shelf = _Remote(partner, said.dry_run)
        told = said.declared(file, shelf)
        if said.profile is not None and said.answers.told and told is not None:
            shelf.confirm(said.profile, told)
        name = said.profile or shelf.saved
        try:
            return partner.deposit(file, dry_run=said.dry_run, format=said.form, profile=name)
        finally:
            shelf.keep_lasting()


def _print_deposit_outcome(report: "DepositReport") -> None:
    if report.dry_run:
        typer.echo(_("nothing was stored (--dry-run)"))
    for receipt in report.receipts:
        if receipt.replayed:
            when = receipt.received_at.astimezone().strftime("%Y-%m-%d %H:%M")
            typer.echo(_("already deposited on {}, receipt {}").format(when, receipt.id))
        else:
            text = _("stored: {} kept, {} unchanged, receipt {}")
            typer.echo(text.format(receipt.kept, receipt.unchanged, receipt.id))
    if report.id is not None:
        typer.echo(_("to undo it: synergie deposit --undo {}").format(report.id))
