"""`synergie contract` on a server: push a contract or a signature, show, settle a year."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.files import load_record, parse, write_whole
from synergie.cli.help import Command
from synergie.cli.misuse import Misuse
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _
from synergie.cli.there import ClientId, Json, Key, Server, There
from synergie.contract.commands._print import print_plan, print_statement
from synergie.contract.commands.contract import app, load_document, read_weather, write_new
from synergie.measure.commands.weather import From, To, parse_days

if TYPE_CHECKING:
    from synergie.contract.client.contracts import Contracts
    from synergie.contract.records.document import ContractDocument
    from synergie.contract.records.mv_plan import MvPlan
    from synergie.contract.records.statement import SavingsReport

__all__ = ["app", "push", "settle", "show"]

_Weather = Annotated[
    list[Path] | None,
    typer.Option("--weather", metavar="FILE", help=N_("Daily weather; repeat it.")),
]
_Agreements = Annotated[
    list[str] | None,
    typer.Option(
        "--agreement",
        metavar="AGREEMENT",
        help=N_("Under which readings of points of others are read; repeat it."),
    ),
]
_Id = Annotated[str, typer.Argument(metavar="ID", help=N_("Its identifier: ctr_… or sta_…"))]
_STATES = {"draft": N_("draft"), "proposed": N_("proposed"), "signed": N_("signed")}
_THERE = "--server https://donnees.example --client syndicat --key cle.json"


@app.command(
    "push",
    cls=Command,
    help=N_("Send a contract to a server, which makes its baseline; or your signature of it."),
    epilog=f"synergie contract push contrat.json --weather Q_67.csv.gz {_THERE}\n"
    f"synergie contract push releve.json --party syndicat {_THERE}",
)
def push(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=N_("A PerformanceContract; or a plan or statement that is signed.")
        ),
    ],
    *,
    weather: _Weather = None,
    agreement: _Agreements = None,
    party: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose signature of the file is sent."))
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
) -> None:
    """Exit 1 when readings, weather or an agreement are missing: nothing is stored then."""
    if "digest" in parse(file):
        if party is None:
            raise Misuse(_("--party: whose signature of the file is sent"))
        document = load_document(file)
        with _open(server, client, key) as book:
            told = book.sign(_name(document), _get_signature(document, party))
    else:
        from synergie.contract.records.contract import PerformanceContract
        from synergie.contract.records.document import ContractRequest

        contract = load_record(file, PerformanceContract)
        sent = ContractRequest(
            contract=contract,
            weather=read_weather(weather, contract, contract.baseline),
            agreements=tuple(agreement or ()),
        )
        with _open(server, client, key) as book:
            told = book.create(sent)
    _print_document(told)


@app.command(
    "show",
    cls=Command,
    help=N_("List the plans and statements of a server; or show one, and write its file."),
    epilog=f"synergie contract show {_THERE}\n"
    f"synergie contract show sta_4f1c0e9b2a7d6c384f1c --out releve.json {_THERE}",
)
def show(
    document: Annotated[
        str | None, typer.Argument(metavar="ID", help=N_("Its identifier: ctr_… or sta_…"))
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Write what `sign` and `verify` take, as JSON.")),
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 5 when it is none of yours. The file is enough to compute all again."""
    with _open(server, client, key) as book:
        if document is None:
            heads = list(book)
            if as_json:
                print_json([one.model_dump(mode="json") for one in heads])
                return
            rows = [(_("document"), _("contract"), _("from"), _("to"), _("state"))]
            rows += [
                (one.id, one.contract, f"{one.from_date}", f"{one.to_date}", _(_STATES[one.state]))
                for one in heads
            ]
            print_aligned_rows(rows)
            return
        told = book.get(document)
    if out is not None:
        write_whole(out, _choose_content(told).model_dump_json(indent=1))
        typer.echo(_("{}: written").format(out))
    elif as_json:
        print_json(told)
    else:
        _print_document(told)


@app.command(
    "settle",
    cls=Command,
    help=N_("Have a server make the statement of a year from the readings that it holds."),
    epilog="synergie contract settle ctr_4f1c0e9b2a7d6c384f1c --from 2025-07-01 --to 2026-07-01 "
    f"--weather Q_67.csv.gz --out releve.json {_THERE}",
)
def settle(  # noqa: PLR0913 (the options of a command)
    document: _Id,
    *,
    starts: From,
    ends: To,
    weather: _Weather = None,
    adjustments: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Adjustments and prices of the year, as JSON.")),
    ] = None,
    agreement: _Agreements = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Write the statement, as JSON."))
    ] = None,
    server: Server,
    client: ClientId,
    key: Key,
    as_json: Json = False,
) -> None:
    """Exit 1 when an input is missing or does not hold: nothing is stored then."""
    from synergie.contract.records.contract import ContractSpan
    from synergie.contract.records.document import StatementRequest
    from synergie.contract.records.statement import YearFacts

    low, high = parse_days(starts, ends)
    year = ContractSpan(from_date=low, to_date=high)
    facts = YearFacts() if adjustments is None else load_record(adjustments, YearFacts)
    with _open(server, client, key) as book:
        plan = book.get(document).plan
        if plan is None:
            raise Misuse(_("{}: no plan that you are a party of").format(document))
        sent = StatementRequest(
            year=year,
            weather=read_weather(weather, plan.contract, year),
            adjustments=facts.adjustments,
            prices=facts.prices,
            agreements=tuple(agreement or ()),
        )
        told = book.create_statement(document, sent)
    if out is not None:
        write_new(out, _choose_content(told).model_dump_json(indent=1))
    if as_json:
        print_json(told)
    else:
        _print_document(told)


@contextmanager
def _open(server: str, client: str, key: Path) -> "Iterator[Contracts]":
    with There(server, client, key).open() as partner:
        yield partner.contracts  # type: ignore[attr-defined]  # as the application declares it


def _choose_content(
    told: "ContractDocument",
) -> "MvPlan | SavingsReport":
    found = told.plan or told.statement
    if found is None:
        raise Misuse(_("{}: of it you read your own points alone (--json)").format(told.id))
    return found


def _print_document(told: "ContractDocument") -> None:
    typer.echo(f"{told.id}: {_(_STATES[told.state])}")
    if told.plan is not None:
        print_plan(told.plan)
    elif told.statement is not None:
        print_statement(told.statement, as_json=False)
    else:
        print_json(told)


def _get_signature(document: "MvPlan | SavingsReport", party: str) -> str:
    for one in document.signatures:
        if one.party == party:
            return one.jws
    raise Misuse(_("{}: it has not signed the file").format(party))


def _name(document: "MvPlan | SavingsReport") -> str:
    from synergie.contract.records.document import name_plan, name_statement
    from synergie.contract.records.mv_plan import MvPlan

    if isinstance(document, MvPlan):
        return name_plan(document.contract.client, document.contract.id)
    contract = document.inputs.plan.contract
    return name_statement(contract.client, contract.id, document.inputs.year)
