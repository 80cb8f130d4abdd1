"""`synergie check`: what a file is and what would be refused; nothing is stored."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl, opened
from synergie.cli.misuse import Misuse
from synergie.cli.readings._profile import AnswerOption, ProfileOption, read_profile_option
from synergie.cli.texts import N_, _
from synergie.errors import TooLarge

if TYPE_CHECKING:
    from synergie.formats.tables.propose import Proposal
    from synergie.schemas.readings.profile import Profile

SUMMARY = N_(
    "Read a file and say what it is, what it holds and what would be refused; store nothing."
)
EXAMPLE = """
synergie check releve.csv
synergie check armoires.geojson --json
synergie check factures.csv --propose profil.json
"""

_MOST = 512 * 1024 * 1024


def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A file; - reads the standard input."))
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help=N_("The format, when it is not found.")),
    ] = None,
    profile: ProfileOption = None,
    answer: AnswerOption = None,
    propose: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Write the proposed profile of a table there.")),
    ] = None,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose saved profile it is."))
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when all is kept, 1 when a row is refused, 2 when a doubt or a question is open."""
    from synergie.cli._report import print_file_report, tell_refusal
    from synergie.cli._table import build_confirming_profile, describe_doubts
    from synergie.cli.readings._named_profile import confirmed_in, difference_in
    from synergie.formats.check import check

    source = sys.stdin.buffer.read(_MOST + 1) if str(file) == "-" else file
    if isinstance(source, bytes) and len(source) > _MOST:
        raise TooLarge(_MOST, "bytes")
    told: Profile | None
    table, apart, tell = None, None, str if as_json else _
    with tell_refusal(as_json=as_json):
        if profile is not None:
            told = confirmed_in(_load_saved_profile(profile, org, store), answer or [])
            apart = None if profile.endswith(".json") else difference_in(source, told, tell)
        else:
            table = _propose_profile(source, form, answer or [], propose, quiet=as_json)
            told = build_confirming_profile(answer or []) if table is None else table.profile
        report = check(
            source,
            format=form or _find_table_format(source, told),
            name=None if isinstance(source, bytes) else file.name,
            profile=told,
            tell=tell,
            now=datetime.now(UTC),
        )
    if apart is not None:
        report = report.model_copy(update={"findings": (apart, *report.findings)})
    print_file_report(report, as_json=as_json, table=table)
    if report.blocks:
        raise Misuse(describe_doubts(report.blocks))
    raise typer.Exit(1 if report.refused else 0)


def _propose_profile(
    source: Path | bytes, form: str | None, answers: list[str], sink: Path | None, *, quiet: bool
) -> "Proposal | None":
    """How a new table is read; it is shown, and its profile written to *sink*."""
    from synergie.cli._report import print_open
    from synergie.cli._table import described_lines, find_unconfirmed_proposal
    from synergie.cli.files import write_whole

    proposal = find_unconfirmed_proposal(source, form, answers)
    if proposal is None:
        if sink is not None:
            raise Misuse(_("--propose: this file needs no profile"))
        return None
    if not quiet:
        for line in described_lines(source, proposal):
            typer.echo(line)
    if sink is not None:
        write_whole(sink, proposal.profile.model_dump_json(indent=2) + "\n")
    if not proposal.sure:
        if quiet:
            print_open(proposal)
        raise Misuse(_describe_open_table(proposal))
    return proposal


def _describe_open_table(proposal: "Proposal") -> str:
    from synergie.cli._table import describe_open_questions

    told = "\n".join(describe_open_questions(proposal))
    return _("the table leaves open: {}").format(told)


def _find_table_format(source: Path | bytes, told: "Profile | None") -> str | None:
    from synergie.formats.tables.propose import table_format

    return None if told is None or told.table is None else table_format(source)


def _load_saved_profile(told: str, org: str | None, store: str | None) -> "Profile":
    """The profile of a JSON file, or one that *org* saved in the local store."""
    found = read_profile_option(told)
    if not isinstance(found, str):
        return found
    if org is None:
        raise Misuse(_("say whose saved profile it is with --org, or name a .json file"))
    with opened(store) as place:
        from synergie.exchange.readings.profiles import Profiles
        from synergie.policy import Principal

        caller = Principal(client_id="synergie-cli", organisation=org, scopes=frozenset())
        return Profiles(place).chosen(caller, found, now=datetime.now(UTC)).profile
